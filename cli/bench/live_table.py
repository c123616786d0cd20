"""The live table of a bench: redrawn in place on a terminal, plain lines elsewhere."""

import shutil
import sys
from collections.abc import Sequence

import click

from atverdict.cli.bench.device_run import DeviceRun, State
from atverdict.cli.progress import elapsed_text, timed_text

__all__ = ["BenchTable", "table_lines"]

_UP_AND_CLEAR = "\x1b[{}A\r\x1b[J"
_COLUMNS = ("device", "purpose", "hold", "broken", "time")
_WORDS = {
    0: "conformant",
    1: "not conformant",
    2: "inconclusive",
    3: "wrong input",
    4: "the suite failed",
}


def _cells(run: DeviceRun) -> tuple[str, ...]:
    progress = run.progress
    if run.state is State.WAITING:
        what = "waits"
    elif run.state is State.ENDED:
        what = _WORDS[run.code]
    elif progress is None:
        what = "starts"
    else:
        what = f"[{progress.number}/{progress.count}] {progress.purpose}"
    if progress is None:
        return run.device.name, what, "", "", ""
    time = elapsed_text(progress, run.device.address)
    return run.device.name, what, str(progress.passed), str(progress.failed), time


def table_lines(runs: Sequence[DeviceRun], width: int) -> list[str]:
    """Return the lines of the table, none of them longer than `width`."""
    cells = [_COLUMNS, *map(_cells, runs)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_COLUMNS))]
    return [
        "  ".join(
            cell.ljust(widths[n]) if n < 2 else cell.rjust(widths[n]) for n, cell in enumerate(row)
        )[:width].rstrip()
        for row in cells
    ]


class BenchTable:
    """Shows how far all devices are, on standard error."""

    def __init__(self, runs: Sequence[DeviceRun]) -> None:
        self._runs = runs
        self._terminal = sys.stderr.isatty()
        self._height = 0

    def show(self, news: Sequence[DeviceRun]) -> None:
        """Show the devices of which there are news, or on a terminal all of them."""
        if not self._terminal:
            for run in news:
                click.echo(f"{run.device.name}: {_line(run)}", err=True)
            return
        size = shutil.get_terminal_size()
        # Lines that have left the screen at its upper edge cannot be redrawn.
        shown = table_lines(self._runs, size.columns - 1)[: size.lines - 1]
        back = _UP_AND_CLEAR.format(self._height) if self._height else ""
        click.echo(back + "\n".join(shown), err=True)
        self._height = len(shown)

    def say(self, text: str) -> None:
        """Show a text under the table. The next table stands below the text."""
        click.echo(text, err=True)
        self._height = 0


def _line(run: DeviceRun) -> str:
    if run.state is State.ENDED:
        return _WORDS[run.code] + (f"; {run.ended_by}" if run.ended_by else "")
    return "starts" if run.progress is None else timed_text(run.progress, run.device.address)
