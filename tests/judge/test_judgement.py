"""The judgement: what is counted and kept, and what purposes and whole runs are worth."""

import pytest
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.log import (
    NO_TRANSPORT,
    Begin,
    End,
    NotTested,
    Resumed,
    RoundTrip,
)
from atverdict.conformance.evidence.trace import Item, Place
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.claim import Claim
from atverdict.conformance.judge.finding import Finding, finding
from atverdict.conformance.judge.judge import KEPT_COMMANDS, KEPT_FINDINGS, Judge
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.judge.purpose_run import PurposeRun
from atverdict.conformance.judge.roles import MODULE

ECHO = "SOTA-FRM-009"
STATE = "SOTA-CMD-STATE-001"
BAD_STATE = ("AT+QIOTSTATE?", "+QIOTSTATE: x")
GOOD_STATE = ("AT+QIOTSTATE?", "+QIOTSTATE: 0")
OPEN = "SOTA-TIM-008"


def _purpose(judgement: Judgement, name: str = "bench.purpose") -> PurposeRun:
    return next(each for each in judgement.purposes if each.name == name)


# Counting


def test_all_findings_are_counted_and_the_first_are_kept() -> None:
    bench = LogBuilder().proved()
    for _ in range(KEPT_FINDINGS + 5):
        bench.ask(*BAD_STATE)
    verdict = bench.judgement().requirements[STATE]
    assert verdict.counts[Verdict.FAIL] == KEPT_FINDINGS + 5
    assert len(verdict.findings) == KEPT_FINDINGS
    assert verdict.reason.endswith(f"; {KEPT_FINDINGS + 5} times in all")


def test_what_came_once_is_not_said_to_have_come_often() -> None:
    verdict = LogBuilder().proved().ask(*BAD_STATE).judgement().requirements[STATE]
    assert "in all" not in verdict.reason


def test_the_worst_finding_is_told_first() -> None:
    bench = LogBuilder().proved().ask(*GOOD_STATE).ask(*BAD_STATE).ask(*GOOD_STATE)
    verdict = bench.judgement().requirements[STATE]
    assert verdict.findings[0].verdict is Verdict.FAIL
    assert verdict.outcome is Outcome.FAIL
    assert verdict.judged


def test_a_finding_tells_its_line_and_instant() -> None:
    bench = LogBuilder().proved().sent("AT+QIOTSTATE?")
    verdict = bench.got("\r\n+QIOTSTATE: x\r\n\r\nOK\r\n").judgement().requirements[STATE]
    assert f", at {bench.now_s:.3f} s (log line {bench.line})" in verdict.reason


def test_a_finding_tells_the_last_command_lines_of_its_purpose() -> None:
    bench = LogBuilder().proved().begin(STATE)
    for _ in range(KEPT_COMMANDS):
        bench.ask("AT")
    (found,) = bench.ask(*BAD_STATE).judgement().requirements[STATE].findings
    assert found.circumstances is not None
    sent = [place.octets for place in found.circumstances.commands]
    assert sent == [b"AT\r"] * (KEPT_COMMANDS - 1) + [b"AT+QIOTSTATE?\r"]
    assert found.circumstances.purpose == "bench.purpose"
    assert found.circumstances.link == "unknown"


def test_a_purpose_begins_with_no_command_line() -> None:
    bench = LogBuilder().proved().ask("AT").begin(STATE).ask(*BAD_STATE)
    (found,) = bench.judgement().requirements[STATE].findings
    assert found.circumstances is not None
    assert [place.octets for place in found.circumstances.commands] == [b"AT+QIOTSTATE?\r"]


def test_between_two_purposes_none_is_named() -> None:
    bench = LogBuilder().proved().begin(STATE).done().ask(*BAD_STATE)
    (found,) = bench.judgement().requirements[STATE].findings
    assert found.circumstances is not None
    assert not found.circumstances.purpose


def test_a_listener_sees_every_item_with_its_findings() -> None:
    seen: list[tuple[Item, list[Finding]]] = []
    fold = Judge(MODULE)
    fold.attach(lambda item, findings: seen.append((item, findings)))
    returned: list[Finding] = []
    for record in LogBuilder().proved().ask(*BAD_STATE).records:
        returned += fold.observe(record)
    assert [found for _, findings in seen for found in findings] == returned
    assert STATE in {found.requirement for found in returned if found.verdict is Verdict.FAIL}


