"""A simulated module is judged by every mandatory requirement, and its certificate says it."""

from pathlib import Path

import pytest
from support.campaigns import Ran, campaign, simulated

from atverdict.cli.simulate_input import profiled
from atverdict.conformance.evidence.log import Effort
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.reports.certificate.conformity import status
from atverdict.reports.certificate.languages import Wording
from atverdict.spec.loader import load_specification

SPECIFICATION = load_specification()
ENGLISH = Wording("en")


def _conforms(ran: Ran, profile: str) -> None:
    excused = set(SPECIFICATION.profiles[profile].not_applicable)
    verdicts = ran.judgement.requirements.items()
    open_ = {n for n, v in verdicts if v.mandatory and v.outcome is not Outcome.PASS}
    assert open_ == excused
    assert status(ran.judgement, ENGLISH).sentences[-1] == ENGLISH.say("conforms")


def test_the_usual_run_judges_every_mandatory_requirement() -> None:
    _conforms(simulated(), "cellular-2025")


def test_what_the_founding_document_shows_has_its_occasion() -> None:
    outcomes = simulated().outcomes()
    for name in ("SOTA-EVT-011", "SOTA-EVT-019", "SOTA-EVT-020", "SOTA-PLT-006", "SOTA-TIM-004"):
        assert outcomes[name] == "pass", name
    assert outcomes["SOTA-ROB-008"] == "not-applicable"


@pytest.mark.every
@pytest.mark.parametrize("profile", SPECIFICATION.profiles)
def test_a_deep_run_judges_every_mandatory_requirement(profile: str, tmp_path: Path) -> None:
    query = "&".join(f"{name}={value}" for name, value in profiled(profile).items())
    ran = campaign(f"sim:?{query}", tmp_path, profile=profile, effort=Effort.DEEP)
    _conforms(ran, profile)
