"""What the wire has shown of a host: what it announced, was offered and has read."""

from dataclasses import dataclass, field

from atverdict.conformance.host.trace import HostExchange
from atverdict.conformance.log import Begin, ControlAction, End, Header, Reset
from atverdict.conformance.state import highest
from atverdict.conformance.trace import Asked, Item, Place, Urc
from atverdict.conformance.upgrade import Coverage
from atverdict.grammar.message import (
    CommandForm,
    CommandLine,
    DownloadStarted,
    Event,
    Offer,
    PieceReady,
)

__all__ = ["PLAIN", "HostSide", "LastRead", "Serving", "parameters"]

PLAIN = "plain"
"""The scenario in which nothing unusual happens."""
CONDITION = ("battery", "signal", "free_space")
DISTURBING = frozenset({"link_down", "link_up", "power_cycle", "reset_host"})


def parameters(item: HostExchange, name: str) -> tuple[object, ...] | None:
    """Return the parameters of a write command `name`; None for anything else."""
    command = item.command
    if not isinstance(command, CommandLine) or command.name != name:
        return None
    return command.parameters if command.form is CommandForm.WRITE else None


@dataclass(slots=True)
class LastRead:
    """The last read that gave octets."""

    exchange: HostExchange
    start: int
    asked_octets: int
    returned_octets: int

    @property
    def end(self) -> int:
        """The offset behind its last octet."""
        return self.start + self.returned_octets


@dataclass(slots=True)
class Serving:
    """One component from its 10701 on."""

    started: DownloadStarted
    target: str
    """The target version of its offer; empty where no offer named the component."""
    piece: PieceReady | None = None
    due_s: float = 0.0
    """Since when the next read is due."""
    due: Place | None = None
    """What made it due: 10703, or the last read."""
    coverage: Coverage = field(default_factory=Coverage)
    last: LastRead | None = None
    unread: HostExchange | None = None
    """The last read, where it was answered ERROR or not at all."""
    update_asked: HostExchange | None = None
    updating: Place | None = None
    """7,10704."""
    announced: HostExchange | None = None
    """The first announcement of the target version."""
    disturbed: str = ""
    """What happened from outside, after which most rules are open."""

    @property
    def piece_end(self) -> int:
        """The offset behind the last octet of the piece that can be read."""
        return self.piece.start + self.piece.piece_length_octets if self.piece else 0

    @property
    def piece_read(self) -> bool:
        """Whether no octet of the piece is unread."""
        piece = self.piece
        return piece is not None and self.coverage.next_gap(piece.start) >= self.piece_end

    @property
    def last_piece(self) -> bool:
        """Whether the piece reaches the end of the package."""
        return self.piece is not None and self.piece_end >= self.piece.length_octets

    @property
    def whole(self) -> bool:
        """Whether every octet of the package has been read."""
        return self.coverage.covers(self.started.length_octets)


