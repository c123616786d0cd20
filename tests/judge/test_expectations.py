"""Expectations: which events meet them, from which line until which instant, and in what words."""

import pytest
from support.log_builder import OFFER, START, LogBuilder

from atverdict.conformance.evidence.log import Expected, Resumed
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.expectation import REMEMBERED
from atverdict.conformance.judge.finding import Finding

REQUIREMENT = "SOTA-CMD-OTAREQ-003"
LATER = "2025-01-01T01:00:00+00:00"
PERSISTENCE = "SOTA-PER-005"


def _findings(bench: LogBuilder, requirement: str = REQUIREMENT) -> list[Finding]:
    return bench.judgement().requirements[requirement].findings


def _only(bench: LogBuilder, requirement: str = REQUIREMENT) -> Finding:
    (found,) = _findings(bench, requirement)
    return found


def _due(since: int, **more: object) -> LogBuilder:
    """Return a log with one offer due after the line `since`, which is its request."""
    bench = LogBuilder().proved().online().announce().request()
    return bench.expect(REQUIREMENT, 10700, within_s=5.0, since=since, **more)


@pytest.mark.parametrize(
    ("code", "event", "met"),
    [
        (0, "7,10702", True),
        (10700, "7,10702", False),
        (10700, OFFER, True),
    ],
)
def test_code_zero_of_type_seven_stands_for_every_event_of_the_upgrade(
    code: int, event: str, *, met: bool
) -> None:
    bench = LogBuilder().proved().expect(REQUIREMENT, code, within_s=5.0).event(event)
    assert bool(_findings(bench)) is met


@pytest.mark.parametrize(
    ("event", "met"), [("4,10200", False), ("4,10300", True), ("4,10420", True), ("5,10420", False)]
)
def test_code_zero_of_another_type_stands_for_its_errors(event: str, *, met: bool) -> None:
    bench = LogBuilder().proved()
    due = Expected(bench.now_s, REQUIREMENT, ((4, 0),), within_s=5.0, since=bench.line)
    assert bool(_findings(bench.add(due).event(event))) is met


@pytest.mark.parametrize("lines_later", [0, 1])
def test_an_event_counts_from_the_line_after_the_command_on(lines_later: int) -> None:
    bench = LogBuilder().proved().online().announce().request().event(OFFER)
    bench.expect(REQUIREMENT, 10700, within_s=5.0, since=bench.line - lines_later)
    assert bool(_findings(bench)) is (lines_later == 1)


def test_many_events_before_the_expectation_are_remembered() -> None:
    bench = LogBuilder().proved().online().announce().request()
    since = bench.line
    bench.event(OFFER)
    for _ in range(REMEMBERED - 1):
        bench.event("4,10200", after_s=0.01)
    assert _only(bench.expect(REQUIREMENT, 10700, since=since)).verdict is Verdict.PASS


def test_one_event_settles_an_expectation_once() -> None:
    bench = LogBuilder().proved().online().announce().request().expect(REQUIREMENT, 10700)
    assert _only(bench.event(OFFER).event(OFFER).listen(9.0)).verdict is Verdict.PASS


@pytest.mark.parametrize(("listened_s", "judged"), [(0.99, False), (1.0, True), (2.0, True)])
def test_silence_is_judged_from_the_last_instant_on(listened_s: float, *, judged: bool) -> None:
    bench = LogBuilder().proved().expect(REQUIREMENT, 10700, within_s=1.0).listen(listened_s)
    assert bool(_findings(bench)) is judged


def test_what_never_came_is_told_with_what_was_sent_and_what_came() -> None:
    bench = LogBuilder().proved().online().announce().request()
    since = bench.line
    bench.event("4,10200").expect(REQUIREMENT, 10700, since=since).event("4,10250").listen(1.0)
    found = _only(bench)
    assert found.verdict is Verdict.FAIL
    assert found.expected == "7,10700 within 1 s"
    assert found.observed == f"4,10200, 4,10250, and no other event until {bench.now_s:.3f} s"
    assert found.places[0].octets == b"AT+QIOTOTAREQ=1\r"
    assert [place.octets.strip() for place in found.places[1:3]] == [
        b"+QIOTEVT: 4,10200",
        b"+QIOTEVT: 4,10250",
    ]
    assert (found.places[3].line, found.places[3].octets) == (bench.line, b"")


def test_events_before_the_command_are_not_shown() -> None:
    bench = LogBuilder().proved().event("4,10200").expect(REQUIREMENT, 10700).listen(1.0)
    assert _only(bench).observed == f"no event until {bench.now_s:.3f} s"


def test_of_many_events_some_are_shown() -> None:
    bench = LogBuilder().proved().expect(REQUIREMENT, 10700, within_s=9.0)
    for code in (10301, 10302, 10303, 10304, 10305):
        bench.event(f"4,{code}")
    five = "4,10301, 4,10302, 4,10303, 4,10304, 4,10305"
    when = bench.now_s + 9.0
    observed = _only(bench.listen(9.0)).observed
    assert observed == f"{five}, and no other event until {when:.3f} s"
    more = LogBuilder().proved().expect(REQUIREMENT, 10700, within_s=9.0)
    for code in (10301, 10302, 10303, 10304, 10305, 10306):
        more.event(f"4,{code}")
    assert _only(more.listen(9.0)).observed.startswith(f"{five}, ..., and no other event")


