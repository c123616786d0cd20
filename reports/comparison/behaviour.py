"""The behaviour of an IUT in one run, place by place."""

import hashlib
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from atverdict.conformance.evidence.log import Begin, End, Package, Received, Record, from_text
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Asked, Exchange, Trace, Urc
from atverdict.grammar.message import (
    Block,
    DownloadStarted,
    Echo,
    Event,
    FotaIndication,
    InformationResponse,
)

__all__ = ["Answer", "Behaviour", "behaviour"]

SHOWN_OCTETS = 160
KEPT_ANSWERS = 400
"""How many answers are kept of one place; more say nothing new."""
LONGEST_FRAMED = 8192
"""Octets of an answer whose line ends are looked at."""
IDENTITY = frozenset({"type", "version", "mcu_version", "sdk_ver"})
"""Items of ``AT+QIOTINFO?`` that do not change by themselves, as a signal or a voltage does."""
SILENCE = "no answer"
_ITEM = re.compile(rb"(\+QIOTINFO: *([A-Za-z_]+) *,)[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer at one place, as text, and the line of the log that shows it."""

    text: str
    line: int


@dataclass(slots=True)
class Behaviour:
    """The behaviour of an IUT in one run."""

    answers: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    """By purpose and command line: each answer, in order, without its framing."""
    events: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    """By purpose and type of event."""
    framing: dict[str, dict[str, int]] = field(default_factory=dict)
    """By the parts of an answer: the line ends and echoes around them, and where first seen."""
    firmware: set[str] = field(default_factory=set)
    """The names that IUT and PIXIT have for the firmware."""
    packages: set[str] = field(default_factory=set)
    """Digests of the packages that were uploaded, else of those that events tell of."""


def behaviour(records: Iterable[Record]) -> Behaviour:
    """Collect the behaviour of an IUT; of a purpose that ran twice the last run counts."""
    found = Behaviour()
    trace = Trace()
    arrived = bytearray()
    purpose = ""
    uploaded: set[str] = set()
    for record in records:
        if isinstance(record, Begin):
            purpose = _named_purpose(record.purpose)
            _forget(found, purpose)
        elif isinstance(record, End):
            purpose = ""
        elif isinstance(record, Package):
            uploaded.add(_digest(record.octets.encode()))
        elif isinstance(record, Received) and len(arrived) < LONGEST_FRAMED:
            arrived += from_text(record.octets)
        for item in trace.feed(record):
            if isinstance(item, Asked):
                arrived.clear()
            elif isinstance(item, Exchange):
                _exchange(found, item, bytes(arrived))
            elif isinstance(item, Urc):
                _event(found, item, purpose)
    found.packages = uploaded or found.packages
    return found


def _forget(found: Behaviour, purpose: str) -> None:
    for places in (found.answers, found.events):
        for place in [place for place in places if place[0] == purpose]:
            del places[place]


def _exchange(found: Behaviour, exchange: Exchange, arrived: bytes) -> None:
    if exchange.cut or not exchange.purpose:
        return
    parts = []
    for told in exchange.order:
        message = told.message
        if isinstance(message, Block):
            parts.append(f"<{len(message.octets)} octets, SHA-256 {_digest(message.octets)}>")
        elif not isinstance(message, Echo):
            octets = told.place.octets.strip(b"\r\n")
            parts.append(_shown(_ITEM.sub(_stable, octets)))
            if isinstance(message, InformationResponse) and octets.startswith(
                b"+QIOTINFO: version"
            ):
                found.firmware.add(_shown(octets.partition(b",")[2].strip()))
    final = exchange.final_place
    parts.append(_shown(final.octets.strip(b"\r\n")) if final else SILENCE)
    line = _shown(exchange.sent.octets.removesuffix(b"\r"))
    answer = Answer(" / ".join(parts), final.line if final else exchange.sent.line)
    _keep(found.answers, (_named_purpose(exchange.purpose), line), answer)
    if final and not exchange.urcs and not exchange.malformed:
        _framing(found, exchange, arrived)


def _stable(item: re.Match[bytes]) -> bytes:
    """Leave out the value of an item that changes by itself."""
    return item[0] if item[2].decode("ascii") in IDENTITY else item[1] + b"..."


def _framing(found: Behaviour, exchange: Exchange, arrived: bytes) -> None:
    """Keep what stood between the messages of an answer."""
    assert exchange.final_place is not None
    parts = [(_named(told.message), told.place.octets) for told in exchange.order]
    parts.append(("final", exchange.final_place.octets))
    structure = ", ".join(dict.fromkeys(name for name, _ in parts if name != "echo"))
    shape: list[str] = []
    position = 0
    for name, octets in parts:
        start = arrived.find(octets, position)
        if start < 0:
            return
        ends = octets[len(octets.rstrip(b"\r\n")) :] if name != "data" else b""
        shape.append(f"{printable(arrived[position:start])} {name} {printable(ends)}".strip())
        position = start + len(octets)
    shapes = found.framing.setdefault(structure, {})
    # Lines of text that follow each other in the same way count once.
    shown = " ".join(part for part, _ in itertools.groupby(shape))
    shapes.setdefault(shown, exchange.final_place.line)


def _named(message: object) -> str:
    if isinstance(message, Echo):
        return "echo"
    return "data" if isinstance(message, Block) else "text"


def _event(found: Behaviour, urc: Urc, purpose: str) -> None:
    """Keep an event of the flow; other URCs tell of the network and not of the IUT."""
    message = urc.message
    if not purpose or not isinstance(message, Event | FotaIndication):
        return
    of = f"events of type {message.type}" if isinstance(message, Event) else "+QIND events"
    if isinstance(message, Event) and isinstance(message.payload, DownloadStarted):
        found.packages.add(message.payload.md5)
    text = _shown(urc.place.octets.strip(b"\r\n"))
    _keep(found.events, (purpose, of), Answer(text, urc.place.line))


def _keep(
    places: dict[tuple[str, str], list[Answer]], place: tuple[str, str], answer: Answer
) -> None:
    kept = places.setdefault(place, [])
    if len(kept) < KEPT_ANSWERS:
        kept.append(answer)


def _named_purpose(name: str) -> str:
    """Show the name of a purpose; a foreign log may hold any octets there."""
    return _shown(name.encode())


def _shown(octets: bytes) -> str:
    """Show octets; long ones are cut and get their digest."""
    text = printable(octets, SHOWN_OCTETS)
    return text if len(octets) <= SHOWN_OCTETS else f"{text}, SHA-256 {_digest(octets)}"


def _digest(octets: bytes) -> str:
    return hashlib.sha256(octets).hexdigest()[:16]
