"""Logs made by hand for the order of an upgrade: what may follow what."""

from support.log_builder import (
    FIRST,
    OFFER,
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

TWO = ('7,10700,"STM32","","2_0_0",30,-113,2500', '7,10700,"ESP32","","2_0_0",30,-113,2500')


def _two_components(bench: LogBuilder) -> LogBuilder:
    """Accept an offer for two components."""
    bench.online().announce().announce(component="ESP32").request().events(*TWO)
    return bench.wait(0.15).ask("AT+QIOTUPDATE=1")


def _refused(bench: LogBuilder) -> LogBuilder:
    return bench.offered().wait(0.15).ask("AT+QIOTUPDATE=0")


def _offered_again(bench: LogBuilder) -> LogBuilder:
    return _refused(bench).request().event(OFFER).wait(0.15)


_ORDER = [
    breaks("SOTA-SEQ-001", "no consent", lambda b: b.offered().event(START_SHA256)),
    breaks("SOTA-SEQ-001", "no offer", lambda b: b.factory_reset().event(START)),
    breaks(
        "SOTA-SEQ-001",
        "a second download after the end",
        lambda b: b.succeeded().event(START_SHA256),
    ),
    leaves_open("SOTA-SEQ-001", "an upgrade begun before the run", lambda b: b.event(START)),
    keeps("SOTA-SEQ-001", "offer and consent", lambda b: b.downloading()),
    keeps(
        "SOTA-SEQ-001",
        "an attempt that was dropped, offered and accepted again",
        lambda b: (
            b.downloading()
            .event(OFFER)
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .events(START_SHA256, "7,10702", PIECE)
        ),
    ),
    breaks(
        "SOTA-CMD-UPDATE-005",
        "a download",
        lambda b: _refused(b).events(START_SHA256),
    ),
    breaks("SOTA-CMD-UPDATE-005", "a success", lambda b: _refused(b).event("7,10705")),
    breaks(
        "SOTA-SEQ-002",
        "10704 before 10703",
        lambda b: b.downloading().ask("AT+QIOTUPDATE=3").event("7,10704"),
        also=("SOTA-SEQ-006",),
    ),
    breaks(
        "SOTA-SEQ-002",
        "10701 after 10703",
        lambda b: b.confirmed().events("7,10702", PIECE, START_SHA256),
    ),
    breaks("SOTA-SEQ-002", "10702 after 10703", lambda b: b.ready().event("7,10702")),
    breaks("SOTA-SEQ-002", "10702 after 10704", lambda b: b.updating().event("7,10702")),
    breaks(
        "SOTA-SEQ-002",
        "10703 after 10704",
        lambda b: b.updating().event(PIECE),
    ),
    breaks("SOTA-SEQ-002", "10704 after the end", lambda b: b.succeeded().event("7,10704")),
    keeps("SOTA-SEQ-002", "all in order", lambda b: b.succeeded()),
    keeps("SOTA-SEQ-002", "two pieces", lambda b: b.second_piece()),
    keeps(
        "SOTA-SEQ-002", "many 10702", lambda b: b.downloading().events("7,10702", "7,10702", PIECE)
    ),
    keeps(
        "SOTA-SEQ-002",
        "no 10702 for the second piece",
        lambda b: b.ready(FIRST).ask("AT+QIOTUPDATE=2").event(piece(1024, SIZE - 1024)),
    ),
    keeps(
        "SOTA-SEQ-002",
        "an early outcome",
        lambda b: b.downloading().announce("2_0_0").event("7,10705"),
    ),
    keeps(
        "SOTA-SEQ-002",
        "10704 once more after a restart",
        lambda b: b.updating().power_cycle().event("7,10704").announce("2_0_0").event("7,10705"),
    ),
    breaks("SOTA-SEQ-003", "10701 twice", lambda b: b.downloading().event(START_SHA256)),
    breaks(
        "SOTA-SEQ-003",
        "an outcome without 10701",
        lambda b: b.confirmed().events("7,10702", PIECE, "7,10706"),
    ),
    ignores(
        "SOTA-SEQ-003",
        "10703 without 10701, and no outcome yet",
        lambda b: b.confirmed().events("7,10702", PIECE),
    ),
    leaves_open(
        "SOTA-SEQ-003",
        "an outcome without 10701 after failed downloads",
        lambda b: (
            b.control("fail_downloads", count=1).confirmed().events("7,10702", PIECE, "7,10706")
        ),
    ),
    breaks(
        "SOTA-SEQ-003",
        "10701 again for the second piece",
        lambda b: b.ready(FIRST).ask("AT+QIOTUPDATE=2").event(START_SHA256),
        also=("SOTA-INT-009",),
    ),
    leaves_open(
        "SOTA-SEQ-003",
        "10701 again after failed downloads",
        lambda b: b.control("fail_downloads", count=1).downloading().event(START_SHA256),
    ),
    keeps("SOTA-SEQ-003", "10701 once", lambda b: b.ready()),
    keeps(
        "SOTA-SEQ-003",
        "10701 once for each component",
        lambda b: (
            _two_components(b)
            .events(START_SHA256, "7,10702", PIECE)
            .announce("2_0_0")
            .events("7,10705", START_SHA256.replace("STM32", "ESP32"), "7,10702")
            .event(PIECE.replace("STM32", "ESP32"))
        ),
    ),
    breaks("SOTA-SEQ-004", "none", lambda b: b.confirmed().events(START_SHA256, PIECE)),
    keeps("SOTA-SEQ-004", "one", lambda b: b.ready()),
    breaks("SOTA-SEQ-005", "unasked", lambda b: b.ready(FIRST).event(piece(1024, SIZE - 1024))),
    keeps(
        "SOTA-CMD-UPDATE-002",
        "a second consent, to an offer that was repeated late, may be refused",
        lambda b: b.confirmed().listen(1).event(OFFER).listen(1).refused("AT+QIOTUPDATE=1"),
    ),
    leaves_open(
        "SOTA-SEQ-001",
        "a download after an offer that was repeated late",
        lambda b: (
            b.confirmed().listen(1).event(OFFER).listen(1).refused("AT+QIOTUPDATE=1").event(START)
        ),
    ),
    ignores(
        "SOTA-SEQ-007",
        "the event of a consent before an offer that was repeated late",
        lambda b: (
            b.confirmed()
            .event(OFFER)
            .listen(1)
            .sent("AT+QIOTUPDATE=1")
            .event(START)
            .got("\r\nERROR\r\n")
        ),
    ),
    ignores(
        "SOTA-CMD-OTARD-002",
        "the piece went when the next one was fetched unasked",
        lambda b: b.ready(FIRST).event(piece(1024, SIZE - 1024)).refused("AT+QIOTOTARD=0,1024"),
        also=("SOTA-SEQ-005",),
    ),
    keeps("SOTA-SEQ-005", "asked for", lambda b: b.second_piece()),
    keeps(
        "SOTA-SEQ-005",
        "asked for, and there before the OK (E-27)",
        lambda b: (
            b.ready(FIRST)
            .sent("AT+QIOTUPDATE=2")
            .event("7,10702")
            .got("\r\nOK\r\n")
            .event(piece(1024, SIZE - 1024))
        ),
    ),
    breaks("SOTA-SEQ-006", "unasked", lambda b: b.ready().event("7,10704")),
    breaks("SOTA-SEQ-006", "twice", lambda b: b.updating().event("7,10704")),
    keeps("SOTA-SEQ-006", "after UPDATE=3", lambda b: b.updating()),
    keeps(
        "SOTA-SEQ-006",
        "once more after a restart",
        lambda b: b.updating().power_cycle().event("7,10704"),
    ),
    ignores(
        "SOTA-SEQ-006",
        "unasked in 2022 (E-03)",
        lambda b: b.ready().event("7,10704"),
        profile="cellular-2022",
    ),
    breaks(
        "SOTA-SEQ-007",
        "10704 first",
        lambda b: b.ready().sent("AT+QIOTUPDATE=3").event("7,10704", 0.01).got("\r\nOK\r\n"),
    ),
    breaks(
        "SOTA-SEQ-007",
        "10701 first",
        lambda b: (
            b.offered()
            .wait(0.15)
            .sent("AT+QIOTUPDATE=1")
            .event(START_SHA256, 0.01)
            .got("\r\nOK\r\n")
        ),
    ),
    keeps("SOTA-SEQ-007", "OK first", lambda b: b.updating()),
    keeps(
        "SOTA-SEQ-007",
        "10701 before the OK of a consent that is only repeated",
        lambda b: (
            b.confirmed()
            .sent("AT+QIOTUPDATE=1")
            .event(START_SHA256, 0.01)
            .got("\r\nOK\r\n")
            .events("7,10702", PIECE)
        ),
    ),
    breaks(
        "SOTA-SEQ-009",
        "nothing announced",
        lambda b: b.updating().event("7,10705"),
    ),
    breaks(
        "SOTA-SEQ-009",
        "another version announced",
        lambda b: b.updating().announce("1_0_0").event("7,10705"),
    ),
    keeps("SOTA-SEQ-009", "announced", lambda b: b.succeeded()),
    keeps(
        "SOTA-SEQ-009",
        "success before the OK of the announcement",
        lambda b: (
            b.updating()
            .sent('AT+QIOTMCUVER="STM32","2_0_0"')
            .event("7,10705", 0.01)
            .got("\r\nOK\r\n")
        ),
    ),
    ignores(
        "SOTA-SEQ-009",
        "the module's own firmware",
        lambda b: (
            b.online()
            .request()
            .event('7,10700,"EC200U","A1","A2",30,-113,2500')
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .events("7,10701", "7,10702", "7,10703", "7,10705")
        ),
    ),
    keeps(
        "SOTA-SEQ-012",
        "success without UPDATE=3",
        lambda b: b.ready().read_all().announce("2_0_0").event("7,10705"),
    ),
    breaks("SOTA-SEQ-013", "10705 and 10706", lambda b: b.succeeded().event("7,10706")),
    breaks("SOTA-SEQ-013", "10705 twice", lambda b: b.succeeded().event("7,10705")),
    breaks("SOTA-SEQ-013", "10706 without consent", lambda b: b.offered().event("7,10706")),
    breaks("SOTA-SEQ-013", "10706 after a refusal", lambda b: _refused(b).event("7,10706")),
    leaves_open(
        "SOTA-SEQ-013",
        "two outcomes where the module's own firmware is part of the plan",
        lambda b: (
            b.online()
            .announce()
            .request()
            .events('7,10700,"EC200U","A1","A2",30,-113,2500', OFFER)
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .events("7,10706", "7,10705")
        ),
    ),
    keeps("SOTA-SEQ-013", "10705", lambda b: b.succeeded()),
    keeps("SOTA-SEQ-013", "10706", lambda b: b.downloading().event("7,10706")),
    keeps("SOTA-SEQ-014", "two upgrades", lambda b: _second_success(b.succeeded())),
    keeps("SOTA-SEQ-016", "the same offer again", lambda b: b.offered().event(OFFER)),
    leaves_open(
        "SOTA-SEQ-016",
        "another offer while undecided",
        lambda b: b.offered().event(OFFER.replace(",30,", ",40,")),
    ),
    breaks(
        "SOTA-SEQ-018",
        "silence while downloading",
        lambda b: b.downloading().silent("AT+QIOTSTATE?").event(PIECE),
        also=("SOTA-FRM-005", "SOTA-CMD-STATE-001"),
    ),
    keeps(
        "SOTA-SEQ-018",
        "an answer while downloading",
        lambda b: b.downloading().ask("AT").event(PIECE),
    ),
    breaks(
        "SOTA-SEQ-019",
        "ERROR",
        lambda b: _offered_again(b).refused("AT+QIOTUPDATE=1"),
        also=("SOTA-CMD-UPDATE-002",),
    ),
    keeps("SOTA-SEQ-019", "OK", lambda b: _offered_again(b).ask("AT+QIOTUPDATE=1")),
    breaks(
        "SOTA-SEQ-021",
        "ERROR to the read",
        lambda b: b.ready().refused("AT+QIOTUPDATE=2").refused("AT+QIOTOTARD=0,1024"),
        also=("SOTA-CMD-OTARD-002",),
    ),
    keeps("SOTA-SEQ-021", "a block", lambda b: b.ready().refused("AT+QIOTUPDATE=2").block(0, 1024)),
]


def _second_success(bench: LogBuilder) -> LogBuilder:
    """Go once more from the request to the success."""
    bench.announce().request(0).event(OFFER).wait(0.15).ask("AT+QIOTUPDATE=1")
    bench.events(START, "7,10702", PIECE).wait(0.1).read_all()
    return bench.ask("AT+QIOTUPDATE=3").event("7,10704").announce("2_0_0").event("7,10705")


_UNOFFERED = [
    breaks("SOTA-SEQ-006", "10704 without an offer", lambda b: b.factory_reset().event("7,10704")),
    breaks("SOTA-SEQ-009", "10705 without an offer", lambda b: b.factory_reset().event("7,10705")),
    breaks("SOTA-SEQ-013", "10706 without an offer", lambda b: b.factory_reset().event("7,10706")),
    breaks("SOTA-SEQ-002", "10702 without an offer", lambda b: b.factory_reset().event("7,10702")),
    breaks("SOTA-SEQ-002", "10702 without a consent", lambda b: b.offered().event("7,10702")),
    ignores(
        "SOTA-SEQ-006",
        "10704 of an upgrade from before the run, perhaps",
        lambda b: b.event("7,10704"),
    ),
]

CASES: list[Case] = [*_ORDER, *_UNOFFERED]
