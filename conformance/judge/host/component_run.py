"""The run of one component at a host: what the host has read of it, and what it did then."""

from dataclasses import dataclass, field

from atverdict.conformance.evidence.host_trace import HostExchange
from atverdict.conformance.evidence.trace import Place
from atverdict.conformance.judge.state.observed_upgrade import Coverage
from atverdict.grammar.message import DownloadStarted, PieceReady

__all__ = ["LastRead", "ServedComponent"]

OFFER = b"+QIOTEVT: 7,10700"


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
class ServedComponent:
    """One component from its 10701 on."""

    started: DownloadStarted
    target: str
    """The target version of its offer; empty where no offer named the component."""
    piece: PieceReady | None = None
    due: Place | None = None
    """The message that made the next read due: 10703, or the last read."""
    coverage: Coverage = field(default_factory=Coverage)
    last: LastRead | None = None
    unread: HostExchange | None = None
    """The last read, where it was answered ERROR or not at all."""
    spells_offer: bool = False
    """True where octets that were read spell an offer."""
    odd: bool = False
    """True where a read was asked for in a way that is in no document."""
    short_reads: int = 0
    """The number of equal reads in a row that got less than was asked for and was there."""
    update_asked: HostExchange | None = None
    updating: Place | None = None
    """The 10704."""
    announced: HostExchange | None = None
    """The first announcement of the target version."""
    disturbed: str = ""
    """A disturbance from outside; after it most rules are open."""

    @property
    def piece_end(self) -> int:
        """The offset behind the last octet of the current piece."""
        return self.piece.start + self.piece.piece_length_octets if self.piece else 0

    @property
    def piece_read(self) -> bool:
        """True where no octet of the piece is unread."""
        piece = self.piece
        return piece is not None and self.coverage.next_gap(piece.start) >= self.piece_end

    @property
    def last_piece(self) -> bool:
        """True where the piece reaches the end of the package."""
        return self.piece is not None and self.piece_end >= self.piece.length_octets

    @property
    def whole(self) -> bool:
        """True where every octet of the package has been read."""
        return self.coverage.covers(self.started.length_octets)

    def begin_piece(self, piece: PieceReady, place: Place) -> None:
        """Begin a piece that can be read."""
        self.piece, self.due = piece, place
        self.last = self.unread = None

    def read(self, exchange: HostExchange, start: int, length: int) -> None:
        """Take the answer to a read."""
        block = exchange.block
        self.due = exchange.final_place or exchange.sent
        if block is None or not block.octets:
            self.unread = exchange
            return
        self.unread = None
        self.coverage.add(start, block.octets)
        self.spells_offer = self.spells_offer or OFFER in block.octets
        last, read = self.last, LastRead(exchange, start, length, len(block.octets))
        short = read.returned_octets < length and read.end < self.piece_end
        again = last is not None and last.start == start
        self.short_reads = (self.short_reads if again else 0) + 1 if short else 0
        self.last = read
