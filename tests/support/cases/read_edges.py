"""Logs made by hand for the edges of what is read: versions of components, blocks of a package."""

import hashlib

from support.log_builder import (
    BLOCK,
    MD5,
    PACKAGE,
    SIZE,
    START,
    Case,
    LogBuilder,
    breaks,
    ignores,
    keeps,
    leaves_open,
    piece,
)

__all__ = ["CASES"]

VERSIONS = "AT+QIOTMCUVER?"
SIGNS = "1_0-0.A"

_VERSIONS = [
    keeps(
        "SOTA-CMD-MCUVER-015",
        "all signs",
        lambda b: b.announce(SIGNS).ask(VERSIONS, f'+QIOTMCUVER: "STM32","{SIGNS}"'),
    ),
    breaks(
        "SOTA-CMD-MCUVER-015",
        "a sign altered",
        lambda b: b.announce(SIGNS).ask(VERSIONS, '+QIOTMCUVER: "STM32","1_0_0.A"'),
        also=("SOTA-CMD-MCUVER-003",),
    ),
    ignores(
        "SOTA-CMD-MCUVER-015",
        "a version without all signs",
        lambda b: b.announce().ask(VERSIONS, '+QIOTMCUVER: "STM32","1_0_0"'),
    ),
    ignores(
        "SOTA-CMD-MCUVER-015",
        "a version cut short",
        lambda b: b.announce(SIGNS).ask(VERSIONS, '+QIOTMCUVER: "STM32","1_0-0."'),
        also=("SOTA-CMD-MCUVER-003",),
    ),
    breaks(
        "SOTA-CMD-MCUVER-011",
        "listed",
        lambda b: b.announce().announce("").ask(VERSIONS, '+QIOTMCUVER: "STM32","1_0_0"'),
    ),
    keeps("SOTA-CMD-MCUVER-011", "not listed", lambda b: b.announce().announce("").ask(VERSIONS)),
    keeps(
        "SOTA-CMD-MCUVER-004",
        "its version",
        lambda b: b.announce().ask('AT+QIOTMCUVER="STM32"', '+QIOTMCUVER: "STM32","1_0_0"'),
    ),
    ignores(
        "SOTA-CMD-MCUVER-004",
        "a component that nobody announced",
        lambda b: b.refused('AT+QIOTMCUVER="STM32"'),
    ),
    *(
        breaks(
            "SOTA-CMD-MCUVER-014",
            f"{code} behind a version, without an upgrade",
            lambda b, code=code: b.factory_reset().announce().event(f"7,{code}"),
            also=also,
        )
        for code, also in (
            (10702, ("SOTA-SEQ-002",)),
            (10704, ("SOTA-SEQ-006",)),
            (10705, ("SOTA-SEQ-009",)),
            (10706, ("SOTA-SEQ-013",)),
        )
    ),
]

_READS = [
    breaks(
        "SOTA-CMD-OTARD-001", "one value", lambda b: b.ask("AT+QIOTOTARD=?", "+QIOTOTARD: (1-9)")
    ),
    breaks(
        "SOTA-CMD-OTARD-001",
        "two lines",
        lambda b: b.ask("AT+QIOTOTARD=?", *["+QIOTOTARD: <start>,(1-9)"] * 2),
    ),
    breaks(
        "SOTA-CMD-OTARD-002",
        "ERROR to the first octet",
        lambda b: b.ready().refused("AT+QIOTOTARD=0,1"),
    ),
    breaks(
        "SOTA-CMD-OTARD-002",
        "ERROR to a block behind the last one",
        lambda b: b.ready().block(0, 9).refused("AT+QIOTOTARD=9,9"),
    ),
    breaks(
        "SOTA-CMD-OTARD-018",
        "ERROR to a block elsewhere",
        lambda b: b.ready().block(0, 9).refused("AT+QIOTOTARD=10,9"),
    ),
    ignores(
        "SOTA-CMD-OTARD-002",
        "ERROR to more than the usual maximum",
        lambda b: b.ready().refused("AT+QIOTOTARD=0,1025"),
    ),
    breaks(
        "SOTA-CMD-OTARD-007",
        "ERROR across the end",
        lambda b: b.ready().refused(f"AT+QIOTOTARD={SIZE - 1},2"),
    ),
    keeps(
        "SOTA-CMD-OTARD-007",
        "the rest across the end",
        lambda b: b.ready().block(SIZE - 1, 2, PACKAGE[-1:]),
    ),
    keeps(
        "SOTA-CMD-OTARD-006",
        "the last octet",
        lambda b: b.ready().block(SIZE - 1, 1),
    ),
    keeps(
        "SOTA-CMD-OTARD-010",
        "ERROR behind the end",
        lambda b: b.ready().refused(f"AT+QIOTOTARD={SIZE},1"),
    ),
    keeps(
        "SOTA-CMD-OTARD-010",
        "no octets behind the end",
        lambda b: b.ready().block(SIZE, 1, b""),
    ),
    breaks(
        "SOTA-CMD-OTARD-010",
        "an octet behind the end",
        lambda b: b.ready().block(SIZE, 1, b"x"),
    ),
    ignores(
        "SOTA-CMD-OTARD-020",
        "ERROR to no octets of the second piece",
        lambda b: b.second_piece().refused("AT+QIOTOTARD=1024,0"),
    ),
    keeps(
        "SOTA-CMD-OTARD-011",
        "ERROR before the piece",
        lambda b: b.second_piece().refused("AT+QIOTOTARD=1023,1"),
    ),
    leaves_open("SOTA-CMD-OTARD-012", "no octets, and OK", lambda b: b.ready().block(0, 0, b"")),
    breaks(
        "SOTA-CMD-OTARD-013",
        "one octet above the maximum",
        lambda b: b.maximum(512).ready().block(0, 513),
    ),
    ignores(
        "SOTA-CMD-OTARD-013",
        "the maximum asked for",
        lambda b: b.maximum(512).ready().block(0, 512),
    ),
    breaks(
        "SOTA-CMD-OTARD-014", "OK before a piece", lambda b: b.downloading().ask("AT+QIOTOTARD=0,9")
    ),
    breaks("SOTA-CMD-OTARD-014", "OK while offered", lambda b: b.offered().ask("AT+QIOTOTARD=0,9")),
    breaks(
        "SOTA-CMD-OTARD-015", "OK behind the end", lambda b: b.succeeded().ask("AT+QIOTOTARD=0,9")
    ),
    keeps("SOTA-CMD-OTARD-015", "ERROR", lambda b: b.succeeded().refused("AT+QIOTOTARD=0,9")),
    ignores(
        "SOTA-CMD-OTARD-014", "OK, before anything is known", lambda b: b.ask("AT+QIOTOTARD=0,9")
    ),
    breaks(
        "SOTA-CMD-OTARD-020",
        "ERROR to the second piece's first octets",
        lambda b: b.second_piece().refused("AT+QIOTOTARD=1024,9"),
        also=("SOTA-CMD-OTARD-002",),
    ),
]