def test_the_octets_of_a_wrong_echo_are_laid_side_by_side() -> None:
    bench = LogBuilder().proved().sent("AT+QIOTSTATE?")
    bench.got("at+qiotstate?\r\r\n+QIOTSTATE: 0\r\n\r\nOK\r\n")
    (found,) = bench.judgement().requirements[ECHO].findings
    assert found.compared == (b"AT+QIOTSTATE?", b"at+qiotstate?")


def test_the_octets_of_a_wrong_block_are_laid_side_by_side() -> None:
    right, wrong = bytes(range(64)), bytes([*range(63), 0])
    bench = LogBuilder().proved().uploaded().ready().block(0, 64, wrong)
    requirements = bench.judgement().requirements
    compared = {
        found.compared
        for each in requirements.values()
        for found in each.findings
        if found.compared
    }
    assert compared == {(right, wrong)}


def test_the_octets_of_a_right_block_are_compared_with_nothing() -> None:
    bench = LogBuilder().proved().uploaded().ready().block(0, 64, header="1,64")
    requirements = bench.judgement().requirements
    assert requirements["SOTA-CMD-OTARD-003"].outcome is Outcome.FAIL
    assert not any(f.compared for each in requirements.values() for f in each.findings)


def test_octets_without_package_are_compared_with_nothing() -> None:
    bench = LogBuilder().proved().ready().block(0, 64, header="1,64")
    requirements = bench.judgement().requirements
    assert not any(f.compared for each in requirements.values() for f in each.findings)


# Findings and claims


@pytest.mark.parametrize(
    ("text", "shown"), [("got 4,10200", "got 4,10200"), ("got \x1b[2J", "got <1B>[2J")]
)
def test_a_sentence_controls_no_screen(text: str, shown: str) -> None:
    found = finding(STATE, Verdict.FAIL, Place(1, 0.0, b""), text, text)
    assert (found.expected, found.observed) == (shown, shown)
    assert found.reason == f"expected {shown}; got {shown}"


@pytest.mark.parametrize(
    ("declared", "observed", "match"),
    [(1, 1, True), (1, 2, False), (None, 1, None), (1, None, None), (None, None, None)],
)
def test_a_claim_matches_where_both_are_known(
    declared: object, observed: object, match: object
) -> None:
    assert Claim("maximum", declared, observed).match is match


# Purposes


def test_a_purpose_that_broke_nothing_passes() -> None:
    judgement = LogBuilder().proved().begin(STATE).ask(*GOOD_STATE).done().end().judgement()
    purpose = _purpose(judgement)
    assert (purpose.verdict, purpose.ended) == (Verdict.PASS, True)
    assert purpose.duration_s == pytest.approx(0.12)
    assert judgement.requirements[STATE].purposes == ["bench.purpose"]


def test_a_purpose_with_a_failure_fails() -> None:
    judgement = LogBuilder().proved().begin(STATE).ask(*BAD_STATE).done().end().judgement()
    assert _purpose(judgement).verdict is Verdict.FAIL


def test_a_warning_does_not_spoil_a_purpose() -> None:
    bench = LogBuilder().proved().begin("SOTA-FRM-013").ask("AT+QIOTNOSUCH").done().end()
    judgement = bench.judgement()
    assert judgement.requirements["SOTA-FRM-013"].outcome is Outcome.WARNING
    assert _purpose(judgement).verdict is Verdict.PASS


def test_a_purpose_that_did_not_get_to_its_point_is_open_and_says_why() -> None:
    bench = LogBuilder().proved().begin(OPEN).done("no offer came").end()
    judgement = bench.judgement()
    assert _purpose(judgement).verdict is Verdict.INCONCLUSIVE
    verdict = judgement.requirements[OPEN]
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert verdict.reason == "bench.purpose did not get to it: no offer came"


def test_a_purpose_that_ran_in_vain_leaves_its_requirement_open() -> None:
    verdict = LogBuilder().proved().begin(OPEN).done().end().judgement().requirements[OPEN]
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert verdict.reason.startswith("bench.purpose ran, but no situation arose")


