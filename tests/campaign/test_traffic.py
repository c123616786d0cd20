"""A whole run against a module that speaks of other things at every point."""

import io
from pathlib import Path

import pytest
from support.talkative import TalkativePco
from support.traffic import TRAFFIC

from atverdict.conformance.campaign.roles import campaign_of
from atverdict.conformance.evidence.log import Effort, LogWriter
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.setup import Setup
from atverdict.conformance.preparation.suite_package import suite_package
from atverdict.spec.model import DEFAULT_PROFILE, DEFAULT_ROLE


def _run(folder: Path, effort: Effort) -> tuple[Judgement, int]:
    """Run the suite against a module that speaks of other things, and count how often."""
    kind = campaign_of(DEFAULT_ROLE)
    pco, control = kind.open("sim:?piece_limit_octets=9973")
    package = folder / "package.bin"
    package.write_bytes(suite_package())
    pixit = kind.simulated_pixit("sim:")
    setup = Setup("sim:", DEFAULT_PROFILE, pixit, effort=effort, package_path=package)
    talkative = TalkativePco(pco, [*TRAFFIC.values()], seed=12, share=0.4)
    judgement = kind.campaign(setup, talkative, control, LogWriter(io.BytesIO())).run()
    pco.close()
    return judgement, talkative.said


@pytest.mark.parametrize(
    "effort", [Effort.QUICK, pytest.param(Effort.STANDARD, marks=pytest.mark.every)]
)
def test_a_module_that_never_stops_talking_passes(effort: Effort, tmp_path: Path) -> None:
    judgement, said = _run(tmp_path, effort)
    assert judgement.outcome is Outcome.PASS, judgement.inconclusive_because
    assert judgement.count(Outcome.WARNING) == 0
    assert said > 100
