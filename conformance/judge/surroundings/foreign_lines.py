"""Foreign lines: those that belong to nothing that the suite asked for, and to no event."""

import re
from collections.abc import Iterator

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Item, Stray, Urc
from atverdict.conformance.judge.foreign_line import ForeignLine
from atverdict.grammar.message import Malformed, UnsolicitedResultCode

__all__ = ["ForeignLines"]

MOST = 200
"""The most lines that are told apart; further ones are counted together."""
SHOWN_OCTETS = 120
FURTHER = "(further lines)"
GUESSES = tuple(
    (re.compile(pattern, re.IGNORECASE), guess)
    for pattern, guess in (
        (rb"RDY|PB DONE|\+QIND: *\"?PB DONE.*|\+QUSIM:.*|APP RDY|.*BOOT.*", "boot banner"),
        (rb"\+CFUN:.*|\+CPIN:.*|SMS (DONE|READY)|Call Ready|NORMAL POWER.*", "boot banner"),
        (rb"\+C(E|G|5G)?REG:.*", "registration of the network"),
        (rb"\+QIURC:.*|\+QIND:.*|\+CSQ:.*|\+CTZ.*|\+QIOTEVT:.*", "URC of the module"),
        (rb"busy p?.*|\+CME ERROR: *58", "the module is busy"),
        (rb"AT.*", "another program on this port"),
        (rb".*login: *|Password: *|.*not found", "a login console"),
        (rb"\$G[NPLAB][A-Z]{3},.*", "NMEA: a port for positions"),
        (rb".*[\x80-\xff].*", "noise, or a text of the operator"),
        (rb"\+[A-Z0-9_]+:.*", "URC of the module"),
    )
)


class ForeignLines:
    """The foreign lines of a log, each with its number and its first instant."""

    def __init__(self) -> None:
        self._lines: dict[bytes, ForeignLine] = {}

    def __iter__(self) -> Iterator[ForeignLine]:
        return iter(self._lines.values())

    def observe(self, item: Item, *, certain: bool = False) -> None:
        """Take an item; `certain` where it is known that it is not the IUT's."""
        match item:
            case Urc(message=UnsolicitedResultCode()) | Stray(message=Malformed(resembles="")):
                foreign = True
            case Urc() | Stray():
                foreign = certain
            case _:
                return
        octets = item.place.octets.strip(b"\r\n")
        if foreign and octets:
            self._add(octets, item.place.instant_s)

    def _add(self, octets: bytes, instant_s: float) -> None:
        known = self._lines.get(octets)
        if known is None and len(self._lines) >= MOST:
            octets, known = b"", self._lines.get(b"")
        if known is not None:
            known.count += 1
            return
        text = printable(octets, SHOWN_OCTETS) if octets else FURTHER
        self._lines[octets] = ForeignLine(text, 1, round(instant_s, 6), _guess(octets))


def _guess(octets: bytes) -> str:
    return next((guess for pattern, guess in GUESSES if pattern.fullmatch(octets)), "")
