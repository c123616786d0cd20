"""Logs made by hand for the checks of the events and their fields."""

from support.log_builder import (
    FIRST,
    MD5,
    OFFER,
    PIECE,
    SHA256,
    SIZE,
    START,
    START_SHA256,
    Build,
    Case,
    LogBuilder,
    breaks,
    ignores,
    keeps,
    leaves_open,
    piece,
)

__all__ = ["CASES"]


def _event(data: str) -> Build:
    return lambda bench: bench.event(data)


def _armed(bench: LogBuilder) -> LogBuilder:
    return bench.online().announce().arm().request()


def _limited(bench: LogBuilder, battery: int) -> LogBuilder:
    plan = {"component": "STM32", "source_version": "", "target_version": "2_0_0"}
    limits = {"battery_limit": battery, "min_signal": -113}
    return bench.online().announce().control("arm_plan", plan=plan | limits).request()


CASES: list[Case] = [
    breaks("SOTA-EVT-001", "no space", lambda b: b.got("\r\n+QIOTEVT:7,10702\r\n")),
    breaks("SOTA-EVT-001", "a blank after the comma", lambda b: b.event("7, 10702")),
    breaks("SOTA-EVT-001", "a code that is no number", lambda b: b.event("7,0x29CE")),
    keeps("SOTA-EVT-001", "an event", lambda b: b.event("4,10200")),
    keeps(
        "SOTA-EVT-001",
        "UTF-8 in a component",
        lambda b: b.online().got('\r\n+QIOTEVT: 7,10700,"\xe4\xb8\xbb","","2",30,-113,9\r\n'),
    ),
    leaves_open(
        "SOTA-EVT-001",
        "a stray blank where the pages print one",
        lambda b: b.got("\r\n+QIOTEVT: 4, 10400\r\n").got("\r\n+QIOTEVT:4,10250\r\n"),
    ),
    breaks(
        "SOTA-EVT-001",
        "the same blank in an event of the connection",
        lambda b: b.got("\r\n+QIOTEVT: 2, 10473\r\n"),
    ),
    ignores(
        "SOTA-EVT-001",
        "a sub-device's event",
        lambda b: b.got('\r\n+QIOTSUBEVT: "p","d",1,10200\r\n'),
    ),
    breaks("SOTA-EVT-002", "a pair of no table", lambda b: b.event("7,10799")),
    leaves_open(
        "SOTA-EVT-002", "a pair of another line", lambda b: b.event("7,10708"), profile="nb-2025"
    ),
    keeps("SOTA-EVT-002", "a pair of the table", lambda b: b.event("8,10428")),
    breaks("SOTA-EVT-003", "five fields", lambda b: b.event(OFFER.rpartition(",")[0])),
    breaks("SOTA-EVT-003", "no quotes", lambda b: b.event(OFFER.replace('"', ""))),
    keeps("SOTA-EVT-003", "six fields", lambda b: b.announce().event(OFFER)),
    breaks(
        "SOTA-EVT-004",
        "a component that nobody announced",
        lambda b: _armed(b).event(OFFER.replace("STM32", "MCU_0")),
        plan_control=True,
    ),
    leaves_open(
        "SOTA-EVT-004",
        "a component that may be the module's, refused",
        lambda b: (
            b.announce().event(OFFER.replace("STM32", "EC200U")).wait(0.2).ask("AT+QIOTUPDATE=0")
        ),
    ),
    leaves_open(
        "SOTA-EVT-004",
        "a component that nobody announced, with the data of one of the MCU",
        lambda b: (
            b.announce()
            .event(OFFER.replace("STM32", "EC200U"))
            .wait(0.2)
            .ask("AT+QIOTUPDATE=1")
            .event(START.replace("STM32", "EC200U"))
        ),
    ),
    keeps("SOTA-EVT-004", "the announced one", lambda b: _armed(b).event(OFFER), plan_control=True),
    breaks(
        "SOTA-EVT-005",
        "a source for a full package",
        lambda b: _armed(b).event(OFFER.replace(',"",', ',"1_0_0",')),
        plan_control=True,
    ),
    breaks(
        "SOTA-EVT-005",
        "no source for a delta package",
        lambda b: b.announce().arm("1_0_0").event(OFFER),
        plan_control=True,
    ),
    keeps(
        "SOTA-EVT-005",
        "none for a full package",
        lambda b: _armed(b).event(OFFER),
        plan_control=True,
    ),
    breaks(
        "SOTA-EVT-005",
        "a source that was never announced, plan unknown",
        lambda b: b.online().announce().request().event(OFFER.replace(',"",', ',"9_9_9",')),
    ),
    leaves_open(
        "SOTA-EVT-005",
        "a source that was never announced, pushed",
        lambda b: b.online().announce().event(OFFER.replace(',"",', ',"9_9_9",')),
    ),
    leaves_open(
        "SOTA-EVT-005",
        "the version that was announced before, plan unknown",
        lambda b: (
            b.online()
            .announce("9_9_9")
            .announce()
            .request()
            .event(OFFER.replace(',"",', ',"9_9_9",'))
        ),
    ),
    ignores(
        "SOTA-EVT-005",
        "one that only the plan could tell right from wrong",
        lambda b: b.announce().event(OFFER.replace(',"",', ',"1_0_0",')),
    ),
    breaks(
        "SOTA-EVT-006",
        "another target",
        lambda b: _armed(b).event(OFFER.replace("2_0_0", "2_0_")),
        plan_control=True,
    ),
    keeps("SOTA-EVT-006", "the plan's target", lambda b: _armed(b).event(OFFER), plan_control=True),
    breaks(
        "SOTA-EVT-023",
        "another battery",
        lambda b: _limited(b, 30).event(OFFER.replace(",30,", ",31,")),
        plan_control=True,
    ),
    breaks(
        "SOTA-EVT-023",
        "the usual limits of a plan with others",
        lambda b: _limited(b, 45).event(OFFER),
        plan_control=True,
    ),
    keeps(
        "SOTA-EVT-023",
        "the plan's limits",
        lambda b: _limited(b, 45).event(OFFER.replace(",30,", ",45,")),
        plan_control=True,
    ),
    ignores(
        "SOTA-EVT-023",
        "limits that are not known",
        lambda b: _armed(b).event(OFFER),
        plan_control=True,
    ),
    breaks(
        "SOTA-EVT-007",
        "a positive signal",
        lambda b: b.announce().event(OFFER.replace("-113", "113")),
    ),
    breaks("SOTA-EVT-007", "101 %", lambda b: b.announce().event(OFFER.replace(",30,", ",101,"))),
    keeps("SOTA-EVT-007", "usual limits", lambda b: b.announce().event(OFFER)),
    breaks("SOTA-EVT-008", "no CRC", lambda b: b.confirmed(0).event(START.rpartition(",")[0])),
    breaks("SOTA-EVT-008", "no data", lambda b: b.confirmed(0).event("7,10701")),
    keeps("SOTA-EVT-008", "four fields", lambda b: b.confirmed(0).event(START)),
    keeps("SOTA-EVT-008", "five fields", lambda b: b.confirmed(1).event(START_SHA256)),
    ignores(
        "SOTA-EVT-008",
        "no data for the module's own firmware",
        lambda b: (
            b.online()
            .event(OFFER.replace("STM32", "EC200U"))
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .event("7,10701")
        ),
    ),
    breaks(
        "SOTA-EVT-009", "31 digits", lambda b: b.confirmed(0).event(START.replace(MD5, MD5[:31]))
    ),
    breaks(
        "SOTA-EVT-009",
        "no digit",
        lambda b: b.confirmed(0).event(START.replace(MD5, MD5[:31] + "g")),
    ),
    breaks(
        "SOTA-EVT-009",
        "63 digits",
        lambda b: b.confirmed(1).event(START_SHA256.replace(SHA256, SHA256[:63])),
    ),
    breaks(
        "SOTA-EVT-009",
        "33 bits",
        lambda b: b.confirmed(0).event(f"{START.rpartition(',')[0]},{2**32}"),
    ),
    breaks(
        "SOTA-EVT-009", "a sign", lambda b: b.confirmed(0).event(f"{START.rpartition(',')[0]},-1")
    ),
    keeps(
        "SOTA-EVT-009",
        "32 bits",
        lambda b: b.confirmed(0).event(f"{START.rpartition(',')[0]},{2**32 - 1}"),
    ),
    breaks(
        "SOTA-EVT-010", "capitals", lambda b: b.confirmed(0).event(START.replace(MD5, MD5.upper()))
    ),
    keeps("SOTA-EVT-010", "small letters", lambda b: b.confirmed(0).event(START)),
    breaks(
        "SOTA-EVT-022",
        "another space",
        lambda b: (
            b.online()
            .announce()
            .request(0)
            .event(OFFER.replace("2500", "4096"))
            .wait(0.15)
            .ask("AT+QIOTUPDATE=1")
            .event(START)
        ),
    ),
    keeps("SOTA-EVT-022", "the length", lambda b: b.confirmed(0).event(START)),
    *(
        breaks("SOTA-EVT-012", f"{code} with data", _event(f"7,{code},50"))
        for code in (10702, 10704, 10705, 10706)
    ),
    keeps("SOTA-EVT-012", "no data", lambda b: b.succeeded()),
    breaks(
        "SOTA-EVT-013", "three fields", lambda b: b.downloading().event(PIECE.rpartition(",")[0])
    ),
    breaks("SOTA-EVT-013", "no data", lambda b: b.downloading().event("7,10703")),
    keeps("SOTA-EVT-013", "four fields", lambda b: b.ready()),
    breaks(
        "SOTA-EVT-014",
        "another length",
        lambda b: b.downloading().event('7,10703,"STM32",2499,0,2499'),
    ),
    breaks(
        "SOTA-EVT-014",
        "another component",
        lambda b: b.downloading().event(PIECE.replace("STM32", "X")),
    ),
    keeps("SOTA-EVT-014", "the same", lambda b: b.ready()),
    breaks("SOTA-EVT-015", "no octet", lambda b: b.downloading().event(piece(0, 0))),
    breaks("SOTA-EVT-015", "too many octets", lambda b: b.downloading().event(piece(0, SIZE + 1))),
    keeps("SOTA-EVT-015", "all octets", lambda b: b.ready()),
    breaks("SOTA-EVT-016", "at 1", lambda b: b.downloading().event(piece(1, SIZE - 1))),
    keeps("SOTA-EVT-016", "at 0", lambda b: b.ready()),
    breaks(
        "SOTA-EVT-017",
        "at the first piece again",
        lambda b: b.ready(FIRST).ask("AT+QIOTUPDATE=2").event(FIRST),
    ),
    keeps("SOTA-EVT-017", "at the end of the first", lambda b: b.second_piece()),
    ignores("SOTA-EVT-019", "somewhere", lambda b: b.got('\r\n+QIND: "FOTA","END",0\r\n')),
    ignores(
        "SOTA-EVT-019",
        "with an error, but on no way to success",
        lambda b: b.got('\r\n+QIND: "FOTA","END",5\r\n'),
    ),
    breaks(
        "SOTA-EVT-020",
        "an error before 10705",
        lambda b: (
            b.updating().announce("2_0_0").got('\r\n+QIND: "FOTA","END",5\r\n').event("7,10705")
        ),
    ),
    breaks(
        "SOTA-EVT-020",
        "an error after 10705",
        lambda b: b.succeeded().got('\r\n+QIND: "FOTA","END",5\r\n'),
    ),
    keeps(
        "SOTA-EVT-020",
        "0 before 10705",
        lambda b: (
            b.updating().announce("2_0_0").got('\r\n+QIND: "FOTA","END",0\r\n').event("7,10705")
        ),
    ),
    keeps(
        "SOTA-EVT-020",
        "0 after 10705",
        lambda b: b.succeeded().got('\r\n+QIND: "FOTA","END",0\r\n'),
    ),
    keeps("SOTA-EVT-021", "10707", lambda b: b.confirmed().event("7,10707")),
    leaves_open("SOTA-EVT-021", "10708", lambda b: b.confirmed().event("7,10708")),
]
