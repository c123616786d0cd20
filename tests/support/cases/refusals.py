"""Logs made by hand for malformed and odd command lines."""

from support.log_builder import Case, LogBuilder, breaks, ignores, keeps, leaves_open

__all__ = ["CASES"]

UNTERMINATED = 'AT+QIOTUPDATE="1'
MALFORMED = "AT+QIOTUPDATE=1?"
LONG = f'AT+QIOTMCUVER="{"A" * 4096}","1"'
BOTH = "AT+QIOTSTATE?;+QIOTREG?"


def _fuzzed_offer(bench: LogBuilder) -> LogBuilder:
    """Send a malformed line while an offer stands."""
    return bench.offered().wait(0.15).refused(MALFORMED)


CASES: list[Case] = [
    breaks("SOTA-ROB-001", "OK to a malformed line", lambda b: b.ask(MALFORMED)),
    breaks("SOTA-ROB-001", "silence to a malformed line", lambda b: b.silent("AT+QIOTREG=1 ")),
    breaks("SOTA-ROB-001", "OK to a control character", lambda b: b.ask("AT+QIOTOTARD=\x01,\x01")),
    keeps(
        "SOTA-ROB-001",
        "ERROR to a malformed line",
        lambda b: _fuzzed_offer(b).ask("AT+QIOTUPDATE=1"),
    ),
    ignores(
        "SOTA-ROB-001",
        "ERROR to a malformed line where all is refused",
        lambda b: b.refused(MALFORMED).confirmed(),
    ),
    breaks("SOTA-ROB-001", "OK to an execute form that is none", lambda b: b.ask("AT+QIOTMCUVER")),
    breaks("SOTA-ROB-001", "OK to no keyword", lambda b: b.ask("AT+QIOTCFG=")),
    breaks("SOTA-ROB-001", "OK to a number for a keyword", lambda b: b.ask("AT+QIOTCFG=1")),
    keeps(
        "SOTA-ROB-001",
        "ERROR to an execute form that is none",
        lambda b: b.refused("AT+QIOTMCUVER").announce(),
    ),
    ignores(
        "SOTA-ROB-001", "OK to the execute form of a request", lambda b: b.online().request(None)
    ),
    ignores(
        "SOTA-ROB-001", "OK to a malformed line of another command", lambda b: b.ask("AT+X=?=")
    ),
    leaves_open(
        "SOTA-ROB-001",
        "OK to a blank before a parameter, which a shell may drop",
        lambda b: b.ask('AT+QIOTMCUVER="STM32", "1_0_0"').ask("AT+QIOTOTARD= 0, 9"),
    ),
    keeps(
        "SOTA-ROB-001",
        "ERROR to a blank before a parameter",
        lambda b: b.refused('AT+QIOTMCUVER="STM32", "1_0_0"').announce(),
    ),
    leaves_open(
        "SOTA-ROB-001",
        "a version that was set with a blank before it",
        lambda b: (
            b.announce()
            .ask('AT+QIOTMCUVER="STM32", "2_0_0"')
            .ask("AT+QIOTMCUVER?", '+QIOTMCUVER: "STM32","2_0_0"')
        ),
    ),
    breaks(
        "SOTA-ROB-001",
        "silence to a blank before a parameter",
        lambda b: b.silent('AT+QIOTMCUVER="STM32", "1_0_0"'),
    ),
    ignores("SOTA-ROB-001", "OK to two commands in one line", lambda b: b.ask(BOTH)),
    ignores("SOTA-ROB-001", "a restart in the answer", lambda b: b.sent(MALFORMED).power_cycle()),
    breaks("SOTA-ROB-007", "OK to an unterminated quote", lambda b: b.ask(UNTERMINATED)),
    breaks("SOTA-ROB-007", "silence to an unterminated quote", lambda b: b.silent(UNTERMINATED)),
    keeps(
        "SOTA-ROB-007",
        "ERROR to an unterminated quote",
        lambda b: b.offered().wait(0.15).refused(UNTERMINATED).ask("AT+QIOTUPDATE=1"),
    ),
    breaks("SOTA-ROB-002", "ERROR to AT", lambda b: b.refused(MALFORMED).refused("AT")),
    breaks(
        "SOTA-ROB-002",
        "silence to AT",
        lambda b: b.refused(MALFORMED).silent("AT"),
        also=("SOTA-FRM-005", "SOTA-FRM-014"),
    ),
    breaks(
        "SOTA-ROB-002",
        "ERROR to AT after a negative number",
        lambda b: b.refused("AT+QIOTREG=-1").refused("AT"),
    ),
    keeps("SOTA-ROB-002", "OK to AT", lambda b: b.refused(MALFORMED).ask("AT")),
    keeps("SOTA-ROB-002", "OK to AT after a long line", lambda b: b.refused(LONG).ask("AT")),
    ignores("SOTA-ROB-002", "AT after a usual line", lambda b: b.ask("AT").ask("AT")),
    breaks(
        "SOTA-ROB-003",
        "ERROR to the consent",
        lambda b: _fuzzed_offer(b).refused("AT+QIOTUPDATE=1"),
        also=("SOTA-CMD-UPDATE-002",),
    ),
    keeps(
        "SOTA-ROB-003",
        "OK to the consent",
        lambda b: _fuzzed_offer(b).ask("AT+QIOTUPDATE=1"),
    ),
    ignores(
        "SOTA-ROB-003",
        "a consent without malformed lines before it",
        lambda b: b.confirmed(),
    ),
    breaks("SOTA-ROB-005", "OK to 4 kB", lambda b: b.ask(LONG)),
    breaks("SOTA-ROB-005", "silence to 4 kB", lambda b: b.silent(LONG)),
    keeps("SOTA-ROB-005", "ERROR to 4 kB", lambda b: b.announce().refused(LONG)),
    breaks("SOTA-ROB-006", "ERROR to CR", lambda b: b.typed("\r").got("\r\nERROR\r\n")),
    breaks(
        "SOTA-ROB-006",
        "OK to CR, after an answered command",
        lambda b: b.ask("AT").typed("\r").got("\r\nOK\r\n"),
    ),
    breaks(
        "SOTA-ROB-006",
        "silence to the next command",
        lambda b: b.typed("\r\n\r\n").silent("AT"),
        also=("SOTA-FRM-005",),
    ),
    keeps("SOTA-ROB-006", "an answer to the next command", lambda b: b.typed("\r").ask("AT")),
    ignores("SOTA-ROB-006", "half a line", lambda b: b.typed("AT+QIO").got("\r\nERROR\r\n")),
    keeps(
        "SOTA-FRM-015",
        "both answers",
        lambda b: b.ask(BOTH, "+QIOTSTATE: 8", "+QIOTREG: 1"),
    ),
    ignores("SOTA-FRM-015", "ERROR", lambda b: b.refused(BOTH)),
    leaves_open("SOTA-FRM-015", "one answer", lambda b: b.ask(BOTH, "+QIOTSTATE: 8")),
]
