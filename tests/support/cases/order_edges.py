"""Logs made by hand for the edges of the order: each event where it must not be."""

from support.log_builder import (
    FIRST,
    OFFER,
    OTHER,
    OWN,
    PIECE,
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

SECOND = piece(1024, SIZE - 1024)


def _refused(bench: LogBuilder) -> LogBuilder:
    return bench.offered().wait(0.15).ask("AT+QIOTUPDATE=0")


def _own(bench: LogBuilder) -> LogBuilder:
    """Accept an offer of the module's own firmware."""
    return bench.online().request().event(OWN).wait(0.15).ask("AT+QIOTUPDATE=1")


def _two(bench: LogBuilder) -> LogBuilder:
    """Accept an offer for two components of the MCU."""
    bench.online().announce().announce(component="ESP32").request().events(OFFER, OTHER)
    return bench.wait(0.15).ask("AT+QIOTUPDATE=1")


_CONSENT = [
    *(
        breaks("SOTA-CMD-UPDATE-005", f"{code}", lambda b, code=code: _refused(b).event(code))
        for code in ("7,10702", "7,10704", PIECE)
    ),
    breaks("SOTA-SEQ-002", "10703 without a consent", lambda b: b.offered().event(PIECE)),
    breaks("SOTA-SEQ-006", "10704 without a consent", lambda b: b.offered().event("7,10704")),
    breaks(
        "SOTA-SEQ-009",
        "10705 without a consent",
        lambda b: b.offered().event("7,10705"),
        also=("SOTA-SEQ-013",),
    ),
    breaks("SOTA-SEQ-002", "10703 without an offer", lambda b: b.factory_reset().event(PIECE)),
    ignores(
        "SOTA-SEQ-001",
        "10701 of the module's own firmware, which may consent for itself",
        lambda b: b.online().request().event(OWN).event("7,10701"),
    ),
    keeps(
        "SOTA-SEQ-001",
        "10701 once more behind a restart",
        lambda b: b.downloading().power_cycle().event(START_SHA256),
    ),
    ignores(
        "SOTA-SEQ-002", "10702 of an upgrade from before the run", lambda b: b.event("7,10702")
    ),
]

_ORDER = [
    *(
        breaks(
            "SOTA-SEQ-002", f"{code} behind the end", lambda b, code=code: b.succeeded().event(code)
        )
        for code in ("7,10702", PIECE)
    ),
    breaks("SOTA-SEQ-002", "the same 10703 once more", lambda b: b.ready().event(PIECE)),
    ignores(
        "SOTA-SEQ-005",
        "the same 10703 once more",
        lambda b: b.ready().event(PIECE),
        also=("SOTA-SEQ-002",),
    ),
    breaks(
        "SOTA-SEQ-006",
        "10704 unasked behind a restart that ended the download",
        lambda b: b.downloading().power_cycle().event("7,10704"),
    ),
    keeps(
        "SOTA-SEQ-002",
        "10702 before the OK of the request for the next piece",
        lambda b: b.ready(FIRST).sent("AT+QIOTUPDATE=2").event("7,10702").got("\r\nOK\r\n"),
    ),
    keeps(
        "SOTA-SEQ-002",
        "10701 of the second component",
        lambda b: (
            _two(b)
            .events(START_SHA256, "7,10702", PIECE)
            .announce("2_0_0")
            .events("7,10705", START_SHA256.replace("STM32", "ESP32"))
        ),
    ),
    ignores(
        "SOTA-SEQ-002",
        "a further 10703 unasked, which is fetched too soon and not out of order",
        lambda b: b.confirmed().events("7,10702", FIRST, SECOND),
        also=("SOTA-SEQ-005",),
    ),
    breaks(
        "SOTA-SEQ-005",
        "two further pieces unasked",
        lambda b: b.ready(piece(0, 9)).events(piece(9, 9), piece(18, 9)),
    ),
    breaks(
        "SOTA-SEQ-003",
        "10701 of the module's own firmware twice",
        lambda b: _own(b).events("7,10701", "7,10701"),
    ),
    keeps(
        "SOTA-SEQ-003",
        "10701 of the module's own firmware once",
        lambda b: _own(b).events("7,10701", "7,10702", "7,10703"),
    ),
    ignores(
        "SOTA-SEQ-004",
        "no 10702 of the module's own firmware",
        lambda b: _own(b).events("7,10701", "7,10703"),
    ),
    ignores(
        "SOTA-SEQ-006",
        "10704 of the module's own firmware",
        lambda b: _own(b).events("7,10701", "7,10703", "7,10704"),
    ),
    keeps(
        "SOTA-SEQ-006",
        "before the OK of UPDATE=3",
        lambda b: b.ready().ask("AT+QIOTUPDATE=3").sent("AT+QIOTUPDATE=3").event("7,10704"),
    ),
    ignores(
        "SOTA-SEQ-006",
        "10704 behind the outcome",
        lambda b: _two(b).events(START_SHA256, "7,10702", PIECE).announce("2_0_0").event("7,10705"),
    ),
    breaks(
        "SOTA-SEQ-007",
        "10703 first",
        lambda b: b.ready(FIRST).sent("AT+QIOTUPDATE=2").event(SECOND, 0.01).got("\r\nOK\r\n"),
    ),
    keeps("SOTA-SEQ-007", "OK, then 10703", lambda b: b.second_piece()),
    ignores(
        "SOTA-SEQ-007",
        "an event within another command",
        lambda b: b.offered().sent("AT").event(START_SHA256, 0.01).got("\r\nOK\r\n"),
        also=("SOTA-SEQ-001",),
    ),
]

_ENDS = [
    keeps(
        "SOTA-SEQ-009",
        "the second announcement is that of the target",
        lambda b: b.updating().announce("1_0_0").announce("2_0_0").event("7,10705"),
    ),
    breaks(
        "SOTA-SEQ-009",
        "the target announced for another component",
        lambda b: b.announce("1", "ESP32").updating().announce("2_0_0", "ESP32").event("7,10705"),
    ),
    breaks(
        "SOTA-SEQ-009",
        "another version, before the OK of the announcement",
        lambda b: (
            b.updating()
            .sent('AT+QIOTMCUVER="STM32","3_0_0"')
            .event("7,10705", 0.01)
            .got("\r\nOK\r\n")
        ),
    ),
    ignores("SOTA-SEQ-012", "success behind UPDATE=3", lambda b: b.succeeded()),
    keeps(
        "SOTA-SEQ-013",
        "10706 of the first of two components",
        lambda b: _two(b).events(START_SHA256, "7,10702", PIECE, "7,10706"),
    ),
    ignores(
        "SOTA-SEQ-013",
        "10705 of an upgrade that a restart interrupted",
        lambda b: b.downloading().power_cycle().event("7,10705"),
    ),
    leaves_open(
        "SOTA-SEQ-013",
        "a second outcome behind a restart",
        lambda b: b.updating().power_cycle().announce("2_0_0").events("7,10705", "7,10705"),
    ),
    ignores("SOTA-SEQ-013", "an outcome without any offer", lambda b: b.event("7,10706")),
    ignores("SOTA-SEQ-014", "one upgrade", lambda b: b.succeeded()),
    ignores(
        "SOTA-SEQ-014",
        "a success behind a refusal",
        lambda b: (
            _refused(b)
            .request(0)
            .event(OFFER)
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .events(START, "7,10702", PIECE)
            .wait(0.1)
            .read_all()
            .ask("AT+QIOTUPDATE=3")
            .event("7,10704")
            .announce("2_0_0")
            .event("7,10705")
        ),
    ),
    ignores("SOTA-SEQ-016", "an offer for another component", lambda b: b.offered().event(OTHER)),
    ignores("SOTA-SEQ-016", "an offer after the decision", lambda b: b.confirmed().event(OFFER)),
    ignores("SOTA-SEQ-018", "no command while downloading", lambda b: b.ready()),
    ignores(
        "SOTA-SEQ-018",
        "a command before the download",
        lambda b: b.confirmed().ask("AT").events(START_SHA256, "7,10702", PIECE),
    ),
    ignores(
        "SOTA-SEQ-018",
        "an answer that a restart cut off",
        lambda b: b.downloading().sent("AT").power_cycle(),
    ),
    ignores("SOTA-SEQ-019", "the first consent", lambda b: b.confirmed()),
    ignores(
        "SOTA-SEQ-019",
        "a refusal behind a refusal",
        lambda b: _refused(b).request().event(OFFER).wait(0.15).ask("AT+QIOTUPDATE=0"),
    ),
    ignores(
        "SOTA-SEQ-021",
        "a read behind a refused =2 that is not on the last piece",
        lambda b: b.ready(FIRST).refused("AT+QIOTUPDATE=2").block(0, 9),
        also=("SOTA-CMD-UPDATE-006",),
    ),
    ignores(
        "SOTA-SEQ-021",
        "a read behind another refusal",
        lambda b: b.ready().refused("AT+QIOTUPDATE=9").block(0, 9),
    ),
    ignores(
        "SOTA-SEQ-021",
        "a read behind an accepted =2",
        lambda b: b.ready().ask("AT+QIOTUPDATE=2").block(0, 9),
        also=("SOTA-CMD-UPDATE-007",),
    ),
    leaves_open(
        "SOTA-SEQ-017",
        "the second one first, beside one that may be the module's",
        lambda b: (
            b.online()
            .announce()
            .request()
            .events(OTHER, OFFER)
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .event(START_SHA256)
        ),
    ),
    breaks(
        "SOTA-SEQ-017",
        "the second one first, by the plan",
        lambda b: (
            b.online()
            .announce()
            .control(
                "arm_components",
                plan={"components": [{"component": "ESP32"}, {"component": "STM32"}]},
            )
            .request()
            .events(OTHER, OFFER)
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .event(START_SHA256)
        ),
    ),
    breaks(
        "SOTA-SEQ-017",
        "the second component first",
        lambda b: _two(b).event(START_SHA256.replace("STM32", "ESP32")),
    ),
]

CASES: list[Case] = [*_CONSENT, *_ORDER, *_ENDS]
