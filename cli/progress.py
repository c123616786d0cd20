"""Progress of a campaign: the line for people, and the file that a bench reads.

`atverdict bench` gives each of its runs a file by an environment variable. The run writes one JSON
object a line there, and the line for people all the same.
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path

import click
import msgspec

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.preparation.progress import Progress

__all__ = [
    "PROGRESS_FILE",
    "ProgressLine",
    "elapsed_text",
    "newest_progress",
    "progress_text",
    "tell",
    "timed_text",
]

BACK_AND_CLEAR = "\r\x1b[K"
PROGRESS_FILE = "ATVERDICT_PROGRESS_FILE"
"""The environment variable; only `bench` sets it."""
_LONGEST_TOLD = 600


def tell(text: str) -> None:
    """Say something beside the reports; a machine's words are made harmless."""
    click.echo(printable(text.encode(), _LONGEST_TOLD), err=True)


def progress_text(progress: Progress) -> str:
    """Say how far a campaign is, without any time."""
    return (
        f"[{progress.number}/{progress.count}] {progress.purpose}: "
        f"{progress.passed} hold, {progress.failed} broken"
    )


def elapsed_text(progress: Progress, address: str) -> str:
    """Say how long a campaign has run; empty for a simulator, whose seconds are not real ones."""
    return "" if address.startswith("sim:") else f"{progress.elapsed_s:.0f} s"


def timed_text(progress: Progress, address: str) -> str:
    """Say how far a campaign is and, where time is real, how long it takes."""
    elapsed = elapsed_text(progress, address)
    if not elapsed:
        return progress_text(progress)
    left = "" if progress.remaining_s is None else f", about {progress.remaining_s:.0f} s left"
    return f"{progress_text(progress)}, {elapsed}{left}"


def newest_progress(path: Path) -> Progress | None:
    """Return what a run has written last; None before its first line, and where a disk was full."""
    *whole, _cut = path.read_bytes().split(b"\n")
    try:
        return msgspec.json.decode(whole[-1], type=Progress) if whole else None
    except msgspec.DecodeError:
        return None


class ProgressLine:
    """Shows how far a campaign is: on standard error, and to a bench."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._file = os.environ.get(PROGRESS_FILE)
        self._terminal = sys.stderr.isatty()
        self._shown = False

    def show(self, progress: Progress) -> None:
        """Show the purpose that begins now."""
        if self._file:
            # A run goes on where its bench is no longer there.
            with contextlib.suppress(OSError), Path(self._file).open("ab") as stream:
                stream.write(msgspec.json.encode(progress) + b"\n")
        text = timed_text(progress, self._address)
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            click.echo(BACK_AND_CLEAR + text[:width], err=True, nl=False)
            self._shown = True
        else:
            click.echo(text, err=True)

    def end(self) -> None:
        """Leave the line free for what follows."""
        if self._shown:
            click.echo(BACK_AND_CLEAR, err=True, nl=False)