@dataclass(slots=True)
class HostSide:
    """What is known of the host at one instant."""

    condition: dict[str, int] = field(default_factory=dict)
    """Battery in per cent, signal in dBm, free space in octets, as declared or set."""
    scenario: Begin | None = None
    pending: list[HostExchange] = field(default_factory=list)
    """Command lines whose answer is to come."""
    announced: dict[str, str] = field(default_factory=dict)
    """What the host has announced, accepted or not."""
    requested: bool = False
    """Whether this scenario has seen a request or a consent."""
    standing: list[Offer] = field(default_factory=list)
    """The undecided offer, a component each; it stands until it is decided."""
    offers: list[Offer] = field(default_factory=list)
    """The offer that was made last, decided or not."""
    offered_place: Place | None = None
    unmet: str = ""
    """Which limit of that offer the host does not meet."""
    accepted: HostExchange | None = None
    """The consent of the upgrade that is active."""
    refused: HostExchange | None = None
    """The refusal that no new offer has followed."""
    dropped: Place | None = None
    """The 10706 that no new offer has followed."""
    dropped_late: bool = False
    """Whether the host had the whole package by then, and might have begun to write it."""
    drops: int = 0
    """How many 10706 this scenario has seen."""
    serving: Serving | None = None
    served: list[str] = field(default_factory=list)
    """Components of the last offer whose target version was announced, in order."""
    done: list[str] = field(default_factory=list)
    """Components that ended with 10705 in this scenario."""
    max_length: int | None = None
    """The largest block, as the test command of this scenario has told the host."""
    lost: Place | None = None
    """The last loss of the link, or restart of the module, that no new offer has followed."""
    last_line: Place | None = None
    """The last command line."""
    disturbed: str = ""
    """What the laboratory did to this scenario."""
    plain_done: bool = False
    """Whether the plain scenario came to its end."""
    certain: bool = True
    """Whether the host begins this scenario where it can complete one."""

    @classmethod
    def declared(cls, header: Header) -> "HostSide":
        """Begin with what the PIXIT declares."""
        host = header.pixit.get("host")
        known = host if isinstance(host, dict) else {}
        condition = {name: known[name] for name in CONDITION if isinstance(known.get(name), int)}
        return cls(condition=condition)

    @property
    def complete(self) -> bool:
        """Whether every component of the last offer ended with success in this scenario."""
        return bool(self.offers) and all(offer.component in self.done for offer in self.offers)

    def observe(self, item: Item) -> None:
        """Move on by one item of the trace."""
        match item:
            case Asked(exchange=HostExchange() as exchange):
                self._asked(exchange)
            case HostExchange():
                self._answered(item)
            case Urc(message=Event() as event):
                self._told(event, item.place)
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
        self.accepted = self.refused = self.serving = None
        self.dropped = self.lost = self.last_line = self.offered_place = None
        self.dropped_late, self.drops = False, 0
        self.max_length = None
        self.unmet = self.disturbed = ""
        self.pending.clear()

    def _end(self, end: End) -> None:
        if end.purpose.endswith(PLAIN):
            self.plain_done = self.complete
        self.certain = self.complete
        self.scenario = None

    def _restarted(self) -> None:
        self.standing = []
        self.accepted = None
        self.pending.clear()
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
        if action.action == "reset_host" and not self.offers:
            self.certain = True
        elif action.action in DISTURBING:
            self.disturbed = action.action
            if self.serving:
                self.serving.disturbed = action.action
            if action.action in {"link_down", "power_cycle"}:
                self.lost = Place(0, action.t, b"")

    # What the host says

    def _asked(self, exchange: HostExchange) -> None:
        self.pending.append(exchange)
        self.last_line = exchange.sent
        action = self.action_of(exchange)
        if action == 1 or exchange.is_command("QIOTOTAREQ"):
            self.requested = self.requested or not exchange.is_command(
                "QIOTOTAREQ", CommandForm.TEST
            )
        match parameters(exchange, "QIOTMCUVER"):
            case (str(component), str(version)):
                self._announce(exchange, component, version)
            case _:
                pass
        if action == 3 and self.serving:
            self.serving.update_asked = self.serving.update_asked or exchange

    @staticmethod
    def action_of(exchange: HostExchange) -> int | None:
        """Return the action of an ``AT+QIOTUPDATE``; None for anything else."""
        match parameters(exchange, "QIOTUPDATE"):
            case (int(action),):
                return action
            case _:
                return None

    def _announce(self, exchange: HostExchange, component: str, version: str) -> None:
        self.announced[component] = version
        serving = self.serving
        if serving and component == serving.started.component and version == serving.target:
            serving.announced = serving.announced or exchange
            if component not in self.served:
                self.served.append(component)

    def _answered(self, exchange: HostExchange) -> None:
        self.pending = [each for each in self.pending if each is not exchange]
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
        match self.action_of(exchange):
            case 0 if self.standing:
                self.refused, self.standing = exchange, []
            case 1 if self.standing:
                self.accepted, self.standing = exchange, []
            case _:
                pass

    def _read(self, exchange: HostExchange, start: int, length: int) -> None:
        serving, block = self.serving, exchange.block
        if serving is None:
            return
        serving.due = exchange.final_place or exchange.sent
        serving.due_s = serving.due.instant_s
        if block is None or not block.octets:
            serving.unread = exchange
            return
        serving.unread = None
        serving.coverage.add(start, block.octets)
        serving.last = LastRead(exchange, start, length, len(block.octets))

    # What the suite tells it

    def _told(self, event: Event, place: Place) -> None:
        match event.type, event.code:
            case 7, 10700 if isinstance(event.payload, Offer):
                self._offered(event.payload, place)
            case 7, 10701 if isinstance(event.payload, DownloadStarted):
                self._started(event.payload)
            case 7, 10703 if isinstance(event.payload, PieceReady) and self.serving:
                serving = self.serving
                serving.piece, serving.due, serving.due_s = event.payload, place, place.instant_s
                serving.last = serving.unread = None
            case 7, 10704 if self.serving:
                self.serving.updating = place
            case 7, 10705 if self.serving:
                self.done.append(self.serving.started.component)
                self.accepted = self.accepted if self._more else None
            case 7, 10706:
                self._failed(place)
            case _:
                pass

    @property
    def _more(self) -> bool:
        return not self.complete

    def _offered(self, offer: Offer, place: Place) -> None:
        if not self.standing:
            self.offers, self.served, self.unmet = [], [], ""
            self.offered_place = place
            self.accepted = self.refused = self.dropped = self.lost = None
        if offer.component not in [each.component for each in self.standing]:
            self.standing.append(offer)
            self.offers.append(offer)
        self.unmet = self.unmet or self._limit(offer)

    def _limit(self, offer: Offer) -> str:
        """Name the limit of an offer that the host does not meet; empty where it meets all."""
        condition = self.condition
        if condition.get("battery", 100) < offer.battery_limit:
            return f"a battery of {offer.battery_limit} %, and it has {condition['battery']} %"
        if condition.get("signal", 0) < offer.min_signal:
            return f"a signal of {offer.min_signal} dBm, and it has {condition['signal']} dBm"
        if condition.get("free_space", offer.use_space_octets) < offer.use_space_octets:
            space = condition["free_space"]
            return f"{offer.use_space_octets} octets of space, and it has {space}"
        return ""

    def _started(self, started: DownloadStarted) -> None:
        target = next(
            (each.target_version for each in self.offers if each.component == started.component), ""
        )
        self.serving = Serving(started, target)
        self.standing = []

    def _failed(self, place: Place) -> None:
        serving = self.serving
        self.dropped = place
        self.drops += 1
        self.dropped_late = serving is not None and serving.update_asked is not None
        self.standing = []
        self.accepted = None
