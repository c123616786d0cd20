"""The download of a package: piece by piece, block by block, by what was returned."""

from collections.abc import Callable

from atverdict.adapters.simulator.host.dialogue import Dialogue, ReceivedAnswer
from atverdict.adapters.simulator.host.events import AnnouncedPackage, Piece
from atverdict.adapters.simulator.host.observer import HostObserver
from atverdict.adapters.simulator.host.options import HostOptions
from atverdict.adapters.simulator.host.storage import HostStorage

__all__ = ["Download"]


class Download:
    """The octets of one package on their way into the flash.

    Spec: SOTA-HST-006, SOTA-HST-007, SOTA-HST-008, SOTA-HST-019, SOTA-HST-020
    """

    def __init__(
        self, dialogue: Dialogue, options: HostOptions, storage: HostStorage, observer: HostObserver
    ) -> None:
        """Start without a package; `complete` and `failed` must be set before the first piece."""
        self.dialogue = dialogue
        self.options = options
        self.storage = storage
        self.observer = observer
        self.complete: Callable[[], None] = lambda: None
        self.failed: Callable[[str], None] = lambda _why: None

    def begin(self, package: AnnouncedPackage) -> None:
        """Expect a package, from its first octet on."""
        self.storage.forget_package()
        self.storage.package = package

    def piece_arrived(self, piece: Piece) -> bool:
        """Read a piece; False where it does not belong to the package."""
        package = self.storage.package
        if package is None or not piece.fits(package, len(self.storage.received)):
            return False
        self.storage.piece = piece
        del self.storage.received[self.first_octet(piece) :]
        self.go_on()
        return True

    def first_octet(self, piece: Piece) -> int:
        """Return the offset at which reading a piece begins."""
        return piece.start

    @property
    def position(self) -> int:
        """The offset of the next octet, in the whole package."""
        return len(self.storage.received)

    def go_on(self) -> None:
        """Read the next block, or fetch the next piece, or be complete."""
        package, piece = self.storage.package, self.storage.piece
        if package is None or piece is None:
            return
        if self.position < piece.end:
            self.read(self.position, self.block_length(piece))
        elif self.position < package.size_octets:
            self.fetch_next_piece()
        elif self.options.piece_end == "refused":
            self.dialogue.ask(self.dialogue.lines.update(2), lambda _answer: self.complete())
        else:
            self.complete()

    def block_length(self, piece: Piece) -> int:
        """Return how many octets to ask for."""
        wanted = min(self.options.block_octets, piece.end - self.position)
        return min(wanted, self.storage.longest_block or wanted)

    def read(self, start: int, length: int) -> None:
        """Ask for a block, several times where it does not come."""
        self.dialogue.insist(
            self.dialogue.lines.read(start, length),
            lambda answer: self.block_arrived(answer, start, length),
            lambda: self.failed(f"no octets at {start}"),
            good=lambda answer: self.is_good(answer, start, length),
        )

    def is_good(self, answer: ReceivedAnswer, start: int, length: int) -> bool:
        """Tell whether an answer brings octets, from where they were asked for."""
        block = answer.block
        if not answer.ok or block is None:
            return False
        return block.start == start and 0 < len(block.data) <= length

    def block_arrived(self, answer: ReceivedAnswer, start: int, length: int) -> None:
        """Have a block."""
        block = answer.block
        if block is None:
            return
        if self.options.reads_twice:
            again = self.dialogue.lines.read(start, length)
            self.dialogue.ask(again, lambda second: self.compared(second, answer))
        else:
            self.keep(block.data)

    def compared(self, second: ReceivedAnswer, first: ReceivedAnswer) -> None:
        """Keep a block that reads the same twice."""
        if first.block is None or second.block != first.block:
            self.failed("a block reads differently the second time")
        else:
            self.keep(first.block.data)

    def keep(self, data: bytes) -> None:
        """Write octets to the flash, and go on behind them."""
        self.storage.received += data
        if self.storage.package is not None:
            self.observer.progressed(self.position, self.storage.package.size_octets)
        self.go_on()

    def fetch_next_piece(self) -> None:
        """Let the module have the next piece; it announces it."""
        self.dialogue.insist(
            self.dialogue.lines.update(2),
            lambda _answer: None,
            lambda: self.failed("the next piece was refused"),
        )
