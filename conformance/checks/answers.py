"""What checks of single commands share: the shape of an answer, and when a state is certain."""

from collections.abc import Callable

from atverdict.conformance.checks.check import Finding, finding
from atverdict.conformance.checks.framing import answered, sent_line
from atverdict.conformance.trace import Exchange
from atverdict.conformance.verdict import Verdict
from atverdict.grammar.message import CommandLine, InformationResponse

__all__ = ["accepted", "integers", "parameters", "refused", "responds", "strings"]


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


def responds(
    requirement: str,
    exchange: Exchange,
    expected: str,
    fits: Callable[[list[InformationResponse]], bool],
) -> list[Finding]:
    """Judge an answer that must consist of fitting information responses and OK."""
    if exchange.cut:
        return []
    good = exchange.succeeded and not exchange.malformed and fits(exchange.responses)
    return [_judged(requirement, exchange, good, expected, _detailed(exchange))]


def accepted(requirement: str, exchange: Exchange, *, certain: bool = True) -> list[Finding]:
    """Judge a command line that must be answered OK; if that is not `certain`, ERROR is open."""
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
    return [_judged(requirement, exchange, exchange.succeeded, "OK", answered(exchange))]


def refused(requirement: str, exchange: Exchange) -> list[Finding]:
    """Judge a command line that must be answered ERROR."""
    if exchange.cut:
        return []
    return [_judged(requirement, exchange, exchange.refused, "ERROR", answered(exchange))]


def _judged(
    requirement: str, exchange: Exchange, good: bool, expected: str, observed: str
) -> Finding:
    verdict = Verdict.PASS if good else Verdict.FAIL
    return finding(requirement, verdict, exchange, f"{expected} to {sent_line(exchange)}", observed)


def _detailed(exchange: Exchange) -> str:
    """Name what is malformed in an answer, if anything is."""
    for told in exchange.malformed:
        reason = getattr(told.message, "reason", "")
        return f"a line that cannot be read ({reason}), then {answered(exchange)}"
    return answered(exchange)
