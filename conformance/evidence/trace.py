"""The trace of a log: exchanges and events, each with its places in the log."""

from collections import deque

import msgspec

from atverdict.conformance.evidence.log import (
    Abandoned,
    Begin,
    ControlAction,
    CutShort,
    End,
    Expected,
    Footer,
    GaveUp,
    Package,
    Port,
    Received,
    Record,
    Reset,
    Resumed,
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
from atverdict.grammar.reader import announced_octets, read_command

__all__ = [
    "Asked",
    "Chunk",
    "Exchange",
    "Item",
    "Place",
    "PlacedMessage",
    "Stray",
    "Trace",
    "Typed",
    "Urc",
]

UnsolicitedMessage = Event | SubDeviceEvent | FotaIndication | UnsolicitedResultCode


class Place(msgspec.Struct, frozen=True):
    """The place of octets: the line of the log (from 1), the instant, and the octets."""

    line: int
    instant_s: float
    octets: bytes


class Chunk(msgspec.Struct, frozen=True):
    """Octets that arrived together."""

    start: int
    end: int
    instant_s: float
    line: int


class PlacedMessage(msgspec.Struct):
    """A message of the IUT and its place."""

    decoded: Decoded
    place: Place

    @property
    def message(self) -> Message:
        """The message itself."""
        return self.decoded.message


class Urc(msgspec.Struct):
    """A message that answers nothing."""

    message: UnsolicitedMessage
    place: Place
    during: "Exchange | None"
    """The exchange that was under way."""
    after_block: bool = False
    """True between the data of a block and the final result code."""


class Stray(msgspec.Struct):
    """A line without a place in an exchange: malformed, or a final result code out of turn.

    A malformed line inside an exchange is shown twice: at once, and with its exchange.
    """

    message: Malformed | FinalResultCode | InformationResponse | Echo | Prompt
    place: Place
    during: "Exchange | None"
    """The exchange that was under way."""
    last: "Exchange | None"
    """The exchange that ended last."""
    behind_foreign: bool = False
    """True right behind a line that is not of the flow: it may be the second line of that one."""


class Typed(msgspec.Struct):
    """Octets that are no command line, such as an empty line; they need no answer."""

    place: Place


class Asked(msgspec.Struct):
    """A command line has been sent; its answer is yet to come."""

    exchange: "Exchange"


class Exchange(msgspec.Struct):
    """A command line and its answer, up to the final result code."""

    command: CommandLine | Malformed
    sent: Place
    echoes: list[PlacedMessage] = []
    answers: list[PlacedMessage] = []
    """The information responses, in order."""
    blocks: list[PlacedMessage] = []
    malformed: list[PlacedMessage] = []
    urcs: list[Urc] = []
    order: list[PlacedMessage] = []
    """All messages but the URCs, in order."""
    final: FinalResultCode | None = None
    final_place: Place | None = None
    gave_up_after_s: float | None = None
    """The time after which the suite stopped waiting; None where it did not."""
    cut: bool = False
    """True where the IUT lost its power, or the port was lost, before the answer was whole."""
    chunks: list[Chunk] = []
    """The octets from the command to the final result code."""
    answer_octets: int = 0
    """The number of octets from the command to the end of the final result code, with URCs."""
    purpose: str = ""

    @property
    def canonical(self) -> bool:
        """True for capitals and a bare CR; only SOTA-FRM-002 to -004 are judged by other lines."""
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
        """True where it ended with ``OK``."""
        return self.final is not None and self.final.success

    @property
    def refused(self) -> bool:
        """True where it ended with an error code."""
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
        found: BlockHeader | None = None
        for told in self.answers:
            message = told.decoded.message
            if isinstance(message, InformationResponse) and isinstance(
                message.payload, BlockHeader
            ):
                if found is not None:
                    return None
                found = message.payload
        return found

    @property
    def block(self) -> Block | None:
        """The block that was read, if there is exactly one."""
        if len(self.blocks) != 1:
            return None
        message = self.blocks[0].decoded.message
        return message if isinstance(message, Block) else None

    @property
    def places(self) -> list[Place]:
        """The places of the whole exchange: the command, then all that came."""
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
    | Abandoned
    | Begin
    | End
    | ControlAction
    | Expected
    | CutShort
    | Waited
    | Package
    | Port
    | Reset
    | Resumed
    | Footer
)


