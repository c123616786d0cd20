"""Faults of QIOTOTARD in plain reading: header, length, offset, octets."""

import dataclasses

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.upgrade import Upgrade
from atverdict.adapters.simulator.module.upgrade_commands import BlockRead
from atverdict.adapters.simulator.module.wording import CRLF, ERROR, Answer, Block, Wording

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-CMD-OTARD-003")
class HeaderStartZero(Wording):
    """The header of every block starts at 0."""

    def block_header(self, block: Block) -> bytes:
        return super().block_header(dataclasses.replace(block, start=0))


@CATALOGUE.breaks("SOTA-CMD-OTARD-004")
class HeaderLengthOneTooLittle(Wording):
    """The header of a short block promises one octet too few."""

    def block_header(self, block: Block) -> bytes:
        less = int(16 < block.length < 1024)
        return super().block_header(dataclasses.replace(block, length=block.length - less))


@CATALOGUE.breaks("SOTA-CMD-OTARD-005")
class MoreThanRequested(BlockRead):
    """A read of fewer than 1024 octets is rounded up to the next 16."""

    def block(self, start: int, length: int) -> Answer:
        return super().block(start, min(-(-length // 16) * 16, 1024))


@CATALOGUE.breaks("SOTA-CMD-OTARD-013")
class MoreThanMaximum(BlockRead):
    """A read above the maximum is served in full."""

    def write(self, arguments: list[Argument]) -> Answer:
        numbers = [each.number for each in arguments if each.kind == "integer"]
        if len(numbers) == len(arguments) == 2 and numbers[1] > self.organs.options.max_length:
            return self.block(*numbers)
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-OTARD-006")
class ShortBlockInTheMiddle(BlockRead):
    """The tenth read of a block returns half of what is there."""

    reads = 0

    def block(self, start: int, length: int) -> Answer:
        self.reads += 1
        return super().block(start, max(length // 2, 1) if self.reads == 10 else length)


@CATALOGUE.breaks("SOTA-CMD-OTARD-007")
class LastOctetMissing(Upgrade):
    """A read across the end of the package returns one octet too few."""

    def read(self, start: int, length: int) -> Block | None:
        if start < self.size_octets - 1 and start + length > self.size_octets:
            length = self.size_octets - 1 - start
        return super().read(start, length)


@CATALOGUE.breaks("SOTA-CMD-OTARD-008")
class EmptyLineBeforeData(Wording):
    """CR LF stands between the header and the octets."""

    def block_data(self, block: Block) -> bytes:
        return CRLF + block.data


@CATALOGUE.breaks("SOTA-INT-006")
class OneOctetChanged(Upgrade):
    """The octet at offset 20,000 has its lowest bit flipped."""

    offset = 20_000

    def content(self, start: int, end: int) -> bytes:
        octets = bytearray(super().content(start, end))
        if start <= self.offset < end:
            octets[self.offset - start] ^= 1
        return bytes(octets)


@CATALOGUE.breaks("SOTA-CMD-OTARD-009")
class CrLfTranslated(Wording):
    """CR LF inside the octets arrives as LF."""

    def block_data(self, block: Block) -> bytes:
        return block.data.replace(b"\r\n", b"\n")


@CATALOGUE.breaks("SOTA-CMD-OTARD-009")
class XonXoffSwallowed(Wording):
    """Octets 0x11 and 0x13 are taken for flow control and do not arrive."""

    def block_data(self, block: Block) -> bytes:
        return block.data.translate(None, b"\x11\x13")


@CATALOGUE.breaks("SOTA-CMD-OTARD-009")
class EighthBitLost(Wording):
    """The last block loses the eighth bit of its octets."""

    def block_data(self, block: Block) -> bytes:
        if block.length == 1024:
            return block.data
        return bytes(octet & 0x7F for octet in block.data)


@CATALOGUE.breaks("SOTA-INT-007")
class HexText(Wording):
    """Octets arrive as hex text."""

    def block_data(self, block: Block) -> bytes:
        return block.data.hex().encode()


@CATALOGUE.breaks("SOTA-CMD-OTARD-020", piece_limit_octets="10000")
class OffsetsRelativeToPiece(Upgrade):
    """In later pieces the octets are those from the start of the package."""

    def content(self, start: int, end: int) -> bytes:
        return super().content(start - self.piece_start, end - self.piece_start)


@CATALOGUE.breaks("SOTA-CMD-OTARD-020", piece_limit_octets="10000")
class StartCountsFromThePiece(Upgrade):
    """In later pieces a start is taken as one within the piece, and beyond its end refused."""

    def read(self, start: int, length: int) -> Block | None:
        found = super().read(start + self.piece_start, length)
        return found and dataclasses.replace(found, start=start)


@CATALOGUE.breaks("SOTA-INT-006")
class OffsetsFromOne(Upgrade):
    """Offsets other than 0 count from 1."""

    def content(self, start: int, end: int) -> bytes:
        return super().content(start - 1, end - 1) if start else super().content(start, end)


@CATALOGUE.breaks("SOTA-CMD-OTARD-006")
class ShortBlockAboveAPowerOfTwo(BlockRead):
    """A read of one octet more than a power of two, from 32 on, returns that power."""

    def block(self, start: int, length: int) -> Answer:
        above = length > 32 and (length - 1).bit_count() == 1
        return super().block(start, length - above)


@CATALOGUE.breaks("SOTA-INT-005")
class AddressRoundedDownForWholeWords(Upgrade):
    """Whole words that are read from an odd offset come from the offset before it."""

    def content(self, start: int, end: int) -> bytes:
        rounded = start % 2 == 1 and (end - start) % 4 == 0
        return super().content(start - rounded, end - rounded)


@CATALOGUE.breaks("SOTA-CMD-OTARD-018", "SHOULD")
class NoShortReadFromOddOffset(BlockRead):
    """Two octets from an odd offset cannot be read."""

    def block(self, start: int, length: int) -> Answer:
        return ERROR if start % 2 and length == 2 else super().block(start, length)
