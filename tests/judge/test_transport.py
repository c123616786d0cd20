"""What lies between suite and IUT: measured, and taken into account before anything fails."""

import pytest
from msgspec.structs import replace
from support.cases.framing import AT_STATE_1, STATE
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.log import RoundTrip
from atverdict.conformance.evidence.verdict import Verdict, worst
from atverdict.conformance.judge.judge import judge
from atverdict.reports.certificate.identification import assumptions
from atverdict.reports.certificate.languages import Wording

LIMIT, PAUSE = "SOTA-TIM-001", "SOTA-FRM-016"


def measured(transport: str, least_s: float, most_s: float) -> LogBuilder:
    """Begin a log whose transport has been measured."""
    median_s = (least_s + most_s) / 2
    record = RoundTrip(0.0, 10, least_s, median_s, most_s, most_s)
    return LogBuilder(transport=transport, uncertainty_s=0.025).add(record)


def asked(bench: LogBuilder, after_s: float) -> set[Verdict]:
    """Return what queries say that were answered after a while: the second one repeats it."""
    for _ in range(2):
        bench.ask(STATE, AT_STATE_1, after_s=after_s)
    return {worst(*bench.verdicts()[LIMIT])}


def rested(bench: LogBuilder, pause_s: float) -> set[Verdict]:
    """Return what answers say that rest before their final result codes."""
    for _ in range(2):
        bench.sent(STATE).got("\r\n+QIOTSTATE: 1\r\n").got("\r\nOK\r\n", pause_s).wait(0.1)
    return {worst(*bench.verdicts()[PAUSE])}


@pytest.mark.parametrize(
    ("transport", "after_s", "verdict"),
    [
        ("serial", 0.32, Verdict.PASS),
        ("serial", 0.36, Verdict.INCONCLUSIVE),
        ("serial", 0.38, Verdict.FAIL),
        ("pty", 0.36, Verdict.INCONCLUSIVE),
        ("pty", 0.38, Verdict.FAIL),
        ("tcp", 0.32, Verdict.PASS),
        ("tcp", 0.75, Verdict.INCONCLUSIVE),
        ("tcp", 0.78, Verdict.FAIL),
        ("url", 0.75, Verdict.INCONCLUSIVE),
        ("labgrid", 0.75, Verdict.INCONCLUSIVE),
    ],
)
def test_only_what_the_transport_cannot_explain_is_late(
    transport: str, after_s: float, verdict: Verdict
) -> None:
    assert asked(measured(transport, 0.40, 0.44), after_s) == {verdict}


def test_behind_a_network_what_it_takes_itself_is_added_to_the_spread() -> None:
    record = RoundTrip(0.0, 10, 0.40, 0.42, 0.44, 0.44, network_s=0.03)
    for after_s, verdict in ((0.39, Verdict.INCONCLUSIVE), (0.41, Verdict.FAIL)):
        bench = LogBuilder(transport="tcp", uncertainty_s=0.025).add(record)
        assert asked(bench, after_s) == {verdict}


@pytest.mark.parametrize("transport", ["serial", "tcp"])
def test_a_pause_is_explained_by_the_spread_alone(transport: str) -> None:
    for pause_s, verdict in ((0.22, "PASS"), (0.26, "INCONCLUSIVE"), (0.27, "FAIL")):
        assert rested(measured(transport, 0.40, 0.44), pause_s) == {Verdict[verdict]}


def test_a_log_without_a_measurement_is_judged_as_ever() -> None:
    assert asked(LogBuilder(transport="tcp", uncertainty_s=0.025), 0.33) == {Verdict.FAIL}


def test_what_was_measured_last_counts_from_there_on() -> None:
    bench = measured("tcp", 0.01, 0.01).ask(STATE, AT_STATE_1, after_s=0.4)
    assert asked(bench, 0.4) == {Verdict.FAIL}
    bench.add(RoundTrip(bench.now_s, 10, 0.2, 0.2, 0.2, 0.2))
    before = judge(bench.records).requirements[LIMIT].counts[Verdict.FAIL]
    asked(bench, 0.4)
    assert judge(bench.records).requirements[LIMIT].counts[Verdict.FAIL] == before
    shown = judge(bench.records).round_trip
    assert shown is not None
    assert shown.most_s == 0.2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_certificate_says_what_was_measured(language: str) -> None:
    judgement = judge(measured("tcp", 0.0123, 0.4).proved().records)
    said = [text[0] for text in assumptions(judgement, Wording(language))]
    assert any("12.3" in text and "400.0 ms" in text for text in said)
    unmeasured = judge(LogBuilder(transport="tcp").records)
    assert len(assumptions(unmeasured, Wording(language))) < len(said) - 1


def test_what_stays_open_says_why() -> None:
    bench = measured("tcp", 0.40, 0.44).proved().ask(STATE, AT_STATE_1, after_s=0.5)
    reason = judge(bench.records).requirements[LIMIT].reason
    assert "one after 500 ms, of which the transport may have taken 440 ms" in reason


def test_parity_makes_an_octet_longer_on_the_line() -> None:
    octets = len(STATE) + len("\r") + len(f"\r\n{AT_STATE_1}\r\n\r\nOK\r\n")
    after_s = 0.29 + octets * 12 / 300
    with_parity = LogBuilder(baudrate=300)
    with_parity.records[0] = replace(with_parity.records[0], octet_bits=12)
    assert asked(with_parity, after_s) == {Verdict.PASS}
    assert asked(LogBuilder(baudrate=300), after_s) == {Verdict.FAIL}
