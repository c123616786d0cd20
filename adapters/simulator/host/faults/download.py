"""Faults of reading: offsets, lengths, pieces, pauses, failed reads."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.host.dialogue import Dialogue, ReceivedAnswer
from atverdict.adapters.simulator.host.download import Download
from atverdict.adapters.simulator.host.events import AnnouncedPackage, Piece

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-HST-006")
class ReadsFromOne(Download):
    """The first octet has the offset 1."""

    def read(self, start: int, length: int) -> None:
        super().read(start or 1, length)


@CATALOGUE.breaks("SOTA-HST-006")
class EveryOffsetFromOne(Download):
    """All offsets are counted from 1."""

    def read(self, start: int, length: int) -> None:
        super().read(start + 1, length)


@CATALOGUE.breaks("SOTA-HST-006")
class OffsetsWithinPiece(Download):
    """Offsets are counted from the start of each piece."""

    def read(self, start: int, length: int) -> None:
        piece = self.storage.piece
        super().read(start - (0 if piece is None else piece.start), length)


@CATALOGUE.breaks("SOTA-HST-006")
class TailLeftUnread(Download):
    """What is left of the package behind the last whole kilobyte is not read."""

    def go_on(self) -> None:
        package = self.storage.package
        if package is not None and 0 < package.size_octets - self.position < 1024:
            self.complete()
        else:
            super().go_on()


@CATALOGUE.breaks("SOTA-HST-006")
class LastOctetOfPieceUnread(Download):
    """The last octet of every piece but the last is left out."""

    def block_length(self, piece: Piece) -> int:
        length = super().block_length(piece)
        last = self.position + length == piece.end < piece.size_octets
        return length - 1 if last and length > 1 else length

    def keep(self, data: bytes) -> None:
        """Fill the gap with what erased flash is made of."""
        piece = self.storage.piece
        gap = piece is not None and self.position + len(data) == piece.end - 1
        super().keep(data + b"\xff" if gap and piece and piece.end < piece.size_octets else data)


@CATALOGUE.breaks("SOTA-HST-006")
class LaterPiecesFromZero(Download):
    """Every piece is read from offset 0."""

    def first_octet(self, piece: Piece) -> int:
        del piece
        return 0


@CATALOGUE.breaks("SOTA-HST-007")
class TrustsRequestedLength(Download):
    """The next start is the last one plus what was asked for; the gap is filled."""

    asked = 0

    def read(self, start: int, length: int) -> None:
        self.asked = length
        super().read(start, length)

    def keep(self, data: bytes) -> None:
        super().keep(data.ljust(self.asked, b"\x00"))


@CATALOGUE.breaks("SOTA-HST-007")
class ShortBlocksRoundedUp(Download):
    """A block that comes short is taken for one of a multiple of four octets."""

    def keep(self, data: bytes) -> None:
        piece = self.storage.piece
        end = self.position + len(data)
        whole = piece is None or end >= piece.end
        super().keep(data if whole else data + b"\xff" * (-len(data) % 4))


@CATALOGUE.breaks("SOTA-HST-008")
class NextPieceAfterEveryBlock(Download):
    """The next piece is fetched after every block that is not the last of the package."""

    def keep(self, data: bytes) -> None:
        package = self.storage.package
        if package is not None and self.position + len(data) < package.size_octets:
            self.dialogue.ask(self.dialogue.lines.update(2), lambda _answer: None)
        super().keep(data)


@CATALOGUE.breaks("SOTA-HST-008")
class NextPieceTooEarly(Download):
    """The next piece is fetched while the last block of the present one is still unread."""

    def go_on(self) -> None:
        piece, package = self.storage.piece, self.storage.package
        if piece is not None and package is not None and piece.end < package.size_octets:
            left = piece.end - self.position
            if 0 < left <= self.options.block_octets:
                self.storage.received += b"\xff" * left
        super().go_on()


@CATALOGUE.breaks("SOTA-HST-013", "SHOULD")
class ErasesBeforeReading(Download):
    """The flash is erased for 75 s before the first block is read."""

    def piece_arrived(self, piece: Piece) -> bool:
        if piece.start:
            return super().piece_arrived(piece)
        self.dialogue.timers.start("erase", 75.0, lambda: self.erased(piece))
        return True

    def erased(self, piece: Piece) -> None:
        super().piece_arrived(piece)


@CATALOGUE.breaks("SOTA-HST-013", "SHOULD")
class PausesBetweenBlocks(Download):
    """Behind every tenth block the host is busy with something else for 65 s."""

    blocks = 0

    def keep(self, data: bytes) -> None:
        self.blocks += 1
        if self.blocks % 10:
            super().keep(data)
            return
        keep = super().keep
        self.dialogue.timers.start("pause", 65.0, lambda: keep(data))


@CATALOGUE.breaks("SOTA-HST-013", "SHOULD")
class PausesForMinutes(Download):
    """Behind the second block the host is busy for five minutes, longer than any module waits."""

    def keep(self, data: bytes) -> None:
        if self.position < self.options.block_octets:
            super().keep(data)
            return
        keep = super().keep
        self.dialogue.timers.start("pause", 300.0, lambda: keep(data))


@CATALOGUE.breaks("SOTA-HST-013", "SHOULD")
class PausesAtThePieceEnd(Download):
    """Before the next piece is read, the last one is written for 61 s."""

    def piece_arrived(self, piece: Piece) -> bool:
        if not piece.start:
            return super().piece_arrived(piece)
        self.dialogue.timers.start("write", 61.0, lambda: self.written(piece))
        return True

    def written(self, piece: Piece) -> None:
        super().piece_arrived(piece)


@CATALOGUE.breaks("SOTA-HST-019", "SHOULD")
class StopsAtError(Dialogue):
    """After an ERROR to a read its octets are waited for without an end."""

    def final_code(self, line: str) -> str | None:
        """Return the final result code that a line is; that of a read comes behind its octets."""
        code = super().final_code(line)
        if code != "ERROR" or not self.reader.expects_block:
            return code
        self.timers.cancel("answer")
        return None


@CATALOGUE.breaks("SOTA-HST-019", "SHOULD")
class WaitsForEver(Dialogue):
    """The answer to a read is waited for without an end."""

    def no_answer(self) -> None:
        if not self.reader.expects_block:
            super().no_answer()


@CATALOGUE.breaks("SOTA-HST-019", "SHOULD")
class SecondErrorStops(Download):
    """The first read that fails is repeated; the second in an upgrade stops the host."""

    failures = 0

    def is_good(self, answer: ReceivedAnswer, start: int, length: int) -> bool:
        good = super().is_good(answer, start, length)
        self.failures += not good
        if self.failures == 2:
            self.dialogue.timers.cancel_all()
            self.dialogue.quiet = True
        return good


@CATALOGUE.breaks("SOTA-HST-020")
class FullBlocksOnly(Download):
    """The maximum of the module is not looked at, and a shorter answer is an error."""

    def block_length(self, piece: Piece) -> int:
        return min(self.options.block_octets, piece.end - self.position)

    def is_good(self, answer: ReceivedAnswer, start: int, length: int) -> bool:
        whole = answer.block is not None and len(answer.block.data) == length
        return whole and super().is_good(answer, start, length)


@CATALOGUE.breaks("SOTA-HST-020")
class TwiceTheMaximum(Download):
    """Twice the maximum of the module is asked for, and a shorter answer is an error."""

    def block_length(self, piece: Piece) -> int:
        maximum = self.storage.longest_block or self.options.block_octets
        return min(2 * maximum, piece.end - self.position)

    def is_good(self, answer: ReceivedAnswer, start: int, length: int) -> bool:
        whole = answer.block is not None and len(answer.block.data) == length
        return whole and super().is_good(answer, start, length)


@CATALOGUE.breaks("SOTA-HST-006")
class KeepsOldOctets(Download):
    """What was read before a failure is kept, and the next attempt goes on behind it."""

    kept = b""

    def begin(self, package: AnnouncedPackage) -> None:
        super().begin(package)
        if len(self.kept) < package.size_octets:
            self.storage.received += self.kept

    def keep(self, data: bytes) -> None:
        self.kept = bytes(self.storage.received) + data
        super().keep(data)

    def first_octet(self, piece: Piece) -> int:
        return max(piece.start, len(self.storage.received))
