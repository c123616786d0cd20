"""The state of a module at one instant, as far as the wire has shown it."""

from dataclasses import dataclass, field
from enum import Enum

from atverdict.conformance.evidence.trace import Exchange, Item, Place, Urc
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun, Upgrade
from atverdict.grammar.message import CommandLine, Event, Range, Value, ValueSet

__all__ = ["OTA", "UPGRADING", "ArmedPlan", "Link", "Phase", "State", "highest", "is_ota"]

OTA = 7
"""The event type of the upgrade."""
USUAL_FIRMWARE = "app"
"""The component of a module's own firmware, as the documents name it (D25C/EX031)."""


class Link(Enum):
    """The connection to the platform."""

    UNKNOWN = "unknown"
    OFF = "off"
    CONNECTING = "connecting"
    ONLINE = "online"
    LEAVING = "leaving"


class Phase(Enum):
    """The phase of the upgrade (``protocol.md`` 4.2)."""

    IDLE = "no plan"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    DOWNLOADING = "downloading"
    READY = "piece ready"
    UPDATING = "updating"


UPGRADING = frozenset({Phase.CONFIRMED, Phase.DOWNLOADING, Phase.READY, Phase.UPDATING})


def is_ota(item: Item, *codes: int) -> bool:
    """Tell whether an item is an event of type 7 with one of `codes`; without codes, any event."""
    return (
        isinstance(item, Urc)
        and isinstance(item.message, Event)
        and item.message.type == OTA
        and (not codes or item.message.code in codes)
    )


@dataclass(slots=True)
class ArmedPlan:
    """One component of a plan that the control agent armed."""

    component: str
    source_version: str
    target_version: str
    limits: tuple[int | None, int | None] = (None, None)
    """Minimum battery in per cent and minimum signal in dBm; None where it is not known."""
    of_module: bool = False
    """True for the firmware of the module itself."""


