"""What the judge makes of an upgrade, a wait or a connection that the suite has given up."""

import pytest
from support.log_builder import OFFER, PIECE, START_SHA256, LogBuilder

from atverdict.conformance.evidence.log import Abandoned, CutShort, NotAgain
from atverdict.conformance.evidence.trace import Trace
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.state.flow import Flow, Link, Phase
from atverdict.reports.formats.summary import summary

LATE = ("7,10702", PIECE, "7,10704", "7,10705", "7,10706", START_SHA256)


def _flow(log: LogBuilder) -> Flow:
    trace, flow = Trace(), Flow()
    for record in log.records:
        for item in trace.feed(record):
            flow.observe(item)
    return flow


def _abandoned(log: LogBuilder) -> LogBuilder:
    return log.listen(30.0).add(Abandoned(log.now_s, "nothing came any more"))


def _broken(log: LogBuilder) -> set[str]:
    judged = log.done().end().judgement().requirements.values()
    return {v.requirement.id for v in judged if v.outcome in (Outcome.FAIL, Outcome.WARNING)}


def test_an_upgrade_that_was_given_up_is_over() -> None:
    flow = _flow(_abandoned(LogBuilder().proved().updating()))
    assert flow.phase is Phase.IDLE
    assert not flow.idle_certain  # the IUT may see it otherwise
    assert flow.upgrade is not None
    assert flow.upgrade.cut_short


def test_giving_up_changes_nothing_without_an_upgrade() -> None:
    flow = _flow(_abandoned(LogBuilder().proved().offered()))
    assert flow.phase is Phase.OFFERED


@pytest.mark.parametrize("event", LATE)
def test_what_comes_after_all_breaks_nothing(event: str) -> None:
    log = LogBuilder(plan_control=True).begin().proved().ready()
    assert not _broken(_abandoned(log).event(event).wait(0.2))


def test_the_next_offer_begins_a_new_upgrade() -> None:
    log = _abandoned(LogBuilder().begin().proved().ready())
    log.request().event(OFFER).wait(0.15).ask("AT+QIOTUPDATE=1").events(
        START_SHA256, "7,10702", PIECE
    )
    flow = _flow(log)
    assert flow.phase is Phase.READY
    assert len(flow.upgrades) == 2
    assert not _broken(log)


def test_a_download_that_begins_anew_may_lack_its_start() -> None:
    """E-43: a module may go on counting."""
    log = _abandoned(LogBuilder().begin().proved().downloading())
    log.request().event(OFFER).wait(0.15).ask("AT+QIOTUPDATE=1").events("7,10702", PIECE)
    log.wait(0.1).read_all().announce("2_0_0").event("7,10705")
    assert Verdict.FAIL not in log.verdicts().get("SOTA-SEQ-003", set())


@pytest.mark.parametrize(
    ("event", "outcome"), [((7, 10705), Outcome.INCONCLUSIVE), ((3, 10200), Outcome.FAIL)]
)
def test_what_is_waited_for_no_longer_is_open(event: tuple[int, int], outcome: Outcome) -> None:
    log = LogBuilder().begin().proved().updating().announce("2_0_0")
    log.expect("SOTA-SEQ-008", 10705, within_s=30.0).listen(2.0)
    log.add(CutShort(log.now_s, (event,), 2.0)).listen(30.0).done().end()
    assert log.judgement().requirements["SOTA-SEQ-008"].outcome is outcome


def test_what_must_not_come_is_listened_for_all_the_same() -> None:
    log = LogBuilder().begin().proved().ready()
    log.expect("SOTA-SEQ-009", 10705, within_s=1.0, forbidden=True)
    log.add(CutShort(log.now_s, ((7, 10705),), 0.5)).listen(1.0)
    assert log.verdicts()["SOTA-SEQ-009"] == {Verdict.PASS}


@pytest.mark.parametrize(("reads", "link"), [(1, Link.CONNECTING), (2, Link.ONLINE)])
def test_a_connection_without_a_word_is_believed_when_it_is_read_twice(
    reads: int, link: Link
) -> None:
    log = LogBuilder().proved().offline().wait(40.0).listen(1.0).ask("AT+QIOTREG=1")
    for _ in range(reads):
        log.ask("AT+QIOTSTATE?", "+QIOTSTATE: 8")
    assert _flow(log).link is link


def _reason(log: LogBuilder, requirement: str) -> str:
    return log.judgement().requirements[requirement].reason


def test_what_had_not_begun_when_a_run_was_interrupted_says_so() -> None:
    log = LogBuilder().begin("SOTA-CMD-STATE-001").proved()
    log.end(complete=False, reason="interrupted by the user")
    due = "its purpose had not begun when the run ended: interrupted by the user; --resume goes on"
    assert _reason(log, "SOTA-CMD-UPDATE-006").startswith(due)
    assert "had not begun" not in _reason(log, "SOTA-CMD-STATE-001")


def test_a_whole_run_had_no_occasion() -> None:
    log = LogBuilder().begin("SOTA-CMD-STATE-001").proved().done().end()
    assert _reason(log, "SOTA-INT-009") == "the module downloaded every package in one piece"


def test_one_problem_of_many_requirements_is_told_once() -> None:
    question = "is a plan 1_0_0 -> 2_0_0 for STM32 still armed?"
    due = ("SOTA-CMD-UPDATE-002", "SOTA-CMD-UPDATE-003", "SOTA-EVT-008", "SOTA-SEQ-003")
    log = LogBuilder().proved().begin(*due).done(question).end()
    told = summary(log.judgement())
    assert told.count("still armed?") == 1
    assert "4 requirements: " in told
    assert all(name in told for name in due)


def test_what_is_not_tried_again_stands_in_the_summary() -> None:
    sentence = "3 times AT+QIOTSTATE? was not answered: it is not sent again"
    log = LogBuilder().begin().proved()
    log.add(NotAgain(log.now_s, sentence)).done().end()
    judged = log.judgement()
    assert judged.not_again == (sentence,)
    assert f"Not tried again: {sentence}." in " ".join(summary(judged).split())
