"""Jobs on the workers of a Dask cluster, or as jobs of Slurm. The machines have pyssnn installed, in the same versions."""

from __future__ import annotations

import logging
import pickle
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Future
from importlib import import_module
from multiprocessing import resource_tracker
from pathlib import Path
from types import ModuleType
from typing import Any

from pyssnn.errors import InputError
from pyssnn.jobs.workers import LocalWorkers, WorkerLost, Workers, call, check_workers
from pyssnn.interrupts import interrupts_deferred

SCHEDULERS = ("local", "dask", "slurm")
_OF_ANY_CLUSTER = ("timeout_min", "mem_gb", "cpus_per_task", "gpus_per_node", "name")  # as submitit calls them; others are Slurm's
_OVER_TIME = "not requeued"
_PATIENCE = 60  # seconds within which a Dask cluster that has lost its workers has one again


def workers_for(scheduler: str, n: int, torch_threads: int, folder: Path, slurm: Mapping[str, str] | None = None) -> Workers:
    """The workers that a user asks for.

    Args:
        scheduler: "local" for processes of this machine, "dask" for a Dask cluster on it, the address of a Dask scheduler such as
            tcp://host:8786, or "slurm".
        n: how many jobs run at a time; at an address, as many as there are workers.
        torch_threads: threads of each job.
        folder: where a folder for Slurm's jobs may be made: one that all machines see.
        slurm: options of Slurm's jobs, see `SlurmWorkers`.

    Raises:
        InputError: there is no such scheduler, it cannot be reached, or the package for it is not installed.
    """
    if slurm and scheduler != "slurm":
        raise InputError("slurm", "options", f"none with the scheduler {scheduler!r}", 'choose the scheduler "slurm"')
    if scheduler == "local":
        return LocalWorkers(n, torch_threads)
    if scheduler == "slurm":
        return SlurmWorkers(n, torch_threads, folder, slurm or {})
    if scheduler == "dask" or "://" in scheduler:
        return DaskWorkers(None if scheduler == "dask" else scheduler, n, torch_threads)
    raise InputError("scheduler", repr(scheduler), f"one of {', '.join(SCHEDULERS)}, or an address such as tcp://host:8786")


class DaskWorkers(Workers):
    """The workers of the Dask scheduler at an address, or a cluster of `n` processes on this machine that ends with the block.

    What jobs share is scattered to the workers once. A job that Dask gives up on, because its worker was ended (by default, Dask
    tries four times), runs once more, alone.
    """

    _blames_one = False

    def __init__(self, address: str | None, n: int, torch_threads: int) -> None:
        check_workers(n)
        super().__init__(torch_threads)
        distributed = _package("distributed", "dask")
        self._endings = (distributed.KilledWorker, CancelledError)
        self._cluster = None
        if address is None:
            self._cluster = _local_cluster(distributed, n)
        try:
            self._client = distributed.Client(self._cluster or address, timeout=20, set_as_default=False)
        except (OSError, ValueError) as error:
            raise InputError("scheduler", f"{address} ({error})", "the address of a Dask scheduler that answers") from error
        self._executor = self._client.get_executor(pure=False)
        self._shared: Any = None
        self._scattered: Any = None

    def _places(self) -> int:
        return max(len(self._client.nthreads()), 1)

    def _submit(self, function: Callable[[Any, Any], Any], shared: Any, job: Any) -> Future:
        if self._scattered is None or self._shared is not shared or self._scattered.status != "finished":
            self._scattered, self._shared = self._scatter(shared), shared
        return self._executor.submit(call, function, self._scattered, job, self.torch_threads)

    def _scatter(self, shared: Any) -> Any:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                self._client.wait_for_workers(1, timeout=_PATIENCE)
                return self._client.scatter([shared], broadcast=True, hash=False)[0]
            except (OSError, TimeoutError) as error:  # it fails if a worker ends meanwhile
                if time.monotonic() > deadline:
                    raise WorkerLost("the Dask cluster has no worker; what had finished is recorded: start again") from error

    def _end(self, error: type[BaseException] | None) -> None:
        self._executor.shutdown(wait=False)
        self._scattered = None
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()


