"""The report's charts: each function gives charts to stand side by side and the names in their common legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from pyssnn.evolution.statistics import Estimate, Networks, best_of, estimate
from pyssnn.plots.curves import SMOOTHING_WINDOW, expected_best_of, moving_average
from pyssnn.plots.reading import Iteration, Member
from pyssnn.plots.style import accuracy_limits
from pyssnn.report.costs import KINDS, LEARNING_CURVE, Cost
from pyssnn.report.library import Growth
from pyssnn.report.markup import Markup, element, join
from pyssnn.report.reading import Source
from pyssnn.report.svg import Chart

_TOLD_RESAMPLES = 2_000
_GROUPS = {"baseline": "base", "random": "mean", "evolved": "best"}  # of a learning curve, with their colours


@dataclass(frozen=True)
class Charts:
    """Charts with a title each, and a legend of (style, words)."""

    charts: Sequence[tuple[str, Chart]]
    legend: Sequence[tuple[str, str]]

    def html(self) -> Markup:
        shown = [element("figure", element("figcaption", title), chart.svg()) for title, chart in self.charts]
        keys = [element("li", element("span", class_=f"key {kind}"), words) for kind, words in self.legend]
        return join([element("div", *shown, class_="charts"), element("ul", *keys, class_="legend")])


def over_iterations(source: Source) -> Charts:
    """Best, mean of the kept and mean of the population over the iterations, beside the baseline's."""
    iterations, xs = source.iterations, [it.index + 1 for it in source.iterations]
    populations = [[m for m in it.members if not m.failed] or list(it.members) for it in iterations]
    kept = [[m for m in it.kept or () if not m.failed] for it in iterations]
    baseline = [m for m in source.baseline if not m.failed]
    charts = []
    for part, title in (("train", "Training puzzles"), ("evaluation", "Evaluation puzzles")):
        def values(members: Sequence[Member], part: str = part) -> list[float]:
            return [getattr(m, part) for m in members]

        every = [v for group in (*populations, baseline) for v in values(group)]
        best, means = [max(values(p)) for p in populations], [fmean(values(p)) for p in populations]
        low = min([*means, *([fmean(values(baseline))] if baseline else [])])
        limits = accuracy_limits([low, max(every)])
        told = f"{title}: best {_series(best)}; mean {_series(means)}, by iteration"
        chart = Chart(told, "iteration", "accuracy", (xs[0] - 0.3, xs[-1] + 0.3), limits, percent=True, x_ticks=[(x, str(x)) for x in xs])
        if baseline:
            ends = (xs[0] - 0.3, xs[-1] + 0.3)
            chart.line([(x, fmean(values(baseline))) for x in ends], "pale dotted", f"baseline, mean: {fmean(values(baseline)):.1%}")
            tops = [expected_best_of(values(baseline), min(len(p), len(baseline))) for p in populations]
            _series_of(chart, xs, tops, "base dashed", "baseline, expected best of k", square=True)
        _series_of(chart, xs, means, "mean", "population, mean")
        if all(kept):
            _series_of(chart, xs, [fmean(values(k)) for k in kept], "kept", "mean of the kept")
        _series_of(chart, xs, best, "best", "population, best")
        charts.append((title, chart))
    legend = [("line best", "population, best"), ("line kept", "mean of the kept"), ("line mean", "population, mean")]
    if baseline:
        k = "the population's size" if all(len(p) <= len(baseline) for p in populations) else f"the population's size, {len(baseline)} at most"
        legend += [("line base dashed", f"baseline, expected best of k = {k}"), ("line pale dotted", "baseline, mean")]
    return Charts(charts, legend if all(kept) else [key for key in legend if key[0] != "line kept"])


def by_rank(source: Source) -> Charts:
    """Training and evaluation accuracy by rank, for the baseline and each iteration."""
    groups = [("Baseline", source.baseline)] if source.baseline else []
    groups += [(f"Iteration {it.index + 1}", it.members) for it in source.iterations]
    every = [a for _, members in groups for m in members if not m.failed for a in (m.train, m.evaluation)]
    charts = []
    for title, members in groups:
        drawn = [(rank, m) for rank, m in enumerate(members, start=1) if not m.failed]
        evaluation = [m.evaluation for _, m in drawn]
        told = f"{title}: accuracy of {len(members)} networks by rank; evaluation from {min(evaluation, default=0):.1%} to {max(evaluation, default=0):.1%}"
        chart = Chart(told, "rank by training accuracy", "accuracy", (0.5, len(members) + 0.5), accuracy_limits(every), percent=True)
        chart.line([(rank, m.train) for rank, m in drawn], "train")
        if len(drawn) >= 2 * SMOOTHING_WINDOW:
            chart.line([*zip((rank for rank, _ in drawn), moving_average(evaluation))], "eval")
        n_kept = sum(m.kept is True for m in members)
        if 0 < n_kept < len(members) and all(m.kept for m in members[:n_kept]):
            chart.upright(n_kept + 0.5, "base dashed")
        for rank, m in drawn:
            words = f"rank {rank}: training {m.train:.1%}, evaluation {m.evaluation:.1%}{', discarded' if m.kept is False else ''}"
            chart.marks([(rank, m.train)], "train", [words], hollow=m.kept is False)
            chart.marks([(rank, m.evaluation)], "eval", [words], square=True, hollow=m.kept is False)
        failed = len(members) - len(drawn)
        charts.append((f"{title}: {len(members)} networks{f', {failed} failed' if failed else ''}", chart))
    legend = [("line train", "training accuracy"), ("mark square eval", "evaluation accuracy")]
    legend += [("line eval", f"its moving average over {SMOOTHING_WINDOW} ranks")] if any(len(m) >= 2 * SMOOTHING_WINDOW for _, m in groups) else []
    if any(m.kept is False for _, members in groups for m in members):
        legend += [("mark square eval hollow", "discarded (hollow)"), ("line base dashed", "kept | discarded")]
    return Charts(charts, legend)


