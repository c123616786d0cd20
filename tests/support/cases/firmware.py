"""Logs made by hand for upgrades of the module's own firmware, alone and beside the MCU's."""

from support.log_builder import (
    OFFER,
    PIECE,
    START,
    START_SHA256,
    Case,
    LogBuilder,
    breaks,
    ignores,
    keeps,
    leaves_open,
)

__all__ = ["CASES"]

APP = '7,10700,"app","FC41DAAR12A01","FC41DAAR12A03",30,-113,698000'
NAMED = '7,10700,"EC600N","EC600NCNLA01","EC600NCNLA02",30,-113,22536'
BARE = ("7,10701", "7,10702", "7,10703", "7,10704")
ONLINE = ("2,10200", "3,10200")
APP_START = START.replace("STM32", "app")
END = '\r\n+QIND: "FOTA","END",0\r\n'


def _accepted(bench: LogBuilder, *offers: str) -> LogBuilder:
    """Accept the offers of one plan."""
    return bench.online().announce().request().events(*offers).wait(0.15).ask("AT+QIOTUPDATE=1")


def _restarted(bench: LogBuilder) -> LogBuilder:
    """Restart by itself, with the banner and the indications of the module's platform."""
    bench.wait(5.0).got(b"\x00\r\nRDY\r\n").got('\r\n+QIND: "FOTA","START"\r\n')
    bench.got('\r\n+QIND: "FOTA","UPDATING",50\r\n', 5.0).got(END, 5.0)
    return bench.got("\r\n+CPIN: READY\r\n").events(*ONLINE).wait(0.1)


def _upgraded(bench: LogBuilder, offer: str = APP) -> LogBuilder:
    """Upgrade the firmware of the module, alone."""
    return _restarted(_accepted(bench, offer).events(*BARE)).event("7,10705").wait(0.1)


def _of_the_mcu(bench: LogBuilder) -> LogBuilder:
    """Upgrade the component of the MCU, whose turn it is in the plan."""
    bench.events(START_SHA256, "7,10702", PIECE).wait(0.1).read_all().ask("AT+QIOTUPDATE=3")
    return bench.event("7,10704").wait(0.1).announce("2_0_0").event("7,10705").wait(0.1)


def _of_the_module(bench: LogBuilder) -> LogBuilder:
    """Upgrade the firmware of the module, whose turn it is in the plan."""
    return _restarted(bench.events(*BARE)).event("7,10705").wait(0.1)


def _armed(bench: LogBuilder) -> LogBuilder:
    """Have an upgrade of the module armed under a name that says nothing."""
    plan = {"component": "EC600N", "source_version": "", "target_version": "EC600NCNLA02"}
    return bench.control("arm_module_plan", plan=plan)


def _mixed(bench: LogBuilder) -> LogBuilder:
    """Have both in one plan armed."""
    components = [
        {"component": "EC600N", "target_version": "EC600NCNLA02", "of_module": True},
        {"component": "STM32", "target_version": "2_0_0"},
    ]
    return bench.control("arm_components", plan={"components": components})


