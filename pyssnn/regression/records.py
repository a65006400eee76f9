"""What a run keeps of a task, as JSON, and how it is told: results.csv and the table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from pyssnn.regression.choosing import Candidate
from pyssnn.regression.inspection import columned
from pyssnn.regression.regress import BEHAVIOUR, PAPER, Reading
from pyssnn.regression.verify import Agreements

COLUMNS = (
    "task", "solved", "method", "path", "table", "architecture", "perfect", "program_truth", "program_network", "network_truth", "length",
    "paper_path", "no_network", "untrained", "shuffled", "pass@1", "pass@3", "seconds", "seconds_training", "seconds_reading",
)  # fmt: skip


def agreements_record(found: Agreements) -> dict:
    """The agreements as JSON, integers of any size included."""
    wrong = found.counterexample
    return {
        "exact": found.exact,
        "program_truth": found.program_truth,
        "program_network": found.program_network,
        "network_truth": found.network_truth,
        "beyond": found.beyond,
        "idle": list(found.idle),
        "counterexample": None if wrong is None else {"word": [list(x) for x in wrong.word], "expected": wrong.expected, "found": wrong.found},
        "streams": [vars(stream) for stream in found.streams],
    }


def candidate_record(candidate: Candidate) -> dict:
    """A program as JSON: its text, its terms, and what it costs."""
    program = candidate.program
    return {
        "method": program.method,
        "path": candidate.path,
        "table": program.is_table,
        "length": program.description_length,
        "bits": candidate.bits,
        "different": candidate.different,
        "source": program.source(),
        "terms": [{"term": each.text, "type": each.type} for each in program.terms()],
    }


def reading_record(reading: Reading) -> dict:
    """What was read of a network, verification apart."""
    best = reading.best()
    return {
        "program": None if best is None else candidate_record(best),
        "candidates": {path: sum(each.path == path for each in reading.candidates) for path in (PAPER, BEHAVIOUR)},
        "answers": reading.evidence.answers,
        "distance": min(reading.evidence.distance, 1e300),
        "seconds": reading.seconds,
    }


def row(task: str, trained: Mapping, read: Mapping, controls: Mapping | None, language: Mapping | None) -> dict[str, Any]:
    """A line of results.csv; None where there is nothing to say."""
    program, agreements = read["program"], read["agreements"]
    controls, language = controls or {}, language or {}
    return {
        "task": task,
        "solved": read["solved"],
        "method": program and program["method"],
        "path": program and program["path"],
        "table": program and program["table"],
        "architecture": trained["architecture"],
        "perfect": trained["perfect"],
        **{name: agreements and agreements[name] for name in ("program_truth", "program_network", "network_truth")},
        "length": program and round(program["length"], 1),
        "paper_path": read["paper"]["solved"],
        **{name: controls.get(name) for name in ("no_network", "untrained", "shuffled")},
        **{name: language.get(name) for name in ("pass@1", "pass@3")},
        "seconds": round(trained["seconds"] + read["seconds"], 3),
        "seconds_training": round(trained["seconds"], 3),
        "seconds_reading": round(read["seconds"], 3),
    }


def results_csv(rows: Sequence[Mapping]) -> str:
    """The rows as CSV, in the order of `COLUMNS`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in each.items()} for each in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else value


def summary_table(rows: Sequence[Mapping]) -> str:
    """A line a task, and the counts."""
    lines = [["task", "verdict", "method", "network", "program = truth", "= network", "network = truth", "bits", "paper", "seconds"]]
    for each in rows:
        verdict = ("solved, a table" if each["table"] else "solved") if each["solved"] else "unsolved"
        shares = [_percent(each[name]) for name in ("program_truth", "program_network", "network_truth")]
        length = "" if each["length"] is None else f"{each['length']:.0f}"
        network = each["architecture"] + ("" if each["perfect"] else ", errs")
        lines.append([each["task"], verdict, each["method"] or "", network, *shares, length, "yes" if each["paper_path"] else "", f"{each['seconds']:.1f}"])
    return columned(lines) + "\n\n" + counts(rows)


def counts(rows: Sequence[Mapping]) -> str:
    """How many were solved, by whom; and by the controls."""
    n, solved = len(rows), [each for each in rows if each["solved"]]
    told = [
        f"solved {len(solved)} of {n}, {sum(bool(each['table']) for each in solved)} of them with a table; networks that are perfect: {sum(each['perfect'] for each in rows)}",
        f"the paper's path alone (normalizers, lattice, regressors): {sum(each['paper_path'] for each in rows)} of {n}",
    ]
    names = (("no_network", "no network, raw inputs and outputs"), ("untrained", "untrained networks"), ("shuffled", "shuffled labels"))
    for name, words in names:
        known = [each[name] for each in rows if each[name] is not None]
        if known:
            told.append(f"control, {words}: {sum(known)} of {len(known)}")
    for name in ("pass@1", "pass@3"):
        known = [each[name] for each in rows if each[name] is not None]
        if known:
            told.append(f"language model, {name}: {sum(known):.2f} of {len(known)}")
    return "\n".join(told)


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.3f} %" if share < 1 else "100 %"
