"""The judge of the host role: logs made by hand, and what is missing without any one check."""

import pytest
from support.cases.host import CASES, HostCase
from support.host_log import HostLog

from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.host.catalogue import HOST_CHECKS as CHECKS

BY_NAME = {check.name: check for check in CHECKS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_host_does_is_judged(case: HostCase) -> None:
    found = case.log().verdicts().get(case.requirement, set())
    if case.verdict is None:
        assert not found
    elif case.verdict is Verdict.FAIL:
        assert Verdict.FAIL in found
    else:
        assert max(found, default=Verdict.NONE) is case.verdict


@pytest.mark.parametrize("name", BY_NAME)
def test_without_a_check_something_is_no_longer_found(name: str) -> None:
    def shown(case: HostCase, *disabled: str) -> bool:
        found = case.log().verdicts(frozenset(disabled)).get(case.requirement, set())
        return case.verdict in found

    requirements = BY_NAME[name].requirements
    mine = [each for each in CASES if each.requirement in requirements and each.verdict]
    assert any(shown(each) and not shown(each, name) for each in mine)


def test_every_requirement_is_kept_and_broken_by_hand() -> None:
    for verdict in (Verdict.PASS, Verdict.FAIL):
        shown = {each.requirement for each in CASES if each.verdict is verdict}
        every = {f"SOTA-HST-{number:03}" for number in range(1, 25)}
        # To obey no event that is spelled is shown by what follows on it: the whole campaign does.
        assert every - shown <= ({"SOTA-HST-018"} if verdict is Verdict.PASS else set())


def test_a_proper_flow_breaks_nothing() -> None:
    judged = HostLog().whole().verdicts()
    assert set.union(*judged.values()) == {Verdict.PASS}
    assert {f"SOTA-HST-{number:03}" for number in (1, 3, 4, 6, 10, 11, 12, 13, 23)} <= set(judged)


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        ("SOTA-HST-022", "the host refused no offer"),
        ("SOTA-HST-024", "the host announced no second component"),
    ],
)
def test_what_a_host_never_did_leaves_nothing_open(requirement: str, reason: str) -> None:
    log = HostLog().whole("plain", requirement)
    verdict = log.judgement().requirements[requirement]
    assert (verdict.outcome.value, verdict.reason) == ("not-tested", reason)
