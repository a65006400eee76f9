"""The table of the tasks, as text."""

from __future__ import annotations

import re
from collections.abc import Sequence


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells under one another, the first row underlined; cells that are numbers stand right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for number, row in enumerate(rows):
        lines.append("  ".join(_aligned(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in widths))
    return "\n".join(lines) + "\n"


def table(records: Sequence[dict]) -> str:
    """What was recorded of each task: its program, then its tests."""
    head = ("task", "trained at", "held out", "parameters", "not 0", "groups", "lines", "verdict", "neurons' values compared", "differing", "logit error")
    rows = [head]
    for record in records:
        rows.append(
            (
                record["task"],
                _sizes(record["sizes"]),
                _sizes(record["held_out"]) or "-",
                f"{record['parameters']:,}",
                f"{record['nonzero']:,}",
                str(record.get("groups", "-")),
                str(record.get("lines", "-")),
                " ".join(filter(None, (record["verdict"], record["scope"]))),
                f"{record['compared']:,}",
                str(record["differing"]),
                f"{record['bound']:g}",
            )
        )
    tests = [("task", "test", "program", "trivial rule", "MLP", "CNN", "the trivial rule")]
    for record in records:
        for name, right in record["tests"].items():
            trained = [_baseline(record["baselines"].get(kind, {}), name) for kind in ("mlp", "cnn")]
            tests.append((record["task"], name, _percent(right), _percent(record["trivial"][name]), *trained, record["trivial_rule"]))
        for kind, shares in record["baselines"].items():
            for name in [name for name in shares if name not in record["tests"]]:
                trained = [_percent(shares[name]) if kind == each else "-" for each in ("mlp", "cnn")]
                tests.append((record["task"], name, "-", "-", *trained, ""))
    notes = "".join(f"note on {record['task']}: {note}\n" for record in records for note in record["notes"])
    told = "Share of examples that are wholly right; an MLP has one size, so it says nothing of others.\n"
    return columns(rows) + notes + ("\n" + told + "\n" + columns(tests) if len(tests) > 1 else "")


def automata_table(records: Sequence[dict]) -> str:
    """What was recorded of elementary automata, in a few lines."""
    lines = sorted(record["lines"] for record in records if "lines" in record)
    tests = dict.fromkeys(name for record in records for name in record["tests"])
    right = {name: sum(record["tests"].get(name) == 1 for record in records) for name in tests}
    told = [
        f"elementary automata: {sum(record['verdict'] == 'proven' for record in records)} of {len(records)} proven,"
        f" {sum(record['scope'] == 'for any size' for record in records)} for any size,"
        f" {sum(record['differing'] for record in records)} of {sum(record['compared'] for record in records):,} neurons' values differ",
        *(f"  {name}: {count} of {len(records)} programs wholly right" for name, count in right.items()),
    ]
    if lines:
        told.append(f"  lines: {lines[0]} to {lines[-1]}, {lines[len(lines) // 2]} in the middle")
    return "\n".join(told) + "\n"


def units_table(record: dict) -> str:
    """The groups of one program."""
    head = ("group", "layer", "neurons", "distinct", "domain", "reads", "activation", "certificate", "verdict")
    rows = [head, *(tuple(_text(unit[name]) for name in head) for unit in record["units"])]
    return columns(rows)


def comparison_table(rows: Sequence[dict]) -> str:
    """A program for MAXSAT against the rules that people made (`comparison.compare`)."""
    cells = [("variables", "clauses", "formulae", "rule", "program satisfies", "rule satisfies", "difference (clauses, 95 %)")]
    for row in rows:
        interval = "" if row["interval"] is None else f" ± {row['interval']:.2f}"
        shares = (f"{row['program']:.2%}", f"{row['rival']:.2%}")
        cells.append((f"{row['variables']:,}", f"{row['clauses']:,}", str(row["formulae"]), row["rule"], *shares, f"{row['difference']:+.2f}{interval}"))
    return columns(cells)


def _aligned(cell: str, width: int) -> str:
    return cell.rjust(width) if re.fullmatch(r"-|[+-]?[\d,.]+(e-\d+)?( ?%)?", cell) else cell.ljust(width)


def _baseline(shares: dict[str, float], name: str) -> str:
    return _percent(shares[name]) if name in shares else "-"


def _percent(part: float) -> str:
    return f"{100 * part:.1f} %"


def _sizes(sizes: Sequence[Sequence[int]]) -> str:
    return ", ".join("x".join(map(str, size)) for size in sizes)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
