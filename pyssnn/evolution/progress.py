"""What the long-running parts say while they work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Something that shows progress: a bar on a terminal, lines in a file."""

    def start(self, what: str, total: int) -> None:
        """A phase of `total` pieces of work begins; the phase before it is over."""

    def advance(self, n: int = 1) -> None:
        """`n` pieces more are done."""

    def message(self, text: str) -> None:
        """Something worth a line has happened."""


class Silent:
    """The `Progress` that shows nothing."""

    def start(self, what: str, total: int) -> None:
        pass

    def advance(self, n: int = 1) -> None:
        pass

    def message(self, text: str) -> None:
        pass


def searching(progress: Progress, what: str, total: int) -> Callable[[int, float], None]:
    """A function of (programs tried, seconds) that shows a search among `total` programs; its phase begins with the first call."""
    shown: int | None = None

    def show(n_enumerated: int, _seconds: float) -> None:
        nonlocal shown
        if shown is None:
            progress.start(what, total)
        progress.advance(n_enumerated - (shown or 0))
        shown = n_enumerated

    return show
