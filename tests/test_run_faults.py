"""Whole campaigns against the reference and against every mutant."""

from pathlib import Path

import pytest
from campaign_bench import simulated

from atverdict.adapters.simulator.fault import Fault
from atverdict.adapters.simulator.faults import FAULTS
from atverdict.conformance.verdict import Outcome

NOT_YET = {
    "connects-in-mode-one",
    "more-than-maximum",
    "no-automatic-connection",
    "reads-do-not-restart-the-timer",
    "updating-never-ends",
    "versions-lost-with-power",
}
"""Faults that only the purposes of the next issue provoke; whoever writes those empties this."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("campaigns")


def test_the_reference_conforms(folder: Path) -> None:
    ran = simulated("", folder)
    assert ran.judgement.exit_code == 0
    assert not ran.those(Outcome.FAIL, Outcome.WARNING, Outcome.INCONCLUSIVE)
    assert len(ran.those(Outcome.PASS)) >= 70


def test_what_passes_has_evidence(folder: Path) -> None:
    ran = simulated("", folder)
    lines = ran.log.splitlines()
    for name in ran.those(Outcome.PASS):
        shown = ran.result["requirements"][name]
        assert shown["reason"].startswith("seen "), name
        assert shown["tests"], name
        assert shown["evidence"], name
        for place in shown["evidence"]:
            assert place.keys() == {"line", "t", "octets"}
            assert 1 < place["line"] <= len(lines)
            assert 0 <= place["t"] <= ran.judgement.duration_s


def _address(fault: Fault) -> str:
    return "&".join(
        f"{name}={value}" for name, value in {"fault": fault.name, **fault.needs}.items()
    )


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - NOT_YET))
def test_a_mutant_is_killed_by_the_requirement_that_it_breaks(name: str, folder: Path) -> None:
    fault = FAULTS[name]
    ran = simulated(_address(fault), folder)
    expected = Outcome.FAIL if fault.strength == "SHALL" else Outcome.WARNING
    verdict = ran.judgement.requirements[fault.requirement]
    assert (verdict.outcome, bool(verdict.findings)) == (expected, True), verdict.reason
    if fault.strength == "SHALL":
        assert ran.judgement.exit_code == 1
    else:
        assert not ran.those(Outcome.FAIL)


@pytest.mark.parametrize("name", sorted(NOT_YET))
def test_a_mutant_of_the_next_issue_still_lives(name: str, folder: Path) -> None:
    fault = FAULTS[name]
    ran = simulated(_address(fault), folder)
    assert not ran.those(Outcome.FAIL, Outcome.WARNING)
    assert ran.outcomes()[fault.requirement] == "not-tested"
