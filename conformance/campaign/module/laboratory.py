"""The laboratory, as it is asked to arrange plans on the platform, and packages."""

from dataclasses import dataclass
from pathlib import Path

from atverdict.adapters.pco import PcoClosed
from atverdict.conformance.campaign.module.commands import Commands, Inconclusive
from atverdict.conformance.campaign.module.contact import answers_again
from atverdict.conformance.preparation.suite_package import suite_package

__all__ = ["LARGE_PACKAGE_OCTETS", "Laboratory"]

LARGE_PACKAGE_OCTETS = 75_001
"""Odd, and too large for the memory of modules that download in pieces of 64 KiB."""
MORE_COMPONENTS = ("ATVERDICT-A", "ATVERDICT-B")


@dataclass(slots=True)
class Laboratory:
    """The requests to the control agent, where there is one."""

    _commands: Commands
    package_path: Path | None = None
    """The suite's own package: armed where the PIXIT names none and the laboratory takes it."""

    @property
    def controls_plans(self) -> bool:
        """True where the laboratory can arm and withdraw plans."""
        return self._commands.session.can("arm_plan", "withdraw_plans")

    def arm(self, *, large: bool = False, **settings: object) -> None:
        """Arm the PIXIT's plan, for which the device must ask, with other settings where given.

        With a `source_version` it is a delta package. `large` arms a package of the suite's own
        that a module may have to download in several pieces.
        """
        if not self._armed("arm_plan", settings, large=large):
            raise Inconclusive("the control agent could not arm the plan")

    def arm_module(self) -> None:
        """Arm the PIXIT's plan for the module's own firmware."""
        plan = self._commands.pixit.module_plan
        assert plan is not None
        described = self._described(plan.component, plan.target_version)
        described["source_version"] = plan.source_version
        if plan.image:
            described["image"] = plan.image
        self.control("arm_module_plan", plan=described)

    def verify(self, *, this_device: bool) -> None:
        """Put the package of the PIXIT's plan under verification, on this device or another."""
        if not self._armed("verify_package", {}, this_device=this_device):
            raise Inconclusive("the control agent could not have the package verified")

    def _armed(
        self,
        action: str,
        settings: dict[str, object],
        *,
        large: bool = False,
        **arguments: object,
    ) -> bool:
        """Arm the PIXIT's plan by an action, with the suite's package or the laboratory's own."""
        session, plan = self._commands.session, self._commands.pixit.plan
        described = self._described(plan.component, plan.target_version) | settings
        path = Path(plan.image) if plan.image else self.package_path
        if large and self.package_path is not None:
            path = self._large_package()
        if path is not None:
            image = {"image": str(path)}
            if session.perform(action, plan=described | image, **arguments):
                session.package(plan.component, path.read_bytes())
                return True
        if plan.image or not session.perform(action, plan=described, **arguments):
            return False
        session.package(plan.component, b"")
        return True

    def _described(self, component: str, target_version: str) -> dict[str, object]:
        return {
            "component": component,
            "source_version": "",
            "target_version": target_version,
            "battery_limit": 30,
            "min_signal": -113,
            "active_push": False,
        }

    def _large_package(self) -> Path:
        """Return the path of the large package; write it first where it is missing."""
        assert self.package_path is not None
        path = self.package_path.with_name("package-large.bin")
        if not path.exists():
            path.write_bytes(suite_package(LARGE_PACKAGE_OCTETS))
        return path

    def package_named(self, name: str) -> Path:
        """Return the path of the package of this name. Raises `Inconclusive` for an unknown one."""
        known = [Path(self._commands.pixit.plan.image)] if self._commands.pixit.plan.image else []
        if self.package_path is not None:
            known += [self.package_path, self._large_package()]
        for path in known:
            if path.name == name:
                return path
        raise Inconclusive(f"the package {name} is not there")

    def arm_two(self) -> tuple[str, ...]:
        """Arm one plan with two components, and return them in its order."""
        if not self._components(MORE_COMPONENTS):
            raise Inconclusive("the control agent could not arm a plan of two components")
        return MORE_COMPONENTS

    def arm_one_twice(self) -> None:
        """Ask for a plan that has one component twice; the platform should refuse it."""
        self._components((MORE_COMPONENTS[0],) * 2)

    def _components(self, names: tuple[str, ...]) -> bool:
        components = [self._described(name, "2") for name in names]
        if self.package_path is not None:
            components = [each | {"image": str(self.package_path)} for each in components]
        # No document says whether limits belong to the plan or to a component: both have the same.
        shared = {key: components[0][key] for key in ("battery_limit", "min_signal", "active_push")}
        plan = shared | {"components": components}
        return self._commands.session.perform("arm_components", plan=plan)

    def withdraw(self) -> None:
        """Withdraw all plans of this device."""
        if not self._commands.session.perform("withdraw_plans"):
            raise Inconclusive("the control agent could not withdraw the plans")

    def control(self, action: str, **arguments: object) -> None:
        """Ask for an action that is needed. Raises `Inconclusive` where it cannot be done."""
        if not self._commands.session.perform(action, **arguments):
            raise Inconclusive(f"the control agent could not do {action}")

    def restart(self, action: str) -> None:
        """Ask for an action that restarts the IUT, and wait until it answers."""
        self.control(action)
        self.wait_boot()

    def wait_boot(self, within_s: float | None = None) -> None:
        """Wait until the IUT answers AT after a start; its port may vanish meanwhile.

        Without `within_s` it has the time that the PIXIT gives it.
        """
        session, boot_s = self._commands.session, within_s or self._commands.pixit.timing.boot
        end_s = session.now() + boot_s
        while session.now() < end_s:
            try:
                if answers_again(session, 1.0):
                    return
            except PcoClosed as closed:
                if not session.port_lost(closed, end_s):
                    raise
        raise Inconclusive(f"AT was not answered within {boot_s:g} s of the start")
