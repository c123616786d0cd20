"""Checks on the decisions of a host: when it may ask and accept, and what a refusal means."""

from collections.abc import Iterator

from atverdict.conformance.evidence.host_trace import HostExchange
from atverdict.conformance.evidence.log import End
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Asked, Place
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, fails, holds, passes
from atverdict.conformance.judge.host.commands import action_of, moves, parameters
from atverdict.conformance.judge.host.host_state import HostState
from atverdict.conformance.judge.host.situation import HostSituation

GRACE_S = 0.05
"""A line this soon after an event may have been sent before the host read the event."""
CROSSING_S = 1.0
"""A read within this time may have crossed the 10706 of the module; only the first one can."""


@check("SOTA-HST-003", on=Asked)
def announced_first(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """The component is announced before the first request or consent."""
    exchange, host = item.exchange, now.host
    if not isinstance(exchange, HostExchange) or host.requested:
        return
    request = exchange.is_command("QIOTOTAREQ") and moves(exchange)
    if not request and action_of(exchange) != 1:
        return
    missing = [name for name in host.components if not host.announced.get(name)]
    announced = any(host.announced.values()) and not missing
    names = " and ".join(missing or ["a component"])
    expected = f"{names} announced before, with the version"
    said = printable(exchange.sent.octets)
    yield holds("SOTA-HST-003", announced, exchange.sent, expected, said)


@check("SOTA-HST-004", "SOTA-HST-018", on=HostExchange)
def accepts_what_stands(item: HostExchange, now: HostSituation) -> Iterator[Finding]:
    """Only an offer that stands is accepted; what the module takes twice does no harm."""
    host = now.host
    if action_of(item) != 1 or _sent_before_reading(item, host.dropped, now):
        return
    said = printable(item.sent.octets)
    if item.refused and not host.standing and not _seems_to_stand(item, host):
        serving = host.serving
        spelled = serving is not None and serving.spells_offer and host.accepted is not None
        requirement = "SOTA-HST-018" if spelled else "SOTA-HST-004"
        expected = "no offer obeyed that the package spells" if spelled else "an undecided 7,10700"
        yield fails(requirement, item.sent, expected, f"{said}, which was refused")
    elif item.succeeded and host.standing:
        yield passes("SOTA-HST-004", item.sent, "an undecided 7,10700 before", said)


def _seems_to_stand(item: HostExchange, host: HostState) -> bool:
    """Tell whether a host cannot know that an offer stands no longer.

    It has sent its consent twice before it was answered, or the module has lost the offer with its
    power.
    """
    accepted = host.accepted.final_place if host.accepted else None
    return host.vanished or (accepted is not None and item.sent.instant_s <= accepted.instant_s)


@check("SOTA-HST-005", on=Asked)
def accepts_what_it_can_meet(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """Only an offer whose limits are met is accepted."""
    exchange, host = item.exchange, now.host
    if not isinstance(exchange, HostExchange) or action_of(exchange) != 1:
        return
    if host.standing and host.unmet:
        places = (host.offered_place, exchange.sent) if host.offered_place else (exchange.sent,)
        expected = f"AT+QIOTUPDATE=0 or no answer: the offer asks for {host.unmet}"
        yield fails("SOTA-HST-005", places, expected, printable(exchange.sent.octets))


@check("SOTA-HST-005", on=End)
def declined(item: End, now: HostSituation) -> Iterator[Finding]:
    """An offer that the host cannot meet was refused or left unanswered."""
    host = now.host
    if item.problem or not host.unmet or host.offered_place is None:
        return
    if host.refused is not None:
        yield passes("SOTA-HST-005", host.refused, "a refusal", "AT+QIOTUPDATE=0")
    elif host.standing and host.certain and host.last_line is not None:
        yield passes("SOTA-HST-005", host.offered_place, "a refusal or no answer", "no answer")


@check("SOTA-HST-022", on=Asked)
def refused_is_refused(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """After a refusal nothing of that offer is read or begun."""
    exchange, host = item.exchange, now.host
    if not isinstance(exchange, HostExchange) or host.refused is None:
        return
    action = action_of(exchange)
    if action in (2, 3) or parameters(exchange, "QIOTOTARD") is not None:
        expected = "neither a read nor AT+QIOTUPDATE=2 or =3 after AT+QIOTUPDATE=0"
        places = (host.refused.sent, exchange.sent)
        yield fails("SOTA-HST-022", places, expected, printable(exchange.sent.octets))


@check("SOTA-HST-022", on=End)
def refusal_held(item: End, now: HostSituation) -> Iterator[Finding]:
    """No refused offer was taken up again."""
    refused = now.host.refused
    if not item.problem and refused is not None:
        yield passes("SOTA-HST-022", refused, "nothing more for that offer", "nothing more")


@check("SOTA-HST-014", on=Asked)
def dropped_is_dropped(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """After 10706 nothing of that upgrade goes on."""
    exchange, host = item.exchange, now.host
    if not isinstance(exchange, HostExchange) or host.dropped is None:
        return
    if _sent_before_reading(exchange, host.dropped, now):
        return
    read = parameters(exchange, "QIOTOTARD") is not None
    if read and not host.reads_since_drop:
        since_s = exchange.sent.instant_s - host.dropped.instant_s
        if since_s <= CROSSING_S:
            return
    if read or action_of(exchange) in (1, 2, 3) or _updated_anyway(exchange, host):
        yield fails(
            "SOTA-HST-014",
            (host.dropped, exchange.sent),
            "the upgrade dropped after 7,10706, until a new 7,10700",
            printable(exchange.sent.octets),
        )


def _updated_anyway(exchange: HostExchange, host: HostState) -> bool:
    """Tell whether a host announces a version that it had no reason to write any more.

    An update that had begun when 10706 came may have to be finished.
    """
    serving = host.serving
    if serving is None or parameters(exchange, "QIOTMCUVER") != (
        serving.started.component,
        serving.target,
    ):
        return False
    begun = serving.update_asked is not None
    waited = serving.updating is None and host.habits.waits_for_updating
    return not begun or waited


@check("SOTA-HST-014", on=End)
def drop_held(item: End, now: HostSituation) -> Iterator[Finding]:
    """Every 10706 of the scenario was the end of its upgrade."""
    host = now.host
    if not item.problem and host.drops and host.last_line is not None:
        where = host.dropped or host.last_line
        yield passes("SOTA-HST-014", where, "the upgrade dropped after 7,10706", "nothing more")


def _sent_before_reading(exchange: HostExchange, event: Place | None, now: HostSituation) -> bool:
    """Tell whether the host may have sent a line before it read an event."""
    if event is None:
        return False
    line_s = (len(event.octets) + len(exchange.sent.octets)) * now.header.octet_s
    since_s = exchange.sent.instant_s - event.instant_s
    return since_s < GRACE_S + line_s + now.header.uncertainty_s
