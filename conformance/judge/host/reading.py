"""Checks on the reads of a host: offsets, lengths, pauses, and the next piece."""

from collections.abc import Iterator

from atverdict.conformance.evidence.host_trace import HostExchange
from atverdict.conformance.evidence.log import End
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Asked, Urc
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, fails, holds, inconclusive, passes
from atverdict.conformance.judge.host.commands import action_of, moves, parameters
from atverdict.conformance.judge.host.component_run import ServedComponent
from atverdict.conformance.judge.host.situation import HostSituation
from atverdict.grammar.message import Event

NO_PAUSE_TIMES = 3
"""A module that waited for so many times its limit shows that the host does not read on."""
STUCK_READS = 2
"""The number of equal reads in a row, each with a short answer, that show a host is stuck."""


def _undisturbed(now: HostSituation) -> ServedComponent | None:
    """Return the component that is served, unless something from outside disturbed it."""
    host, serving = now.host, now.host.serving
    if serving is None or serving.disturbed or host.accepted is None or host.dropped is not None:
        return None
    return serving


def _serving(item: Asked, now: HostSituation) -> tuple[HostExchange, ServedComponent] | None:
    """Return the line and the component that is served, where both are certain."""
    exchange, serving = item.exchange, _undisturbed(now)
    reads = any(parameters(each, "QIOTOTARD") is not None for each in now.host.pending)
    if not isinstance(exchange, HostExchange) or serving is None or reads:
        return None
    return exchange, serving


