"""Checks on how a host reads a package: where, how far, how long it pauses, when it goes on."""

from collections.abc import Iterator

from atverdict.conformance.checks.check import Finding, fails, holds, passes
from atverdict.conformance.host.check import HostSituation, check
from atverdict.conformance.host.side import Serving, parameters
from atverdict.conformance.host.trace import HostExchange
from atverdict.conformance.log import End
from atverdict.conformance.printable import printable
from atverdict.conformance.trace import Asked, Urc
from atverdict.grammar.message import Event

PAUSE_LIMIT_S = 60.0
"""Between 10703 and the first read, and between two reads (SDK29)."""


def _serving(item: Asked, now: HostSituation) -> tuple[HostExchange, Serving] | None:
    """Return the line and the component that is served, where nothing confuses the two."""
    exchange, side = item.exchange, now.side
    serving = side.serving
    if not isinstance(exchange, HostExchange) or serving is None or serving.disturbed:
        return None
    if (
        side.accepted is None
        or side.dropped is not None
        or any(parameters(each, "QIOTOTARD") is not None for each in side.pending)
    ):
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
    if values is None or not values or not isinstance(values[0], int):
        return
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
        if start == last.start + last.asked_octets or not short:
            yield fails(requirement, places, f"the next read at {last.end}", said)
        else:
            yield fails("SOTA-HST-006", places, f"no octet unread from {last.end} on", said)
    elif start == last.end and short:
        returned = f"the next read at {last.start} + {last.returned_octets} as returned"
        yield passes("SOTA-HST-007", places, returned, said)
    elif start < piece.start:
        yield fails("SOTA-HST-006", places, "absolute offsets, within the piece", said)


@check("SOTA-HST-008", "SOTA-HST-006", on=Asked)
def goes_on_when_read(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """The next piece is asked for, and the update begun, when all octets have been read."""
    found = _serving(item, now)
    if found is None:
        return
    exchange, serving = found
    action, said = now.side.action_of(exchange), printable(exchange.sent.octets)
    if action == 2:
        fits = serving.piece_read and not serving.last_piece
        expected = "AT+QIOTUPDATE=2 behind the last octet of a piece, while others remain"
        yield holds("SOTA-HST-008", fits, exchange.sent, expected, said)
        if serving.piece is not None and not serving.piece_read:
            gap = serving.coverage.next_gap(serving.piece.start)
            expected = f"no octet of the piece unread, and that at {gap} is"
            yield fails("SOTA-HST-006", exchange.sent, expected, said)
    elif action == 3 and serving.piece is not None:
        expected = "AT+QIOTUPDATE=3 when every octet has been read"
        yield holds("SOTA-HST-006", serving.whole, exchange.sent, expected, said)


@check("SOTA-HST-013", on=Asked)
def pauses(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """No pause before a read is longer than a minute."""
    found = _serving(item, now)
    if found is None or found[1].due is None or found[1].unread is not None:
        return
    exchange, serving = found
    if parameters(exchange, "QIOTOTARD") is None or serving.due is None:
        return
    pause_s = exchange.sent.instant_s - serving.due_s
    fits = pause_s <= PAUSE_LIMIT_S + now.header.uncertainty_s
    expected = f"at most {PAUSE_LIMIT_S:g} s before the next read"
    yield holds("SOTA-HST-013", fits, (serving.due, exchange.sent), expected, f"{pause_s:.3f} s")


@check("SOTA-HST-013", on=Urc)
def never_read(item: Urc, now: HostSituation) -> Iterator[Finding]:
    """A module gave up because nobody read."""
    serving, event = now.side.serving, item.message
    if not isinstance(event, Event) or (event.type, event.code) != (7, 10706):
        return
    if serving is None or serving.disturbed or serving.due is None or serving.unread is not None:
        return
    if serving.piece is None or serving.piece_read or now.side.accepted is None:
        return
    pause_s = item.place.instant_s - serving.due_s
    if pause_s >= PAUSE_LIMIT_S - now.header.uncertainty_s:
        expected = f"at most {PAUSE_LIMIT_S:g} s before the next read"
        places = (serving.due, item.place)
        yield fails("SOTA-HST-013", places, expected, f"no read for {pause_s:.3f} s")


@check("SOTA-HST-019", on=Asked)
def goes_on_after_failed_read(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """A read that gave nothing is followed by something."""
    serving = now.side.serving
    if serving is None or serving.unread is None or now.side.dropped is not None:
        return
    places = (serving.unread.sent, item.exchange.sent)
    said = printable(item.exchange.sent.octets)
    yield passes("SOTA-HST-019", places, "a retry or an orderly end", said)


@check("SOTA-HST-019", on=End)
def hangs_after_failed_read(item: End, now: HostSituation) -> Iterator[Finding]:
    """A host that says nothing more after a read that gave nothing waits for ever."""
    side, serving = now.side, now.side.serving
    if item.problem or serving is None or serving.unread is None:
        return
    unread = serving.unread.sent
    silent = side.last_line is not None and side.last_line.line <= unread.line
    if silent and item.t - unread.instant_s >= PAUSE_LIMIT_S:
        waited_s = item.t - unread.instant_s
        observed = f"nothing more for {waited_s:.0f} s"
        yield fails("SOTA-HST-019", unread, "a retry or an orderly end", observed)


@check("SOTA-HST-020", on=Asked)
def keeps_to_the_maximum(item: Asked, now: HostSituation) -> Iterator[Finding]:
    """A request within the maximum that the host was told."""
    found = _serving(item, now)
    largest = now.side.max_length
    if found is None or largest is None:
        return
    match parameters(found[0], "QIOTOTARD"):
        case (int(), int(length)) if length <= largest:
            said = printable(item.exchange.sent.octets)
            yield passes("SOTA-HST-020", item.exchange.sent, f"at most {largest} octets", said)
        case _:
            pass
