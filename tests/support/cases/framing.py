"""Logs made by hand for the checks of framing, robustness and timing."""

from support.log_builder import (
    PACKAGE,
    Build,
    Case,
    LogBuilder,
    breaks,
    ignores,
    keeps,
    leaves_open,
)

__all__ = ["CASES"]

STATE = "AT+QIOTSTATE?"
AT_STATE_1 = "+QIOTSTATE: 1"
INTRUDER = b"+QIOTEVT: 4,10200\r\n"
READS = "AT+QIOTOTARD=0,1024"
BLOCK_HEAD = b"\r\n+QIOTOTARD: 0,1024\r\n"


def _slow_block(bench: LogBuilder, gap_s: float) -> LogBuilder:
    """Read a block in two halves, with a gap in front of the second."""
    bench.sent(READS).got(BLOCK_HEAD + PACKAGE[:500])
    return bench.got(PACKAGE[500:1024] + b"\r\n\r\nOK\r\n", gap_s)


def _twice(once: Build) -> Build:
    """Let the same thing happen twice: one excess of a limit proves nothing."""

    def build(bench: LogBuilder) -> None:
        once(bench)
        once(bench.wait(0.1))

    return build


_LINES = [
    breaks(
        "SOTA-FRM-001",
        "silence after an answered AT",
        lambda b: b.ask("AT").silent("AT"),
        also=("SOTA-FRM-005",),
    ),
    breaks("SOTA-FRM-001", "ERROR to AT", lambda b: b.ask("AT").refused("AT")),
    ignores(
        "SOTA-FRM-001",
        "silence before the first answer",
        lambda b: b.silent("AT"),
        also=("SOTA-FRM-005",),
    ),
    keeps("SOTA-FRM-001", "OK to AT", lambda b: b.ask("AT")),
    breaks("SOTA-FRM-002", "ERROR to at", lambda b: b.refused("at")),
    breaks("SOTA-FRM-002", "silence to at", lambda b: b.silent("at")),
    keeps("SOTA-FRM-002", "OK to at", lambda b: b.ask("at")),
    keeps(
        "SOTA-FRM-002", "the answer to at+QIOTSTATE?", lambda b: b.ask("at" + STATE[2:], AT_STATE_1)
    ),
    breaks(
        "SOTA-FRM-003",
        "ERROR to a lower-case name",
        lambda b: b.refused("AT+qiotstate?"),
    ),
    breaks("SOTA-FRM-003", "silence to a lower-case name", lambda b: b.silent("AT+qiotstate?")),
    ignores(
        "SOTA-CMD-STATE-001",
        "a wrong answer to a line in odd case",
        lambda b: b.ask("at+QIOTSTATE?", "+QIOTSTATE: 13"),
    ),
    ignores(
        "SOTA-CMD-STATE-001",
        "a wrong answer to a line that CR LF ends",
        lambda b: b.ask(STATE, "+QIOTSTATE: 13", terminator="\r\n"),
    ),
    keeps(
        "SOTA-FRM-003",
        "the answer to a lower-case name",
        lambda b: b.ask("AT+qiotstate?", AT_STATE_1),
    ),
    breaks("SOTA-FRM-004", "silence to CR LF", lambda b: b.silent("AT", "\r\n")),
    breaks(
        "SOTA-FRM-004",
        "a second code because of the LF",
        lambda b: b.ask("AT", terminator="\r\n").got("\r\nERROR\r\n"),
    ),
    breaks(
        "SOTA-FRM-004",
        "an LF that spoils the next line",
        lambda b: b.ask("AT", terminator="\r\n").refused("AT"),
        also=("SOTA-FRM-001",),
    ),
    keeps("SOTA-FRM-004", "one code to CR LF", lambda b: b.ask("AT", terminator="\r\n")),
    keeps(
        "SOTA-FRM-004",
        "the next line after CR LF",
        lambda b: b.ask("AT", terminator="\r\n").ask("AT"),
    ),
    breaks(
        "SOTA-FRM-005",
        "an answer without a code",
        lambda b: b.silent(STATE),
        also=("SOTA-CMD-STATE-001",),
    ),
    breaks("SOTA-FRM-005", "the code twice", lambda b: b.ask("AT").got("\r\nOK\r\n")),
    ignores(
        "SOTA-FRM-005",
        "a late code after giving up on CR LF",
        lambda b: b.silent("AT", "\r\n").got("\r\nOK\r\n"),
        also=("SOTA-FRM-004",),
    ),
    ignores(
        "SOTA-FRM-005", "an answer that a restart cut off", lambda b: b.sent("AT").power_cycle()
    ),
    leaves_open(
        "SOTA-FRM-005", "+CME ERROR", lambda b: b.ask("AT+QIOTINFO?", final="+CME ERROR: 3")
    ),
    breaks(
        "SOTA-FRM-005",
        "+CME ERROR after AT+CMEE=0",
        lambda b: b.ask("AT+CMEE=0").ask("AT+QIOTINFO?", final="+CME ERROR: 3"),
    ),
    leaves_open(
        "SOTA-FRM-005",
        "+CME ERROR after AT+CMEE=1",
        lambda b: b.ask("AT+CMEE=0").ask("AT+CMEE=1").ask("AT+QIOTINFO?", final="+CME ERROR: 3"),
    ),
    leaves_open(
        "SOTA-FRM-005",
        "+CME ERROR after AT+CMEE=0 and a restart",
        lambda b: b.ask("AT+CMEE=0").power_cycle().ask("AT+QIOTINFO?", final="+CME ERROR: 3"),
    ),
    leaves_open(
        "SOTA-FRM-005",
        "+CME ERROR where AT+CMEE=0 was refused",
        lambda b: b.refused("AT+CMEE=0").ask("AT+QIOTINFO?", final="+CME ERROR: 3"),
    ),
    leaves_open(
        "SOTA-FRM-005",
        "a second code that may be text of a foreign line",
        lambda b: b.sent("AT").got("OK\r\n").wait(0.1).got("+QSMS: 1\r\nOK\r\n"),
    ),
    keeps("SOTA-FRM-005", "one code", lambda b: b.ask(STATE, AT_STATE_1)),
    breaks("SOTA-FRM-006", "LF alone", lambda b: b.sent("AT").got("\r\nOK\n")),
    breaks("SOTA-FRM-006", "lower case", lambda b: b.sent("AT").got("\r\nok\r\n")),
    breaks("SOTA-FRM-006", "a trailing blank", lambda b: b.sent("AT").got("\r\nOK \r\n")),
    keeps("SOTA-FRM-006", "with leading CR LF", lambda b: b.sent("AT").got("\r\nOK\r\n")),
    keeps("SOTA-FRM-006", "without leading CR LF", lambda b: b.sent("AT").got("OK\r\n")),
    keeps(
        "SOTA-FRM-006",
        "one line end between text and code",
        lambda b: b.sent(STATE).got("+QIOTSTATE: 1\r\nOK\r\n"),
    ),
    breaks(
        "SOTA-FRM-007",
        "the list behind its OK",
        lambda b: b.sent("AT+QIOTMCUVER?").got('\r\nOK\r\n\r\n+QIOTMCUVER: "STM32","1_0_0"\r\n'),
    ),
    breaks(
        "SOTA-FRM-007",
        "a malformed answer behind its OK",
        lambda b: b.sent("AT+QIOTMCUVER?").got("\r\nOK\r\n\r\n+QIOTMCUVER: \x01\r\n"),
    ),
    keeps("SOTA-FRM-007", "the line before its OK", lambda b: b.ask(STATE, AT_STATE_1)),
    keeps(
        "SOTA-FRM-007",
        "a vendor's URC after the OK",
        lambda b: b.ask(STATE, AT_STATE_1).got("\r\n+CEREG: 1\r\n").got("\r\nRDY\r\n"),
    ),
    breaks(
        "SOTA-FRM-008",
        "no space after the colon",
        lambda b: b.ask("AT+QIOTMCUVER?", '+QIOTMCUVER:"STM32","1_0_0"'),
    ),
    breaks(
        "SOTA-FRM-008",
        "two spaces after the colon",
        lambda b: b.ask("AT+QIOTMCUVER?", '+QIOTMCUVER:  "STM32","1_0_0"'),
    ),
    keeps(
        "SOTA-FRM-008",
        "one space after the colon",
        lambda b: b.ask("AT+QIOTMCUVER?", '+QIOTMCUVER: "STM32","1_0_0"'),
    ),
    ignores(
        "SOTA-FRM-008",
        "no space in an answer of QIOTCFG (E-22)",
        lambda b: b.ask('AT+QIOTCFG="server"', '+QIOTCFG:"server",1,"mqtt://h:1883"'),
    ),
    breaks(
        "SOTA-FRM-009",
        "the first octet of a short echo lost, echo never switched",
        lambda b: b.ask("AT", echo=True).sent("AT").got("T\r\r\nOK\r\n"),
    ),
    breaks(
        "SOTA-FRM-009",
        "an echo without quotes",
        lambda b: b.sent('AT+QIOTMCUVER="A"').got("AT+QIOTMCUVER=A\r\r\nERROR\r\n"),
    ),
    breaks("SOTA-FRM-009", "an echo in capitals", lambda b: b.sent("at").got("AT\r\r\nOK\r\n")),
    keeps("SOTA-FRM-009", "an echo", lambda b: b.ask(STATE, AT_STATE_1, echo=True)),
    keeps("SOTA-FRM-009", "no echo after ATE0", lambda b: b.ask("ATE0", echo=True).ask("AT")),
    ignores("SOTA-FRM-009", "no echo and no ATE", lambda b: b.ask(STATE, AT_STATE_1)),
    breaks(
        "SOTA-FRM-010",
        "an echo after ATE0",
        lambda b: b.ask("ATE0").ask(STATE, AT_STATE_1, echo=True),
    ),
    breaks("SOTA-FRM-010", "no echo after ATE1", lambda b: b.ask("ATE1").ask(STATE, AT_STATE_1)),
    keeps("SOTA-FRM-010", "no echo after ATE0", lambda b: b.ask("ATE0").ask(STATE, AT_STATE_1)),
    keeps(
        "SOTA-FRM-010",
        "an echo after ATE1",
        lambda b: b.ask("ATE1", echo=True).ask(STATE, AT_STATE_1, echo=True),
    ),
    ignores(
        "SOTA-FRM-010",
        "an echo again after a restart",
        lambda b: b.ask("ATE0").power_cycle().ask(STATE, AT_STATE_1, echo=True),
    ),
]

