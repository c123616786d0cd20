"""Reasons: every verdict other than pass told as a bug report."""

import shlex
from collections.abc import Iterable, Iterator
from typing import TypeVar

from atverdict.conformance.evidence.log import Effort, Header
from atverdict.conformance.evidence.printable import around, printable
from atverdict.conformance.evidence.trace import Place
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.finding import Circumstances, Finding
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.spec.model import DEFAULT_PROFILE, DEFAULT_ROLE

__all__ = [
    "HEX_OCTETS",
    "NEIGHBOURS",
    "NOTHING",
    "SHOWN_OCTETS",
    "by_reason",
    "deciding",
    "excerpt_line",
    "first_difference",
    "last_good",
    "repeat_command",
    "report",
    "shown_places",
]

SHOWN_PLACES = 6
SHOWN_OCTETS = 80
HEX_OCTETS = 32
"""How many octets of the last place are shown in hex."""
NEIGHBOURS = 8
"""How many octets are shown on either side of the first that differs."""
NOTHING = "nothing more until then"
"""The text of a place without octets: the suite waited until that instant."""
_SILENT = (Outcome.PASS, Outcome.NOT_APPLICABLE)
_WORDS = {
    Outcome.FAIL: "broken",
    Outcome.WARNING: "broken, which is a warning here",
    Outcome.INCONCLUSIVE: "could not be judged",
    Outcome.NOT_TESTED: "not tested",
}

T = TypeVar("T")


def by_reason(entries: Iterable[tuple[str, T]]) -> list[tuple[str, list[T]]]:
    """Group entries by their reason, in the order of the first entries."""
    groups: dict[str, list[T]] = {}
    for reason, entry in entries:
        groups.setdefault(reason, []).append(entry)
    return list(groups.items())


def report(verdict: RequirementVerdict, judgement: Judgement) -> str:
    """Return the text for one requirement; empty where it passed or does not apply."""
    return "" if verdict.outcome in _SILENT else "\n".join(_lines(verdict, judgement))


def _lines(verdict: RequirementVerdict, judgement: Judgement) -> Iterator[str]:
    requirement = verdict.requirement
    strength = requirement.strength.value
    yield f"{requirement.id} ({strength}), {_WORDS[verdict.outcome]}: {requirement.text}"
    yield f"By: {'; '.join(requirement.sources)}"
    if verdict.follows:
        yield f"Follows from: {verdict.follows}"
    found = deciding(verdict)
    if found is None:
        yield f"Reason: {verdict.reason}"
    else:
        yield from _found(found, verdict)
    if verdict.outcome is not Outcome.NOT_TESTED:
        yield f"Repeat: {repeat_command(judgement.header, requirement.id)}"


def deciding(verdict: RequirementVerdict) -> Finding | None:
    """Return the finding that decided the outcome; None where the run lacked something."""
    found = verdict.findings[0] if verdict.findings else None
    tells = found and found.circumstances is not None and verdict.outcome is not Outcome.NOT_TESTED
    return found if tells else None


def _found(found: Finding, verdict: RequirementVerdict) -> Iterator[str]:
    yield f"Expected: {found.expected}"
    count = verdict.counts[found.verdict]
    times = "" if count == 1 else f" ({count} times in all; this is the first)"
    yield f"Got: {found.observed}{times}"
    if found.places:
        yield "On the wire:"
        yield from _wire(found.places)
    if found.compared is not None:
        yield from _difference(*found.compared)
    good = last_good(found, verdict)
    if good is not None:
        often = "once" if verdict.history.before == 1 else f"{verdict.history.before} times"
        yield f"Right {often} before; the last time:"
        yield from _places(good.places)
    if found.circumstances is not None:
        yield from _circumstances(found.circumstances)


def last_good(found: Finding, verdict: RequirementVerdict) -> Finding | None:
    """Return the last time that a requirement was kept before this finding broke it first."""
    first = found.circumstances is not None and [found.circumstances.moment] == verdict.moments[:1]
    good = verdict.history.last if first else None
    return good if good and good.places else None


def shown_places(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Choose the first place, which is the command, and the last ones."""
    return places if len(places) <= SHOWN_PLACES else (places[0], *places[1 - SHOWN_PLACES :])


def excerpt_line(place: Place, limit: int) -> str:
    """Return a place as a line of an excerpt; one without octets says that nothing came."""
    octets = printable(place.octets, limit) or NOTHING
    return f"line {place.line}, {place.instant_s:.3f} s: {octets}"


def _wire(places: tuple[Place, ...]) -> Iterator[str]:
    yield from _places(places)
    last = places[-1].octets
    if last:
        more = " ..." if len(last) > HEX_OCTETS else ""
        yield f"  the last in hex: {last[:HEX_OCTETS].hex(' ')}{more}"


def _places(places: tuple[Place, ...]) -> Iterator[str]:
    for number, place in enumerate(shown_places(places)):
        if number == 1 and len(places) > SHOWN_PLACES:
            yield f"  ... {len(places) - SHOWN_PLACES} further places ..."
        yield f"  log {excerpt_line(place, SHOWN_OCTETS)}"


def first_difference(due: bytes, came: bytes) -> int | None:
    """Return the offset of the first octet that differs or is missing; None where there is none."""
    for offset, (left, right) in enumerate(zip(due, came, strict=False)):
        if left != right:
            return offset
    return None if len(due) == len(came) else min(len(due), len(came))


def _difference(due: bytes, came: bytes) -> Iterator[str]:
    offset = first_difference(due, came)
    if offset is None:
        return
    yield f"First diverging octet: offset {offset}"
    for name, octets in (("due", due), ("came", came)):
        octet = f"{octets[offset]:02X}" if offset < len(octets) else "none"
        near = around(octets, offset - NEIGHBOURS, offset + NEIGHBOURS)
        yield f"  {name}: {octet}, in {near}"


def _circumstances(found: Circumstances) -> Iterator[str]:
    yield f"State of the flow: upgrade: {found.phase}; connection: {found.link}"
    if found.commands:
        yield f"Commands that lead there{f' in {found.purpose}' if found.purpose else ''}:"
        yield from (f"  {printable(place.octets, SHOWN_OCTETS)}" for place in found.commands)


def repeat_command(header: Header, selected: str) -> str:
    """Return the command line that tests one requirement in the same way once more."""
    role = [] if header.role is DEFAULT_ROLE else ["--role", header.role]
    words = ["atverdict", "run", *role, "--iut", shlex.quote(header.address)]
    if not header.address.startswith("sim:"):
        words += ["--pixit", "FILE"]
    if header.pics:
        words += ["--pics", "FILE"]
    if header.profile != DEFAULT_PROFILE:
        words += ["--profile", header.profile]
    if header.effort is not Effort.STANDARD:
        words += ["--effort", header.effort]
    if header.replay:
        return " ".join([*words, "--replay", "FILE"])
    return " ".join([*words, "--select", selected])
