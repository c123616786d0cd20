"""Arguments as the vendor checks them: quoted string, unsigned decimal, or raw."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Argument", "parse_arguments"]

_LARGEST = 0xFFFF_FFFF


@dataclass(frozen=True)
class Argument:
    """One argument of a write command; raw is whatever is neither string nor integer."""

    kind: Literal["string", "integer", "raw"]
    text: str
    """Without the quotes."""

    @property
    def number(self) -> int:
        """The value of an integer."""
        return int(self.text)


def parse_arguments(tail: str, *, drop_blanks: bool = False) -> list[Argument]:
    """Cut what stands behind ``=`` at the commas outside quotes; never fails, never empty.

    Numbers above 32 bits are raw, so that a command refuses them.

    Spec: SOTA-ROB-001, SOTA-ROB-007
    """
    pieces = [""]
    quoted = False
    for character in tail:
        if character == '"':
            quoted = not quoted
        if character == "," and not quoted:
            pieces.append("")
        else:
            pieces[-1] += character
    return [_argument(piece.lstrip(" ") if drop_blanks else piece) for piece in pieces]


def _argument(piece: str) -> Argument:
    if len(piece) > 1 and piece[0] == piece[-1] == '"' and '"' not in piece[1:-1]:
        return Argument("string", piece[1:-1])
    if piece.isascii() and piece.isdigit() and len(piece) < 20 and int(piece) <= _LARGEST:
        return Argument("integer", piece)
    return Argument("raw", piece)
