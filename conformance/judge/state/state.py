"""The state of a module at one instant, as far as the wire has shown it."""

from dataclasses import dataclass, field
from enum import Enum

from atverdict.conformance.evidence.trace import Exchange, Item, Place, Urc
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun, Upgrade
from atverdict.grammar.message import CommandLine, Event, Range, Value, ValueSet

__all__ = ["OTA", "UPGRADING", "ArmedPlan", "Link", "Phase", "State", "highest", "is_ota"]

OTA = 7
"""The event type of the upgrade."""


class Link(Enum):
    """The connection to the platform."""

    UNKNOWN = "unknown"
    OFF = "off"
    CONNECTING = "connecting"
    ONLINE = "online"
    LEAVING = "leaving"


class Phase(Enum):
    """Where the upgrade stands (``protocol.md`` 4.2)."""

    IDLE = "no plan"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    DOWNLOADING = "downloading"
    READY = "piece ready"
    UPDATING = "updating"


UPGRADING = frozenset({Phase.CONFIRMED, Phase.DOWNLOADING, Phase.READY, Phase.UPDATING})


def is_ota(item: Item, *codes: int) -> bool:
    """Tell whether an item is an event of type 7 with one of `codes`; without codes, with any."""
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


@dataclass(slots=True)
class State:
    """What is known now."""

    link: Link = Link.UNKNOWN
    online_codes: set[int] = field(default_factory=set)
    """Which of the event types 2 and 3 have reported success since connecting began."""
    reg_mode: int | None = None
    product_key: str | None = None
    """The product key last written since the IUT was last set to factory state."""
    provisioned: bool | None = None
    """Whether product key and secret are stored; None while nothing has shown it."""
    echo: bool | None = None
    """As switched by ``ATE``; None before that."""
    versions: dict[str, str] = field(default_factory=dict)
    """What the suite has announced, and the IUT has accepted."""
    announced: dict[str, list[str]] = field(default_factory=dict)
    """All versions that the suite has announced in this run, by component, in order."""
    kept_since: dict[str, int] = field(default_factory=dict)
    """How many restarts there had been when a component was announced last."""
    restarts: int = 0
    powered_up: bool = False
    """Whether the IUT has started anew since the mode was written last; a lost port is no start."""
    removed: set[str] = field(default_factory=set)
    """Components that the suite has removed by announcing an empty version."""
    request_range: tuple[Value, ...] = ()
    """What the test form of the request lists."""
    fresh: bool = False
    """True from a factory reset until the first request that names an ``<info>``."""
    ever_ready: bool = False
    """Whether any piece has been ready in this run."""
    idle_certain: bool = False
    """Whether anything has shown that no upgrade is under way from before the run."""
    max_length: int | None = None
    """The largest block, as the test command says."""
    phase: Phase = Phase.IDLE
    upgrade: Upgrade | None = None
    """The upgrade under way, or the one that ended last."""
    upgrades: list[Upgrade] = field(default_factory=list)
    requested: Exchange | None = None
    """The last accepted request."""
    asked: CommandLine | None = None
    """The command whose answer is awaited."""
    asked_phase: Phase = Phase.IDLE
    """Where the upgrade stood when that command was sent."""
    asked_link: Link = Link.UNKNOWN
    reg_written: int | None = None
    """The mode last written since the IUT started."""
    plain_errors: bool = False
    """Whether ``AT+CMEE=0`` was accepted since the IUT started."""
    booting: bool = False
    """True from a restart until the first answer after it."""
    network: bool = True
    """False while the laboratory keeps the network away."""
    typed: Place | None = None
    """Octets that are no command line, sent since the last one."""
    product_shown: tuple[str, int] | None = None
    """The product key that was read last, and how many restarts there had been by then."""
    left_s: float = 0.0
    """When the suite deregistered last."""
    connect_asked: bool = False
    """Whether the connection under way was begun by a command of the suite."""
    last: Exchange | None = None
    """The exchange that ended last."""
    plans: dict[str, ArmedPlan] = field(default_factory=dict)
    """By component, as armed; None of it is known without a control agent."""
    platform_status: str = ""
    """What the platform said of the upgrade when the control agent was asked last."""
    downloads_failed: bool = False
    """Whether the laboratory has made downloads fail."""
    packages: dict[str, bytes] = field(default_factory=dict)
    """By component: the uploaded package."""

    @property
    def steady(self) -> bool:
        """Tell whether phase and link are what they were when the last command was sent."""
        return self.phase is self.asked_phase and self.link is self.asked_link

    def end(self, upgrade: Upgrade, place: Place) -> None:
        """Note that an upgrade has ended, one way or the other."""
        upgrade.ended = place
        self.phase = Phase.IDLE

    @property
    def run(self) -> ComponentRun | None:
        """The component that is being upgraded, or was last."""
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
