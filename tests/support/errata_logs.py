"""Pairs of logs for the errata: one that an erratum permits, and one that it forbids."""

from collections.abc import Callable
from dataclasses import dataclass

from support.cases import platform
from support.host_log import HostLog
from support.log_builder import (
    BLOCK,
    MD5,
    OFFER,
    PACKAGE,
    PIECE,
    SIZE,
    START,
    START_SHA256,
    Build,
    LogBuilder,
    piece,
)

from atverdict.conformance.evidence.log import Expected, to_text
from atverdict.conformance.evidence.verdict import Verdict

__all__ = ["PAIRS", "HostPair", "Pair"]

PRODUCT = 'AT+QIOTCFG="productinfo"'
MODE = ("AT+QIOTREG?", "+QIOTREG: 0")
END = '\r\n+QIND: "FOTA","END",0\r\n'
ID = "I" * 32


@dataclass(frozen=True)
class Pair:
    """Two logs of one erratum: what it permits breaks nothing that is mandatory."""

    permitted: Build
    forbidden: Build
    requirement: str
    """The requirement that the second log shows broken, or open."""
    verdict: Verdict = Verdict.FAIL
    profile: str = "cellular-2025"
    forbidden_profile: str = ""
    """The profile of the second log, where it is another one."""
    plan_control: bool = False


@dataclass(frozen=True)
class HostPair:
    """The same for an erratum that binds the host."""

    permitted: Callable[[HostLog], object]
    forbidden: Callable[[HostLog], object]
    requirement: str


def _hex(bench: LogBuilder) -> LogBuilder:
    words = " ".join(f"{octet:02x}" for octet in PACKAGE[:40]).encode()
    return bench.uploaded().ready().block(0, 40, words[:40], end=words[40:].decode() + "\r\nOK\r\n")


def _blank_line(bench: LogBuilder) -> LogBuilder:
    """Have an empty line between the header and the data."""
    rest = to_text(PACKAGE[98:100]) + "\r\n\r\nOK\r\n"
    return bench.uploaded().ready().block(0, 100, b"\r\n" + PACKAGE[:98], end=rest)


def _updating_first(bench: LogBuilder, *more: str) -> LogBuilder:
    """Print 10704 before the first read, as the documents of 2022 do."""
    bench.ready().event("7,10704").wait(0.1).block(0, BLOCK).wait(0.1).events(*more)
    return bench.wait(0.1).read_all().announce("2_0_0").event("7,10705")


def _resumed(bench: LogBuilder) -> LogBuilder:
    """Lose the link in the download, and go on."""
    return bench.downloading().events("2,10474", "2,10200", "3,10200", "7,10702", PIECE)


def _dropped(bench: LogBuilder) -> LogBuilder:
    """Drop an attempt silently; the next one begins with 10702."""
    bench.control("fail_downloads", count=1).downloading().event(OFFER).wait(0.2)
    bench.ask("AT+QIOTUPDATE=1").events("7,10702", PIECE).wait(0.1).read_all()
    return (
        bench.ask("AT+QIOTUPDATE=3").event("7,10704").wait(0.1).announce("2_0_0").event("7,10705")
    )


def _of_platform(requirement: str, title: str) -> Build:
    """Return a log of the platform's cases."""
    found = {(case.requirement, case.title): case.build for case in platform.CASES}
    return found[requirement, title]


def _reconnects(bench: LogBuilder) -> LogBuilder:
    """Start again in mode 1, where nothing may come by itself."""
    bench.online().power_cycle().ask("AT").ask("AT+QIOTREG?", "+QIOTREG: 1")
    return bench


def _no_connection_due(bench: LogBuilder) -> LogBuilder:
    pairs = ((2, 10200), (3, 10200))
    due = Expected(bench.now_s, "SOTA-PER-002", pairs, 5.0, since=bench.line, forbidden=True)
    return bench.add(due)


