"""The state of a host, as the wire has shown it."""

from dataclasses import dataclass, field

from atverdict.conformance.evidence.host_trace import HostExchange
from atverdict.conformance.evidence.log import Begin, ControlAction, End, Header, Reset
from atverdict.conformance.evidence.trace import Asked, Item, Place, Urc
from atverdict.conformance.judge.host.capability import Capability, UpgradeTask
from atverdict.conformance.judge.host.commands import action_of, is_odd_read, moves, parameters
from atverdict.conformance.judge.host.component_run import ServedComponent
from atverdict.conformance.judge.host.habits import Habits
from atverdict.conformance.judge.host.meaning import OF_THE_WIRE, REFUSED, SEVERAL
from atverdict.conformance.judge.state.state import highest
from atverdict.grammar.message import (
    CommandForm,
    DownloadStarted,
    Event,
    Offer,
    PieceReady,
)

__all__ = ["PLAIN", "HostState"]

PLAIN = "plain"
"""The scenario in which nothing unusual happens."""
CONDITION = ("battery", "signal", "free_space")
DISTURBING = frozenset({"link_down", "link_up", "power_cycle", "reset_host"})


def _replace(offers: list[Offer], offer: Offer) -> None:
    """Replace the offer for the same component, or add the offer at the end."""
    for index, each in enumerate(offers):
        if each.component == offer.component:
            offers[index] = offer
            return
    offers.append(offer)


