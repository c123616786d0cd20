"""Logs made by hand for the edges of events: limits just met, and data that others judge."""

from support.log_builder import (
    FIRST,
    MD5,
    OFFER,
    OTHER,
    OWN,
    PIECE,
    SHA256,
    SIZE,
    START,
    START_SHA256,
    Case,
    LogBuilder,
    breaks,
    ignores,
    keeps,
    leaves_open,
    piece,
)

__all__ = ["CASES"]

OLD = OFFER.replace(',"",', ',"9_9_9",')
END = '\r\n+QIND: "FOTA","END",0\r\n'
WITHOUT_CRC = START.rpartition(",")[0]


def _own_plan(bench: LogBuilder, **limits: int) -> LogBuilder:
    """Arm a plan for the module's own firmware, and ask for it."""
    plan = {"component": "EC200U", "source_version": "A0", "target_version": "2_0_0"} | limits
    return bench.online().announce().control("arm_module_plan", plan=plan).request()


def _own_download(bench: LogBuilder) -> LogBuilder:
    """Begin the download of what may be the module's own firmware."""
    return bench.online().event(OWN).wait(0.15).ask("AT+QIOTUPDATE=1")


def _both(bench: LogBuilder, *offers: str) -> LogBuilder:
    """Accept a plan with a component of the MCU and one that nobody announced."""
    return bench.online().announce().request().events(*offers).wait(0.15).ask("AT+QIOTUPDATE=1")


_FORM = [
    breaks("SOTA-EVT-001", "a type with a zero before it", lambda b: b.event("04,10200")),
    breaks("SOTA-EVT-001", "a code with a zero before it", lambda b: b.event("4,010200")),
    ignores("SOTA-EVT-001", "a line that never ended", lambda b: b.got("\r\n+QIOTEVT: 7,107")),
    ignores(
        "SOTA-EVT-001",
        "an event inside a line",
        lambda b: b.got("\r\n+QIOTEV+QIOTEVT: 7,10702\r\n"),
        also=("SOTA-FRM-011",),
    ),
]

_OFFERS = [
    keeps("SOTA-EVT-007", "0 %", lambda b: b.announce().event(OFFER.replace(",30,", ",0,"))),
    keeps("SOTA-EVT-007", "100 %", lambda b: b.announce().event(OFFER.replace(",30,", ",100,"))),
    keeps("SOTA-EVT-007", "0 dBm", lambda b: b.announce().event(OFFER.replace("-113", "0"))),
    breaks("SOTA-EVT-007", "1 dBm", lambda b: b.announce().event(OFFER.replace("-113", "1"))),
    ignores(
        "SOTA-EVT-004",
        "a component that nobody announced, and no laboratory to ask",
        lambda b: b.online().announce().request().event(OTHER),
    ),
    keeps(
        "SOTA-EVT-004",
        "the module's own firmware by its plan, from the version that runs",
        lambda b: _own_plan(b).event(OWN.replace(',"",', ',"A1",')),
        plan_control=True,
    ),
    keeps(
        "SOTA-EVT-004",
        "a component that is called as the module",
        lambda b: b.online().announce().request().event(OWN),
        plan_control=True,
        iut={"name": "EC200U-CN"},
    ),
    ignores(
        "SOTA-EVT-005",
        "the source of the module's own firmware",
        lambda b: _own_plan(b).event(OWN.replace(',"",', ',"A1",')),
        plan_control=True,
    ),
    breaks(
        "SOTA-EVT-006",
        "another target of the module's own firmware",
        lambda b: _own_plan(b).event(OWN.replace("2_0_0", "3_0_0")),
        plan_control=True,
    ),
    breaks(
        "SOTA-EVT-023",
        "another signal",
        lambda b: _own_plan(b, battery_limit=30, min_signal=-100).event(OWN),
        plan_control=True,
    ),
    ignores(
        "SOTA-EVT-023",
        "limits out of their range",
        lambda b: _own_plan(b, battery_limit=30, min_signal=-113).event(
            OWN.replace(",30,", ",101,")
        ),
        also=("SOTA-EVT-007",),
        plan_control=True,
    ),
    breaks(
        "SOTA-EVT-005",
        "a source that was never announced, before the OK of the request",
        lambda b: b.online().announce().sent("AT+QIOTOTAREQ=1").event(OLD).got("\r\nOK\r\n"),
    ),
    leaves_open(
        "SOTA-EVT-005",
        "a source that was never announced, within another command",
        lambda b: b.online().announce().sent("AT+QIOTSTATE?").event(OLD),
    ),
    ignores(
        "SOTA-EVT-005",
        "the version that was announced last",
        lambda b: (
            b.online()
            .announce("0_9_0")
            .announce()
            .request()
            .event(OFFER.replace(',"",', ',"1_0_0",'))
        ),
    ),
    keeps(
        "SOTA-EVT-006",
        "the target of the PIXIT",
        lambda b: b.online().announce().request().event(OFFER),
        pixit={"plan": {"component": "STM32", "target_version": "2_0_0"}},
    ),
    leaves_open(
        "SOTA-EVT-006",
        "another target than the PIXIT has",
        lambda b: b.online().announce().request().event(OFFER),
        pixit={"plan": {"component": "STM32", "target_version": "3_0_0"}},
    ),
    ignores(
        "SOTA-EVT-006",
        "another component than the PIXIT has",
        lambda b: b.online().announce().request().event(OFFER),
        pixit={"plan": {"component": "ESP32", "target_version": "3_0_0"}},
    ),
    ignores(
        "SOTA-EVT-006",
        "the PIXIT where the laboratory tells the plan",
        lambda b: b.online().announce().request().event(OFFER),
        plan_control=True,
        pixit={"plan": {"component": "STM32", "target_version": "3_0_0"}},
    ),
    ignores(
        "SOTA-EVT-006",
        "a PIXIT without a plan",
        lambda b: b.online().announce().request().event(OFFER),
        pixit={"plan": "none"},
    ),
]

