"""Whole campaigns against the reference, and a fast selection of the kill table.

All faults and all variants run with `atverdict faults run`, which `tox -e faults` does.
"""

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from support.campaigns import simulated
from support.kill_selection import HIDDEN, SELECTION

from atverdict.adapters.simulator import pco
from atverdict.adapters.simulator.faults.catalogue import FAULTS
from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.upgrade_commands import PlanRequest
from atverdict.adapters.simulator.module.wording import Answer
from atverdict.adapters.simulator.variants import DESERVED, VARIANTS
from atverdict.conformance.campaign.campaign import SuiteError
from atverdict.conformance.campaign.self_test import try_fault
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.preparation.suite_package import suite_package
from atverdict.spec.loader import load_specification

NOT_APPLICABLE = {"SOTA-FRM-015", "SOTA-ROB-008"}
"""What the reference does not offer, and what binds the suite itself."""
LEAST_PASSED = 195


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("campaigns") / "package.bin"
    path.write_bytes(suite_package())
    return path


def test_the_reference_conforms() -> None:
    ran = simulated()
    assert ran.judgement.exit_code == 0
    assert not ran.those(Outcome.FAIL, Outcome.WARNING)
    assert not ran.those(Outcome.INCONCLUSIVE, Outcome.NOT_TESTED)
    assert ran.those(Outcome.NOT_APPLICABLE).keys() == NOT_APPLICABLE
    assert len(ran.those(Outcome.PASS)) >= LEAST_PASSED


def test_what_passes_has_evidence() -> None:
    ran = simulated()
    lines = ran.log.splitlines()
    for name in ran.those(Outcome.PASS):
        shown = ran.result["requirements"][name]
        assert " occasion" in shown["reason"], name
        assert shown["tests"], name
        assert shown["evidence"], name
        for place in shown["evidence"]:
            assert place.keys() >= {"line", "t", "octets"}
            assert 1 < place["line"] <= len(lines)
            assert 0 <= place["t"] <= round(ran.judgement.duration_s, 6)


@pytest.mark.parametrize("name", SELECTION)
def test_a_mutant_is_killed_by_the_requirement_that_it_breaks(name: str, package: Path) -> None:
    kill = try_fault(FAULTS[name], io.BytesIO(), package)
    assert kill.killed
    assert kill.requirement in kill.first
    assert kill.strength == "SHALL" or not kill.collateral


def test_a_mutant_that_crashes_is_not_killed(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crashing(PlanRequest):
        """Every request ends in an exception of the simulator."""

        def write(self, arguments: list[Argument]) -> Answer:
            raise ValueError(f"no room for {len(arguments)}")

    fault = replace(FAULTS["request-by-atoi"], name="crashing", part=Crashing)
    monkeypatch.setattr(pco, "FAULTS", {"crashing": fault})
    log = io.BytesIO()
    with pytest.raises(SuiteError, match="ValueError: no room for 1"):
        try_fault(fault, log, package)
    footer = json.loads(log.getvalue().splitlines()[-1])
    assert footer["complete"] is False
    assert "the suite itself failed in decision." in footer["reason"]


def test_every_fault_breaks_what_the_specification_asks_for() -> None:
    requirements = load_specification().requirements
    for fault in FAULTS.values():
        requirement = requirements[fault.requirement]
        assert requirement.role.value == "module", fault.name
        assert fault.strength == requirement.strength.name, fault.name


def test_the_selection_has_hidden_state_and_all_areas() -> None:
    assert FAULTS.keys() >= set(HIDDEN)
    assert len(HIDDEN) >= 10
    areas = {fault.requirement.rpartition("-")[0] for fault in FAULTS.values()}
    assert {FAULTS[name].requirement.rpartition("-")[0] for name in SELECTION} == areas


EVERY = 5
"""One variant in so many; `tox -e faults` runs them all."""


@pytest.mark.parametrize("name", [*VARIANTS][::EVERY])
def test_a_variant_breaks_nothing(name: str) -> None:
    ran = simulated(VARIANTS[name])
    assert ran.those(Outcome.FAIL, Outcome.WARNING).keys() == set(DESERVED.get(name, ()))
    assert ran.judgement.exit_code != 1


def test_what_a_variant_deserves_is_a_variant() -> None:
    requirements = load_specification().requirements
    assert VARIANTS.keys() >= DESERVED.keys()
    for deserved in DESERVED.values():
        assert all(requirements[name].strength.name == "SHOULD" for name in deserved)
