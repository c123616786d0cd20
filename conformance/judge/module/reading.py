"""Checks on reads of the package in blocks: SOTA-CMD-OTARD."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, fails, finding, holds, inconclusive
from atverdict.conformance.judge.module.answers import (
    integers,
    refused,
    refused_as_malformed,
    responds,
    with_sibling,
)
from atverdict.conformance.judge.module.framing import answered
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Flow, Phase
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun
from atverdict.grammar.message import Block, BlockHeader, CommandForm

USUAL_MAXIMUM_OCTETS = 1024
"""The maximum of all documents and hosts, where the test command names none."""


def _numbers(exchange: Exchange) -> tuple[int, int] | None:
    """Return start and length of a read, of any size."""
    values = integers(exchange, 2) if exchange.is_command("QIOTOTARD", CommandForm.WRITE) else None
    return (values[0], values[1]) if values else None


def _asked(exchange: Exchange, now: Situation) -> tuple[int, int] | None:
    """Return start and length of a read within 32 bits; -019 judges larger values."""
    numbers = _numbers(exchange)
    return numbers if numbers and _in_range(max(numbers), now) else None


def _in_range(number: int, now: Situation) -> bool:
    largest = now.specification.parameter("QIOTOTARD").maximum
    return largest is None or number <= largest


def _readable(exchange: Exchange, now: Situation) -> ComponentRun | None:
    """Return the component whose piece can certainly be read in the whole exchange."""
    flow = now.flow
    run = flow.run
    phases = {Phase.READY, Phase.UPDATING} if now.profile.updating_before_reading else {Phase.READY}
    certain = flow.asked_phase in phases and flow.phase in phases and not exchange.cut
    certain = certain and flow.network  # without network SOTA-PER-006 alone judges it
    if (
        not certain
        or run is None
        or run.piece is None
        or run.disturbed
        or (run.network_lost and exchange.refused)
        or run.length_octets is None
    ):
        return None
    return run


def _maximum(flow: Flow) -> int:
    return flow.max_length or USUAL_MAXIMUM_OCTETS


@check("SOTA-CMD-OTARD-001", on=Exchange)
def test_form(exchange: Exchange, _now: Situation) -> Iterator[Finding]:
    """The test form names start and length."""
    if exchange.is_command("QIOTOTARD", CommandForm.TEST):
        yield from responds(
            "SOTA-CMD-OTARD-001",
            exchange,
            "+QIOTOTARD: <start>,(range) and OK",
            lambda lines: len(lines) == 1 and len(lines[0].values) == 2,
        )


@check(
    "SOTA-CMD-OTARD-002",
    "SOTA-CMD-OTARD-007",
    "SOTA-CMD-OTARD-018",
    "SOTA-CMD-UPDATE-014",
    on=Exchange,
    errata=("E-10",),
)
def valid_read(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A read within the piece is answered with header, octets, CR LF and OK."""
    run, asked = _readable(exchange, now), _asked(exchange, now)
    if run is None or asked is None or run.piece is None:
        return
    start, length = asked
    piece = run.piece
    if not piece.start <= start < piece.start + piece.piece_length_octets:
        return
    if not 0 < length <= _maximum(now.flow):
        return
    expected = f"+QIOTOTARD: {start},n, n octets, CR LF and OK"
    good = _answers_a_read(exchange)
    across = run.length_octets is not None and start + length > run.length_octets
    if across and exchange.header is None:
        yield fails("SOTA-CMD-OTARD-007", exchange, expected, answered(exchange))
        return
    if good is None:
        return
    late = _refused_late(now.flow)
    if late and (good or exchange.refused):
        same = "a block all the same after the refused UPDATE=0"
        found = holds("SOTA-CMD-UPDATE-014", good, exchange, same, answered(exchange))
        yield replace(found, part="block")
    if late and not good and exchange.refused:
        run.disturbed = "=0 was refused after the consent, and ended the download all the same"
        return
    sequential = start == piece.start or start in run.ends
    if good or sequential or exchange.header is not None:
        yield holds("SOTA-CMD-OTARD-002", good, exchange, expected, answered(exchange))
    if not sequential:
        yield holds("SOTA-CMD-OTARD-018", good, exchange, expected, answered(exchange))


def _refused_late(flow: Flow) -> bool:
    """Tell whether the exchange before was an ``UPDATE=0`` that was answered ERROR."""
    last = flow.last
    return (
        last is not None
        and last.refused
        and last.is_command("QIOTUPDATE", CommandForm.WRITE)
        and integers(last, 1) == (0,)
    )