@dataclass(slots=True)
class HostState:
    """The state of the host at one instant."""

    condition: dict[str, int] = field(default_factory=dict)
    """Battery in per cent, signal in dBm, free space in octets, as declared or set."""
    components: tuple[str, ...] = ()
    """The declared components; empty where none are declared."""
    scenario: Begin | None = None
    pending: list[HostExchange] = field(default_factory=list)
    """The command lines that are not answered yet."""
    announced: dict[str, str] = field(default_factory=dict)
    """The versions that the host has announced, accepted or not."""
    requested: bool = False
    """True after a request or a consent in this scenario."""
    standing: list[Offer] = field(default_factory=list)
    """The undecided offer, one for each component."""
    offers: list[Offer] = field(default_factory=list)
    """The offer that was made last, decided or not."""
    vanished: bool = False
    """True where the module has lost an undecided offer with its power, and made no new one."""
    offered_place: Place | None = None
    unmet: str = ""
    """The limit of that offer that the host does not meet."""
    accepted: HostExchange | None = None
    """The consent of the upgrade that is active."""
    refused: HostExchange | None = None
    """The refusal; None after a new offer."""
    dropped: Place | None = None
    """The 10706; None after a new offer."""
    reads_since_drop: int = 0
    unread: HostExchange | None = None
    """The read that gave nothing; None after a line that moves the flow."""
    recovered: bool = False
    """True where the host went on after such a read in this scenario."""
    drops: int = 0
    """The number of 10706 in this scenario."""
    serving: ServedComponent | None = None
    served: list[str] = field(default_factory=list)
    """The components of the last offer whose target version was announced, in order."""
    done: list[str] = field(default_factory=list)
    """The components that ended with 10705 in this scenario."""
    max_length: int | None = None
    """The largest block, from the answer to the test command in this scenario."""
    lost: Place | None = None
    """The last loss of the link or restart of the module; None after a new offer."""
    last_line: Place | None = None
    """The last command line."""
    last_answered: HostExchange | None = None
    """The command line behind whose answer nothing has been said yet."""
    starting: bool = True
    """True from the beginning of the scenario, or a restart of the host, to the first line."""
    disturbed: str = ""
    """The last disturbance by the laboratory in this scenario."""
    disturbed_since_offer: str = ""
    """The same; empty after a new offer."""
    asked: bool = False
    """True where the host has asked for a plan in this scenario."""
    asks: bool = False
    """True where the host has asked for a plan in any scenario."""
    certain: bool = True
    """True where the host begins this scenario in a state from which it can complete it."""
    left: bool = False
    """True where the scenario before ended within an upgrade, which may go on after a restart."""
    capability: Capability = field(default_factory=Capability)
    habits: Habits = field(default_factory=Habits)
    refused_ever: bool = False
    """True where it has refused an offer in any scenario."""
    version_before: str = ""
    """The version before the last one that the control agent was told."""
    version: str = ""
    """The last version that the control agent was told."""
    spoiled: bool = False
    """True where the host has broken a rule in this scenario that ends an upgrade."""

    @classmethod
    def declared(cls, header: Header) -> "HostState":
        """Return the state that the PIXIT declares."""
        host = header.pixit.get("host")
        known = host if isinstance(host, dict) else {}
        condition = {name: known[name] for name in CONDITION if isinstance(known.get(name), int)}
        declared = known.get("components")
        components = tuple(map(str, declared)) if isinstance(declared, list | tuple) else ()
        return cls(condition=condition, components=components)

    @property
    def complete(self) -> bool:
        """True where every component of the last offer ended with success in this scenario."""
        return bool(self.offers) and all(offer.component in self.done for offer in self.offers)

    @property
    def tasks(self) -> tuple[UpgradeTask, ...]:
        """The upgrades of the last offer, as far as they are known."""
        serving = self.serving
        return tuple(
            UpgradeTask(
                offer.component,
                offer.target_version,
                serving.started.length_octets
                if serving and serving.started.component == offer.component
                else None,
                self.asked or not self.asks if self.complete else None,
            )
            for offer in self.offers
        ) or (UpgradeTask(asked=True),)

    @property
    def capable(self) -> bool:
        """True where the host has shown that only this scenario can keep it from its end."""
        return self.certain and self.capability.covers(self.tasks)

    @property
    def usual(self) -> bool:
        """True where the wire of this scenario is as usual."""
        return self.scenario is None or not OF_THE_WIRE & set(self.scenario.requirements)

    def no_occasion(self, requirement: str) -> str:
        """Return why the host gave a requirement no occasion to be judged; empty where it did."""
        if requirement == REFUSED and not self.refused_ever:
            return "the host refused no offer"
        if requirement == SEVERAL and len(self.announced) < 2:
            return "the host announced no second component"
        return ""

    def observe(self, item: Item) -> None:
        """Take the next item of the trace."""
        match item:
            case Asked(exchange=HostExchange() as exchange):
                self._sent(exchange)
            case HostExchange():
                self._answered(item)
            case Urc(message=Event() as event):
                self._event(event, item.place)
            case Begin():
                self._begin(item)
            case End():
                self._end(item)
            case Reset():
                self._restarted()
            case ControlAction():
                self._arranged(item)
            case _:
                pass

    # The scenario

    def _begin(self, begin: Begin) -> None:
        self.scenario = begin
        self.requested = False
        self.standing, self.offers, self.done, self.served = [], [], [], []
        self.accepted = self.refused = self.serving = self.unread = None
        self.dropped = self.lost = self.last_line = self.offered_place = None
        self.last_answered = None
        self.drops = self.reads_since_drop = 0
        self.starting = True
        self.asked = self.recovered = self.vanished = False
        self.max_length = None
        self.unmet = self.disturbed = self.disturbed_since_offer = ""
        self.spoiled = False
        self.pending.clear()

    def _end(self, end: End) -> None:
        self.certain = self.complete and not end.problem
        self.left = self.accepted is not None
        self.scenario = None

    def _restarted(self) -> None:
        self.vanished = self.vanished or bool(self.standing)
        self.standing = []
        self.accepted = None
        self.pending.clear()
        self.last_answered = None
        if self.serving:
            self.serving.disturbed = "the module was restarted"

    def _arranged(self, action: ControlAction) -> None:
        if action.reply.get("ok") is not True:
            return
        if action.action == "host_set":
            values = action.arguments
            self.condition |= {
                name: v for name in CONDITION if isinstance(v := values.get(name), int)
            }
        self.starting = self.starting or action.action == "reset_host"
        if action.action == "host_status":
            self.version_before, self.version = self.version, str(action.reply.get("version", ""))
        if action.action == "reset_host" and not self.offers:
            self.certain = not self.left
        elif action.action in DISTURBING:
            self.disturbed = self.disturbed_since_offer = action.action
            if self.serving:
                self.serving.disturbed = action.action
            if action.action in {"link_down", "power_cycle"}:
                self.lost = Place(0, action.t, b"")

    # Command lines of the host

    def _sent(self, exchange: HostExchange) -> None:
        self.pending.append(exchange)
        self.last_line = exchange.sent
        self.last_answered = None
        self.starting = False
        if moves(exchange) and self.unread is not None:
            self.unread, self.recovered = None, True
        action = action_of(exchange)
        if self.serving and is_odd_read(exchange):
            self.serving.odd = True
        if self.dropped is not None:
            self.reads_since_drop += parameters(exchange, "QIOTOTARD") is not None
        if exchange.is_command("QIOTOTAREQ") and moves(exchange):
            self.asked = self.asks = True
        self.requested = self.requested or self.asked or action == 1
        match parameters(exchange, "QIOTMCUVER"):
            case (str(component), str(version)):
                self._announce(exchange, component, version)
            case _:
                pass
        if action == 3 and self.serving:
            self.serving.update_asked = self.serving.update_asked or exchange

    def _announce(self, exchange: HostExchange, component: str, version: str) -> None:
        self.announced[component] = version
        serving = self.serving
        if serving and component == serving.started.component and version == serving.target:
            if serving.announced is None:
                self._updated(serving, exchange.sent)
            serving.announced = serving.announced or exchange
            if component not in self.served:
                self.served.append(component)

    def _updated(self, serving: ServedComponent, announced: Place) -> None:
        """Add an update that nothing disturbed to the habits."""
        asked = serving.update_asked
        reported = asked.final_place if asked and asked.succeeded else None
        if reported and serving.updating and not serving.disturbed and self.dropped is None:
            self.habits.updated(
                serving.updating.instant_s - reported.instant_s,
                announced.instant_s - reported.instant_s,
            )

    def _answered(self, exchange: HostExchange) -> None:
        self.pending = [each for each in self.pending if each is not exchange]
        self.last_answered = None if self.pending else exchange
        match parameters(exchange, "QIOTOTARD"):
            case (int(start), int(length)):
                self._read(exchange, start, length)
            case _:
                pass
        if exchange.is_command("QIOTOTARD", CommandForm.TEST):
            for response in exchange.responses:
                if len(response.values) > 1:
                    self.max_length = highest(response.values[1]) or self.max_length
        if not exchange.succeeded:
            return
        match action_of(exchange):
            case 0 if self.standing:
                self.refused, self.standing = exchange, []
                self.refused_ever = True
            case 1 if self.standing:
                self.accepted, self.standing = exchange, []
            case _:
                pass

    def _read(self, exchange: HostExchange, start: int, length: int) -> None:
        serving = self.serving
        if serving is None:
            return
        serving.read(exchange, start, length)
        if serving.unread is exchange:
            self.unread = None if serving.disturbed or self.dropped else exchange

    # Events from the suite

    def _event(self, event: Event, place: Place) -> None:
        match event.type, event.code:
            case 7, 10700 if isinstance(event.payload, Offer):
                self._offered(event.payload, place)
            case 7, 10701 if isinstance(event.payload, DownloadStarted):
                self._started(event.payload)
            case 7, 10703 if isinstance(event.payload, PieceReady) and self.serving:
                self.serving.begin_piece(event.payload, place)
            case 7, 10704 if self.serving:
                self.serving.updating = place
            case 7, 10705 if self.serving:
                self.done.append(self.serving.started.component)
                self.accepted = None if self.complete else self.accepted
            case 7, 10706:
                self._failed(place)
            case _:
                pass

    def _offered(self, offer: Offer, place: Place) -> None:
        if not self.standing:
            self.offers, self.served, self.unmet = [], [], ""
            self.offered_place = place
            self.accepted = self.refused = self.dropped = self.lost = None
            self.disturbed_since_offer, self.vanished = "", False
        _replace(self.standing, offer)
        _replace(self.offers, offer)
        self.unmet = next(filter(None, map(self._limit, self.standing)), "")

    def _limit(self, offer: Offer) -> str:
        """Return the limit of an offer that the host does not meet; empty where it may meet all."""
        needed = {
            "battery": (offer.battery_limit, "a battery of {} %, and it has {} %"),
            "signal": (offer.min_signal, "a signal of {} dBm, and it has {} dBm"),
            "free_space": (offer.use_space_octets, "{} octets of space, and it has {}"),
        }
        for name, (least, sentence) in needed.items():
            has = self.condition.get(name)
            if has is not None and has < least:
                return sentence.format(least, has)
        return ""

    def _started(self, started: DownloadStarted) -> None:
        target = next(
            (each.target_version for each in self.offers if each.component == started.component), ""
        )
        self.serving = ServedComponent(started, target, disturbed=self.disturbed_since_offer)
        self.standing = []

    def _failed(self, place: Place) -> None:
        self.dropped, self.reads_since_drop = place, 0
        self.drops += 1
        self.standing = []
        self.accepted = None