_UNKNOWN = [
    keeps(
        "SOTA-EVT-004",
        "a component that nobody announced, shown by its download",
        lambda b: _own_download(b).event("7,10701"),
    ),
    keeps(
        "SOTA-EVT-004",
        "one that nobody announced beside one of the MCU that has its turn",
        lambda b: _both(b, OFFER, OWN).event(START_SHA256),
    ),
    leaves_open(
        "SOTA-EVT-004",
        "one that nobody announced, and an offer that is refused",
        lambda b: (
            b.online().announce().request().events(OFFER, OWN).wait(0.15).ask("AT+QIOTUPDATE=0")
        ),
    ),
]

_STARTS = [
    keeps(
        "SOTA-EVT-011",
        "10701 and 10703 of the module's own firmware",
        lambda b: _own_download(b).events("7,10701", "7,10702", "7,10703"),
    ),
    breaks(
        "SOTA-EVT-011",
        "10701 of the module's own firmware with data",
        lambda b: (
            b.online()
            .event(OFFER.replace("STM32", "app"))
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .event(START.replace("STM32", "app"))
        ),
    ),
    breaks(
        "SOTA-EVT-011",
        "10703 of the module's own firmware with data",
        lambda b: (
            b.online()
            .event(OFFER.replace("STM32", "app"))
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .events("7,10701", "7,10702", PIECE.replace("STM32", "app"))
        ),
    ),
    ignores(
        "SOTA-EVT-011",
        "10701 without an upgrade",
        lambda b: b.factory_reset().event("7,10701"),
        also=("SOTA-EVT-008", "SOTA-SEQ-001"),
    ),
    ignores("SOTA-EVT-011", "a component of the MCU", lambda b: b.ready()),
    keeps("SOTA-EVT-009", "a CRC of 0", lambda b: b.confirmed(0).event(f"{WITHOUT_CRC},0")),
    breaks(
        "SOTA-EVT-009",
        "65 digits",
        lambda b: b.confirmed(1).event(START_SHA256.replace(SHA256, SHA256 + "0")),
    ),
    breaks(
        "SOTA-EVT-009",
        "33 digits",
        lambda b: b.confirmed(0).event(START.replace(MD5, MD5 + "0")),
    ),
    breaks(
        "SOTA-EVT-009",
        "no digit in a SHA-256",
        lambda b: b.confirmed(1).event(START_SHA256.replace(SHA256, SHA256[:-1] + "x")),
    ),
    ignores(
        "SOTA-EVT-010",
        "capitals that are no digits",
        lambda b: b.confirmed(0).event(START.replace(MD5, MD5[:31] + "G")),
        also=("SOTA-EVT-009",),
    ),
    breaks(
        "SOTA-EVT-010",
        "capitals in a SHA-256",
        lambda b: b.confirmed(1).event(START_SHA256.replace(SHA256, SHA256.upper())),
    ),
    ignores(
        "SOTA-EVT-022",
        "the space of one of two components",
        lambda b: _both(b.announce("1_0_0", "ESP32"), OFFER.replace("2500", "4096"), OTHER).event(
            START_SHA256
        ),
    ),
]

