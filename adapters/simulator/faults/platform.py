"""Faults of the platform behind the module: which plan a device is offered, what is recorded."""

import dataclasses

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.messages import OfferedComponent
from atverdict.adapters.simulator.platform.plan import Package, Plan, PlanComponent
from atverdict.adapters.simulator.platform.platform import Platform

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-PLT-001")
class OfferWithoutVersion(Platform):
    """A device that announced nothing is offered every plan."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        if not self.versions and plan.statuses[plan.components[0].component] == "none":
            return plan.components
        return super().matching_components(plan)


@CATALOGUE.breaks("SOTA-PLT-002")
class DeltaForAnySource(Platform):
    """A delta package is offered whatever its source version."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        component = plan.components[0]
        package = component.package
        known = self.versions.get(component.component, package.target_version)
        waits = plan.statuses[component.component] == "none"
        if package.source_version and known != package.target_version and waits:
            return plan.components
        return super().matching_components(plan)


class _Fitting(Platform):
    """A platform that compares versions in another way."""

    def fits(self, package: Package, version: str) -> bool:
        return package.fits(version)

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        return tuple(
            each
            for each in super().matching_components(plan)
            if self.fits(each.package, self.version_of(each) or "")
        )


@CATALOGUE.breaks("SOTA-PLT-003")
class FullPackageForLowerVersions(_Fitting):
    """A full package is offered only where the version sorts before its target."""

    def fits(self, package: Package, version: str) -> bool:
        return bool(package.source_version) or version < package.target_version


@CATALOGUE.breaks("SOTA-PLT-003")
class DeltaNeverOffered(_Fitting):
    """A delta package is never offered."""

    def fits(self, package: Package, version: str) -> bool:
        return not package.source_version and super().fits(package, version)


@CATALOGUE.breaks("SOTA-PLT-004")
class WhiteListWins(Platform):
    """A device on both lists is offered the plan."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        if plan.white is None or plan.black is None or self.device not in plan.white:
            return super().matching_components(plan)
        black, plan.black = plan.black, None
        components = super().matching_components(plan)
        plan.black = black
        return components


@CATALOGUE.breaks("SOTA-PLT-004")
class BlackListIgnored(Platform):
    """A device on the black list is offered the plan, unless there is a white one."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        black = plan.black
        if plan.white is None:
            plan.black = None
        components = super().matching_components(plan)
        plan.black = black
        return components


@CATALOGUE.breaks("SOTA-PLT-005")
class WhiteListIgnored(Platform):
    """A white list keeps no device out."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        white, plan.white = plan.white, None
        components = super().matching_components(plan)
        plan.white = white
        return components


@CATALOGUE.breaks("SOTA-PLT-007")
class PushWindowIgnored(Platform):
    """Plans are pushed at any time of the day."""

    def may_push(self, plan: Plan) -> bool:
        window, plan.push_window = plan.push_window, None
        pushed = super().may_push(plan)
        plan.push_window = window
        return pushed


@CATALOGUE.breaks("SOTA-PLT-008", "SHOULD")
class PushOnlyOnce(Platform):
    """A plan that the device leaves undecided is pushed once and never again."""

    def may_push(self, plan: Plan) -> bool:
        return "offered" not in plan.statuses.values() and super().may_push(plan)


@CATALOGUE.breaks("SOTA-PLT-009")
class SuccessUnrecorded(Platform):
    """A reported target version is not recorded as a success."""

    def version_reported(self, component: str, version: str) -> None:
        plan = self.current
        before = dict(plan.statuses) if plan is not None else {}
        super().version_reported(component, version)
        if plan is not None and plan.statuses.get(component) == "success" != before.get(component):
            plan.statuses[component] = "failed"


@CATALOGUE.breaks("SOTA-PLT-010")
class AppNotAsked(Platform):
    """A plan that needs the end user's consent is offered without it."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        needs_app, plan.needs_app = plan.needs_app, False
        components = super().matching_components(plan)
        plan.needs_app = needs_app
        return components


@CATALOGUE.breaks("SOTA-PLT-011", "SHOULD")
class BackOffIgnored(Platform):
    """A refused plan is pushed again at once."""

    def may_push(self, plan: Plan) -> bool:
        plan.refused_s = None
        return super().may_push(plan)


@CATALOGUE.breaks("SOTA-PLT-012")
class OfferedAtTarget(Platform):
    """A device that has the target version is offered the plan."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        first = plan.components[0]
        at_target = self.versions.get(first.component) == first.package.target_version
        untouched = plan.statuses[first.component] == "none"
        if at_target and untouched and len(plan.components) == 1:
            return plan.components
        return super().matching_components(plan)


@CATALOGUE.breaks("SOTA-EVT-006")
class PlatformSwapsVersions(Platform):
    """The offer of a delta package names its source version as the target."""

    def offer(self, plan: Plan, components: tuple[PlanComponent, ...]) -> None:
        package = components[0].package
        if package.source_version:
            swapped = dataclasses.replace(package, target_version=package.source_version)
            components = (dataclasses.replace(components[0], package=swapped), *components[1:])
        super().offer(plan, components)


@CATALOGUE.breaks("SOTA-PLT-008", "SHOULD")
class PushesEndWithRequest(Platform):
    """A device that has asked once is pushed nothing any more, until it decides."""

    asked = False

    def requested(self, versions: dict[str, str]) -> None:
        self.asked = True
        super().requested(versions)

    def may_push(self, plan: Plan) -> bool:
        undecided = "offered" in plan.statuses.values()
        return not (self.asked and undecided) and super().may_push(plan)


@CATALOGUE.breaks("SOTA-PLT-011", "SHOULD")
class BackOffInSeconds(Platform):
    """The minutes of the back-off are taken for seconds."""

    def may_push(self, plan: Plan) -> bool:
        minutes, plan.back_off_min = plan.back_off_min, plan.back_off_min // 60
        pushed = super().may_push(plan)
        plan.back_off_min = minutes
        return pushed


@CATALOGUE.breaks("SOTA-PLT-006")
class InactivePlanOffered(Platform):
    """A plan is offered as soon as it is saved, activated or not."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        activated, plan.activated = plan.activated, True
        components = super().matching_components(plan)
        plan.activated = activated
        return components