class SlurmWorkers(Workers):
    """A Slurm job for each job, submitted through submitit; `n` of them wait or run at a time.

    What jobs share is written once, as a file. Files are in a folder of their own inside `folder`, which goes with the block.

    Args:
        options: of each Slurm job: timeout_min, mem_gb, cpus_per_task, gpus_per_node, name; others are options of sbatch, such as
            partition or account. With `cluster` "local", processes of this machine take the place of Slurm's jobs.
    """

    def __init__(self, n: int, torch_threads: int, folder: Path, options: Mapping[str, str]) -> None:
        check_workers(n)
        super().__init__(torch_threads)
        self.n = n
        submitit = _package("submitit", "slurm")
        utils = import_module("submitit.core.utils")
        self._endings, self._raised = (utils.UncompletedJobError,), utils.FailedJobError
        wanted = {"timeout_min": "60", "name": "pyssnn", **options}
        if isinstance(minutes := _value(wanted["timeout_min"]), str) or minutes < 1:
            raise InputError("slurm", f"timeout_min={minutes}", "1 or more")
        cluster = wanted.pop("cluster", "slurm")
        self._interval = 5.0 if cluster == "slurm" else 0.05  # seconds between two looks
        new = [each for each in (folder, *folder.parents) if not each.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix=".slurm-", dir=folder)).resolve()
        try:
            self._executor = submitit.AutoExecutor(self._folder, cluster=cluster)
            own = {name if name in _OF_ANY_CLUSTER else f"slurm_{name}": _value(value) for name, value in wanted.items()}
            self._executor.update_parameters(**own)
        except (RuntimeError, ValueError, NameError, AssertionError) as error:
            shutil.rmtree(self._folder)
            for each in new:
                each.rmdir()
            raise InputError("slurm", " ".join(str(error).split()), "a machine with Slurm and options that it has") from error
        self._shared, self._files = None, 0
        self._jobs: list[_SlurmJob] = []

    def _places(self) -> int:
        return self.n

    def _submit(self, function: Callable[[Any, Any], Any], shared: Any, job: Any) -> _SlurmJob:
        if self._files == 0 or self._shared is not shared:
            self._shared, self._files = shared, self._files + 1
            self._file = self._folder / f"shared_{self._files}.pickle"
            self._file.write_bytes(pickle.dumps(shared))
        try:
            submitted = self._executor.submit(_call_with_file, function, self._file, job, self.torch_threads)
        except self._raised as error:
            raise InputError("slurm", " ".join(str(error).split()), "options with which Slurm takes a job") from error
        self._jobs.append(_SlurmJob(submitted, self._raised, self._endings[0]))
        return self._jobs[-1]

    def _finished(self, running: Iterable[_SlurmJob]) -> list[_SlurmJob]:
        while not (finished := [job for job in running if job.done()]):
            time.sleep(self._interval)
        return finished

    def _end(self, error: type[BaseException] | None) -> None:
        for job in self._jobs:
            if not job.done():
                job.cancel()
        shutil.rmtree(self._folder, ignore_errors=True)


class _SlurmJob:
    """A job of submitit as a future, which tells an error in the job from the job's end."""

    def __init__(self, job: Any, raised: type[Exception], ended: type[Exception]) -> None:
        self._job, self._raised, self._ended = job, raised, ended
        self.done, self.cancel = job.done, job.cancel

    def result(self) -> Any:
        try:
            return self._job.result()
        except self._raised as error:
            if _OVER_TIME in str(error):  # submitit raises this inside the job
                raise self._ended(str(error)) from None
            raise RuntimeError(f"a job failed: {error}") from None


def _call_with_file(function: Callable[[Any, Any], Any], shared: Path, job: Any, torch_threads: int) -> Any:
    return call(function, pickle.loads(shared.read_bytes()), job, torch_threads)


def _local_cluster(distributed: ModuleType, n: int) -> Any:
    resource_tracker.ensure_running()  # starting it would let interrupts through where they are deferred
    with import_module("dask").config.set({"distributed.scheduler.allowed-failures": 1}), interrupts_deferred():
        return distributed.LocalCluster(
            n_workers=n, threads_per_worker=1, processes=True, memory_limit=0, dashboard_address=None, silence_logs=logging.CRITICAL
        )


def _package(name: str, extra: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise InputError("scheduler", f"no package {name}", "it to be installed", f"pip install 'pyssnn[{extra}]'") from error


def _value(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
