"""Reports and archives: the numbers, that the page asks for nothing and fits its window, what is left out, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from statistics import fmean

import pytest
from headless import CHROMIUM, page
from hypothesis import given
from hypothesis import strategies as st

from pyssnn import cli
from pyssnn.errors import InputError
from pyssnn.evolution import ExperimentConfig, ExplorationConfig, RacingConfig
from pyssnn.experiments import run_experiment
from pyssnn.networks import NetworkConfig, TrainingConfig
from pyssnn.plots import plot_all
from pyssnn.raven import generate_data
from pyssnn.report import Source, archive_run, numbers, report, write_report
from pyssnn.report.costs import costs, sessions
from pyssnn.report.library import AT_THE_END, growth
from pyssnn.report.markup import Markup, element, table
from pyssnn.report.svg import ticks
from pyssnn.status import status
from pyssnn.synthesis import Representation

ROOT = Path(__file__).resolve().parents[1]
EXECUTABLE = ROOT / "_build" / "default" / "synth" / "bin" / "explore.exe"
needs_core = pytest.mark.skipif(not EXECUTABLE.exists(), reason="needs the OCaml core: make")
ARCHIVE = Path(__file__).resolve().parents[2] / "shared" / "reference" / "ssn_0_0"
needs_archive = pytest.mark.skipif(not ARCHIVE.is_dir(), reason="needs ../shared/reference/ssn_0_0")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
VOID = {"meta", "link", "br", "img", "circle", "line", "path", "polyline", "rect"}
CURVE = {
    "sizes": [8, 32], "seeds": 2,
    "networks": [
        {"group": group, "size": size, "eval": accuracy, "failed": None}
        for group in ("baseline", "random", "evolved") for size in (8, 32) for accuracy in (0.59, 0.61)
    ],
    "summary": [
        {"group": group, "size": size, "n": 2, "mean": 0.6, "low": 0.5, "high": 0.7, "train": 0.8}
        for group in ("baseline", "random", "evolved") for size in (8, 32)
    ],
}  # fmt: skip


CONFIG = ExperimentConfig(
    iterations=2, population_size=8, n_preserved=4, n_baseline=5, n_train=16, n_evaluation=12, n_test=12,
    network=NetworkConfig(vit_dim=8, vit_depth=1, vit_heads=1, vit_head_dim=8, vit_mlp_dim=8, conv_depth=0, gnn_depth=1, graph_dim=64),
    training=TrainingConfig(epochs=2, learning_rate=0.01),
    exploration=ExplorationConfig(max_programs=400_000, warmup_rounds=3),
)  # fmt: skip


@pytest.fixture(scope="module")
def puzzles(tmp_path_factory) -> Path:
    return generate_data(40, tmp_path_factory.mktemp("raven") / "puzzles", seed=5, workers=1)


@pytest.fixture(scope="module")
def whole(puzzles, tmp_path_factory) -> Path:
    """The folder of a real run."""
    return run_experiment(CONFIG, tmp_path_factory.mktemp("report") / "first run", data=puzzles).folder


@pytest.fixture
def run(whole, tmp_path) -> Path:
    """A copy of it to change."""
    return Path(shutil.copytree(whole, tmp_path / "first run"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


class Parsed(HTMLParser):
    """The elements of a page, with a check that each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text, self._open = [], []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID or not self.get_starttag_text().endswith("/>"):
            if tag not in ("meta", "link"):
                self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


# The page


@needs_core
def test_the_page_is_well_formed_and_names_nothing_outside_itself(run):
    (run / "learning_curve.json").write_text(json.dumps(CURVE))
    text = report(run)
    parsed = Parsed(text)
    tags = {tag for tag, _ in parsed.elements}
    assert tags.isdisjoint({"script", "iframe", "object", "embed", "base", "form"})
    for tag, attributes in parsed.elements:
        assert "src" not in attributes and "style" not in attributes
        assert attributes.get("href", "#").startswith(("#", "data:,")) and not any(name.startswith("on") for name in attributes)
    assert "http://" not in text and "https://" not in text and "url(" not in text and "@import" not in text
    targets = {attributes["id"] for _, attributes in parsed.elements if "id" in attributes}
    assert {attributes["href"][1:] for tag, attributes in parsed.elements if tag == "a"} == targets
    assert "Left out" not in text