class Trace:
    """The trace of a log: it turns records into items, and keeps the open exchange alone."""

    def __init__(self) -> None:
        self._decoder = Decoder()
        self._open: deque[Exchange] = deque()
        self._chunks: deque[Chunk] = deque()
        self._received = 0
        self._last: Exchange | None = None
        self._purpose = ""
        self._event_block = self._behind_foreign = False
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
        """Take one record of the log and return the items that it completes."""
        self._line += 1
        self.now_s = getattr(record, "t", self.now_s)
        items: list[Item] = []
        match record:
            case Received():
                self._received_octets(record, items)
            case Sent():
                self._sent(record, items)
            case GaveUp():
                self._give_up(record, items)
            case Reset() | Port() | Resumed():
                self._cut(items)
                items.append(record)
            case Begin() | End():
                self._purpose = record.purpose if isinstance(record, Begin) else ""
                items.append(record)
            case (
                ControlAction()
                | Expected()
                | CutShort()
                | Waited()
                | Package()
                | Abandoned()
                | Footer()
            ):
                items.append(record)
            case _:
                pass
        return items

    def _sent(self, record: Sent, items: list[Item]) -> None:
        octets = from_text(record.octets)
        self._decoder.sent(octets)
        line = octets.lstrip(b"\r\n")
        if line[:2].upper() != b"AT" or b"\r" not in line:
            items.append(Typed(Place(self._line, record.t, octets)))
            return
        exchange = Exchange(
            command=read_command(line[: line.index(b"\r")]),
            sent=Place(self._line, record.t, octets),
            purpose=self._purpose,
        )
        self._open.append(exchange)
        items.append(Asked(exchange))

    def _received_octets(self, record: Received, items: list[Item]) -> None:
        octets = from_text(record.octets)
        end = self._received + len(octets)
        chunk = Chunk(self._received, end, record.t, self._line)
        self._received = end
        self._chunks.append(chunk)
        if self._open:
            self._open[0].chunks.append(chunk)
        for decoded in self._decoder.feed(octets):
            self._place(PlacedMessage(decoded, self._place_of(decoded)), items)

    def _place_of(self, decoded: Decoded) -> Place:
        """Return the place of a message, with the instant of its last octet."""
        chunks = self._chunks
        while chunks[0].end < decoded.end:
            chunks.popleft()
        chunk = chunks[0]
        return Place(chunk.line, chunk.instant_s, decoded.octets)

    def _place(self, told: PlacedMessage, items: list[Item]) -> None:
        """Put a message into the open exchange, or show it alone."""
        message = told.decoded.message
        exchange = self._open[0] if self._open else None
        of_event, self._event_block = self._event_block, _announces_block(message)
        behind, self._behind_foreign = self._behind_foreign, _is_foreign(message)
        match message:
            case Event() | SubDeviceEvent() | FotaIndication() | UnsolicitedResultCode():
                urc = Urc(message, told.place, exchange, bool(exchange and exchange.blocks))
                if exchange:
                    exchange.urcs.append(urc)
                items.append(urc)
            case Block() if of_event or exchange is None:
                pass  # the octets of an unbuffered receive event do not belong to the flow
            case _ if exchange is not None:
                self._answer(exchange, told, items)
            case _:
                items.append(
                    self._stray(told, behind_foreign=behind and not told.decoded.leading_crlf)
                )

    def _stray(self, told: PlacedMessage, *, behind_foreign: bool = False) -> Stray:
        message = told.message
        if isinstance(message, Malformed | FinalResultCode | InformationResponse | Echo | Prompt):
            return Stray(message, told.place, self.pending, self._last, behind_foreign)
        raise AssertionError(f"a {type(message).__name__} is never stray")

    def _answer(self, exchange: Exchange, told: PlacedMessage, items: list[Item]) -> None:
        message = told.decoded.message
        if isinstance(message, FinalResultCode):
            self._finish(exchange, message, told, items)
            return
        exchange.order.append(told)
        match message:
            case InformationResponse():
                exchange.answers.append(told)
            case Block():
                exchange.blocks.append(told)
            case Echo():
                exchange.echoes.append(told)
            case Malformed(resembles=("OK" | "ERROR") as code):
                exchange.order.pop()
                exchange.malformed.append(told)
                items.append(self._stray(told))
                self._finish(exchange, FinalResultCode(code), told, items)
            case _:
                exchange.malformed.append(told)
                items.append(self._stray(told))

    def _finish(
        self, exchange: Exchange, final: FinalResultCode, told: PlacedMessage, items: list[Item]
    ) -> None:
        exchange.final = final
        exchange.final_place = told.place
        # Two command lines at once: the answer to the second may have come with that to the first.
        start = exchange.chunks[0].start if exchange.chunks else told.decoded.start
        exchange.answer_octets = told.decoded.end - start
        self._close(exchange)
        items.append(exchange)

    def _close(self, exchange: Exchange) -> None:
        self._open.popleft()
        self._last = exchange

    def _give_up(self, record: GaveUp, items: list[Item]) -> None:
        exchange = self.pending
        self._abandon(items)
        if exchange is not None and self.pending is exchange:
            exchange.gave_up_after_s = record.after_s
            self._close(exchange)
            items.append(exchange)

    def _cut(self, items: list[Item]) -> None:
        """Close what is open: it cannot end any more, and half of it is no evidence."""
        for decoded in self._decoder.abandon():
            if not isinstance(decoded.message, Malformed):
                self._place(PlacedMessage(decoded, self._place_of(decoded)), items)
        while self._open:
            exchange = self._open[0]
            exchange.cut = True
            self._close(exchange)
            items.append(exchange)

    def _abandon(self, items: list[Item]) -> None:
        for decoded in self._decoder.abandon():
            self._place(PlacedMessage(decoded, self._place_of(decoded)), items)


def _is_foreign(message: Message) -> bool:
    """Tell whether a line is not of the flow."""
    return isinstance(message, UnsolicitedResultCode) and not message.text.startswith("+QIOT")


def _announces_block(message: Message) -> bool:
    """Tell whether counted octets follow that are no block of a read (D25C/EVT, 5,10200)."""
    return announced_octets(message) is not None and not isinstance(message, InformationResponse)
