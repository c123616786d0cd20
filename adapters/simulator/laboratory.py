"""The simulator's own control agent: power, network, and plans on the platform."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from atverdict.adapters.simulator.platform.built_in_package import (
    built_in_firmware,
    built_in_package,
)
from atverdict.adapters.simulator.platform.plan import Package, Plan, PlanComponent, PlanError
from atverdict.adapters.simulator.simulator import Simulator

__all__ = ["Laboratory"]

_OFF_S = 1.0
_FILE_NAME = "package.bin"

_COMPONENT_KEYS: dict[str, tuple[type, Any]] = {
    "component": (str, None),
    "source_version": (str, ""),
    "target_version": (str, None),
    "image": (str, None),
    "battery_limit": (int, 30),
    "min_signal": (int, -113),
    "specified_versions": (list, []),
}
_PLAN_KEYS: dict[str, tuple[type, Any]] = {
    "active_push": (bool, True),
    "activated": (bool, True),
    "back_off_min": (int, 120),
}
_SHARED_KEYS = _COMPONENT_KEYS | _PLAN_KEYS
"""A plan of several components may say of each what it says of all."""
_PART_KEYS = _SHARED_KEYS | {"of_module": (bool, False)}

Reply = dict[str, object]


class Laboratory:
    """Every action of the contract, the optional ones too; it never breaks, it refuses.

    What `list_device`, `push_window` and `user_confirmed` say holds for the plans
    that are armed and for those to come, until plans are withdrawn.
    """

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._settings: dict[str, object] = {}
        self._actions: dict[str, Callable[[dict[str, object]], Reply]] = {
            "capabilities": self._capabilities,
            "arm_plan": self._arm_plan,
            "arm_module_plan": self._arm_module_plan,
            "arm_components": self._arm_components,
            "withdraw_plans": self._withdraw_plans,
            "push": self._push,
            "power_cycle": self._power_cycle,
            "link_down": self._link_down,
            "link_up": self._link_up,
            "factory_reset": self._factory_reset,
            "platform_status": self._platform_status,
            "fail_downloads": self._fail_downloads,
            "list_device": self._list_device,
            "push_window": self._push_window,
            "user_confirmed": self._user_confirmed,
            "activate_plans": self._activate_plans,
            "delete_plan": self._delete_plan,
            "verify_package": self._verify_package,
            "push_hours": self._push_hours,
            "plan_period": self._plan_period,
            "push_retries": self._push_retries,
            "app_confirm": self._app_confirm,
        }

    def actions(self) -> frozenset[str]:
        """Return the names of the actions."""
        return frozenset(self._actions) - {"capabilities"}

    def perform(self, action: str, arguments: dict[str, object]) -> Reply:
        """Do one action; virtual time advances where the action needs time."""
        perform = self._actions.get(action)
        if perform is None:
            return {"ok": False, "error": "unsupported"}
        try:
            return {"ok": True, **perform(arguments)}
        except (PlanError, OSError, ValueError) as error:
            return {"ok": False, "error": str(error)}

    def close(self) -> None:
        """Nothing is to be released."""

    def _capabilities(self, _arguments: dict[str, object]) -> Reply:
        return {"actions": sorted(self.actions())}

    # Plans

    def _arm_plan(self, arguments: dict[str, object]) -> Reply:
        described = _described(arguments.get("plan"), _SHARED_KEYS)
        self._activate(described, (self._component(described),))
        return {}

    def _arm_module_plan(self, arguments: dict[str, object]) -> Reply:
        described = _described(arguments.get("plan"), _SHARED_KEYS)
        self._activate(described, (self._component(described | {"of_module": True}),))
        return {}

    def _arm_components(self, arguments: dict[str, object]) -> Reply:
        described = _described(arguments.get("plan"), {"components": (list, None)} | _SHARED_KEYS)
        components = [_described(each, _PART_KEYS) for each in described["components"] or []]
        self._activate(described, tuple(self._component(each) for each in components))
        return {}

    def _component(self, described: dict[str, Any]) -> PlanComponent:
        for key in ("component", "target_version"):
            if described[key] is None:
                raise PlanError(f"a plan needs {key}")
        if described["image"] is not None:
            content = Path(described["image"]).read_bytes()
        elif described.get("of_module"):
            content = built_in_firmware()
        else:
            content = built_in_package(self.simulator.options.seed)
        package = Package(
            target_version=described["target_version"],
            files=((_FILE_NAME, content),),
            source_version=described["source_version"],
            specified_versions=tuple(map(str, described["specified_versions"])),
        )
        return PlanComponent(
            described["component"],
            package,
            described["battery_limit"],
            described["min_signal"],
            bool(described.get("of_module")),
        )

    def _activate(self, described: dict[str, Any], components: tuple[PlanComponent, ...]) -> None:
        platform = self.simulator.platform
        plan = Plan(
            components=platform.unique(components),
            active_push=described["active_push"],
            back_off_min=described["back_off_min"],
        ).changed(**self._settings)
        (platform.activate if described["activated"] else platform.save)(plan)

    def _rearm(self, **settings: object) -> None:
        """Put changed copies in the place of the plans: what is activated cannot be edited."""
        platform = self.simulator.platform
        waiting = [plan for plan in platform.plans if not plan.in_progress]
        copies = [plan.copied(**settings) for plan in waiting]
        self._settings |= settings
        for plan, copy in zip(waiting, copies, strict=True):
            (platform.activate if plan.activated else platform.save)(copy)

    def _withdraw_plans(self, _arguments: dict[str, object]) -> Reply:
        self._settings.clear()
        self.simulator.platform.withdraw()
        return {}

    def _push(self, _arguments: dict[str, object]) -> Reply:
        platform = self.simulator.platform
        offered = self.simulator.module.online and platform.match(pushed=True)
        return {"offered": offered}

    def _list_device(self, arguments: dict[str, object]) -> Reply:
        settings: dict[str, object] = {}
        for colour in ("white", "black"):
            if colour in arguments:
                listed = arguments[colour]
                devices = {self.simulator.platform.device if listed else "another device"}
                settings[colour] = None if listed is None else frozenset(devices)
        self._rearm(**settings)
        return {}

    def _push_window(self, arguments: dict[str, object]) -> Reply:
        inside = arguments.get("inside")
        if not isinstance(inside, bool):
            raise PlanError("push_window needs inside: true or false")
        local_hour = (self.simulator.platform.calendar().hour + 8) % 24
        begin = (local_hour + (0 if inside else 6)) % 24
        self._rearm(push_window=(begin, (begin + 2) % 24 or 24))
        return {}

    def _user_confirmed(self, _arguments: dict[str, object]) -> Reply:
        self._rearm(needs_app=True)
        return {}

    def _app_confirm(self, _arguments: dict[str, object]) -> Reply:
        self.simulator.platform.app_confirmed()
        return {}

    def _activate_plans(self, _arguments: dict[str, object]) -> Reply:
        self.simulator.platform.activate_all()
        return {}

    def _delete_plan(self, arguments: dict[str, object]) -> Reply:
        self.simulator.platform.delete(str(arguments.get("component", "")))
        return {}

    def _verify_package(self, arguments: dict[str, object]) -> Reply:
        described = _described(arguments.get("plan"), _SHARED_KEYS)
        platform = self.simulator.platform
        chosen = platform.device if arguments.get("this_device", True) else "another device"
        components = (self._component(described),)
        platform.verify(Plan(components, verified_on=chosen))
        return {}

    def _push_hours(self, arguments: dict[str, object]) -> Reply:
        begin, until, zone = (_whole(arguments, name) for name in ("from", "until", "utc_offset_h"))
        self._rearm(push_window=(begin, until), utc_offset_h=zone)
        return {}

    def _plan_period(self, arguments: dict[str, object]) -> Reply:
        inside = arguments.get("inside")
        if not isinstance(inside, bool):
            raise PlanError("plan_period needs inside: true or false")
        self.simulator.platform.set_period(inside=inside)
        return {}

    def _push_retries(self, arguments: dict[str, object]) -> Reply:
        self._rearm(retry_times=_whole(arguments, "count"))
        return {}

    def _fail_downloads(self, arguments: dict[str, object]) -> Reply:
        count = arguments.get("count")
        if not isinstance(count, int) or count < 0:
            raise PlanError("fail_downloads needs count, a whole number")
        self.simulator.platform.failing_downloads = count
        return {}

    def _platform_status(self, _arguments: dict[str, object]) -> Reply:
        platform = self.simulator.platform
        components = {} if platform.current is None else dict(platform.current.statuses)
        return {"status": platform.status, "components": components}

    # Power, network and flash

    def _power_cycle(self, _arguments: dict[str, object]) -> Reply:
        self.simulator.module.power_off()
        self.simulator.advance_to(self.simulator.now_s + _OFF_S)
        self.simulator.module.power_on()
        return {}

    def _link_down(self, _arguments: dict[str, object]) -> Reply:
        self.simulator.module.link_lost()
        return {}

    def _link_up(self, _arguments: dict[str, object]) -> Reply:
        self.simulator.module.link_returned()
        return {}

    def _factory_reset(self, _arguments: dict[str, object]) -> Reply:
        self.simulator.module.factory_reset()
        self.simulator.platform.forget_device()
        return {}


def _whole(arguments: dict[str, object], name: str) -> int:
    number = arguments.get(name)
    if not isinstance(number, int) or isinstance(number, bool):
        raise PlanError(f"the action needs {name}, a whole number")
    return number


def _described(value: object, keys: dict[str, tuple[type, Any]]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PlanError("the action needs a plan")
    described: dict[str, Any] = {key: default for key, (_kind, default) in keys.items()}
    for key, given in value.items():
        if key not in keys:
            raise PlanError(f"a plan has no {key!r}; possible: {', '.join(keys)}")
        kind = keys[key][0]
        if not isinstance(given, kind) or (kind is int and isinstance(given, bool)):
            raise PlanError(f"{key} of a plan is {kind.__name__}")
        described[key] = given
    return described
