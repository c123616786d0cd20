"""Texts cut into lines that fit: at blanks where there are some, and anywhere where not."""

__all__ = ["wrapped"]

CUT = " ..."


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
