"""Hosts as others write them, without a control agent: the proper ones pass, the others do not."""

import io

import pytest
from support.foreign_hosts import HOSTS, ForeignPco

from atverdict.conformance.campaign.host.campaign import HostCampaign
from atverdict.conformance.evidence.log import LogWriter
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.pixit import HostInfo, Pixit
from atverdict.conformance.preparation.setup import Setup
from atverdict.spec.model import DEFAULT_PROFILE, Role

BROKEN = {
    "blind": {"SOTA-HST-009"},
    # What it reads of a later piece is gone, and it begins anew with the version that it runs.
    "greedy": {"SOTA-HST-006", "SOTA-HST-008", "SOTA-HST-012"},
}
WITHOUT_AGENT = {"SOTA-HST-005", "SOTA-HST-022"}
"""Nobody makes these hosts have too little of anything."""


def _tested(name: str, host: HostInfo | None = None) -> Judgement:
    pixit = Pixit(host=host)
    setup = Setup(address=name, profile=DEFAULT_PROFILE, pixit=pixit, role=Role.HOST)
    return HostCampaign(setup, ForeignPco(HOSTS[name]), None, LogWriter(io.BytesIO())).run()


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_of_others_gets_the_verdict_it_deserves(name: str) -> None:
    judgement = _tested(name)
    verdicts = judgement.requirements.items()
    broken = {i for i, v in verdicts if v.outcome is Outcome.FAIL}
    untested = {i for i, v in verdicts if v.outcome is Outcome.NOT_TESTED}
    assert broken == BROKEN.get(name, set())
    assert untested == {*WITHOUT_AGENT, "SOTA-HST-024"}
    assert judgement.exit_code == (1 if broken else 0)
    assert judgement.complete


@pytest.mark.parametrize("limit", ["battery", "signal", "free_space"])
def test_what_a_pixit_tells_is_enough_for_an_offer_too_many(limit: str) -> None:
    host = HostInfo(**{limit: {"battery": 50, "signal": -80, "free_space": 9000}[limit]})
    verdict = _tested("simple", host).requirements["SOTA-HST-005"]
    assert verdict.outcome is Outcome.WARNING  # the script looks at none of them
    assert {"battery": "51 %", "signal": "-79 dBm", "free_space": "9001 octets"}[limit] in (
        verdict.reason
    )
