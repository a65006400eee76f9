"""The report's sections: each function gives a section's contents, or a sentence of what is missing for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from pyssnn.errors import InputError
from pyssnn.evolution.statistics import Estimate, Networks, best_of, best_part, compare, estimate, mean
from pyssnn.plots.reading import Member, names_members, read_population
from pyssnn.report import charts
from pyssnn.report.costs import LEARNING_CURVE, TRAINING, costs, sessions
from pyssnn.report.library import AT_THE_END, growth
from pyssnn.report.markup import Markup, element, join, table
from pyssnn.report.numbers import COLUMNS, EXPLAINED, beside, percent
from pyssnn.report.pictures import picture
from pyssnn.report.reading import Source
from pyssnn.synthesis import Representation

_SEED = 0  # of the bootstrap: the same folder gives the same page


class Missing(Exception):
    """What a section needs is not in the folder; says so in words."""


def numbers_of(source: Source, other: Source | None) -> Markup:
    """The table of each iteration's numbers."""
    rows = beside(source, other)
    head = ["", *([] if other is None else ["of"]), *COLUMNS]
    cells = [[name, *([] if other is None else [whose]), *values] for name, whose, values in rows]
    return join([element("p", EXPLAINED), table(head, cells, caption="Numbers of each iteration", numbers_from=1 if other is None else 2)])


def statistics(source: Source) -> Markup:
    """The last population against the baseline, and best of k."""
    iteration = next((it for it in reversed(source.iterations) if source.networks(it.members)), None)
    if iteration is None:
        raise Missing("no statistics: no finished iteration with a network that did not fail")
    population, baseline = source.networks(iteration.members), source.networks(source.baseline)
    name = f"population, iteration {iteration.index + 1}"
    by = {"training": "training accuracy", "validation": "accuracy on the validation puzzles"}.get(source.selected_by, f"accuracy in {source.selected_by}")
    told = (
        f"A network is selected by its {by} and valued by its evaluation accuracy. Best of k: the expected value of the network that "
        "selection puts first among k drawn from all. Intervals: 95 %, percentile bootstrap over networks; those of the best of "
        "nearly all networks are too narrow."
    )
    fraction = len(iteration.kept or ()) / len(iteration.members) or 0.5
    head, rows = ["", "population"], _statistics(population, baseline, fraction)
    if baseline:
        head += ["baseline", "population − baseline"]
    else:
        told += " There is no baseline in this folder."
    tables = [table(head, rows, caption=f"Evaluation accuracy in %, {name}")]
    if baseline and len(source.iterations) > 1:
        tables.append(_over_iterations(source, baseline, fraction))
    return join([element("p", told), _pair(charts.best_of_k(population, baseline, name).html(), join(tables))])


def _pair(left: Markup, right: Markup) -> Markup:
    """Side by side where there is room."""
    return element("div", element("div", left), element("div", right), class_="pair")


def _statistics(population: Networks, baseline: Networks | None, fraction: float) -> list[list[str]]:
    most = min(len(population), len(baseline) if baseline else len(population))
    rows = [("mean", mean), (f"mean of the best {fraction:.0%} by selection", best_part(fraction))]
    rows += [(f"best of {k}", best_of(k)) for k in (2, 5, 10, 25, 50, 100) if k <= most]
    found = []
    for name, weighting in rows:
        if baseline:
            compared = compare(population, baseline, weighting, seed=_SEED)
            found.append([name, _told(compared.population), _told(compared.baseline), _told(compared.difference, signed=True)])
        else:
            found.append([name, _told(estimate(population, weighting, seed=_SEED))])
    return found


def _over_iterations(source: Source, baseline: Networks, fraction: float) -> Markup:
    groups = [(it.index + 1, source.networks(it.members)) for it in source.iterations]
    k = max((k for k in (2, 5, 10, 25) if k <= min(len(n) for _, n in groups if n) and k <= len(baseline)), default=1)
    weightings = [("mean", mean), (f"best {fraction:.0%}", best_part(fraction)), (f"best of {k}", best_of(k))]
    rows = [
        [f"iteration {index}", *(_told(compare(n, baseline, w, seed=_SEED).difference, signed=True) for _, w in weightings)]
        for index, n in groups
        if n
    ]
    return table(["", *(name for name, _ in weightings)], rows, caption="Population − baseline in points of evaluation accuracy, by iteration")


def accuracy(source: Source) -> Markup:
    """Accuracy over the iterations, and by rank."""
    over = [charts.over_iterations(source).html()] if source.iterations else []
    told = "Members are ranked by training accuracy. Point at a mark to read its numbers."
    return join([*over, element("p", told), charts.by_rank(source).html()])


