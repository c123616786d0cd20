"""Text of reports: lines that fit a terminal, counts, entries by their names."""

import textwrap
from collections.abc import Iterator, Mapping

__all__ = ["WIDTH", "clean", "counted", "dotted", "paragraph", "wrapped"]

WIDTH = 80
CUT = " ..."


def clean(text: str) -> str:
    """Put a question mark in the place of each character that is not printable."""
    return "".join(c if c.isprintable() else "?" for c in text)


def counted(number: int, what: str) -> str:
    """Return a number with its noun: ``1 block``, ``2 blocks``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def dotted(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Yield the entries of nested tables by their dotted names."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from dotted(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def paragraph(text: str, indent: str = "", further: str | None = None) -> list[str]:
    """Return the text in lines of `WIDTH`; `further` is the indent from the second line on.

    A hyphen ends no line: names of requirements and options stay whole.
    """
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if further is None else further,
        break_on_hyphens=False,
    )


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """Return at most so many lines of at most `width` characters; what is left out is marked."""
    cut: list[str] = []
    rest = text.strip()
    while len(rest) > width and len(cut) < lines - 1:
        at = _break(rest, width)
        cut.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    if len(rest) > width:
        rest = rest[: width - len(CUT)].rstrip() + CUT
    return [*cut, rest]


def _break(text: str, width: int) -> int:
    """Return where a line ends: at its last blank, unless that leaves too much of it empty."""
    blank = text.rfind(" ", 0, width + 1)
    return blank if blank > width // 2 else width