@needs_core
def test_every_picture_says_in_words_what_it_shows(run):
    pictures = [attributes for tag, attributes in Parsed(report(run)).elements if tag == "svg"]
    assert len(pictures) > 10
    assert all(each["role"] == "img" and len(each["aria-label"]) > 15 for each in pictures)
    assert any(each["aria-label"].startswith("Graph of 2 nodes and 1 edge") for each in pictures)


@needs_core
def test_each_member_stands_there_with_its_program_and_its_accuracies(run):
    text = report(run)
    cards = re.findall(r'<li[^>]*><h3>.*?</li>', text, re.DOTALL)
    trained = json.loads((run / "log.json").read_text())[-1]["nn_training"]
    assert len(cards) == len(trained)
    shown = sorted(re.findall(r"training ([\d.]+)% · evaluation ([\d.]+)%", "".join(cards)))
    assert shown == sorted((f"{100 * t['train']['perf']:.1f}", f"{100 * t['eval']['perf']:.1f}") for [t] in trained)
    assert sum("discarded" in card for card in cards) == sum(not t["kept"] for [t] in trained)
    kept = json.loads((run / "log.json").read_text())[-1]["kept"]
    discarded = [t["representation"] for [t] in trained if t["representation"] not in kept]
    for name in discarded:
        representation = Representation.load(run / "discards" / name)
        assert f">{representation.stitch_program}</code>" in "".join(cards)


@needs_core
def test_the_same_folder_gives_the_same_page_and_stays_as_it_was(run, tmp_path):
    before = contents(run)
    assert report(run) == report(run)
    assert contents(run) == before
    out = write_report(run, tmp_path / "deep" / "page.html")
    assert out.read_text() == report(run)


@needs_core
def test_what_a_folder_does_not_hold_is_left_out_with_a_line_that_says_so(run):
    (run / "events.jsonl").unlink()
    shutil.rmtree(run / "steps")
    shutil.rmtree(run / "dsls")
    (run / "run.json").unlink()
    text = report(run)
    left_out = re.search(r"<p>Left out: (.*?)</p>", text)[1]
    for missing in ("no times", "no training curves", "no library", "no learning curve", "no test accuracies", "no pictures"):
        assert missing in left_out
    assert 'id="accuracy"' in text and 'id="population"' not in text and 'id="time"' not in text and 'id="library"' not in text