def _pieces(bench: LogBuilder, reach: int) -> LogBuilder:
    """Read three pieces; the MD5 is that of the octets up to `reach`."""
    digest = hashlib.md5(PACKAGE[:reach], usedforsecurity=False).hexdigest()
    bench.confirmed(0).events(START.replace(MD5, digest), "7,10702")
    for start, length in ((0, 1000), (1000, 1000), (2000, SIZE - 2000)):
        bench.event(piece(start, length)).wait(0.1).block(start, length)
        if start < 2000:
            bench.wait(0.1).ask("AT+QIOTUPDATE=2").event("7,10702")
    return bench


_PACKAGE = [
    *(
        breaks(
            "SOTA-INT-009",
            f"the MD5 of the first {reach} octets",
            lambda b, reach=reach: _pieces(b, reach),
        )
        for reach in (1000, 2000)
    ),
    keeps("SOTA-INT-009", "the MD5 over three pieces", lambda b: _pieces(b, SIZE)),
    breaks(
        "SOTA-INT-002",
        "an MD5 of other octets",
        lambda b: _pieces(b, 1500),
        also=("SOTA-INT-009",),
    ),
    ignores("SOTA-INT-007", "a part of the package", lambda b: b.uploaded().ready().block(0, 1024)),
    breaks(
        "SOTA-CMD-OTARD-020",
        "octets of another place in a second reading",
        lambda b: (
            b.uploaded()
            .ready()
            .block(0, 1024)
            .block(1024, 1024)
            .block(512, 256, PACKAGE[1200:1456])
        ),
    ),
    breaks(
        "SOTA-INT-008",
        "one wrong octet in a second reading",
        lambda b: (
            b.uploaded()
            .ready()
            .block(0, 1024)
            .block(512, 256, PACKAGE[512:600] + b"!" + PACKAGE[601:768])
        ),
        also=("SOTA-INT-005",),
    ),
    breaks(
        "SOTA-INT-007",
        "16 hex digits without the package",
        lambda b: b.ready().block(0, 16, b"0123456789abcdef", end="55\r\n\r\nOK\r\n"),
        also=("SOTA-CMD-OTARD-004",),
    ),
    breaks(
        "SOTA-CMD-OTARD-004",
        "15 octets that may be no hex text",
        lambda b: b.ready().block(0, 15, b"0123456789abcde", end="55\r\n\r\nOK\r\n"),
    ),
    keeps(
        "SOTA-CMD-OTARD-020",
        "the second piece's octets by the package",
        lambda b: b.uploaded().second_piece().block(BLOCK, 16),
    ),
    ignores(
        "SOTA-CMD-OTARD-020",
        "the first piece's octets by the package",
        lambda b: b.uploaded().ready().block(0, 16),
    ),
    breaks(
        "SOTA-INT-006",
        "another package of the same length",
        lambda b: b.uploaded(bytes([PACKAGE[0] ^ 0x41]) + PACKAGE[1:]).ready().read_all(),
    ),
    keeps(
        "SOTA-INT-009",
        "the MD5 over two pieces",
        lambda b: b.second_piece().block(1024, 1024).block(2048, SIZE - 2048),
    ),
    ignores("SOTA-INT-009", "one piece", lambda b: b.ready().read_all()),
    ignores("SOTA-INT-002", "all but one octet", lambda b: b.ready().block(0, SIZE - 1)),
    keeps("SOTA-INT-002", "all octets", lambda b: b.ready().read_all()),
]

CASES: list[Case] = [*_VERSIONS, *_READS, *_PACKAGE]
