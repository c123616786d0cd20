"""Logs made by hand for what survives a restart, what the platform does, and what is expected."""

from support.log_builder import (
    OFFER,
    PACKAGE,
    PIECE,
    START_SHA256,
    Case,
    LogBuilder,
    breaks,
    ignores,
    keeps,
    leaves_open,
)

from atverdict.conformance.evidence.verdict import Verdict

__all__ = ["CASES"]

STATE, ONLINE = "AT+QIOTSTATE?", "+QIOTSTATE: 8"

READ_PRODUCT = 'AT+QIOTCFG="productinfo"'
SHOWN = '+QIOTCFG: "productinfo",p11abc,****'
NO_LONGER_SHOWN = '+QIOTCFG: "productinfo",,'
OTHER = START_SHA256.replace("STM32", "ESP32")
OTHER_PIECE = PIECE.replace("STM32", "ESP32")
FIRST_BLOCK = "AT+QIOTOTARD=0,1024"


def _shown_before(bench: LogBuilder) -> LogBuilder:
    """Read the product, and restart."""
    return bench.ask(READ_PRODUCT, SHOWN).power_cycle()


def _without_network(bench: LogBuilder) -> LogBuilder:
    """Lose the network while a piece is ready."""
    return bench.ready().control("link_down").event("2,10473").wait(0.1)


def _two_components(bench: LogBuilder) -> LogBuilder:
    """Accept an offer for two components."""
    bench.online().announce().announce(component="ESP32").request()
    for component in ("STM32", "ESP32"):
        bench.event(f'7,10700,"{component}","","2_0_0",30,-113,2500')
    return bench.wait(0.15).ask("AT+QIOTUPDATE=1")


_PERSISTENCE = [
    keeps(
        "SOTA-PER-001",
        "state 8 after a start in mode 2",
        lambda b: b.ask("AT+QIOTREG=2").power_cycle().ask("AT").ask(STATE, ONLINE),
    ),
    ignores(
        "SOTA-PER-001",
        "another state, which may only be too early",
        lambda b: b.ask("AT+QIOTREG=2").power_cycle().ask("AT").ask(STATE, "+QIOTSTATE: 4"),
    ),
    ignores(
        "SOTA-PER-001",
        "state 8 after a port that was lost",
        lambda b: b.power_cycle().ask("AT+QIOTREG=2").unplugged().ask("AT").ask(STATE, ONLINE),
    ),
    ignores(
        "SOTA-SEQ-015",
        "an event that may have come while the port was gone",
        lambda b: b.expect("SOTA-SEQ-015", 10700, since=b.line).unplugged().listen(2),
    ),
    breaks("SOTA-PER-003", "no key", lambda b: _shown_before(b).ask(READ_PRODUCT, NO_LONGER_SHOWN)),
    breaks(
        "SOTA-PER-003",
        "another key",
        lambda b: _shown_before(b).ask(READ_PRODUCT, SHOWN.replace("abc", "xyz")),
    ),
    keeps("SOTA-PER-003", "the key", lambda b: _shown_before(b).ask(READ_PRODUCT, SHOWN)),
    keeps(
        "SOTA-PER-003",
        "the key in quotes",
        lambda b: _shown_before(b).ask(READ_PRODUCT, '+QIOTCFG: "productinfo","p11abc","****"'),
    ),
    ignores(
        "SOTA-PER-003",
        "another key without a restart",
        lambda b: b.ask(READ_PRODUCT, SHOWN).ask(READ_PRODUCT, NO_LONGER_SHOWN),
    ),
    breaks(
        "SOTA-PER-006", "ERROR without network", lambda b: _without_network(b).refused(FIRST_BLOCK)
    ),
    *(
        breaks(
            "SOTA-PER-006",
            f"ERROR {when}",
            lambda b, lose=lose: lose(b.ready()).refused(FIRST_BLOCK).refused(FIRST_BLOCK),
        )
        for when, lose in (
            ("without network, whatever the laboratory was told", lambda b: b.event("2,10474")),
            (
                "when the network of the laboratory is back",
                lambda b: (
                    b.control("link_down")
                    .event("2,10473")
                    .control("link_up")
                    .events("2,10200", "3,10200")
                ),
            ),
            (
                "when the network is back by itself",
                lambda b: b.events("2,10474", "2,10200", "3,10200"),
            ),
        )
    ),
    breaks(
        "SOTA-PER-006",
        "ERROR, and the plan once more from its offer on",
        lambda b: (
            b.ready()
            .events("2,10474", "2,10200", "3,10200")
            .refused(FIRST_BLOCK)
            .request()
            .event(OFFER)
            .wait(0.2)
            .ask("AT+QIOTUPDATE=1")
            .events(START_SHA256, "7,10702", PIECE)
            .wait(0.1)
            .read_all()
        ),
    ),
    leaves_open(
        "SOTA-SEQ-008",
        "no outcome while the IUT says that it has no network",
        lambda b: (
            b.updating().event("2,10474").announce("2_0_0").expect("SOTA-SEQ-008", 10705).listen(9)
        ),
    ),
    leaves_open(
        "SOTA-SEQ-008",
        "a failure after the network was lost meanwhile",
        lambda b: (
            b.updating()
            .announce("2_0_0")
            .expect("SOTA-SEQ-008", 10705, instead=(10706,), within_s=9)
            .events("2,10474", "2,10200", "3,10200", "7,10706")
        ),
    ),
    breaks(
        "SOTA-SEQ-008",
        "a failure after the network was lost and back before",
        lambda b: (
            b.updating()
            .events("2,10474", "2,10200", "3,10200")
            .announce("2_0_0")
            .expect("SOTA-SEQ-008", 10705, instead=(10706,), within_s=9)
            .events("7,10706")
        ),
    ),
    keeps("SOTA-PER-006", "a block without network", lambda b: _without_network(b).block(0, 1024)),
    ignores(
        "SOTA-PER-006",
        "a block with the network back",
        lambda b: (
            _without_network(b).control("link_up").events("2,10200", "3,10200").block(0, 1024)
        ),
    ),
    ignores(
        "SOTA-CMD-UPDATE-008",
        "ERROR to UPDATE=3 behind the version report, whose outcome is printed later",
        lambda b: (
            b.ready().read_all().announce("2_0_0").refused("AT+QIOTUPDATE=3").event("7,10705")
        ),
    ),
    ignores(
        "SOTA-CMD-UPDATE-008",
        "ERROR to UPDATE=3 without network",
        lambda b: _without_network(b).refused("AT+QIOTUPDATE=3"),
    ),
    breaks(
        "SOTA-PER-008",
        "octets after a restart",
        lambda b: b.ready().power_cycle().ask("AT").block(0, 1024),
    ),
    keeps(
        "SOTA-PER-008",
        "ERROR after a restart",
        lambda b: b.ready().power_cycle().ask("AT").refused(FIRST_BLOCK),
    ),
    ignores(
        "SOTA-PER-008",
        "octets of a new offer after a restart",
        lambda b: b.ready().power_cycle().ready().block(0, 1024),
    ),
]