@needs_core
def test_without_graphviz_the_pictures_are_left_out(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    text = report(run)
    assert "no pictures of the population" in text and 'id="population"' not in text


@needs_core
def test_a_baseline_alone_has_a_page(run, tmp_path):
    for log in run.glob("baseline_*"):
        shutil.copy(log, tmp_path / log.name) if log.name != "baseline_summary.json" else None
    alone = tmp_path / "alone"
    alone.mkdir()
    for log in tmp_path.glob("baseline_*.json"):
        log.rename(alone / log.name)
    text = report(alone)
    assert "A baseline alone" in text and "no statistics" in text and 'id="accuracy"' in text


@needs_core
def test_whatever_stands_in_a_folder_is_shown_as_text(run):
    hostile = run.rename(run.with_name("<b onclick=x>&amp;"))
    description = json.loads((hostile / "run.json").read_text())
    description["config"]["target"] = "</title><script>alert(1)</script>"
    (hostile / "run.json").write_text(json.dumps(description))
    parsed = Parsed(report(hostile))
    assert {"script", "b onclick=x"}.isdisjoint(tag for tag, _ in parsed.elements)
    assert "<b onclick=x>&amp;" in parsed.text and any("<script>alert(1)" in piece for piece in parsed.text)


@needs_core
@needs_browser
@pytest.mark.parametrize("archive", [False, pytest.param(True, marks=needs_archive)])
def test_in_a_browser_the_page_complains_of_nothing_asks_for_nothing_and_fits_the_window(run, tmp_path, archive):
    (run / "learning_curve.json").write_text(json.dumps(CURVE))
    path = write_report(ARCHIVE if archive else run, tmp_path / "page.html")
    with page() as tab:
        for width, dark in ((400, False), (400, True), (1600, False), (1600, True)):
            tab.open(path, width=width, dark=dark)
            assert tab.complaints == []
            assert [url for url in tab.requests if not url.startswith("data:")] == [path.resolve().as_uri()]
            assert tab.ask("document.documentElement.scrollWidth") <= width
            colour, behind = tab.ask("['color', 'backgroundColor'].map(c => getComputedStyle(document.body)[c].match(/\\d+/g).map(Number))")
            assert (sum(behind) < sum(colour)) == dark and abs(sum(colour) - sum(behind)) > 500
            smallest = tab.ask("Math.min(...[...document.querySelectorAll('svg.chart text')].map(t => t.getBoundingClientRect().height))")
            assert smallest > 8, "the letters in a chart are too small to read"
        tab.open(path, width=400)
        hidden = "[...document.querySelectorAll('table')].filter(t => !t.closest('.scroll')).length"
        assert tab.ask(hidden) == 0


@needs_browser
def test_the_browser_would_notice_an_error_a_request_and_an_overflow(tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text('<!DOCTYPE html><meta name="viewport" content="width=device-width"><div style="width:900px">wide</div>'
                   '<img src="absent.png"><script>console.error("no")</script>')  # fmt: skip
    with page() as tab:
        tab.open(bad, width=400)
        assert tab.complaints and any("absent.png" in url for url in tab.requests)
        assert tab.ask("document.documentElement.scrollWidth") > 400


# The numbers


@needs_core
def test_the_numbers_are_those_of_the_log(run):
    log = json.loads((run / "log.json").read_text())
    baseline, *rows = numbers(Source.read(run))
    assert baseline.name == "baseline" and baseline.networks == 5 and baseline.kept is None
    summary = json.loads((run / "baseline_summary.json").read_text())["eval"]
    assert (baseline.mean, baseline.deviation, baseline.best) == pytest.approx((summary["mean"], summary["std"], summary["best"]))
    for row, entry in zip(rows, log, strict=True):
        evaluation = {t["representation"]: t["eval"]["perf"] for [t] in entry["nn_training"]}
        assert row.mean == pytest.approx(fmean(evaluation.values())) and row.best == max(evaluation.values())
        assert row.kept_mean == pytest.approx(fmean(evaluation[name] for name in entry["kept"])) and row.kept == len(entry["kept"])
        assert (row.new, row.replaced) == (entry["exploration"]["new"], entry["exploration"]["replaced"])
        library = json.loads((run / "dsls" / f"{entry['compression']['next_dsl_name']}.json").read_text())
        assert (row.library_size, row.library_mass) == (len(library["library"]), library["mass"])


@needs_archive
def test_the_original_s_archive_has_the_numbers_that_were_published_with_it():
    rows = {row.name: row for row in numbers(Source.read(ARCHIVE))}
    later = [rows[f"iteration {i}"] for i in (3, 4, 5)]
    assert [round(100 * row.mean) for row in later] == [63, 63, 63]
    assert all(65.5 < 100 * row.kept_mean < 67.5 for row in later)
    assert max(row.best for row in later) == pytest.approx(0.729, abs=5e-4)
    assert [row.library_size for row in rows.values()] == [11, 14, 17, 20, 23]


@needs_core
@needs_archive
def test_a_run_is_put_beside_another_iteration_by_iteration(run, tmp_path, capsys):
    assert cli.main(["report", str(run), "--out", str(tmp_path / "page.html"), "--beside", str(ARCHIVE)]) == 0
    printed = capsys.readouterr().out.splitlines()
    groups = [re.match(r"(baseline|iteration \d)  +(first run|ssn_0_0) ", line) for line in printed]
    shown = [match.groups() for match in groups if match]
    both = [(f"iteration {i}", whose) for i in (1, 2) for whose in ("first run", "ssn_0_0")]
    assert shown == [("baseline", "first run"), *both, *((f"iteration {i}", "ssn_0_0") for i in (3, 4, 5))]
    cells = re.findall(r"<td[^>]*>ssn_0_0</td>", (tmp_path / "page.html").read_text())
    assert len(cells) == 5


def test_failed_networks_count_as_failed_and_in_no_mean(tmp_path):
    good = [[{"train": {"perf": t}, "eval": {"perf": e}}] for t, e in ((0.9, 0.6), (0.8, 0.7))]
    bad = [{"train": {"perf": 0.0}, "eval": {"perf": 0.0}, "failed": "nan"}]
    (tmp_path / "log.json").write_text(json.dumps([{"nn_training": [*good, bad]}, {"nn_training": [bad]}]))
    (first, second), text = numbers(Source.read(tmp_path)), report(tmp_path)
    assert (first.networks, first.failed, first.best) == (3, 1, 0.7)
    assert first.mean == pytest.approx(0.65) and first.chosen == pytest.approx(0.6)
    assert second.failed == 1 and second.mean is None and second.best is None
    assert "3, 1 failed" in text


@needs_core
def test_networks_are_selected_by_what_the_run_ranked_them_by(puzzles, tmp_path):
    config = replace(CONFIG, selection="cross-validation", folds=2, iterations=1, n_baseline=2)
    folder = run_experiment(config, tmp_path / "run", data=puzzles).folder
    trained = [training for [training] in json.loads((folder / "log.json").read_text())[0]["nn_training"]]
    best = max(training["cross-validation"]["perf"] for training in trained)
    chosen = [training["eval"]["perf"] for training in trained if training["cross-validation"]["perf"] == best]
    assert numbers(Source.read(folder))[1].chosen == pytest.approx(fmean(chosen))
    assert "selected by its accuracy in cross-validation" in report(folder)


@needs_core
def test_each_network_of_a_race_counts_once(puzzles, tmp_path):
    config = replace(CONFIG, racing=RacingConfig(rungs=(1,)), iterations=1, n_baseline=2)
    source = Source.read(run_experiment(config, tmp_path / "run", data=puzzles).folder)
    assert {cost.part: cost.amount for cost in costs(source.events) if cost.kind == "training"} == {"baseline": 2, "iteration 1": 8}
    assert sorted(len(epochs) for _, epochs in source.histories("iteration_000/train")) == [1] * 4 + [2] * 4
    page = report(source.folder)
    assert "Iteration 1: 8 networks" in page and "4 of 8 networks were stopped early" in page
    iteration = source.iterations[0]
    assert [m.epochs for m in iteration.members] == [None] * 4 + [1] * 4
    first = json.loads((source.folder / "steps" / "iteration_000" / "select.json").read_text())["kept"][0]
    assert iteration.members[0].representation == first
    tied = [m.evaluation for m in iteration.members[:4] if m.train == iteration.members[0].train]
    assert numbers(source)[-1].chosen == pytest.approx(sum(tied) / len(tied))


# The library


@needs_core
def test_the_members_that_use_an_invention_are_those_whose_programs_written_out_hold_it(run):
    grown = growth(Source.read(run))
    programs = [Representation.load(path).program for path in (run / "representations").iterdir()]
    assert grown.inventions and grown.members[AT_THE_END] == len(programs)
    for each in grown.inventions:
        holding = sum("{" + each.primitive.name + "}" in program for program in programs)  # inline notation writes bodies out
        assert each.uses[AT_THE_END] == holding
    log = json.loads((run / "log.json").read_text())
    assert [grown.members[str(i)] for i in (1, 2)] == [len(entry["nn_training"]) for entry in log]
    learned_last = {each.primitive.name for each in grown.inventions if each.since == log[-1]["compression"]["next_dsl_name"]}
    assert all(each.uses.keys() == {AT_THE_END} for each in grown.inventions if each.primitive.name in learned_last)


@needs_core
def test_a_program_that_was_rewritten_counts_in_the_iterations_before_as_it_was(run):
    grown, log = growth(Source.read(run)), json.loads((run / "log.json").read_text())
    in_force = json.loads((run / "dsls" / f"{log[0]['compression']['prev_dsl_name']}.json").read_text())["library"]
    names = {entry["stitch_name"] for entry in in_force}
    for each in grown.inventions:
        assert ("1" in each.uses) == (each.primitive.name in names)


# Time


def test_what_passed_between_two_sessions_is_nobody_s_time():
    events = [
        {"event": "created", "time": 0.0},
        {"event": "trained", "step": "baseline/baseline_0_1", "network": "baseline_0", "time": 10.0},
        {"event": "explore_initially", "iteration": 0, "time": 12.0, "n_enumerated": 500},
        {"event": "trained", "step": "iteration_000/train/rung_004/a_1", "network": "a", "time": 18.0},
        {"event": "trained", "step": "iteration_000/train/a_1", "network": "a", "time": 20.0},
        {"event": "resumed", "time": 1000.0},
        {"event": "trained", "step": "iteration_000/train/b_2", "network": "b", "time": 1005.0},
        {"event": "compress", "iteration": 0, "time": 1006.0},
        {"event": "finished", "time": 1008.0},
        {"event": "resumed", "time": 5000.0},
        {"event": "trained", "step": "learning_curve/random_8_0_1", "network": "random_8_0_1", "time": 5003.0},
    ]
    found = {(cost.part, cost.kind): (cost.seconds, cost.amount) for cost in costs(events)}
    assert found == {
        ("baseline", "training"): (10.0, 1),
        ("iteration 1", "training"): (13.0, 2),
        ("iteration 1", "search"): (2.0, 500),
        ("iteration 1", "compression"): (1.0, 0),
        ("test", "measuring"): (2.0, 0),
        ("learning curve", "training"): (3.0, 1),
    }
    assert sessions(events) == 3


@needs_core
def test_a_real_run_s_times_make_up_the_whole(run):
    events = Source.read(run).events
    found = costs(events)
    assert sum(cost.seconds for cost in found) == pytest.approx(events[-1]["time"] - events[0]["time"])
    assert sum(cost.amount for cost in found if cost.kind == "training") == 5 + 2 * 8
    assert not any(cost.kind == "other" or cost.part == "other" for cost in found)


# Archives


@needs_core
def test_an_archive_tells_the_same_as_the_run_and_holds_no_weights(run, tmp_path):
    (run / "learning_curve.json").write_text(json.dumps(CURVE))
    copy = tmp_path / "archive" / run.name
    files = archive_run(run, copy)
    assert {path for path in copy.rglob("*") if path.is_file()} == set(files)
    assert not (copy / "weights").exists() and not any(path.suffix == ".safetensors" for path in files)
    assert report(copy) == report(run)
    assert {p.name: p.read_bytes() for p in plot_all(copy, tmp_path / "a")} == {p.name: p.read_bytes() for p in plot_all(run, tmp_path / "b")}
    assert status(copy).parts == status(run).parts and status(copy).state == "finished"
    assert contents(copy).items() <= contents(run).items()


@needs_core
def test_only_a_finished_run_is_archived_and_only_to_a_new_place(run, tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(InputError, match="new folder"):
        archive_run(run, tmp_path / "there")
    with pytest.raises(InputError, match="folder of its own"):
        archive_run(run, run / "copy")
    (run / "steps" / "finished.json").unlink()
    with pytest.raises(InputError, match="not finished"):
        archive_run(run, tmp_path / "copy")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first run", "there"]


@needs_core
@pytest.mark.skipif(not (shutil.which("make") and shutil.which("git")), reason="needs make and git")
def test_make_plots_draws_what_git_tracks_and_nothing_else(whole, tmp_path):
    repository, bin_ = tmp_path / "repository", tmp_path / "bin"
    shutil.copytree(whole, repository / "results" / "archived", ignore=shutil.ignore_patterns("weights", "figures"))
    shutil.copytree(whole, repository / "results" / "mine", ignore=shutil.ignore_patterns("weights", "figures"))
    shutil.copy(ROOT / "Makefile", repository)
    bin_.mkdir()
    (bin_ / "pyssnn").write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m pyssnn "$@"\n')
    (bin_ / "pyssnn").chmod(0o755)
    before = contents(repository / "results" / "mine")
    for command in (["git", "init", "-q"], ["git", "add", "-f", "results/archived"], ["make", "-o", "setup", "plots", f"BIN={bin_}"]):
        subprocess.run(command, cwd=repository, check=True, capture_output=True)
    archived = repository / "results" / "archived"
    assert (archived / "report.html").read_text() == report(archived)
    assert {path.stem for path in (archived / "figures").iterdir()} == {"experiment", "iterations", "baseline", "population"}
    assert contents(repository / "results" / "mine") == before


# TensorBoard


@needs_core
def test_curves_come_back_from_tensorboard_s_files(run, tmp_path):
    loader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    assert cli.main(["report", str(run), "--out", str(tmp_path / "r.html"), "--tensorboard", str(tmp_path / "tb"), "--quiet"]) == 0
    written = {path.parent.relative_to(tmp_path / "tb").as_posix(): path.parent for path in (tmp_path / "tb").rglob("events*")}
    assert len(written) == 5 + 2 * 8 + 1
    [name] = [name for name in written if name.startswith("baseline/baseline_0_")]
    epochs = json.loads((run / "steps" / f"{name}.json").read_text())["history"]
    found = loader.EventAccumulator(str(written[name])).Reload().Scalars("training/loss")
    assert [(each.step, each.value) for each in found] == [(e["epoch"], pytest.approx(e["metrics"]["loss"])) for e in epochs]
    population = loader.EventAccumulator(str(written["population"])).Reload().Scalars("mean")
    assert [each.value for each in population] == pytest.approx([row.mean for row in numbers(Source.read(run))[1:]], rel=1e-6)


@needs_core
def test_without_the_extra_one_line_names_it(run, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert cli.main(["report", str(run), "--out", str(tmp_path / "r.html"), "--tensorboard", str(tmp_path / "tb"), "--quiet"]) == 2
    assert "pip install 'pyssnn[tensorboard]'" in capsys.readouterr().err
    assert not (tmp_path / "tb").exists() and not (tmp_path / "r.html").exists()


# What is refused


@needs_core
@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("log.json", "[{", "not JSON"),
        ("run.json", "[]", "run.json: found list"),
        ("learning_curve.json", "{}", "learning_curve.json: found something else"),
        ("steps/finished.json", '{"test": {"kept": {"a": {}}}}', "'Test' cannot be told"),
        ("dsls/dsl_1.json", "{}", "dsl_1.json"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_written(run, tmp_path, capsys, file, text, message):
    (run / file).write_text(text)
    assert cli.main(["report", str(run), "--out", str(tmp_path / "page.html")]) == 2
    error = capsys.readouterr().err
    assert message in error and error.count("\n") == 1
    assert not (tmp_path / "page.html").exists()


def test_a_folder_with_nothing_to_report_on_is_refused(tmp_path, capsys):
    for folder in (tmp_path, tmp_path / "absent"):
        assert cli.main(["report", str(folder)]) == 2
        assert cli.main(["archive", str(folder), str(tmp_path / "copy")]) == 2
    assert capsys.readouterr().err.count("\n") == 4
    assert list(tmp_path.iterdir()) == []


# The pieces


@given(st.text(), st.text())
def test_text_and_attributes_come_back_as_they_were(content, attribute):
    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            self.attribute = dict(attributes)["title"]

        def handle_data(self, data):
            self.found = getattr(self, "found", "") + data

    reader = Reader()
    reader.feed(element("p", content, title=attribute))
    reader.close()
    assert getattr(reader, "found", "") == content and reader.attribute == attribute


def test_markup_is_put_in_as_it_is_and_a_table_says_what_it_is():
    assert element("p", Markup("<b>a</b>"), class_="x", aria_label=None) == '<p class="x"><b>a</b></p>'
    assert element("circle", r=3) == '<circle r="3"/>'
    shown = table(["", "n"], [["a<", 1]], caption="A & B")
    assert "<caption>A &amp; B</caption>" in shown and '<th scope="row">a&lt;</th>' in shown and 'tabindex="0"' in shown


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 8))
def test_ticks_are_round_numbers_within_the_axis(low, length, n):
    found = ticks(low, low + length, n)
    assert len(found) <= n + 1
    assert all(low - 1e-6 * length <= tick <= low + length * (1 + 1e-6) for tick in found)
    steps = {round(b - a, 9) for a, b in zip(found, found[1:])}
    assert len({f"{step:.3g}" for step in steps}) <= 1 and all(f"{step:e}"[0] in "125" for step in steps)
