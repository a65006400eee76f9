"""A table of a program's groups: what each is, how many units it has, and how sure it is."""

from __future__ import annotations

import numpy as np

from pyssnn.distillation.emit.plan import INDEX_NAMES
from pyssnn.distillation.emit.words import length_text
from pyssnn.distillation.ir import Group, Program
from pyssnn.distillation.reading import Reading
from pyssnn.distillation.writing import Writing

HEAD = ("group", "layer", "units", "domain", "selectors", "certificate", "form")


def domain_text(program: Program, group: Group) -> str:
    """The lengths that a group's indices run over and what else they fulfil, such as "(n + 1) x (n + 1), i < j"."""
    lengths = [length_text(extent, program.variables()) for extent in group.extents]
    if len(lengths) > 1:
        lengths = [f"({length})" if " " in length else length for length in lengths]
    return (" x ".join(lengths) or "1") + "".join(f", {INDEX_NAMES[one.first]} {one.kind} {INDEX_NAMES[one.second]}" for one in group.relations)


def group_rows(writing: Writing, readings: tuple[Reading, ...], placements: tuple[dict[str, np.ndarray], ...]) -> list[tuple[str, ...]]:
    """For each group the columns of `HEAD`: units of the first network, the domain, and how its neurons were certified."""
    rows = []
    short = {group.name for group in writing.short.groups}
    for group in writing.program.groups:
        ids = placements[0][group.name]
        exact = readings[0].exact
        became = readings[0].became[group.layer]
        members = np.isin(became, ids[ids >= 0])
        sure = "approximate" if not exact.certified[group.layer][members].all() else exact.how[group.layer]
        form = writing.forms[group.name].kind if group.name in writing.forms else group.activation
        rows.append(
            (
                group.name,
                str(group.layer),
                str(int((ids >= 0).sum())),
                domain_text(writing.program, group),
                str(len(group.terms)),
                sure,
                form if group.name in short else "negative",
            )
        )
    return rows


def group_table(writing: Writing, readings: tuple[Reading, ...], placements: tuple[dict[str, np.ndarray], ...]) -> list[str]:
    """`group_rows` as aligned lines."""
    rows = [HEAD, *group_rows(writing, readings, placements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
