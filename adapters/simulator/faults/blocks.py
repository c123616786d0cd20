"""Faults of QIOTOTARD at the limits: some lengths and starts, ends of pieces, other states."""

import dataclasses

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.command import kinds
from atverdict.adapters.simulator.module.upgrade import State, Upgrade
from atverdict.adapters.simulator.module.upgrade_commands import BlockRead
from atverdict.adapters.simulator.module.wording import ERROR, OK, Answer, Block, Wording

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-CMD-OTARD-002")
class FirstReadRefused(Upgrade):
    """The first read of every piece answers ERROR."""

    untouched = False

    def piece_complete(self) -> None:
        super().piece_complete()
        self.untouched = True

    def read(self, start: int, length: int) -> Block | None:
        refused, self.untouched = self.untouched, False
        return None if refused else super().read(start, length)


@CATALOGUE.breaks("SOTA-CMD-OTARD-002")
class ReadAfterErrorRefused(BlockRead):
    """The read behind a refused read answers ERROR, too."""

    refused = False

    def block(self, start: int, length: int) -> Answer:
        answer = super().block(start, length)
        spoiled = self.refused and answer.block is not None
        self.refused = answer is ERROR
        return ERROR if spoiled else answer


@CATALOGUE.breaks("SOTA-CMD-OTARD-002")
class FullLengthRefused(BlockRead):
    """A read of exactly the maximum answers ERROR."""

    def write(self, arguments: list[Argument]) -> Answer:
        full = kinds(arguments) == ["integer"] * 2
        if full and arguments[1].number == self.organs.options.max_length:
            return ERROR
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-OTARD-002")
class OkMissingBehindData(Wording):
    """A block of one octet ends without CR LF in front of its OK."""

    alone = False

    def block_header(self, block: Block) -> bytes:
        self.alone = block.length == 1
        return super().block_header(block)

    def block_end(self) -> bytes:
        return b"" if self.alone else super().block_end()


@CATALOGUE.breaks("SOTA-CMD-OTARD-003", piece_limit_octets="none")
class HeaderStartSigned(Wording):
    """From 32,768 on the start in the header is negative."""

    def block_header(self, block: Block) -> bytes:
        start = (block.start + 0x8000) % 0x10000 - 0x8000
        return super().block_header(dataclasses.replace(block, start=start))


@CATALOGUE.breaks("SOTA-CMD-OTARD-003", piece_limit_octets="none")
class HeaderStartInTwoOctets(Wording):
    """From 65,536 on the start in the header begins again at 0."""

    def block_header(self, block: Block) -> bytes:
        return super().block_header(dataclasses.replace(block, start=block.start % 0x10000))


@CATALOGUE.breaks("SOTA-CMD-OTARD-004")
class ZeroBehindData(Wording):
    """The terminating zero of a buffer is sent behind octets of odd length."""

    def block_data(self, block: Block) -> bytes:
        return block.data + (b"\x00" if block.length % 2 else b"")


@CATALOGUE.breaks("SOTA-CMD-OTARD-004")
class HeaderLengthInOneDigitLess(Wording):
    """The header of a block of 1000 octets or more loses the last digit of its length."""

    def block_header(self, block: Block) -> bytes:
        length = block.length // 10 if block.length >= 1000 else block.length
        return super().block_header(dataclasses.replace(block, length=length))


@CATALOGUE.breaks("SOTA-CMD-OTARD-005")
class OddLengthsRoundedUp(BlockRead):
    """An odd length is read as the next even one."""

    def block(self, start: int, length: int) -> Answer:
        return super().block(start, length + length % 2)


@CATALOGUE.breaks("SOTA-CMD-OTARD-006")
class ShortAtPageEnds(BlockRead):
    """A read ends at the next multiple of 4096 at the latest."""

    def block(self, start: int, length: int) -> Answer:
        return super().block(start, min(length, 4096 - start % 4096))


@CATALOGUE.breaks("SOTA-CMD-OTARD-006")
class ShortAtPowersOfTwo(BlockRead):
    """A read of 512 octets returns 511."""

    def block(self, start: int, length: int) -> Answer:
        return super().block(start, length - (length == 512))


@CATALOGUE.breaks("SOTA-CMD-OTARD-006")
class EveryFiftiethReadShort(BlockRead):
    """Every fiftieth read returns 16 octets less."""

    reads = 0

    def block(self, start: int, length: int) -> Answer:
        self.reads += 1
        short = self.reads % 50 == 0 and length > 16
        return super().block(start, length - 16 if short else length)


@CATALOGUE.breaks("SOTA-CMD-OTARD-007")
class EndPaddedWithFf(Upgrade):
    """A read across the end is filled with 0xFF up to the length that was asked for."""

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        if block is None or not block.length or start + length <= self.size_octets:
            return block
        return Block(start, length, block.data + b"\xff" * (length - block.length))


@CATALOGUE.breaks("SOTA-CMD-OTARD-007")
class ReadAcrossEndRefused(Upgrade):
    """A read across the end answers ERROR."""

    def read(self, start: int, length: int) -> Block | None:
        return None if start + length > self.size_octets else super().read(start, length)


@CATALOGUE.breaks("SOTA-CMD-OTARD-010")
class EndOffByOne(Upgrade):
    """A read that starts at the end returns one octet of the buffer."""

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        at_end = block is not None and length > 0 and start == self.size_octets
        return Block(start, 1, b"\x00") if at_end else block


