"""The command `atverdict bench`."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from atverdict.adapters.real_clock import RealClock
from atverdict.cli.bench.device_run import DeviceRun, State
from atverdict.cli.bench.live_table import BenchTable
from atverdict.cli.bench.table import load_bench
from atverdict.cli.problems import Problem, SuiteProblem, explained, writing
from atverdict.cli.running import folder_of, interruptible
from atverdict.conformance.evidence.log import LogError
from atverdict.reports.bench.as_csv import write_bench_csv
from atverdict.reports.bench.as_junit import write_bench_junit
from atverdict.reports.bench.as_page import write_bench_page
from atverdict.reports.bench.bench import DeviceResult, worst_code
from atverdict.reports.case import verdict_sentence
from atverdict.reports.dossier import read_dossier
from atverdict.reports.files import LOG, REPORTS, write_reports
from atverdict.reports.markup import plain

__all__ = ["command"]

FOLDER = "atverdict-bench"
_LOOK_S = 0.2
"""Between two looks at the processes."""


@click.command("bench")
@click.argument("bench", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder for the files.  [default: a new folder]",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many devices to test at once.  [default: all]",
)
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="How long to wait for a device that another run has.  [default: not at all]",
)
def command(bench: Path, out: Path | None, jobs: int | None, wait_s: float) -> None:
    """Test many devices at once, each in its own process.

    BENCH is a TOML file with a table [[device]] for each device. Each device gets a folder of its
    name, with the files of its run. matrix.html, matrix.csv and junit.xml are about all devices.

    The exit code is that of the worst device: 4 is the worst, then 3, 1, 2 and 0. A device whose
    process died counts as 4. A device that another run has counts as 2.
    """
    devices = load_bench(bench)
    with explained():
        folder = folder_of(out, FOLDER).resolve()
    runs = [DeviceRun(device, folder / device.name) for device in devices]
    for run in runs:
        if (run.folder / LOG).exists():
            raise Problem(
                f"--out {folder}: {run.device.name} has a run already; use another folder"
            )
    with writing(folder, SuiteProblem):
        _carry_out(runs, bench.resolve().parent, jobs or len(runs), wait_s)
        tested = [_tested(run) for run in runs]
        write_bench_page(tested, folder / "matrix.html")
        write_bench_csv(tested, folder / "matrix.csv")
        write_bench_junit(tested, folder / "junit.xml")
    for each in tested:
        click.echo(_told(each))
    click.echo(f"Evidence: {out or folder}")
    raise click.exceptions.Exit(worst_code(tested))


def _carry_out(runs: Sequence[DeviceRun], bench_folder: Path, jobs: int, wait_s: float) -> None:
    """Run all devices, `jobs` at once. No error leaves a device running."""
    table = BenchTable(runs)
    clock = RealClock()
    try:
        # A run that outlives this folder goes on without it.
        told = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        with interruptible(), told as progress_folder:
            try:
                _look(runs, table)
                while any(run.state is not State.ENDED for run in runs):
                    waiting = [run for run in runs if run.state is State.WAITING]
                    for run in waiting[: jobs - len(_running(runs))]:
                        progress_file = Path(progress_folder, run.device.name)
                        run.start(bench_folder, wait_s, progress_file)
                    clock.pause(_LOOK_S)
                    _look(runs, table)
            except KeyboardInterrupt:
                _end(runs, table, clock)
    finally:
        for run in _running(runs):
            run.kill()


def _end(runs: Sequence[DeviceRun], table: BenchTable, clock: RealClock) -> None:
    """Let the devices end their runs, with what was judged so far. A second Ctrl-C kills them."""
    table.say("interrupted; the devices end their runs; a second Ctrl-C ends them by force")
    for run in _running(runs):
        run.end()
    try:
        while _running(runs):
            clock.pause(_LOOK_S)
            _look(runs, table)
    except KeyboardInterrupt:
        for run in _running(runs):
            run.kill()
            run.look()


def _running(runs: Sequence[DeviceRun]) -> list[DeviceRun]:
    return [run for run in runs if run.state is State.RUNNING]


def _look(runs: Sequence[DeviceRun], table: BenchTable) -> None:
    table.show([run for run in runs if run.look()])


def _tested(run: DeviceRun) -> DeviceResult:
    """Judge the log of a device, and make the reports that its process has not made."""
    device = run.device
    try:
        dossier = read_dossier(run.folder / LOG)
    except LogError:
        ended_by = run.ended_by or "it has left no log"
        return DeviceResult(device.name, device.address, run.code, ended_by, None)
    if not all((run.folder / name).exists() for name, _ in REPORTS.values()):
        write_reports(dossier, run.folder)
    judgement = dossier.judgement
    ended_by = run.ended_by or ("" if judgement.complete else judgement.incomplete_reason)
    return DeviceResult(device.name, device.address, run.code, ended_by, judgement)


def _told(tested: DeviceResult) -> str:
    if tested.judgement is None:
        said = f"no verdict; {tested.ended_by}"
    else:
        said = f"{tested.judgement.outcome.name}: {verdict_sentence(tested.judgement)}"
        said += f" {tested.ended_by}." if tested.ended_by not in said else ""
    return f"{tested.name}: {plain(said)}"