def training_curves(source: Source) -> Charts | None:
    """Loss by epoch while training, a curve for each network; None where no histories are recorded."""
    groups = [("Baseline", source.histories("baseline"), None)]
    groups += [(f"Iteration {it.index + 1}", source.histories(f"iteration_{it.index:03d}/train"), it) for it in source.iterations]
    drawn = [(title, _losses(histories), iteration) for title, histories, iteration in groups if histories]
    if not drawn:
        return None
    highest = max(loss for _, curves, _ in drawn for _, losses in curves for loss in losses)
    longest = max(len(losses) for _, curves, _ in drawn for _, losses in curves)
    charts = []
    for title, curves, iteration in drawn:
        middle = [median(at) for at in ([losses[i] for _, losses in curves if len(losses) > i] for i in range(longest)) if at]
        told = f"{title}: training loss of {len(curves)} networks by epoch; median {_series(middle, '.2f')}"
        chart = Chart(told, "epoch", "training loss", (1, longest), (0, highest), x_ticks=None if longest > 6 else [(i, str(i)) for i in range(1, longest + 1)])
        kept = _kept_names(iteration)
        for name, losses in sorted(curves, key=lambda curve: curve[0].rpartition("_")[0] in kept):
            chart.line([*enumerate(losses, start=1)], f"thin {'kept' if name.rpartition('_')[0] in kept else 'pale'}")
        _series_of(chart, range(1, len(middle) + 1), middle, "base", "median", form=".3f", marks=False)
        charts.append((f"{title}: {len(curves)} networks", chart))
    kept_legend = [("line thin kept", "a kept network")] if any(_kept_names(iteration) for _, _, iteration in drawn) else []
    return Charts(charts, [("line base", "median"), *kept_legend, ("line thin pale", "another network")])


def best_of_k(population: Networks, baseline: Networks | None, name: str) -> Charts:
    """Evaluation accuracy of the best of k by selection accuracy, with bootstrap intervals."""
    groups = [(name, "best", population), *([("baseline", "base", baseline)] if baseline else [])]
    curves = {words: [estimate(n, best_of(k), seed=0, resamples=_TOLD_RESAMPLES) for k in range(1, len(n) + 1)] for words, _, n in groups}
    ends = [end for curve in curves.values() for e in curve for end in (e.low, e.high)]
    told = "; ".join(f"{words}: {curve[0].value:.1%} for k = 1, {curve[-1].value:.1%} for k = {len(curve)}" for words, curve in curves.items())
    chart = Chart(f"Best of k by selection, valued on the evaluation puzzles. {told}", "k", "evaluation accuracy",
                  (1, max(map(len, curves.values()))), accuracy_limits(ends), percent=True)  # fmt: skip
    for words, style, _ in groups:
        chart.band(range(1, len(curves[words]) + 1), [e.low for e in curves[words]], [e.high for e in curves[words]], style)
    for words, style, _ in groups:
        dashed = f"{style} dashed" if words == "baseline" else style
        _series_of(chart, range(1, len(curves[words]) + 1), [e.value for e in curves[words]], dashed, words, marks=len(curves[words]) < 25)
    legend = [(f"line {style}{' dashed' if words == 'baseline' else ''}", words) for words, style, _ in groups]
    return Charts([("Best of k by selection accuracy", chart)], [*legend, ("band pale", "95 % bootstrap interval")])


