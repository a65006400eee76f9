"""What a run says: a record of each interpretation, and the report made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .interpretation import Interpretation
from .judgement import Candidate
from .truth import Verdict


def record(found: Interpretation, verdict: Verdict | None = None) -> dict:
    """An interpretation as JSON can hold it."""
    made = {
        "verdict": found.verdict if verdict is None else verdict.verdict,
        "best": _candidate(found.best),
        "latex": found.to_latex(),
        "front": [_candidate(c) for c in found.front],
        "rivals": [_candidate(c) for c in found.rivals],
        "spearman": found.spearman,
        "noise_floor": found.noise_floor,
        "symmetries": list(found.symmetries),
        "dimension": found.dimension,
        "n_enumerated": found.n_enumerated,
    }
    if verdict is not None:
        made |= {"proven": verdict.proven, "truth_error": list(verdict.truth), "outside_truth": verdict.outside}
    return made


def _candidate(candidate: Candidate) -> dict:
    return {"form": str(candidate.form), "size": candidate.size, "error": candidate.error, "noise": candidate.noise}


def report(title: str, results: Mapping[str, dict], notes: Sequence[str] = ()) -> str:
    """Markdown: a table of all results, then each with its front and its rivals.

    Args:
        results: by name, what `record` made; "seconds" (of training and search) and "seconds_search" in one are shown, too.
    """
    lines = [f"# {title}", "", *notes, "" if notes else ""]
    lines += ["| what | verdict | form | 1 − cos² | noise floor | Spearman | seconds | search |", "|---|---|---|---|---|---|---|---|"]
    for name, result in results.items():
        best, times = result["best"], [f"{result[key]:.{digits}f}" if key in result else "" for key, digits in (("seconds", 0), ("seconds_search", 2))]
        lines.append(
            f"| {name} | {result['verdict']} | `{best['form']}` | {best['error']:.2e} | {result['noise_floor']:.2e} | {result['spearman']:.5f} |"
            f" {times[0]} | {times[1]} |"
        )
    for name, result in results.items():
        lines += ["", f"## {name}", ""]
        lines += [f"{result['how']}.", ""] if "how" in result else []
        if "truth_error" in result:
            errors = ", ".join(f"{error:.2e}" for error in result["truth_error"])
            lines += [f"Truth: {', '.join(f'`{t}`' for t in result['truth'])}; the latent's 1 − cos² from it: {errors}.", ""]
            if len(result["truth_error"]) > 1:
                nearest = result["truth"][min(range(len(result["truth"])), key=lambda i: result["truth_error"][i])]
                lines += [f"Outside the span of both: {result['outside_truth']:.2e}; the latent is nearest to `{nearest}`.", ""]
        lines += [f"- {text}" for text in result["symmetries"]] + ([""] if result["symmetries"] else [])
        lines += ["| size | 1 − cos² | front |", "|---|---|---|"]
        lines += [f"| {c['size']:g} | {c['error']:.2e} | `{c['form']}` |" for c in result["front"]]
        if result["rivals"]:
            lines += ["", "Within the noise as well:", "", *(f"- `{c['form']}` ({c['error']:.2e})" for c in result["rivals"])]
    return "\n".join(lines) + "\n"
