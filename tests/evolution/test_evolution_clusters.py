"""Jobs on Dask and through submitit: the same results and folders as here, whatever happens to the workers."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from pyssnn.errors import InputError
from pyssnn.jobs import LocalWorkers, Lost, workers_for
from pyssnn.experiments import run_experiment

from .conftest import SMALL, STACKED, contents, needs_core, wait_for
from tests.jobs.test_jobs_workers import ended_by_two, scaled



def needs(scheduler: str, *more: object):
    """A parameter that is skipped where the package of its scheduler is not installed."""
    package = "submitit" if scheduler == "slurm" else "distributed"
    return pytest.param(scheduler, *more, marks=pytest.mark.skipif(find_spec(package) is None, reason=f"needs {package}"))


def kill_when(folder: Path, pattern: str, pid: Callable[[], int]) -> threading.Thread:
    """Kill a process when a run has a file."""

    def wait_and_kill() -> None:
        wait_for(folder, pattern)
        os.kill(pid(), signal.SIGKILL)

    thread = threading.Thread(target=wait_and_kill)
    thread.start()
    return thread


def newest_child() -> int:
    """The process that this one has begun last."""
    return max(int(child) for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split())


@pytest.fixture(scope="session")
def stacked(data, tmp_path_factory) -> Path:
    return run_experiment(STACKED, tmp_path_factory.mktemp("runs") / "stacked", data=data).folder


HERE = {"slurm": {"cluster": "local"}}  # submitit's local executor takes the place of Slurm
places = pytest.mark.parametrize("scheduler", [needs("dask"), needs("slurm")])


@pytest.fixture
def tests_known_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs may be functions of test modules."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


@pytest.mark.slow
@pytest.mark.usefixtures("tests_known_elsewhere")
@places
def test_every_job_comes_back_once_wherever_it_ran(scheduler, tmp_path):
    jobs = {str(job): job for job in range(5)}
    with workers_for(scheduler, 2, 1, tmp_path, HERE.get(scheduler)) as workers, LocalWorkers() as here:
        for factor in (10, 20):
            assert dict(workers.run(scaled, factor, jobs)) == dict(here.run(scaled, factor, jobs))
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.usefixtures("tests_known_elsewhere")
@places
def test_a_job_that_ends_its_worker_twice_is_lost_and_the_others_do_not_notice(scheduler, tmp_path):
    with workers_for(scheduler, 2, 1, tmp_path, HERE.get(scheduler)) as workers:
        back = dict(workers.run(ended_by_two, 10, {str(job): job for job in range(6)}))
    assert back == {"0": 0, "1": 10, "2": Lost(), "3": 30, "4": 40, "5": 50}


def over_time(shared: object, job: int) -> int:
    """Ends as submitit ends a job that Slurm tells to stop."""
    if job == 1:
        from submitit.core.utils import UncompletedJobError

        raise UncompletedJobError("Job not requeued because: timed-out and not checkpointable.")
    return job


@pytest.mark.slow
@pytest.mark.usefixtures("tests_known_elsewhere")
@pytest.mark.skipif(find_spec("submitit") is None, reason="needs submitit")
def test_a_job_over_slurm_s_time_is_lost_and_no_other(tmp_path):
    with workers_for("slurm", 2, 1, tmp_path, HERE["slurm"]) as workers:
        assert dict(workers.run(over_time, None, {str(job): job for job in range(3)})) == {"0": 0, "1": Lost(), "2": 2}


@pytest.mark.slow
@pytest.mark.usefixtures("tests_known_elsewhere")
@places
def test_an_error_in_a_job_is_raised(scheduler, tmp_path):
    with pytest.raises((TypeError, RuntimeError), match="unsupported operand"):
        with workers_for(scheduler, 1, 1, tmp_path, HERE.get(scheduler)) as workers:
            list(workers.run(scaled, None, {"a": 1}))


@pytest.mark.slow
@needs_core
@places
def test_the_folder_is_the_same_wherever_networks_are_trained(whole, data, tmp_path, scheduler):
    run = run_experiment(SMALL, tmp_path / "run", data=data, workers=2, scheduler=scheduler, slurm=HERE.get(scheduler))
    assert contents(run.folder) == contents(whole) and [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.slow
@needs_core
def test_a_dask_worker_that_is_killed_in_mid_run_leaves_no_trace(stacked, data, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with distributed.Client(cluster, set_as_default=False) as client:
            pids = list(client.run(os.getpid).values())
        killed = kill_when(tmp_path / "run", "steps/iteration_000/train/*.json", lambda: pids[0])
        run_experiment(STACKED, tmp_path / "run", data=data, scheduler=cluster.scheduler_address)
    killed.join()
    assert contents(tmp_path / "run") == contents(stacked)


@needs_core
def test_a_process_that_is_killed_in_mid_run_leaves_no_trace(stacked, data, tmp_path):
    killed = kill_when(tmp_path / "run", "steps/iteration_000/train/*.json", newest_child)
    run_experiment(STACKED, tmp_path / "run", data=data, workers=2)
    killed.join()
    assert contents(tmp_path / "run") == contents(stacked)


@pytest.mark.parametrize(
    ("scheduler", "slurm", "told"),
    [
        ("torque", None, "one of local, dask, slurm"),
        ("local", {"partition": "gpu"}, "none with the scheduler 'local'"),
        needs("slurm", {"no_such_option": "1", "cluster": "local"}, "no_such_option"),
        needs("slurm", {}, "a machine with Slurm"),
        needs("slurm", {"timeout_min": "0"}, "1 or more"),
        pytest.param("tcp://127.0.0.1:9", None, "a Dask scheduler that answers", marks=pytest.mark.slow),
    ],
)
def test_places_that_are_not_there_are_named_and_nothing_is_left(tmp_path, scheduler, slurm, told):
    with pytest.raises(InputError, match=told):
        workers_for(scheduler, 1, 1, tmp_path / "results", slurm)
    assert not (tmp_path / "results").exists()
