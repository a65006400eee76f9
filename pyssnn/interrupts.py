"""Ctrl-C and SIGTERM for work that has processes of its own: the parent stops the work, and the workers keep silent."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def stop_on_termination() -> Iterator[Callable[[], None]]:
    """Within the block SIGTERM stops the work as Ctrl-C does, so that worker processes are ended. Nothing outside the main thread.

    Gives a function that raises KeyboardInterrupt if either has come before: code written in C may drop the exception or turn it into
    one of its own, so work that meets such code calls it before it trusts a result.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    came = False

    def stop(*_: object) -> None:
        nonlocal came
        came = True
        raise KeyboardInterrupt

    def stop_if_it_came() -> None:
        if came:
            raise KeyboardInterrupt

    caught = [signal.SIGTERM]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        caught.append(signal.SIGINT)
    before = {number: signal.signal(number, stop) for number in caught}
    try:
        yield stop_if_it_came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def interrupts_deferred() -> Iterator[None]:
    """Ctrl-C within the block takes effect at its end. Processes started in the block begin deaf to it: see `ignore_interrupts`."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore_interrupts() -> None:
    """Leave Ctrl-C to the parent: to be called first of all in a worker that was started within `interrupts_deferred`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