PAIRS: dict[str, Pair | HostPair] = {
    "E-01": Pair(
        lambda b: b.ready().block(SIZE - 305, BLOCK, PACKAGE[-305:]),
        lambda b: b.maximum().ready().block(SIZE - 305, BLOCK, PACKAGE[-304:]),
        "SOTA-CMD-OTARD-007",
    ),
    "E-02": Pair(
        lambda b: b.ready(),
        lambda b: b.downloading().event(piece(1, SIZE - 1)),
        "SOTA-EVT-016",
    ),
    "E-03": Pair(
        _updating_first,
        _updating_first,
        "SOTA-SEQ-006",
        profile="cellular-2022",
        forbidden_profile="cellular-2025",
    ),
    "E-04": Pair(
        lambda b: b.ready().read_all().announce("2_0_0").event("7,10705"),
        lambda b: b.ready().read_all().refused("AT+QIOTUPDATE=3"),
        "SOTA-CMD-UPDATE-008",
    ),
    "E-05": Pair(
        lambda b: b.updating().announce("2_0_0").got(END).event("7,10705"),
        lambda b: b.updating().got(END).announce("2_0_0").event("7,10705"),
        "SOTA-EVT-019",
    ),
    "E-06": Pair(
        lambda b: (
            b.online()
            .ask("AT+QIOTREG=0")
            .event("6,10200")
            .wait(0.1)
            .ask("AT+QIOTREG=1")
            .events("1,10200", "2,10200", "3,10200")
        ),
        lambda b: b.ask("AT+QIOTREG=1").events("2,10200", "1,10200", "3,10200"),
        "SOTA-EVT-018",
    ),
    "E-07": Pair(
        lambda b: b.power_cycle().ask("AT", echo=True).ask(*MODE, echo=True),
        lambda b: b.ask("AT").ask(*MODE, echo=True),
        "SOTA-FRM-018",
    ),
    "E-08": Pair(lambda b: b.uploaded().ready().read_all(), _hex, "SOTA-INT-007"),
    "E-09": Pair(
        lambda b: b.uploaded().ready().block(0, 100),
        _blank_line,
        "SOTA-CMD-OTARD-008",
    ),
    "E-10": Pair(
        lambda b: b.ready().block(0, 100, end="\r\nOK\r\n").wait(0.1).block(0, 100),
        lambda b: b.ready().block(0, 100, end="OK\r\n"),
        "SOTA-CMD-OTARD-002",
    ),
    "E-11": Pair(
        lambda b: b.ready().refused("AT+QIOTUPDATE=2").block(0, 9),
        lambda b: b.ready().ask("AT+QIOTUPDATE=2"),
        "SOTA-CMD-UPDATE-007",
    ),
    "E-12": Pair(
        lambda b: b.ready().refused(f"AT+QIOTOTARD={SIZE},{BLOCK}"),
        lambda b: b.ready().block(SIZE, BLOCK, PACKAGE[:305]),
        "SOTA-CMD-OTARD-010",
    ),
    "E-14": Pair(
        lambda b: b.request(1).confirmed(None).event(START),
        lambda b: b.request(1).confirmed(None).event(START_SHA256),
        "SOTA-CMD-OTAREQ-007",
        Verdict.INCONCLUSIVE,
    ),
    "E-15": Pair(
        lambda b: b.confirmed().event(START_SHA256),
        lambda b: b.offered(offer=OFFER + f',"{MD5}{MD5}"').wait(0.2),
        "SOTA-EVT-003",
    ),
    "E-16": Pair(
        lambda b: b.confirmed(0).event(START),
        lambda b: b.confirmed(0).event(f'7,10701,"STM32",{SIZE},"{MD5}"'),
        "SOTA-EVT-008",
    ),
    "E-17": Pair(
        lambda b: b.offered(offer=OFFER.replace(str(SIZE), "99")).wait(0.2).ask("AT+QIOTUPDATE=1"),
        lambda b: b.offered(offer=OFFER.replace(str(SIZE), "-1")),
        "SOTA-EVT-003",
    ),
    "E-18": Pair(
        lambda b: b.confirmed(),
        lambda b: b.offered().wait(0.2).refused("AT+QIOTUPDATE=1"),
        "SOTA-CMD-UPDATE-002",
    ),
    "E-19": Pair(
        lambda b: b.provisioned().online(),
        lambda b: b.provisioned().refused("AT+QIOTREG=1"),
        "SOTA-CMD-REG-003",
    ),
    "E-20": Pair(
        lambda b: b.factory_reset().refused("AT+QIOTREG=1"),
        lambda b: b.factory_reset().ask("AT+QIOTREG=1"),
        "SOTA-CMD-REG-004",
    ),
    "E-21": Pair(
        _of_platform("SOTA-PLT-008", "an offer of a plan that is not pushed"),
        _of_platform("SOTA-PLT-008", "a push off the grid"),
        "SOTA-PLT-008",
        plan_control=True,
    ),
    "E-22": Pair(
        lambda b: b.ask(PRODUCT, '+QIOTCFG:"productinfo","p11abc","****"'),
        lambda b: b.ask("AT+QIOTMCUVER?", '+QIOTMCUVER:"STM32","1_0_0"'),
        "SOTA-FRM-008",
    ),
    "E-23": Pair(
        lambda b: b.got("\r\n+QIOTEVT: 4, 10400\r\n").got("\r\n+QIOTEVT:4,10250\r\n"),
        lambda b: b.confirmed().got("\r\n+QIOTEVT:7,10702\r\n"),
        "SOTA-EVT-001",
    ),
    "E-24": Pair(
        lambda b: b.refused('AT+QIOTMCUVER="STM32", "1_0_0"').announce(),
        lambda b: b.ask('AT+QIOTMCUVER="STM32", "1_0_0"'),
        "SOTA-ROB-001",
        Verdict.INCONCLUSIVE,
    ),
    "E-25": Pair(
        lambda b: b.announce(component=ID).refused(f'AT+QIOTMCUVER="{ID}I","1"'),
        lambda b: b.refused(f'AT+QIOTMCUVER="{ID}","1"'),
        "SOTA-CMD-MCUVER-008",
    ),
    "E-26": Pair(
        lambda b: b.ask("AT+QIOTINFO?", "+QIOTINFO: sdk_ver,2.8.0").ask(
            "AT+QIOTOTAREQ=?", "+QIOTOTAREQ: (0,1)"
        ),
        lambda b: b.ask("AT+QIOTINFO?", "+QIOTINFO: sdk_ver,2.8.0").refused("AT+QIOTOTAREQ=?"),
        "SOTA-CMD-OTAREQ-001",
    ),
    "E-27": Pair(
        lambda b: (
            b.offered()
            .wait(0.2)
            .sent("AT+QIOTUPDATE=1")
            .event(START_SHA256, 0.01)
            .got("\r\nOK\r\n", 0.01)
        ),
        lambda b: (
            b.offered()
            .wait(0.2)
            .sent("AT+QIOTUPDATE=1")
            .event(START_SHA256, 0.01)
            .got("\r\nOK\r\n", 0.01)
        ),
        "SOTA-SEQ-007",
    ),
    "E-29": Pair(
        lambda b: (
            b.ask("AT+QIOTREG=?", "+QIOTREG: <reg_mode>")
            .ask("AT+QIOTREG=?", "+QIOTREG: (0-2)")
            .ask("AT+QIOTREG=?", "+QIOTREG: (0,1,2)")
        ),
        lambda b: b.ask("AT+QIOTREG=?", "+QIOTREG: 0"),
        "SOTA-CMD-REG-001",
    ),
    "E-30": Pair(
        lambda b: _updating_first(b, "7,10704"),
        lambda b: _updating_first(b, "7,10704"),
        "SOTA-SEQ-002",
        profile="nb-2022",
        forbidden_profile="wifi-2022",
    ),
    "E-32": Pair(
        lambda b: b.downloading().event("7,10706").request().event(OFFER),
        lambda b: b.downloading().events("7,10706", "7,10705"),
        "SOTA-SEQ-013",
    ),
    "E-33": Pair(
        lambda b: b.confirmed().events("7,10707", "7,10707,0", START_SHA256),
        lambda b: b.factory_reset().event("7,10707"),
        "SOTA-EVT-021",
        Verdict.INCONCLUSIVE,
    ),
    "E-35": Pair(
        _of_platform("SOTA-PLT-003", "one for a full package"),
        _of_platform("SOTA-PLT-003", "none for a full package"),
        "SOTA-PLT-003",
        plan_control=True,
    ),
    "E-37": Pair(
        lambda b: b.confirmed().event(START_SHA256),
        lambda b: b.offered().event(START_SHA256),
        "SOTA-SEQ-001",
    ),
    "E-38": Pair(
        lambda b: b.updating(),
        lambda b: b.ready().ask("AT+QIOTUPDATE=3").event("7,10704,50"),
        "SOTA-EVT-012",
    ),
    "E-39": Pair(
        lambda b: b.ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-5)").offered().ask("AT+QIOTUPDATE=4"),
        lambda b: b.ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-3)").offered().ask("AT+QIOTUPDATE=4"),
        "SOTA-CMD-UPDATE-015",
    ),
    "E-40": Pair(
        lambda b: _no_connection_due(_reconnects(b)).listen(9),
        lambda b: _no_connection_due(_reconnects(b)).events("2,10200", "3,10200"),
        "SOTA-PER-002",
    ),
    "E-41": Pair(
        lambda b: b.uploaded().second_piece().block(BLOCK, 64),
        lambda b: b.uploaded().second_piece().block(BLOCK, 64, PACKAGE[:64]),
        "SOTA-CMD-OTARD-020",
    ),
    "E-42": HostPair(
        lambda h: h.updated().completed(),
        lambda h: h.ready().announces(),
        "SOTA-HST-012",
    ),
    "E-43": Pair(
        _dropped,
        lambda b: b.downloading().events(START_SHA256),
        "SOTA-SEQ-003",
    ),
    "E-44": Pair(
        lambda b: _resumed(b).wait(0.1).read_all(),
        lambda b: b.downloading().events("7,10706", PIECE),
        "SOTA-SEQ-002",
    ),
    "E-45": Pair(
        lambda b: b.second_piece(),
        lambda b: b.ready(piece(0, BLOCK)).block(0, BLOCK).wait(0.1).refused("AT+QIOTUPDATE=2"),
        "SOTA-CMD-UPDATE-006",
    ),
    "E-46": HostPair(
        lambda h: h.updated().completed(),
        lambda h: h.ready().reads_all().announces(version="2_0_0"),
        "SOTA-HST-010",
    ),
}
"""The pairs by erratum; those that bind nobody on the wire have none."""
