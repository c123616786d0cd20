"""Packages and upgrade plans of the Developer Center, with the rules that they must keep."""

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Package", "Plan", "PlanComponent", "PlanError"]

_FILE_TYPES = (
    *(".bin", ".zip", ".rar", ".pack", ".mini_1", ".mini_2", ".py", ".tar", ".tar.gz", ".s19"),
    *(".bin_1", ".bin_2"),
)
_FILE_LIMIT_OCTETS = 100 * 1024 * 1024
_VERSION = re.compile(r"[A-Za-z0-9_.-]+")
_UNDECIDED = frozenset({"none", "offered", "refused", "failed"})


class PlanError(Exception):
    """The Developer Center refuses this; the message says why."""


@dataclass(frozen=True)
class Package:
    """An uploaded package for one component; without source version a full one, else a delta.

    Raises `PlanError` when a rule of the Developer Center is broken.
    """

    target_version: str
    files: tuple[tuple[str, bytes], ...]
    """Name and octets; devices get the first file."""
    source_version: str = ""
    specified_versions: tuple[str, ...] = ()
    """A full package may be limited to devices with one of these versions."""

    def __post_init__(self) -> None:
        if not _VERSION.fullmatch(self.target_version):
            raise PlanError(f"a target version cannot be {self.target_version!r}")
        if self.source_version and not _VERSION.fullmatch(self.source_version):
            raise PlanError(f"a source version cannot be {self.source_version!r}")
        if not 1 <= len(self.files) <= 5:
            raise PlanError("a package has 1 to 5 files")
        for name, content in self.files:
            if not name.lower().endswith(_FILE_TYPES):
                raise PlanError(f"{name}: a package file is one of {' '.join(_FILE_TYPES)}")
            if not 0 < len(content) <= _FILE_LIMIT_OCTETS:
                raise PlanError(f"{name}: a package file has 1 octet to 100 MB")
        if len(self.specified_versions) > 8:
            raise PlanError("a package can specify at most 8 versions")
        if self.specified_versions and self.source_version:
            raise PlanError("only a full package can specify versions")

    @property
    def content(self) -> bytes:
        """The octets that a device downloads."""
        return self.files[0][1]

    def fits(self, version: str) -> bool:
        """Tell whether a device with this version may take the package.

        Spec: SOTA-PLT-002, SOTA-PLT-003, SOTA-PLT-012
        """
        if version == self.target_version:
            return False
        if self.source_version:
            return version == self.source_version
        return not self.specified_versions or version in self.specified_versions


@dataclass(frozen=True)
class PlanComponent:
    """One component of a plan: what it gets, and the limits that the device should check."""

    component: str
    package: Package
    battery_limit: int = 30
    min_signal: int = -113
    of_module: bool = False
    """Whether it is the module's own firmware; the host announces nothing for that."""

    def __post_init__(self) -> None:
        if not 1 <= len(self.component) <= 100:
            raise PlanError("a component has 1 to 100 characters")
        if not (self.component.isascii() and self.component.isprintable()):
            raise PlanError("a component is printable ASCII, for it goes over the wire")
        if not 0 <= self.battery_limit <= 100:
            raise PlanError("battery_limit is 0 to 100 percent")
        if not -200 <= self.min_signal <= 0:
            raise PlanError("min_signal is a negative number of dBm")


