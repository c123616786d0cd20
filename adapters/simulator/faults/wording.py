"""Faults of framing in some answers alone: long texts, short blocks, events that coincide."""

import re

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.events import EventQueue
from atverdict.adapters.simulator.module.wording import CRLF, Answer, Block, Wording

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-FRM-005")
class OkTwiceAfterLongText(Wording):
    """A text answer of more than 256 octets is followed by a second OK."""

    def answer(self, answer: Answer, line: str) -> bytes:
        octets = super().answer(answer, line)
        long = answer.lines and len(octets) > 256
        return octets + CRLF + self.final(answer.final) if long else octets


@CATALOGUE.breaks("SOTA-FRM-005")
class OkTwiceAfterLastBlock(Wording):
    """A block that is shorter than what was asked for is followed by a second OK."""

    def answer(self, answer: Answer, line: str) -> bytes:
        octets = super().answer(answer, line)
        asked = re.fullmatch(r"AT\+QIOTOTARD=\d+,(\d+)", line.upper())
        short = answer.block is not None and asked and int(asked[1]) <= self.options.max_length
        if short and answer.block is not None and asked and answer.block.length < int(asked[1]):
            return octets + CRLF + self.final(answer.final)
        return octets


@CATALOGUE.breaks("SOTA-FRM-005")
class EmptyListUnanswered(Wording):
    """The read form of QIOTMCUVER earns nothing while no component is stored."""

    def answer(self, answer: Answer, line: str) -> bytes:
        empty = line.upper() == "AT+QIOTMCUVER?" and not answer.lines
        return b"" if empty else super().answer(answer, line)


@CATALOGUE.breaks("SOTA-FRM-006")
class ShortBlockEndsWithCr(Wording):
    """The OK behind a block of odd length ends with CR alone."""

    odd = False

    def block_header(self, block: Block) -> bytes:
        self.odd = block.length % 2 == 1
        return super().block_header(block)

    def answer(self, answer: Answer, line: str) -> bytes:
        octets = super().answer(answer, line)
        return octets[:-1] if answer.block is not None and self.odd else octets


@CATALOGUE.breaks("SOTA-FRM-007")
class ThirdComponentBehindOk(Wording):
    """From the third component on the version list stands behind its OK."""

    def answer(self, answer: Answer, line: str) -> bytes:
        octets = super().answer(answer, line)
        if line.upper() != "AT+QIOTMCUVER?" or len(answer.lines) < 3:
            return octets
        late = self.information(answer.lines[2:])
        return super().answer(Answer(lines=answer.lines[:2]), line) + late


@CATALOGUE.breaks("SOTA-FRM-003", "SHOULD")
class NamePrintedAsTyped(Wording):
    """The answer repeats the command's name in the case in which it was typed."""

    def answer(self, answer: Answer, line: str) -> bytes:
        typed = line[2:].partition("?")[0].partition("=")[0].encode("latin-1")
        octets = super().answer(answer, line)
        return octets if answer.block else octets.replace(typed.upper() + b":", typed + b":")


@CATALOGUE.breaks("SOTA-FRM-008")
class TwoBlanksInTestForms(Wording):
    """The test form of QIOTUPDATE prints two blanks behind the colon."""

    def information_line(self, line: bytes) -> bytes:
        return super().information_line(line.replace(b"+QIOTUPDATE: (", b"+QIOTUPDATE:  ("))


@CATALOGUE.breaks("SOTA-FRM-008")
class BlockHeaderWithoutSpace(Wording):
    """The header of a block that does not start at 0 lacks the space."""

    def block_header(self, block: Block) -> bytes:
        header = super().block_header(block)
        return header.replace(b": ", b":", 1) if block.start else header


@CATALOGUE.breaks("SOTA-FRM-017", "SHOULD")
class EventAfterDataOfShortBlock(Wording):
    """An event stands in front of the OK of a block that is shorter than 256 octets."""

    short = False

    def block_header(self, block: Block) -> bytes:
        self.short = block.length < 256
        return super().block_header(block)

    def block_end(self) -> bytes:
        return super().block_end() + (self.event(b"+QIOTEVT: 4,10200") if self.short else b"")


@CATALOGUE.breaks("SOTA-FRM-011")
class EventInsideAnswer(EventQueue):
    """An event that comes due while a command runs is printed inside the answer's first line."""

    def answered(self, octets: bytes) -> None:
        waited, self._waiting = self._waiting, []
        middle = len(octets) // 2
        events = b"".join(map(self.wording.event, waited))
        super().answered(octets[:middle] + events + octets[middle:])