def training(source: Source) -> Markup:
    """Loss by epoch."""
    found = charts.training_curves(source)
    if found is None:
        raise Missing("no training curves: the folder holds no records of trainings")
    return join([element("p", "The mean loss over an epoch's samples, taken while training, dropout on."), found.html()])


def learning_curve(source: Source) -> Markup:
    """Accuracy by number of training puzzles."""
    curve = source.learning_curve
    if curve is None:
        raise Missing("no learning curve: make one with pyssnn learning-curve")
    told = (
        f"Networks trained anew on other puzzles than the evaluation's and the test's, with the run's own training settings; {curve['seeds']} "
        "for each point. Means with Student's 95 % intervals."
    )
    rows = [
        [row["group"], row["size"], row["n"], _told(Estimate(row["mean"], row["low"], row["high"])), percent(row["train"])]
        for row in curve["summary"]
    ]
    head = ["", "puzzles", "networks", "evaluation", "training"]
    return join([element("p", told), _pair(charts.learning_curve(curve).html(), table(head, rows, caption="Accuracy in %"))])


def population(source: Source) -> Markup:
    """The members as pictures beside their programs."""
    if not names_members(source.iterations) and not any((source.folder / "representations").glob("*.json")):
        raise Missing("no population: the folder holds no representations")
    try:
        members = read_population(source.folder, source.iterations)
        cards = [_card(number, *member) for number, member in enumerate(members, start=1)]
    except InputError as error:
        if "graphviz" not in error.expected and error.found != "no such file":
            raise
        raise Missing(f"no pictures of the population: {error}") from None
    told = "The filled node is node 0, where every program starts; numbers on edges are ports. Programs are in stitch notation."
    if members[0][1] is not None:
        told = f"The members of iteration {source.iterations[-1].index + 1}, best training accuracy first. {told}"
    else:
        told = f"The programs at the end, smallest mass first; the log does not say which network was whose. {told}"
    return join([element("p", told), element("ol", *cards, class_="cards")])


def _card(number: int, representation: Representation, member: Member | None) -> Markup:
    weight = element("span", f"size {representation.size} · mass {representation.mass}")
    discarded = member is not None and member.kept is False
    content = [element("h3", f"{number} discarded" if discarded else number, weight), picture(representation)]
    if member is not None:
        words = "failed" if member.failed else f"training {member.train:.1%} · evaluation {member.evaluation:.1%}"
        content.append(element("p", words, class_="accuracies"))
    content.append(element("code", representation.stitch_program, tabindex="0", aria_label=f"Program {number}", role="region"))
    return element("li", *content, class_="discarded" if discarded else None)


def library(source: Source) -> Markup:
    """How the library grew, and who uses what."""
    grown = growth(source)
    if grown is None:
        raise Missing("no library: the folder holds no dsls/")
    drawn = charts.library_growth(source, grown)
    since = _moments(source)
    columns = list(grown.members)
    head = ["name", "stable name", "what it does", "type", "mass", "came in", *(_column(c, grown.members[c]) for c in columns)]
    rows = [
        [
            each.primitive.name,
            element("code", each.primitive.stable_name or "–"),
            each.primitive.description,
            element("code", each.type),
            each.primitive.mass,
            since.get(each.since, each.since) + (f", dropped {since.get(each.dropped, each.dropped)}" if each.dropped else ""),
            *(each.uses.get(column, "") for column in columns),
        ]
        for each in grown.inventions
    ]
    told = (
        "A column counts the members whose programs use a primitive, directly or through another one. T is the type of whole programs."
        if columns
        else "The folder does not tell who used what."
    )
    if columns == [AT_THE_END] and source.iterations:
        told += " The log does not name the members, so only those at the end are counted."
    shown = table(head, rows, caption=f"{len(rows)} primitives learned", numbers_from=6, kind="prose") if rows else element("p", "Nothing was learned.")
    return join([*([drawn.html()] if drawn else []), element("p", told), shown])


def _column(name: str, members: int) -> str:
    return f"end (of {members})" if name == AT_THE_END else f"it. {name} (of {members})"


def _moments(source: Source) -> dict[str, str]:
    """When a library was written, by its name."""
    found: dict[str, str] = {}
    for index, entry in enumerate(source.log, start=1):
        for warm_up in entry.get("warmup") or []:
            found[str((warm_up.get("compression") or {}).get("next_dsl_name"))] = "warm-up"
        found.setdefault(str((entry.get("compression") or {}).get("next_dsl_name")), f"iteration {index}")
    return found


