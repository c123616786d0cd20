"""The difference between a block and the package: its kind tells the broken requirement."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from atverdict.conformance.evidence.printable import printable

__all__ = ["OTHER", "SPECIAL", "WrongBlock", "altered_specials", "kind_of_difference"]

SPECIAL = frozenset(b"\r\n\x00\x11\x13\x1a\xff")
"""Octets that terminals, drivers and line-based readers alter."""

OTHER = "other octets"
"""A difference of no known kind."""

_URC = re.compile(rb"\+[A-Z]{2,}[A-Z0-9]*:")
_ENDINGS = (b"\r\n\r\nOK\r\n", b"\r\nOK\r\n")
_HEX = frozenset(b"0123456789abcdefABCDEF \r\n")
_SHIFTS = (-2, -1, 1, 2)
_FEW_OCTETS = 2
_UNITS = (4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
"""What hosts and flash memories count in: a start may be rounded down to a whole one, in octets."""
_TELLING_VALUES = 6
"""The least different octets of a block whose place in the package can be told."""


@dataclass(frozen=True, slots=True)
class WrongBlock:
    """A block that differs from the package."""

    block: bytes
    package: bytes
    start: int
    piece_start: int
    rest: bytes
    """The octets after the block that belong to no message."""
    unaltered: frozenset[int] = frozenset()
    """The values of octets that came as they are in the package, in what was read before."""

    @property
    def due(self) -> bytes:
        """The octets of the package at its place."""
        return self.package[self.start : self.start + len(self.block)]

    def at(self, start: int) -> bool:
        """Tell whether the block has the octets of the package from `start` on."""
        return start >= 0 and self.block == self.package[start : start + len(self.block)]


def kind_of_difference(wrong: WrongBlock) -> tuple[str, str]:
    """Return the requirement that a wrong block breaks, and a few words about the difference."""
    for requirement, test in _KINDS:
        what = test(wrong)
        if what:
            return requirement, what
    return "SOTA-INT-006", OTHER


def _swallowed(wrong: WrongBlock) -> str:
    """The block is shorter than the header says: it ends with a part of the final result code."""
    block, due = wrong.block, wrong.due
    for ending in _ENDINGS:
        for count in range(1, min(len(ending), len(block) - 1) + 1):
            if block[-count:] == ending[:count] and block[:-count] == due[:-count]:
                return f"{count} octets fewer than the header says"
    return ""


def _hex_text(wrong: WrongBlock) -> str:
    """The octets are hex digits, one by one or as the 32-bit words of the seed (E-08)."""
    due = wrong.due
    if len(due) < 4 or not set(wrong.block) <= _HEX:
        return ""
    digits = bytes(octet for octet in wrong.block.lower() if octet not in b" \r\n")
    straight, word = due.hex().encode("ascii"), due[3::-1].hex().encode("ascii")
    return "hex text" if straight.startswith(digits) or digits.startswith(word) else ""


def _prefixed(wrong: WrongBlock) -> str:
    """There are octets between the header's CR LF and the data."""
    for extra in (1, 2, 4):
        shifted = wrong.block[extra:] == wrong.due[:-extra]
        if wrong.rest and len(wrong.due) > extra + 8 and shifted:
            return f"{printable(wrong.block[:extra])} before the data"
    return ""


def _of_the_piece(wrong: WrongBlock) -> str:
    """The offset was counted within the piece."""
    own = bool(wrong.piece_start) and wrong.at(wrong.start - wrong.piece_start)
    return "the octets at this offset of the piece" if own else ""


def _eighth_bit_lost(wrong: WrongBlock) -> str:
    """Every octet came with seven bits."""
    block, due = wrong.block, wrong.due
    seven = block == bytes(octet & 0x7F for octet in due) and len(block) > _FEW_OCTETS
    return "seven bits of each octet" if seven else ""


def _of_an_aligned_offset(wrong: WrongBlock) -> str:
    """The offset was rounded down, to a sector or to whole words."""
    for unit in _UNITS:
        aligned = wrong.start - wrong.start % unit
        stale = wrong.start - aligned in (0, len(wrong.block))  # rather the last block once more
        if not stale and _telling(wrong) and wrong.at(aligned):
            return f"the octets from offset {aligned} on: the start is rounded down to {unit}"
    return ""


