"""Checks on what a host decides: when it may ask and accept, and what a refusal means."""

from collections.abc import Iterator

from atverdict.conformance.checks.check import Finding, fails, holds, passes
from atverdict.conformance.host.check import HostSituation, check
from atverdict.conformance.host.side import parameters
from atverdict.conformance.host.trace import HostExchange
from atverdict.conformance.log import End
from atverdict.conformance.printable import printable
from atverdict.conformance.trace import Asked
from atverdict.grammar.message import CommandForm

GRACE_S = 0.05
"""What a host says this soon behind an event, it may have said before it read the event."""


@check("SOTA-HST-003", on=Asked)
def announced_first(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """The component is announced before the first request or consent."""
    exchange = item.exchange
    if not isinstance(exchange, HostExchange) or now.side.requested:
        return
    request = exchange.is_command("QIOTOTAREQ") and not exchange.is_command(
        "QIOTOTAREQ", CommandForm.TEST
    )
    if request or now.side.action_of(exchange) == 1:
        yield holds(
            "SOTA-HST-003",
            any(now.side.announced.values()),
            exchange.sent,
            "a component and its version announced before",
            printable(exchange.sent.octets),
        )


@check("SOTA-HST-004", "SOTA-HST-005", on=Asked)
def accepts_what_stands(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """Only an offer that stands is accepted, and only one whose limits are met."""
    exchange, side = item.exchange, now.side
    if not isinstance(exchange, HostExchange) or side.action_of(exchange) != 1:
        return
    said = printable(exchange.sent.octets)
    if _just_gone(exchange, side.dropped.instant_s if side.dropped else None, now):
        return
    repeated = any(side.action_of(each) == 1 for each in side.pending)
    if not repeated:
        stands = bool(side.standing)
        yield holds("SOTA-HST-004", stands, exchange.sent, "an undecided 7,10700 before", said)
    if side.standing and side.unmet:
        places = (side.offered_place, exchange.sent) if side.offered_place else (exchange.sent,)
        expected = f"AT+QIOTUPDATE=0 or no answer: the offer asks for {side.unmet}"
        yield fails("SOTA-HST-005", places, expected, said)


@check("SOTA-HST-005", on=End)
def declined(item: End, now: HostSituation) -> Iterator[Finding]:
    """An offer that the host cannot meet was refused or left unanswered."""
    side = now.side
    if item.problem or not side.unmet or side.offered_place is None:
        return
    if side.refused is not None:
        yield passes("SOTA-HST-005", side.refused, "a refusal", "AT+QIOTUPDATE=0")
    elif side.standing and side.certain and side.last_line is not None:
        yield passes("SOTA-HST-005", side.offered_place, "a refusal or no answer", "no answer")


@check("SOTA-HST-022", on=Asked)
def refused_is_refused(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """After a refusal nothing of that offer is read or begun."""
    exchange, side = item.exchange, now.side
    if not isinstance(exchange, HostExchange) or side.refused is None:
        return
    action = side.action_of(exchange)
    if action in (2, 3) or parameters(exchange, "QIOTOTARD") is not None:
        expected = "neither a read nor AT+QIOTUPDATE=2 or =3 after AT+QIOTUPDATE=0"
        places = (side.refused.sent, exchange.sent)
        yield fails("SOTA-HST-022", places, expected, printable(exchange.sent.octets))


@check("SOTA-HST-022", on=End)
def refusal_held(item: End, now: HostSituation) -> Iterator[Finding]:
    """A refusal was the last word on an offer."""
    refused = now.side.refused
    if not item.problem and refused is not None:
        yield passes("SOTA-HST-022", refused, "nothing more for that offer", "nothing more")


@check("SOTA-HST-014", on=Asked)
def dropped_is_dropped(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """After 10706 nothing of that upgrade goes on."""
    exchange, side = item.exchange, now.side
    if not isinstance(exchange, HostExchange) or side.dropped is None:
        return
    if _just_gone(exchange, side.dropped.instant_s, now):
        return
    action = side.action_of(exchange)
    goes_on = action in (1, 2, 3) or parameters(exchange, "QIOTOTARD") is not None
    if not goes_on and not side.dropped_late and side.serving is not None:
        target = (side.serving.started.component, side.serving.target)
        goes_on = parameters(exchange, "QIOTMCUVER") == target
    if goes_on:
        yield fails(
            "SOTA-HST-014",
            (side.dropped, exchange.sent),
            "the upgrade dropped after 7,10706, until a new 7,10700",
            printable(exchange.sent.octets),
        )


@check("SOTA-HST-014", on=End)
def drop_held(item: End, now: HostSituation) -> Iterator[Finding]:
    """Every 10706 of the scenario was the end of its upgrade."""
    side = now.side
    if not item.problem and side.drops and side.last_line is not None:
        where = side.dropped or side.last_line
        yield passes("SOTA-HST-014", where, "the upgrade dropped after 7,10706", "nothing more")


def _just_gone(exchange: HostExchange, since_s: float | None, now: HostSituation) -> bool:
    """Tell whether the host may not have read an event yet when it sent a line."""
    if since_s is None:
        return False
    return exchange.sent.instant_s - since_s < GRACE_S + now.header.uncertainty_s
