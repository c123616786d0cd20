"""The world of a scenario: a simulated module and platform for the host behind the port."""

from dataclasses import InitVar, dataclass, field

from atverdict.adapters.pco import Reception
from atverdict.adapters.simulator.host_trial.lines_heard import LinesHeard
from atverdict.adapters.simulator.host_trial.provocations import PROVOCATIONS, OneReadUnanswered
from atverdict.adapters.simulator.module.upgrade import State
from atverdict.adapters.simulator.module.upgrade_commands import BlockRead
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.platform.plan import Package, Plan, PlanComponent
from atverdict.adapters.simulator.simulator import Simulator

__all__ = ["PlanWanted", "World"]

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
    active_push: bool = True
    """Whether the platform may offer it unasked."""


@dataclass
class World:
    """One scenario's module and platform, on a clock that begins with the scenario."""

    query: dict[str, str]
    part: str = ""
    """A name of `PROVOCATIONS`; empty for a module that does nothing unusual."""
    before: InitVar["World | None"] = None
    """The scenario before: what its module had stored, this one has stored too."""
    boots: InitVar[bool] = True
    """Whether the module is switched on now; otherwise it is on, and as connected as it was."""
    lines_heard: LinesHeard = field(init=False, default_factory=LinesHeard)
    simulator: Simulator = field(init=False)
    plan: Plan | None = field(init=False, default=None)

    def __post_init__(self, before: "World | None", boots: bool) -> None:
        """Have the module as the scenario before has left it, or switch it on."""
        fault = PROVOCATIONS[self.part] if self.part else None
        self.simulator = Simulator(Options.from_query(self.query), fault)
        module = self.simulator.module
        if before is not None:
            module.storage.keep(before.simulator.module.storage)
        if boots:
            module.power_off()
            module.power_on()
        elif before is not None:
            module.line.echo = before.simulator.module.line.echo
            module.connection.resume()

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
    def status(self) -> str:
        """How far the plan is, in the words of ``platform_status``."""
        return "none" if self.plan is None else self.plan.status

    @property
    def failures(self) -> int:
        """How often the plan has failed."""
        return 0 if self.plan is None else self.plan.failures

    @property
    def progress(self) -> tuple[State, int]:
        """How far the upgrade is, and behind which octet of the package."""
        upgrade = self.simulator.module.upgrade
        return upgrade.state, upgrade.read_up_to

    @property
    def succeeded(self) -> bool:
        """Whether all of the plan has come to its end."""
        return self.status == "success" and not self.busy

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

    @property
    def connecting(self) -> bool:
        """Whether a connection is being made or ended."""
        return self.simulator.module.connection.active and not self.online

    @property
    def idle(self) -> bool:
        """Whether no command line is half typed or unanswered, and no octet on its way."""
        module = self.simulator.module
        return module.line.idle and module.output.next_arrival_s() is None

    def at(self, step: str) -> bool:
        """Tell whether the upgrade stands at a step.

        ``reading`` is in the middle of the package, ``next piece`` before a later piece is there,
        ``reading on`` in the middle of a later piece, ``read`` behind the package's last octet,
        ``read again`` in an attempt that follows on a failure, ``dropped`` behind a failure.
        """
        upgrade = self.simulator.module.upgrade
        ready = upgrade.state is State.READY
        reading = ready and 0 < upgrade.read_up_to < upgrade.size_octets
        read = ready and upgrade.read_up_to == upgrade.size_octets
        standing = {
            "online": self.online,
            "reading": reading,
            "next piece": upgrade.piece_start > 0 and upgrade.state is State.DOWNLOADING,
            "reading on": reading and 0 < upgrade.piece_start < upgrade.read_up_to,
            "read": read,
            "read again": read and self.failures > 0,
            "dropped": self.status == "failed",
        }
        return standing[step] if step in standing else upgrade.state is _STATES[step]

    # What the suite does

    def arm(self, wanted: PlanWanted) -> Plan | None:
        """Arm the plan for what the host has announced of it; None where there is no new one.

        Once it was decided it stays as it is; before, a host may announce what it does not fit.
        """
        known = [name for name in wanted.components if name in self.versions]
        if not known or self.accepted or self.status not in {"none", "offered"}:
            return None
        if self.plan is not None and self._fits(self.plan, known):
            return None
        components = tuple(
            PlanComponent(
                name,
                Package(self._target(name, wanted), (("package.bin", wanted.content),)),
                wanted.battery_limit,
                wanted.min_signal,
            )
            for name in known
        )
        self.plan = Plan(components=components, active_push=wanted.active_push)
        self.simulator.platform.activate(self.plan)
        return self.plan

    def _fits(self, plan: Plan, known: list[str]) -> bool:
        """Tell whether a plan is still one for these components as they are."""
        return [each.component for each in plan.components] == known and all(
            each.package.fits(self.versions[each.component]) for each in plan.components
        )

    def _target(self, component: str, wanted: PlanWanted) -> str:
        first, second = wanted.versions
        return second if self.versions[component] != second else first

    def withdraw(self) -> None:
        """End the plan, whatever became of it."""
        self.simulator.platform.withdraw()
        self.plan = None

    def match(self) -> None:
        """Let the platform offer what it has, as if the module had asked."""
        self.simulator.platform.match(pushed=False)

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
        """Give octets of the host to the module; False when they are lost.

        A host that registers once more begins anew, and is shown a connection that does so too: it
        may wait for its events.
        """
        self.advance_to(instant_s)
        registered = self.lines_heard.registrations
        self.lines_heard.hear(octets, instant_s)
        if self.lines_heard.registrations > registered and self.online:
            self.simulator.module.connection.power_off()
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