@CATALOGUE.breaks("SOTA-PLT-007")
class TimeZoneOfTheLaboratory(Platform):
    """The push window counts in the platform's own time zone, whatever that of the plan is."""

    def may_push(self, plan: Plan) -> bool:
        zone, plan.utc_offset_h = plan.utc_offset_h, 8
        pushed = super().may_push(plan)
        plan.utc_offset_h = zone
        return pushed


@CATALOGUE.breaks("SOTA-PLT-008", "SHOULD")
class PushesOffTheGrid(Platform):
    """Pushes come at 5, 15, ... 55 minutes past the hour."""

    def start_grid(self) -> None:
        into_s = (self.options.start_time.timestamp() + self.grid_s / 2) % self.grid_s
        self.clock.call_later(self.grid_s - into_s, self.grid)


@CATALOGUE.breaks("SOTA-PLT-009")
class EverySuccessRecorded(Platform):
    """Whatever version a device reports in an upgrade is recorded as a success."""

    def version_reported(self, component: str, version: str) -> None:
        super().version_reported(component, version)
        plan = self.current
        if plan is not None and plan.in_progress and component in plan.statuses:
            plan.statuses[component] = "success"


@CATALOGUE.breaks("SOTA-PLT-013")
class NoListNoDevice(Platform):
    """Without a white list no device is offered the plan, once a black list was looked at."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        alone = plan.black is not None and plan.white is None
        return () if alone else super().matching_components(plan)


@CATALOGUE.breaks("SOTA-PLT-014")
class WhiteListNeedsNoBlackOne(Platform):
    """A device on the white list is left out where there is a black list too."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        both = plan.white is not None and plan.black is not None
        return () if both else super().matching_components(plan)


@CATALOGUE.breaks("SOTA-PLT-014")
class WhiteListKeepsOut(Platform):
    """The white list is taken for a black one."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        listed = plan.white is not None and self.device in plan.white and plan.black is None
        return () if listed else super().matching_components(plan)


@CATALOGUE.breaks("SOTA-PLT-015")
class HourWithoutItsMinutes(Platform):
    """A push window of one hour is over as soon as it has begun."""

    def may_push(self, plan: Plan) -> bool:
        begin, end = plan.push_window or (0, 24)
        short = (end - begin) % 24 == 1
        return super().may_push(plan) and not (short and self.calendar().minute)


@CATALOGUE.breaks("SOTA-PLT-016")
class ComponentTwice(Platform):
    """A plan is taken that has one component twice."""

    def unique(self, components: tuple[PlanComponent, ...]) -> tuple[PlanComponent, ...]:
        return tuple({each.component: each for each in components}.values())


@CATALOGUE.breaks("SOTA-PLT-017")
class ActivePlanDeleted(Platform):
    """An activated plan can be deleted."""

    def delete(self, component: str) -> None:
        self.plans = [plan for plan in self.plans if component not in plan.statuses]


@CATALOGUE.breaks("SOTA-PLT-018")
class VerifiedOnEveryDevice(Platform):
    """A package under verification is sent to all devices of the product."""

    def verify(self, plan: Plan) -> None:
        plan.verified_on = self.device
        super().verify(plan)


@CATALOGUE.breaks("SOTA-PLT-018")
class VerificationNeedsActivation(Platform):
    """A package under verification is sent to nobody before a plan is activated."""

    def verify(self, plan: Plan) -> None:
        self.save(plan)


@CATALOGUE.breaks("SOTA-PLT-019")
class PeriodIgnored(Platform):
    """A plan is offered outside its period."""

    def matching_components(self, plan: Plan) -> tuple[PlanComponent, ...]:
        in_period, plan.in_period = plan.in_period, True
        components = super().matching_components(plan)
        plan.in_period = in_period
        return components


@CATALOGUE.breaks("SOTA-PLT-020")
class EndOfThePlanEndsUpgrades(Platform):
    """An upgrade that outlasts the period of its plan has failed, whatever is reported."""

    def version_reported(self, component: str, version: str) -> None:
        super().version_reported(component, version)
        plan = self.current
        if plan is not None and not plan.in_period and plan.statuses.get(component) == "success":
            plan.statuses[component] = "failed"


@CATALOGUE.breaks("SOTA-PLT-021", "SHOULD")
class RetriesWithoutEnd(Platform):
    """A plan is pushed again after every failure."""

    def may_push(self, plan: Plan) -> bool:
        plan.failures = 0
        return super().may_push(plan)


@CATALOGUE.breaks("SOTA-EVT-023")
class UsualLimits(Platform):
    """Every offer shows the limits that the console proposes, whatever the plan has."""

    def offered(self, component: PlanComponent) -> OfferedComponent:
        return dataclasses.replace(super().offered(component), battery_limit=30, min_signal=-113)
