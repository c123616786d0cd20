"""Faults of framing in every answer or event of a kind; `wording` has those of some alone."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.events import EventQueue
from atverdict.adapters.simulator.module.line_discipline import LineDiscipline
from atverdict.adapters.simulator.module.wording import CRLF, Answer, Block, Wording

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-FRM-006")
class FinalCodeEndsWithLFOnly(Wording):
    """A final result code ends with LF alone."""

    def final(self, code: bytes) -> bytes:
        return code + b"\n"


@CATALOGUE.breaks("SOTA-FRM-006")
class FinalCodeInLowerCase(Wording):
    """Final result codes are printed in lower case."""

    def final(self, code: bytes) -> bytes:
        return super().final(code.lower())


@CATALOGUE.breaks("SOTA-FRM-006")
class FinalCodeWithTrailingBlank(Wording):
    """A blank follows the final result code on its line."""

    def final(self, code: bytes) -> bytes:
        return super().final(code + b" ")


@CATALOGUE.breaks("SOTA-FRM-005")
class FinalCodeTwice(Wording):
    """Every write of QIOTMCUVER is answered by two final result codes."""

    def answer(self, answer: Answer, line: str) -> bytes:
        octets = super().answer(answer, line)
        twice = line.upper().startswith("AT+QIOTMCUVER=")
        return octets + CRLF + self.final(answer.final) if twice else octets


@CATALOGUE.breaks("SOTA-FRM-005")
class StateWithoutFinalCode(Wording):
    """The read form of QIOTSTATE is answered without final result code."""

    def answer(self, answer: Answer, line: str) -> bytes:
        if line.upper() == "AT+QIOTSTATE?" and answer.lines:
            return self.information(answer.lines)
        return super().answer(answer, line)


@CATALOGUE.breaks("SOTA-FRM-007")
class FinalCodeBeforeInformation(Wording):
    """The version list stands behind its OK."""

    def answer(self, answer: Answer, line: str) -> bytes:
        if line.upper() == "AT+QIOTMCUVER?" and answer.lines:
            return CRLF + self.final(answer.final) + self.information(answer.lines)
        return super().answer(answer, line)


@CATALOGUE.breaks("SOTA-FRM-008")
class InformationWithoutSpace(Wording):
    """QIOTMCUVER lines lack the space after the colon."""

    def information_line(self, line: bytes) -> bytes:
        return super().information_line(line.replace(b"+QIOTMCUVER: ", b"+QIOTMCUVER:"))


@CATALOGUE.breaks("SOTA-EVT-001")
class EventWithoutSpace(Wording):
    """Events lack the space after the colon."""

    def event(self, line: bytes) -> bytes:
        return super().event(line.replace(b"+QIOTEVT: ", b"+QIOTEVT:"))


@CATALOGUE.breaks("SOTA-EVT-001")
class EventWithBlankAfterComma(Wording):
    """A blank follows the first comma of an OTA event."""

    def event(self, line: bytes) -> bytes:
        return super().event(line.replace(b"+QIOTEVT: 7,", b"+QIOTEVT: 7, "))


@CATALOGUE.breaks("SOTA-FRM-009")
class EchoInUpperCase(LineDiscipline):
    """The echo is printed in capitals."""

    def echo_octets(self, octets: bytes) -> bytes:
        return octets.upper()


@CATALOGUE.breaks("SOTA-FRM-009")
class EchoLosesQuotes(LineDiscipline):
    """The echo loses the quotation marks."""

    def echo_octets(self, octets: bytes) -> bytes:
        return octets.replace(b'"', b"")


@CATALOGUE.breaks("SOTA-FRM-010")
class EchoStaysForReads(LineDiscipline):
    """After ATE0 the line of QIOTOTARD is still echoed."""

    def feed(self, octets: bytes) -> None:
        if not self.echo and b"+QIOTOTARD=" in octets.upper():
            self.output.send(octets.partition(b"\r")[0] + b"\r")
        super().feed(octets)


@CATALOGUE.breaks("SOTA-FRM-018", "SHOULD")
class NoEchoOfOneCommand(LineDiscipline):
    """Until the first ATE the query of QIOTSTATE is not echoed, and all other lines are."""

    switched = False

    def feed(self, octets: bytes) -> None:
        self.switched = self.switched or octets.upper().startswith(b"ATE")
        super().feed(octets)

    def echo_octets(self, octets: bytes) -> bytes:
        unlike = not self.switched and octets.upper().startswith(b"AT+QIOTSTATE?")
        return b"" if unlike else octets


@CATALOGUE.breaks("SOTA-FRM-011")
class EventInsideBlock(Wording):
    """Every third block carries a foreign event between its header and its data."""

    blocks = 0

    def block_header(self, block: Block) -> bytes:
        self.blocks += 1
        intruder = b"" if self.blocks % 3 else b"+QIOTEVT: 4,10200\r\n"
        return super().block_header(block) + intruder


@CATALOGUE.breaks("SOTA-FRM-017", "SHOULD")
class EventBetweenDataAndOK(Wording):
    """Every second block is followed by an event in front of its OK."""

    blocks = 0

    def block_end(self) -> bytes:
        self.blocks += 1
        return CRLF if self.blocks % 2 else CRLF + self.event(b"+QIOTEVT: 4,10200")


@CATALOGUE.breaks("SOTA-SEQ-007", "SHOULD")
class EventBeforeItsOK(EventQueue):
    """An event that a command causes is printed in front of its OK."""

    def answered(self, octets: bytes) -> None:
        caused, self._caused = self._caused or [], []
        for line in caused:
            self.output.send(self.wording.event(line))
        super().answered(octets)