@CATALOGUE.breaks("SOTA-CMD-OTARD-010")
class BeyondEndReadsFf(Upgrade):
    """Beyond the end there is erased flash to be read."""

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        beyond = block is not None and start > self.size_octets
        return Block(start, length, b"\xff" * length) if beyond else block


@CATALOGUE.breaks("SOTA-CMD-OTARD-011", "SHOULD", piece_limit_octets="10000")
class EarlierPieceReadsBuffer(Upgrade):
    """A start before the current piece returns octets of the current one."""

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        if block is None or block.length or start >= self.piece_start:
            return block
        octets = self.content(self.piece_start + start % 1000, self.piece_start + 1000)[:length]
        return Block(start, len(octets), octets)


@CATALOGUE.breaks("SOTA-CMD-OTARD-012", "SHOULD")
class LengthZeroReadsAll(BlockRead):
    """A length of 0 stands for the maximum."""

    def block(self, start: int, length: int) -> Answer:
        return super().block(start, length or self.organs.options.max_length)


@CATALOGUE.breaks("SOTA-CMD-OTARD-013")
class TwiceTheMaximumServed(BlockRead):
    """A read of exactly twice the maximum is served in full."""

    def write(self, arguments: list[Argument]) -> Answer:
        if kinds(arguments) == ["integer"] * 2:
            start, length = (each.number for each in arguments)
            if length == 2 * self.organs.options.max_length:
                return self.block(start, length)
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-OTARD-014")
class ReadWhileOfferedAccepted(BlockRead):
    """While an offer is undecided a read answers OK alone."""

    def block(self, start: int, length: int) -> Answer:
        offered = self.organs.upgrade.state is State.OFFERED
        return OK if offered else super().block(start, length)


@CATALOGUE.breaks("SOTA-CMD-OTARD-014")
class LastPieceReadableWhileOffered(Upgrade):
    """While an offer is undecided the end of the last package can still be read."""

    buffer = b""

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        if block is not None:
            self.buffer = block.data or self.buffer
        elif self.state is State.OFFERED and self.buffer[start : start + length]:
            octets = self.buffer[start : start + length]
            return Block(start, len(octets), octets)
        return block


@CATALOGUE.breaks("SOTA-CMD-OTARD-015", "SHOULD")
class ReadableAfterTheEnd(Upgrade):
    """After an outcome the first block of the package can still be read."""

    buffer = b""

    def finish(self) -> None:
        self.buffer = self.content(0, 1024)
        super().finish()

    def read(self, start: int, length: int) -> Block | None:
        octets = self.buffer[start : start + length]
        if self.state is State.IDLE and octets:
            return Block(start, len(octets), octets)
        return super().read(start, length)


@CATALOGUE.breaks("SOTA-CMD-OTARD-017")
class LengthMissingIsMaximum(BlockRead):
    """A read without length is answered OK and returns nothing."""

    def write(self, arguments: list[Argument]) -> Answer:
        return OK if kinds(arguments) == ["integer"] else super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-OTARD-017")
class ThirdReadParameterIgnored(BlockRead):
    """A third parameter is not looked at while a piece is there."""

    def write(self, arguments: list[Argument]) -> Answer:
        return super().write(arguments[:2])


@CATALOGUE.breaks("SOTA-CMD-OTARD-017")
class NegativeStartIsZero(BlockRead):
    """A negative start counts as 0 while a piece is there."""

    def parse(self, text: str) -> list[Argument]:
        arguments = super().parse(text)
        return [Argument("integer", "0") if a.text == "-1" else a for a in arguments]


@CATALOGUE.breaks("SOTA-CMD-OTARD-018", "SHOULD")
class OddStartRefused(BlockRead):
    """A read from an odd start answers ERROR."""

    def block(self, start: int, length: int) -> Answer:
        return ERROR if start % 2 else super().block(start, length)


@CATALOGUE.breaks("SOTA-CMD-OTARD-018", "SHOULD")
class ReadOfOneOctetRefused(BlockRead):
    """A read of one octet answers ERROR."""

    def block(self, start: int, length: int) -> Answer:
        return ERROR if length == 1 else super().block(start, length)


@CATALOGUE.breaks("SOTA-CMD-OTARD-019", "SHOULD")
class StartIn32Bits(BlockRead):
    """A start above 32 bits begins again at 0."""

    def parse(self, text: str) -> list[Argument]:
        return [
            Argument("integer", str(int(a.text) % 2**32))
            if a.kind == "raw" and a.text.isdecimal() and len(a.text) < 20
            else a
            for a in super().parse(text)
        ]


@CATALOGUE.breaks("SOTA-CMD-OTARD-019", "SHOULD")
class LongDigitsUnanswered(BlockRead):
    """A number of more than 20 digits overruns a buffer, and no answer comes."""

    def write(self, arguments: list[Argument]) -> Answer:
        overrun = any(
            a.kind == "raw" and a.text.isdecimal() and len(a.text) > 20 for a in arguments
        )
        return Answer(silent=True) if overrun else super().write(arguments)


@CATALOGUE.breaks("SOTA-ROB-004")
class HeaderBeforeCheck(BlockRead):
    """A malformed read prints the header of an empty block in front of its ERROR."""

    def write(self, arguments: list[Argument]) -> Answer:
        answer = super().write(arguments)
        malformed = kinds(arguments) != ["integer", "integer"]
        return dataclasses.replace(answer, lines=(b"+QIOTOTARD: 0,0",)) if malformed else answer