def _answers_a_read(exchange: Exchange) -> bool | None:
    """Tell whether an answer has all parts of a block; None where the number of octets is wrong."""
    header, block = exchange.header, exchange.block
    if header is None:
        return False
    if block is None:
        return None  # too few octets: SOTA-CMD-OTARD-004 judges that
    if block.terminated:
        return exchange.succeeded
    behind = [t for t in exchange.malformed if t.decoded.start >= exchange.blocks[0].decoded.end]
    only_crlf_missing = exchange.succeeded and not behind
    return False if only_crlf_missing else None


@check("SOTA-CMD-OTARD-003", "SOTA-CMD-OTARD-005", on=Exchange, errata=("E-01",))
def header_fits_the_request(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The header repeats the start, and its length is at most the length that was asked for."""
    asked = _asked(exchange, now)
    headers = [r.payload for r in exchange.responses if isinstance(r.payload, BlockHeader)]
    if asked is None or not headers or exchange.cut:
        return
    start, length = asked
    header = headers[0]
    yield holds(
        "SOTA-CMD-OTARD-003",
        header.start == start,
        exchange,
        f"a header with start {start}",
        str(header.start),
    )
    yield holds(
        "SOTA-CMD-OTARD-005",
        header.length <= length,
        exchange,
        f"a header with a length of at most {length}",
        str(header.length),
    )


@check("SOTA-CMD-OTARD-013", on=Exchange)
def never_above_the_maximum(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """No more than the maximum comes, for every length that is asked for."""
    asked, maximum = _asked(exchange, now), now.flow.max_length
    if asked is None or maximum is None or asked[1] <= maximum or exchange.cut:
        return
    if exchange.final is None and not exchange.blocks:
        return  # SOTA-FRM-005 judges a missing answer
    length = max((len(told.place.octets) for told in exchange.blocks), default=0)
    length = exchange.header.length if exchange.header else length
    yield holds(
        "SOTA-CMD-OTARD-013",
        length <= maximum,
        exchange,
        f"at most {maximum} octets",
        f"{length} octets" if exchange.header else answered(exchange),
    )


@check("SOTA-CMD-OTARD-006", "SOTA-CMD-OTARD-007", "SOTA-INT-001", on=Exchange, errata=("E-01",))
def as_many_octets_as_there_are(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """All octets come that were asked for and are there, and no more."""
    due = _due(exchange, now)
    header, block = exchange.header, exchange.block
    if due is None or header is None or block is None or not block.terminated:
        return
    requirement, octets, asked = due
    if header.length > asked:
        return  # SOTA-CMD-OTARD-005 judges it
    good = header.length == octets
    expected, observed = f"{octets} octets", f"{header.length} octets"
    run = now.flow.run
    if not good and run is not None and _whole_by_md5(run, header.start, block.octets):
        length, size = run.length_octets, header.start + header.length
        run.disturbed = "it has another length than was announced"
        observed = f"{size}, and their MD5 is that of 10701"
        yield fails("SOTA-INT-001", exchange, f"{length} octets in all", observed)
        return
    if good or now.flow.max_length or octets <= _longest(now.flow):
        yield holds(requirement, good, exchange, expected, observed)
    else:
        # The test form named no maximum (E-29): this may be the longest block.
        yield inconclusive(requirement, exchange, expected, observed)


def _whole_by_md5(run: ComponentRun, start: int, octets: bytes) -> bool:
    """Tell whether the package ends with this block: its MD5 then equals the announced one."""
    if run.started is None or not run.coverage.covers(start):
        return False
    md5 = hashlib.md5(usedforsecurity=False)
    for part in (*run.coverage.parts(start), octets):
        md5.update(part)
    return md5.hexdigest() == run.started.md5.lower()


def _longest(flow: Flow) -> int:
    """Return the length of the longest block that the IUT has returned for this component."""
    return flow.run.longest_octets if flow.run else 0


def _due(exchange: Exchange, now: Situation) -> tuple[str, int, int] | None:
    """Return requirement, octets that are due and octets that were asked for; None where open."""
    run, asked = _readable(exchange, now), _asked(exchange, now)
    if asked is None or run is None or run.piece is None or run.length_octets is None:
        return None
    start, length = asked
    piece_end = run.piece.start + run.piece.piece_length_octets
    above = length > _maximum(now.flow)
    if length == 0 or above or not run.piece.start <= start < piece_end:
        return None
    if start + length <= run.length_octets:
        return "SOTA-CMD-OTARD-006", min(length, piece_end - start), length
    if piece_end < run.length_octets:
        return None  # no document says what a read across the end of a piece returns
    return "SOTA-CMD-OTARD-007", run.length_octets - start, length


@check(
    "SOTA-CMD-OTARD-010", "SOTA-CMD-OTARD-011", "SOTA-CMD-OTARD-012", on=Exchange, errata=("E-12",)
)
def outside_the_piece(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A read of octets that are not there returns nothing."""
    run, asked = _readable(exchange, now), _asked(exchange, now)
    if run is None or asked is None or run.piece is None or run.length_octets is None:
        return
    start, length = asked
    if length == 0:
        yield _without_octets(
            "SOTA-CMD-OTARD-012", exchange, "no octets, since none were asked for"
        )
    elif start >= run.length_octets:
        expected = f"no octets from {start} on, since the file has {run.length_octets}"
        yield _without_octets("SOTA-CMD-OTARD-010", exchange, expected, zero=Verdict.PASS)
    elif start < run.piece.start:
        expected = f"no octets from {start}, since the piece starts at {run.piece.start}"
        yield _without_octets("SOTA-CMD-OTARD-011", exchange, expected)


def _without_octets(
    requirement: str, exchange: Exchange, expected: str, zero: Verdict = Verdict.INCONCLUSIVE
) -> Finding:
    """Judge a read that must return nothing: ERROR is right, and any octet is wrong (E-12).

    `zero` is the verdict on OK with a length of zero. No document decides about silence.
    """
    verdict = Verdict.PASS if exchange.refused else Verdict.INCONCLUSIVE
    if exchange.succeeded and exchange.header is not None and exchange.header.length == 0:
        verdict = zero
    if _octets_of(exchange):
        verdict = Verdict.FAIL
    return finding(requirement, verdict, exchange, expected, answered(exchange))


@check("SOTA-CMD-OTARD-014", "SOTA-CMD-OTARD-015", "SOTA-PER-008", on=Exchange)
def nothing_to_read(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """There is no package before the first piece and after the end."""
    flow = now.flow
    if _asked(exchange, now) is None or not flow.steady or exchange.cut:
        return
    upgrade = flow.upgrade
    run = flow.run
    if flow.phase is Phase.IDLE and upgrade and upgrade.ended and upgrade.accepted:
        if run and run.outcomes:
            yield from refused("SOTA-CMD-OTARD-015", exchange)
        elif upgrade.restarted and not (run and run.read_whole):
            yield from refused("SOTA-PER-008", exchange)
    elif (
        flow.phase is Phase.OFFERED
        or (flow.phase is Phase.IDLE and flow.idle_certain and not flow.ever_ready)
        or (flow.phase in (Phase.CONFIRMED, Phase.DOWNLOADING) and flow.run and not flow.run.pieces)
    ):
        yield from refused("SOTA-CMD-OTARD-014", exchange)


def _octets_of(exchange: Exchange) -> bytes:
    """Return all octets that an answer has in blocks."""
    blocks = [told.message for told in exchange.blocks]
    return b"".join(block.octets for block in blocks if isinstance(block, Block))


@check(
    "SOTA-CMD-OTARD-017",
    "SOTA-CMD-OTARD-019",
    "SOTA-CMD-OTARD-010",
    "SOTA-ROB-004",
    on=Exchange,
)
def malformed_reads(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Parameters that are no start and length are refused, without a header."""
    if not exchange.is_command("QIOTOTARD", CommandForm.WRITE) or exchange.cut:
        return
    if _asked(exchange, now) is not None:
        return
    numbers = _numbers(exchange)
    if numbers is None:
        yield from refused_as_malformed("SOTA-CMD-OTARD-017", exchange, now)
        if exchange.final is not None or exchange.answers:
            without_header = holds(
                "SOTA-ROB-004",
                not exchange.answers,
                exchange,
                "no header to a malformed read",
                answered(exchange),
            )
            yield from with_sibling([without_header], exchange, now)
    else:
        without_data = holds(
            "SOTA-CMD-OTARD-019",
            exchange.final is not None and not _octets_of(exchange),
            exchange,
            "ERROR and no data",
            answered(exchange),
        )
        yield from with_sibling([without_data], exchange, now)
        if _octets_of(exchange) and not _in_range(numbers[0], now):
            expected = f"no octets from {numbers[0]} on, which is behind the end of any file"
            yield fails("SOTA-CMD-OTARD-010", exchange, expected, answered(exchange))


@check("SOTA-CMD-OTARD-020", on=Exchange, errata=("E-41",))
def absolute_offsets(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """In a later piece, offsets still count from the start of the package."""
    run, asked = _readable(exchange, now), _asked(exchange, now)
    if run is None or asked is None or run.piece is None or run.piece.start == 0:
        return
    start, length = asked
    inside = run.piece.start <= start < run.piece.start + run.piece.piece_length_octets
    # A header with the right start proves nothing: the octets do, by the package or its digest.
    wrong = exchange.refused or (exchange.header is not None and exchange.header.start != start)
    if inside and 0 < length <= _maximum(now.flow) and wrong:
        expected = f"octets from the package's offset {start}"
        yield fails("SOTA-CMD-OTARD-020", exchange, expected, answered(exchange))
