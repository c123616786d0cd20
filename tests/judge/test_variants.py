"""Whole upgrades as real modules show them: whatever is permitted, nothing is broken."""

import re
from collections.abc import Callable, Iterator

import msgspec
import pytest
from support.log_builder import OFFER, PIECE, SHA256, SIZE, START, START_SHA256, LogBuilder, piece

from atverdict.conformance.evidence.log import Received, Record, Sent
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.judge import judge

OPERATOR = '\r\n+COPS: 0,0,"\u4e2d\u56fd"\r\n'.encode()
RECEIVED = "\r\n+QIOTEVT: 5,10200,22\r\n\r\n+QIOTEVT: 7,10706\r\n\r\n"
QIND = '\r\n+QIND: "FOTA","END",0\r\n'


def plain(*, end: bool = True) -> LogBuilder:
    """Return a whole upgrade that was announced, requested, read and successful."""
    bench = LogBuilder().proved().maximum().succeeded()
    return bench.end() if end else bench


def _tail(bench: LogBuilder) -> LogBuilder:
    bench.ask("AT+QIOTUPDATE=3").event("7,10704").announce("2_0_0").event("7,10705")
    return bench.end()


def _pieces(bench: LogBuilder) -> LogBuilder:
    bench.proved().ready(piece(0, 1024)).block(0, 1024).wait(0.1)
    bench.refused("AT+QIOTUPDATE=3").ask("AT+QIOTUPDATE=2")
    bench.events("7,10702", piece(1024, 1024)).wait(0.1).block(1024, 1024).wait(0.1)
    bench.ask("AT+QIOTUPDATE=2").event(piece(2048, SIZE - 2048)).wait(0.1)
    return _tail(bench.block(2048, SIZE - 2048).wait(0.1).refused("AT+QIOTUPDATE=2"))


def _early_events(bench: LogBuilder) -> LogBuilder:
    """Every event directly in front of the OK of its command; E-27 warns of some."""
    bench.proved().sent("AT+QIOTREG=1")
    bench.got("\r\n+QIOTEVT: 2,10200\r\n\r\n+QIOTEVT: 3,10200\r\n\r\nOK\r\n").announce()
    bench.sent("AT+QIOTOTAREQ=1").got(f"\r\n+QIOTEVT: {OFFER}\r\n\r\nOK\r\n").wait(0.2)
    bench.ask("AT+QIOTUPDATE=1").events(START_SHA256, "7,10702", PIECE).wait(0.1).read_all()
    bench.ask("AT+QIOTUPDATE=3").event("7,10704").sent('AT+QIOTMCUVER="STM32","2_0_0"')
    return bench.got("\r\n+QIOTEVT: 7,10705\r\n\r\nOK\r\n").end()