CASES: list[Case] = [
    *(
        keeps("SOTA-EVT-011", f"an upgrade of {name}, then one of the MCU", build)
        for name, build in (
            ("app", lambda b: _upgraded(b).request().event(OFFER)),
            ("the module by its name", lambda b: _upgraded(b, NAMED).request().event(OFFER)),
        )
    ),
    keeps(
        "SOTA-EVT-011",
        "an upgrade under plan control",
        lambda b: _upgraded(_armed(b), NAMED).recorded("success"),
        plan_control=True,
    ),
    keeps(
        "SOTA-EVT-011",
        "the module first, then the MCU",
        lambda b: _of_the_mcu(_of_the_module(_accepted(_mixed(b), NAMED, OFFER))),
        plan_control=True,
    ),
    keeps(
        "SOTA-EVT-011",
        "the MCU first, then the module",
        lambda b: _of_the_module(_of_the_mcu(_accepted(b, OFFER, APP))),
    ),
    keeps(
        "SOTA-EVT-011",
        "a failure of the module, then the MCU",
        lambda b: _of_the_mcu(_accepted(b, APP, OFFER).events("7,10701", "7,10702", "7,10706")),
    ),
    keeps(
        "SOTA-EVT-011",
        "silence and half an answer in the restart, another echo behind it",
        lambda b: (
            _accepted(b.ask("ATE0"), APP)
            .events(*BARE)
            .silent("AT+QIOTSTATE?")
            .sent("AT+QIOTMCUVER?")
            .got("\r\n+QIOTMC")
            .gave_up()
            .got("\r\nRDY\r\n")
            .events(*ONLINE)
            .wait(0.1)
            .ask("AT+QIOTSTATE?", "+QIOTSTATE: 8", echo=True)
            .event("7,10705")
        ),
    ),
    keeps(
        "SOTA-EVT-011",
        "a restart that the log knows, and a host that registers again",
        lambda b: (
            _accepted(b, APP)
            .events(*BARE)
            .unplugged()
            .ask("AT")
            .ask("AT+QIOTREG?", "+QIOTREG: 0")
            .ask("AT+QIOTREG=1")
            .events(*ONLINE, "7,10705")
        ),
    ),
    keeps(
        "SOTA-EVT-011",
        "an upgrade without any 10702, and with events of sub-devices",
        lambda b: (
            _restarted(_accepted(b, APP).events("7,10701", "5,10200", "7,10703", "7,10704"))
            .event("7,10705")
            .wait(0.1)
        ),
    ),
    ignores(
        "SOTA-SEQ-001",
        "a module that consents for itself",
        lambda b: _restarted(b.online().event(APP).events(*BARE)).event("7,10705"),
    ),
    ignores(
        "SOTA-CMD-UPDATE-013",
        "ERROR to UPDATE=3 while the module updates itself",
        lambda b: _accepted(b, APP).events(*BARE).refused("AT+QIOTUPDATE=3"),
    ),
    breaks(
        "SOTA-EVT-011",
        "data in the start",
        lambda b: _restarted(
            _accepted(b, APP).events(APP_START, "7,10702", "7,10703", "7,10704")
        ).event("7,10705"),
    ),
    breaks(
        "SOTA-EVT-011",
        "data in the piece",
        lambda b: _accepted(_armed(b), NAMED).events(
            "7,10701", "7,10702", PIECE.replace("STM32", "EC600N")
        ),
        plan_control=True,
    ),
    breaks(
        "SOTA-EVT-011",
        "half the data in the start",
        lambda b: _accepted(b, APP).events('7,10701,"app",9', "7,10702"),
    ),
    breaks(
        "SOTA-EVT-008",
        "no data for the component of the MCU, as its piece shows",
        lambda b: _accepted(b, OFFER, APP).events("7,10701", "7,10702", PIECE),
    ),
    breaks(
        "SOTA-EVT-008",
        "no data for the MCU, whose turn alone it is",
        lambda b: _of_the_module(_accepted(b, APP, OFFER)).events("7,10701", "7,10702"),
    ),
    breaks(
        "SOTA-EVT-013",
        "no data in the piece of the MCU beside the module",
        lambda b: _accepted(b, OFFER, APP).events(START_SHA256, "7,10702", "7,10703"),
    ),
    breaks(
        "SOTA-SEQ-003",
        "the module starts twice",
        lambda b: _accepted(b, APP).events("7,10701", "7,10702", "7,10701"),
    ),
    breaks(
        "SOTA-SEQ-006",
        "10704 by itself for the MCU beside the module",
        lambda b: _accepted(b, OFFER, APP).events(START_SHA256, "7,10702", PIECE, "7,10704"),
    ),
    *(
        leaves_open(
            "SOTA-CMD-OTAREQ-004",
            f"{what} of the module's own firmware in a silence",
            lambda b, begin=begin, event=event: (
                begin(b.online().announce())
                .expect("SOTA-CMD-OTAREQ-004", 0, forbidden=True)
                .event(event)
            ),
        )
        for what, begin, event in (
            ("an offer", lambda b: b.request(), APP),
            ("a start", lambda b: b.event(APP).wait(0.2).ask("AT+QIOTUPDATE=1"), BARE[0]),
        )
    ),
    breaks(
        "SOTA-CMD-OTAREQ-004",
        "an offer for the MCU in a silence, without any announcement",
        lambda b: b.online().arm().expect("SOTA-CMD-OTAREQ-004", 0, forbidden=True).event(OFFER),
    ),
    breaks(
        "SOTA-EVT-004",
        "a component of nobody under plan control",
        lambda b: b.arm().online().announce().event(NAMED),
        plan_control=True,
    ),
    keeps(
        "SOTA-EVT-004",
        "a component that nobody announced, as the firmware of the module",
        lambda b: _accepted(b, NAMED).events(*BARE),
    ),
    keeps(
        "SOTA-EVT-004",
        "firmware of the module that was not armed",
        lambda b: b.arm().online().announce().event(APP),
        plan_control=True,
    ),
    keeps(
        "SOTA-EVT-019",
        "the indication behind the version report, before and behind 10705",
        lambda b: b.updating().announce("2_0_0").got(END).event("7,10705").got(END),
    ),
    breaks(
        "SOTA-EVT-019",
        "the indication before the version report",
        lambda b: b.updating().got(END).announce("2_0_0").event("7,10705"),
    ),
    breaks(
        "SOTA-EVT-019",
        "the indication in place of the outcome",
        lambda b: b.updating().announce("2_0_0").got(END).listen(31),
    ),
    ignores(
        "SOTA-EVT-019",
        "an indication without an upgrade, and one of the module's own upgrade",
        lambda b: _restarted(_accepted(b.got(END), APP, OFFER).events(*BARE)),
    ),
    ignores(
        "SOTA-EVT-020",
        "an error that a failure follows",
        lambda b: b.updating().announce("2_0_0").got(END.replace("0", "5")).event("7,10706"),
    ),
]
