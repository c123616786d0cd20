"""The divergence: the first message that is not what was due, and its first wrong octet."""

from collections.abc import Iterator

from atverdict.conformance.evidence.printable import around, printable
from atverdict.conformance.evidence.trace import Exchange, Place
from atverdict.conformance.judge.finding import Finding
from atverdict.grammar.message import Block, Echo, Malformed
from atverdict.reports.reason import first_difference
from atverdict.reports.scenes.steps import line_of

__all__ = ["differing_octets", "divergent_place", "of_silence"]

OF_ECHO = frozenset({"SOTA-FRM-009", "SOTA-FRM-010"})
OF_DIGESTS = "SOTA-INT-"
OF_READS = "SOTA-CMD-OTARD-"
TELLING = 3
"""The least length of a value that is recognized inside a sentence."""
BEFORE = 4
AFTER = 7
"""How many octets are shown before and after the first that differs."""


def divergent_place(exchange: Exchange, found: Finding) -> Place | None:
    """Return the first message of an answer that is not what was due; None where none came."""
    if exchange.blocks and (found.compared or found.requirement.startswith(OF_DIGESTS)):
        return exchange.blocks[0].place
    wrong = list(_wrong(exchange, found))
    if wrong:
        return wrong[0]
    quoted = list(_quoted(exchange, found))
    if quoted:
        return quoted[0]
    if exchange.blocks and found.requirement.startswith(OF_READS):
        return exchange.blocks[0].place
    return exchange.final_place


def _quoted(exchange: Exchange, found: Finding) -> Iterator[Place]:
    """Yield the messages that the finding quotes: whole, or their values."""
    observed = found.observed
    for told in exchange.answers:
        text = line_of(told.place)
        value = text.partition(": ")[2]
        part = observed == value or observed in value.split(",")
        if text in observed or part or (len(value) >= TELLING and value in observed):
            yield told.place
    yield from (urc.place for urc in exchange.urcs if line_of(urc.place) in observed)


def _wrong(exchange: Exchange, found: Finding) -> Iterator[Place]:
    """Yield the messages that are wrong in themselves."""
    for told in exchange.order:
        match told.message:
            case Malformed():
                yield told.place
            case Block(terminated=False):
                yield told.place
            case Echo() if found.requirement in OF_ECHO:
                yield told.place
            case _:
                pass
    for told in exchange.malformed:
        if told.place == exchange.final_place:
            yield told.place


def of_silence(expected: str) -> bool:
    """Tell whether a check expected, in its own words, that nothing comes."""
    return expected.startswith(("no ", "nothing", "none "))


def differing_octets(found: Finding) -> tuple[str, ...]:
    """Show what was due beside what came around the first octet that differs."""
    if found.compared is None:
        return ()
    due, came = found.compared
    offset = first_difference(due, came)
    if offset is None:
        return ()
    lines = [f"first octet that differs: offset {offset}"]
    for name, octets in (("due ", due), ("came", came)):
        octet = f"{octets[offset]:02X}" if offset < len(octets) else "--"
        before = around(octets[:offset], offset - BEFORE, offset)
        lines.append(
            f"{name}  {octet}  {before}[{printable(octets[offset : offset + 1])}]"
            f"{around(octets[offset + 1 :], 0, AFTER - 1)}"
        )
    return tuple(lines)
