"""A plan as the control agent tells it, and the rules of the platform that keep it back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from atverdict.conformance.evidence.log import ControlAction

__all__ = ["BEGINNINGS", "UNKNOWN", "KnownPlan", "changed"]

UNKNOWN = ""
"""What keeps a plan back where that is not known; it is no requirement."""
EDGE = timedelta(minutes=2)
"""Nearer to the end of a push window the clocks of platform and laboratory decide."""
BEGINNINGS = frozenset({"arm_plan", "arm_module_plan", "arm_components", "withdraw_plans"})
"""The actions after which there is another plan, or none."""


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """The one plan that is armed for this device, and what the platform was told about it."""

    component: str
    source_version: str = ""
    target_version: str = ""
    of_module: bool = False
    active_push: bool = False
    activated: bool = True
    verified_on: bool | None = None
    """True where it is a package under verification on this device, False on another one."""
    white: bool | None = None
    black: bool | None = None
    window: bool | None = True
    """True where now is inside the push window; None where that is not certain."""
    one_hour: bool = False
    """True where that window is one hour long."""
    needs_consent: bool = False
    in_period: bool = True
    over_in_progress: bool = False
    """True where its period ended while the device was upgrading."""
    retries: int | None = None
    failures: int = 0
    """How often the upgrade has failed since it was armed."""
    retried: bool = False
    """True where it was pushed again after a failure."""
    refused: bool = False
    """True where the device has refused it since it was armed."""

    @property
    def offer(self) -> tuple[str, str]:
        """Component and target version: what an offer of it shows."""
        return self.component, self.target_version

    def kept_back(self, prompt: str) -> frozenset[str]:
        """Return the rules that keep it back, whatever the device runs."""
        rules = {
            "SOTA-PLT-004": self.black is True,
            "SOTA-PLT-005": self.white is False and self.black is not True,
            "SOTA-PLT-006": not self.activated,
            "SOTA-PLT-010": self.needs_consent,
            "SOTA-PLT-018": self.verified_on is False,
            "SOTA-PLT-019": not self.in_period,
        }
        if prompt == "push":
            rules |= {
                "SOTA-PLT-007": self.window is False,
                "SOTA-PLT-011": self.refused,
                "SOTA-PLT-021": self.retries is not None and self.failures > self.retries,
                UNKNOWN: self.window is None or not self.active_push,
            }
        return frozenset(rule for rule, keeps in rules.items() if keeps)

    def shows(self, requirement: str) -> bool:
        """Tell whether an offer of it, where nothing keeps it back, is due by a requirement."""
        return {
            "SOTA-PLT-003": self.verified_on is None,
            "SOTA-PLT-008": self.active_push,
            "SOTA-PLT-013": self.white is None,
            "SOTA-PLT-014": self.white is True,
            "SOTA-PLT-015": self.one_hour,
            "SOTA-PLT-018": self.verified_on is True,
        }.get(requirement, False)


def changed(
    plan: KnownPlan | None, action: ControlAction, now: datetime | None, *, busy: bool
) -> KnownPlan | None:
    """Return the plan after an action that the control agent has done.

    `now` is the date and time, None where it is not known; `busy` is True while an upgrade that the
    device has accepted is under way.
    """
    arguments: dict[str, Any] = action.arguments
    described = arguments.get("plan")
    match action.action:
        case "arm_plan" if isinstance(described, dict):
            return _described(described)
        case "arm_module_plan" if isinstance(described, dict):
            return replace(_described(described), of_module=True)
        case "verify_package" if isinstance(described, dict):
            return replace(_described(described), verified_on=arguments.get("this_device") is True)
        case "arm_components" | "withdraw_plans" | "delete_plan":
            return None
        case name if plan is not None and name in _CHANGES:
            return replace(plan, **_CHANGES[name](arguments, now, busy))
        case _:
            return plan


def _described(plan: dict[str, Any]) -> KnownPlan:
    return KnownPlan(
        component=str(plan.get("component", "")),
        source_version=str(plan.get("source_version", "")),
        target_version=str(plan.get("target_version", "")),
        active_push=plan.get("active_push") is True,
        activated=plan.get("activated", True) is True,
    )


Change = Callable[[dict[str, Any], datetime | None, bool], dict[str, Any]]


def _window(arguments: dict[str, Any], _now: datetime | None, _busy: bool) -> dict[str, Any]:  # noqa: FBT001
    return {"window": arguments.get("inside") is True, "one_hour": False}


def _hours(arguments: dict[str, Any], now: datetime | None, _busy: bool) -> dict[str, Any]:  # noqa: FBT001
    begin, until, zone = (arguments.get(name) for name in ("from", "until", "utc_offset_h"))
    if now is None or not (
        isinstance(begin, int) and isinstance(until, int) and isinstance(zone, int)
    ):
        return {"window": None, "one_hour": False}
    instants = [now - EDGE, now, now + EDGE]
    inside = {_inside(_hour(instant, zone), begin, until) for instant in instants}
    window = inside.pop() if len(inside) == 1 else None
    return {"window": window, "one_hour": (until - begin) % 24 == 1}


def _hour(instant: datetime, zone: int) -> int:
    """Return the hour of the day in a time zone that is so many hours before UTC."""
    offset = instant.utcoffset() or timedelta()
    return (instant - offset + timedelta(hours=zone)).hour


def _inside(hour: int, begin: int, until: int) -> bool:
    return (hour - begin) % 24 < (until - begin) % 24


_CHANGES: dict[str, Change] = {
    "activate_plans": lambda _a, _n, _b: {"activated": True},
    "list_device": lambda a, _n, _b: {key: a[key] for key in ("white", "black") if key in a},
    "push_window": _window,
    "push_hours": _hours,
    "user_confirmed": lambda _a, _n, _b: {"needs_consent": True},
    "app_confirm": lambda _a, _n, _b: {"needs_consent": False},
    "plan_period": lambda a, _n, busy: {
        "in_period": a.get("inside") is True,
        "over_in_progress": a.get("inside") is False and busy,
    },
    "push_retries": lambda a, _n, _b: {"retries": a.get("count"), "failures": 0, "retried": False},
}
