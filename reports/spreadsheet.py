"""Tables for spreadsheets: CSV files in which no text becomes a formula."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from atverdict.reports.markup import plain

__all__ = ["write_csv"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes spreadsheets take a cell for a formula."""


def write_csv(rows: Iterable[Iterable[str]], path: Path) -> None:
    """Write rows of cells (RFC 4180, UTF-8).

    A cell that a spreadsheet would take for a formula has an apostrophe before it, and characters
    that cannot be seen stand by their number.
    """
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerows(map(_cell, row) for row in rows)
    path.write_bytes(stream.getvalue().encode("utf-8"))


def _cell(text: str) -> str:
    shown = plain(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