@check("SOTA-HST-006", "SOTA-HST-007", on=Asked)
def reads_on(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """A piece is read from its start, and each read goes on where the last one ended."""
    found = _serving(item, now)
    if found is None or found[1].piece is None:
        return
    exchange, serving = found
    values = parameters(exchange, "QIOTOTARD")
    if values is None or not values or not isinstance(values[0], int) or values[0] < 0:
        return  # SOTA-HST-023 judges it
    start, said, piece = values[0], printable(exchange.sent.octets), serving.piece
    assert piece is not None
    last = serving.last
    if last is None:
        due = {piece.start, serving.coverage.next_gap(piece.start)}
        expected = f"the first read of the piece at {piece.start}"
        if serving.unread is None or start not in due:
            yield holds("SOTA-HST-006", start in due, exchange.sent, expected, said)
        return
    short = last.returned_octets < last.asked_octets and not last.end >= serving.piece_end
    places = (last.exchange.sent, exchange.sent)
    if start > last.end:
        requirement = "SOTA-HST-007" if short else "SOTA-HST-006"
        yield fails(requirement, places, f"the next read at {last.end}", said)
    elif start == last.end and short:
        returned = f"the next read at {last.start} + {last.returned_octets} as returned"
        yield passes("SOTA-HST-007", places, returned, said)
    elif start < piece.start:
        yield fails("SOTA-HST-006", places, "absolute offsets, within the piece", said)


@check("SOTA-HST-008", "SOTA-HST-006", on=HostExchange)
def next_piece_when_read(item: HostExchange, now: HostSituation) -> Iterator[Finding]:
    """The next piece is fetched when all octets of this one have been read.

    A module that answers ERROR has discarded nothing, so such a line breaks nothing: shipped hosts
    send it after every block.
    """
    serving = _undisturbed(now)
    if serving is None or action_of(item) != 2 or not item.succeeded:
        return
    said = printable(item.sent.octets)
    end = serving.last.end if serving.last else 0
    fits = end >= serving.piece_end and not serving.last_piece
    expected = "AT+QIOTUPDATE=2 behind the last octet of a piece, while others remain"
    yield holds("SOTA-HST-008", fits, item.sent, expected, said)
    if serving.piece is not None and not serving.piece_read:
        gap = serving.coverage.next_gap(serving.piece.start)
        expected = f"no octet of the piece unread, and that at {gap} is"
        yield fails("SOTA-HST-006", item.sent, expected, said)


@check("SOTA-HST-006", on=Asked)
def updates_when_read(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """The update begins when all octets have been read."""
    found = _serving(item, now)
    if found is None:
        return
    exchange, serving = found
    if action_of(exchange) == 3 and serving.piece is not None:
        expected = "AT+QIOTUPDATE=3 when every octet has been read"
        said = printable(exchange.sent.octets)
        yield holds("SOTA-HST-006", serving.whole, exchange.sent, expected, said)


@check("SOTA-HST-013", on=Asked)
def pauses(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """No pause before a read is longer than a module waits for a read."""
    found = _serving(item, now)
    if found is None or found[1].due is None or found[1].unread is not None:
        return
    exchange, serving = found
    if parameters(exchange, "QIOTOTARD") is None or serving.due is None:
        return
    pause_s = exchange.sent.instant_s - serving.due.instant_s
    limit_s = now.timer_s("read_s")
    fits = pause_s <= limit_s + now.header.uncertainty_s
    expected = f"at most {limit_s:g} s before the next read"
    yield holds("SOTA-HST-013", fits, (serving.due, exchange.sent), expected, f"{pause_s:.3f} s")


@check("SOTA-HST-013", on=Urc)
def never_read(item: Urc, now: HostSituation) -> Iterator[Finding]:
    """A module gave up because the host did not read."""
    serving, event = now.host.serving, item.message
    if not isinstance(event, Event) or (event.type, event.code) != (7, 10706):
        return
    if serving is None or serving.disturbed or serving.due is None or serving.unread is not None:
        return
    if serving.piece is None or serving.piece_read or now.host.accepted is None:
        return
    first = now.host.offers[:1] and now.host.offers[0].component == serving.started.component
    if serving.last is None and not first:
        return  # a host that has forgotten a component makes no pause
    pause_s = item.place.instant_s - serving.due.instant_s
    limit_s = now.timer_s("read_s")
    if pause_s >= NO_PAUSE_TIMES * limit_s:
        expected = f"at most {limit_s:g} s before the next read"
        places = (serving.due, item.place)
        yield fails("SOTA-HST-013", places, expected, f"no read for {pause_s:.3f} s")


@check("SOTA-HST-019", on=Asked)
def goes_on_after_failed_read(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """A read that gave nothing is followed by something that moves the flow."""
    host, exchange = now.host, item.exchange
    unread = host.unread
    if unread is None or not isinstance(exchange, HostExchange) or not moves(exchange):
        return
    said = printable(exchange.sent.octets)
    yield passes("SOTA-HST-019", (unread.sent, exchange.sent), "a retry or an orderly end", said)


@check("SOTA-HST-019", on=End)
def hangs_after_failed_read(item: End, now: HostSituation) -> Iterator[Finding]:
    """A host hangs if it does not even answer a new offer after a read that gave nothing."""
    host, unread = now.host, now.host.unread
    if item.problem or unread is None:
        return
    waited_s = item.t - unread.sent.instant_s
    observed = f"nothing that moves the flow for {waited_s:.0f} s"
    if host.standing and waited_s >= now.timer_s("read_s"):
        observed += ", not even an answer to a new offer"
        yield fails("SOTA-HST-019", unread.sent, "a retry or an orderly end", observed)
    elif not host.recovered:
        yield inconclusive(
            "SOTA-HST-019", unread.sent, "a retry, or an end that can be seen", observed
        )


@check("SOTA-HST-020", on=Asked)
def keeps_to_the_maximum(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """Requests are within the maximum that the host was told."""
    found = _serving(item, now)
    largest = now.host.max_length
    if found is None or largest is None:
        return
    match parameters(found[0], "QIOTOTARD"):
        case (int(), int(length)) if length <= largest:
            said = printable(item.exchange.sent.octets)
            yield passes("SOTA-HST-020", item.exchange.sent, f"at most {largest} octets", said)
        case _:
            pass


@check("SOTA-HST-020", on=End)
def stuck_at_short_answers(item: End, now: HostSituation) -> Iterator[Finding]:
    """A host that asks for too much again and again cannot handle short answers."""
    host, serving = now.host, now.host.serving
    if item.problem or serving is None or serving.disturbed or serving.last is None:
        return
    last = serving.last
    if serving.short_reads < STUCK_READS or last.asked_octets <= last.returned_octets:
        return
    if host.max_length is None or last.asked_octets > host.max_length:
        expected = f"at most {host.max_length} octets" if host.max_length else "less"
        said = f"{printable(last.exchange.sent.octets)}, {serving.short_reads} times"
        expected += f", or the next read at {last.end}"
        yield fails("SOTA-HST-020", last.exchange, expected, said)