_PLATFORM = [
    breaks("SOTA-SEQ-017", "the second one first", lambda b: _two_components(b).event(OTHER)),
    breaks(
        "SOTA-SEQ-017",
        "the second one before the first one's outcome",
        lambda b: _two_components(b).events(START_SHA256, "7,10702", PIECE, OTHER),
    ),
    keeps(
        "SOTA-SEQ-017",
        "one after the other",
        lambda b: (
            _two_components(b)
            .events(START_SHA256, "7,10702", PIECE)
            .announce("2_0_0")
            .events("7,10705", OTHER, "7,10702", OTHER_PIECE)
        ),
    ),
    ignores("SOTA-SEQ-017", "a plan of one component", lambda b: b.downloading()),
]

_EXPECTED = [
    breaks(
        "SOTA-SEQ-008",
        "10706 for the target version, at once",
        lambda b: (
            b.updating()
            .expect("SOTA-SEQ-008", 10705, within_s=30.0, instead=(10706,))
            .announce("2_0_0")
            .event("7,10706")
        ),
    ),
    keeps(
        "SOTA-SEQ-008",
        "10705 for the target version",
        lambda b: (
            b.updating()
            .expect("SOTA-SEQ-008", 10705, within_s=30.0, instead=(10706,))
            .announce("2_0_0")
            .event("7,10705")
        ),
    ),
    Case(
        "SOTA-SEQ-008",
        "an event that cannot be read",
        lambda b: (
            b.updating()
            .expect("SOTA-SEQ-008", 10705, within_s=1.0)
            .announce("2_0_0")
            .got("\r\n+QIOTEVT:7,10705\r\n")
            .listen(5.0)
        ),
        Verdict.INCONCLUSIVE,
        frozenset({"SOTA-EVT-001"}),
    ),
    ignores(
        "SOTA-CMD-OTARD-002",
        "received data between the pieces of an answer",
        lambda b: b.got(b"\r\n+QIOTEVT: 5,10210,8\r\n\r\nERROR\r").block(0, 9, PACKAGE[:9]),
    ),
]

CASES: list[Case] = [*_PERSISTENCE, *_PLATFORM, *_EXPECTED]
