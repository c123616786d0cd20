"""A module that is stuck, silent or mute costs its own requirement, and no more than its time."""

import io
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from atverdict.adapters.simulator.faults.catalogue import FAULTS
from atverdict.adapters.simulator.pco import open_simulator
from atverdict.conformance.campaign.module.campaign import ModuleCampaign
from atverdict.conformance.evidence.log import Effort, LogWriter
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.pixit import SIMULATOR, Timing
from atverdict.conformance.preparation.setup import Setup
from atverdict.conformance.preparation.suite_package import suite_package
from atverdict.reports.formats.summary import summary

MOST_UNJUDGED = 7
"""What cannot be seen without the missing event or answer itself is among them."""
MOST_TIMES = 1.5
"""How much longer than a good module a broken one may take."""
QUICK = Timing(boot=5.0, connect=20.0, offer=10.0, download=60.0, outcome=10.0, silence=1.0)
STUCK = {
    "no-outcome": "SOTA-SEQ-008",
    "updating-not-printed": "SOTA-CMD-UPDATE-008",
    "state-without-final-code": "SOTA-FRM-005",
    "deaf-after-version-list": "SOTA-FRM-005",
    "same-piece-again": "SOTA-EVT-017",
}
"""Faults that leave an upgrade or an answer without its end, and what they break."""


class _Real:
    """The simulator's port, which says that its clock is a real one: nothing slow is tried."""

    transport = "tcp"

    def __init__(self, pco: object) -> None:
        self._pco = pco

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self._pco, name)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recovery") / "package.bin"
    path.write_bytes(suite_package())
    return path


@cache
def _ran(
    package: Path, *, agent: bool = True, effort: Effort = Effort.STANDARD, **query: str
) -> Judgement:
    pco, control = open_simulator(query)
    pixit = msgspec.structs.replace(SIMULATOR, timing=QUICK)
    setup = Setup("bench", "cellular-2025", pixit, effort=effort, package_path=package)
    log = LogWriter(io.BytesIO())
    return ModuleCampaign(setup, _Real(pco), control if agent else None, log).run()


def _unjudged(judgement: Judgement) -> set[str]:
    open_ = (Outcome.INCONCLUSIVE, Outcome.NOT_TESTED)
    return {name for name, v in judgement.requirements.items() if v.outcome in open_}


@pytest.mark.parametrize("fault", STUCK)
def test_a_module_that_is_stuck_costs_its_own_requirement(package: Path, fault: str) -> None:
    good, broken = _ran(package), _ran(package, fault=fault)
    assert broken.complete
    assert broken.requirements[STUCK[fault]].outcome is Outcome.FAIL
    assert len(_unjudged(broken) - _unjudged(good)) <= MOST_UNJUDGED
    assert broken.duration_s <= MOST_TIMES * good.duration_s


@pytest.mark.every
@pytest.mark.parametrize("fault", FAULTS)
def test_no_broken_module_takes_much_longer_than_a_good_one(package: Path, fault: str) -> None:
    good, broken = _ran(package), _ran(package, fault=fault)
    assert broken.duration_s <= MOST_TIMES * good.duration_s


def test_a_plan_that_is_used_up_is_asked_for_once(package: Path) -> None:
    judgement = _ran(package, agent=False)  # nothing is armed
    told = " ".join(summary(judgement).split())
    assert told.count("is a plan 1_0_0 -> 2_0_0 for STM32 still armed?") == 2  # open, and untested
    assert judgement.duration_s < _ran(package, agent=False, plan="armed").duration_s + QUICK.offer


def test_a_module_without_a_product_gets_that_of_the_pixit(package: Path) -> None:
    fresh = _ran(package, agent=False, effort=Effort.QUICK, productinfo="false", plan="armed")
    usual = _ran(package, agent=False, effort=Effort.QUICK, plan="armed")
    assert _unjudged(fresh) == _unjudged(usual)
