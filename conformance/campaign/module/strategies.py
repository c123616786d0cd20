"""Strategies for malformed command lines: each kind of mistake in each of the eight commands."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

__all__ = ["IDLE_LINES", "KINDS", "OFFERED_LINES", "READY_LINES", "drawn", "malformed_lines"]

T = TypeVar("T")
Template = tuple[bytes, bytes]
"""A line with `NUMBER` in it, and the number."""
Kind = Callable[[bytes], SearchStrategy[bytes]]

BATCH = 100
"""The number of lines in one draw; Hypothesis gives up on values that need too many choices."""
BATCHES = 20
COINS = 10
_TWO_STRINGS = re.compile(rb'AT\+QIOTMCUVER="[^"]+","[^"]*"(,|$)')

NUMBER = b"#"
"""The place of the number in a line, where mistakes are made."""

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
"""Lines that do no harm to a connected IUT without a plan, even if it accepts them."""
OFFERED_LINES = ((b"AT+QIOTUPDATE=#", b"1"), (b"AT+QIOTOTARD=0,#", b"9"))
READY_LINES = ((b"AT+QIOTOTARD=0,#", b"9"), (b"AT+QIOTOTARD=#,9", b"0"))


def _one_of(options: Sequence[T]) -> SearchStrategy[T]:
    """Choose one; the first is the simplest.

    It is drawn by coins: for a number or a text Hypothesis also tries constants of the modules that
    happen to be loaded, and the lines would differ from process to process.
    """
    coins = st.tuples(*[st.booleans()] * COINS)
    return coins.map(
        lambda bits: options[sum(bit << i for i, bit in enumerate(bits)) % len(options)]
    )


def _doubled_separator(line: bytes) -> SearchStrategy[bytes]:
    return st.just(line.replace(b",", b",,") if b"," in line else line + b",,")


def _trailing_separator(line: bytes) -> SearchStrategy[bytes]:
    return _one_of(range(1, 4)).map(lambda count: line + b"," * count)


def _other_separator(line: bytes) -> SearchStrategy[bytes]:
    def other(separator: bytes) -> bytes:
        return line.replace(b",", separator) if b"," in line else line + separator + NUMBER

    return _one_of((b"|", b":", b"/")).map(other)


def _numbers(line: bytes, *spellings: bytes) -> SearchStrategy[bytes]:
    return _one_of(spellings).map(lambda spelling: line.replace(NUMBER, spelling))


def _half_quote(line: bytes) -> SearchStrategy[bytes]:
    quotes = [index for index, octet in enumerate(line) if octet == ord('"')]
    if not quotes:
        return _numbers(line, b'"#', b'#"')
    return _one_of(quotes).map(lambda at: line[:at] + line[at + 1 :])


def _quoted_number(line: bytes) -> SearchStrategy[bytes]:
    return st.just(line.replace(b'"', b"") if b'"' in line else line.replace(NUMBER, b'"#"'))


def _behind_quote(line: bytes, *junk: bytes) -> SearchStrategy[bytes]:
    def behind(octets: bytes) -> bytes:
        return line + octets if line.endswith(b'"') else line.replace(NUMBER, b'"#"' + octets)

    return _one_of(junk).map(behind)


def _control(line: bytes) -> SearchStrategy[bytes]:
    at = line.index(b"=") + 1
    octets = _one_of((b"\x00", b"\x07", b"\x1b", b"\x7f"))
    return octets.map(lambda octet: line[:at] + octet + line[at:] + octet + b",,")


def _high_octet(line: bytes) -> SearchStrategy[bytes]:
    octets = _one_of(range(0x80, 0xFF))
    return octets.map(lambda octet: line.replace(NUMBER, bytes((octet,)) + NUMBER))


def _query_and_more(line: bytes) -> SearchStrategy[bytes]:
    name = line[: line.index(b"=")]
    return _one_of((b"=?#", b"=#?", b"=??")).map(lambda form: name + form)


def _more_parameters(line: bytes) -> SearchStrategy[bytes]:
    return _one_of(range(3, 7)).map(lambda count: line + b",#" * count)


def _nothing(line: bytes) -> SearchStrategy[bytes]:
    begin = line[: line.index(b"=") + 1]
    return _one_of(range(3)).map(lambda count: begin + b"," * count)


KINDS: tuple[Kind, ...] = (
    _doubled_separator,
    _trailing_separator,
    _other_separator,
    lambda line: _numbers(line, b"-#", b"+#", b"--#"),
    lambda line: _numbers(line, b"0x#", b"#.0", b"#e0", b"#h"),
    lambda line: _numbers(line, b"one", b"#a", b"null", b"a"),
    _half_quote,
    _quoted_number,
    lambda line: _behind_quote(line, b"x", NUMBER),
    lambda line: _behind_quote(line, b'"'),
    _control,
    _high_octet,
    lambda line: _numbers(line, HIGH_NUMBER),
    _query_and_more,
    _more_parameters,
    _nothing,
)
"""One strategy for each kind of mistake: count, type, range, quotes, sign, separators, octets."""


def drawn(strategy: SearchStrategy[T], number: int = 0) -> T:
    """Draw a value with Hypothesis, the same one every time for the same `number`.

    Nothing is shrunk: on a real module that would multiply the command lines by fifty.
    """
    values: list[T] = []

    @seed(number)
    @settings(
        max_examples=2,
        phases=(Phase.generate,),
        database=None,
        deadline=None,
        suppress_health_check=tuple(HealthCheck),
    )
    @given(strategy)
    def collect(value: T) -> None:
        values.append(value)

    collect()
    return values[-1]  # the first is always the simplest one


@lru_cache
def malformed_lines(lines: tuple[Template, ...], count: int) -> tuple[bytes, ...]:
    """Return at most `count` malformed lines without their terminator, all different.

    Each line is tried with each kind of mistake, and each kind comes once before any comes twice.
    The rest of the budget goes to lines with two mistakes. Hypothesis chooses the mistakes. Blanks
    are left out: no document says whether one before a parameter is accepted (E-24). Parameters
    after the second of QIOTMCUVER are left out, too: a module need not look at them.

    Spec: SOTA-ROB-001.
    """
    right = {_spelt(*template) for template in lines}  # two mistakes can cancel each other
    wanted: dict[bytes, None] = {}
    for line in _lines(lines):
        if line not in right and not _TWO_STRINGS.match(line):
            wanted[line] = None
        if len(wanted) == count:
            break
    return tuple(wanted)


def _lines(lines: tuple[Template, ...]) -> Iterator[bytes]:
    """Yield lines with one mistake, then lines with two; some come more than once."""
    pairs = [
        (kind, lines[(number + turn) % len(lines)])
        for turn in range(len(lines))
        for number, kind in enumerate(KINDS)
    ]
    yield from drawn(st.tuples(*(_mistaken(template, kind) for kind, template in pairs)))
    some = st.tuples(_one_of(lines), _one_of(KINDS), _one_of(KINDS))
    twice = some.flatmap(lambda each: _mistaken(*each))
    for number in range(BATCHES):
        yield from drawn(st.tuples(*[twice] * BATCH), number)


def _mistaken(template: Template, kind: Kind, second: Kind | None = None) -> SearchStrategy[bytes]:
    """Return the lines that one or two kinds of mistake make of a template."""
    line, number = template
    made = kind(line) if second is None else kind(line).flatmap(second)
    return made.map(partial(_spelt, number=number))


def _spelt(line: bytes, number: bytes) -> bytes:
    high = bytes(octet | 0x80 for octet in number)
    return line.replace(HIGH_NUMBER, high).replace(NUMBER, number)
