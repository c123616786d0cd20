"""Logs made by hand in which something is easily taken for something else: the right name."""

from support.log_builder import (
    FIRST,
    PACKAGE,
    PIECE,
    SIZE,
    START_SHA256,
    Case,
    LogBuilder,
    breaks,
    ignores,
    keeps,
)

__all__ = ["CASES"]

STATE = "AT+QIOTSTATE?"
ZEROS = '7,010700,"STM32","","2_0_0",30,-113,2500'


def _wrong_at(bench: LogBuilder, offset: int) -> LogBuilder:
    """Read the whole package with one wrong octet."""
    wrong = PACKAGE[:offset] + bytes([PACKAGE[offset] ^ 0x21]) + PACKAGE[offset + 1 :]
    for start in range(0, SIZE, 1024):
        bench.block(start, min(1024, SIZE - start), wrong[start : start + 1024])
    return bench


def _damaged(line: str) -> Case:
    return breaks("SOTA-EVT-001", line, lambda b: b.downloading().got(f"\r\n{line}\r\n"))


_EVENTS = [
    *map(
        _damaged,
        (
            "QIOTEVT: 7,10702",
            "+QIOTEV: 7,10702",
            "+QIOTFVT: 7,10702",
            "+QAOTEVT: 7,10702",
            "+QI\xcfTEVT: 7,10702",
            "+QIOTEVVT: 7,10702",
            "+QITOEVT: 7,10702",
            "+QIOTEVT; 7,10702",
            "+QIOTEVT:7,10702",
            "+qiotevt: 7,10702",
            "+QIOTEVT: 7,010702",
            "+QIOTEVT: 07,10702",
        ),
    ),
    ignores("SOTA-EVT-001", "another URC", lambda b: b.got("\r\n+QIOTNEW: 7,10702\r\n")),
    ignores("SOTA-EVT-001", "a URC with numbers", lambda b: b.got("\r\n+CREG: 5,12345\r\n")),
    breaks(
        "SOTA-EVT-001",
        "zeros before the code of an offer, which is one all the same",
        lambda b: (
            b.online()
            .announce()
            .request()
            .event(ZEROS)
            .wait(0.2)
            .ask("AT+QIOTUPDATE=1")
            .events(START_SHA256, "7,10702", PIECE)
        ),
    ),
]

_ANSWERS = [
    breaks(
        "SOTA-FRM-006",
        "the code behind the answer, to a lower-case prefix",
        lambda b: b.sent("at+QIOTSTATE?").got("\r\n+QIOTSTATE: 0OK\r\n").gave_up(),
    ),
    breaks(
        "SOTA-FRM-006",
        "LF alone behind each line, to a lower-case prefix",
        lambda b: b.sent("at+QIOTSTATE?").got("\n+QIOTSTATE: 0\n\nOK\n"),
    ),
    breaks(
        "SOTA-FRM-006",
        "LF alone behind an answer",
        lambda b: b.sent(STATE).got("\r\n+QIOTSTATE: 0\n\r\nOK\r\n"),
        also=("SOTA-CMD-STATE-001",),
    ),
    breaks(
        "SOTA-FRM-011",
        "an event inside an echo",
        lambda b: (
            b.ask("ATE1", echo=True)
            .sent(STATE)
            .got("AT+QIOT\r\n+QIOTEVT: 4,10200\r\nSTATE?\r\r\n+QIOTSTATE: 0\r\n\r\nOK\r\n")
        ),
    ),
    breaks(
        "SOTA-FRM-011",
        "an event inside an echo, without CR LF before it",
        lambda b: (
            b.ask("ATE1", echo=True)
            .sent(STATE)
            .got("AT+QIOT+QIOTEVT: 4,10200\r\nSTATE?\r\r\n+QIOTSTATE: 0\r\n\r\nOK\r\n")
        ),
    ),
]

_BLOCKS = [
    breaks(
        "SOTA-INT-005",
        "a start that is rounded down to 512",
        lambda b: b.uploaded().ready().block(700, 100, PACKAGE[512:612]),
    ),
    breaks(
        "SOTA-CMD-OTARD-020",
        "octets of another offset",
        lambda b: b.uploaded().ready().block(700, 100, PACKAGE[901:1001]),
    ),
    breaks(
        "SOTA-INT-006",
        "one special octet altered, where the others of its value came as they are",
        lambda b: _wrong_at(b.uploaded().ready(), PACKAGE.index(b"\r", 1500)),
        also=("SOTA-INT-002", "SOTA-INT-003"),
    ),
    breaks(
        "SOTA-CMD-OTARD-009",
        "a value that is always altered",
        lambda b: (
            b.uploaded()
            .ready()
            .block(0, 1024, PACKAGE[:1024].replace(b"\x1a", b" "))
            .block(1024, 1024, PACKAGE[1024:2048].replace(b"\x1a", b" "))
            .block(2048, SIZE - 2048)
        ),
        also=("SOTA-INT-002", "SOTA-INT-003", "SOTA-INT-006"),
    ),
]

_ORDER = [
    breaks("SOTA-SEQ-002", "the same 10703 twice", lambda b: b.ready(FIRST).event(FIRST)),
    breaks("SOTA-SEQ-002", "the last 10703 twice", lambda b: b.ready().event(PIECE)),
    breaks("SOTA-SEQ-002", "10702 behind 10703", lambda b: b.ready(FIRST).event("7,10702")),
]

_PRODUCT = [
    breaks(
        "SOTA-PER-003",
        "a product key that was never read before the restart",
        lambda b: (
            b.provisioned()
            .power_cycle()
            .ask('AT+QIOTCFG="productinfo"', '+QIOTCFG: "productinfo",,')
        ),
    ),
    keeps(
        "SOTA-PER-003",
        "a product key that was only written before the restart",
        lambda b: (
            b.provisioned()
            .power_cycle()
            .ask('AT+QIOTCFG="productinfo"', '+QIOTCFG: "productinfo",p11abc,****')
        ),
    ),
    ignores(
        "SOTA-CMD-MCUVER-006",
        "components that a restart has lost",
        lambda b: (
            b.announce()
            .announce(component="ESP32")
            .power_cycle()
            .ask("AT+QIOTMCUVER?", '+QIOTMCUVER: "STM32","1_0_0"')
        ),
        also=("SOTA-CMD-MCUVER-007", "SOTA-PER-004"),
    ),
    breaks(
        "SOTA-CMD-MCUVER-003",
        "a component cut short",
        lambda b: (
            b.announce()
            .announce(component="ESP32")
            .ask("AT+QIOTMCUVER?", '+QIOTMCUVER: "STM32","1_0_0"', '+QIOTMCUVER: "ESP3","1_0_0"')
        ),
    ),
]

CASES = [*_EVENTS, *_ANSWERS, *_BLOCKS, *_ORDER, *_PRODUCT]
