"""Plain text of at most 80 columns, where a Chinese character takes two."""

from collections.abc import Iterator
from unicodedata import east_asian_width

__all__ = ["COLUMNS", "columns", "entry", "shortened", "wrapped"]

COLUMNS = 80


def columns(text: str) -> int:
    """Return how many columns `text` takes on a terminal."""
    return sum(map(_columns, text))


def shortened(text: str, limit: int) -> str:
    """Return `text` in at most `limit` columns, with an ellipsis where it was cut."""
    if columns(text) <= limit:
        return text
    kept = ""
    for character in text:
        if columns(kept + character) > limit - 1:
            break
        kept += character
    return kept.rstrip() + "…"


def wrapped(text: str, indent: int = 0) -> list[str]:
    """Return `text` in lines that begin with `indent` blanks."""
    room = COLUMNS - indent
    lines = [""]
    for piece in _pieces(text, room):
        if columns((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece.lstrip() if not lines[-1] else piece
    return [f"{'':{indent}}{line.rstrip()}".rstrip() for line in lines]


def entry(label: str, text: str, indent: int) -> list[str]:
    """Return `text` behind a `label`, both wrapped: the text begins at column `indent`."""
    lines = wrapped(text, indent)
    if columns(label) + 1 < indent:
        lines[0] = f"{label:{indent}}{lines[0].lstrip()}".rstrip()
        return lines
    return [label, *lines]


def _columns(character: str) -> int:
    return 2 if east_asian_width(character) in "WF" else 1


def _pieces(text: str, room: int) -> Iterator[str]:
    """Cut `text` where a line may end: before a blank, around a wide character, or at `room`."""
    piece = ""
    for character in text:
        wide = _columns(character) > 1
        full = columns(piece) + _columns(character) > room
        if piece and (character == " " or wide or _columns(piece[-1]) > 1 or full):
            yield piece
            piece = ""
        piece += character
    yield piece
