"""Jobs in this process or in others: the same results, and no process left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import torch

from pyssnn.errors import InputError
from pyssnn.jobs import LocalWorkers, Lost
from pyssnn.interrupts import stop_on_termination


def scaled(factor: int, job: int) -> tuple[int, int]:
    """A result, and the number of threads it was made with."""
    return factor * job, torch.get_num_threads()


def process(_: None, job: int) -> int:
    return os.getpid()


def ended_by_two(factor: int, job: int) -> int:
    if job == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return factor * job


def sleeping(_: None, job: int) -> None:
    time.sleep(60)


@pytest.mark.parametrize("n", [1, 2])
def test_every_job_comes_back_once_made_with_the_threads_asked_for(n):
    before = torch.get_num_threads()
    with LocalWorkers(n, torch_threads=1) as workers:
        assert dict(workers.run(scaled, 10, {"a": 1, "b": 2, "c": 3})) == {"a": (10, 1), "b": (20, 1), "c": (30, 1)}
    assert torch.get_num_threads() == before


def test_a_job_that_ends_its_worker_twice_is_lost_and_the_others_do_not_notice():
    with LocalWorkers(2) as workers:
        back = dict(workers.run(ended_by_two, 10, {str(job): job for job in range(6)}))
    assert {name: result for name, result in back.items() if name != "2"} == {"0": 0, "1": 10, "3": 30, "4": 40, "5": 50}
    assert back["2"] == Lost()


def test_an_interrupt_ends_the_workers_at_once():
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt), LocalWorkers(2) as workers:
        pid = dict(workers.run(process, None, {"a": 1}))["a"]
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        list(workers.run(sleeping, None, {"a": 1, "b": 2, "c": 3}))
    assert time.monotonic() - begun < 30
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_no_workers_are_refused():
    with pytest.raises(InputError, match="workers"):
        LocalWorkers(0)


def test_termination_stops_the_work_as_an_interrupt_does():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), stop_on_termination():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    assert signal.getsignal(signal.SIGTERM) == before


MAIN = """
import sys
from tests.jobs.test_jobs_workers import LocalWorkers, process, sleeping
if __name__ == "__main__":
    with LocalWorkers(2) as workers:
        print(dict(workers.run(process, None, {"a": 1}))["a"], flush=True)
        list(workers.run(sleeping, None, {"a": 1, "b": 2}))
"""


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.8, 1.5])
def test_ctrl_c_makes_no_worker_say_a_word(tmp_path, moment):
    """A terminal sends the interrupt to the parent and to the workers, which may still be importing."""
    program = """
import sys
from tests.jobs.test_jobs_workers import LocalWorkers, sleeping
if __name__ == "__main__":
    print("begun", flush=True)
    try:
        with LocalWorkers(2) as workers:
            list(workers.run(sleeping, None, {"a": 1, "b": 2}))
    except KeyboardInterrupt:
        sys.exit(130)
"""
    (tmp_path / "main.py").write_text(program)
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "main.py"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, start_new_session=True
    )
    parent.stdout.readline()
    time.sleep(0.1 + moment)
    os.killpg(parent.pid, signal.SIGINT)
    _, said = parent.communicate(timeout=30)
    assert (parent.returncode, said) == (130, b"")


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    (tmp_path / "main.py").write_text(MAIN)
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    parent = subprocess.Popen([sys.executable, tmp_path / "main.py"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 20
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(worker)


def _runs(pid: int) -> bool:
    """Whether the process is there and no mere entry that nobody has collected."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
