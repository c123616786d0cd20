"""Logs made by hand for the checks of reading and of the package."""

from support.log_builder import (
    MD5,
    PACKAGE,
    PIECE,
    SHA256,
    SIZE,
    START,
    START_SHA256,
    Case,
    LogBuilder,
    answers,
    breaks,
    ignores,
    keeps,
    leaves_open,
    piece,
)

__all__ = ["CASES"]

LAST = 2048
OTHER_MD5 = "0" * 32
EVENT_AHEAD = b"+QIOTEVT: 4,10200\r\n" + PACKAGE[: 1024 - 19]


def _rest_of(bench: LogBuilder, octets: bytes) -> LogBuilder:
    """Read what precedes the last block as it is, and the last block as `octets`."""
    return bench.block(0, 1024).block(1024, 1024).block(LAST, SIZE - LAST, octets)


def _flipped(octets: bytes, offset: int) -> bytes:
    return octets[:offset] + bytes([octets[offset] ^ 1]) + octets[offset + 1 :]


_READING = [
    breaks("SOTA-CMD-OTARD-001", "ERROR", lambda b: b.refused("AT+QIOTOTARD=?")),
    breaks(
        "SOTA-CMD-OTARD-001", "one field", lambda b: b.ask("AT+QIOTOTARD=?", "+QIOTOTARD: (1-1024)")
    ),
    keeps("SOTA-CMD-OTARD-001", "a range", lambda b: b.maximum()),
    keeps(
        "SOTA-CMD-OTARD-001",
        "a name (E-29)",
        lambda b: b.ask("AT+QIOTOTARD=?", "+QIOTOTARD: <start>,<max_length>"),
    ),
    breaks("SOTA-CMD-OTARD-002", "ERROR", lambda b: b.ready().refused("AT+QIOTOTARD=0,1024")),
    breaks("SOTA-CMD-OTARD-002", "OK alone", lambda b: b.ready().ask("AT+QIOTOTARD=0,1024")),
    breaks(
        "SOTA-CMD-OTARD-002",
        "silence",
        lambda b: b.ready().silent("AT+QIOTOTARD=0,1024"),
        also=("SOTA-FRM-005",),
    ),
    breaks(
        "SOTA-CMD-OTARD-002",
        "no line end behind the data",
        lambda b: b.ready().block(0, 100, end="OK\r\n"),
    ),
    keeps("SOTA-CMD-OTARD-002", "a block", lambda b: b.ready().block(0, 1024)),
    keeps(
        "SOTA-CMD-OTARD-002",
        "a block behind received data",
        lambda b: (
            b.ready()
            .sent("AT+QIOTOTARD=0,100")
            .got(b"\r\n+QIOTEVT: 5,10200,6\r\n\r\nOK\r\n\r\n", 0.01)
            .got(b"\r\n+QIOTOTARD: 0,100\r\n" + PACKAGE[:100] + b"\r\n\r\nOK\r\n")
        ),
    ),
    keeps(
        "SOTA-CMD-OTARD-002",
        "one line end",
        lambda b: (
            b.ready()
            .sent("AT+QIOTOTARD=0,9")
            .got(b"+QIOTOTARD: 0,9\r\n" + PACKAGE[:9] + b"\r\nOK\r\n")
        ),
    ),
    ignores(
        "SOTA-CMD-OTARD-002",
        "ERROR after a next piece was accepted on the last one",
        lambda b: b.ready().ask("AT+QIOTUPDATE=2").refused("AT+QIOTOTARD=0,1024"),
        also=("SOTA-CMD-UPDATE-007",),
    ),
    ignores(
        "SOTA-CMD-OTARD-002",
        "ERROR after a late refusal was accepted",
        lambda b: b.ready().ask("AT+QIOTUPDATE=0").refused("AT+QIOTOTARD=0,1024"),
        also=("SOTA-CMD-UPDATE-014",),
    ),
    breaks("SOTA-CMD-OTARD-003", "another start", lambda b: b.ready().block(0, 9, header="1,9")),
    breaks(
        "SOTA-CMD-OTARD-003", "a negative start", lambda b: b.ready().block(0, 9, header="-1,9")
    ),
    keeps("SOTA-CMD-OTARD-003", "that start", lambda b: b.ready().block(7, 9)),
    breaks(
        "SOTA-CMD-OTARD-005",
        "more than asked for",
        lambda b: b.ready().maximum().block(0, 100, PACKAGE[:112]),
    ),
    keeps("SOTA-CMD-OTARD-005", "as asked for", lambda b: b.ready().block(0, 100)),
    breaks(
        "SOTA-CMD-OTARD-006", "half", lambda b: b.ready().maximum().block(0, 1024, PACKAGE[:512])
    ),
    leaves_open(
        "SOTA-CMD-OTARD-006",
        "half, maximum unknown",
        lambda b: b.ready().block(0, 1024, PACKAGE[:512]),
    ),
    breaks(
        "SOTA-CMD-OTARD-006",
        "half, maximum unknown, and all of it before",
        lambda b: b.ready().block(0, 1024).block(1024, 1024, PACKAGE[1024:1536]),
    ),
    keeps("SOTA-CMD-OTARD-006", "all", lambda b: b.ready().maximum().block(0, 1024)),
    keeps(
        "SOTA-CMD-OTARD-006",
        "up to the end of the piece",
        lambda b: b.ready(piece(0, 1000)).maximum().block(0, 1024, PACKAGE[:1000]),
    ),
    breaks(
        "SOTA-CMD-OTARD-007",
        "one too few",
        lambda b: b.ready().maximum().block(LAST, 1024, PACKAGE[LAST:-1]),
    ),
    keeps("SOTA-CMD-OTARD-007", "the rest", lambda b: b.ready().maximum().block(LAST, 1024)),
    breaks(
        "SOTA-CMD-OTARD-013", "more than the maximum", lambda b: b.ready().maximum().block(0, 2000)
    ),
    keeps(
        "SOTA-CMD-OTARD-013",
        "the maximum",
        lambda b: b.ready().maximum().block(0, 2000, PACKAGE[:1024]),
    ),
    keeps(
        "SOTA-CMD-OTARD-013", "ERROR", lambda b: b.ready().maximum().refused("AT+QIOTOTARD=0,2000")
    ),
    breaks("SOTA-CMD-OTARD-010", "octets", lambda b: b.ready().block(SIZE, 9, b"123456789")),
    keeps("SOTA-CMD-OTARD-010", "ERROR", lambda b: b.ready().refused(f"AT+QIOTOTARD={SIZE},9")),
    keeps("SOTA-CMD-OTARD-010", "length 0", lambda b: b.ready().block(SIZE, 9, b"")),
    keeps(
        "SOTA-CMD-OTARD-010",
        "length 0 as a line",
        lambda b: b.ready().block(SIZE, 9, b"", end="\r\nOK\r\n"),
    ),
    leaves_open(
        "SOTA-CMD-OTARD-010", "OK alone", lambda b: b.ready().ask(f"AT+QIOTOTARD={SIZE},9")
    ),
    breaks(
        "SOTA-CMD-OTARD-011", "octets of the first piece", lambda b: b.second_piece().block(0, 9)
    ),
    leaves_open("SOTA-CMD-OTARD-011", "length 0", lambda b: b.second_piece().block(0, 9, b"")),
    keeps("SOTA-CMD-OTARD-011", "ERROR", lambda b: b.second_piece().refused("AT+QIOTOTARD=0,9")),
    breaks(
        "SOTA-CMD-OTARD-012",
        "octets",
        lambda b: b.ready().block(0, 0, PACKAGE[:3]),
        also=("SOTA-CMD-OTARD-005",),
    ),
    leaves_open("SOTA-CMD-OTARD-012", "length 0", lambda b: b.ready().block(0, 0)),
    leaves_open("SOTA-CMD-OTARD-012", "OK alone", lambda b: b.ready().ask("AT+QIOTOTARD=0,0")),
    keeps("SOTA-CMD-OTARD-012", "ERROR", lambda b: b.ready().refused("AT+QIOTOTARD=0,0")),
    breaks("SOTA-CMD-OTARD-014", "octets while offered", lambda b: b.offered().block(0, 9)),
    breaks(
        "SOTA-CMD-OTARD-014",
        "octets in the factory's state",
        lambda b: b.factory_reset().block(0, 9),
    ),
    breaks("SOTA-CMD-OTARD-014", "octets while downloading", lambda b: b.downloading().block(0, 9)),
    breaks(
        "SOTA-CMD-OTARD-014",
        "octets long before the piece is ready",
        lambda b: b.downloading().block(0, 9).wait(0.1).ask("AT").event(PIECE, 0.6),
    ),
    leaves_open(
        "SOTA-CMD-OTARD-014",
        "octets right before the piece is ready",
        lambda b: b.downloading().block(0, 9).event(PIECE, 0.1),
    ),
    keeps(
        "SOTA-CMD-OTARD-014",
        "ERROR while offered",
        lambda b: b.offered().refused("AT+QIOTOTARD=0,9"),
    ),
    breaks("SOTA-CMD-OTARD-015", "octets after the end", lambda b: b.succeeded().block(0, 9)),
    keeps(
        "SOTA-CMD-OTARD-015",
        "ERROR after the end",
        lambda b: b.succeeded().refused("AT+QIOTOTARD=0,9"),
    ),
    *(
        breaks(
            "SOTA-CMD-OTARD-017",
            f"OK to {text}",
            answers(f"AT+QIOTOTARD={text}"),
        )
        for text in ("0", "0,1,2", "-1,10", '"0","10"')
    ),
    keeps("SOTA-CMD-OTARD-017", "ERROR", lambda b: b.ready().refused("AT+QIOTOTARD=0").read_all()),
    ignores(
        "SOTA-CMD-OTARD-017",
        "ERROR with nothing to read",
        lambda b: b.refused("AT+QIOTOTARD=0").ready().read_all(),
    ),
    breaks(
        "SOTA-ROB-004",
        "a header to a malformed read",
        lambda b: b.sent("AT+QIOTOTARD=0").got("\r\n+QIOTOTARD: 0,3\r\nabc\r\n\r\nOK\r\n"),
        also=("SOTA-CMD-OTARD-017",),
    ),
    keeps("SOTA-ROB-004", "ERROR", lambda b: b.ready().refused("AT+QIOTOTARD=0").read_all()),
    breaks(
        "SOTA-CMD-OTARD-019",
        "octets",
        lambda b: b.block(2**32, 3, b"abc"),
        also=("SOTA-CMD-OTARD-010",),
    ),
    breaks(
        "SOTA-CMD-OTARD-010",
        "octets from a start that 32 bits cannot hold",
        lambda b: b.ready().block(2**32, 3, PACKAGE[:3]),
        also=("SOTA-CMD-OTARD-019",),
    ),
    breaks(
        "SOTA-CMD-OTARD-019",
        "octets of the piece where the length is too large",
        lambda b: b.ready().block(0, 2**32, PACKAGE[:3], header="0,3"),
    ),
    keeps(
        "SOTA-CMD-OTARD-019",
        "length 0",
        lambda b: b.ready().block(2**32, 3, b"").wait(0.1).read_all(),
    ),
    breaks(
        "SOTA-CMD-OTARD-019",
        "silence",
        lambda b: b.silent(f"AT+QIOTOTARD={2**40},3"),
    ),
    keeps(
        "SOTA-CMD-OTARD-019",
        "ERROR",
        lambda b: b.ready().refused(f"AT+QIOTOTARD={'9' * 60},3").read_all(),
    ),
    breaks(
        "SOTA-CMD-OTARD-018",
        "ERROR to odd numbers",
        lambda b: b.ready().refused("AT+QIOTOTARD=7,305"),
    ),
    breaks(
        "SOTA-CMD-OTARD-002",
        "ERROR where the last block has ended",
        lambda b: b.ready().block(0, 305).refused("AT+QIOTOTARD=305,305"),
    ),
    keeps("SOTA-CMD-OTARD-018", "a block", lambda b: b.ready().block(7, 305)),
    breaks(
        "SOTA-CMD-OTARD-020",
        "a header that counts in the piece",
        lambda b: b.second_piece().block(1024, 9, header="0,9"),
        also=("SOTA-CMD-OTARD-003",),
    ),
    breaks(
        "SOTA-CMD-OTARD-020",
        "octets that count in the piece",
        lambda b: b.uploaded().second_piece().block(1024, 1024, PACKAGE[:1024]),
    ),
    ignores(
        "SOTA-CMD-OTARD-020",
        "an over-long read that is refused",
        lambda b: b.maximum().second_piece().refused("AT+QIOTOTARD=1024,1025"),
    ),
    keeps(
        "SOTA-CMD-OTARD-020", "absolute", lambda b: b.uploaded().second_piece().block(1024, 1024)
    ),
    leaves_open(
        "SOTA-FRM-011",
        "an event among the octets of another package than the announced one",
        lambda b: b.ready().block(0, 1024, EVENT_AHEAD).block(1024, 1024).block(2048, 452),
        also=("SOTA-INT-002", "SOTA-INT-003"),
    ),
]

