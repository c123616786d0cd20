"""Documented traffic of a module beside the flow: it raises no alarm, and it hides no fault."""

import random
from collections.abc import Iterator

import pytest
from support.cases.catalogue import CASES
from support.log_builder import Case, LogBuilder

from atverdict.conformance.evidence.log import Received, Record, to_text
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.judge import judge

TRAFFIC = {
    "counted service data": b'\r\n+QIOTEVT: 5,10212,17,9,{"1":"a"}\r\n',
    "counted TTLV": b"\r\n+QIOTEVT: 5,10212,18,11,\x00\r\n\r\nOK\r\n\xff\x1a\r\n",
    "counted text of an event": b"\r\n+QIOTEVT: 5,10212,9,21,\r\n+QIOTEVT: 7,10706\r\n\r\n",
    "no counted data": b"\r\n+QIOTEVT: 5,10212,17,0,\r\n",
    "unbuffered octets": b"\r\n+QIOTEVT: 5,10200,13\r\n\r\nERROR\r\n\xe4\xb8\xad\x00\r\n",
    "unbuffered objects": b"\r\n+QIOTEVT: 5,10210,6\r\n\r\nOK\r\n\r\n",
    "buffered": b"\r\n+QIOTEVT: 5,10200\r\n\r\n+QIOTEVT: 5,10210\r\n",
    "request to read": b"\r\n+QIOTEVT: 5,10211,3,1,2,7\r\n",
    "buffer full": b"\r\n+QIOTEVT: 5,10428\r\n\r\n+QIOTEVT: 5,10473\r\n",
    "sub-device": b'\r\n+QIOTSUBEVT: "p11x","dk1",1,10200,"secret"\r\n',
    "sub-device without quotes": b"\r\n+QIOTSUBEVT: p11x,dk1,2,10200\r\n",
    "sub-device, counted": b'\r\n+QIOTSUBEVT: "p","d",5,10212,17,6,\r\nOK\r\n\r\n',
    "sub-device, unbuffered": b'\r\n+QIOTSUBEVT: "p","d",5,10200,6\r\n\r\nOK\r\n\r\n',
    "sub-device upgrade": b'\r\n+QIOTSUBEVT: "p","d",7,10700,"S","","2",30,-113,9\r\n',
    "time": b"\r\n+QIOTEVT: 4,10250,2026-12-01 10:20:30,+08,1796091630\r\n",
    "time as a string": b'\r\n+QIOTEVT: 4,10250,"26/12/01,10:20:30+32",8,1796091630000\r\n',
    "sent": b"\r\n+QIOTEVT: 4,10200,12\r\n\r\n+QIOTEVT: 4,10210\r\n\r\n+QIOTEVT: 4,10320\r\n",
    "acquisition": b"\r\n+QIOTEVT: 30,0,17\r\n\r\n+QIOTEVT: 30,13\r\n",
    "platform": b"\r\n+QIOTEVT: 8,10428\r\n\r\n+QIOTEVT: 8,10429\r\n",
    "wake-up": b"\r\n+QIOTEVT: 9,10200\r\n",
    "boot banner": b"\r\nRDY\r\n\r\n+CFUN: 1\r\n\r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n",
    "indications": b'\r\n+QIND: SMS DONE\r\n\r\n+QIND: PB DONE\r\n\r\n+QIND: "csq",28,99\r\n',
    "network": b'\r\n+CEREG: 1,"1C2B","0A3F4D01",7\r\n\r\n+CGEV: ME PDN ACT 1\r\n',
    "message": b'\r\n+CMT: "+4912",,"26/12/01,10:20:30+32"\r\nOK\r\n',
    "message that spells an event": b'\r\n+CMT: "+4912",,"x"\r\n+QIOTEVT: 7,10706\r\n',
    "status report": b"\r\n+CDS: 24\r\nERROR\r\n",
    "other connection": b'\r\n+QIURC: "recv",0,4\r\nOK\r\n\r\n',
    "operator's language": '\r\n+CUSD: 0,"余额不足",72\r\n'.encode(),
    "call": b"\r\nRING\r\n\r\nNO CARRIER\r\n",
}

GOOD = {
    "an upgrade": lambda: LogBuilder().proved().succeeded().listen(2),
    "two pieces": lambda: LogBuilder().proved().second_piece().listen(2),
    "queries": lambda: (
        LogBuilder()
        .proved()
        .online()
        .ask("AT+QIOTSTATE?", "+QIOTSTATE: 8")
        .ask("AT+QIOTINFO?", "+QIOTINFO: mcu_version,STM32:1", "+QIOTINFO: sdk_ver,2.23")
        .refused("AT+QIOTNOSUCH")
        .silent("AT+QIOTNOSUCH?")
        .ask("AT")
        .ask("AT+QIOTREG=0")
        .event("6,10200")
        .listen(2)
    ),
}


def _with(records: list[Record], at: int, octets: bytes) -> list[Record]:
    """Return the log with octets that arrive before the record `at`."""
    instant_s = getattr(records[at], "t", 0.0) if at < len(records) else 1e3
    return [*records[:at], Received(instant_s, to_text(octets)), *records[at:]]


def _places(records: list[Record]) -> Iterator[int]:
    """Yield the places at which a line may come: not within a line or a block."""
    for at in range(8, len(records) + 1):
        before = records[at - 1]
        if not isinstance(before, Received) or before.octets.endswith("\r\n"):
            yield at


@pytest.mark.parametrize("traffic", TRAFFIC)
@pytest.mark.parametrize("log", GOOD)
def test_traffic_at_any_place_raises_no_alarm(log: str, traffic: str) -> None:
    records = GOOD[log]().records
    before = judge(records).requirements
    for at in _places(records):
        after = judge(_with(records, at, TRAFFIC[traffic])).requirements
        for name, verdict in after.items():
            found = set(verdict.counts) - set(before[name].counts)
            assert found <= {Verdict.PASS}, (name, at, verdict.findings[0].reason)


def test_traffic_hides_no_fault() -> None:
    dice = random.Random(12)
    hidden = []
    for case in CASES:
        if case.verdict is not Verdict.FAIL or not _is_steady(case):
            continue
        records = case.bench().records
        at = dice.choice([*_places(records)] or [len(records)])
        traffic = dice.choice([*TRAFFIC])
        found = judge(_with(records, at, TRAFFIC[traffic])).requirements
        if Verdict.FAIL not in found[case.requirement].counts:
            hidden.append((case.identifier, at, traffic))
    assert hidden == []


def _is_steady(case: Case) -> bool:
    """Tell whether nothing in the log depends on the exact line of a record, or on the time."""
    records = case.bench().records
    kinds = {type(record).__name__ for record in records}
    return not kinds & {"Expected", "Port", "Reset"} and not case.settings


def test_a_module_that_speaks_of_other_things_in_every_answer_passes() -> None:
    bench = LogBuilder().proved()
    for octets in TRAFFIC.values():
        bench.sent("AT+QIOTSTATE?").got(octets).got("\r\n+QIOTSTATE: 0\r\n\r\nOK\r\n").wait(0.1)
        bench.ask("AT")
    judgement = bench.end().judgement()
    assert judgement.count(Outcome.FAIL) == judgement.count(Outcome.WARNING) == 0
