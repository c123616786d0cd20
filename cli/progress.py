"""The progress line: one line that is rewritten on a terminal, plain lines elsewhere."""

import re
import shutil
import sys

import click

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.preparation.progress import Progress

__all__ = ["ProgressLine", "progress_text", "read_progress", "tell"]

BACK_AND_CLEAR = "\r\x1b[K"
_TEXT = re.compile(
    r"\[(?P<number>\d+)/(?P<count>\d+)\] (?P<purpose>.+): (?P<passed>\d+) hold, "
    r"(?P<failed>\d+) broken, (?P<elapsed>\d+) s(?:, about (?P<left>\d+) s left)?"
)
_LONGEST_TOLD = 600


def tell(text: str) -> None:
    """Say something beside the reports; a machine's words are made harmless."""
    click.echo(printable(text.encode(), _LONGEST_TOLD), err=True)


def progress_text(progress: Progress) -> str:
    """Say how far a campaign is; `read_progress` reads it."""
    left = "" if progress.remaining_s is None else f", about {progress.remaining_s:.0f} s left"
    return (
        f"[{progress.number}/{progress.count}] {progress.purpose}: "
        f"{progress.passed} hold, {progress.failed} broken, {progress.elapsed_s:.0f} s{left}"
    )


def read_progress(text: str) -> Progress | None:
    """Return what `progress_text` was told, to the second; None for any other line."""
    match = _TEXT.fullmatch(text)
    if match is None:
        return None
    return Progress(
        number=int(match["number"]),
        count=int(match["count"]),
        purpose=match["purpose"],
        elapsed_s=float(match["elapsed"]),
        passed=int(match["passed"]),
        failed=int(match["failed"]),
        remaining_s=None if match["left"] is None else float(match["left"]),
    )


class ProgressLine:
    """Shows how far a campaign is, on standard error."""

    def __init__(self) -> None:
        """Find out whether somebody watches."""
        self._terminal = sys.stderr.isatty()
        self._shown = False

    def show(self, progress: Progress) -> None:
        """Show the purpose that begins now."""
        text = progress_text(progress)
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
