"""A table of a program's groups: what each is, how many units it has, and how sure it is."""

from __future__ import annotations

import numpy as np

from pyssnn.distillation.emit.words import length_text
from pyssnn.distillation.reading import Reading
from pyssnn.distillation.writing import Writing

HEAD = ("group", "layer", "units", "domain", "selectors", "certificate", "form")


def group_rows(writing: Writing, readings: tuple[Reading, ...], placements: tuple[dict[str, np.ndarray], ...]) -> list[tuple[str, ...]]:
    """For each group the columns of `HEAD`: units of the first network, the domain, and how its neurons were certified."""
    rows = []
    names = writing.program.variables()
    short = {group.name for group in writing.short.groups}
    for group in writing.program.groups:
        ids = placements[0][group.name]
        exact = readings[0].exact
        became = readings[0].became[group.layer]
        members = np.isin(became, ids[ids >= 0])
        sure = "approximate" if not exact.certified[group.layer][members].all() else exact.how[group.layer]
        domain = " x ".join(length_text(extent, names) for extent in group.extents) or "1"
        domain += "".join(f", {'ijkl'[one.first]} {one.kind} {'ijkl'[one.second]}" for one in group.relations)
        form = writing.forms[group.name].kind if group.name in writing.forms else group.activation
        rows.append(
            (
                group.name,
                str(group.layer),
                str(int((ids >= 0).sum())),
                domain,
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
