"""The confined process: a request as JSON on standard input, a reply as JSON on standard output.

Request: `source`, `inputs` (sequences of tuples), `limits`, `layers`. Reply: `layers`, and `outputs` or `error`. It is started by
`pyssnn.regression.language.sandbox` and imports nothing of pyssnn. coupling: ../running.py
"""

from __future__ import annotations

import importlib
import io
import json
import os
import sys

# What a solution may import. They are loaded now: once confined, this process opens no file.
MODULES = (
    "abc array bisect cmath collections collections.abc copy dataclasses decimal enum fractions functools heapq itertools math numbers "
    "operator random re statistics string types typing"
).split()


def main() -> None:
    request = json.loads(sys.stdin.buffer.read())
    reply_to = os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), io.StringIO(), io.StringIO()
    for name in MODULES:
        importlib.import_module(name)
    from confine import confine

    layers = confine(request["limits"], request["layers"])
    sys.path.clear()
    sys.path_importer_cache.clear()
    for name in ("ctypes", "_ctypes", "confine", "syscalls", "resource"):
        sys.modules.pop(name, None)
    content = memoryview(_reply(layers, request["source"], request["inputs"]).encode())
    while content:
        content = content[os.write(reply_to, content) :]
    os._exit(0)


def _reply(layers: list[str], source: str, inputs: list) -> str:
    try:
        return json.dumps({"layers": layers, **_answer(source, inputs)})
    except BaseException as error:  # whatever it is, SystemExit too, the solution has failed
        return json.dumps({"layers": layers, "error": f"{type(error).__name__}: {error}"[:500]})


def _answer(source: str, inputs: list) -> dict:
    names: dict = {"__name__": "solution"}
    exec(compile(source, "solution", "exec"), names)
    solve = names.get("solve")
    if not callable(solve):
        return {"error": "there is no function solve"}
    return {"outputs": [[_integer(y) for y in solve([tuple(x) for x in xs])] for xs in inputs]}


def _integer(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"an output is {type(value).__name__}, no integer")
    return int(value)


main()
