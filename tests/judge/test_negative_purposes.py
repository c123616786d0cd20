"""Groups that provoke refusals: their failures count only if the IUT stays sane."""

import pytest
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.verdict import Outcome, Verdict

REFUSAL = "SOTA-CMD-REG-008"
ALIVE = "SOTA-ROB-002"
USABLE = "SOTA-FRM-014"


def _group(*, negative: bool = True) -> LogBuilder:
    """Begin a group in which one refusal is missing."""
    return LogBuilder().proved().begin(REFUSAL, negative=negative).ask("AT+QIOTREG=3")


def _outcome(bench: LogBuilder, requirement: str = REFUSAL) -> Outcome:
    return bench.judgement().requirements[requirement].outcome


def test_a_failure_is_held_until_the_end() -> None:
    bench = _group()
    assert Verdict.FAIL not in bench.verdicts().get(REFUSAL, set())
    bench.done()
    assert bench.verdicts()[REFUSAL] == {Verdict.FAIL}
    assert _outcome(bench) is Outcome.FAIL


def test_a_failure_of_an_insane_iut_is_inconclusive() -> None:
    bench = _group().done("the sanity dialogue after the group failed", insane=True)
    assert bench.verdicts()[REFUSAL] == {Verdict.INCONCLUSIVE}
    assert _outcome(bench) is Outcome.INCONCLUSIVE
    assert "expected ERROR" in bench.judgement().requirements[REFUSAL].reason


def test_a_group_that_is_cut_off_fails_nothing() -> None:
    assert _outcome(_group().end(complete=False, reason="gone")) is not Outcome.FAIL


def test_another_problem_than_insanity_excuses_nothing() -> None:
    assert _outcome(_group().done("the control agent could not do it")) is Outcome.FAIL


def test_a_group_that_is_not_negative_holds_nothing() -> None:
    bench = _group(negative=False)
    assert bench.verdicts()[REFUSAL] == {Verdict.FAIL}
    bench.done("insane all the same", insane=True)
    assert _outcome(bench) is Outcome.FAIL


def test_what_passes_is_not_held() -> None:
    bench = LogBuilder().begin(REFUSAL, negative=True).refused("AT+QIOTREG=3").ask("AT+QIOTREG=0")
    assert bench.verdicts()[REFUSAL] == {Verdict.PASS}


@pytest.mark.parametrize("insane", [False, True])
def test_the_loss_of_sanity_itself_is_never_excused(insane: bool) -> None:  # noqa: FBT001 - a parameter
    bench = LogBuilder().proved().begin(ALIVE, negative=True)
    bench.refused("AT+QIOTREG=-1").silent("AT")
    assert bench.verdicts()[ALIVE] == {Verdict.FAIL}
    assert bench.verdicts()[USABLE] == {Verdict.FAIL}
    bench.done("the sanity dialogue after the group failed", insane=insane)
    assert _outcome(bench, ALIVE) is Outcome.FAIL
    assert _outcome(bench, USABLE) is Outcome.WARNING


def test_the_purpose_shows_what_was_held() -> None:
    (run,) = _group().done().judgement().purposes
    assert (run.ended, run.verdict) == (True, Verdict.FAIL)
    (run,) = _group().done("insane", insane=True).judgement().purposes
    assert (run.ended, run.verdict) == (True, Verdict.INCONCLUSIVE)