_PACKAGE = [
    breaks(
        "SOTA-CMD-OTARD-004",
        "one too few",
        lambda b: (
            b.ready()
            .sent("AT+QIOTOTARD=0,100")
            .got(b"\r\n+QIOTOTARD: 0,100\r\n" + PACKAGE[:99] + b"\r\nOK\r\n")
            .gave_up()
        ),
    ),
    breaks(
        "SOTA-CMD-OTARD-004",
        "one too many",
        lambda b: b.ready().block(0, 100, PACKAGE[:101], header="0,100"),
    ),
    keeps("SOTA-CMD-OTARD-004", "as many", lambda b: b.ready().block(0, 100)),
    keeps(
        "SOTA-CMD-OTARD-004", "one line end", lambda b: b.ready().block(0, 100, end="\r\nOK\r\n")
    ),
    breaks(
        "SOTA-CMD-OTARD-008",
        "an empty line before the data",
        lambda b: b.uploaded().ready().block(0, 1024, b"\r\n" + PACKAGE[:1024], header="0,1024"),
    ),
    keeps("SOTA-CMD-OTARD-008", "the data", lambda b: b.uploaded().ready().block(0, 1024)),
    breaks(
        "SOTA-CMD-OTARD-009",
        "XON is lost and replaced",
        lambda b: b.uploaded().ready().block(0, 64, PACKAGE[:64].replace(b"\x11", b" ")),
    ),
    breaks(
        "SOTA-CMD-OTARD-009",
        "seven bits",
        lambda b: b.uploaded().ready().block(128, 100, bytes(o & 0x7F for o in PACKAGE[128:228])),
    ),
    breaks(
        "SOTA-CMD-OTARD-009",
        "CR LF becomes LF",
        lambda b: (
            b.uploaded()
            .ready()
            .sent("AT+QIOTOTARD=1024,1024")
            .got(b"\r\n+QIOTOTARD: 1024,1024\r\n" + PACKAGE[1024:2048].replace(b"\r\n", b"\n"))
            .got(b"\r\n\r\nOK\r\n")
            .gave_up()
        ),
    ),
    breaks(
        "SOTA-CMD-OTARD-009",
        "nothing but zeros from a zero on",
        lambda b: b.uploaded().ready().block(0, 256, bytes(256)),
    ),
    breaks(
        "SOTA-CMD-OTARD-009",
        "octets missing, so that the block ends in the result code",
        lambda b: (
            b.uploaded()
            .ready()
            .block(
                0, 256, PACKAGE[:256].translate(None, b"\x00\r\n\x11\x13\x1a\xff"), header="0,256"
            )
            .gave_up()
        ),
    ),
    keeps("SOTA-CMD-OTARD-009", "all octet values", lambda b: b.uploaded().ready().block(0, 256)),
    breaks(
        "SOTA-INT-006",
        "another octet",
        lambda b: b.uploaded().ready().block(0, 1024, _flipped(PACKAGE[:1024], 900)),
    ),
    breaks(
        "SOTA-INT-006",
        "the octets from the next offset on",
        lambda b: b.uploaded().ready().block(1024, 1024, PACKAGE[1025:2049]),
    ),
    keeps("SOTA-INT-006", "the package", lambda b: b.uploaded().ready().read_all()),
    ignores(
        "SOTA-INT-006",
        "a package of another length",
        lambda b: b.uploaded(PACKAGE + b"x").ready().read_all(),
    ),
    breaks(
        "SOTA-INT-006",
        "a package of another length for the armed plan",
        lambda b: b.arm().uploaded(PACKAGE + b"x").ready().read_all(),
        plan_control=True,
    ),
    ignores(
        "SOTA-CMD-OTARD-020",
        "octets that count in the piece, and no package to compare with",
        lambda b: b.second_piece().block(1024, 1024, PACKAGE[:1024]),
    ),
    keeps(
        "SOTA-CMD-OTARD-020",
        "a whole package of the announced MD5",
        lambda b: (
            b.ready(piece(0, 1024))
            .block(0, 1024)
            .wait(0.1)
            .ask("AT+QIOTUPDATE=2")
            .event(piece(1024, SIZE - 1024))
            .wait(0.1)
            .block(1024, 1024)
            .wait(0.1)
            .block(2048, SIZE - 2048)
        ),
    ),
    breaks(
        "SOTA-INT-007",
        "hex text as long as the block",
        lambda b: b.uploaded().ready().block(0, 1024, PACKAGE[:512].hex().encode()),
    ),
    breaks(
        "SOTA-INT-007",
        "hex text, the package unknown",
        lambda b: b.ready().block(0, 1024, PACKAGE[:1024].hex().encode(), header="0,1024"),
        also=("SOTA-CMD-OTARD-004",),
    ),
    breaks(
        "SOTA-INT-007",
        "the seed's words (E-08)",
        lambda b: b.uploaded().ready().block(0, 35, b"03020100 07060504 0b0a0908 0f0e0d0c"),
    ),
    keeps("SOTA-INT-007", "octets", lambda b: b.uploaded().ready().read_all()),
    breaks(
        "SOTA-CMD-OTARD-016",
        "another octet the second time",
        lambda b: b.ready().block(0, 100).block(0, 100, _flipped(PACKAGE[:100], 50)),
    ),
    keeps("SOTA-CMD-OTARD-016", "the same twice", lambda b: b.ready().block(0, 100).block(0, 100)),
    breaks(
        "SOTA-INT-008",
        "another octet in the overlap",
        lambda b: b.ready().block(0, 100).block(50, 100, _flipped(PACKAGE[50:150], 20)),
        also=("SOTA-INT-005",),
    ),
    keeps("SOTA-INT-008", "the same overlap", lambda b: b.ready().block(0, 100).block(50, 100)),
    breaks(
        "SOTA-INT-005",
        "another package in smaller blocks",
        lambda b: b.ready().read_all().block(0, 974, _flipped(PACKAGE[:974], 900)),
        also=("SOTA-INT-008",),
    ),
    keeps(
        "SOTA-INT-005",
        "the same package in smaller blocks",
        lambda b: b.ready().read_all().read_all(974),
    ),
    breaks(
        "SOTA-INT-001",
        "one octet more",
        lambda b: _rest_of(b.ready().maximum(), PACKAGE[LAST:] + b"x"),
        also=("SOTA-CMD-OTARD-005",),
    ),
    breaks(
        "SOTA-INT-001",
        "more announced than there are, by the MD5",
        lambda b: (
            b.ready(*(line.replace(f"{SIZE}", f"{SIZE + 4}") for line in (PIECE, START)))
            .block(0, 1024)
            .block(1024, 1024)
            .block(LAST, 1024, PACKAGE[LAST:])
        ),
        also=("SOTA-EVT-022",),
    ),
    keeps("SOTA-INT-001", "all octets", lambda b: b.ready().read_all()),
    breaks(
        "SOTA-INT-002",
        "another MD5",
        lambda b: b.ready(start=START_SHA256.replace(MD5, OTHER_MD5)).read_all(),
    ),
    breaks(
        "SOTA-INT-002",
        "another octet, the package unknown",
        lambda b: _rest_of(b.ready(), _flipped(PACKAGE[LAST:], 9)),
        also=("SOTA-INT-003",),
    ),
    keeps("SOTA-INT-002", "that MD5", lambda b: b.ready().read_all()),
    breaks(
        "SOTA-INT-003",
        "another SHA-256",
        lambda b: (
            b.confirmed(1)
            .events(START_SHA256.replace(SHA256, "0" * 64), "7,10702", PIECE)
            .wait(0.1)
            .read_all()
        ),
    ),
    keeps("SOTA-INT-003", "that SHA-256", lambda b: b.ready().read_all()),
    leaves_open(
        "SOTA-INT-004",
        "another CRC",
        lambda b: b.ready(start=f"{START.rpartition(',')[0]},1").read_all(),
    ),
    keeps("SOTA-INT-004", "CRC-32", lambda b: b.ready().read_all()),
    breaks(
        "SOTA-INT-009",
        "another MD5 over two pieces",
        lambda b: (
            b.second_piece(start=START.replace(MD5, OTHER_MD5))
            .block(1024, 1024)
            .block(LAST, SIZE - LAST)
        ),
        also=("SOTA-INT-002",),
    ),
    keeps(
        "SOTA-INT-009",
        "that MD5 over two pieces",
        lambda b: b.second_piece().block(1024, 1024).block(LAST, SIZE - LAST),
    ),
]

CASES: list[Case] = [*_READING, *_PACKAGE]
