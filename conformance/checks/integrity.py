"""Whether the package that was read is the one that was uploaded: SOTA-INT."""

import base64
from collections.abc import Iterator
from functools import lru_cache

from atverdict.conformance.checks.check import (
    Finding,
    Situation,
    after,
    fails,
    finding,
    holds,
    passes,
)
from atverdict.conformance.checks.framing import answered
from atverdict.conformance.printable import printable
from atverdict.conformance.trace import Exchange
from atverdict.conformance.upgrade import ComponentRun, Read
from atverdict.conformance.verdict import Verdict
from atverdict.grammar.message import BlockHeader, CommandForm, Malformed

SPECIAL = frozenset(b"\r\n\x00\x11\x13\x1a\xff")
"""Octets that terminals, drivers and line-based readers are known to alter."""


@lru_cache(maxsize=4)
def _uploaded(text: str) -> bytes:
    return base64.b64decode(text)


def _package(run: ComponentRun, now: Situation) -> bytes | None:
    """Return the uploaded package, if the laboratory has given it."""
    text = now.flow.packages.get(run.component or "")
    package = _uploaded(text) if text else None
    # A package of another length is another package: then only the digests can be judged.
    return package if package is not None and len(package) == run.length_octets else None


def _last_read(exchange: Exchange, now: Situation) -> tuple[ComponentRun, Read] | None:
    run = now.flow.run
    if run is None or not run.reads or run.reads[-1].exchange is not exchange:
        return None
    return run, run.reads[-1]


