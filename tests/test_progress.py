"""Progress: a bar on a terminal, plain lines elsewhere, nothing when quiet."""

from __future__ import annotations

import io

import pytest

from pyssnn.evolution.progress import searching
from pyssnn.progress import ConsoleProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def work(progress: ConsoleProgress) -> None:
    with progress:
        progress.start("training", 3)
        for _ in range(3):
            progress.advance()
        progress.message("kept [2], discarded 1")
        count = progress.counter("puzzles")
        count(32, 64)
        count(64, 64)


def test_plain_lines_tell_the_beginning_the_end_and_the_messages():
    stream = io.StringIO()
    work(ConsoleProgress(stream=stream, interval=1000))
    assert stream.getvalue().splitlines() == [
        "training: 0/3", "training: 3/3", "kept [2], discarded 1", "puzzles: 0/64", "puzzles: 64/64",
    ]  # fmt: skip


def test_plain_lines_come_no_oftener_than_the_interval():
    stream = io.StringIO()
    work(ConsoleProgress(stream=stream, interval=0))
    assert stream.getvalue().splitlines()[:4] == [f"training: {n}/3" for n in range(4)]


def test_a_terminal_shows_bars_and_keeps_messages_as_they_are():
    stream = Terminal()
    work(ConsoleProgress(stream=stream))
    shown = stream.getvalue()
    assert "training" in shown and "3/3" in shown and "64/64" in shown
    assert "kept [2], discarded 1" in shown


def test_a_search_is_a_phase_once_it_reports():
    stream = io.StringIO()
    with ConsoleProgress(stream=stream, interval=0) as progress:
        show = searching(progress, "search", 2_000_000)
        assert stream.getvalue() == ""
        show(400_000, 0.1)
        show(900_000, 0.2)
    assert stream.getvalue().splitlines() == [f"search: {n}/2000000" for n in (0, 400_000, 900_000)]


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_quiet_shows_nothing(stream):
    work(ConsoleProgress(stream=stream, quiet=True))
    assert stream.getvalue() == ""