def test_of_a_purpose_that_is_run_again_the_last_run_counts() -> None:
    bench = LogBuilder().proved().begin(STATE).done("no answer").begin(STATE).done().end()
    (purpose,) = bench.judgement().purposes
    assert not purpose.problem


def test_what_came_before_a_purpose_is_not_its_own() -> None:
    bench = LogBuilder().proved().ask(*BAD_STATE).begin(STATE).done().end()
    judgement = bench.judgement()
    assert not judgement.requirements[STATE].purposes
    assert _purpose(judgement).verdict is Verdict.PASS


def test_each_purpose_has_its_own_findings() -> None:
    bench = LogBuilder().proved().ask(*GOOD_STATE)
    bench.add(Begin(bench.now_s, "bench.one", "One.", (STATE,))).ask(*BAD_STATE)
    bench.add(End(bench.now_s, "bench.one")).begin(STATE).ask(*GOOD_STATE).done()
    judgement = bench.judgement()
    assert judgement.requirements[STATE].purposes == ["bench.one", "bench.purpose"]
    assert _purpose(judgement, "bench.one").verdict is Verdict.FAIL
    assert _purpose(judgement).verdict is Verdict.PASS


def test_a_purpose_lasts_until_its_end() -> None:
    bench = LogBuilder().proved().begin(STATE).wait(3.0).ask("AT").done().wait(9.0).ask("AT")
    assert _purpose(bench.judgement()).duration_s == pytest.approx(3.12)


def test_a_failure_of_the_suite_is_an_error_of_the_run() -> None:
    bench = LogBuilder().proved().begin(STATE)
    bench.add(End(bench.now_s, "bench.purpose", "KeyError: 1", error=True)).end()
    judgement = bench.judgement()
    assert _purpose(judgement).verdict is Verdict.ERROR
    assert (judgement.suite_error, judgement.exit_code) == ("KeyError: 1", 4)
    assert judgement.inconclusive_because == "the suite itself failed: KeyError: 1"


@pytest.mark.parametrize(
    ("insane", "outcome"), [(False, Outcome.FAIL), (True, Outcome.INCONCLUSIVE)]
)
def test_a_failure_in_a_negative_group_waits_for_its_end(*, insane: bool, outcome: Outcome) -> None:
    bench = LogBuilder().proved().begin(STATE, negative=True).ask(*BAD_STATE)
    assert not bench.judgement().requirements[STATE].counts
    verdict = bench.done(insane=insane).judgement().requirements[STATE]
    assert verdict.outcome is outcome
    assert verdict.counts == {Verdict[outcome.name]: 1}


# What is not judged


def test_a_requirement_is_not_tested_for_the_first_reason_that_was_given() -> None:
    bench = LogBuilder().proved().add(NotTested(OPEN, "one")).add(NotTested(OPEN, "two")).end()
    assert bench.judgement().requirements[OPEN].reason == "one"


def test_what_the_pics_does_not_claim_is_not_applicable() -> None:
    bench = LogBuilder().proved().add(NotTested(STATE, "no such thing", applicable=False))
    verdict = bench.ask(*BAD_STATE).judgement().requirements[STATE]
    assert (verdict.outcome, verdict.reason) == (Outcome.NOT_APPLICABLE, "no such thing")


@pytest.mark.parametrize(
    ("selection", "reason", "outcome"),
    [
        (("SOTA-FRM",), "not selected", Outcome.NOT_TESTED),
        (("SOTA-FRM",), "no power", Outcome.FAIL),
        ((), "not selected", Outcome.FAIL),
    ],
)
def test_what_was_not_selected_is_not_reported(
    selection: tuple[str, ...], reason: str, outcome: Outcome
) -> None:
    bench = LogBuilder(selection=selection).proved().add(NotTested(STATE, reason))
    verdict = bench.ask(*BAD_STATE).judgement().requirements[STATE]
    assert verdict.outcome is outcome


def test_without_an_iut_nothing_is_judged() -> None:
    judgement = LogBuilder().ask("AT", final="ERROR").end().judgement()
    assert not judgement.proved
    assert {v.outcome for v in judgement.requirements.values()} <= {
        Outcome.INCONCLUSIVE,
        Outcome.NOT_APPLICABLE,
    }
    assert judgement.exit_code == 2


