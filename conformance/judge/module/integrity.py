"""Checks on the package: what was read is what was uploaded: SOTA-INT."""

import hashlib
import re
from collections.abc import Iterator

from atverdict.conformance.evidence.printable import around, printable
from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.check import after
from atverdict.conformance.judge.finding import Finding, fails, finding, holds, inconclusive, passes
from atverdict.conformance.judge.module.block_difference import (
    OTHER,
    SPECIAL,
    WrongBlock,
    altered_specials,
    kind_of_difference,
)
from atverdict.conformance.judge.module.framing import answered
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun, Read
from atverdict.grammar.message import BlockHeader, CommandForm, Malformed

EVENT = re.compile(rb"\+QIOTEVT: \d")
SHOWN_OCTETS = 16
TELLING_OCTETS = 16
"""The least octets of a block for one kind of difference; a shorter one fits several."""


def _package(run: ComponentRun, now: Situation) -> bytes | None:
    """Return the uploaded package, if the laboratory has given it."""
    package = now.flow.packages.get(run.component or "")
    # A package of another length is another one: then only the digests can be judged.
    return package if package and len(package) == run.length_octets else None


def _last_read(exchange: Exchange, now: Situation) -> tuple[ComponentRun, Read] | None:
    run = now.flow.run
    if run is None or run.last_read is None or run.last_read.exchange is not exchange:
        return None
    return run, run.last_read