def library_growth(source: Source, growth: Growth) -> Charts | None:
    """Size and mass of the library after each iteration's compression; None where the log does not tell."""
    from pyssnn.report.numbers import numbers

    rows = [row for row in numbers(source) if row.library_size is not None]
    if not rows:
        return None
    xs, charts = [int(row.name.split()[1]) for row in rows], []
    for title, values in (("Primitives in the library", [row.library_size for row in rows]), ("Mass of the library", [row.library_mass or 0 for row in rows])):
        chart = Chart(f"{title}: {_series(values, 'd')}, by iteration", "iteration", title.split()[0].lower(), (xs[0] - 0.3, xs[-1] + 0.3),
                      (0, max(values) * 1.08), x_ticks=[(x, str(x)) for x in xs])  # fmt: skip
        _series_of(chart, xs, values, "kept", title, form="d")
        charts.append((title, chart))
    return Charts(charts, [])


def time_per_part(found: Sequence[Cost]) -> Charts:
    """Minutes or seconds by part of the run, kinds of work stacked."""
    parts = list(dict.fromkeys(cost.part for cost in found))
    totals = [sum(cost.seconds for cost in found if cost.part == part) for part in parts]
    unit, divisor = ("minutes", 60) if max(totals) >= 180 else ("seconds", 1)
    short = [part.replace("iteration ", "it. ").replace(LEARNING_CURVE, "curve") for part in parts]
    told = ", ".join(f"{part} {total / divisor:.1f}" for part, total in zip(parts, totals))
    chart = Chart(f"Time by part of the run in {unit}: {told}", "part of the run", unit, (-0.6, len(parts) - 0.4), (0, max(totals) / divisor * 1.05 or 1),
                  x_ticks=[*enumerate(short)])  # fmt: skip
    for x, part in enumerate(parts):
        bottom = 0.0
        for cost in (cost for cost in found if cost.part == part):
            top = bottom + cost.seconds / divisor
            chart.bar(x, bottom, top, f"kind-{cost.kind}", f"{part}, {cost.kind}: {cost.seconds / divisor:.2f} {unit}")
            bottom = top
    kinds = [kind for kind in KINDS if any(cost.kind == kind for cost in found)]
    return Charts([(f"Time by part of the run, {unit}", chart)], [(f"bar kind-{kind}", kind) for kind in kinds])


def learning_curve(curve: dict) -> Charts:
    """Evaluation accuracy by number of training puzzles, with Student's 95 % intervals."""
    summary = curve["summary"]
    sizes = sorted({row["size"] for row in summary})
    ends = [row[key] for row in summary for key in ("low", "high", "mean")]
    limits = accuracy_limits([min(max(end, 0.0), 1.0) for end in ends])
    told = "; ".join(f"{g}: {_series([r['mean'] for r in summary if r['group'] == g])}" for g in _GROUPS)
    spread = 1.25 if len(sizes) > 1 else 2.0
    chart = Chart(f"Evaluation accuracy by training puzzles {', '.join(map(str, sizes))}. {told}", "training puzzles", "evaluation accuracy",
                  (sizes[0] / spread, sizes[-1] * spread), limits, percent=True, x_ticks=[(s, str(s)) for s in sizes], log_x=True)  # fmt: skip
    for nudge, (group, style) in zip((0.96, 1.0, 1.04), _GROUPS.items()):
        rows = sorted((row for row in summary if row["group"] == group), key=lambda row: row["size"])
        for row in rows:
            chart.whisker(row["size"] * nudge, max(row["low"], limits[0]), min(row["high"], limits[1]), style)
        words = [f"{group}, {row['size']} puzzles: {_told(Estimate(row['mean'], row['low'], row['high']))}" for row in rows]
        points = [(row["size"] * nudge, row["mean"]) for row in rows]
        chart.line(points, f"{style}{' dashed' if group == 'baseline' else ''}")
        chart.marks(points, style, words, square=group == "baseline")
    names = {"baseline": "baseline", "random": "programs of the first population, unselected", "evolved": "best programs kept"}
    return Charts([("Learning curve", chart)], [(f"line {s}{' dashed' if g == 'baseline' else ''}", names[g]) for g, s in _GROUPS.items()])


def _told(found: Estimate) -> str:
    return f"{found.value:.1%} ({found.low:.1%} to {found.high:.1%})"


def _series_of(chart: Chart, xs, ys, style: str, name: str, *, square: bool = False, form: str = ".1%", marks: bool = True) -> None:
    """A line with a mark at each of its points that tells its number."""
    points = [*zip(xs, ys)]
    chart.line(points, style, name)
    if marks or len(points) == 1:
        chart.marks(points, style.split()[0], [f"{name}: {y:{form}}" for _, y in points], square=square)


def _series(values: Sequence[float], form: str = ".1%") -> str:
    return ", ".join(f"{value:{form}}" for value in values)


def _losses(histories: Sequence[tuple[str, list[dict]]]) -> list[tuple[str, list[float]]]:
    return [(name, [float(epoch["metrics"]["loss"]) for epoch in epochs]) for name, epochs in histories]


def _kept_names(iteration: Iteration | None) -> set[str]:
    kept = () if iteration is None else iteration.kept or ()
    return {str(member.representation).removesuffix(".json") for member in kept if member.representation}
