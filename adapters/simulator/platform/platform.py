"""The Developer Center: matches plans with the device, offers, delivers, judges by version."""

import datetime as dt

from atverdict.adapters.simulator.messages import (
    Address,
    Downlink,
    Offer,
    OfferedComponent,
    Status,
)
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.platform.plan import Plan, PlanComponent, PlanError
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["Platform"]

_REPEAT_S = 5.0
_RETRY_S = 2.0
_SETTLE_S = 2.0
_VERIFICATION_S = 3600.0
_IN_TURN = frozenset({"confirmed", "downloading", "downloaded", "updating"})
_STATUS_WORDS = {
    Status.CONFIRMED: "confirmed",
    Status.REFUSED: "refused",
    Status.STARTED: "downloading",
    Status.DOWNLOADING: "downloading",
    Status.DOWNLOADED: "downloaded",
    Status.UPDATING: "updating",
}


class Platform:
    """The platform's side for one device.

    Spec: SOTA-PLT-001, SOTA-PLT-006, SOTA-PLT-008, SOTA-PLT-009, SOTA-PLT-010, SOTA-PLT-011
    """

    device = "864430010000123"
    """The device's key, as white and black lists name it."""
    grid_s = 600

    def __init__(self, clock: Clock, options: Options) -> None:
        """Start without plans; `downlink` must be set before the first message."""
        self.clock = clock
        self.options = options
        self.downlink: Downlink | None = None
        self.plans: list[Plan] = []
        self.current: Plan | None = None
        """The plan that the device was offered last."""
        self.versions: dict[str, str] = {}
        """What the device reported."""
        self.firmware = ""
        """The version of the module's own firmware, as it reported it."""
        self.failing_downloads = 0
        """How many downloads from now on deliver no octets."""
        self._count = 0
        self.start_grid()

    # Plans

    def save(self, plan: Plan) -> None:
        """Add a plan; it replaces what waits for the same components."""
        names = set(plan.statuses)
        self.plans = [each for each in self.plans if not names & set(each.statuses)]
        self._count += 1
        plan.number = self._count
        self.plans.append(plan)

    def unique(self, components: tuple[PlanComponent, ...]) -> tuple[PlanComponent, ...]:
        """Return the components of a plan. Raises `PlanError` where one is there twice.

        Spec: SOTA-PLT-016
        """
        if len({each.component for each in components}) != len(components):
            raise PlanError("the components of a plan are unique")
        return components

    def activate(self, plan: Plan) -> None:
        """Add a plan that counts from now on."""
        self.save(plan)
        plan.activate()

    def activate_all(self) -> None:
        """Make every plan count that was saved."""
        for plan in self.plans:
            if not plan.verified_on:
                plan.activate()

    def delete(self, component: str) -> None:
        """Delete the plan for a component. Raises `PlanError` where that is not allowed.

        Spec: SOTA-PLT-017
        """
        for plan in [each for each in self.plans if component in each.statuses]:
            if plan.activated:
                raise PlanError("an activated plan cannot be deleted")
            self.plans.remove(plan)

    def verify(self, plan: Plan) -> None:
        """Try a package on one device: it is sent at once, and for an hour.

        Spec: SOTA-PLT-018
        """
        self.save(plan)
        self.clock.call_later(_VERIFICATION_S, lambda: self._expire(plan))
        if self._reachable():
            self.match(pushed=False)

    def set_period(self, *, inside: bool) -> None:
        """Let the period of every plan begin, or end; what is confirmed goes on.

        Spec: SOTA-PLT-019, SOTA-PLT-020
        """
        for plan in self.plans:
            plan.in_period = inside

    def _expire(self, plan: Plan) -> None:
        plan.in_period = False

    def withdraw(self) -> None:
        """End every plan; an upgrade in progress goes on."""
        for plan in self.plans:
            plan.in_period = False
            if plan.activated:
                plan.terminate()
        self.plans = []
        if self.current is not None and not self.current.in_progress:
            self.current = None

    def forget_device(self) -> None:
        """Drop an upgrade in progress and what the device reported: it was reset."""
        self.versions = {}
        if self.current is not None:
            self._set_in_progress(self.current, "failed")

    def app_confirmed(self) -> None:
        """Take the end user's consent to every plan that needs it, and send the plan."""
        for plan in self.plans:
            plan.app_confirmed = True
        self.match(pushed=False)

    @property
    def status(self) -> str:
        """The status of the device in the plan it was offered last, or in the one that waits."""
        plan = self.current
        newest = self.plans[-1] if self.plans else None
        if plan is None or (newest is not None and self._is_past(plan)):
            plan = newest
        return "none" if plan is None else plan.status

    def _is_past(self, plan: Plan) -> bool:
        if plan.in_progress or plan is self.plans[-1]:
            return False
        return plan not in self.plans or plan.status in {"success", "failed"}

    # Matching

    def match(self, *, pushed: bool) -> bool:
        """Offer the first plan that fits, after a request or as a push; True when one did."""
        if self.current is not None and self.current.in_progress:
            return False
        for plan in self.plans:
            components = self.matching_components(plan)
            if components and (not pushed or self.may_push(plan)):
                self.offer(plan, components)
                return True
        return False

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        """Return what of a plan the device may get now."""
        if not plan.stands:
            return ()
        if not plan.admits(self.device) or (plan.needs_app and not plan.app_confirmed):
            return ()
        return plan.open_components(self.version_of)

    def version_of(self, component: PlanComponent) -> str | None:
        """Return what the device runs of a component; None where it has not said so."""
        if component.of_module:
            return self.firmware
        return self.versions.get(component.component)

    def may_push(self, plan: Plan) -> bool:
        """Tell whether a plan may be pushed without a request now."""
        if not plan.active_push or not plan.in_push_window(self.calendar().hour):
            return False
        if plan.failures > plan.retry_times:
            return False
        back_off_s = plan.back_off_min * 60.0
        return plan.refused_s is None or self.clock.now_s >= plan.refused_s + back_off_s

    def offer(self, plan: Plan, components: tuple[PlanComponent, ...]) -> None:
        """Send a plan, as often as the options want it."""
        self.current = plan
        plan.refused_s = None
        offer = Offer(plan.number, tuple(self.offered(each) for each in components))
        for each in components:
            plan.statuses[each.component] = "offered"
        for repeat in range(self.options.offer_repeats + 1):
            self.clock.call_later(
                self.options.offer_s + repeat * _REPEAT_S,
                lambda: self._send_offer(plan, offer),
            )

    def offered(self, component: PlanComponent) -> OfferedComponent:
        """Return what the device is told about one component."""
        package = component.package
        return OfferedComponent(
            component.component,
            package.source_version,
            package.target_version,
            component.battery_limit,
            component.min_signal,
            len(package.content),
            component.of_module,
        )

    def _send_offer(self, plan: Plan, offer: Offer) -> None:
        undecided = plan.statuses[offer.components[0].component] == "offered"
        if undecided and self.current is plan and self._reachable() and self.downlink:
            self.downlink.offer_arrived(offer)

    # From the device

    def firmware_reported(self, version: str) -> None:
        """Take the version of the module's own firmware, and record success where it is due."""
        self.firmware = version
        plan = self.current
        if plan is None:
            return
        for each in plan.components:
            in_turn = each.of_module and plan.statuses[each.component] in _IN_TURN
            if in_turn and version == each.package.target_version:
                plan.statuses[each.component] = "success"
                self._send_address_later(plan, self.options.address_s)

    def came_online(self, versions: dict[str, str]) -> None:
        """Take a device's versions, and deliver what it still waits for."""
        self._take_versions(versions)
        plan = self.current
        if plan is not None and "confirmed" in plan.statuses.values():
            self._send_address_later(plan, _SETTLE_S)  # late reports come first

    def requested(self, versions: dict[str, str]) -> None:
        """Take a request for a plan."""
        self._take_versions(versions)
        self.match(pushed=False)

    def version_reported(self, component: str, version: str) -> None:
        """Take one version, and record success where it is the target.

        Spec: SOTA-PLT-009
        """
        if version:
            self.versions[component] = version
        else:
            self.versions.pop(component, None)
        plan = self.current
        if plan is None or component not in plan.statuses or not plan.in_progress:
            return
        entry = next(each for each in plan.components if each.component == component)
        if entry.of_module:
            return
        if plan.statuses[component] in _IN_TURN and version == entry.package.target_version:
            plan.statuses[component] = "success"
            self._send_address_later(plan, self.options.address_s)

    def status_reported(self, status: Status, component: str) -> None:
        """Take how an upgrade goes."""
        plan = self.current
        if plan is None or component not in plan.statuses:
            return
        if plan.statuses[component] == "success":
            return
        if status in {Status.FAILED, Status.ABORTED}:
            plan.failures += 1
            self._set_in_progress(plan, "failed")
        elif status is Status.DOWNLOAD_ERROR:
            self._download_failed(plan, component)
        elif status is not Status.SUCCESS:
            self._progressed(plan, component, status)

    def _progressed(self, plan: Plan, component: str, status: Status) -> None:
        first_decision = plan.statuses[component] == "offered" and not plan.in_progress
        plan.statuses[component] = _STATUS_WORDS[status]
        if status is Status.REFUSED:
            plan.refused_s = self.clock.now_s
        if status is Status.CONFIRMED and first_decision and plan.stands:
            self._send_address_later(plan, self.options.address_s)

    def _download_failed(self, plan: Plan, component: str) -> None:
        if self.options.retry == "address":
            plan.statuses[component] = "confirmed"
            self._send_address_later(plan, _RETRY_S)
        else:
            self._set_in_progress(plan, "none")
            self.clock.call_later(_RETRY_S, self._match_again)

    def _match_again(self) -> None:
        self.match(pushed=False)

    def _set_in_progress(self, plan: Plan, status: str) -> None:
        for component, old in plan.statuses.items():
            if old not in {"success", "refused"}:
                plan.statuses[component] = status

    def _take_versions(self, versions: dict[str, str]) -> None:
        for component, version in versions.items():
            self.version_reported(component, version)
        self.versions = dict(versions)

    # Delivery

    def deliver(self) -> bool:
        """Open a download; False when this one is to fail."""
        if self.failing_downloads:
            self.failing_downloads -= 1
            return False
        return True

    def _send_address_later(self, plan: Plan, delay_s: float) -> None:
        self.clock.call_later(delay_s, lambda: self._send_address(plan))

    def _send_address(self, plan: Plan) -> None:
        busy = {"downloading", "downloaded", "updating"}
        if not self._reachable() or self.downlink is None or busy & set(plan.statuses.values()):
            return
        for each in self.in_turn(plan):
            if plan.statuses[each.component] == "confirmed":
                package = each.package
                self.downlink.address_arrived(
                    Address(each.component, package.target_version, package.content, each.of_module)
                )
                return

    def in_turn(self, plan: Plan) -> tuple[PlanComponent, ...]:
        """Return the components of a plan in the order in which they are delivered."""
        return plan.components

    def _reachable(self) -> bool:
        return self.downlink is not None and self.downlink.online

    # The calendar

    def calendar(self) -> dt.datetime:
        """Return the time of day of the platform, in UTC."""
        now = self.options.start_time + dt.timedelta(seconds=self.clock.now_s)
        return now.astimezone(dt.UTC)

    def start_grid(self) -> None:
        """Push for the first time at the next full ten minutes.

        Spec: SOTA-PLT-008
        """
        into_s = self.options.start_time.timestamp() % self.grid_s
        self.clock.call_later(self.grid_s - into_s, self.grid)

    def grid(self) -> None:
        """Push, and again after ten minutes."""
        self.clock.call_later(self.grid_s, self.grid)
        if self._reachable():
            self.match(pushed=True)