@after(
    "SOTA-CMD-OTARD-008",
    "SOTA-CMD-OTARD-009",
    "SOTA-INT-006",
    "SOTA-INT-007",
    "SOTA-FRM-011",
    "SOTA-CMD-OTARD-020",
    "SOTA-INT-005",
    on=Exchange,
    errata=("E-08", "E-09", "E-41"),
)
def octets_of_a_block(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Each block equals the uploaded package; the kind of a difference tells what is broken."""
    run = now.flow.run
    found = _last_read(exchange, now)
    package = _package(run, now) if run else None
    if run is None or package is None:
        yield from _hex_without_package(exchange)
        if run is not None and found is not None:
            yield from _other_length(exchange, run, now)
        return
    if found is None:
        yield from _cut_block(exchange, run, package)
        return
    read, block = found[1], exchange.block.octets if exchange.block else b""
    due = package[read.start : read.end]
    if block != due:
        # Where the octets were right in an earlier read, SOTA-INT-005 or -008 judges it.
        if read.conflict is None or run.misread or _of_another_place(exchange, run, package):
            yield from _difference(exchange, run, package, read.start, now)
        return
    if run.piece and run.piece.start > 0:
        expected = f"octets from the package's offset {read.start}"
        yield passes("SOTA-CMD-OTARD-020", exchange, expected, "those")
    yield passes(
        "SOTA-CMD-OTARD-008", exchange, "the package's octets right after the header", "those"
    )
    run.unaltered |= SPECIAL.intersection(block)
    if SPECIAL & set(block):
        yield passes("SOTA-CMD-OTARD-009", exchange, "all octet values unaltered", "unaltered")
    if run.length_octets is not None and run.coverage.covers(run.length_octets) and not run.misread:
        yield passes("SOTA-INT-007", exchange, "octets and no hex text", "octets")


def _other_length(exchange: Exchange, run: ComponentRun, now: Situation) -> Iterator[Finding]:
    """Judge a package that was read whole, and has not the length of the uploaded one."""
    uploaded = now.flow.packages.get(run.component or "")
    upgrade = now.flow.upgrade
    offered = upgrade.offer_for(run.component) if upgrade else None
    plan = now.flow.plans.get(run.component or "")
    if not uploaded or run.length_octets is None or not run.read_whole:
        return
    if offered and plan and offered.target_version == plan.target_version:
        expected = f"the uploaded package of {len(uploaded)} octets"
        yield fails("SOTA-INT-006", exchange, expected, f"one of {run.length_octets} octets")


def _hex_without_package(exchange: Exchange) -> Iterator[Finding]:
    """Find hex text without the package: hex digits alone, with more octets after the block."""
    block = exchange.block.octets if exchange.block else b""
    if (
        len(block) >= 16
        and exchange.malformed
        and all(o in b"0123456789abcdefABCDEF \r\n" for o in block)
    ):
        yield fails(
            "SOTA-INT-007", exchange, "the octets themselves", f"hex text: {printable(block, 40)}"
        )


def _cut_block(exchange: Exchange, run: ComponentRun, package: bytes) -> Iterator[Finding]:
    """Find special octets that an incomplete block has lost."""
    header = exchange.header
    cut = [t.place.octets for t in (*exchange.blocks, *exchange.malformed)]
    if header is None or exchange.final is not None or not cut:
        return
    due = package[header.start : header.start + header.length]
    got = b"".join(cut)
    ending = next((e for e in (b"\r\n\r\nOK\r\n", b"\r\nOK\r\n") if got.endswith(e)), b"")
    data = got[: len(got) - len(ending)]
    if len(data) < len(due) and data != due[: len(data)] and altered_specials(data, due):
        run.misread = "SOTA-CMD-OTARD-009"
        what = f"{len(due) - len(data)} octets with a meaning elsewhere are missing"
        yield fails("SOTA-CMD-OTARD-009", exchange, "all octet values unaltered", what)


def _unaltered(now: Situation) -> frozenset[int]:
    """Return the special octets that came unaltered in any upgrade."""
    runs = (run.unaltered for upgrade in now.flow.upgrades for run in upgrade.runs)
    return frozenset().union(*runs)


def _of_another_place(exchange: Exchange, run: ComponentRun, package: bytes) -> bool:
    """Tell whether a block has the octets of another offset, as a whole."""
    if run.last_read is None or exchange.block is None:
        return False
    piece_start = run.piece.start if run.piece else 0
    wrong = WrongBlock(exchange.block.octets, package, run.last_read.start, piece_start, b"")
    return kind_of_difference(wrong)[0] in ("SOTA-INT-005", "SOTA-CMD-OTARD-020")


def _difference(
    exchange: Exchange, run: ComponentRun, package: bytes, start: int, now: Situation
) -> Iterator[Finding]:
    block = exchange.block.octets if exchange.block else b""
    rest = b"".join(told.place.octets for told in exchange.malformed)
    piece_start = run.piece.start if run.piece else 0
    wrong = WrongBlock(block, package, start, piece_start, rest, _unaltered(now))
    requirement, what = kind_of_difference(wrong)
    if run.misread and (len(block) < TELLING_OCTETS or what == OTHER):
        requirement = run.misread  # too few octets to tell the kind
    due = wrong.due
    run.misread = run.misread or requirement
    first = next(
        (i for i, (a, b) in enumerate(zip(block, due, strict=False)) if a != b),
        min(len(block), len(due)),
    )
    yield fails(
        requirement,
        exchange,
        f"{_from(due, first)} from offset {start + first} of the package on",
        f"{_from(block, first)} ({what})",
    )


def _from(octets: bytes, first: int) -> str:
    """Show the first octets that differ."""
    return around(octets[first:], 0, SHOWN_OCTETS)


@after("SOTA-CMD-OTARD-004", on=Exchange, errata=("E-10",))
def length_of_the_header(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The length in the header is that of the octets after it."""
    headers = [r.payload for r in exchange.responses if isinstance(r.payload, BlockHeader)]
    if not headers or exchange.cut or not exchange.is_command("QIOTOTARD", CommandForm.WRITE):
        return
    if now.flow.run and now.flow.run.misread:
        return  # the wrong block has a finding already
    header, block = headers[0], exchange.block
    expected = f"{header.length} octets, CR LF and OK after the header"
    if block is None:
        cut = [t.message.reason for t in exchange.malformed if isinstance(t.message, Malformed)]
        yield fails("SOTA-CMD-OTARD-004", exchange, expected, cut[0] if cut else answered(exchange))
        return
    behind = [t for t in exchange.malformed if t.decoded.start >= exchange.blocks[0].decoded.end]
    rest = b"".join(t.place.octets for t in behind if t.place != exchange.final_place)
    if not block.terminated and not rest and exchange.succeeded:
        return  # only the CR LF is missing: SOTA-CMD-OTARD-002 judges that
    good = block.terminated and (exchange.succeeded or exchange.final is None)
    what = f"{printable(rest, 40) or 'no CR LF'} after them, then {answered(exchange)}"
    observed = "exactly that" if good else what
    yield holds("SOTA-CMD-OTARD-004", good, exchange, expected, observed)


@after("SOTA-CMD-OTARD-016", "SOTA-INT-005", "SOTA-INT-008", on=Exchange)
def reading_again(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Octets that are read again are the same, in blocks of any size."""
    found = _last_read(exchange, now)
    if found is None:
        return
    run, read = found
    if not read.overlaps or run.misread:
        return
    expected = "the octets that were read before"
    observed = "those" if read.conflict is None else f"another octet at offset {read.conflict}"
    if read.repeats:
        yield holds("SOTA-CMD-OTARD-016", read.conflict is None, exchange, expected, observed)
        return
    yield holds("SOTA-INT-008", read.conflict is None, exchange, expected, observed)
    length = run.length_octets
    if read.conflict is not None:
        yield fails("SOTA-INT-005", exchange, "the same octets in blocks of another size", observed)
    elif length is not None and run.cut_otherwise and run.again.covers(length):
        yield passes(
            "SOTA-INT-005", exchange, "the same package in blocks of another size", "the same"
        )


@after(
    "SOTA-INT-001",
    "SOTA-INT-002",
    "SOTA-INT-003",
    "SOTA-INT-004",
    "SOTA-INT-006",
    "SOTA-INT-009",
    "SOTA-CMD-OTARD-020",
    "SOTA-FRM-011",
    on=Exchange,
)
def whole_package(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """When the last octet has been read, length and digests are those of 10701."""
    found = _last_read(exchange, now)
    if found is None:
        return
    run, read = found
    length = run.length_octets
    if length is None or not run.coverage.covers(length):
        return
    if run.judged_conflicts == run.conflicts:
        return  # no octet has changed since the digests were compared
    if run.judged_conflicts is not None and read.end < length:
        return  # once for each pass: the digests of a large package take long
    run.judged_conflicts = run.conflicts
    package = _package(run, now)
    if package is not None:
        same = run.is_package(package)
        observed = "that package" if same else "another one"
        yield holds("SOTA-INT-006", same, exchange, "the uploaded package", observed)
    size = run.coverage.size
    yield holds("SOTA-INT-001", size == length, exchange, f"{length} octets in all", f"{size}")
    yield from _digests(exchange, run, known=package is not None)


def _digests(exchange: Exchange, run: ComponentRun, *, known: bool) -> Iterator[Finding]:
    """Compare the digests of all octets with those of 10701."""
    started, digests = run.started, run.digests()
    if started is None or digests is None:
        return
    md5, sha256, crc = digests
    yield from _md5(exchange, run, started.md5, md5)
    if started.sha256 is not None:
        yield from _digest("SOTA-INT-003", exchange, "SHA-256", started.sha256, sha256)
    # The CRC may be another one than CRC-32 of the whole package: nothing fails.
    verdict = Verdict.PASS if crc == started.crc else Verdict.INCONCLUSIVE
    yield finding("SOTA-INT-004", verdict, exchange, f"CRC {started.crc}", f"CRC-32 {crc}")
    other = started.md5.lower() not in {md5, *_digests_of_the_beginning(run)}
    if other and not known and EVENT.search(b"".join(run.coverage.parts(run.coverage.size))):
        # The spelling may be the package's own, or that of an event that came among its octets.
        observed = "an event among the octets of a package that is not the announced one"
        yield inconclusive("SOTA-FRM-011", exchange, "no URC inside a block", observed)


def _md5(exchange: Exchange, run: ComponentRun, announced: str, md5: str) -> Iterator[Finding]:
    """Compare the MD5: that of a piece alone breaks the rule on pieces, any other that on it."""
    if announced.lower() not in _digests_of_the_beginning(run):
        yield from _digest("SOTA-INT-002", exchange, "MD5", announced, md5)
    if len(run.pieces) > 1:
        yield from _digest("SOTA-INT-009", exchange, "MD5 over all pieces", announced, md5)
        if announced.lower() == md5:
            expected = "a whole package by offsets that count from its start"
            yield passes("SOTA-CMD-OTARD-020", exchange, expected, "its MD5")


def _digest(
    requirement: str, exchange: Exchange, name: str, announced: str, computed: str
) -> Iterator[Finding]:
    """Compare a digest of the right length; SOTA-EVT-009 judges its form."""
    if len(announced) == len(computed):
        good = announced.lower() == computed
        yield holds(requirement, good, exchange, f"{name} {announced}", computed)


def _digests_of_the_beginning(run: ComponentRun) -> set[str]:
    """Return the MD5 of the package as far as each piece but the last one reaches."""
    digests = set()
    for piece in run.pieces[:-1]:
        md5 = hashlib.md5(usedforsecurity=False)
        for part in run.coverage.parts(piece.start + piece.piece_length_octets):
            md5.update(part)
        digests.add(md5.hexdigest())
    return digests