VARIANTS: dict[str, Callable[[], LogBuilder]] = {
    "a plain upgrade": plain,
    "three pieces, 10702 or not": lambda: _pieces(LogBuilder()),
    "events in front of the OK": lambda: _early_events(LogBuilder()),
    "1,10200, 10700 repeated, many 10702": lambda: _tail(
        LogBuilder()
        .proved()
        .ask("AT+QIOTREG=1")
        .events("1,10200", "2,10200", "3,10200")
        .announce()
        .request(0)
        .events(OFFER, OFFER, OFFER)
        .wait(0.15)
        .ask("AT+QIOTUPDATE=1")
        .events(START, "7,10702", "7,10702", "7,10702", PIECE)
        .wait(0.1)
        .read_all()
    ),
    "an offer that nobody asked for": lambda: _tail(
        LogBuilder()
        .proved()
        .online()
        .announce()
        .event(OFFER)
        .wait(0.15)
        .ask("AT+QIOTUPDATE=1")
        .events(START, "7,10702", PIECE)
        .wait(0.1)
        .read_all(974)
    ),
    "+QIND before and after 10705": lambda: (
        LogBuilder()
        .proved()
        .updating()
        .announce("2_0_0")
        .got(QIND)
        .event("7,10705")
        .got(QIND)
        .end()
    ),
    "UPDATE=1 and UPDATE=3 twice": lambda: (
        LogBuilder()
        .proved()
        .confirmed()
        .ask("AT+QIOTUPDATE=1")
        .events(START_SHA256, "7,10702", PIECE)
        .wait(0.1)
        .read_all()
        .ask("AT+QIOTUPDATE=3")
        .event("7,10704")
        .ask("AT+QIOTUPDATE=3")
        .announce("2_0_0")
        .event("7,10705")
        .end()
    ),
    "success without UPDATE=3": lambda: (
        LogBuilder().proved().ready().read_all().announce("2_0_0").event("7,10705").end()
    ),
    "10704 again after a restart": lambda: (
        LogBuilder()
        .proved()
        .updating()
        .power_cycle()
        .got("\r\nRDY\r\n")
        .event("7,10704")
        .announce("2_0_0")
        .event("7,10705")
        .end()
    ),
    "the port vanishes while updating": lambda: (
        LogBuilder().proved().updating().unplugged().announce("2_0_0").event("7,10705").end()
    ),
    "an attempt that is dropped, and offered again": lambda: _tail(
        LogBuilder()
        .proved()
        .downloading()
        .event(OFFER)
        .wait(0.15)
        .ask("AT+QIOTUPDATE=1")
        .events(START_SHA256, "7,10702", PIECE)
        .wait(0.1)
        .read_all()
    ),
    "received data in the middle of everything": lambda: (
        LogBuilder()
        .proved()
        .got(RECEIVED)
        .ready()
        .got(RECEIVED)
        .read_all()
        .sent("AT+QIOTUPDATE=3")
        .got(RECEIVED)
        .got("\r\nOK\r\n")
        .event("7,10704")
        .announce("2_0_0")
        .event("7,10705")
        .got(RECEIVED)
        .end()
    ),
    "an operator's name in its own alphabet": lambda: (
        LogBuilder().proved().got(OPERATOR).succeeded().got(OPERATOR).end()
    ),
    "names in place of ranges": lambda: (
        LogBuilder()
        .proved()
        .ask("AT+QIOTMCUVER=?", "+QIOTMCUVER: <MCU_number>,<MCU_version>")
        .ask("AT+QIOTOTAREQ=?", "+QIOTOTAREQ: <info>")
        .ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: <update_action>")
        .ask("AT+QIOTOTARD=?", "+QIOTOTARD: <start>,<max_length>")
        .succeeded()
        .end()
    ),
    "the vendor's other URCs everywhere": lambda: (
        LogBuilder()
        .proved()
        .got("\r\n+CEREG: 1\r\n")
        .online()
        .got("\r\nRDY\r\n")
        .succeeded()
        .got('\r\n+QIND: "csq",25,99\r\n')
        .end()
    ),
    "a failure while downloading, and a second attempt": lambda: _tail(
        LogBuilder()
        .proved()
        .downloading()
        .event("7,10706")
        .request(0)
        .event(OFFER)
        .wait(0.15)
        .ask("AT+QIOTUPDATE=1")
        .events(START, "7,10702", PIECE)
        .wait(0.1)
        .read_all()
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_is_broken(name: str) -> None:
    bench = VARIANTS[name]()
    broken = {r: v for r, v in bench.verdicts().items() if Verdict.FAIL in v}
    assert not broken
    judgement = bench.judgement()
    assert judgement.proved
    assert judgement.upgrade_seen
    assert judgement.outcome is Outcome.PASS, judgement.inconclusive_because


def _respelled(records: list[Record], spell: Callable[[str], str]) -> Iterator[Record]:
    for record in records:
        text = isinstance(record, Received) and "+QIOTOTARD: " not in record.octets
        if isinstance(record, Received) and text:
            yield msgspec.structs.replace(record, octets=spell(record.octets))
        else:
            yield record


SPELLINGS: dict[str, Callable[[str], str]] = {
    "no line end in front": lambda text: text.removeprefix("\r\n").replace("\r\n\r\n", "\r\n"),
    "only between text and code": lambda text: text.removeprefix("\r\n"),
    "more line ends than needed": lambda text: "\r\n" + text + "\r\n",
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_line_ends_change_no_verdict(name: str) -> None:
    records = plain().records
    respelled = list(_respelled(records, SPELLINGS[name]))
    assert respelled != records
    assert _verdicts(respelled) == _verdicts(records)


def _echoed(records: list[Record]) -> Iterator[Record]:
    line = ""
    for record in records:
        if isinstance(record, Sent):
            line = record.octets
        if isinstance(record, Received) and line:
            yield msgspec.structs.replace(record, octets=line + record.octets)
            line = ""
        else:
            yield record


def test_echo_changes_no_verdict_but_its_own() -> None:
    records = plain().records
    echoed = _verdicts(list(_echoed(records)))
    assert echoed.pop("SOTA-FRM-009") == "pass"
    assert echoed == {k: v for k, v in _verdicts(records).items() if k != "SOTA-FRM-009"}


def _chunked(records: list[Record], octets: int) -> Iterator[Record]:
    for record in records:
        if isinstance(record, Received):
            for part in re.findall(f"(?s).{{1,{octets}}}", record.octets):
                yield Received(record.t, part)
        else:
            yield record


@pytest.mark.parametrize("octets", [1, 2, 3, 7, 64, 1000])
def test_chunks_change_no_verdict(octets: int) -> None:
    records = plain().records
    assert _verdicts(list(_chunked(records, octets))) == _verdicts(records)


def test_joined_answers_change_no_verdict() -> None:
    records = LogBuilder().proved().maximum().updating().announce("2_0_0")
    apart = records.got("\r\n+QIOTEVT: 7,10705\r\n", 0.0).end().records
    joined: list[Record] = []
    for record in apart:
        last = joined[-1] if joined else None
        if isinstance(record, Received) and isinstance(last, Received) and last.t == record.t:
            joined[-1] = Received(record.t, last.octets + record.octets)
        else:
            joined.append(record)
    assert _verdicts(joined) == _verdicts(apart)


def _verdicts(records: list[Record]) -> dict[str, str]:
    return {name: v.outcome.value for name, v in judge(records).requirements.items()}


def test_the_bench_speaks_of_one_package() -> None:
    assert SHA256 in START_SHA256
    assert str(SIZE) in OFFER
