"""Malformed command lines: what each kind of mistake makes of the eight commands' lines."""

import random
import re
from collections.abc import Callable, Iterator
from itertools import islice

__all__ = ["IDLE_LINES", "KINDS", "OFFERED_LINES", "READY_LINES", "malformed_lines"]

Lines = tuple[tuple[bytes, bytes], ...]
"""Lines with `NUMBER` in them, and the number."""

ATTEMPTS = 1000
_SEED = "atverdict malformed lines 1"
_TWO_STRINGS = re.compile(rb'AT\+QIOTMCUVER="[^"]+","[^"]*"(,|$)')

NUMBER = b"#"
"""Stands for the number of a line, so that each kind of mistake finds it."""

HIGH_NUMBER = b"#\x80"
"""The same with the eighth bit set, which a seven-bit line would drop."""

IDLE_LINES = (
    (b"AT+QIOTREG=#", b"1"),
    (b"AT+QIOTOTAREQ=#", b"1"),
    (b"AT+QIOTUPDATE=#", b"1"),
    (b"AT+QIOTOTARD=0,#", b"9"),
    (b'AT+QIOTMCUVER="ATVERDICT-9","#"', b"9"),
    (b'AT+QIOTCFG="nosuch",#', b"9"),
    (b'AT+QIOTINFO="up",#', b"9"),
)
"""Lines that do no harm to a connected IUT without a plan, even if it takes them."""
OFFERED_LINES = ((b"AT+QIOTUPDATE=#", b"1"), (b"AT+QIOTOTARD=0,#", b"9"))
READY_LINES = ((b"AT+QIOTOTARD=0,#", b"9"), (b"AT+QIOTOTARD=#,9", b"0"))


def _doubled_separator(line: bytes, dice: random.Random) -> bytes:
    del dice
    return line.replace(b",", b",,") if b"," in line else line + b",,"


def _trailing_separator(line: bytes, dice: random.Random) -> bytes:
    return line + b"," * dice.randint(1, 3)


def _other_separator(line: bytes, dice: random.Random) -> bytes:
    other = dice.choice((b"|", b":", b"/"))
    return line.replace(b",", other) if b"," in line else line + other + NUMBER


def _sign(line: bytes, dice: random.Random) -> bytes:
    return line.replace(NUMBER, dice.choice((b"-#", b"+#", b"--#")))


def _base(line: bytes, dice: random.Random) -> bytes:
    return line.replace(NUMBER, dice.choice((b"0x#", b"#.0", b"#e0", b"#h")))


def _letters(line: bytes, dice: random.Random) -> bytes:
    return line.replace(NUMBER, dice.choice((b"one", b"#a", b"null", b"a")))


def _half_quote(line: bytes, dice: random.Random) -> bytes:
    quotes = [index for index, octet in enumerate(line) if octet == ord('"')]
    if not quotes:
        return line.replace(NUMBER, dice.choice((b'"#', b'#"')))
    at = dice.choice(quotes)
    return line[:at] + line[at + 1 :]


def _quoted_number(line: bytes, dice: random.Random) -> bytes:
    del dice
    return line.replace(b'"', b"") if b'"' in line else line.replace(NUMBER, b'"#"')


def _behind_quote(line: bytes, dice: random.Random) -> bytes:
    junk = dice.choice((b"x", NUMBER, b'"'))
    return line + junk if line.endswith(b'"') else line.replace(NUMBER, b'"#"' + junk)


def _control(line: bytes, dice: random.Random) -> bytes:
    octet = dice.choice((b"\x00", b"\x07", b"\x1b", b"\x7f"))
    at = line.index(b"=") + 1
    return line[:at] + octet + line[at:] + octet + b",,"


def _high_octet(line: bytes, dice: random.Random) -> bytes:
    return line.replace(NUMBER, bytes((dice.randint(0x80, 0xFE),)) + NUMBER)


def _high_digit(line: bytes, dice: random.Random) -> bytes:
    del dice
    return line.replace(NUMBER, HIGH_NUMBER)


def _query_and_more(line: bytes, dice: random.Random) -> bytes:
    return line[: line.index(b"=")] + dice.choice((b"=?#", b"=#?", b"=??"))


def _more_parameters(line: bytes, dice: random.Random) -> bytes:
    return line + b",#" * dice.randint(3, 6)


def _nothing(line: bytes, dice: random.Random) -> bytes:
    return line[: line.index(b"=") + 1] + b"," * dice.randint(0, 2)


Kind = Callable[[bytes, random.Random], bytes]
KINDS: tuple[Kind, ...] = (
    _doubled_separator,
    _trailing_separator,
    _other_separator,
    _sign,
    _base,
    _letters,
    _half_quote,
    _quoted_number,
    _behind_quote,
    _control,
    _high_octet,
    _high_digit,
    _query_and_more,
    _more_parameters,
    _nothing,
)
"""One function for each kind of mistake."""


def malformed_lines(lines: Lines, count: int) -> list[bytes]:
    """Return at most `count` malformed lines without their terminator, all different.

    They are always the same ones, and each kind of mistake comes before any comes twice. Blanks
    are left out, since whether one before a parameter is accepted is nobody's rule (E-24), and so
    are parameters after the second of QIOTMCUVER, which no module need look at.

    Spec: SOTA-ROB-001.
    """
    return list(islice(_endless(lines), count))


def _endless(lines: Lines) -> Iterator[bytes]:
    dice = random.Random(_SEED)  # noqa: S311 - the same lines every time is the point
    seen: set[bytes] = set()
    misses = 0
    while misses < ATTEMPTS:
        for kind, (template, number) in _pairs(lines, dice):
            high = bytes(octet | 0x80 for octet in number)
            line = kind(template, dice).replace(HIGH_NUMBER, high).replace(NUMBER, number)
            if line in seen or _harmless(line):
                misses += 1
                continue
            seen.add(line)
            yield line


def _pairs(lines: Lines, dice: random.Random) -> Iterator[tuple[Kind, tuple[bytes, bytes]]]:
    """Yield each kind of mistake with each line; every kind before any comes twice."""
    shuffled = list(lines)
    dice.shuffle(shuffled)
    for turn in range(len(shuffled)):
        for number, kind in enumerate(KINDS):
            yield kind, shuffled[(number + turn) % len(shuffled)]


def _harmless(line: bytes) -> bool:
    """Tell whether two quoted strings stand in front, behind which QIOTMCUVER need not look."""
    return bool(_TWO_STRINGS.match(line))