@pytest.mark.parametrize(
    ("codes", "forbidden", "because", "sentence"),
    [
        (((7, 10700),), False, "", "7,10700 within 2 s"),
        (((7, 10705), (7, 10706)), False, "", "7,10705 or 7,10706 within 2 s"),
        (((7, 0),), True, "", "no event of the upgrade within 2 s"),
        (((4, 0),), False, "it is offline", "an error of type 4 within 2 s (it is offline)"),
    ],
)
def test_an_expectation_is_told_in_a_sentence(
    codes: tuple[tuple[int, int], ...], *, forbidden: bool, because: str, sentence: str
) -> None:
    bench = LogBuilder().proved()
    due = Expected(
        bench.now_s,
        REQUIREMENT,
        codes,
        within_s=2.0,
        since=bench.line,
        forbidden=forbidden,
        because=because,
    )
    assert _only(bench.add(due).listen(2.0)).expected == sentence


def test_a_lost_port_leaves_open_what_was_due() -> None:
    bench = _due(0).unplugged().listen(9.0).end()
    verdict = bench.judgement().requirements[REQUIREMENT]
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "cut short by the loss of the port" in verdict.reason


def test_a_port_that_was_lost_before_excuses_nothing() -> None:
    bench = LogBuilder().proved().unplugged().expect(REQUIREMENT, 10700).listen(1.0)
    assert _only(bench).verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        (lambda bench: bench.power_cycle(), "cut short by a restart at"),
        (
            lambda bench: bench.add(Resumed(bench.now_s, "2025-01-01T01:00:00+00:00")),
            "an interruption of the run at",
        ),
        (lambda bench: bench, "cut short by the end of the log at"),
    ],
)
def test_what_was_cut_short_is_open_and_names_what_ended_it(ended: object, words: str) -> None:
    assert callable(ended)
    bench = _due(0)
    ended(bench)
    verdict = bench.end().judgement().requirements[REQUIREMENT]
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert words in verdict.reason


def test_what_was_due_before_a_restart_is_due_no_more() -> None:
    bench = _due(0).power_cycle().event(OFFER).listen(9.0)
    assert not _findings(bench)


def test_a_spoiled_event_leaves_silence_open() -> None:
    bench = _due(0).got("\r\n+QIOTEVT 7;10700\r\n").listen(9.0)
    found = _only(bench)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.observed.endswith(", but an event that cannot be read: +QIOTEVT 7;10700<CR><LF>")


def test_a_spoiled_event_before_the_command_excuses_nothing() -> None:
    bench = LogBuilder().proved().got("\r\n+QIOTEVT 7;10700\r\n")
    assert _only(bench.expect(REQUIREMENT, 10700).listen(1.0)).verdict is Verdict.FAIL


def test_a_spoiled_event_leaves_open_what_comes_instead() -> None:
    bench = LogBuilder().proved().expect(REQUIREMENT, 10705, instead=(10706,), within_s=9.0)
    found = _only(bench.got("\r\n+QIOTEVT 7;10705\r\n").event('7,10706,"STM32"'))
    assert found.verdict is Verdict.INCONCLUSIVE
    shown = "+QIOTEVT 7;10705<CR><LF>"
    assert found.observed == f"7,10706 after an event that cannot be read: {shown}"


def test_what_comes_instead_fails() -> None:
    bench = LogBuilder().proved().expect(REQUIREMENT, 10705, instead=(10706,), within_s=9.0)
    found = _only(bench.event('7,10706,"STM32"'))
    assert (found.verdict, found.observed) == (Verdict.FAIL, "7,10706")


@pytest.mark.parametrize("code", [10473, 10474])
def test_without_network_an_offer_is_not_due(code: int) -> None:
    bench = _due(0).event(f"2,{code}").listen(9.0)
    found = _only(bench)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.observed.endswith("; it had said that the network was lost")


def test_a_network_that_came_back_before_the_command_excuses_nothing() -> None:
    bench = LogBuilder().proved().online().event("2,10473").event("2,10200").event("3,10200")
    assert _only(bench.expect(REQUIREMENT, 10700).listen(1.0)).verdict is Verdict.FAIL


def test_a_network_that_was_lost_before_the_command_and_is_not_back_excuses() -> None:
    bench = LogBuilder().proved().online().event("2,10473").event("2,10200")
    assert _only(bench.expect(REQUIREMENT, 10700).listen(1.0)).verdict is Verdict.INCONCLUSIVE


def test_other_events_of_the_network_excuse_nothing() -> None:
    bench = LogBuilder().proved().expect(REQUIREMENT, 10700, within_s=9.0)
    assert _only(bench.event("2,10420").event("5,10473").listen(9.0)).verdict is Verdict.FAIL


def test_what_is_asked_about_the_loss_itself_is_due_without_network() -> None:
    bench = LogBuilder().proved().online().event("2,10473")
    bench.expect(PERSISTENCE, 10700).listen(1.0)
    assert Verdict.FAIL in bench.verdicts()[PERSISTENCE]


def test_what_comes_instead_without_network_is_open() -> None:
    bench = LogBuilder().proved().expect(REQUIREMENT, 10705, instead=(10706,), within_s=9.0)
    found = _only(bench.event("2,10473").event('7,10706,"STM32"'))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.observed == "7,10706; it had said that the network was lost"


def test_a_forbidden_event_of_a_component_fails_also_behind_a_spoiled_one() -> None:
    bench = LogBuilder().proved().online().announce().request()
    bench.expect(REQUIREMENT, 10701, within_s=9.0, forbidden=True)
    found = _only(bench.event(OFFER).got("\r\n+QIOTEVT 7;1\r\n").event(START))
    assert (found.verdict, found.expected) == (Verdict.FAIL, "no 7,10701 within 9 s")
