"""Jobs on this process, on a pool of processes or on a cluster, with the same results bit for bit.

A job is a pure function of its arguments: it writes no files, and its number of torch threads is fixed, so it does not matter where
and when it runs. Whoever runs jobs records what comes back. Here are this process and its children; `clusters` has the rest.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import resource_tracker
from typing import Any, TypeVar

import torch

from pyssnn.errors import InputError
from pyssnn.interrupts import ignore_interrupts, interrupts_deferred

Shared, Job, Result = TypeVar("Shared"), TypeVar("Job"), TypeVar("Result")

_one_job = threading.Lock()  # a job takes torch's random state and threads for itself, and a Dask worker may have several threads
_held: Any = None  # in a worker process: what its jobs share


class WorkerLost(RuntimeError):
    """Work cannot go on, because workers are ended from outside, as the system does for want of memory. What had finished is recorded."""


@dataclass(frozen=True)
class Lost:
    """What comes back for a job whose worker was ended twice; `reason` in words, the same wherever it ran."""

    reason: str = "its worker was ended twice"


class Workers(ABC):
    """Where jobs run. They end with the `with` block, however it ends.

    Args:
        torch_threads: threads of each job.
    """

    _endings: tuple[type[BaseException], ...] = ()  # what a future raises when the worker of its job was ended
    _blames_one = True  # whether only the job that ran there sees it; else a job is blamed if it happens again while it runs alone

    def __init__(self, torch_threads: int = 1) -> None:
        self.torch_threads = torch_threads

    def run(
        self, function: Callable[[Shared, Job], Result], shared: Shared, jobs: Mapping[str, Job]
    ) -> Iterator[tuple[str, Result | Lost]]:
        """The name and `function(shared, job)` of each job, in the order in which they finish.

        A job whose worker is ended from outside runs once more, and is `Lost` if that happens again; the others do not notice. An
        error that a job raises is raised here. Function, arguments and results are pickled between processes, so the function stands
        at the top of a module; `shared` is sent to each worker once.
        """
        waiting, again, lost = deque(jobs), deque[str](), set[str]()
        running: dict[Future, str] = {}
        while waiting or again or running:
            while waiting and len(running) < self._places():
                name = waiting.popleft()
                running[self._submit(function, shared, jobs[name])] = name
            if again and not running:
                name = again.popleft()
                running[self._submit(function, shared, jobs[name])] = name
            for future in self._finished(running):
                name = running.pop(future)
                try:
                    result = future.result()
                except self._endings:
                    if name in lost:
                        yield name, Lost()
                    else:
                        lost.add(name)
                        (waiting if self._blames_one else again).append(name)
                else:
                    yield name, result

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self._end(error)

    @abstractmethod
    def _places(self) -> int:
        """How many jobs may run at a time, at least 1."""

    @abstractmethod
    def _submit(self, function: Callable[[Any, Any], Any], shared: Any, job: Any) -> Future:
        """Begin a job."""

    def _finished(self, running: Iterable[Future]) -> Iterable[Future]:
        """Those that are done, when at least one is."""
        return wait(running, return_when=FIRST_COMPLETED).done

    @abstractmethod
    def _end(self, error: type[BaseException] | None) -> None:
        """End all workers: at once if the block ends with an error."""


class LocalWorkers(Workers):
    """This process for one worker, else a process for each.

    Args:
        n: how many jobs run at a time.
        torch_threads: threads of each job.
    """

    _endings = (BrokenProcessPool,)

    def __init__(self, n: int = 1, torch_threads: int = 1) -> None:
        check_workers(n)
        super().__init__(torch_threads)
        self.n = n
        self._processes: list[_Process] = []

    def run(
        self, function: Callable[[Shared, Job], Result], shared: Shared, jobs: Mapping[str, Job]
    ) -> Iterator[tuple[str, Result | Lost]]:
        if self.n > 1:
            yield from super().run(function, shared, jobs)
            return
        for name, job in jobs.items():
            yield name, call(function, shared, job, self.torch_threads)

    def _places(self) -> int:
        return self.n

    def _submit(self, function: Callable[[Any, Any], Any], shared: Any, job: Any) -> Future:
        if not self._processes:
            context = multiprocessing.get_context("spawn")
            self._end_of_pipe, self._lifeline = context.Pipe(duplex=False)
            resource_tracker.ensure_running()  # starting it would let interrupts through where they are deferred
        process = next((process for process in self._processes if process.is_free()), None)
        if process is None:
            process = _Process(self._end_of_pipe)
            self._processes.append(process)
        try:
            return process.submit(function, shared, job, self.torch_threads)
        except BrokenProcessPool:  # ended since its last job
            process.replace()
            return process.submit(function, shared, job, self.torch_threads)

    def _end(self, error: type[BaseException] | None) -> None:
        if not self._processes:
            return
        if error is not None:
            self._lifeline.close()
        for process in self._processes:
            process.pool.shutdown(wait=True, cancel_futures=True)
        self._lifeline.close()
        self._end_of_pipe.close()
        self._processes = []


class _Process:
    """A worker process, replaced when it is ended: a pool of one, so that it is known which job it was ended with."""

    def __init__(self, end_of_pipe: Any) -> None:
        self._end_of_pipe = end_of_pipe
        self._newest: Future | None = None
        self._begin()

    def _begin(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(1, context, initializer=_begin_worker, initargs=(self._end_of_pipe,))
        self._shared: Any = object()  # what it holds: nothing that jobs share

    def is_free(self) -> bool:
        return self._newest is None or self._newest.done()

    def replace(self) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)
        self._begin()

    def submit(self, function: Callable[[Any, Any], Any], shared: Any, job: Any, torch_threads: int) -> Future:
        if self._newest is not None and isinstance(self._newest.exception(), BrokenProcessPool):
            self.replace()
        with interrupts_deferred():  # submitting starts the process
            if self._shared is not shared:
                self.pool.submit(_hold, shared)
                self._shared = shared
            self._newest = self.pool.submit(_call_held, function, job, torch_threads)
        return self._newest


def check_workers(n: int) -> None:
    """Raises `InputError` unless there is a worker."""
    if n < 1:
        raise InputError("workers", n, "1 or more")


def call(function: Callable[[Any, Any], Any], shared: Any, job: Any, torch_threads: int) -> Any:
    """`function(shared, job)`, with a number of torch threads; one at a time in a process."""
    with _one_job:
        before = torch.get_num_threads()
        torch.set_num_threads(torch_threads)
        try:
            return function(shared, job)
        finally:
            torch.set_num_threads(before)


def _hold(shared: Any) -> None:
    global _held
    _held = shared


def _call_held(function: Callable[[Any, Any], Any], job: Any, torch_threads: int) -> Any:
    return call(function, _held, job, torch_threads)


def _begin_worker(end: Any) -> None:
    """Leave Ctrl-C to the parent, and end when the other side of the pipe closes: the parent closes it to stop the work, and the
    system does if the parent is killed."""
    ignore_interrupts()

    def wait_for_end() -> None:
        try:
            end.recv()
        except (EOFError, OSError):
            os._exit(1)

    threading.Thread(target=wait_for_end, daemon=True).start()
