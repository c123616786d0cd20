"""Faults of taking command lines: prefix, terminator, buffer, and echo of some lines alone."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.line_discipline import LineDiscipline
from atverdict.adapters.simulator.module.wording import CRLF, ERROR, OK, Answer

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-FRM-001")
class AtRefusedOnceAsked(LineDiscipline):
    """AT alone answers ERROR from the first request for a plan on."""

    requested = False

    def respond(self, line: str) -> Answer:
        self.requested = self.requested or line.upper().startswith("AT+QIOTOTAREQ")
        return ERROR if self.requested and line == "AT" else super().respond(line)


@CATALOGUE.breaks("SOTA-FRM-002")
class LowerCasePrefixIgnored(LineDiscipline):
    """Lines that start with at earn nothing."""

    def is_command(self, line: str) -> bool:
        return line.startswith("AT")


@CATALOGUE.breaks("SOTA-FRM-002")
class LowerCasePrefixWithoutExtended(LineDiscipline):
    """After at in lower case only the basic commands are known."""

    def respond(self, line: str) -> Answer:
        return ERROR if line.startswith("at+") else super().respond(line)


@CATALOGUE.breaks("SOTA-FRM-003", "SHOULD")
class NamesCaseSensitive(LineDiscipline):
    """A command name in lower case is unknown."""

    def respond(self, line: str) -> Answer:
        name = line[2:].partition("=")[0]
        return super().respond(line) if name == name.upper() else ERROR


@CATALOGUE.breaks("SOTA-FRM-004")
class LineFeedAnswered(LineDiscipline):
    """The LF behind CR is taken as an empty command and answered OK."""

    def feed(self, octets: bytes) -> None:
        super().feed(octets)
        if octets.endswith(CRLF) and len(octets) > len(CRLF):
            self.clock.call_later(0.06, lambda: self.output.send(b"\r\nOK\r\n"))


@CATALOGUE.breaks("SOTA-FRM-004")
class LineFeedKeptInBuffer(LineDiscipline):
    """The LF behind CR stays in the buffer and spoils a next line that ends in CR LF, too."""

    kept = False

    def feed(self, octets: bytes) -> None:
        ends_with_lf = octets.endswith(CRLF)
        if self.kept and ends_with_lf:
            octets = b"\x0b" + octets
        self.kept = ends_with_lf
        super().feed(octets)


@CATALOGUE.breaks("SOTA-FRM-004")
class LineFeedSpoilsTheNextLine(LineDiscipline):
    """The LF behind CR is taken for the beginning of the next line, which is answered ERROR."""

    kept = spoils = False

    def feed(self, octets: bytes) -> None:
        ends_with_lf = octets.endswith(CRLF)
        self.spoils = self.kept and not ends_with_lf
        self.kept = ends_with_lf
        super().feed(octets)

    def respond(self, line: str) -> Answer:
        return ERROR if self.spoils else super().respond(line)


@CATALOGUE.breaks("SOTA-FRM-005")
class EveryFiftiethLineLost(LineDiscipline):
    """Every fiftieth command line earns nothing."""

    lines = 0

    def respond(self, line: str) -> Answer:
        self.lines += 1
        return super().respond(line) if self.lines % 50 else Answer(silent=True)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-008")
class LineBufferOfHundred(LineDiscipline):
    """A command line of more than 100 octets is cut to nothing and refused."""

    def respond(self, line: str) -> Answer:
        return ERROR if len(line) > 100 else super().respond(line)


@CATALOGUE.breaks("SOTA-FRM-009")
class EchoCutAtSixtyFour(LineDiscipline):
    """The echo of a line stops after 64 octets."""

    def echo_octets(self, octets: bytes) -> bytes:
        return octets if len(octets) <= 65 else octets[:64] + b"\r"


@CATALOGUE.breaks("SOTA-FRM-009")
class EchoGarbledAfterError(LineDiscipline):
    """The echo after a refused line lacks its first octet."""

    refused = False

    def respond(self, line: str) -> Answer:
        answer = super().respond(line)
        self.refused = answer.final == ERROR.final
        return answer

    def echo_octets(self, octets: bytes) -> bytes:
        return octets[1:] if self.refused else octets


@CATALOGUE.breaks("SOTA-FRM-009")
class EchoLosesLongNumbers(LineDiscipline):
    """The echo buffer keeps only the first four digits of a number."""

    def echo_octets(self, octets: bytes) -> bytes:
        kept, digits = bytearray(), 0
        for octet in octets:
            digits = digits + 1 if 0x30 <= octet <= 0x39 else 0
            if digits <= 4:
                kept.append(octet)
        return bytes(kept)


@CATALOGUE.breaks("SOTA-FRM-010")
class EchoReturnsAfterError(LineDiscipline):
    """An ERROR switches the echo on again."""

    def respond(self, line: str) -> Answer:
        answer = super().respond(line)
        self.echo = self.echo or answer.final == ERROR.final
        return answer


@CATALOGUE.breaks("SOTA-FRM-010")
class EchoReturnsWithConnection(LineDiscipline):
    """AT+QIOTREG=1 restores the stored setting of the echo."""

    def respond(self, line: str) -> Answer:
        answer = super().respond(line)
        if line.upper() == "AT+QIOTREG=1":
            self.echo = self.options.echo
        return answer


@CATALOGUE.breaks("SOTA-FRM-010")
class NoEchoForReads(LineDiscipline):
    """With echo on, the write form of QIOTOTARD is not echoed."""

    def echo_octets(self, octets: bytes) -> bytes:
        return b"" if b"+QIOTOTARD=" in octets.upper() else octets


@CATALOGUE.breaks("SOTA-FRM-013", "SHOULD")
class UnknownCommandAccepted(LineDiscipline):
    """Every command that starts with +QIOT is answered OK when it is unknown."""

    def respond(self, line: str) -> Answer:
        unknown = line.upper().startswith("AT+QIOTNO")
        return OK if unknown else super().respond(line)


@CATALOGUE.breaks("SOTA-FRM-014", "SHOULD")
class LineAfterUnknownLost(LineDiscipline):
    """The command line behind an unknown command earns nothing."""

    unknown = False

    def respond(self, line: str) -> Answer:
        lost, self.unknown = self.unknown, line.upper().startswith("AT+QIOTNO")
        return Answer(silent=True) if lost else super().respond(line)


@CATALOGUE.breaks("SOTA-ROB-002")
class ErrorAfterControlCharacter(LineDiscipline):
    """After a line with a control character the next line is refused, whatever it is."""

    spoiled = False

    def respond(self, line: str) -> Answer:
        before, self.spoiled = self.spoiled, any(ord(each) < 0x20 for each in line)
        return ERROR if before else super().respond(line)


@CATALOGUE.breaks("SOTA-ROB-002")
class QuoteStaysOpen(LineDiscipline):
    """Behind a line with an odd number of quotes the next line belongs to the string."""

    quoted = False

    def respond(self, line: str) -> Answer:
        inside, self.quoted = self.quoted, line.count('"') % 2 == 1 and not self.quoted
        return ERROR if inside else super().respond(line)


@CATALOGUE.breaks("SOTA-ROB-005", "SHOULD")
class OverlongAccepted(LineDiscipline):
    """A line that does not fit is thrown away and answered OK."""

    def refuse_overlong(self) -> Answer:
        return OK


@CATALOGUE.breaks("SOTA-ROB-006", "SHOULD")
class EmptyLineAnswered(LineDiscipline):
    """A lone CR is answered OK."""

    def is_command(self, line: str) -> bool:
        return line == "" or super().is_command(line)

    def respond(self, line: str) -> Answer:
        return OK if line == "" else super().respond(line)


@CATALOGUE.breaks("SOTA-ROB-006", "SHOULD")
class ThirdEmptyLineAnswered(LineDiscipline):
    """The third empty line in a row is refused, as if it were a command."""

    empty = 0

    def is_command(self, line: str) -> bool:
        self.empty = self.empty + 1 if line == "" else 0
        return self.empty == 3 or super().is_command(line)

    def respond(self, line: str) -> Answer:
        return ERROR if line == "" else super().respond(line)


@CATALOGUE.breaks("SOTA-SEQ-018")
class CommandsWaitForDownload(LineDiscipline):
    """A command that comes just after the consent is answered when the download is over."""

    until_s = 0.0

    def respond(self, line: str) -> Answer:
        answer = super().respond(line)
        if line.upper() == "AT+QIOTUPDATE=1" and answer is OK:
            self.until_s = self.clock.now_s + 8.0
        return answer

    def latency_s(self, line: str) -> float:
        return super().latency_s(line) + max(0.0, self.until_s - self.clock.now_s)


@CATALOGUE.breaks("SOTA-FRM-005")
class DeafAfterVersionList(LineDiscipline):
    """After a list of versions nothing is answered until the next restart."""

    deaf = False

    def is_command(self, line: str) -> bool:
        return not self.deaf and super().is_command(line)

    def respond(self, line: str) -> Answer:
        self.deaf = line == "AT+QIOTMCUVER?"
        return super().respond(line)

    def power_off(self) -> None:
        super().power_off()
        self.deaf = False
