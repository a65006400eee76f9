"""A stranger's program computes and answers. It does nothing else, whatever it tries, and with whichever layer the system grants."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyssnn.errors import InputError
from pyssnn.regression.language.sandbox import LAYERS, Limits, run

QUICK = Limits(cpu_seconds=2, wall_seconds=20)
ONE = [[(1,), (2,)]]
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")


def attempt(body: str, *, layers=LAYERS, limits=QUICK):
    """What comes of a `solve` with these lines."""
    return run("def solve(xs):\n" + "\n".join(f"    {line}" for line in body.splitlines()), ONE, limits, layers=layers)


def held(*layers: str) -> bool:
    """Whether the system grants these layers."""
    return set(layers) <= set(attempt("return [0, 0]").layers)


def needs(layers) -> None:
    """Skips what asks of a layer alone that the system does not grant. All together must do with what is granted."""
    if tuple(layers) != tuple(LAYERS) and not held(*layers):
        pytest.skip(f"the system does not grant {', '.join(layers)}")


# Computing


@settings(max_examples=10)
@given(st.lists(st.lists(st.tuples(st.integers(), st.integers()), max_size=5), max_size=4))
def test_integers_of_any_size_go_in_and_come_out(inputs):
    outcome = run("def solve(xs):\n    return [x * y + 10**60 for x, y in xs]", inputs)
    assert (outcome.status, outcome.outputs) == ("answered", [[x * y + 10**60 for x, y in xs] for xs in inputs])


def test_it_may_use_modules_that_compute_and_may_print():
    outcome = attempt("import math, collections\nfrom functools import reduce\nprint('hello')\nreturn [math.gcd(4, x) for x, in xs]")
    assert (outcome.status, outcome.outputs) == ("answered", [[1, 2]])


def test_it_tells_which_layers_hold():
    layers = attempt("return [0, 0]").layers
    assert "hook" in layers and set(layers) <= set(LAYERS)
    assert attempt("return [0, 0]", layers=["hook"]).layers == ("hook",)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("return [1]", "one output a step"),
        ("return [1, 2.0]", "float"),
        ("return [1, '2']", "str"),
        ("return 5", "TypeError"),
        ("return [1, 10**5000]", "digits"),
        ("return [1, 2] + 1", "TypeError"),
        ("raise SystemExit(0)", "SystemExit"),
        ("raise ValueError('line\\nline')", "ValueError: line line"),
        ("return (", "SyntaxError"),
    ],
)
def test_an_answer_that_is_none_fails_with_a_reason_in_one_line(body, why):
    outcome = attempt(body)
    assert outcome.status == "failed" and why in outcome.message and outcome.outputs is None and "\n" not in outcome.message


def test_a_program_without_solve_fails():
    assert run("x = 1", ONE).message == "there is no function solve"


# Limits


@pytest.mark.parametrize("ignoring", ["", "import sys; signal = sys.modules.get('signal')\nif signal: signal.signal(signal.SIGXCPU, signal.SIG_IGN)\n"])
def test_an_endless_loop_ends(ignoring):
    outcome = attempt(ignoring + "while True: pass", limits=Limits(cpu_seconds=1, wall_seconds=30))
    assert outcome.status in ("killed", "failed") and outcome.outputs is None


def test_a_loop_that_waits_ends_by_the_clock():
    began = time.monotonic()
    outcome = attempt("import time\nwhile True: time.sleep(0.01)", limits=Limits(cpu_seconds=60, wall_seconds=1.5))
    assert outcome.status == "timed out" and time.monotonic() - began < 15


@linux
@pytest.mark.parametrize("hog", ["a = []\nwhile True: a.append(bytes(1 << 24))", "return [0] * 10**10", "return [1, 1 << (1 << 40)]"])
def test_a_memory_hog_ends(hog):
    outcome = attempt(hog)
    assert outcome.status in ("failed", "killed")
    assert "Memory" in outcome.message or "Overflow" in outcome.message or outcome.status == "killed"


def test_deep_recursion_ends():
    assert attempt("import sys\nsys.setrecursionlimit(10**9)\nf = lambda n: f(n + 1)\nf(0)").status in ("failed", "killed")


@linux
def test_a_flood_of_output_ends():
    outcome = attempt("return [10**99 for _ in range(10**5)]", limits=Limits(output=1 << 20))
    assert outcome.status == "too much"
    flood = "import os\nfor fd in range(3, 10):\n    try:\n        while True: os.write(fd, b'x' * 65536)\n    except OSError: pass"
    assert attempt(flood, limits=Limits(cpu_seconds=5, output=1 << 20)).status == "too much"


# Processes, files, the network: each with every layer alone that is there to stop it

PROCESSES = {
    "fork": "import os\nwhile True: os.fork()",
    "system": "import os\nif os.system('exit 3') == 768: return [1, 2]\nraise OSError",
    "spawn": "import posix\nposix.posix_spawn('/bin/sh', ['sh', '-c', 'sleep 60'], {})\nreturn [1, 2]",
}


def processes() -> int:
    return len(subprocess.run(["ps", "-eo", "pid="], capture_output=True, text=True, check=True).stdout.split())


@linux
@pytest.mark.parametrize("layers", [LAYERS, ("nobody",), ("filter",), ("hook",)], ids="+".join)
@pytest.mark.parametrize("body", PROCESSES.values(), ids=PROCESSES)
def test_no_process_is_started(body, layers):
    if layers != ("nobody",) or os.geteuid() == 0:  # who is not root is nobody
        needs(layers)
    before = processes()
    outcome = attempt(body, layers=layers)
    assert outcome.outputs is None and outcome.status == "failed"
    assert processes() < before + 50  # others come and go on this machine


@linux
def test_no_thread_is_started_past_the_filter():
    needs(("filter",))
    outcome = attempt("import _thread\n_thread.start_new_thread(print, ())\nreturn [1, 2]")
    assert outcome.status == "failed"


@linux
@pytest.mark.parametrize("layers", [LAYERS, (), ("filter",), ("hook",)], ids=lambda layers: "+".join(layers) or "limits")
def test_no_file_is_written(tmp_path, layers):
    needs(layers)
    path = tmp_path / "file"
    tmp_path.chmod(0o777)
    outcome = attempt(f"with open({str(path)!r}, 'w') as file: file.write('x')\nreturn [1, 2]", layers=layers)
    assert outcome.status == "failed"
    assert not path.exists() or path.read_bytes() == b""


@linux
@pytest.mark.parametrize("layers", [LAYERS, ("filter",), ("hook",)], ids="+".join)
@pytest.mark.parametrize(
    "body",
    ["import os\nos.{call}({path!r})", "import os\nos.{call}({path!r}, 0o777)", "import os\nos.{call}({path!r}, {path!r} + '2')"],
)
def test_no_file_is_touched(tmp_path, layers, body):
    needs(layers)
    path = tmp_path / "file"
    path.write_text("here")
    before = path.stat().st_mode
    for call in ("remove", "chmod", "rename", "symlink", "truncate", "mkdir"):
        assert attempt(body.format(call=call, path=str(path)), layers=layers).status == "failed"
    assert list(tmp_path.iterdir()) == [path] and path.read_text() == "here" and path.stat().st_mode == before


@linux
@pytest.mark.parametrize("layers", [LAYERS, ("filter",), ("hook",)], ids="+".join)
def test_no_secret_is_read(tmp_path, monkeypatch, layers):
    needs(layers)
    path = tmp_path / "secret"
    path.write_text("1")
    monkeypatch.setenv("SECRET", "1")
    assert attempt(f"return [int(open({str(path)!r}).read())] * 2", layers=layers).status == "failed"
    assert attempt("import os\nreturn [int('SECRET' in os.environ), len(os.environ)]", layers=layers).outputs[0][0] == 0


CALL = "\n".join(
    [
        "try:",
        "    import _socket",
        "except ImportError:",
        "    import sys, importlib.machinery as m, importlib.util as u, os",
        "    raise",
        "s = _socket.socket()",
        "s.connect(('127.0.0.1', {port}))",
        "return [1, 2]",
    ]
)


@pytest.fixture
def listener():
    """A server on this machine, and who called."""
    called = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                called.append(address)
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], called


@linux
@pytest.mark.parametrize("layers", [LAYERS, ("namespace",), ("filter",), ("hook",)], ids="+".join)
def test_nobody_is_called(listener, layers):
    needs(layers)
    port, called = listener
    with socket.create_connection(("127.0.0.1", port)):  # it can be reached from here
        pass
    import _socket

    loaded = f"import sys\nfrom importlib.machinery import ExtensionFileLoader\nsys.path.append({os.path.dirname(getattr(_socket, '__file__', '') or '/')!r})\n"
    outcome = attempt(loaded + CALL.format(port=port), layers=layers)
    assert outcome.status == "failed", outcome
    time.sleep(0.1)
    assert len(called) == 1


@linux
def test_without_a_layer_the_call_would_be_made(listener):
    """What makes the test above able to fail."""
    port, called = listener
    import _socket

    loaded = f"import sys\nsys.path.append({os.path.dirname(getattr(_socket, '__file__', '') or '/')!r})\n"
    assert attempt(loaded + CALL.format(port=port), layers=()).status == "answered"
    time.sleep(0.1)
    assert len(called) == 1


# The parent


def test_limits_that_are_none_are_refused():
    for bad in ({"cpu_seconds": 0}, {"wall_seconds": 0.0}, {"memory": 1}, {"output": -1}):
        with pytest.raises(InputError):
            Limits(**bad)


def test_the_folder_is_empty_and_goes():
    outcome = attempt("import os\nreturn [len(os.listdir('.')), 0]", layers=())
    assert outcome.outputs == [[0, 0]]
