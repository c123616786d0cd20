"""Occasions: each requirement names its own, and nothing passes without one."""

import msgspec
import pytest
from support.campaigns import simulated
from support.cases.catalogue import CASES
from support.log_builder import Case, LogBuilder

from atverdict.conformance.evidence.log import Received
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.judge import judge
from atverdict.conformance.judge.judgement import Judgement
from atverdict.spec.loader import load_specification
from atverdict.spec.model import Control

REQUIREMENTS = load_specification().requirements
SIBLINGS = [
    case
    for case in CASES
    if case.verdict is Verdict.PASS
    and (occasion := REQUIREMENTS[case.requirement].occasion)
    and occasion.control is Control.SIBLING
]
PARTS = [(r.id, part) for r in REQUIREMENTS.values() if r.occasion for part in r.occasion.parts]


def test_each_requirement_names_its_occasion() -> None:
    assert [r.id for r in REQUIREMENTS.values() if r.occasion is None] == []
    for requirement in REQUIREMENTS.values():
        occasion = requirement.occasion
        assert occasion is not None
        assert occasion.state
        assert occasion.stimulus
        assert bool(occasion.parts) == (occasion.control is Control.PARTS)


def test_each_refusal_has_a_case_with_its_sibling() -> None:
    judged = {case.requirement for case in SIBLINGS}
    assert judged == {
        r.id for r in REQUIREMENTS.values() if r.occasion and r.occasion.control is Control.SIBLING
    }


@pytest.mark.parametrize("case", SIBLINGS, ids=lambda case: case.identifier)
def test_a_module_that_refuses_everything_passes_no_refusal(case: Case) -> None:
    bench = case.bench()
    refusing = [
        msgspec.structs.replace(record, octets=record.octets.replace("OK\r\n", "ERROR\r\n"))
        if isinstance(record, Received)
        else record
        for record in bench.records
    ]
    assert refusing != bench.records
    verdict = judge(refusing).requirements[case.requirement]
    assert Verdict.PASS not in verdict.counts
    assert verdict.waiting


def test_the_reason_says_what_was_never_accepted() -> None:
    bench = LogBuilder().proved().refused("AT+QIOTUPDATE=4").refused("AT+QIOTUPDATE=4")
    verdict = bench.end().judgement().requirements["SOTA-CMD-UPDATE-015"]
    assert verdict.outcome is Outcome.NOT_TESTED
    assert "ERROR to AT+QIOTUPDATE=4, seen 2 times, proves nothing" in verdict.reason
    assert "AT+QIOTUPDATE in that state was never accepted" in verdict.reason


@pytest.fixture(scope="module")
def run() -> Judgement:
    return simulated().judgement


@pytest.mark.parametrize(("requirement", "part"), PARTS)
def test_a_rule_of_parts_passes_with_all_of_them_alone(
    run: Judgement, requirement: str, part: str
) -> None:
    verdict = run.requirements[requirement]
    assert verdict.outcome is Outcome.PASS
    assert part in verdict.parts