_URCS = [
    breaks(
        "SOTA-FRM-011",
        "a URC within an answer's line",
        lambda b: b.sent("AT+QIOTMCUVER?").got(
            '\r\n+QIOTMCUVER: "STM32","1+QIOTEVT: 4,10200\r\n_0_0"\r\n\r\nOK\r\n'
        ),
    ),
    breaks(
        "SOTA-FRM-011",
        "a URC between header and data",
        lambda b: b.ready().uploaded().block(0, 1024, INTRUDER + PACKAGE[:1024], header="0,1024"),
    ),
    breaks(
        "SOTA-FRM-011",
        "another URC between header and data",
        lambda b: (
            b.ready().uploaded().block(0, 1024, b"+CEREG: 1\r\n" + PACKAGE[:1024], header="0,1024")
        ),
    ),
    breaks(
        "SOTA-FRM-011",
        "another URC in the middle of the data",
        lambda b: (
            b.ready()
            .uploaded()
            .block(
                0,
                1024,
                PACKAGE[:300] + b"\r\n+CREG: 5\r\n" + PACKAGE[300:1024],
                header="0,1024",
            )
        ),
    ),
    breaks(
        "SOTA-FRM-011",
        "a URC that tears an answer's line",
        lambda b: b.sent(STATE).got("\r\n+QIOTST\r\n+QIOTEVT: 4,10200\r\nATE: 1\r\n\r\nOK\r\n"),
    ),
    breaks(
        "SOTA-FRM-011",
        "a URC at the end of an answer's line",
        lambda b: b.sent("AT+QIOTINFO?").got(
            "\r\n+QIOTINFO: type,x+QIOTEVT: 4,10200\r\n\r\nOK\r\n"
        ),
    ),
    keeps("SOTA-FRM-011", "a URC of its own", lambda b: b.event("4,10200")),
    keeps(
        "SOTA-FRM-011",
        "what only looks like a URC within the package",
        lambda b: (
            b.ready().event("4,10200").block(0, 41, b"\r\n+QIOTEVT: 7,10706\r\n" + PACKAGE[:20])
        ),
    ),
    keeps(
        "SOTA-FRM-012",
        "a URC between a command and its answer",
        lambda b: b.sent(STATE).event("4,10200", 0.01).got("\r\n+QIOTSTATE: 1\r\n\r\nOK\r\n"),
    ),
    breaks("SOTA-FRM-013", "OK to an unknown command", lambda b: b.ask("AT+QIOTNOSUCH")),
    breaks("SOTA-FRM-013", "silence to an unknown command", lambda b: b.silent("AT+QIOTNOSUCH")),
    keeps(
        "SOTA-FRM-013",
        "ERROR to an unknown command",
        lambda b: b.refused("AT+QIOTNOSUCH").ask("AT+QIOTSTATE?", "+QIOTSTATE: 0"),
    ),
    leaves_open(
        "SOTA-FRM-013",
        "+CME ERROR to an unknown command",
        lambda b: b.sent("AT+QIOTNOSUCH").got("\r\n+CME ERROR: 58\r\n"),
    ),
    ignores(
        "SOTA-FRM-013",
        "ERROR of a module that answers it to all",
        lambda b: b.refused("AT+QIOTNOSUCH").refused("AT+QIOTSTATE?"),
        also=("SOTA-CMD-STATE-001",),
    ),
    breaks(
        "SOTA-FRM-014",
        "silence after a refused command",
        lambda b: b.refused("AT+QIOTNOSUCH").silent("AT"),
        also=("SOTA-FRM-005",),
    ),
    keeps(
        "SOTA-FRM-014", "OK after a refused command", lambda b: b.refused("AT+QIOTNOSUCH").ask("AT")
    ),
    breaks(
        "SOTA-FRM-017",
        "a URC between data and OK",
        lambda b: b.block(0, 9, end="\r\n\r\n+QIOTEVT: 4,10200\r\n\r\nOK\r\n"),
    ),
    breaks(
        "SOTA-FRM-018",
        "an echo of some lines",
        lambda b: b.ask(STATE, AT_STATE_1).ask(STATE, AT_STATE_1, echo=True),
    ),
    keeps(
        "SOTA-FRM-018",
        "no echo before a start, and an echo after it",
        lambda b: (
            b.ask(STATE, AT_STATE_1)
            .ask(STATE, AT_STATE_1)
            .power_cycle()
            .ask(STATE, AT_STATE_1, echo=True)
            .ask("ATE0")
        ),
    ),
    ignores(
        "SOTA-FRM-018",
        "an echo that was switched",
        lambda b: b.ask("ATE0").ask("AT").ask("ATE1").ask("AT", echo=True),
    ),
    keeps("SOTA-FRM-017", "OK after two line ends", lambda b: b.block(0, 9)),
    keeps("SOTA-FRM-017", "OK after one line end", lambda b: b.block(0, 9, end="\r\nOK\r\n")),
    keeps("SOTA-FRM-017", "a URC behind the OK", lambda b: b.block(0, 9).event("4,10200", 0.0)),
]


