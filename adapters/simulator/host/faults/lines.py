"""Faults of command lines: how they end, how they are spelled, when they are sent."""

from collections.abc import Callable

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.host.command_lines import CommandLines
from atverdict.adapters.simulator.host.dialogue import Dialogue
from atverdict.adapters.simulator.host.reader import ReceivedBlock
from atverdict.adapters.simulator.host.upgrade import HostUpgrade

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-HST-001")
class LinesEndWithLf(CommandLines):
    """Every command line ends with LF alone."""

    def octets(self, line: str) -> bytes:
        return line.encode("latin-1") + b"\n"


@CATALOGUE.breaks("SOTA-HST-001")
class ReadsEndWithLf(CommandLines):
    """Only reads end with LF alone; the line behind one is glued to it."""

    def octets(self, line: str) -> bytes:
        return line.encode("latin-1") + b"\n" if "OTARD=" in line else super().octets(line)


@CATALOGUE.breaks("SOTA-HST-001")
class ZeroBehindLine(CommandLines):
    """The terminating zero of the buffer is sent behind the line."""

    def octets(self, line: str) -> bytes:
        return super().octets(line) + b"\x00"


@CATALOGUE.breaks("SOTA-HST-001")
class UpdateWithoutAt(CommandLines):
    """AT is missing in front of AT+QIOTUPDATE=3."""

    def update(self, action: int) -> str:
        return "+QIOTUPDATE=3" if action == 3 else super().update(action)


@CATALOGUE.breaks("SOTA-HST-002", "SHOULD")
class SpeaksBehindData(Dialogue):
    """The next line is sent with the last octet of a block, before its final result code."""

    owed = False

    def take_block(self, block: ReceivedBlock) -> None:
        super().take_block(block)
        self.owed = True
        self.answered("OK")
        self.gap_over()

    def take_line(self, line: str) -> None:
        """Take one line; a result code may still be that of the last read."""
        if self.owed and line == "OK":
            self.owed = False
        else:
            super().take_line(line)


class _Impatient(Dialogue):
    """Says some lines again after 200 ms without an answer."""

    def await_answer(self) -> None:
        super().await_answer()
        if self.is_urgent():
            self.timers.start("again soon", 0.2, self.again)

    def is_urgent(self) -> bool:
        """Tell whether the line that is asked has no time."""
        return self.reader.expects_block

    def again(self) -> None:
        if self.asked is not None and self.is_urgent() and self.reader.missing is None:
            self.send(self.lines.octets(self.asked.line))


@CATALOGUE.breaks("SOTA-HST-002", "SHOULD")
class GivesUpTooSoon(_Impatient):
    """An answer that is no block is given up after 200 ms, and the line is said again."""

    def is_urgent(self) -> bool:
        return not self.reader.expects_block


@CATALOGUE.breaks("SOTA-HST-002", "SHOULD")
class ReadsGivenUpTooSoon(_Impatient):
    """The answer to a read is given up after 200 ms, and the read is said again."""


@CATALOGUE.breaks("SOTA-TIM-009", "SHOULD")
class NoPause(Dialogue):
    """The next line is sent 10 ms after a final result code."""

    def begin_gap(self) -> None:
        self.timers.start("gap", 0.01, self.gap_over)


@CATALOGUE.breaks("SOTA-HST-002", "SHOULD")
class SeveralLinesAtOnce(HostUpgrade):
    """Announcement and request are sent in one go."""

    def announce_all(self, done: Callable[[], None]) -> None:
        lines = [self.lines.announce(*each) for each in self.storage.versions.items()]
        for line in lines:
            self.dialogue.send(self.lines.octets(line))
        self.announced = True
        done()


@CATALOGUE.breaks("SOTA-HST-002", "SHOULD")
class PollsIntoAnswers(HostUpgrade):
    """Each 7,10702 is followed by a question at once, whatever is being asked."""

    def progress_heard(self, fields: tuple[str, ...]) -> None:
        super().progress_heard(fields)
        self.dialogue.send(self.lines.octets(self.lines.state()))
        self.dialogue.send(self.lines.octets(self.lines.state()))


@CATALOGUE.breaks("SOTA-HST-023", "SHOULD")
class StringsUnquoted(CommandLines):
    """Component and version stand without quotes."""

    def announce(self, component: str, version: str) -> str:
        return super().announce(component, version).replace('"', "")


@CATALOGUE.breaks("SOTA-HST-023", "SHOULD")
class BlankBehindComma(CommandLines):
    """A blank stands behind the comma of a read."""

    def read(self, start: int, length: int) -> str:
        return super().read(start, length).replace(",", ", ")


@CATALOGUE.breaks("SOTA-HST-023", "SHOULD")
class OffsetsInHexadecimal(CommandLines):
    """Offsets from 4096 on are written in hexadecimal."""

    def read(self, start: int, length: int) -> str:
        plain = super().read(start, length)
        return plain if start < 4096 else plain.replace(f"={start},", f"=0x{start:x},")


@CATALOGUE.breaks("SOTA-HST-023", "SHOULD")
class OffsetsInTwoOctets(CommandLines):
    """From 16,384 on the start is a negative number."""

    def read(self, start: int, length: int) -> str:
        return super().read((start + 0x4000) % 0x8000 - 0x4000, length)


@CATALOGUE.breaks("SOTA-HST-023", "SHOULD")
class ReportsSuccessByFour(HostUpgrade):
    """AT+QIOTUPDATE=4, which is for sub-devices, reports success."""

    def succeeded(self) -> None:
        super().succeeded()
        self.dialogue.ask(self.lines.update(4), lambda _answer: None)


@CATALOGUE.breaks("SOTA-HST-023", "SHOULD")
class AbortsByUnknownCommand(HostUpgrade):
    """A failed upgrade is ended with a command that no document knows."""

    def abandon(self, why: str) -> None:
        self.dialogue.ask(self.lines.line("+QIOTABORT"), lambda _answer: None)
        super().abandon(why)
