"""The whole page: one file that asks for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from string import Template

from pyssnn.errors import InputError
from pyssnn.files import atomic_write_text
from pyssnn.report import sections
from pyssnn.report.markup import Markup, element, join, text
from pyssnn.report.reading import Source

FILE = "report.html"


def report(folder: Path | str, *, beside: Path | str | None = None) -> str:
    """The report on `folder` (run folder, archive of one, or archive of the original) as HTML; the same folder gives the same text.

    Args:
        folder: what to read; nothing in it changes.
        beside: another such folder, whose numbers are put beside its.

    Raises:
        InputError: nothing there to report on, or a file that cannot be read.
    """
    source = Source.read(folder)
    other = None if beside is None else Source.read(beside)
    planned: list[tuple[str, str, Callable[[], Markup]]] = [
        ("numbers", "Numbers", lambda: sections.numbers_of(source, other)),
        ("statistics", "Population and baseline", lambda: sections.statistics(source)),
        ("accuracy", "Accuracy", lambda: sections.accuracy(source)),
        ("training", "Training", lambda: sections.training(source)),
        ("learning-curve", "Learning curve", lambda: sections.learning_curve(source)),
        ("test", "Test", lambda: sections.test_part(source)),
        ("library", "Library", lambda: sections.library(source)),
        ("population", "Population", lambda: sections.population(source)),
        ("time", "Time", lambda: sections.time(source)),
        ("configuration", "Configuration", lambda: sections.configuration(source)),
    ]
    made, missing = [], []
    for identity, title, make in planned:
        try:
            content = make()
        except sections.Missing as reason:
            missing.append(str(reason))
            continue
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            found = f"a file from which {title!r} cannot be told ({type(error).__name__}: {error})"
            raise InputError(source.folder, found, "the files of a run or an archive") from error
        made.append((identity, title, element("section", element("h2", title, id=identity), content)))
    links = [element("li", element("a", title, href=f"#{identity}")) for identity, title, _ in made]
    left_out = [element("p", f"Left out: {'; '.join(missing)}.")] if missing else []
    header = join([
        element("h1", source.name),
        element("p", _subtitle(source)),
        element("ul", *(element("li", element("b", number), element("span", what)) for number, what in sections.tiles(source)), class_="tiles"),
        element("nav", element("ul", *links), aria_label="Sections"),
        *left_out,
    ])  # fmt: skip
    footer = element("footer", "Written by pyssnn report. Nothing on this page is loaded from elsewhere.")
    template = Template(resources.files("pyssnn.report").joinpath("template.html").read_text(encoding="utf-8"))
    return template.substitute(title=text(source.name), header=header, body=join([*(part for *_, part in made), footer]))


def write_report(folder: Path | str, out: Path | str, *, beside: Path | str | None = None) -> Path:
    """Write the `report` on `folder` to the file `out`, whole or not at all; errors as of `report`, and for a place that cannot be written."""
    content, out = report(folder, beside=beside), Path(out)
    try:
        atomic_write_text(out, content)
    except OSError as error:
        raise InputError(out, error.strerror or error, "a file that can be written", "choose another with --out") from error
    return out


def _subtitle(source: Source) -> str:
    n, described = len(source.iterations), source.description
    parts = [f"{n} iteration{'s' * (n != 1)} of a population" if n else "A baseline alone"]
    if described is None:
        return f"{parts[0]}; an archive without run.json."
    target = source.config.get("target")
    parts += [f"target {target}"] if target else []
    parts += [f"seed {described.get('seed')}"]
    commit = described.get("commit")
    return "; ".join([*parts, f"commit {commit[:10]}{'-dirty' * commit.endswith('-dirty')}"] if isinstance(commit, str) else parts) + "."
