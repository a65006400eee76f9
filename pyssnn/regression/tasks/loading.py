"""A user's own task: a Python file that makes one `Task`."""

from __future__ import annotations

import runpy
from pathlib import Path

from pyssnn.errors import InputError
from pyssnn.regression.task import Task


def load_task(path: Path) -> Task:
    """The one `Task` that a Python file binds to a name. The file is run, as a module would be.

    Raises:
        InputError: no such file, an error in it, or another number of tasks than one.
    """
    if not path.is_file():
        raise InputError(path, "no such file", "a Python file that makes a Task")
    try:
        names = runpy.run_path(str(path))
    except InputError:
        raise
    except Exception as error:
        raise InputError(path, f"{type(error).__name__}: {error}", "a Python file that makes a Task") from None
    found = list({id(value): value for value in names.values() if isinstance(value, Task)}.values())
    if len(found) != 1:
        raise InputError(path, f"{len(found)} tasks", "one, as in `task = Task(name=…, low=…, high=…, components=…, length=…, solve=…)`")
    return found[0]
