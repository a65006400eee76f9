"""`plot`, `report`, `archive`, `status`: what is done with a run that is there."""

from __future__ import annotations

import argparse
from pathlib import Path

from pyssnn.cli.common import Command, say


def add(command: Command) -> None:
    plot = command("plot", _plot, "draw the figures of a run, an archive or baseline logs", "figures drawn before are complete")
    plot.add_argument("path", type=Path, help="run folder, archive of the original, or folder of baseline logs")
    plot.add_argument("--out", type=Path, metavar="DIR", help="folder of the figures (a run's own figures/; else results/figures/<name>)")

    report = command("report", _report, "write a page about a run or an archive, and print its numbers", "a page written before is complete")
    report.add_argument("path", type=Path, help="run folder, archive of one, or archive of the original")
    report.add_argument("--out", type=Path, metavar="FILE", help="the page (a run's own report.html; else results/figures/<name>/report.html)")
    report.add_argument("--beside", type=Path, metavar="PATH", help="another run folder or archive, whose numbers are put beside")
    report.add_argument("--tensorboard", type=Path, metavar="DIR", help="export the run's curves to a new folder of TensorBoard's, too")

    archive = command("archive", _archive, "copy a finished run without its weights", "nothing was copied")
    archive.add_argument("path", type=Path, help="run folder")
    archive.add_argument("destination", type=Path, help="a new folder")

    status = command("status", _status, "tell what of a run is done, and what remains", quiet=False)
    status.add_argument("path", type=Path, help="run folder")


def _plot(arguments: argparse.Namespace) -> int:
    from pyssnn.plots import plot_all

    is_run = (arguments.path / "run.json").exists()
    out = arguments.out or (arguments.path / "figures" if is_run else Path("results") / "figures" / arguments.path.resolve().name)
    for file in plot_all(arguments.path, out):
        say(arguments, str(file))
    return 0


def _report(arguments: argparse.Namespace) -> int:
    from pyssnn.report import FILE, Source, as_text, write_report

    is_run = (arguments.path / "run.json").exists()
    out = arguments.out or (arguments.path if is_run else Path("results") / "figures" / arguments.path.resolve().name) / FILE
    other = None if arguments.beside is None else Source.read(arguments.beside)
    told = [as_text(Source.read(arguments.path), other)]
    if arguments.tensorboard is not None:
        from pyssnn.report.tensorboard import export_events

        n = export_events(arguments.path, arguments.tensorboard)
        told.append(f"{n} curves: tensorboard --logdir {arguments.tensorboard}")
    write_report(arguments.path, out, beside=arguments.beside)
    say(arguments, "\n".join(told))
    say(arguments, f"Report: {out}")
    return 0


def _archive(arguments: argparse.Namespace) -> int:
    from pyssnn.report import archive_run

    files = archive_run(arguments.path, arguments.destination)
    say(arguments, f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB: {arguments.destination}")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    from pyssnn.status import status

    found = status(arguments.path)
    lines = [f"{found.kind} in {found.folder}, seed {found.seed}: {found.state}"]
    lines += [f"  {name:<13} {told}" for name, told in found.parts]
    lines += ["remains:", *(f"  {text}" for text in found.remains)] if found.remains else []
    if found.last_event:
        name, seconds = found.last_event
        lines.append(f"last event: {name}, {_ago(seconds)} ago")
    print("\n".join(lines))
    return 0


def _ago(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