_PIECES = [
    breaks(
        "SOTA-EVT-015",
        "one octet too many",
        lambda b: b.ready(FIRST).ask("AT+QIOTUPDATE=2").event(piece(1024, SIZE - 1023)),
    ),
    keeps("SOTA-EVT-015", "one octet", lambda b: b.downloading().event(piece(0, 1))),
    breaks(
        "SOTA-EVT-015",
        "too many octets by its own length, without a 10701",
        lambda b: (
            b.confirmed()
            .events("7,10702", FIRST)
            .ask("AT+QIOTUPDATE=2")
            .event(piece(1024, SIZE - 1023))
        ),
    ),
    breaks(
        "SOTA-EVT-017",
        "a gap of one octet",
        lambda b: b.ready(FIRST).ask("AT+QIOTUPDATE=2").event(piece(1025, SIZE - 1025)),
    ),
    breaks(
        "SOTA-EVT-017",
        "a gap, before the OK",
        lambda b: (
            b.ready(FIRST)
            .sent("AT+QIOTUPDATE=2")
            .event(piece(1025, SIZE - 1025), 0.01)
            .got("\r\nOK\r\n")
        ),
        also=("SOTA-SEQ-007",),
    ),
    ignores(
        "SOTA-EVT-014",
        "a piece without a 10701",
        lambda b: b.confirmed().events("7,10702", PIECE),
    ),
    breaks(
        "SOTA-EVT-008",
        "a 10701 without data, and a piece of the MCU behind it",
        lambda b: _both(b, OFFER, OWN).events("7,10701", "7,10702", PIECE),
    ),
]

_INDICATIONS = [
    breaks("SOTA-EVT-019", "before the report", lambda b: b.updating().got(END)),
    breaks(
        "SOTA-EVT-019",
        "behind the report of another version",
        lambda b: b.updating().announce("1_0_0").got(END),
    ),
    keeps("SOTA-EVT-019", "behind the report", lambda b: b.updating().announce("2_0_0").got(END)),
    keeps(
        "SOTA-EVT-019",
        "before the OK of the report",
        lambda b: b.updating().sent('AT+QIOTMCUVER="STM32","2_0_0"').got(END).got("\r\nOK\r\n"),
    ),
    keeps("SOTA-EVT-019", "behind the outcome", lambda b: b.succeeded().got(END)),
    ignores("SOTA-EVT-019", "the start", lambda b: b.updating().got(END.replace("END", "START"))),
    breaks(
        "SOTA-EVT-019",
        "in place of the outcome",
        lambda b: b.updating().announce("2_0_0").got(END).listen(30.0),
    ),
    keeps(
        "SOTA-EVT-019",
        "alone for less than the time of an outcome",
        lambda b: b.updating().announce("2_0_0").got(END).listen(29.9),
    ),
    leaves_open("SOTA-EVT-021", "10707 without a decision", lambda b: b.offered().event("7,10707")),
    leaves_open("SOTA-EVT-021", "10707 without an offer", lambda b: b.event("7,10707")),
    keeps(
        "SOTA-EVT-021",
        "10707 before the OK of the decision",
        lambda b: b.offered().sent("AT+QIOTUPDATE=1").event("7,10707").got("\r\nOK\r\n"),
    ),
    keeps(
        "SOTA-EVT-021",
        "10707 behind a refusal",
        lambda b: b.offered().wait(0.15).ask("AT+QIOTUPDATE=0").event("7,10707"),
    ),
]

CASES: list[Case] = [*_FORM, *_OFFERS, *_UNKNOWN, *_STARTS, *_PIECES, *_INDICATIONS]