@after(
    "SOTA-CMD-OTARD-008",
    "SOTA-CMD-OTARD-009",
    "SOTA-INT-006",
    "SOTA-INT-007",
    "SOTA-FRM-011",
    "SOTA-CMD-OTARD-020",
    on=Exchange,
)
def octets_of_a_block(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Each block is compared with the uploaded package, and a difference named after its kind."""
    run = now.flow.run
    found = _last_read(exchange, now)
    package = _package(run, now) if run else None
    if run is None or package is None:
        yield from _hex_without_package(exchange)
        return
    if found is None:
        yield from _cut_block(exchange, run, package)
        return
    read, block = found[1], exchange.block.octets if exchange.block else b""
    due = package[read.start : read.end]
    if block != due:
        # Where the same octets had been read rightly before, reading again is what goes wrong.
        if read.conflict is None or run.misread:
            yield from _difference(exchange, run, package, block, read.start)
        return
    yield passes(
        "SOTA-CMD-OTARD-008", exchange, "the package's octets right after the header", "those"
    )
    if SPECIAL & set(block):
        yield passes("SOTA-CMD-OTARD-009", exchange, "all octet values unaltered", "unaltered")
    if run.length_octets is not None and run.coverage.covers(run.length_octets) and not run.misread:
        yield holds(
            "SOTA-INT-006",
            run.package() == package,
            exchange,
            "the uploaded package",
            "that package",
        )
        yield passes("SOTA-INT-007", exchange, "octets and no hex text", "octets")


def _hex_without_package(exchange: Exchange) -> Iterator[Finding]:
    """Text that is nothing but hex digits, with more of it behind, gives itself away."""
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
    """A block that never became whole may have lost octets that have a meaning elsewhere."""
    header = exchange.header
    cut = [t.place.octets for t in (*exchange.blocks, *exchange.malformed)]
    if header is None or exchange.final is not None or not cut:
        return
    due = package[header.start : header.start + header.length]
    got = cut[0]
    ending = next((e for e in (b"\r\n\r\nOK\r\n", b"\r\nOK\r\n") if got.endswith(e)), b"")
    data = got[: len(got) - len(ending)]
    if len(data) < len(due) and data != due[: len(data)] and _altered_specials(data, due):
        run.misread = True
        what = f"{len(due) - len(data)} octets with a meaning elsewhere are missing"
        yield fails("SOTA-CMD-OTARD-009", exchange, "all octet values unaltered", what)


def _difference(
    exchange: Exchange, run: ComponentRun, package: bytes, block: bytes, start: int
) -> Iterator[Finding]:
    """Report a wrong block."""
    due = package[start : start + len(block)]
    requirement, what = _kind_of_difference(exchange, run, package, start)
    run.misread = True
    first = next(
        (i for i, (a, b) in enumerate(zip(block, due, strict=False)) if a != b),
        min(len(block), len(due)),
    )
    yield fails(
        requirement,
        exchange,
        f"{printable(due[first : first + 16])} from offset {start + first} of the package on",
        f"{printable(block[first : first + 16])} ({what})",
    )


def _kind_of_difference(
    exchange: Exchange, run: ComponentRun, package: bytes, start: int
) -> tuple[str, str]:
    """Name the requirement that a wrong block breaks, by the way in which it is wrong."""
    block = exchange.block.octets if exchange.block else b""
    due = package[start : start + len(block)]
    piece_start = run.piece.start if run.piece else 0
    if _swallowed(block, due):
        return (
            "SOTA-CMD-OTARD-004",
            "fewer octets than the header says: the block runs into its end",
        )
    if due.hex().encode("ascii").startswith(
        block.lower()[: len(due)].replace(b" ", b"")
    ) or _is_word_dump(block, due):
        return "SOTA-INT-007", "hex text"
    for extra in (1, 2, 4):
        if len(due) > extra + 8 and block[extra:] == due[:-extra] and exchange.malformed:
            return "SOTA-CMD-OTARD-008", f"{printable(block[:extra])} before the data"
    if b"+QIOTEVT" in block and b"+QIOTEVT" not in due:
        elsewhere = (
            piece_start and block == package[start - piece_start : start - piece_start + len(block)]
        )
        if not elsewhere:
            return "SOTA-FRM-011", "a URC inside the block"
    if piece_start and block == package[start - piece_start : start - piece_start + len(block)]:
        return "SOTA-CMD-OTARD-020", "the octets at this offset of the piece"
    shift = next((n for n in (-2, -1, 1, 2) if block == package[start + n :][: len(block)]), 0)
    if start >= 2 and shift:
        return "SOTA-INT-006", f"the octets from offset {start + shift} on"
    if _altered_specials(block, due):
        return "SOTA-CMD-OTARD-009", "octets with a meaning elsewhere were altered"
    return "SOTA-INT-006", "other octets"


def _swallowed(block: bytes, due: bytes) -> bool:
    """Tell whether the last octets of the block are the beginning of what ends an answer."""
    endings = (b"\r\n\r\nOK\r\n", b"\r\nOK\r\n")
    return any(
        block[-count:] == ending[:count] and block[:-count] == due[:-count]
        for ending in endings
        for count in range(1, min(len(ending), len(block) - 1) + 1)
    )


def _is_word_dump(block: bytes, due: bytes) -> bool:
    """Tell whether the block shows 32-bit words in hex, as the seed prints them (E-08)."""
    head = block[:8].lower()
    return len(due) >= 4 and head in (
        due[3::-1].hex().encode("ascii"),
        due[:4].hex().encode("ascii"),
    )


def _altered_specials(block: bytes, due: bytes) -> bool:
    """Tell whether the block is what is due, but for special octets missing or replaced."""
    if len(block) == len(due):
        wrong = {b for a, b in zip(block, due, strict=True) if a != b}
        if wrong <= SPECIAL or (
            all(o >= 0x80 for o in wrong)
            and all(a == b & 0x7F for a, b in zip(block, due, strict=True))
        ):
            return True
    without = bytes(o for o in due if o not in SPECIAL)
    kept = bytes(o for o in block if o not in SPECIAL)
    # Dropped or doubled octets move the rest: what is no special octet still comes in its order.
    shared = min(len(without), len(kept))
    return (
        shared > 0
        and abs(len(kept) - len(without)) <= len(due) // 4
        and kept[: shared - 8] == without[: shared - 8]
    )


@after("SOTA-CMD-OTARD-004", on=Exchange)
def length_of_the_header(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The header's length is that of the octets that follow it."""
    headers = [r.payload for r in exchange.responses if isinstance(r.payload, BlockHeader)]
    if not headers or exchange.cut or not exchange.is_command("QIOTOTARD", CommandForm.WRITE):
        return
    if now.flow.run and now.flow.run.misread:
        return  # what is wrong with the block has been named already
    header, block = headers[0], exchange.block
    expected = f"{header.length} octets, CR LF and OK after the header"
    if block is None:
        cut = [t.message.reason for t in exchange.malformed if isinstance(t.message, Malformed)]
        yield fails("SOTA-CMD-OTARD-004", exchange, expected, cut[0] if cut else answered(exchange))
        return
    rest = b"".join(told.place.octets for told in exchange.malformed)
    good = block.terminated and not rest and exchange.succeeded
    observed = (
        "exactly that"
        if good
        else f"{printable(rest, 40) or 'no CR LF'} after them, then {answered(exchange)}"
    )
    yield holds("SOTA-CMD-OTARD-004", good, exchange, expected, observed)


@after("SOTA-CMD-OTARD-016", "SOTA-INT-005", "SOTA-INT-008", on=Exchange)
def reading_again(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """What was read once reads the same again, in whatever blocks."""
    run = now.flow.run
    if run is None or not run.reads or run.reads[-1].exchange is not exchange:
        return
    read = run.reads[-1]
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
    elif length is not None and run.again.covers(length):
        yield passes(
            "SOTA-INT-005", exchange, "the same package in blocks of another size", "the same"
        )


@after("SOTA-INT-001", "SOTA-INT-002", "SOTA-INT-003", "SOTA-INT-004", "SOTA-INT-009", on=Exchange)
def whole_package(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """When the last octet has been read, length and digests are those of 10701."""
    found = _last_read(exchange, now)
    if found is None:
        return
    run, _ = found
    started, length = run.started, run.length_octets
    if length is None or not run.coverage.covers(length) or run.judged_reads == len(run.reads):
        return
    if run.judged_reads and all(read.conflict is None for read in run.reads[run.judged_reads :]):
        return  # nothing has changed since the digests were compared
    run.judged_reads = len(run.reads)
    size = run.coverage.size
    yield holds("SOTA-INT-001", size == length, exchange, f"{length} octets in all", f"{size}")
    digests = run.digests()
    if started is None or digests is None:
        return
    md5, sha256, crc = digests
    # The case of hex digits is SOTA-EVT-010's affair.
    yield holds("SOTA-INT-002", md5 == started.md5.lower(), exchange, f"MD5 {started.md5}", md5)
    if len(run.pieces) > 1:
        yield holds(
            "SOTA-INT-009",
            md5 == started.md5.lower(),
            exchange,
            f"MD5 {started.md5} over all pieces",
            md5,
        )
    if started.sha256 is not None:
        yield holds(
            "SOTA-INT-003",
            sha256 == started.sha256.lower(),
            exchange,
            f"SHA-256 {started.sha256}",
            sha256,
        )
    verdict = (
        Verdict.PASS if crc == started.crc else Verdict.INCONCLUSIVE
    )  # the algorithm is a hypothesis
    yield finding("SOTA-INT-004", verdict, exchange, f"CRC {started.crc}", f"CRC-32 {crc}")
