"""The judge on logs made by hand: each check, broken and kept."""

import pytest
from support.cases.catalogue import CASES, NEVER_FAILS, NEVER_PASSES
from support.log_builder import Case

from atverdict.conformance.evidence.verdict import Verdict, worst
from atverdict.conformance.judge.check import Check
from atverdict.conformance.judge.module.catalogue import MODULE_CHECKS as CHECKS

NAMES = frozenset(check.name for check in CHECKS)
PAIRS = [(check, requirement) for check in CHECKS for requirement in check.requirements]


def _pair(value: object) -> str:
    return value.name if isinstance(value, Check) else str(value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.identifier)
def test_a_log_says_what_it_shows_and_nothing_else(case: Case) -> None:
    found = case.bench().verdicts()
    broken = {name for name, verdicts in found.items() if Verdict.FAIL in verdicts}
    expected = case.also | ({case.requirement} if case.verdict is Verdict.FAIL else set())
    assert worst(*found.get(case.requirement, ())) is case.verdict
    assert broken == expected


def test_no_case_is_written_twice() -> None:
    identifiers = [(case.identifier, case.verdict) for case in CASES]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize(("check", "requirement"), PAIRS, ids=_pair)
def test_each_check_fails_and_passes_for_each_requirement(check: Check, requirement: str) -> None:
    alone = NAMES - {check.name}
    found: set[Verdict] = set()
    for case in CASES:
        if requirement in (case.requirement, *case.also):
            found |= case.bench().verdicts(alone).get(requirement, set())
    pair = (check.name, requirement)
    assert (Verdict.FAIL in found) == (pair not in NEVER_FAILS)
    assert (Verdict.PASS in found) == (pair not in NEVER_PASSES)


def test_the_exceptions_name_checks_that_exist() -> None:
    pairs = {(check.name, requirement) for check, requirement in PAIRS}
    assert pairs >= NEVER_FAILS | NEVER_PASSES
