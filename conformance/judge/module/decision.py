"""Checks on the request for a plan and the decision: SOTA-CMD-OTAREQ, SOTA-CMD-UPDATE."""

from collections.abc import Iterator
from dataclasses import replace

from atverdict.conformance.evidence.trace import Exchange, Urc
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, holds, inconclusive, passes
from atverdict.conformance.judge.module.answers import (
    accepted,
    contains,
    integers,
    listed,
    refused,
    refused_as_malformed,
    responds,
)
from atverdict.conformance.judge.module.framing import answered
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Link, Phase, is_ota
from atverdict.grammar.message import (
    CommandForm,
    DownloadStarted,
    Event,
    Literal,
    Placeholder,
    Value,
)

HOST_PAUSE_S = 0.1
"""The pause before a decision; SOTA-SEQ-020 judges faster ones."""


@check("SOTA-CMD-OTAREQ-001", "SOTA-CMD-UPDATE-001", on=Exchange, errata=("E-26", "E-29"))
def test_forms(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Both test forms answer; the one of the decision covers 0 to 3."""
    if exchange.is_command("QIOTOTAREQ", CommandForm.TEST):
        yield from responds(
            "SOTA-CMD-OTAREQ-001",
            exchange,
            "+QIOTOTAREQ: ... and OK",
            lambda lines: len(lines) >= 1,
        )
    if exchange.is_command("QIOTUPDATE", CommandForm.TEST):
        yield from responds(
            "SOTA-CMD-UPDATE-001",
            exchange,
            "+QIOTUPDATE: a range that covers 0 to 3, and OK",
            lambda lines: (
                len(lines) == 1 and len(lines[0].values) >= 1 and _covers(lines[0].values, now)
            ),
        )


def _covers(values: tuple[Value, ...], now: Situation) -> bool:
    """Tell whether all actions are listed; a name instead of a range is permitted (E-29)."""
    if any(isinstance(value, Placeholder | Literal) for value in values):
        return True
    actions = now.permitted("QIOTUPDATE")
    return all(any(contains(value, action) for value in values) for action in actions)


def _proper_request(exchange: Exchange, now: Situation) -> bool:
    """Tell whether this is the execute form, or asks for a documented digest."""
    if exchange.is_command("QIOTOTAREQ", CommandForm.EXECUTE):
        return True
    values = integers(exchange, 1) if exchange.is_command("QIOTOTAREQ", CommandForm.WRITE) else None
    return values is not None and values[0] in now.permitted("QIOTOTAREQ")


@check(
    "SOTA-CMD-OTAREQ-002",
    "SOTA-CMD-OTAREQ-008",
    "SOTA-CMD-OTAREQ-009",
    "SOTA-CMD-OTAREQ-010",
    on=Exchange,
)
def requests(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A request is accepted online. It is refused offline, and with a wrong parameter."""
    if not exchange.is_command("QIOTOTAREQ"):
        return
    if _proper_request(exchange, now):
        flow = now.flow
        if flow.link is not flow.asked_link:
            return
        if flow.link is Link.ONLINE and flow.asked_phase is Phase.IDLE:
            yield from accepted("SOTA-CMD-OTAREQ-002", exchange)
        elif now.flow.link is Link.OFF and now.flow.reg_mode == 0:
            yield from refused("SOTA-CMD-OTAREQ-010", exchange)
    elif exchange.is_command("QIOTOTAREQ", CommandForm.WRITE):
        if integers(exchange, 1) is None:
            yield from refused_as_malformed("SOTA-CMD-OTAREQ-009", exchange, now)
        elif not listed(now.flow, exchange):
            yield from refused_as_malformed("SOTA-CMD-OTAREQ-008", exchange, now)


@check(
    "SOTA-CMD-OTAREQ-005",
    "SOTA-CMD-OTAREQ-006",
    "SOTA-CMD-OTAREQ-007",
    on=Urc,
    errata=("E-14", "E-15"),
)
def digest_as_requested(urc: Urc, now: Situation) -> Iterator[Finding]:
    """10701 carries a SHA-256 if the request that led to it asked for one."""
    event = urc.message
    upgrade = now.flow.upgrade
    if not is_ota(urc, 10701) or not isinstance(event, Event) or upgrade is None:
        return
    if not isinstance(event.payload, DownloadStarted) or not upgrade.request_certain:
        return
    if now.flow.of_module(event.payload.component):
        return  # SOTA-EVT-011 judges it
    present = event.payload.sha256 is not None
    observed = "a SHA-256" if present else "no SHA-256"
    match upgrade.requested_with:
        case 1:
            yield holds(
                "SOTA-CMD-OTAREQ-005", present, urc, "a SHA-256 after AT+QIOTOTAREQ=1", observed
            )
        case 0:
            yield holds(
                "SOTA-CMD-OTAREQ-006",
                not present,
                urc,
                "no SHA-256 after AT+QIOTOTAREQ=0",
                observed,
            )
        case None if now.flow.fresh:
            yield holds(
                "SOTA-CMD-OTAREQ-007", not present, urc, "no SHA-256 after AT+QIOTOTAREQ", observed
            )
        case None if present:
            expected = "no SHA-256 after AT+QIOTOTAREQ, unless =1 is a setting that stays"
            yield inconclusive("SOTA-CMD-OTAREQ-007", urc, expected, observed)


def _action(exchange: Exchange) -> int | None:
    values = integers(exchange, 1)
    return values[0] if exchange.is_command("QIOTUPDATE", CommandForm.WRITE) and values else None


@check("SOTA-CMD-UPDATE-002", "SOTA-CMD-UPDATE-004", "SOTA-SEQ-020", on=Exchange, errata=("E-18",))
def decisions(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Consent and refusal are accepted while an offer stands."""
    action, flow = _action(exchange), now.flow
    if action not in (0, 1) or flow.asked_phase is not Phase.OFFERED or flow.upgrade is None:
        return
    if flow.phase is not Phase.OFFERED and action == 0:
        return
    offers = [seen.urc.place.instant_s for seen in flow.upgrade.offers]
    if action == 0:
        yield from accepted("SOTA-CMD-UPDATE-004", exchange)
    elif flow.upgrade.offered_late and not exchange.succeeded:
        return  # it may be a second consent, to a repetition that was printed late
    elif offers and exchange.sent.instant_s - max(offers) >= HOST_PAUSE_S:
        yield from accepted("SOTA-CMD-UPDATE-002", exchange)
    elif offers:
        yield from accepted("SOTA-SEQ-020", exchange)


@check(
    "SOTA-CMD-UPDATE-006",
    "SOTA-CMD-UPDATE-007",
    "SOTA-CMD-UPDATE-008",
    "SOTA-CMD-UPDATE-009",
    on=Exchange,
    errata=("E-04", "E-11", "E-45"),
)
def ready_actions(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The next piece is asked for where there is one; else the update begins."""
    action, flow = _action(exchange), now.flow
    run = flow.run
    if (
        action not in (2, 3)
        or flow.asked_phase is not Phase.READY
        or run is None
        or run.piece is None
    ):
        return
    if any(is_ota(urc, 10703) for urc in exchange.urcs):
        return  # the next piece came before the answer: SOTA-SEQ-007 judges that
    certain = flow.network and not run.disturbed and run.length_octets is not None
    certain = certain and not (run.network_lost and exchange.refused)  # SOTA-PER-006 judges it
    # A version report ends the upgrade, though its outcome may be printed later.
    certain = certain and not (run.announced and exchange.refused)
    if not certain or (flow.phase is Phase.READY) != flow.steady:
        return
    match action, run.last_piece:
        case 2, False:
            yield from accepted("SOTA-CMD-UPDATE-006", exchange)
        case 2, True:
            yield from refused("SOTA-CMD-UPDATE-007", exchange)
        case 3, True if run.update_asked is None:
            yield from accepted("SOTA-CMD-UPDATE-008", exchange)
        case 3, False:
            yield from refused("SOTA-CMD-UPDATE-009", exchange)


@check(
    "SOTA-CMD-UPDATE-006",
    "SOTA-CMD-UPDATE-008",
    "SOTA-CMD-REG-006",
    "SOTA-CMD-REG-007",
    on=Urc,
)
def events_that_were_asked_for(urc: Urc, now: Situation) -> Iterator[Finding]:
    """The event that an accepted command leads to; a purpose expects it, a recording shows it."""
    event, flow = urc.message, now.flow
    if not isinstance(event, Event):
        return
    run = flow.run
    asked = {
        (7, 10703): ("SOTA-CMD-UPDATE-006", run.next_piece_asked if run else None),
        (7, 10704): ("SOTA-CMD-UPDATE-008", run.update_asked if run else None),
        (2, 10200): ("SOTA-CMD-REG-006", flow.connect_asked),
        (3, 10200): ("SOTA-CMD-REG-006", flow.connect_asked),
        (6, 10200): ("SOTA-CMD-REG-007", flow.link is Link.LEAVING),
    }
    requirement, cause = asked.get((event.type, event.code), ("", None))
    if cause:
        name = f"{event.type},{event.code}"
        found = passes(requirement, urc, f"{name} after the command that leads to it", name)
        yield replace(found, part=name)


@check("SOTA-CMD-UPDATE-010", "SOTA-CMD-UPDATE-011", on=Exchange)
def actions_without_offer(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Without an offer there is nothing to decide."""
    action, flow = _action(exchange), now.flow
    if (
        action not in now.permitted("QIOTUPDATE")
        or flow.phase is not Phase.IDLE
        or not flow.steady
        or not flow.idle_certain
    ):
        return
    requirement = "SOTA-CMD-UPDATE-010" if action == 1 else "SOTA-CMD-UPDATE-011"
    yield from refused(requirement, exchange)


@check("SOTA-CMD-UPDATE-013", "SOTA-CMD-UPDATE-014", on=Exchange)
def repeated_actions(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """In an upgrade a second ``=3`` does no harm, and a late ``=0`` is refused."""
    action, flow = _action(exchange), now.flow
    if not flow.steady or not flow.network:
        return
    if action == 3 and flow.phase is Phase.UPDATING and not (flow.run and flow.run.of_module):
        yield from accepted("SOTA-CMD-UPDATE-013", exchange)
    if action == 0 and flow.phase in (
        Phase.CONFIRMED,
        Phase.DOWNLOADING,
        Phase.READY,
        Phase.UPDATING,
    ):
        yield from refused("SOTA-CMD-UPDATE-014", exchange)


@check("SOTA-CMD-UPDATE-015", "SOTA-CMD-UPDATE-016", on=Exchange, errata=("E-39",))
def malformed_actions(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A value that is no action is refused, and so is the execute form."""
    if exchange.is_command("QIOTUPDATE", CommandForm.EXECUTE):
        yield from refused_as_malformed("SOTA-CMD-UPDATE-016", exchange, now)
    elif not exchange.is_command("QIOTUPDATE", CommandForm.WRITE):
        return
    elif _action(exchange) not in now.permitted("QIOTUPDATE") and not listed(now.flow, exchange):
        yield from refused_as_malformed("SOTA-CMD-UPDATE-015", exchange, now)


@check("SOTA-CMD-UPDATE-012", on=Exchange)
def repeated_consent(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A second consent before the download is answered with OK or ERROR."""
    if _action(exchange) == 1 and now.flow.steady and now.flow.phase is Phase.CONFIRMED:
        yield holds(
            "SOTA-CMD-UPDATE-012",
            exchange.final is not None,
            exchange,
            "OK or ERROR",
            answered(exchange),
        )
