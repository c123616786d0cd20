"""Faults of understanding the module: echo, CR LF, portions, foreign events."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.host.connection import HostConnection
from atverdict.adapters.simulator.host.dialogue import Dialogue
from atverdict.adapters.simulator.host.events import Event
from atverdict.adapters.simulator.host.reader import Reader, ReceivedBlock
from atverdict.adapters.simulator.host.upgrade import HostUpgrade

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-HST-015", echo_off="no")
class EchoIsAnError(Dialogue):
    """The echo, which the host does not switch off, is taken for a refusal."""

    def final_code(self, line: str) -> str | None:
        return "ERROR" if line.startswith("AT") else super().final_code(line)

    def take_line(self, line: str) -> None:
        if self.asked is not None:
            self.asked.echoed = True
        super().take_line(line)


@CATALOGUE.breaks("SOTA-HST-015")
class NeedsLeadingCrlf(Reader):
    """What does not begin with CR LF is not seen."""

    def feed(self, octets: bytes) -> None:
        fresh = self.missing is None and not self.buffer
        if not fresh or octets.startswith((b"\r", b"\n")):
            super().feed(octets)


@CATALOGUE.breaks("SOTA-HST-015")
class NeedsBareHeader(Reader):
    """A header with CR LF in front is not seen: the module that it was tried with sends none."""

    bare = False

    def feed(self, octets: bytes) -> None:
        self.bare = octets.startswith(b"+")
        super().feed(octets)

    def begins_octets(self, line: bytes) -> bool:
        return self.bare and super().begins_octets(line)


@CATALOGUE.breaks("SOTA-HST-015")
class NeedsWholeLines(Reader):
    """Half a line at the end of a portion is thrown away."""

    def next_item(self) -> bytes | ReceivedBlock | None:
        item = super().next_item()
        if item is None and self.missing is None:
            self.buffer.clear()
        return item


@CATALOGUE.breaks("SOTA-HST-015")
class NeedsWholeBlocks(Reader):
    """A block that does not arrive in one portion is lost."""

    def next_item(self) -> bytes | ReceivedBlock | None:
        item = super().next_item()
        if item is None and self.missing is not None:
            self.resynchronise()
        return item


class _BehindData(Reader):
    """Expects a fixed number of CR LF between data and OK."""

    pairs = 1
    behind = False

    def take_block(self, length: int) -> ReceivedBlock | None:
        self.behind = True
        return super().take_block(length)

    def next_item(self) -> bytes | ReceivedBlock | None:
        """Return the next item; an unexpected one is an error."""
        if not self.behind:
            return super().next_item()
        if len(self.buffer) < 5:
            return None
        self.behind = False
        pairs = 2 if self.buffer.startswith(b"\r\n\r\n") else 1
        if pairs == self.pairs:
            return super().next_item()
        self.buffer.clear()
        return b"ERROR"


@CATALOGUE.breaks("SOTA-HST-015")
class OneCrlfBehindData(_BehindData):
    """An empty line between data and OK is an error."""


@CATALOGUE.breaks("SOTA-HST-015")
class TwoCrlfBehindData(_BehindData):
    """A missing empty line between data and OK is an error."""

    pairs = 2


@CATALOGUE.breaks("SOTA-HST-016")
class WaitsForAuthentication(HostConnection):
    """Without 1,10200 a connection that the host has asked for is not believed."""

    authenticated = True

    def register(self) -> None:
        self.authenticated = False
        super().register()

    def heard(self, event: Event) -> None:
        self.authenticated = self.authenticated or event == Event(1, 10200)
        super().heard(event)

    def came_online(self) -> None:
        if self.authenticated:
            super().came_online()


@CATALOGUE.breaks("SOTA-HST-016")
class AuthenticationIsAnEnd(HostConnection):
    """1,10200 is not known and taken for a failure of the connection."""

    refused = False

    def heard(self, event: Event) -> None:
        self.refused = self.refused or event == Event(1, 10200)
        super().heard(event)

    def came_online(self) -> None:
        if not self.refused:
            super().came_online()


@CATALOGUE.breaks("SOTA-HST-016")
class GluedEventLost(Dialogue):
    """An event that arrives together with a final result code is lost."""

    final = False

    def feed(self, octets: bytes) -> None:
        self.final = False
        super().feed(octets)

    def final_code(self, line: str) -> str | None:
        code = super().final_code(line)
        self.final = self.final or code is not None
        return code

    def take_line(self, line: str) -> None:
        if not (self.final and line.startswith("+QIOTEVT")):
            super().take_line(line)


@CATALOGUE.breaks("SOTA-HST-016")
class EventEndsAnswer(Dialogue):
    """An event between a command line and its answer is taken for the answer."""

    def take_line(self, line: str) -> None:
        super().take_line(line)
        if line.startswith("+QIOTEVT") and self.asked is not None:
            self.answered("ERROR")


@CATALOGUE.breaks("SOTA-HST-016")
class FourthProgressFails(HostUpgrade):
    """The fourth 7,10702 is taken for a download that hangs."""

    progresses = 0

    def start_heard(self, fields: tuple[str, ...]) -> None:
        self.progresses = 0
        super().start_heard(fields)

    def progress_heard(self, fields: tuple[str, ...]) -> None:
        self.progresses += 1
        if self.progresses == 4:
            self.abandon("too much progress")
        else:
            super().progress_heard(fields)


@CATALOGUE.breaks("SOTA-HST-016")
class NeedsProgress(HostUpgrade):
    """Without 7,10702 the package is not read."""

    progress = False

    def progress_heard(self, fields: tuple[str, ...]) -> None:
        self.progress = True
        super().progress_heard(fields)

    def piece_heard(self, fields: tuple[str, ...]) -> None:
        if self.progress:
            super().piece_heard(fields)


@CATALOGUE.breaks("SOTA-HST-016")
class RepeatedOfferRefused(HostUpgrade):
    """An offer that comes twice is refused."""

    seen: tuple[str, ...] = ()

    def offer_heard(self, fields: tuple[str, ...]) -> None:
        if fields == self.seen:
            self.timers.cancel("decide")
            self.start_afresh()
            self.refuse()
        else:
            self.seen = fields
            super().offer_heard(fields)


@CATALOGUE.breaks("SOTA-HST-016")
class QindIsARestart(Dialogue):
    """A line +QIND is taken for a restart of the module."""

    def take_line(self, line: str) -> None:
        super().take_line("RDY" if line.startswith("+QIND") else line)


@CATALOGUE.breaks("SOTA-HST-016")
class ForeignEventIsARestart(HostConnection):
    """Any event that the host does not know is taken for a restart of the module."""

    def heard(self, event: Event) -> None:
        if event.kind in {1, 2, 3, 6}:
            super().heard(event)
        else:
            self.restarted()
