"""What a host does at the edges of its rules: how often each is kept, broken or left open."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from support.host_log import PACKAGE, HostLog

from atverdict.conformance.evidence.log import Header
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding

Build = Callable[[HostLog], HostLog]
FULL: dict[str, object] = {"battery": 50, "signal": -100, "free_space": 1040}


def _judged(build: Build, rule: str, host: dict[str, object] | None = None) -> str:
    """Return a letter for each finding: pass, inconclusive, fail."""
    log = build(HostLog(host).begin())
    ended = type(log.records[-1]).__name__ == "End"
    counts = (log if ended else log.end()).judgement().requirements[rule].counts
    return "".join(verdict.name[0] * count for verdict, count in sorted(counts.items()))


def _found(build: Build, rule: str, host: dict[str, object] | None = None) -> Finding:
    return build(HostLog(host).begin()).judgement().requirements[rule].findings[0]


def _header(log: HostLog, **values: object) -> HostLog:
    header = log.records[0]
    assert isinstance(header, Header)
    log.records[0] = replace(header, **values)
    return log


def _two(log: HostLog) -> HostLog:
    """Come to two components of which the first one is updating."""
    log.announces().announces("ESP32", "1_0").requests()
    return log.offered().offered("ESP32", "2_0").accepts().started().piece().reads_all().updates()


def _mismatch(log: HostLog) -> HostLog:
    return log.begun().accepts().started(package=PACKAGE[::-1]).piece().reads_all()


def _weak(log: HostLog) -> HostLog:
    return log.announces().requests().offered(limits="60,-200")


@pytest.mark.parametrize(
    ("rule", "letters", "build"),
    [
        # Lines
        ("HST-001", "PF", lambda h: h.asks("AT").says("boot\r\n")),
        ("HST-001", "P", lambda h: h.asks("AT").control("reset_host").says("boot\r\n")),
        ("HST-001", "F", lambda h: h.says("\r\nAT\n")),
        ("HST-001", "P", lambda h: h.asks("AT").says("\r\n")),
        (
            "HST-002",
            "F",
            lambda h: h.says("AT\r").says("AT\r", 0.29).told("\r\nOK\r\n\r\nOK\r\n"),
        ),
        ("HST-002", "F", lambda h: h.says("AT+CSQ\r").says("AT\r", 0.29).told("\r\nOK\r\n")),
        ("HST-002", "", lambda h: h.says("AT+CSQ\r").says("AT\r", 0.31).told("\r\nOK\r\n")),
        (
            "HST-002",
            "",
            lambda h: (
                _header(h, uncertainty_s=0.1).says("AT\r").says("AT\r", 0.25).told("\r\nOK\r\n")
            ),
        ),
        ("HST-002", "", lambda h: h.says("AT\r").told("\r\nOK\r\n", 0.19)),
        ("TIM-009", "", lambda h: h.wait(5).asks("AT").asks("AT", after_s=0.01)),
        (
            "TIM-009",
            "",
            lambda h: h.wait(5).says("AT\r").told("\r\nOK\r\n", 0.19).says("AT\r", 0.01),
        ),
        (
            "TIM-009",
            "F",
            lambda h: h.wait(5).says("AT\r").told("\r\nOK\r\n", 0.25).says("AT\r", 0.09),
        ),
        (
            "TIM-009",
            "P",
            lambda h: h.wait(5).says("AT\r").told("\r\nOK\r\n", 0.25).says("AT\r", 0.1),
        ),
        (
            "TIM-009",
            "",
            lambda h: (
                _header(h, uncertainty_s=0.02)
                .says("AT\r")
                .told("\r\nOK\r\n", 0.25)
                .says("AT\r", 0.09)
            ),
        ),
        (
            "TIM-009",
            "",
            lambda h: (
                _header(h, baudrate=300).says("AT\r").told("\r\nOK\r\n", 0.4).says("AT\r", 0.15)
            ),
        ),
        (
            "TIM-009",
            "P",
            lambda h: (
                _header(h, baudrate=300).says("AT\r").told("\r\nOK\r\n", 0.4).says("AT\r", 0.25)
            ),
        ),
        # Decisions
        ("HST-003", "P", lambda h: h.announces().requests().requests()),
        ("HST-003", "F", lambda h: h.requests().requests()),
        ("HST-003", "F", lambda h: h.asks("AT+QIOTOTAREQ=?").requests()),
        ("HST-003", "", lambda h: h.refused("AT+QIOTUPDATE=2").refused("AT+QIOTUPDATE=0")),
        ("HST-004", "", lambda h: h.begun().refused("AT+QIOTUPDATE=1")),
        ("HST-004", "PF", lambda h: h.begun().accepts().refused("AT+QIOTUPDATE=1")),
        ("HST-004", "", lambda h: h.announces().event("7,10706").refused("AT+QIOTUPDATE=1", 0.04)),
        ("HST-004", "F", lambda h: h.announces().event("7,10706").refused("AT+QIOTUPDATE=1", 0.06)),
        (
            "HST-004",
            "",
            lambda h: (
                _header(h, uncertainty_s=0.02)
                .announces()
                .event("7,10706")
                .refused("AT+QIOTUPDATE=1", 0.06)
            ),
        ),
        (
            "HST-004",
            "",
            lambda h: (
                _header(h, baudrate=9600)
                .announces()
                .event("7,10706")
                .refused("AT+QIOTUPDATE=1", 0.07)
            ),
        ),
        ("HST-018", "", lambda h: h.ready().reads(0, 1024).refused("AT+QIOTUPDATE=1")),
        (
            "HST-022",
            "F",
            lambda h: h.begun().asks("AT+QIOTUPDATE=0").refused("AT+QIOTUPDATE=2").end("x"),
        ),
        (
            "HST-022",
            "F",
            lambda h: h.begun().asks("AT+QIOTUPDATE=0").refused("AT+QIOTUPDATE=3").end("x"),
        ),
        ("HST-022", "P", lambda h: h.begun().asks("AT+QIOTUPDATE=0").refused("AT+QIOTUPDATE=1")),
        ("HST-022", "", lambda h: h.begun().asks("AT+QIOTUPDATE=0").end("x")),
        ("HST-022", "", lambda h: h.begun().asks("AT+QIOTUPDATE=0").offered()),
        ("HST-022", "", lambda h: h.asks("AT+QIOTUPDATE=0")),
        ("HST-014", "", lambda h: h.ready().event("7,10706").end("x")),
        ("HST-014", "P", lambda h: h.ready().event("7,10706").refused("AT+QIOTUPDATE=0")),
        ("HST-014", "PF", lambda h: h.ready().event("7,10706").refused("AT+QIOTUPDATE=1")),
        ("HST-014", "PF", lambda h: h.ready().event("7,10706").refused("AT+QIOTUPDATE=2")),
        ("HST-014", "PF", lambda h: h.ready().event("7,10706").refused("AT+QIOTUPDATE=3")),
        ("HST-014", "P", lambda h: h.ready().event("7,10706").refused("AT+QIOTUPDATE=3", 0.04)),
        ("HST-014", "P", lambda h: h.ready().event("7,10706").refused("AT+QIOTOTARD=0,9", 0.9)),
        ("HST-014", "PF", lambda h: h.ready().event("7,10706").refused("AT+QIOTOTARD=0,9", 1.1)),
        (
            "HST-014",
            "PFF",
            lambda h: (
                h.ready()
                .event("7,10706")
                .refused("AT+QIOTOTARD=0,9", 0.1)
                .refused("AT+QIOTOTARD=0,9", 0.1)
                .refused("AT+QIOTOTARD=0,9", 0.1)
            ),
        ),
        (
            "HST-014",
            "P",
            lambda h: (
                h.ready()
                .event("7,10706")
                .refused("AT+QIOTOTARD=0,9", 0.1)
                .event("7,10706")
                .refused("AT+QIOTOTARD=0,9", 0.1)
            ),
        ),
        ("HST-014", "", lambda h: h.event("7,10706").wait(9)),
        ("HST-014", "P", lambda h: h.ready().event("7,10706").announces(version="1_0_0")),
        ("HST-014", "P", lambda h: h.ready().event("7,10706").announces("ESP32", "2_0_0")),
        ("HST-014", "PF", lambda h: h.ready().event("7,10706").announces(version="2_0_0")),
        # Reading
        ("HST-006", "P", lambda h: h.ready().reads(0, 512).reads(512, 512)),
        ("HST-006", "P", lambda h: h.ready().reads(0, 512).reads(500, 512)),
        ("HST-006", "PF", lambda h: h.ready().reads(0, 512).reads(513, 511)),
        ("HST-006", "P", lambda h: h.ready().refused("AT+QIOTOTARD=0")),
        ("HST-006", "", lambda h: h.ready().refused('AT+QIOTOTARD="0",1')),
        ("HST-006", "", lambda h: h.ready().refused("AT+QIOTOTARD=-1,1")),
        ("HST-006", "", lambda h: h.begun().accepts().started().refused("AT+QIOTOTARD=0,1")),
        ("HST-006", "P", lambda h: h.ready().refused("AT+QIOTOTARD=0,9").reads(0, 9)),
        ("HST-006", "PF", lambda h: h.ready().refused("AT+QIOTOTARD=0,9").reads(1, 9)),
        ("HST-006", "", lambda h: h.begun().accepts().started().updates()),
        ("HST-006", "PF", lambda h: h.ready().reads(0, 1024).updates()),
        ("HST-006", "P", lambda h: h.ready().reads(0, 1024).reset().updates()),
        ("HST-006", "PPF", lambda h: _second_piece(h).refused("AT+QIOTOTARD=999,1")),
        ("HST-006", "PPF", lambda h: _second_piece(h, 20).refused("AT+QIOTOTARD=999,1")),
        ("HST-006", "PP", lambda h: _second_piece(h, 20).refused("AT+QIOTOTARD=1000,1")),
        ("HST-007", "", lambda h: h.ready().reads(0, 512).reads(512, 512)),
        ("HST-007", "P", lambda h: h.ready().reads(0, 512, 511).reads(511, 512)),
        ("HST-007", "F", lambda h: h.ready().reads(0, 512, 511).reads(512, 512)),
        ("HST-007", "", lambda h: h.ready().reads(0, 512, 511).reads(510, 512)),
        ("HST-007", "", lambda h: h.ready().reads(0, 1024).reads(1024, 99).reads(1040, 1)),
        ("HST-008", "P", lambda h: _first_piece(h).asks("AT+QIOTUPDATE=2")),
        ("HST-008", "F", lambda h: _first_piece(h, 999).asks("AT+QIOTUPDATE=2")),
        ("HST-008", "F", lambda h: h.ready().reads_all().asks("AT+QIOTUPDATE=2")),
        ("HST-008", "", lambda h: _first_piece(h).refused("AT+QIOTUPDATE=2")),
        ("HST-008", "", lambda h: _first_piece(h).asks("AT+QIOTUPDATE=0")),
        ("HST-008", "", lambda h: _first_piece(h).reset().asks("AT+QIOTUPDATE=2")),
        ("HST-013", "P", lambda h: h.ready().reads(0, 9, after_s=59.9)),
        ("HST-013", "F", lambda h: h.ready().reads(0, 9, after_s=60.1)),
        ("HST-013", "P", lambda h: _header(h, uncertainty_s=0.2).ready().reads(0, 9, after_s=60.1)),
        ("HST-013", "PF", lambda h: h.ready().reads(0, 9).reads(9, 9, after_s=60.2)),
        ("HST-013", "P", lambda h: h.ready().wait(50).asks("AT").refused("AT+QIOTOTARD=0,9", 9)),
        ("HST-013", "", lambda h: h.ready().wait(179.7).event("7,10706")),
        ("HST-013", "F", lambda h: h.ready().wait(180.0).event("7,10706")),
        ("HST-013", "P", lambda h: h.ready().reads(0, 1040).wait(200).event("7,10706")),
        ("HST-013", "PF", lambda h: h.ready().reads(0, 1024).wait(200).event("7,10706")),
        ("HST-013", "", lambda h: h.ready().wait(200).event("7,10705")),
        ("HST-013", "", lambda h: h.ready().reset().wait(200).event("7,10706")),
        (
            "HST-013",
            "P",
            lambda h: h.ready().refused("AT+QIOTOTARD=0,9").wait(200).event("7,10706"),
        ),
        ("HST-019", "", lambda h: h.ready().refused("AT+QIOTOTARD=0,9").asks("AT").end("x")),
        ("HST-019", "P", lambda h: h.ready().refused("AT+QIOTOTARD=0,9").requests().requests()),
        ("HST-019", "P", lambda h: h.ready().refused("AT+QIOTOTARD=0,9").reads(0, 9)),
        ("HST-019", "", lambda h: h.ready().reset().refused("AT+QIOTOTARD=0,9")),
        ("HST-019", "", lambda h: h.ready().event("7,10706").refused("AT+QIOTOTARD=0,9", 0.3)),
        (
            "HST-019",
            "I",
            lambda h: h.ready().refused("AT+QIOTOTARD=0,9").event("7,10706").offered(),
        ),
        (
            "HST-019",
            "F",
            lambda h: h.ready().refused("AT+QIOTOTARD=0,9").event("7,10706").offered().wait(60),
        ),
        (
            "HST-019",
            "PP",
            lambda h: h.ready().refused("AT+QIOTOTARD=0,9").refused("AT+QIOTOTARD=0,9").requests(),
        ),
        (
            "HST-019",
            "P",
            lambda h: h.ready().refused("AT+QIOTOTARD=0,9").refused("AT+QIOTOTARD=0,9"),
        ),
        ("HST-019", "I", lambda h: h.wait(90).ready().refused("AT+QIOTOTARD=0,9").offered()),
        ("HST-020", "P", lambda h: _maximum(h).reads(0, 256)),
        ("HST-020", "", lambda h: _maximum(h).reads(0, 257, 256)),
        ("HST-020", "", lambda h: _maximum(h).reads(0, 257, 256).reads(256, 257, 256)),
        ("HST-020", "F", lambda h: _maximum(h).reads(0, 257, 256).reads(0, 257, 256)),
        ("HST-020", "PP", lambda h: _maximum(h).reads(0, 256, 99).reads(0, 256, 99)),
        ("HST-020", "F", lambda h: h.ready().reads(0, 256, 99).reads(0, 256, 99)),
        ("HST-020", "", lambda h: h.ready().reads(0, 256, 99).reads(0, 256, 99).end("x")),
        ("HST-020", "", lambda h: h.ready().reads(0, 256, 99).reads(0, 256, 99).reads(0, 99)),
        ("HST-020", "", lambda h: h.ready().reads(0, 256, 99).reads(0, 256, 99).reset()),
        ("HST-020", "", lambda h: h.ready().reads(0, 2000).reads(0, 2000)),
        # The end
        ("HST-009", "P", lambda h: _mismatch(h).wait(9)),
        ("HST-009", "", lambda h: _mismatch(h).end("x")),
        ("HST-009", "F", lambda h: _mismatch(h).refused("AT+QIOTUPDATE=3")),
        ("HST-009", "P", lambda h: _mismatch(h).announces()),
        ("HST-009", "F", lambda h: _mismatch(h).announces(version="2_0_0")),
        ("HST-009", "", lambda h: h.updated().completed()),
        (
            "HST-010",
            "P",
            lambda h: h.updated().announces(version="2_0_0").announces(version="2_0_0"),
        ),
        ("HST-010", "", lambda h: h.updated().reset().announces(version="2_0_0")),
        ("HST-010", "", lambda h: h.updated().event("7,10706").announces(version="2_0_0")),
        ("HST-010", "", lambda h: h.updated().announces("ESP32", "2_0_0").announces(version="3")),
        ("HST-011", "P", lambda h: h.updated().announces(version="2_0_0")),
        ("HST-011", "", lambda h: h.updated().announces(version="2_0_0").end("x")),
        ("HST-011", "", lambda h: h.updated().announces()),
        ("HST-011", "", lambda h: h.updated().asks('AT+QIOTMCUVER="STM32",""')),
        ("HST-011", "F", lambda h: h.updated().announces(version="3_0_0")),
        ("HST-011", "", lambda h: h.updated().announces("ESP32", "3_0_0")),
        ("HST-011", "", lambda h: h.ready().reads_all().announces(version="3_0_0")),
        ("HST-011", "", lambda h: h.updated().reset().announces(version="3_0_0")),
        ("HST-011", "", lambda h: h.updated().wait(1189.7).event("7,10706")),
        ("HST-011", "F", lambda h: h.updated().wait(1190.0).event("7,10706")),
        ("HST-011", "", lambda h: h.updated().reset().wait(1200).event("7,10706")),
        ("HST-011", "", lambda h: h.updated().wait(1200).event("7,10705")),
        ("HST-011", "", lambda h: h.ready().reads(0, 1024).updates().wait(1200).event("7,10706")),
        (
            "HST-011",
            "P",
            lambda h: h.updated().announces(version="2_0_0").wait(1200).event("7,10706"),
        ),
        ("HST-012", "P", lambda h: h.updated().announces(version="2_0_0")),
        ("HST-012", "F", lambda h: h.updated().announces()),
        ("HST-012", "", lambda h: h.updated().announces("ESP32", "9")),
        ("HST-012", "P", lambda h: h.updated().completed().announces()),
        ("HST-012", "", lambda h: h.updated().asks('AT+QIOTMCUVER="STM32"')),
        ("HST-012", "", lambda h: h.ready().refused("AT+QIOTOTARD=0,9").announces()),
        ("HST-012", "", lambda h: h.ready().control("link_down").announces()),
        ("HST-012", "", lambda h: h.ready().control("link_up").announces()),
        ("HST-012", "", lambda h: h.ready().control("power_cycle").announces()),
        ("HST-012", "F", lambda h: h.ready().control("plan").announces()),
        ("HST-012", "F", lambda h: h.ready().control("reset_host").announces()),
        ("HST-024", "", lambda h: h.updated().announces(version="2_0_0")),
        ("HST-024", "", lambda h: _two(h).announces(version="9")),
        ("HST-024", "P", lambda h: _two(h).announces(version="2_0_0")),
        ("HST-024", "F", lambda h: _two(h).announces("ESP32", "2_0")),
        ("HST-024", "F", lambda h: _two(h).wait(1190).event("7,10706")),
    ],
)
def test_a_host_at_the_edge(rule: str, letters: str, build: Build) -> None:
    assert _judged(build, f"SOTA-{rule}") == letters


def _first_piece(log: HostLog, octets: int = 1000) -> HostLog:
    return log.begun().accepts().started().piece(0, 1000).reads(0, octets)


def _second_piece(log: HostLog, octets: int = 0) -> HostLog:
    _first_piece(log).asks("AT+QIOTUPDATE=2").piece(1000)
    return log.reads(1000, octets) if octets else log.reads(1000, 40)


def _maximum(log: HostLog) -> HostLog:
    return log.asks("AT+QIOTOTARD=?", "+QIOTOTARD: <start>,(1-256)").ready()


@pytest.mark.parametrize(
    ("line", "letters"),
    [
        ("AT+QIOTUPDATE=0", "P"),
        ("AT+QIOTUPDATE=3", "P"),
        ("AT+QIOTUPDATE=4", "F"),
        ("AT+QIOTUPDATE=1,1", "F"),
        ('AT+QIOTUPDATE="1"', "F"),
        ("AT+QIOTUPDATE?", "P"),
        ("AT+QIOTREG=2", "P"),
        ("AT+QIOTREG=3", "F"),
        ("AT+QIOTOTAREQ=0", "P"),
        ("AT+QIOTOTAREQ=3", "P"),
        ("AT+QIOTOTAREQ=4", "F"),
        ('AT+QIOTMCUVER="a"', "P"),
        ('AT+QIOTMCUVER="a","b"', "P"),
        ('AT+QIOTMCUVER="a","b","c"', "F"),
        ('AT+QIOTMCUVER="a",1', "F"),
        ("AT+QIOTOTARD=0,1", "P"),
        ("AT+QIOTOTARD=0", "F"),
        ("AT+QIOTOTARD=0,1,2", "F"),
        ('AT+QIOTOTARD="0",1', "F"),
        ("AT+QIOTOTARD=0,-1", "F"),
        ('AT+QIOTCFG="productinfo"', "P"),
        ("AT+QIOTNEW", "F"),
        ("AT+QIOTSEND=1", ""),
        ("AT+CSQ", ""),
        ("AT", ""),
        ('AT+CSQ="a', ""),
        ('AT+QIOTMCUVER="a', "F"),
        ('at+qiotmcuver="a', "F"),
        ('AT+QIOTMCUVER="a", "b"', "I"),
    ],
)
def test_commands_of_the_documents(line: str, letters: str) -> None:
    assert _judged(lambda h: h.refused(line), "SOTA-HST-023") == letters


@pytest.mark.parametrize(
    ("limits", "letters"),
    [
        ("50,-100", ""),
        ("51,-100", "F"),
        ("50,-99", "F"),
    ],
)
def test_a_limit_that_is_just_met_is_met(limits: str, letters: str) -> None:
    accepting = lambda h: h.announces().offered(limits=limits).accepts()  # noqa: E731
    assert _judged(accepting, "SOTA-HST-005", FULL) == letters


@pytest.mark.parametrize(
    ("letters", "build"),
    [
        ("P", lambda h: _weak(h).asks("AT+QIOTUPDATE=0")),
        ("P", lambda h: _weak(h).wait(5)),
        ("", lambda h: _weak(h).wait(5).end("x")),
        ("", lambda h: h.offered(limits="60,-200").wait(5)),
        ("F", lambda h: _weak(h).accepts()),
        ("", lambda h: _weak(h).reset().wait(5)),
        ("", lambda h: _weak(h).event("7,10706").accepts()),
        (
            "",
            lambda h: (
                h.control("host_set", battery=60).announces().offered(limits="60,-200").accepts()
            ),
        ),
        (
            "F",
            lambda h: (
                h.control("host_set", battery="x").announces().offered(limits="60,-200").accepts()
            ),
        ),
        (
            "F",
            lambda h: (
                h.control("host_set", battery=9).announces().offered(limits="10,-200").accepts()
            ),
        ),
    ],
)
def test_an_offer_that_asks_for_too_much(letters: str, build: Build) -> None:
    assert _judged(build, "SOTA-HST-005", FULL) == letters


# What findings say


@pytest.mark.parametrize(
    ("rule", "build", "expected", "observed"),
    [
        (
            "HST-001",
            lambda h: h.asks("AT").says("ATE0"),
            "CR at the end of a command line",
            "ATE0",
        ),
        (
            "HST-001",
            lambda h: h.asks("AT").says("+QIOTREG=1\r"),
            "a command line that starts with AT",
            "+QIOTREG=1<CR>",
        ),
        (
            "HST-023",
            lambda h: h.refused("AT+QIOTUPDATE=9"),
            "AT+QIOTUPDATE=0 to 3",
            "AT+QIOTUPDATE=9<CR>",
        ),
        (
            "HST-024",
            lambda h: _two(h).announces("ESP32", "2_0"),
            "STM32 announced before",
            'AT+QIOTMCUVER="ESP32","2_0"<CR>',
        ),
        (
            "HST-019",
            lambda h: (
                h.ready().refused("AT+QIOTOTARD=0,9").event("7,10706").offered().wait(60).end()
            ),
            "a retry or an orderly end",
            "nothing that moves the flow for 60 s, not even an answer to a new offer",
        ),
        (
            "HST-020",
            lambda h: h.ready().reads(0, 256, 99).reads(0, 256, 99).end(),
            "less, or the next read at 99",
            "AT+QIOTOTARD=0,256<CR>, 2 times",
        ),
        (
            "HST-020",
            lambda h: _maximum(h).reads(0, 257, 99).reads(0, 257, 99).reads(0, 257, 99).end(),
            "at most 256 octets, or the next read at 99",
            "AT+QIOTOTARD=0,257<CR>, 3 times",
        ),
        (
            "HST-007",
            lambda h: h.ready().reads(0, 512, 500).reads(500, 512),
            "the next read at 0 + 500 as returned",
            "AT+QIOTOTARD=500,512<CR>",
        ),
        (
            "HST-006",
            lambda h: h.ready().reads(0, 512).reads(600, 9),
            "the next read at 512",
            "AT+QIOTOTARD=600,9<CR>",
        ),
        (
            "HST-013",
            lambda h: h.ready().wait(200).event("7,10706"),
            "at most 60 s before the next read",
            "no read for 200.200 s",
        ),
        (
            "HST-011",
            lambda h: h.updated().wait(1200).event("7,10706"),
            "2_0_0 announced after the update",
            "no such announcement for 1200 s",
        ),
    ],
)
def test_a_finding_on_a_host_says_what_was_due_and_what_came(
    rule: str, build: Build, expected: str, observed: str
) -> None:
    found = next(
        each
        for each in build(HostLog().begin()).judgement().requirements[f"SOTA-{rule}"].findings
        if each.verdict is Verdict.FAIL or rule == "HST-007"
    )
    assert (found.expected, found.observed) == (expected, observed)


def test_the_components_that_were_not_announced_are_named() -> None:
    two: dict[str, object] = {"components": ["STM32", "ESP32"]}
    found = _found(lambda h: h.requests(), "SOTA-HST-003", two)
    assert found.expected == "STM32 and ESP32 announced before, with the version"
    found = _found(lambda h: h.requests(), "SOTA-HST-003")
    assert found.expected == "a component announced before, with the version"


@pytest.mark.parametrize(("count", "said"), [(1, True), (2, False)])
def test_two_components_that_were_announced_are_an_occasion(count: int, *, said: bool) -> None:
    log = HostLog().begin()
    for component in ("STM32", "ESP32")[:count]:
        log.announces(component)
    log.refused("AT+QIOTUPDATE=1").end()
    reason = log.judgement().requirements["SOTA-HST-024"].reason
    assert (reason == "the host announced no second component") is said


@pytest.mark.parametrize(
    ("limits", "unmet"),
    [
        ("60,-200", "a battery of 60 %, and it has 50 %"),
        ("0,-90", "a signal of -90 dBm, and it has -100 dBm"),
    ],
)
def test_the_limit_that_is_not_met_is_told(limits: str, unmet: str) -> None:
    found = _found(lambda h: h.offered(limits=limits).accepts(), "SOTA-HST-005", FULL)
    assert found.expected == f"AT+QIOTUPDATE=0 or no answer: the offer asks for {unmet}"
    assert len(found.places) == 2
