"""The service's process, as Python keeps it: Ctrl-C, killed clients and services, forks. No test asserts a time: a generous timeout ends a wait."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pyssnn.synthesis.core import CoreError
from pyssnn.synthesis.service import Service, default_service

from .conftest import FOREVER, REPOSITORY, SOON, contents, pid_of, search


def is_gone(pid):
    """Whether the process is gone, or will be soon."""
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.02)
    return False


SCRIPT = """
import os, sys
from pathlib import Path
from pyssnn.synthesis import explore
from pyssnn.synthesis.service import default_service
dsl, workspace = Path(sys.argv[1]), Path(sys.argv[2])
def tell(n_enumerated, seconds):
    print(default_service()._process.popen.pid, flush=True)
try:
    explore(dsl_file=dsl, next_dsl_file=workspace / "next.json", representations_dir=workspace / "representations",
            frontier=[], max_novel_representations=1, max_programs=10**12, on_progress=tell)
except KeyboardInterrupt:
    print("interrupted", default_service().call("ping", "well"), default_service()._process.popen.pid, flush=True)
    sys.exit(130)
"""


@pytest.fixture
def searching(first_dsl_file, workspace):
    """A Python process that searches, with a group of its own, and the process id of its service."""
    python = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, first_dsl_file, workspace],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=REPOSITORY, start_new_session=True,
    )  # fmt: skip
    with python:
        yield python, int(python.stdout.readline())
        python.kill()


@pytest.mark.parametrize("reaches", [os.kill, os.killpg], ids=["Python", "both"])
def test_ctrl_c_stops_the_search_and_the_service_lives(searching, workspace, reaches):
    python, service = searching
    reaches(python.pid, signal.SIGINT)
    out, err = python.communicate(timeout=SOON)
    assert python.returncode == 130 and err == ""
    assert out.splitlines()[-1] == f"interrupted well {service}"
    assert is_gone(service) and contents(workspace) == {}


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_a_client_that_is_killed_leaves_no_service_behind(searching, workspace, sent):
    python, service = searching
    python.send_signal(sent)
    python.wait(SOON)
    assert is_gone(service) and contents(workspace) == {}


def test_a_service_that_does_not_obey_is_killed(searching, workspace):
    python, service = searching
    os.kill(service, signal.SIGSTOP)
    python.send_signal(signal.SIGINT)
    out, _ = python.communicate(timeout=SOON)
    assert python.returncode == 130
    assert "interrupted well" in out and not out.endswith(f" {service}\n")
    assert is_gone(service) and contents(workspace) == {}


def test_a_request_that_was_just_answered_can_be_cancelled_too(service):
    """Ctrl-C between the last byte of a reply and its reader."""
    assert service.call("ping", 1) == 1
    before = pid_of(service)
    service._cancel(service._process, service._n_requests)
    assert service.call("ping", 2) == 2 and pid_of(service) == before


def test_a_service_that_dies_is_told_in_one_line_and_replaced(first_dsl_file, workspace):
    with Service() as service:

        def kill(n_enumerated, seconds):
            os.kill(pid_of(service), signal.SIGKILL)

        with pytest.raises(CoreError, match="ended during explore with exit code -9"):
            service.call("explore", search(first_dsl_file, workspace, max_programs=FOREVER), kill)
        assert service.call("ping", 1) == 1

        process = service._process.popen
        process.kill()
        process.wait()
        assert service.call("ping", 2) == 2


def test_the_last_words_of_a_service_are_told(tmp_path):
    dying = tmp_path / "serve.exe"
    dying.write_text("#!/bin/sh\necho first >&2\necho out of luck >&2\nexit 3\n")
    dying.chmod(0o755)
    with Service(dying) as service, pytest.raises(CoreError) as raised:
        service.call("ping", 1)
    assert str(raised.value) == "the core's service ended during ping with exit code 3: out of luck"


def test_a_closed_service_has_no_process_and_starts_again(service):
    service.call("ping", 1)
    first = pid_of(service)
    service.close()
    assert is_gone(first)
    assert service.call("ping", 2) == 2


def test_a_forked_child_has_a_process_of_its_own(service):
    service.call("ping", 0)
    parents = pid_of(service)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            assert service.call("ping", ["child"]) == ["child"]
            os.write(write, str(pid_of(service)).encode())
            service.close()
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    assert os.waitpid(child, 0)[1] == 0
    with os.fdopen(read) as told:
        assert int(told.read()) != parents
    assert service.call("ping", "parent") == "parent" and pid_of(service) == parents


def test_a_child_that_outlives_its_parent_does_not_hold_the_service(service):
    # The child sleeps with whatever pipes it has; the service must still see the end of its input.
    service.call("ping", 0)
    parents = pid_of(service)
    child = os.fork()
    if child == 0:
        time.sleep(SOON)
        os._exit(0)
    try:
        service._process.popen.stdin.close()
        assert is_gone(parents)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_calls_of_a_process_share_one_service():
    assert default_service() is default_service()
    default_service().call("ping", 1)
    first = pid_of(default_service())
    default_service().call("ping", 2)
    assert pid_of(default_service()) == first
