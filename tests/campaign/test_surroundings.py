"""A conformant module in surroundings that misbehave: nothing is held against it."""

import io
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.surroundings import KINDS, SAID, Misbehaving

from atverdict.adapters.simulator.pco import SimulatorPco, open_simulator
from atverdict.conformance.campaign.module.campaign import ModuleCampaign
from atverdict.conformance.evidence.log import Effort, LogWriter
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.pixit import load_pixit
from atverdict.conformance.preparation.setup import Setup
from atverdict.conformance.preparation.suite_package import suite_package

SEEDS = range(2, 12)
ADDRESS = "sim:"


@lru_cache(maxsize=4)
def judged(kind: str, seed: int, query: str = "", effort: Effort = Effort.STANDARD) -> Judgement:
    """Run everything against a simulator in these surroundings."""
    with TemporaryDirectory() as folder:
        package = Path(folder) / "package.bin"
        package.write_bytes(suite_package())
        setup = Setup(
            address=ADDRESS,
            profile="cellular-2025",
            pixit=load_pixit(None, ADDRESS),
            effort=effort,
            package_path=package,
        )
        options = dict(part.split("=") for part in query.split("&") if part)
        inner, control = open_simulator({"seed": str(seed), **options})
        assert isinstance(inner, SimulatorPco)
        around = Misbehaving(inner, KINDS[kind], seed)
        return ModuleCampaign(setup, around, control, LogWriter(io.BytesIO())).run()


def blamed(judgement: Judgement) -> dict[str, str]:
    """Return what is held against the module, with the reasons."""
    verdicts = judgement.requirements.items()
    wrong = (Outcome.FAIL, Outcome.WARNING)
    return {name: v.reason for name, v in verdicts if v.outcome in wrong}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_held_against_a_module_and_the_cause_is_named(kind: str) -> None:
    judgement = judged(kind, 1)
    assert not blamed(judgement)
    assert judgement.complete
    assert judgement.count(Outcome.PASS) > 140
    assert SAID[kind] in " ".join(judgement.environment)
    assert not [purpose for purpose in judgement.purposes if purpose.verdict.name == "FAIL"]


@pytest.mark.every
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("effort", [Effort.STANDARD, Effort.DEEP])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_held_against_it_whatever_the_dice_say(
    kind: str, effort: Effort, seed: int
) -> None:
    assert not blamed(judged(kind, seed, effort=effort))


@pytest.mark.parametrize(
    ("fault", "requirement"),
    [("state-late", "SOTA-TIM-001"), ("every-twentieth-read-late", "SOTA-TIM-002")],
)
def test_a_module_that_is_late_each_time_is_found_where_machines_stall(
    fault: str, requirement: str
) -> None:
    found = judged("stalls of the module", 1, f"fault={fault}").requirements[requirement]
    assert found.outcome is Outcome.FAIL
    assert found.findings[0].places[0].octets.startswith(b"AT+QIOT")