@dataclass(eq=False)
class Plan:
    """An upgrade plan and how far the one device of the simulator is with it."""

    components: tuple[PlanComponent, ...]
    number: int = 0
    """Given by the platform with the activation."""
    active_push: bool = True
    white: frozenset[str] | None = None
    black: frozenset[str] | None = None
    utc_offset_h: int = 8
    push_window: tuple[int, int] | None = None
    """From and until, whole hours of the plan's time zone; none: the whole day."""
    back_off_min: int = 120
    retry_times: int = 5
    needs_app: bool = False
    """User-confirmed: the App must consent first."""
    app_confirmed: bool = False
    activated: bool = False
    verified_on: str = ""
    """The device on which a package is tried, without an activation; empty for a real plan."""
    in_period: bool = True
    """Whether the plan's period has begun and is not over."""
    terminated: bool = False
    statuses: dict[str, str] = field(default_factory=dict)
    """Component to status, in the words of ``platform_status``."""
    refused_s: float | None = None
    failures: int = 0

    def __post_init__(self) -> None:
        names = [each.component for each in self.components]
        if not names:
            raise PlanError("a plan has at least one component")
        if not 10 <= self.back_off_min <= 1440:
            raise PlanError("the back-off is 10 to 1440 minutes")
        if not -12 <= self.utc_offset_h <= 14:
            raise PlanError("the time zone is -12 to +14 hours")
        if self.push_window is not None:
            begin, end = self.push_window
            if not (0 <= begin <= 23 and 1 <= end <= 24 and begin != end % 24):
                raise PlanError("the push window is whole hours, at least one")
        self.statuses = dict.fromkeys(names, "none")

    def activate(self) -> None:
        """Make the plan count; this cannot be undone."""
        self.activated = True

    def changed(self, **changes: object) -> "Plan":
        """Return the plan with other settings; an activated plan cannot be edited."""
        if self.activated:
            raise PlanError("an activated plan cannot be edited")
        return self.copied(**changes)

    def copied(self, **changes: object) -> "Plan":
        """Return a new, not activated plan with other settings and nothing done yet."""
        fresh: dict[str, object] = {
            "activated": False,
            "terminated": False,
            "refused_s": None,
            "failures": 0,
        }
        return dataclasses.replace(self, **(fresh | changes))  # type: ignore[arg-type] # by name

    @property
    def stands(self) -> bool:
        """Whether it counts now.

        Spec: SOTA-PLT-006, SOTA-PLT-018, SOTA-PLT-019
        """
        return (self.activated or bool(self.verified_on)) and self.in_period and not self.terminated

    def terminate(self) -> None:
        """End an activated plan by force; devices that upgrade already go on."""
        if not self.activated:
            raise PlanError("a plan that is not activated is deleted, not terminated")
        self.terminated = True

    def admits(self, device: str) -> bool:
        """Tell whether the lists let a device in; the black list wins.

        Spec: SOTA-PLT-004, SOTA-PLT-005
        """
        if self.verified_on:
            return device == self.verified_on
        if self.black is not None and device in self.black:
            return False
        return self.white is None or device in self.white

    def in_push_window(self, hour_utc: int) -> bool:
        """Tell whether the platform may push in this hour of the day, 0 to 23 in UTC.

        Spec: SOTA-PLT-007
        """
        if self.push_window is None:
            return True
        begin, end = self.push_window
        hour = (hour_utc + self.utc_offset_h) % 24
        return begin <= hour < end if begin < end else hour >= begin or hour < end

    def open_components(
        self, version_of: Callable[[PlanComponent], str | None]
    ) -> tuple[PlanComponent, ...]:
        """Return the components that a device still needs, in order.

        `version_of` tells what the device runs; None where it has not said so.

        Spec: SOTA-PLT-001, SOTA-PLT-012
        """
        return tuple(
            each
            for each in self.components
            if self.statuses[each.component] in _UNDECIDED
            and (version := version_of(each)) is not None
            and each.package.fits(version)
        )

    @property
    def in_progress(self) -> bool:
        """Whether the device has accepted the plan and is not done."""
        busy = {"confirmed", "downloading", "downloaded", "updating"}
        return any(status in busy for status in self.statuses.values())

    @property
    def status(self) -> str:
        """The status of the device over all components."""
        statuses = list(self.statuses.values())
        if "failed" in statuses:
            return "failed"
        open_statuses = [status for status in statuses if status != "success"]
        return open_statuses[0] if open_statuses else "success"
