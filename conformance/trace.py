"""The conformance log as a run of exchanges and events: who said what, when, in answer to what."""

from collections import deque
from dataclasses import dataclass, field

from atverdict.conformance.log import (
    Begin,
    ControlAction,
    End,
    Expected,
    Footer,
    GaveUp,
    Package,
    Port,
    Received,
    Record,
    Reset,
    Sent,
    Waited,
    from_text,
)
from atverdict.grammar.decoder import Decoded, Decoder
from atverdict.grammar.message import (
    Block,
    BlockHeader,
    CommandForm,
    CommandLine,
    Echo,
    Event,
    FinalResultCode,
    FotaIndication,
    InformationResponse,
    Malformed,
    Message,
    Prompt,
    SubDeviceEvent,
    UnsolicitedResultCode,
)
from atverdict.grammar.reader import read_command

__all__ = ["Asked", "Chunk", "Exchange", "Item", "Place", "Stray", "Told", "Trace", "Typed", "Urc"]

RECEIVED = 5
"""The event type of received data."""

UnsolicitedMessage = Event | SubDeviceEvent | FotaIndication | UnsolicitedResultCode


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the log's line (from 1), the instant, the octets themselves."""

    line: int
    instant_s: float
    octets: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """Octets that arrived together."""

    start: int
    end: int
    instant_s: float
    line: int


@dataclass(slots=True)
class Told:
    """A message of the IUT and where it stood in the stream."""

    decoded: Decoded
    place: Place

    @property
    def message(self) -> Message:
        """The message itself."""
        return self.decoded.message


@dataclass(slots=True)
class Urc:
    """A message that answers nothing."""

    message: UnsolicitedMessage
    place: Place
    during: "Exchange | None"
    """The exchange that was under way."""
    after_block: bool = False
    """True between the data of a block and the final result code."""


@dataclass(slots=True)
class Stray:
    """A line that belongs nowhere: malformed, or a final result code nobody waited for.

    A malformed line inside an exchange is shown twice: here at once, and with its exchange.
    """

    message: Malformed | FinalResultCode | InformationResponse | Echo | Prompt
    place: Place
    during: "Exchange | None"
    """The exchange that was under way."""
    last: "Exchange | None"
    """The exchange that ended last."""


@dataclass(slots=True)
class Typed:
    """Octets that are no command line, such as an empty line: nothing need be answered."""

    place: Place


@dataclass(slots=True)
class Asked:
    """A command line has been sent; its answer is yet to come."""

    exchange: "Exchange"


@dataclass(slots=True)
class Exchange:
    """A command line and its answer, up to the final result code."""

    command: CommandLine | Malformed
    sent: Place
    echoes: list[Told] = field(default_factory=list)
    answers: list[Told] = field(default_factory=list)
    """Information responses, in order."""
    blocks: list[Told] = field(default_factory=list)
    malformed: list[Told] = field(default_factory=list)
    urcs: list[Urc] = field(default_factory=list)
    order: list[Told] = field(default_factory=list)
    """Everything but the URCs, as it came."""
    final: FinalResultCode | None = None
    final_place: Place | None = None
    gave_up_after_s: float | None = None
    """Set where the suite stopped waiting."""
    cut: bool = False
    """The IUT lost its power, or the port was lost, before the answer was whole."""
    chunks: list[Chunk] = field(default_factory=list)
    """What arrived from the command until the final result code."""
    answer_octets: int = 0
    """How many octets came after the command up to the final code's end, URCs included."""
    purpose: str = ""

    @property
    def canonical(self) -> bool:
        """True for capitals and a bare CR; other lines are evidence for SOTA-FRM-002 to -004 alone."""
        octets = self.sent.octets
        start = octets.split(b"=", 1)[0].rstrip(b"\r")
        return start == start.upper() and not octets.endswith(b"\n")

    def is_command(self, name: str, form: CommandForm | None = None) -> bool:
        """Tell whether a well-formed command `name` was sent, in `form` where that is given."""
        command = self.command
        return (
            isinstance(command, CommandLine)
            and self.canonical
            and command.name == name
            and (form is None or command.form is form)
        )

    @property
    def succeeded(self) -> bool:
        """True where ``OK`` ended it."""
        return self.final is not None and self.final.success

    @property
    def refused(self) -> bool:
        """True where an error code ended it."""
        return self.final is not None and not self.final.success

    @property
    def responses(self) -> list[InformationResponse]:
        """The information responses."""
        return [
            told.message for told in self.answers if isinstance(told.message, InformationResponse)
        ]

    @property
    def header(self) -> BlockHeader | None:
        """The header of the block that was read, if there is exactly one."""
        headers = [r.payload for r in self.responses if isinstance(r.payload, BlockHeader)]
        return headers[0] if len(headers) == 1 else None

    @property
    def block(self) -> Block | None:
        """The block that was read, if there is exactly one."""
        if len(self.blocks) == 1 and isinstance(self.blocks[0].message, Block):
            return self.blocks[0].message
        return None

    @property
    def places(self) -> list[Place]:
        """Where the whole exchange can be read: the command, then what came."""
        places = [self.sent]
        places += [told.place for told in self.order]
        if self.final_place is not None:
            places.append(self.final_place)
        return places


Item = (
    Asked
    | Typed
    | Exchange
    | Urc
    | Stray
    | Begin
    | End
    | ControlAction
    | Expected
    | Waited
    | Package
    | Port
    | Reset
    | Footer
)


