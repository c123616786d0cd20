"""Answers: what the checks of single commands share."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from atverdict.conformance.evidence.trace import Exchange, PlacedMessage
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding, finding
from atverdict.conformance.judge.module.damaged_lines import glued_code, torn_answer, torn_echo
from atverdict.conformance.judge.module.framing import (
    OTA_COMMANDS,
    answered,
    refusal,
    sent_line,
)
from atverdict.conformance.judge.module.sibling import sibling_of
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Flow
from atverdict.grammar.message import (
    CommandLine,
    InformationResponse,
    Literal,
    Malformed,
    Placeholder,
    Range,
    Value,
    ValueSet,
)

__all__ = [
    "ACCEPTANCE",
    "accepted",
    "contains",
    "ill_formed",
    "integers",
    "listed",
    "parameters",
    "refused",
    "refused_as_malformed",
    "responds",
    "spoiled",
    "strings",
    "with_sibling",
]

ACCEPTANCE = "acceptance"
REFUSAL = "refusal"


def parameters(exchange: Exchange) -> tuple[object, ...]:
    """Return the parameters of the command; empty where the line is malformed."""
    return exchange.command.parameters if isinstance(exchange.command, CommandLine) else ()


def integers(exchange: Exchange, count: int) -> tuple[int, ...] | None:
    """Return the parameters if they are exactly `count` non-negative integers."""
    values = tuple(v for v in parameters(exchange) if isinstance(v, int))
    complete = len(values) == count == len(parameters(exchange))
    return values if complete and all(v >= 0 for v in values) else None


def strings(exchange: Exchange, count: int) -> tuple[str, ...] | None:
    """Return the parameters if they are exactly `count` quoted strings."""
    values = tuple(v for v in parameters(exchange) if isinstance(v, str))
    return values if len(values) == count == len(parameters(exchange)) else None


def listed(flow: Flow, exchange: Exchange) -> bool:
    """Tell whether the test form of a command lists its only parameter (E-39)."""
    values, command = integers(exchange, 1), exchange.command
    if not values or not isinstance(command, CommandLine):
        return False
    return any(contains(value, values[0]) for value in flow.ranges.get(command.name, ()))


def contains(value: Value, number: int | str) -> bool:
    """Tell whether an element of a test response allows a number."""
    match value:
        case int():
            return value == number
        case Range(low, high):
            return isinstance(number, int) and low <= number <= high
        case ValueSet(values):
            return any(isinstance(v, Placeholder | Literal) or contains(v, number) for v in values)
        case _:
            return False


def spoiled(exchange: Exchange) -> list[PlacedMessage]:
    """Return the lines that must be the answer of the command, and cannot be read.

    Echo and final result code have checks of their own. A line that resembles nothing may be a URC
    of the module, for instance in an operator's language.
    """
    name = exchange.command.name if isinstance(exchange.command, CommandLine) else ""
    return [
        told
        for told in exchange.malformed
        if told.place != exchange.final_place
        and isinstance(told.message, Malformed)
        and told.message.resembles == name != ""
    ]


def ill_formed(exchange: Exchange) -> bool:
    """Tell whether the answer breaks the form of its lines; SOTA-FRM-008 judges that."""
    if torn_answer(exchange) is not None or torn_echo(exchange) is not None:
        return True  # SOTA-FRM-011 judges it
    if glued_code(exchange) is not None:
        return True  # SOTA-FRM-006 judges it
    command = exchange.command
    if not isinstance(command, CommandLine) or command.name not in OTA_COMMANDS:
        return False
    prefix = f"+{command.name}: ".encode("ascii")
    return any(
        isinstance(told.message, Malformed)
        and told.message.resembles == command.name
        and not told.place.octets.lstrip(b"\r\n").startswith(prefix)
        for told in exchange.malformed
    )


def responds(
    requirement: str,
    exchange: Exchange,
    expected: str,
    fits: Callable[[list[InformationResponse]], bool],
) -> list[Finding]:
    """Judge an answer that must consist of fitting information responses and OK."""
    if exchange.cut or ill_formed(exchange):
        return []
    good = exchange.succeeded and not spoiled(exchange) and fits(exchange.responses)
    return [_judged(requirement, exchange, expected, _detailed(exchange), good=good)]


def accepted(requirement: str, exchange: Exchange, *, certain: bool = True) -> list[Finding]:
    """Judge a command line that must be answered OK; where that is not `certain`, ERROR is open."""
    if exchange.cut:
        return []
    if not exchange.succeeded and not certain:
        return [
            finding(
                requirement,
                Verdict.INCONCLUSIVE,
                exchange,
                f"OK to {sent_line(exchange)}",
                answered(exchange),
            )
        ]
    found = _judged(requirement, exchange, "OK", answered(exchange), good=exchange.succeeded)
    return [replace(found, part=ACCEPTANCE)]


def refused(requirement: str, exchange: Exchange) -> list[Finding]:
    """Judge a command line that must be answered ERROR because of the state."""
    if exchange.cut:
        return []
    expected = f"ERROR to {sent_line(exchange)}"
    found = finding(requirement, refusal(exchange), exchange, expected, answered(exchange))
    return [replace(found, part=REFUSAL)]


def refused_as_malformed(requirement: str, exchange: Exchange, now: Situation) -> list[Finding]:
    """Judge a command line that must be answered ERROR because of its form.

    Its refusal counts only where a well-formed line of the command is accepted in the same state.
    """
    return with_sibling(refused(requirement, exchange), exchange, now)


def with_sibling(findings: Iterable[Finding], exchange: Exchange, now: Situation) -> list[Finding]:
    """Let the passes among findings count only where the sibling is accepted."""
    sibling = sibling_of(exchange, now)
    return [replace(found, sibling=sibling) for found in findings]


def _judged(
    requirement: str, exchange: Exchange, expected: str, observed: str, *, good: bool
) -> Finding:
    verdict = Verdict.PASS if good else Verdict.FAIL
    return finding(requirement, verdict, exchange, f"{expected} to {sent_line(exchange)}", observed)


def _detailed(exchange: Exchange) -> str:
    """Say how the command was answered, with the first malformed line."""
    for told in spoiled(exchange):
        reason = getattr(told.message, "reason", "")
        return f"a line that cannot be read ({reason}), then {answered(exchange)}"
    return answered(exchange)
