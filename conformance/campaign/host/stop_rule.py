"""The stop rule: a scenario ends when it can show nothing more."""

from atverdict.adapters.simulator.host_trial.world import World
from atverdict.conformance.campaign.host.instants import Instants
from atverdict.conformance.campaign.host.known_host import KnownHost
from atverdict.conformance.campaign.host.scenario import Scenario

__all__ = ["StopRule"]

FIRST_LINE_S = 90.0
"""A host that says nothing at all for this time is not there."""
STALL_S = 150.0
"""A scenario ends after this time in which neither host nor module has moved the flow."""
READ_S = 230.0
"""The same while an upgrade is under way, which the module gives up."""
UPDATE_S = 1250.0
"""The same while the host writes its flash."""
LONGEST_S = 500.0
"""The longest scenario in which no upgrade is under way."""
AFTERMATH_S = 30.0
"""A scenario lasts at least for this time after an upgrade was accepted or has ended."""
FAILED_OFTEN = 3
"""A plan that has failed this often will not succeed."""
ENDING_S = 2.0
"""The time from the end of an upgrade to that of the scenario."""
QUIET_S = 0.3
CONNECT_S = 10.0
"""The most time for a host that begins again at once, so that its connection is there."""
JUDGED = ("read", "read again")
JUDGES_TIMES = 3.0
JUDGES_MORE_S = 10.0
"""The most time for a bad package is `JUDGES_TIMES` times that for a good one, and this."""


class StopRule:
    """The end of one scenario."""

    def __init__(
        self, scenario: Scenario, world: World, instants: Instants, known: KnownHost
    ) -> None:
        self._scenario = scenario
        self._world = world
        self._instants = instants
        self._known = known
        self._failed_s: float | None = None

    def is_over(self, now_s: float) -> bool:
        """Tell whether the scenario has shown what it can show."""
        instants, world = self._instants, self._world
        if instants.succeeded_s is not None:
            return self._is_quiet(now_s, instants.succeeded_s)
        if instants.heard_s is None:
            return now_s - instants.begin_s >= FIRST_LINE_S
        if self._watched_enough(now_s) or self._stalled(now_s) or self._failed_often(now_s):
            return True
        if world.accepted:
            hangs = world.updating and self._known.hangs_updating
            return now_s - instants.advanced_s >= (READ_S if hangs else UPDATE_S)
        return now_s >= max(instants.begin_s + LONGEST_S, instants.turned_s + AFTERMATH_S)

    def _is_quiet(self, now_s: float, since_s: float) -> bool:
        """Tell whether nothing more is to come; a host may begin again at once."""
        lasted_s = now_s - since_s
        quiet = self._world.idle and now_s - self._instants.spoken_s >= QUIET_S
        settled = quiet and not self._world.connecting
        return lasted_s >= ENDING_S and (settled or lasted_s >= CONNECT_S)

    def _watched_enough(self, now_s: float) -> bool:
        """Tell whether the host has been watched for as long as the scenario wants.

        An upgrade that it has accepted is not cut off.
        """
        happened_s, watch_s = self._instants.happened_s, self._scenario.watch_s
        if happened_s is None or not watch_s or self._world.accepted:
            return False
        judges_s = self._known.judges_s
        if self._scenario.at in JUDGED and not self._scenario.then and judges_s is not None:
            watch_s = min(watch_s, JUDGES_TIMES * judges_s + JUDGES_MORE_S)
        return now_s - happened_s >= watch_s and self._is_quiet(now_s, self._instants.turned_s)

    def _failed_often(self, now_s: float) -> bool:
        """Tell whether a plan has failed so often that another attempt shows nothing new."""
        if self._world.failures < FAILED_OFTEN:
            return False
        self._failed_s = now_s if self._failed_s is None else self._failed_s
        return now_s - self._failed_s >= ENDING_S

    def _stalled(self, now_s: float) -> bool:
        """Tell whether nothing moves any more; a host that hung in an update gets less time."""
        instants, world = self._instants, self._world
        said_s = instants.begin_s + (world.lines_heard.moved_s or 0.0)
        still_s = now_s - max(said_s, instants.told_s, instants.turned_s)
        limit_s = READ_S if world.accepted else STALL_S
        if world.updating and not self._known.hangs_updating:
            limit_s = UPDATE_S
        return still_s >= limit_s
