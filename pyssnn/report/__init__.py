"""Reports: one self-contained HTML page on a run or an archive, its numbers as text, and the archiving of runs. Trains nothing."""

from __future__ import annotations

from pyssnn.report.archiving import archive_run
from pyssnn.report.numbers import Numbers, as_text, numbers
from pyssnn.report.page import FILE, report, write_report
from pyssnn.report.reading import Source

__all__ = ["FILE", "Numbers", "Source", "archive_run", "as_text", "numbers", "report", "write_report"]