def _now_and_then(bench: LogBuilder) -> None:
    """Answer every tenth query too late."""
    for number in range(40):
        bench.ask(STATE, AT_STATE_1, after_s=0.31 if number % 10 == 9 else 0.02)


_TIMES = [
    breaks("SOTA-FRM-016", "two pauses of 250 ms", _twice(lambda b: _slow_block(b, 0.25))),
    leaves_open("SOTA-FRM-016", "one pause of 250 ms", lambda b: _slow_block(b, 0.25)),
    breaks(
        "SOTA-FRM-016",
        "a pause of 210 ms in front of the code",
        _twice(lambda b: b.sent(STATE).got("\r\n+QIOTSTATE: 1\r\n").got("\r\nOK\r\n", 0.21)),
    ),
    keeps("SOTA-FRM-016", "a pause of 190 ms in a block", lambda b: _slow_block(b, 0.19)),
    keeps(
        "SOTA-FRM-016",
        "the time that the octets need at 9600 baud",
        lambda b: _slow_block(b, 0.19 + 532 / 960),
        baudrate=9600,
    ),
    breaks(
        "SOTA-FRM-016",
        "a pause on top of the time of the octets",
        _twice(lambda b: _slow_block(b, 0.25 + 532 / 960)),
        baudrate=9600,
    ),
    keeps(
        "SOTA-FRM-016",
        "within the uncertainty of the instants",
        lambda b: _slow_block(b, 0.22),
        uncertainty_s=0.025,
    ),
    breaks(
        "SOTA-TIM-001",
        "two answers after 310 ms",
        _twice(lambda b: b.ask(STATE, AT_STATE_1, after_s=0.31)),
    ),
    leaves_open(
        "SOTA-TIM-001",
        "one answer after 310 ms",
        lambda b: b.ask(STATE, AT_STATE_1, after_s=0.31).ask(STATE, AT_STATE_1),
    ),
    breaks("SOTA-TIM-001", "late now and then", _now_and_then),
    ignores(
        "SOTA-TIM-001",
        "late by no more than the suite itself, twice",
        _twice(lambda b: b.sent(STATE).stalled(0.4).got(f"\r\n{AT_STATE_1}\r\n\r\nOK\r\n")),
    ),
    leaves_open(
        "SOTA-TIM-001",
        "late in two states",
        lambda b: (
            b.ask(STATE, AT_STATE_1, after_s=0.31)
            .ask(STATE, AT_STATE_1)
            .ask("AT+QIOTREG?", "+QIOTREG: 0", after_s=0.31)
        ),
    ),
    keeps(
        "SOTA-TIM-001", "an answer after 290 ms", lambda b: b.ask(STATE, AT_STATE_1, after_s=0.29)
    ),
    keeps(
        "SOTA-TIM-001",
        "the time of the octets at 1200 baud",
        lambda b: b.ask(STATE, AT_STATE_1, after_s=0.29 + 37 / 120),
        baudrate=1200,
    ),
    breaks(
        "SOTA-TIM-001",
        "too late on top of the time of the octets",
        _twice(lambda b: b.ask(STATE, AT_STATE_1, after_s=0.32 + 37 / 120)),
        baudrate=1200,
    ),
    keeps(
        "SOTA-TIM-001",
        "within the uncertainty of the instants",
        lambda b: b.ask(STATE, AT_STATE_1, after_s=0.32),
        uncertainty_s=0.025,
    ),
    ignores("SOTA-TIM-001", "a basic command after 310 ms", lambda b: b.ask("AT", after_s=0.31)),
    ignores(
        "SOTA-TIM-001",
        "no answer at all",
        lambda b: b.silent("AT+QIOTINFO?"),
        also=("SOTA-FRM-005", "SOTA-CMD-INFO-001"),
    ),
    breaks(
        "SOTA-TIM-002",
        "a full block after 310 ms",
        _twice(
            lambda b: (
                b.maximum().sent(READS).got(BLOCK_HEAD + PACKAGE[:1024] + b"\r\n\r\nOK\r\n", 0.31)
            )
        ),
    ),
    keeps("SOTA-TIM-002", "a full block at once", lambda b: b.maximum().block(0, 1024)),
    keeps(
        "SOTA-TIM-002",
        "the time that a full block needs at 9600 baud",
        lambda b: b.maximum().sent(READS).got(BLOCK_HEAD + PACKAGE[:1024] + b"\r\n\r\nOK\r\n", 1.3),
        baudrate=9600,
    ),
    breaks(
        "SOTA-TIM-003",
        "310 ms while downloading",
        lambda b: _twice(lambda c: c.ask(STATE, "+QIOTSTATE: 8", after_s=0.31))(b.downloading()),
    ),
    keeps(
        "SOTA-TIM-003",
        "20 ms while downloading",
        lambda b: b.downloading().ask(STATE, "+QIOTSTATE: 8"),
    ),
]

CASES: list[Case] = [*_LINES, *_URCS, *_TIMES]
