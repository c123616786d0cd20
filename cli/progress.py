"""The progress line: one line that is rewritten on a terminal, plain lines elsewhere."""

import shutil
import sys

import click

from atverdict.conformance.progress import Progress

__all__ = ["ProgressLine"]

BACK_AND_CLEAR = "\r\x1b[K"


class ProgressLine:
    """Shows how far a campaign is, on standard error."""

    def __init__(self) -> None:
        """Find out whether somebody watches."""
        self._terminal = sys.stderr.isatty()
        self._shown = False

    def show(self, progress: Progress) -> None:
        """Show the purpose that begins now."""
        left = "" if progress.remaining_s is None else f", about {progress.remaining_s:.0f} s left"
        text = (
            f"[{progress.number}/{progress.count}] {progress.purpose}: "
            f"{progress.passed} hold, {progress.failed} broken, {progress.elapsed_s:.0f} s{left}"
        )
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
