"""Deletion: what a verdict still says once one kind of its evidence is taken out of the log.

A pass that goes on without the evidence that it cites was none. Each kind is taken away everywhere:
the events of one code, the answers to one form of a command, the actions of the control agent, the
packages. The lines of the log keep their numbers: octets go, records stay.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from atverdict.conformance.evidence.log import (
    ControlAction,
    GaveUp,
    Header,
    Package,
    Received,
    Record,
    Sent,
)
from atverdict.conformance.evidence.trace import Item, Place
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.judge import Judge
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.judge.roles import part_of

__all__ = ["Evidence", "kinds_of", "observed", "without"]

EVENT = re.compile(r"\r\n\+QIOTEVT: (\d+,\d+)[^\r\n]*\r\n")
BLOCK = "+QIOTOTARD: "
FINAL = re.compile(r"(OK|ERROR)\r\n$")
GIVEN_UP_S = 5.0
COMMAND = re.compile(r"(?i)AT\+?([A-Z0-9&]*)(=\?|\?|=)?")


@dataclass
class Evidence:
    """The judgement on a log, and what its passes cite."""

    judgement: Judgement
    cited: dict[str, Counter[frozenset[str]]]
    """By requirement: the kinds that one pass cites together, and how many passes do."""

    def passes(self, requirement: str) -> int:
        """Count the passes on a requirement."""
        return sum(self.cited[requirement].values())

    def citing(self, requirement: str, kind: str) -> int:
        """Count the passes on a requirement that cite a kind of evidence."""
        return sum(n for kinds, n in self.cited[requirement].items() if kind in kinds)

    def passed(self) -> set[str]:
        """Return the requirements that pass."""
        requirements = self.judgement.requirements.items()
        return {name for name, verdict in requirements if verdict.outcome is Outcome.PASS}


def observed(records: Sequence[Record], kinds: Sequence[frozenset[str]]) -> Evidence:
    """Judge a log; `kinds` are those of its lines, as `kinds_of` gives them."""
    header = records[0]
    assert isinstance(header, Header)
    fold = Judge(part_of(header.role))
    cited: dict[str, Counter[frozenset[str]]] = defaultdict(Counter)

    def note(_item: Item, findings: list[Finding]) -> None:
        for found in findings:
            if found.verdict is Verdict.PASS:
                cited[found.requirement][_cited(found.places, kinds)] += 1

    fold.attach(note)
    for record in records:
        fold.observe(record)
    return Evidence(fold.judgement(), cited)


def _cited(places: tuple[Place, ...], kinds: Sequence[frozenset[str]]) -> frozenset[str]:
    lines = ((place, kinds[place.line - 1]) for place in places)
    told = [_event(place) & line or line for place, line in lines]
    return frozenset(kind for each in told for kind in each)


def _event(place: Place) -> frozenset[str]:
    """Return the kind of a place that is an event; one record may have an answer and an event."""
    text = b"\r\n" + place.octets.strip(b"\r\n") + b"\r\n"
    return frozenset(f"event {pair}" for pair in EVENT.findall(text.decode("latin-1")))


def kinds_of(records: Sequence[Record]) -> list[frozenset[str]]:
    """Return the kinds of evidence in each record."""
    return [frozenset(each) for each in _kinds(records)]


def _events(octets: str) -> list[str]:
    """Return the events of a record; what the octets of a block spell is none."""
    return [] if BLOCK in octets else EVENT.findall(octets)


def _kinds(records: Sequence[Record]) -> Iterator[set[str]]:
    asked = ""
    for record in records:
        kinds: set[str] = set()
        match record:
            case Sent(octets=octets):
                told = COMMAND.match(octets)
                asked = f"answer to {told.group(1).upper()}{told.group(2) or ''}" if told else ""
            case Received(octets=octets):
                kinds = {f"event {pair}" for pair in _events(octets)}
                if EVENT.sub("", octets).strip() and asked:
                    kinds.add(asked)
            case ControlAction(action=action):
                kinds = {f"action {action}"}
            case Package():
                kinds = {"package"}
            case _:
                pass
        yield kinds


def without(records: Sequence[Record], kinds: Sequence[frozenset[str]], kind: str) -> list[Record]:
    """Return the log without one kind of evidence."""
    return [
        _less(record, kind) if kind in told else record
        for record, told in zip(records, kinds, strict=True)
    ]


def _less(record: Record, kind: str) -> Record:
    match record:
        case Received(octets=octets) if kind.startswith("event"):
            pair = kind.removeprefix("event ")
            kept = EVENT.sub(lambda told: "" if told[1] == pair else told[0], octets)
            return msgspec.structs.replace(record, octets=kept)
        case Received(octets=octets):
            own = "" if BLOCK in octets else octets
            events = "".join(told[0] for told in EVENT.finditer(own))
            if FINAL.search(octets) and not events:
                return GaveUp(record.t, GIVEN_UP_S)  # else the next answer would be taken for it
            return msgspec.structs.replace(record, octets=events)
        case ControlAction():
            return msgspec.structs.replace(record, reply={"ok": False, "error": "unsupported"})
        case Package():
            return msgspec.structs.replace(record, octets="")
        case _:
            return record