def _of_another_offset(wrong: WrongBlock) -> str:
    """The octets are those of another place, which no wrong octet has made of these."""
    if not _telling(wrong):
        return ""
    found = wrong.package.find(wrong.block)
    if found in (-1, 0, wrong.start - len(wrong.block)):
        return ""  # the first or the last block once more is a stale buffer
    return f"the octets from offset {found} on"


def _telling(wrong: WrongBlock) -> bool:
    """Tell whether a block has enough different octets to be of one place alone."""
    return len(set(wrong.block)) >= _TELLING_VALUES


def _urc_inside(wrong: WrongBlock) -> str:
    if b"+QIOTEVT" in wrong.block and b"+QIOTEVT" not in wrong.due:
        return "a URC inside the block"
    block, due = wrong.block, wrong.due
    pairs = zip(block, due, strict=False)
    first = next((i for i, (a, b) in enumerate(pairs) if a != b), len(block))
    for length in range(SHORTEST_URC, min(LONGEST_URC, len(block) - first)):
        if block[first + length :] == due[first : len(due) - length]:
            inserted = block[first : first + length]
            urc = _URC.search(inserted)
            return f"{printable(inserted)} inside the block" if urc else ""
    return ""


SHORTEST_FILLER = 8
SHORTEST_URC = 4
LONGEST_URC = 200


def _shifted(wrong: WrongBlock) -> str:
    for shift in _SHIFTS:
        if wrong.at(wrong.start + shift):
            return f"the octets from offset {wrong.start + shift} on"
    return ""


def _altered(wrong: WrongBlock) -> str:
    if not altered_specials(wrong.block, wrong.due) or _elsewhere_unaltered(wrong):
        return ""
    return "octets with a meaning elsewhere were altered"


def _elsewhere_unaltered(wrong: WrongBlock) -> bool:
    """Tell whether octets of the same values came as they are: then their place was altered."""
    block, due = wrong.block, wrong.due
    if len(block) != len(due) or _ends_early(block, due):
        return False
    pairs = list(zip(block, due, strict=True))
    altered = [b for a, b in pairs if a != b]
    if len(altered) > _FEW_OCTETS:
        return False  # what alters many of them may depend on what stands beside them
    same = {b for a, b in pairs if a == b}
    if not SPECIAL.issuperset(altered):
        return any(octet >= 0x80 for octet in same)  # it is not the eighth bit
    return set(altered) <= wrong.unaltered | same


_KINDS: tuple[tuple[str, Callable[[WrongBlock], str]], ...] = (
    ("SOTA-CMD-OTARD-004", _swallowed),
    ("SOTA-INT-007", _hex_text),
    ("SOTA-CMD-OTARD-008", _prefixed),
    ("SOTA-CMD-OTARD-020", _of_the_piece),
    ("SOTA-INT-006", _shifted),
    ("SOTA-CMD-OTARD-009", _eighth_bit_lost),
    ("SOTA-INT-005", _of_an_aligned_offset),
    ("SOTA-CMD-OTARD-020", _of_another_offset),
    ("SOTA-FRM-011", _urc_inside),
    ("SOTA-CMD-OTARD-009", _altered),
)
"""Requirements and tests, the most specific first."""


def _ends_early(block: bytes, due: bytes) -> bool:
    """Tell whether one octet fills the block after a special octet."""
    first = next(i for i, (a, b) in enumerate(zip(block, due, strict=True)) if a != b)
    filler = block[first:]
    behind_special = first > 0 and due[first - 1] in SPECIAL
    return behind_special and len(filler) >= SHORTEST_FILLER and len(set(filler)) == 1


def altered_specials(block: bytes, due: bytes) -> bool:
    """Tell whether the block only differs in special octets that are missing or replaced."""
    if len(block) == len(due):
        pairs = [(a, b) for a, b in zip(block, due, strict=True) if a != b]
        if all(b in SPECIAL for _, b in pairs):
            return True
        if all(b >= 0x80 and a == b & 0x7F for a, b in pairs):
            return True  # at least one octet has lost its eighth bit
        if _ends_early(block, due):
            return True
    # Dropped or doubled octets move the rest, but the other octets keep their order.
    without = bytes(octet for octet in due if octet not in SPECIAL)
    kept = bytes(octet for octet in block if octet not in SPECIAL)
    shared = min(len(without), len(kept)) - 8
    similar = abs(len(kept) - len(without)) <= len(due) // 4
    return shared > 0 and similar and kept[:shared] == without[:shared]
