"""The programme of a campaign against a host: the scenarios that run, and why others do not."""

from collections.abc import Mapping

from atverdict.conformance.campaign.host.packages import LARGE_OCTETS
from atverdict.conformance.campaign.host.plan_offer import declared_limit
from atverdict.conformance.campaign.host.scenario import Scenario
from atverdict.conformance.campaign.host.scenarios import SCENARIOS
from atverdict.conformance.judge.host.host_state import PLAIN
from atverdict.conformance.preparation.pixit import HostInfo
from atverdict.conformance.preparation.programme import Programme, programme
from atverdict.conformance.preparation.purpose import Purpose
from atverdict.conformance.preparation.selection import Given, Offered
from atverdict.conformance.preparation.setup import Setup

__all__ = ["host_programme"]

LIMITS: Mapping[str, str] = {
    each: f"host_set of a control agent, or the PIXIT's host.{each}"
    for each in ("battery", "signal", "free_space")
}
ROOM = "room"
"""The need of a scenario: space for the large package."""
WORDING: Mapping[str, str] = {**LIMITS, ROOM: f"a host with {LARGE_OCTETS} octets of free space"}
USUAL_S = 17.0
"""The time of the reference host from the start of the module to the new version."""
WATCHED_SHARE = 0.4
"""The share of the time given to a host that it usually needs."""


def host_programme(setup: Setup, actions: frozenset[str], *, virtual: bool) -> Programme:
    """Decide which scenarios run with these actions of the control agent."""
    given = Given(actions | _means(setup.pixit.host, actions), setup.effort, virtual, WORDING)
    return programme(setup, [_offered(each) for each in SCENARIOS], given)


def _means(host: HostInfo | None, actions: frozenset[str]) -> set[str]:
    """Return the limits that a host can be made to miss, and `ROOM` where it has the space."""
    settable = "host_set" in actions
    space = host.free_space if host else None
    means = {each for each in LIMITS if settable or declared_limit(each, host) is not None}
    return means | {ROOM} if settable or space is None or space >= LARGE_OCTETS else means


def _offered(scenario: Scenario) -> Offered:
    needs = [*scenario.needs, *([scenario.unmet] if scenario.unmet else [])]
    if scenario.package == "large":
        needs.append(ROOM)
    return Offered(
        scenario.name,
        Purpose(
            scenario.requirements,
            needs=tuple(needs),
            effort=scenario.effort,
            commands=0,
            watched_s=USUAL_S + WATCHED_SHARE * (scenario.watch_s + scenario.again_s),
            always=scenario.name == PLAIN,
        ),
    )