@dataclass(slots=True)
class State:
    """The state of a module at one instant."""

    link: Link = Link.UNKNOWN
    online_codes: set[int] = field(default_factory=set)
    """The event types 1 to 3 that have reported success since connecting began."""
    reg_mode: int | None = None
    product_key: str | None = None
    """The product key that was written last, since the last factory reset or restart."""
    provisioned: bool | None = None
    """True where product key and secret are stored; None where that is not known."""
    echo: bool | None = None
    """True where ``ATE`` switched it on; None before that."""
    echoes: tuple[bool, Place] | None = None
    """Whether the first command line since the start was echoed, and where it stands."""
    versions: dict[str, str] = field(default_factory=dict)
    """The versions that the suite has announced, and the IUT has accepted."""
    announced: dict[str, list[str]] = field(default_factory=dict)
    """All versions that the suite has announced in this run, by component, in order."""
    kept_since: dict[str, int] = field(default_factory=dict)
    """The number of restarts before the last announcement, by component."""
    restarts: int = 0
    powered_up: bool = False
    """True where the IUT has started since the mode was written; a lost port is no start."""
    announced_in: set[Link] = field(default_factory=set)
    """The connections in which a version was accepted."""
    refused_in: dict[Link, Exchange] = field(default_factory=dict)
    """The first version that was refused in each connection."""
    removed: set[str] = field(default_factory=set)
    """The components that the suite has removed with an empty version."""
    ranges: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    """The values that test forms list, by the name of the command."""
    fresh: bool = False
    """True from a factory reset until the first request that names an ``<info>``."""
    ever_ready: bool = False
    """True where any piece has been ready in this run."""
    idle_certain: bool = False
    """True where no upgrade from before the run can be under way."""
    max_length: int | None = None
    """The largest block, from the answer to the test command."""
    phase: Phase = Phase.IDLE
    upgrade: Upgrade | None = None
    """The upgrade under way, or the one that ended last."""
    upgrades: list[Upgrade] = field(default_factory=list)
    consents: int = 0
    """The number of upgrades that were accepted."""
    requested: Exchange | None = None
    """The last accepted request."""
    asked: CommandLine | None = None
    """The command whose answer is awaited."""
    asked_phase: Phase = Phase.IDLE
    """The phase of the upgrade when that command was sent."""
    asked_link: Link = Link.UNKNOWN
    reg_written: int | None = None
    """The mode that was written last, since the IUT started."""
    plain_errors: bool = False
    """True where ``AT+CMEE=0`` was accepted since the IUT started."""
    restarting: bool = False
    """True while the IUT installs its own firmware: it restarts by itself, at no known instant."""
    booting: bool = False
    """True from a restart until the first answer after it."""
    network: bool = True
    """False from the loss of the network, by the laboratory or as the IUT says, to 3,10200."""
    typed: Place | None = None
    """Octets that are no command line, sent after the last one."""
    product_shown: tuple[str, int] | None = None
    """The product key that was read last, and the number of restarts before that."""
    left_s: float = 0.0
    """The instant at which the suite deregistered last."""
    connect_failed: bool = False
    """True where an error of types 1 to 3 came since the mode was written: it may try again."""
    online_reads: int = 0
    """The number of reads in a row that said that it is connected, while that was not known."""
    connect_asked: bool = False
    """True where a command of the suite began the current connection."""
    last: Exchange | None = None
    """The exchange that ended last."""
    plans: dict[str, ArmedPlan] = field(default_factory=dict)
    """The armed plans, by component; empty without a control agent."""
    platform_status: str = ""
    """The last status of the upgrade that the platform gave the control agent."""
    downloads_failed: bool = False
    """True where the laboratory has made downloads fail."""
    packages: dict[str, bytes] = field(default_factory=dict)
    """The uploaded packages, by component."""

    @property
    def steady(self) -> bool:
        """True where phase and link are the same as when the last command was sent."""
        return self.phase is self.asked_phase and self.link is self.asked_link

    def end(self, upgrade: Upgrade, place: Place) -> None:
        """End an upgrade."""
        upgrade.ended = place
        self.phase = Phase.IDLE

    def of_module(self, component: str) -> bool | None:
        """Tell whether a component is the firmware of the module itself; None where not known."""
        plan = self.plans.get(component)
        if plan is not None:
            return plan.of_module
        if component in self.versions or component in self.announced:
            return False
        return True if component == USUAL_FIRMWARE else None

    def awaits_module(self) -> bool:
        """Tell whether the download of the module's own firmware may begin now."""
        upgrade = self.upgrade
        if upgrade is None or upgrade.ended:
            return False
        candidates = [c for c in upgrade.left() if self.of_module(c) is not False]
        done = sum(1 for run in upgrade.runs if run.of_module and run.outcomes)
        return not upgrade.offers or len(candidates) > done

    def restart_by_itself(self) -> None:
        """Forget what does not outlive a restart that may come at any time from now on."""
        self.restarts += 1
        self.restarting, self.plain_errors, self.connect_asked = True, False, False
        self.echo = self.reg_written = self.echoes = None
        self.online_codes.clear()
        self.link = Link.UNKNOWN

    def cut_off(self) -> None:
        """Lose the network: it is not certain how a download goes on (E-44)."""
        self.network = False
        self.forget_offer()
        run = self.run
        if run is None:
            return
        if self.phase is Phase.DOWNLOADING or (self.phase is Phase.READY and not run.last_piece):
            run.disturbed = "the network was lost before the last piece was there"
        run.network_lost = self.phase in UPGRADING

    def forget_offer(self) -> None:
        """Forget an undecided offer: no document says whether it outlives a loss."""
        if self.phase is Phase.OFFERED:
            self.phase = Phase.IDLE
            self.idle_certain = False

    @property
    def run(self) -> ComponentRun | None:
        """The component that is upgraded, or was last."""
        return self.upgrade.run if self.upgrade else None


def highest(value: object) -> int | None:
    """Return the highest integer that an element of a test response allows; None if none."""
    match value:
        case int():
            return value
        case Range(_, high):
            return high
        case ValueSet(values):
            found = [high for high in map(highest, values) if high is not None]
            return max(found, default=None)
        case _:
            return None