class Trace:
    """Turns records into items, one record at a time; keeps no more than the open exchange."""

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._open: deque[Exchange] = deque()
        self._chunks: deque[Chunk] = deque()
        self._received = 0
        self._tail = bytearray()
        self._tail_start = 0
        self._last: Exchange | None = None
        self._purpose = ""
        self._event_block = False
        self._line = 0
        self.now_s = 0.0
        """The instant of the last record."""

    @property
    def pending(self) -> Exchange | None:
        """The exchange whose answer is awaited."""
        return self._open[0] if self._open else None

    @property
    def incomplete(self) -> bytes:
        """Octets of the IUT that form no message yet."""
        return self._decoder.incomplete

    def feed(self, record: Record) -> list[Item]:
        """Take one record of the log and return what it completes."""
        self._line += 1
        self.now_s = getattr(record, "t", self.now_s)
        match record:
            case Sent():
                return self._sent(record)
            case Received():
                return self._received_octets(record)
            case GaveUp():
                return self._give_up(record)
            case Reset() | Port():
                return [*self._cut(), record]
            case Begin():
                self._purpose = record.purpose
                return [record]
            case End():
                self._purpose = ""
                return [record]
            case ControlAction() | Expected() | Waited() | Package() | Footer():
                return [record]
            case _:
                return []

    def _sent(self, record: Sent) -> list[Item]:
        octets = from_text(record.octets)
        self._decoder.sent(octets)
        line = octets.lstrip(b"\r\n")
        if line[:2].upper() != b"AT" or b"\r" not in line:
            return [Typed(Place(self._line, record.t, octets))]
        exchange = Exchange(
            command=read_command(line[: line.index(b"\r")]),
            sent=Place(self._line, record.t, octets),
            purpose=self._purpose,
        )
        self._open.append(exchange)
        return [Asked(exchange)]

    def _received_octets(self, record: Received) -> list[Item]:
        octets = from_text(record.octets)
        chunk = Chunk(self._received, self._received + len(octets), record.t, self._line)
        self._received = chunk.end
        self._chunks.append(chunk)
        self._tail += octets
        if self._open:
            self._open[0].chunks.append(chunk)
        items: list[Item] = []
        for decoded in self._decoder.feed(octets):
            items += self._place(Told(decoded, self._place_of(decoded)))
        return items

    def _place_of(self, decoded: Decoded) -> Place:
        """Find the octets of a message, and the instant at which its last one came."""
        while self._chunks and self._chunks[0].end < decoded.end:
            self._chunks.popleft()
        chunk = self._chunks[0]
        octets = bytes(
            self._tail[decoded.start - self._tail_start : decoded.end - self._tail_start]
        )
        del self._tail[: decoded.end - self._tail_start]
        self._tail_start = decoded.end
        return Place(chunk.line, chunk.instant_s, octets)

    def _place(self, told: Told) -> list[Item]:
        """Put a message where it belongs: into the open exchange, or before everybody."""
        message = told.message
        exchange = self.pending
        of_event, self._event_block = self._event_block, _announces_block(message)
        if isinstance(message, Block) and (of_event or exchange is None):
            return []  # the octets of an unbuffered receive event: not the flow's business
        if isinstance(message, Event | SubDeviceEvent | FotaIndication | UnsolicitedResultCode):
            urc = Urc(message, told.place, exchange, bool(exchange and exchange.blocks))
            if exchange:
                exchange.urcs.append(urc)
            return [urc]
        if exchange is None:
            return [self._stray(told)]
        return self._answer(exchange, told)

    def _stray(self, told: Told) -> Stray:
        message = told.message
        if isinstance(message, Malformed | FinalResultCode | InformationResponse | Echo | Prompt):
            return Stray(message, told.place, self.pending, self._last)
        raise AssertionError(f"a {type(message).__name__} is never stray")

    def _answer(self, exchange: Exchange, told: Told) -> list[Item]:
        message = told.message
        exchange.order.append(told)
        match message:
            case Echo():
                exchange.echoes.append(told)
            case InformationResponse():
                exchange.answers.append(told)
            case Block():
                exchange.blocks.append(told)
            case FinalResultCode():
                return self._finish(exchange, message, told)
            case Malformed(resembles=("OK" | "ERROR") as code):
                exchange.malformed.append(told)
                stray = self._stray(told)
                return [stray, *self._finish(exchange, FinalResultCode(code), told)]
            case _:
                exchange.malformed.append(told)
                return [self._stray(told)]
        return []

    def _finish(self, exchange: Exchange, final: FinalResultCode, told: Told) -> list[Item]:
        exchange.order.pop()
        exchange.final = final
        exchange.final_place = told.place
        exchange.answer_octets = told.decoded.end - exchange.chunks[0].start
        self._close(exchange)
        return [exchange]

    def _close(self, exchange: Exchange) -> None:
        self._open.popleft()
        self._last = exchange

    def _give_up(self, record: GaveUp) -> list[Item]:
        items: list[Item] = []
        exchange = self.pending
        for decoded in self._decoder.abandon():
            items += self._place(Told(decoded, self._place_of(decoded)))
        if exchange is not None and self.pending is exchange:
            exchange.gave_up_after_s = record.after_s
            self._close(exchange)
            items.append(exchange)
        return items

    def _cut(self) -> list[Item]:
        """Nothing that was begun can end any more."""
        items: list[Item] = []
        for decoded in self._decoder.abandon():
            items += self._place(Told(decoded, self._place_of(decoded)))
        while self._open:
            exchange = self._open[0]
            exchange.cut = True
            self._close(exchange)
            items.append(exchange)
        return items


def _announces_block(message: Message) -> bool:
    """Tell whether counted octets follow that are not those of a read (D25C/EVT, 5,10200)."""
    return (
        isinstance(message, Event)
        and message.type == RECEIVED
        and message.code in (10200, 10210)
        and bool(message.values)
    )