def test_an_iut_that_was_not_reached_is_the_reason_everywhere() -> None:
    bench = LogBuilder(transport=NO_TRANSPORT).end(complete=False, reason="nobody listens")
    verdict = bench.judgement().requirements[STATE]
    assert verdict.reason == "no IUT was reached: nobody listens"


def test_the_source_of_an_offer_needs_a_known_plan() -> None:
    name = "SOTA-EVT-005"
    bare = LogBuilder().proved().begin(name).offered().done().end().judgement().requirements[name]
    assert bare.outcome is Outcome.NOT_TESTED
    assert "control agent" in bare.reason
    armed = LogBuilder(plan_control=True).proved().begin(name).done().end()
    assert armed.judgement().requirements[name].outcome is Outcome.INCONCLUSIVE


# The whole run


def test_a_whole_upgrade_is_seen_from_offer_to_outcome() -> None:
    judgement = LogBuilder().proved().succeeded().end().judgement()
    assert judgement.upgrade_seen
    assert judgement.plans_used == 1


@pytest.mark.parametrize("short", ["offered", "updating"])
def test_half_an_upgrade_is_not_one(short: str) -> None:
    bench = LogBuilder().proved()
    getattr(bench, short)()
    judgement = bench.end().judgement()
    assert not judgement.upgrade_seen
    assert judgement.plans_used == (short == "updating")


def test_a_log_without_end_is_incomplete() -> None:
    judgement = LogBuilder().proved().succeeded().judgement()
    assert not judgement.complete
    assert judgement.inconclusive_because == "the log has no end: the run was cut off"
    assert judgement.exit_code == 2


def test_an_interrupted_run_gives_its_reason() -> None:
    judgement = LogBuilder().proved().end(complete=False, reason="Ctrl-C").judgement()
    assert judgement.inconclusive_because == "Ctrl-C"
    assert judgement.outcome is Outcome.INCONCLUSIVE


def test_a_run_that_goes_on_has_no_end_yet() -> None:
    bench = LogBuilder().proved().end()
    assert bench.judgement().complete
    assert not bench.add(Resumed(bench.now_s, "2025-01-01T01:00:00+00:00")).judgement().complete


def test_a_broken_requirement_fails_the_run_even_if_it_was_cut_off() -> None:
    judgement = LogBuilder().proved().ask(*BAD_STATE).judgement()
    assert (judgement.outcome, judgement.exit_code) == (Outcome.FAIL, 1)


def test_a_broken_should_fails_no_run() -> None:
    judgement = LogBuilder().proved().ask("AT+QIOTNOSUCH").end().judgement()
    assert judgement.requirements["SOTA-FRM-013"].outcome is Outcome.WARNING
    assert judgement.outcome is not Outcome.FAIL
    assert judgement.count(Outcome.WARNING) == 1


@pytest.mark.parametrize(("selection", "outcome"), [((), 2), (("SOTA-CMD-STATE",), 0)])
def test_only_a_selected_run_passes_without_an_upgrade(
    selection: tuple[str, ...], outcome: int
) -> None:
    judgement = LogBuilder(selection=selection).proved().ask(*GOOD_STATE).end().judgement()
    assert judgement.exit_code == outcome
    assert (judgement.inconclusive_because == "no upgrade was seen from offer to outcome") == (
        not selection
    )


def test_open_requirements_are_named() -> None:
    names = ("SOTA-INT-002", "SOTA-INT-003", "SOTA-INT-001", "SOTA-CMD-REG-006")
    bench = LogBuilder().proved().begin(*names[:3]).done().end()
    told = bench.judgement().inconclusive_because
    assert told.startswith("3 mandatory requirements could not be judged (")
    assert "..." not in told
    bench = LogBuilder().proved().begin(*names).done().end()
    told = bench.judgement().inconclusive_because
    assert told.startswith("4 mandatory requirements could not be judged (")
    assert told.endswith(" ...)")


def test_the_round_trip_is_kept() -> None:
    measured = RoundTrip(0.0, 3, 0.01, 0.02, 0.03, 0.03)
    assert LogBuilder().add(measured).proved().judgement().round_trip == measured
