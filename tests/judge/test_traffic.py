"""Documented traffic of a module beside the flow: it raises no alarm, and it hides no fault."""

import random
from collections.abc import Iterator

import pytest
from support.cases.catalogue import CASES
from support.log_builder import Case, LogBuilder
from support.traffic import TRAFFIC

from atverdict.conformance.evidence.log import Received, Record, to_text
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.judge import judge

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
    hidden = []
    for case in CASES:
        if case.verdict is not Verdict.FAIL or not _is_steady(case):
            continue
        records = case.bench().records
        dice = random.Random(f"12 {case.identifier}")  # a new case changes no other's place
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


APP = b'\r\n+QIOTEVT: 7,10700,"app","A1","A2",30,-113,698000\r\n'
OF_THE_MODULE = {
    "an offer": APP,
    "an offer twice": APP + APP,
    "a failure": APP + b"\r\n+QIOTEVT: 7,10701\r\n\r\n+QIOTEVT: 7,10706\r\n",
    "an upgrade": b"".join(
        [
            APP,
            *(b"\r\n+QIOTEVT: 7,%d\r\n" % code for code in (10701, 10702, 10703, 10704)),
            b'\r\nRDY\r\n\r\n+QIND: "FOTA","END",0\r\n',
            *(b"\r\n+QIOTEVT: %b\r\n" % event for event in (b"2,10200", b"3,10200", b"7,10705")),
        ]
    ),
}


@pytest.mark.parametrize("traffic", OF_THE_MODULE)
@pytest.mark.parametrize("log", GOOD)
def test_an_upgrade_of_the_module_by_itself_raises_no_alarm(log: str, traffic: str) -> None:
    records = GOOD[log]().records
    offers = [at for at, r in enumerate(records) if isinstance(r, Received) and "10700" in r.octets]
    for at in _places(records):
        if offers and at > offers[0] and not traffic.startswith("an offer"):
            continue  # no document has a second plan begin within the first
        after = judge(_with(records, at, OF_THE_MODULE[traffic])).requirements
        broken = {name for name, v in after.items() if Verdict.FAIL in v.counts}
        assert broken <= {"SOTA-FRM-013"}, at  # of the log itself