def time(source: Source) -> Markup:
    """Time and cost of each step."""
    found = costs(source.events)
    if not found:
        raise Missing("no times: the folder holds no events.jsonl")
    rows, total = [], sum(cost.seconds for cost in found)
    for cost in found:
        each = "–"
        if cost.amount and cost.seconds:
            rate = cost.amount / cost.seconds
            each = f"{60 * rate:.2f} networks a minute" if cost.kind == TRAINING else f"{rate:,.0f} programs a second"
        rows.append([f"{cost.part}: {cost.kind}", _clock(cost.seconds), f"{cost.seconds / total:.1%}" if total else "–", f"{cost.amount:,}" if cost.amount else "–", each])
    rows.append([element("span", "together", class_="strong"), _clock(total), "100.0%", "", ""])
    machine = (source.description or {}).get("machine") or {}
    on = f" on {machine['cores']} cores" if "cores" in machine else ""
    n = sessions(source.events)
    told = f"Time on the clock{on}, in {n} session{'s' * (n != 1)}; what passed between sessions is left out."
    head = ["", "time", "share", "networks or programs", "rate"]
    return join([element("p", told), _pair(charts.time_per_part(found).html(), table(head, rows, caption="Time by step"))])


def test_part(source: Source) -> Markup:
    """What the test puzzles say of the chosen networks."""
    measured = (source.finished or {}).get("test")
    if not isinstance(measured, Mapping):
        raise Missing("no test accuracies: the run is not finished, or is an archive without them")
    rows = []
    for group, of in (("baseline", "the baseline's best by selection"), ("kept", "the kept of the last iteration")):
        networks = list((measured.get(group) or {}).values())
        if networks:
            accuracies = [each["accuracy"] for each in networks]
            spread = f"{percent(min(accuracies))} to {percent(max(accuracies))}" if len(networks) > 1 else "–"
            f1, loss = (fmean(each[metric] for each in networks) for metric in ("f1", "loss"))
            rows.append([of, len(networks), percent(fmean(accuracies)), spread, percent(f1), f"{loss:.3f}"])
    head = ["", "networks", "accuracy", "from, to", "F1", "loss"]
    told = element("p", "The test puzzles were looked at once, at the end.")
    return join([told, table(head, rows, caption="Test part; accuracies in %")]) if rows else join([told, element("p", "All networks failed.")])


def configuration(source: Source) -> Markup:
    """What determined the run, and what it was made with."""
    if not source.config:
        raise Missing("no configuration: the folder holds no run.json")
    parts = [table(["setting", "value"], _settings(source.config), caption="Configuration", numbers_from=2)]
    described = {key: value for key, value in (source.description or {}).items() if key != "config"}
    if described:
        parts.append(table(["", ""], _settings(described), caption="Made with", numbers_from=2))
    return join(parts)


def _settings(values: Mapping, prefix: str = "") -> list[list[object]]:
    rows: list[list[object]] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            rows += _settings(value, f"{prefix}{key}.")
        else:
            rows.append([f"{prefix}{key}", "–" if value is None else value])
    return rows


def _told(found: Estimate, *, signed: bool = False) -> str:
    shown = (round(100 * number, 1) + 0.0 for number in (found.value, found.low, found.high))  # and no negative zero
    value, low, high = (f"{number:{'+' if signed and number else ''}.1f}".replace("-", "−") for number in shown)
    return f"{value} ({low} to {high})"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{int(rest):02d} h" if hours else f"{minutes}:{int(rest):02d} min" if minutes else f"{rest:.1f} s"


def tiles(source: Source) -> Sequence[tuple[str, str]]:
    """The few numbers that come first: (number, what it is)."""
    every = [m for it in source.iterations for m in it.members]
    found = [(str(len(every) + len(source.baseline)), "networks trained")]
    alive = [m.evaluation for m in every if not m.failed]
    if alive:
        found.append((f"{max(alive):.1%}", "best evaluation accuracy"))
    last = source.iterations[-1] if source.iterations else None
    kept = [m.evaluation for m in (last.kept or () if last else ()) if not m.failed]
    if kept:
        found.append((f"{fmean(kept):.1%}", "mean of the last kept"))
    baseline = [m.evaluation for m in source.baseline if not m.failed]
    if baseline:
        found += [(f"{fmean(baseline):.1%}", "baseline, mean"), (f"{max(baseline):.1%}", "baseline, best")]
    learned = sum(int((entry.get("compression") or {}).get("n_added") or 0) for entry in source.log)
    learned += sum(int(w["compression"].get("n_added") or 0) for entry in source.log for w in entry.get("warmup") or [])
    if source.log:
        found.append((str(learned), "primitives learned"))
    seconds = sum(cost.seconds for cost in costs(source.events) if cost.part != LEARNING_CURVE)
    if seconds:
        found.append((_clock(seconds), "on the clock"))
    return found
