"""The README's commands, from `make experiment` on: they parse, and name what is in the repository or made by a command before."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import pytest

from pyssnn import cli
from pyssnn.cli import experiments, search
from pyssnn.evolution import ExperimentConfig
from pyssnn.experiments import PROFILES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
FIRST = Path("graph/dsls/dsl_0.json")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[list[str]]:
    """The arguments of each `pyssnn ...` in the lines of `text`."""
    found = [re.match(r"\s*(?:\$\(BIN\)/)?pyssnn (.*)", line) for line in text.replace("$(WORKERS)", "2").splitlines()]
    return [shlex.split(match[1], comments=True) for match in found if match]


def made_by_make() -> list[list[str]]:
    recipe = re.search(r"^experiment:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return commands(recipe[1])


def of_the_shell() -> list[list[str]]:
    return [command for block in blocks("sh") for command in commands(block)]


def n_puzzles(config: ExperimentConfig) -> int:
    return config.n_train + config.n_validation + config.n_evaluation + config.n_test


class Made:
    """What the commands so far have made: puzzles with their number and seed, runs with their number of DSLs, folders."""

    def __init__(self) -> None:
        self.puzzles: dict[Path, tuple[int, int]] = {}
        self.paths = {FIRST}

    def data_set(self, folder: Path, n: int, seed: int) -> None:
        assert self.puzzles.setdefault(folder, (n, seed)) == (n, seed), f"{folder} was made with other puzzles before"

    def run(self, folder: Path, data: Path, config) -> None:
        assert n_puzzles(config) <= self.puzzles[data][0], f"too few puzzles for {folder}"
        assert folder not in self.paths, f"{folder} is another run's"
        explorations, compressions = config.iterations + 1, config.iterations
        self.paths |= {folder, *(folder / "dsls" / f"dsl_{k}.json" for k in range(1 + explorations + compressions))}


@pytest.fixture(scope="module")
def after_the_shell() -> Made:
    """What there is after `make experiment` and the README's commands, each of which is checked."""
    made = Made()
    for command in [*made_by_make(), *of_the_shell()]:
        arguments = cli._parser().parse_args(command)
        if command[0] == "raven":
            made.data_set(arguments.out, arguments.n, arguments.seed)
        elif command[0] in ("evolve", "baseline"):
            config = experiments._changed(PROFILES[arguments.profile], arguments)
            made.run(arguments.results / arguments.name, arguments.data, config)
        elif command[0] == "explore":
            assert arguments.dsl in made.paths
            made.paths |= {arguments.representations, search._next_dsl(arguments.dsl)}
        elif command[0] == "library":
            assert arguments.dsl in made.paths
        elif command[0] in ("status", "plot", "report", "learning-curve", "archive"):
            assert arguments.path in made.paths, f"nothing makes {arguments.path}"
            assert command[0] != "archive" or arguments.destination not in made.paths
    return made


def test_there_are_commands_and_a_first_dsl(after_the_shell):
    about_runs = {"status", "plot", "report", "learning-curve", "archive"}
    assert {command[0] for command in of_the_shell()} == {"raven", "evolve", "baseline", "explore", "library", "kan", "distill", "regress", "interpret", "doctor", *about_runs}
    assert [command[0] for command in made_by_make()] == ["raven", "evolve"]
    assert (ROOT / FIRST).exists()


def test_the_python_blocks_work_on_the_same_puzzles_and_name_files_that_there_are(after_the_shell):
    assert len(blocks("python")) == 3
    for block in blocks("python"):
        tree = ast.parse(block)
        for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]:
            options = {keyword.arg: keyword.value for keyword in call.keywords}
            if call.func.id == "generate_data":
                n, folder = map(ast.literal_eval, call.args)
                after_the_shell.data_set(Path(folder), n, ast.literal_eval(options["seed"]))
                assert n >= n_puzzles(PROFILES["paper"])
            if call.func.id == "run_experiment":
                profile = re.search(r"PROFILES\[['\"](\w+)", ast.unparse(call))[1]
                after_the_shell.run(Path(ast.literal_eval(call.args[1])), Path("graph/dataset"), PROFILES[profile])
        named = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        for path in [Path(text) for text in named if "/" in text]:
            assert path in after_the_shell.paths or path in after_the_shell.puzzles, f"nothing makes {path}"


def test_workers_are_started_under_the_main_guard():
    for block in blocks("python"):
        if re.search(r"workers=([2-9]|\d\d)", block):
            guarded = [node for node in ast.parse(block).body if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)]
            assert guarded and all("workers" not in ast.unparse(node) for node in ast.parse(block).body if not isinstance(node, ast.If))


def test_the_table_of_examples_has_the_solution_that_is_told(capsys):
    (block,) = [block for block in blocks("python") if "solve(" in block]
    exec(block, {})
    assert f"fits: {capsys.readouterr().out}" in block


def test_what_the_readme_links_to_is_there():
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (ROOT / link).exists() and link != "docs/experiment.png"] == []
