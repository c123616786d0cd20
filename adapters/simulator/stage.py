"""A simulated module and platform that are led through a scenario for the host behind the port."""

from dataclasses import dataclass, field

from atverdict.adapters.pco import Reception
from atverdict.adapters.simulator.arranged import ARRANGED, OneReadUnanswered
from atverdict.adapters.simulator.commands_upgrade import BlockRead
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.plan import Package, Plan, PlanComponent
from atverdict.adapters.simulator.simulator import Simulator
from atverdict.adapters.simulator.storage import Storage
from atverdict.adapters.simulator.upgrade import State

__all__ = ["PlanWanted", "Stage"]

_STATES = {
    "offered": State.OFFERED,
    "confirmed": State.CONFIRMED,
    "started": State.STARTED,
    "downloading": State.DOWNLOADING,
    "ready": State.READY,
    "updating": State.UPDATING,
}


@dataclass(frozen=True)
class PlanWanted:
    """What the platform is to offer."""

    content: bytes
    components: tuple[str, ...]
    """In the order of the plan."""
    versions: tuple[str, str]
    """Of the two, a component is offered the one that it does not run."""
    battery_limit: int = 0
    min_signal: int = -200


@dataclass
class Stage:
    """One scenario's module; what an earlier one had stored, it has stored too."""

    query: dict[str, str]
    part: str = ""
    """A name of `ARRANGED`; empty for a module that does nothing unusual."""
    storage: Storage | None = None
    """What the module of the scenario before had stored."""
    simulator: Simulator = field(init=False)
    plan: Plan | None = field(init=False, default=None)
    _reads: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Power the module on."""
        fault = ARRANGED[self.part] if self.part else None
        self.simulator = Simulator(Options.from_query(self.query), fault)
        module = self.simulator.module
        if self.storage is not None:
            module.storage.versions.update(self.storage.versions)
            module.storage.registration_mode = self.storage.registration_mode
        module.power_off()
        module.power_on()

    # What the suite asks

    @property
    def versions(self) -> dict[str, str]:
        """What the host has announced, by component."""
        return self.simulator.module.storage.versions

    @property
    def running(self) -> bool:
        """Whether command lines are answered."""
        return self.simulator.module.running

    @property
    def offered(self) -> bool:
        """Whether the platform has offered anything yet."""
        return self.plan is not None and self.plan.status != "none"

    @property
    def refused(self) -> bool:
        """Whether the host refused the plan."""
        return self.plan is not None and self.plan.status == "refused"

    @property
    def succeeded(self) -> bool:
        """Whether all of the plan has come to its end."""
        return self.plan is not None and self.plan.status == "success"

    @property
    def silent(self) -> bool:
        """Whether the module has left a read unanswered."""
        command = self.simulator.module.commands[BlockRead.name]
        return isinstance(command, OneReadUnanswered) and command.silent

    @property
    def updating(self) -> bool:
        """Whether the host has begun to write its flash."""
        return self.simulator.module.upgrade.state is State.UPDATING

    @property
    def busy(self) -> bool:
        """Whether the module has an upgrade under way."""
        return self.simulator.module.upgrade.state is not State.IDLE

    @property
    def accepted(self) -> bool:
        """Whether an accepted upgrade is under way, which the host would not forget."""
        return self.simulator.module.upgrade.state >= State.CONFIRMED

    @property
    def online(self) -> bool:
        """Whether the platform reaches the module."""
        return self.simulator.module.online

    def at(self, step: str) -> bool:
        """Tell whether the upgrade stands at a step; ``reading`` is in the middle of a piece."""
        upgrade = self.simulator.module.upgrade
        if step == "reading":
            return upgrade.state is State.READY and self._reads > 2
        if step == "online":
            return self.online
        return upgrade.state is _STATES[step]

    # What the suite does

    def arm(self, wanted: PlanWanted) -> bool:
        """Arm the plan when the host has announced what it is for; True when it is armed."""
        known = [name for name in wanted.components if name in self.versions]
        if self.plan is not None or not known:
            return self.plan is not None
        components = tuple(
            PlanComponent(
                name,
                Package(self._target(name, wanted), (("package.bin", wanted.content),)),
                wanted.battery_limit,
                wanted.min_signal,
            )
            for name in known
        )
        self.plan = Plan(components=components)
        self.simulator.platform.activate(self.plan)
        return True

    def _target(self, component: str, wanted: PlanWanted) -> str:
        first, second = wanted.versions
        return second if self.versions[component] != second else first

    def push(self) -> None:
        """Let the platform offer what it has."""
        if self.online:
            self.simulator.platform.match(pushed=True)

    def act(self, action: str) -> None:
        """Do something to the module: ``fail``, ``link_down``, ``link_up``, ``power_cycle``."""
        module = self.simulator.module
        match action:
            case "fail":
                module.upgrade.fail()
            case "link_down":
                module.link_lost()
            case "link_up":
                module.link_returned()
            case "power_cycle":
                module.power_off()
                module.power_on()
            case _:
                raise ValueError(action)

    def chatter(self, line: str) -> None:
        """Have the module say an unrelated line."""
        if self.running:
            self.simulator.module.events.emit(line)

    def write(self, octets: bytes, instant_s: float) -> bool:
        """Give octets of the host to the module; False when they are lost."""
        self.advance_to(instant_s)
        self._reads += octets.upper().count(b"QIOTOTARD=")
        self.simulator.write(octets)
        return self.running

    def advance_to(self, instant_s: float) -> None:
        """Let everything happen up to an instant, in seconds since the module was made."""
        self.simulator.advance_to(instant_s)

    def due_s(self) -> float | None:
        """Return the next instant at which anything happens; None when nothing will."""
        return self.simulator.next_event_s()

    def said(self) -> list[Reception]:
        """Return what the module has said since the last call."""
        return self.simulator.collect()
