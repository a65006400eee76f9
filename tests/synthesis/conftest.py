from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pyssnn.synthesis import Dsl
from pyssnn.synthesis.service import Service

REPOSITORY = Path(__file__).resolve().parents[2]
FOREVER = 10**12  # programs: days of work
SOON = 60  # seconds, far more than it takes


@pytest.fixture
def first_dsl_file() -> Path:
    return REPOSITORY / "graph" / "dsls" / "dsl_0.json"


@pytest.fixture
def first_dsl(first_dsl_file: Path) -> Dsl:
    return Dsl.load(first_dsl_file)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "representations").mkdir()
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below the folder, by its path: two equal ones mean that nothing changed."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def search(first_dsl_file: Path, workspace: Path, **changes: object) -> dict:
    """A message that asks for a small search of graphs, with these fields changed."""
    return {
        "domain": "graph",
        "frontier": [],
        "dsl_file": str(first_dsl_file),
        "next_dsl_file": str(workspace / "next.json"),
        "representations_dir": str(workspace / "representations"),
        "max_novel_representations": 10,
        "max_programs": 20_000,
    } | changes


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as service:
        yield service


def pid_of(service: Service) -> int:
    return service._process.popen.pid
