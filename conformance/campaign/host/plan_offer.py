"""The offer of a scenario: which plan the platform offers, and when."""

from collections.abc import Callable, Collection

from atverdict.adapters.simulator.host_trial.world import PlanWanted, World
from atverdict.conformance.campaign.host.instants import Instants
from atverdict.conformance.campaign.host.known_host import KnownHost
from atverdict.conformance.campaign.host.packages import package
from atverdict.conformance.campaign.host.scenario import Scenario
from atverdict.conformance.evidence.log import ControlAction
from atverdict.conformance.preparation.pixit import HostInfo, Pixit

__all__ = ["UNMET", "PlanOffer", "declared_limit"]

PUSH_S = 70.0
"""The time between two pushes of the platform."""
PUSH_SOON_S = 3.0
"""The time to the first push where the module is online already and the host is quiet."""
PUSH_LATEST_S = 20.0
"""The same where the host is not quiet."""
FALLEN_S = 60.0
"""The time that a host has to notice a new measurement."""
LONGEST_BLOCK = 1024
NO_LIMITS = (0, -200)
"""Battery in per cent, signal in dBm."""
LIMITS = {"battery": (60, -200), "signal": (0, -90), "free_space": NO_LIMITS}
"""The limits of a plan that a host does not meet."""
UNMET = {"battery": 30, "signal": -110, "free_space": 100}
"""The measurements of such a host: per cent, dBm, octets."""
LARGEST_OCTETS = 4_000_000
"""The size of the largest package."""


def declared_limit(unmet: str, host: HostInfo | None) -> int | None:
    """Return a limit that a host does not meet, from its PIXIT; None where there is none."""
    value = getattr(host, unmet, None)
    most = {"battery": 100, "signal": 0, "free_space": LARGEST_OCTETS}[unmet]
    return value + 1 if isinstance(value, int) and value < most else None


class PlanOffer:
    """The offers of the platform in one scenario."""

    def __init__(  # noqa: PLR0913, PLR0917 - what decides on an offer
        self,
        scenario: Scenario,
        pixit: Pixit,
        actions: Collection[str],
        known: KnownHost,
        world: World,
        instants: Instants,
        *,
        at_once: bool,
        write: Callable[[ControlAction], None],
    ) -> None:
        """Offer nothing yet; `at_once` is for a module that is online already.

        `write` gets what the platform does, for the log.
        """
        self._scenario = scenario
        self._pixit = pixit
        self._actions = actions
        self._known = known
        self._world = world
        self._instants = instants
        self._at_once = at_once
        self._write = write
        self._pushed_s = instants.begin_s
        self._again = False

    def offer(self, now_s: float) -> None:
        """Do what is due: arm, push, offer another plan."""
        world, instants = self._world, self._instants
        if world.status != "none" and instants.offered_s is None:
            instants.offered_s = now_s
        if self._may_arm(now_s):
            self._arm(now_s)
        if self._push_due(now_s):
            self._pushed_s = now_s
            world.push()
        if self._another_due(now_s):
            self._again = True
            world.withdraw()
            self._arm(now_s)
            world.match()

    def _push_due(self, now_s: float) -> bool:
        """Tell whether the platform pushes now; it waits while the host is saying something."""
        if self._must_ask:
            return False
        instants = self._instants
        if not self._at_once or instants.offered_s is not None:
            return now_s - self._pushed_s >= PUSH_S
        quiet_s = now_s - max(instants.heard_s or 0.0, self._pushed_s)
        return quiet_s >= PUSH_SOON_S or now_s - self._pushed_s >= PUSH_LATEST_S

    @property
    def _must_ask(self) -> bool:
        """True where the host gets a plan only when it asks: hosts that are restarted ask.

        Where something happens to the upgrade, the platform pushes: a host need not ask twice.
        """
        eventful = self._scenario.at or self._scenario.falls
        return self._known.asks and "reset_host" in self._actions and not eventful

    def _may_arm(self, now_s: float) -> bool:
        """Tell whether a plan may be armed; a host first gets time to notice what it measures."""
        fallen_s = self._instants.fallen_s
        if not self._scenario.falls:
            return True
        return fallen_s is not None and now_s - fallen_s >= FALLEN_S

    def _another_due(self, now_s: float) -> bool:
        offered_s, again_s = self._instants.offered_s, self._scenario.again_s
        due = offered_s is not None and now_s - offered_s >= again_s > 0
        return due and not self._again

    def _arm(self, now_s: float) -> None:
        """Arm the plan when the host has announced all components, or has had its time for it."""
        wanted = self._wanted()
        late = now_s - self._instants.begin_s >= PUSH_S / 2
        if len(wanted.components) < self._scenario.components and not late:
            return
        plan = self._world.arm(wanted)
        if plan is None:
            return
        components = [
            {"component": each.component, "target_version": each.package.target_version}
            for each in plan.components
        ]
        arguments = {
            "components": components,
            "battery_limit": wanted.battery_limit,
            "min_signal": wanted.min_signal,
            "active_push": wanted.active_push,
        }
        self._write(ControlAction(now_s, "arm_plan", arguments, {"ok": True}))

    def _wanted(self) -> PlanWanted:
        """Return the plan for the components that the host has announced by now."""
        plan, scenario = self._pixit.plan, self._scenario
        announced = tuple(self._world.versions)
        first = plan.component if plan.component in announced or not announced else announced[0]
        others = tuple(name for name in announced if name != first)
        battery, signal = LIMITS.get(scenario.unmet, NO_LIMITS)
        name, most_octets = scenario.package, LARGEST_OCTETS
        if "host_set" not in self._actions and self._pixit.host is not None:
            most_octets = min(LARGEST_OCTETS, self._pixit.host.free_space or LARGEST_OCTETS)
        if scenario.unmet and "host_set" not in self._actions:
            limit = declared_limit(scenario.unmet, self._pixit.host)
            battery = limit or 0 if scenario.unmet == "battery" else 0
            signal = limit or 0 if scenario.unmet == "signal" else -200
            name = "too large" if scenario.unmet == "free_space" else name
        block_octets = min(self._known.block_octets, LONGEST_BLOCK)
        return PlanWanted(
            package(name, first, block_octets, most_octets),
            (first, *others)[: scenario.components],
            (plan.source_version, plan.target_version),
            battery,
            signal,
            active_push=not self._must_ask,
        )
