"""The service as its clients meet it: many requests in one process, progress, cancellation, and what is malformed.

Below, `serve` is the bare process, spoken to in frames; `Service` is what Python speaks through. No test asserts a time:
where something must happen soon, a generous timeout ends the wait.
"""

from __future__ import annotations

import json
import signal
import struct
import subprocess
import threading

import pytest

from pyssnn.errors import InputError
from pyssnn.synthesis import explore
from pyssnn.synthesis.build import SERVICE

from .conftest import FOREVER, SOON, contents, pid_of, search


def frame(content):
    return struct.pack(">i", len(content)) + content


class Client:
    """The other end of a bare service."""

    def __init__(self):
        self.process = subprocess.Popen(
            [SERVICE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
        )

    def send(self, *messages):
        self.process.stdin.write(b"".join(frame(json.dumps(m).encode()) for m in messages))

    def receive(self):
        (length,) = struct.unpack(">i", self._exactly(4))
        return json.loads(self._exactly(length))

    def ask(self, message):
        self.send(message)
        return self.receive()

    def _exactly(self, n):
        read = b""
        while len(read) < n:
            part = self.process.stdout.read(n - len(read))
            assert part, "the service has ended"
            read += part
        return read


@pytest.fixture
def serve():
    client = Client()
    yield client
    with client.process as process:
        process.kill()


# Requests


def test_one_process_answers_many_requests_each_under_its_id(serve):
    ids = [i if i % 2 else f"é{i}" for i in range(500)]
    serve.send(*({"id": i, "call": "ping", "message": {"n": i}} for i in ids))
    assert [serve.receive() for _ in ids] == [{"id": i, "result": {"n": i}} for i in ids]


def test_a_service_forgets_one_search_before_the_next(service, first_dsl_file, tmp_path):
    folders = []
    for name in ("a", "b"):
        (tmp_path / name / "representations").mkdir(parents=True)
        reply = service.call("explore", search(first_dsl_file, tmp_path / name))
        folders.append((contents(tmp_path / name), reply))
    assert folders[0] == folders[1] and folders[0][1]["new"] > 0


def test_the_service_and_the_executable_do_the_same(service, first_dsl_file, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name / "representations").mkdir(parents=True)
    reply = service.call("explore", search(first_dsl_file, tmp_path / "a"))
    text = json.dumps(search(first_dsl_file, tmp_path / "b"))
    done = subprocess.run([SERVICE.with_name("explore.exe")], input=text, capture_output=True, text=True)
    assert reply == json.loads(done.stdout) and contents(tmp_path / "a") == contents(tmp_path / "b")


def test_an_error_is_that_of_the_executable_and_the_service_goes_on(service, first_dsl_file, workspace):
    before = contents(workspace)
    with pytest.raises(InputError) as raised:
        service.call("explore", search(first_dsl_file, workspace, max_conn=0))
    assert str(raised.value) == "max_conn: found 0, expected an integer, 1 or more"
    assert contents(workspace) == before
    assert service.call("ping", [1]) == [1]


def test_threads_take_turns(service):
    results = []

    def work(k):
        results.extend(service.call("ping", [k, i]) == [k, i] for i in range(100))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 400


def test_a_large_message_goes_both_ways(service):
    message = ["é" * 1_000_000, list(range(100_000))]
    assert service.call("ping", message) == message


def test_a_program_that_goes_on_too_long_is_counted_and_skipped(service, first_dsl_file, workspace):
    reply = service.call("explore", search(first_dsl_file, workspace, eval_timeout=3e-7))  # three steps
    assert reply["n_failed"] > 0 and reply["n_enumerated"] == 20_000


# Progress and cancellation


def test_progress_arrives_when_it_is_asked_for(serve, first_dsl_file, workspace):
    serve.send({"id": 1, "call": "explore", "message": search(first_dsl_file, workspace, max_programs=FOREVER), "progress": True})
    reports = [serve.receive() for _ in range(3)]
    assert all(report["id"] == 1 and report.keys() == {"id", "progress"} for report in reports)
    n_enumerated = [report["progress"]["n_enumerated"] for report in reports]
    seconds = [report["progress"]["seconds"] for report in reports]
    assert 0 < n_enumerated[0] < n_enumerated[1] < n_enumerated[2] and 0 < seconds[0] < seconds[1] < seconds[2]


def test_a_cancelled_search_stops_and_writes_nothing(serve, first_dsl_file, workspace):
    serve.send({"id": 1, "call": "explore", "message": search(first_dsl_file, workspace, max_programs=FOREVER), "progress": True})
    assert "progress" in serve.receive()  # it is under way
    serve.send({"cancel": 1})
    while "progress" in (reply := serve.receive()):
        pass
    assert reply == {"id": 1, "cancelled": True}
    assert contents(workspace) == {}
    assert serve.ask({"id": 2, "call": "ping", "message": None}) == {"id": 2, "result": None}


def test_requests_wait_in_order_and_one_that_waits_can_be_cancelled(serve, first_dsl_file, workspace):
    serve.send({"id": "search", "call": "explore", "message": search(first_dsl_file, workspace, max_programs=FOREVER)})
    serve.send(*({"id": i, "call": "ping", "message": i} for i in (1, 2, 3)))
    assert serve.ask({"cancel": 2}) == {"id": 2, "cancelled": True}
    assert serve.ask({"id": 3, "call": "ping", "message": 0})["error"]["field"] == "id"  # it is taken
    serve.send({"cancel": "nobody"}, {"cancel": "search"})
    assert [serve.receive() for _ in range(3)] == [{"id": "search", "cancelled": True}, {"id": 1, "result": 1}, {"id": 3, "result": 3}]
    assert contents(workspace) == {}


def test_a_callback_that_raises_cancels_the_search(service, first_dsl_file, workspace):
    def full(n_enumerated, seconds):
        raise LookupError(n_enumerated)

    with pytest.raises(LookupError):
        service.call("explore", search(first_dsl_file, workspace, max_programs=FOREVER), full)
    before = pid_of(service)
    assert service.call("ping", 1) == 1 and pid_of(service) == before
    assert contents(workspace) == {}


def test_explore_reports_its_progress(first_dsl_file, workspace):
    told = []

    def stop(n_enumerated, seconds):
        told.append(n_enumerated)
        if len(told) == 3:
            raise LookupError

    with pytest.raises(LookupError):
        explore(
            dsl_file=first_dsl_file,
            next_dsl_file=workspace / "next.json",
            representations_dir=workspace / "representations",
            frontier=[],
            max_novel_representations=1,
            max_programs=FOREVER,
            on_progress=stop,
        )
    assert told == sorted(set(told)) and contents(workspace) == {}


# Malformed


NOT_REQUESTS = {
    "no JSON": (b"{]", None, ""),
    "empty": (b"", None, ""),
    "no UTF-8": (b'{"id": \xff}', None, ""),
    "nested": (b"[" * 300_000, None, ""),
    "no object": (b"[1]", None, ""),
    "no id": (b'{"call": "ping", "message": 1}', None, "id"),
    "an id of another kind": (b'{"id": 1.5, "call": "ping", "message": 1}', None, "id"),
    "no call": (b'{"id": 7, "message": 1}', 7, "call"),
    "an unknown call": (b'{"id": "a", "call": "explode", "message": 1}', "a", "call"),
    "no message": (b'{"id": 7, "call": "ping"}', 7, "message"),
    "a field too many": (b'{"id": 7, "call": "ping", "message": 1, "color": 2}', 7, "color"),
    "progress of another kind": (b'{"id": 7, "call": "ping", "message": 1, "progress": 3}', 7, "progress"),
    "a cancel of another kind": (b'{"cancel": [1]}', None, "cancel"),
}


@pytest.mark.parametrize("content, id, field", NOT_REQUESTS.values(), ids=NOT_REQUESTS)
def test_what_is_no_request_gets_an_error_and_the_service_goes_on(serve, content, id, field):
    serve.process.stdin.write(frame(content))
    reply = serve.receive()
    assert reply.keys() == {"id", "error"} and reply["id"] == id
    assert reply["error"].keys() == {"field", "found", "expected"} and reply["error"]["field"] == field
    assert serve.ask({"id": 1, "call": "ping", "message": None}) == {"id": 1, "result": None}


NOT_FRAMES = {
    "negative length": (struct.pack(">i", -1), "length of -1"),
    "length too large": (struct.pack(">i", 2**31 - 1), "length of 2147483647"),
    "text": (b'{"id": 1, "call": "ping"}\n', "length"),
    "truncated length": (b"\0\0", "end of the input after 2 bytes"),
    "truncated content": (frame(b'{"id": 1}')[:-3], "end of the input after 10 bytes"),
}


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "searching"])
@pytest.mark.parametrize("text, found", NOT_FRAMES.values(), ids=NOT_FRAMES)
def test_what_is_no_frame_ends_the_service_with_one_line(serve, first_dsl_file, workspace, text, found, busy):
    if busy:
        serve.send({"id": 1, "call": "explore", "message": search(first_dsl_file, workspace, max_programs=FOREVER), "progress": True})
        serve.receive()
    serve.process.stdin.write(text)
    serve.process.stdin.close()
    assert serve.process.wait(SOON) == 2
    said = serve.process.stderr.read()
    assert said.count(b"\n") == 1
    error = json.loads(said)["error"]
    assert error["field"] == "frame" and found in error["found"]
    assert contents(workspace) == {}


# Ends


def test_the_end_of_the_input_is_no_error(serve):
    serve.process.stdin.close()
    assert serve.process.wait(SOON) == 0
    assert (serve.process.stdout.read(), serve.process.stderr.read()) == (b"", b"")


@pytest.mark.parametrize("side", ["stdin", "stdout"])
def test_a_client_that_disappears_stops_the_search(serve, first_dsl_file, workspace, side):
    serve.send({"id": 1, "call": "explore", "message": search(first_dsl_file, workspace, max_programs=FOREVER), "progress": True})
    serve.receive()
    getattr(serve.process, side).close()
    assert serve.process.wait(SOON) == 0
    assert serve.process.stderr.read() == b"" and contents(workspace) == {}


def test_the_service_leaves_ctrl_c_to_its_client_and_obeys_sigterm(serve):
    ping = {"id": 1, "call": "ping", "message": None}
    serve.ask(ping)
    serve.process.send_signal(signal.SIGINT)
    assert serve.ask(ping) == {"id": 1, "result": None}
    serve.process.send_signal(signal.SIGTERM)
    assert serve.process.wait(SOON) == -signal.SIGTERM


