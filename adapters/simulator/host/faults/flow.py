"""Faults behind a download: updating, announcing, failure, a module that restarts."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.host.connection import HostConnection
from atverdict.adapters.simulator.host.dialogue import ReceivedAnswer
from atverdict.adapters.simulator.host.events import Event, Piece
from atverdict.adapters.simulator.host.storage import HostStorage, Stage
from atverdict.adapters.simulator.host.upgrade import HostUpgrade, Phase

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


def _nothing(_answer: ReceivedAnswer) -> None:
    """Do nothing with an answer."""


@CATALOGUE.breaks("SOTA-HST-010", "SHOULD")
class UpdatingNotReported(HostUpgrade):
    """AT+QIOTUPDATE=3 is never sent."""

    def report_updating(self) -> None:
        self.storage.stage = Stage.UPDATING
        self.flash()


@CATALOGUE.breaks("SOTA-HST-010", "SHOULD")
class AnnouncesBeforeFlashing(HostUpgrade):
    """The target version is announced when the package is complete, before AT+QIOTUPDATE=3."""

    def report_updating(self) -> None:
        package = self.storage.package
        target = None if package is None else self.storage.target_version(package.component)
        if package is not None and target is not None:
            self.dialogue.ask(self.lines.announce(package.component, target), _nothing)
        super().report_updating()


@CATALOGUE.breaks("SOTA-HST-006")
class UpdatesBeforeReading(HostUpgrade):
    """AT+QIOTUPDATE=3 is sent when the last piece is there, before it is read."""

    def piece_heard(self, fields: tuple[str, ...]) -> None:
        piece = Piece.from_fields(fields)
        if piece is not None and piece.end == piece.size_octets and self.phase is not Phase.READING:
            self.dialogue.ask(
                self.lines.update(3), lambda _answer: HostUpgrade.piece_heard(self, fields)
            )
        else:
            super().piece_heard(fields)


@CATALOGUE.breaks("SOTA-HST-010", "SHOULD")
class UpdatingReportedLast(HostUpgrade):
    """AT+QIOTUPDATE=3 follows the announcement of the target version."""

    def report_updating(self) -> None:
        self.storage.stage = Stage.UPDATING
        self.flash()

    def announce_target(self) -> None:
        super().announce_target()
        self.dialogue.ask(self.lines.update(3), _nothing)


@CATALOGUE.breaks("SOTA-HST-011")
class TargetNeverAnnounced(HostUpgrade):
    """The target version is not announced."""

    def announce_target(self) -> None:
        self.enter(Phase.ANNOUNCED)


@CATALOGUE.breaks("SOTA-HST-011")
class TargetCutShort(HostStorage):
    """The last character of the target version does not fit into the buffer."""

    def install(self, component: str, version: str) -> None:
        super().install(component, version[:-1])


@CATALOGUE.breaks("SOTA-HST-011")
class TargetForAnotherComponent(HostUpgrade):
    """The target version is announced for a component called MCU."""

    def announce_target(self) -> None:
        package = self.storage.package
        if package is not None:
            version = self.storage.versions[package.component]
            self.dialogue.ask(self.lines.announce("MCU", version), _nothing)
        self.enter(Phase.ANNOUNCED)


@CATALOGUE.breaks("SOTA-HST-012")
class OldVersionOnRestart(HostUpgrade):
    """Whenever the host starts it announces the version of before."""

    def connected(self) -> None:
        if not self.announced:
            self.announced = True
            component, version = next(iter(self.storage.versions.items()))
            if self.storage.stage is Stage.FLASHED:
                version = self.storage.previous
            self.dialogue.insist(
                self.lines.announce(component, version),
                lambda _answer: HostUpgrade.connected(self),
                lambda: None,
            )
        else:
            super().connected()


@CATALOGUE.breaks("SOTA-HST-012")
class OldVersionWhileDownloading(HostUpgrade):
    """Every 7,10702 is answered with the version that runs."""

    def progress_heard(self, fields: tuple[str, ...]) -> None:
        super().progress_heard(fields)
        for each in self.storage.versions.items():
            self.dialogue.ask(self.lines.announce(*each), _nothing)


@CATALOGUE.breaks("SOTA-HST-012")
class OldVersionWhenReconnected(HostUpgrade):
    """After a loss of the connection the version that runs is announced."""

    def connected(self) -> None:
        if self.announced and self.storage.stage in {Stage.ACCEPTED, Stage.UPDATING}:
            for each in self.storage.versions.items():
                self.dialogue.ask(self.lines.announce(*each), _nothing, lasting=True)
        super().connected()


@CATALOGUE.breaks("SOTA-HST-012")
class OldVersionWhileFlashing(HostUpgrade):
    """On 7,10704 the version that runs is announced once more."""

    def updating_heard(self, fields: tuple[str, ...]) -> None:
        for each in self.storage.versions.items():
            self.dialogue.ask(self.lines.announce(*each), _nothing)
        super().updating_heard(fields)


@CATALOGUE.breaks("SOTA-HST-014")
class ReadsOnAfterFailure(HostUpgrade):
    """7,10706 is not noticed while the package is read."""

    def failure_heard(self, fields: tuple[str, ...]) -> None:
        if self.phase is not Phase.READING:
            super().failure_heard(fields)


@CATALOGUE.breaks("SOTA-HST-014")
class UpdatesAfterFailure(HostUpgrade):
    """7,10706 while the digests are computed does not keep the host from updating."""

    def failure_heard(self, fields: tuple[str, ...]) -> None:
        package, received = self.storage.package, len(self.storage.received)
        complete = package is not None and received == package.size_octets
        super().failure_heard(fields)
        if complete:
            self.dialogue.ask(self.lines.update(3), _nothing)


@CATALOGUE.breaks("SOTA-HST-014")
class FlashesAfterFailure(HostUpgrade):
    """7,10706 while the firmware is written is not noticed."""

    def failure_heard(self, fields: tuple[str, ...]) -> None:
        if self.phase not in {Phase.UPDATING, Phase.FLASHING}:
            super().failure_heard(fields)


@CATALOGUE.breaks("SOTA-HST-014")
class NextPieceAfterFailure(HostUpgrade):
    """After 7,10706 the next piece is fetched."""

    def failure_heard(self, fields: tuple[str, ...]) -> None:
        reading = self.phase in {Phase.DOWNLOADING, Phase.READING}
        super().failure_heard(fields)
        if reading:
            self.dialogue.ask(self.lines.update(2), _nothing)


@CATALOGUE.breaks("SOTA-HST-021", "SHOULD")
class NeverAsksAgain(HostUpgrade):
    """A plan is asked for once after each start of the host, and none is taken unasked."""

    asked = False
    due = False

    def ask(self) -> None:
        if not self.asked:
            self.asked = self.due = True
            self.dialogue.ask(self.lines.request(), _nothing)

    def offer_heard(self, fields: tuple[str, ...]) -> None:
        if self.due:
            super().offer_heard(fields)

    def decide(self) -> None:
        self.due = False
        super().decide()


@CATALOGUE.breaks("SOTA-HST-021", "SHOULD")
class RestartOfModuleMissed(HostConnection):
    """After a restart of the module nothing connects it again."""

    registered = False

    def register(self) -> None:
        if not self.registered:
            self.registered = True
            super().register()


@CATALOGUE.breaks("SOTA-HST-021", "SHOULD")
class LossIsTheEnd(HostConnection):
    """After 2,10474 the host gives up, and says nothing more."""

    def heard(self, event: Event) -> None:
        super().heard(event)
        if event == Event(2, 10474):
            self.timers.cancel_all()
            self.dialogue.send = lambda _octets: None


@CATALOGUE.breaks("SOTA-HST-021", "SHOULD")
class WaitsForThePieceForEver(HostUpgrade):
    """A download that was accepted is waited for without an end, whatever is offered meanwhile."""

    def be_patient(self) -> None:
        """Wait."""

    def module_restarted(self) -> None:
        """Wait on."""

    def offer_heard(self, fields: tuple[str, ...]) -> None:
        if self.phase in {Phase.IDLE, Phase.OFFERED}:
            super().offer_heard(fields)


@CATALOGUE.breaks("SOTA-HST-024", "SHOULD", others="ESP32:1_0")
class AnnouncesTogether(HostUpgrade):
    """Of several components none is announced before the last is read."""

    def announce_target(self) -> None:
        if len(self.storage.plan) > 1:
            self.storage.component_done()
            self.phase = Phase.ACCEPTED
            self.announced = True
        else:
            super().announce_target()


@CATALOGUE.breaks("SOTA-HST-024", "SHOULD", others="ESP32:1_0")
class SecondComponentFirst(HostUpgrade):
    """The last component of a plan is announced as upgraded before the first."""

    def announce_target(self) -> None:
        for offer in reversed(self.storage.plan[1:]):
            line = self.lines.announce(offer.component, offer.target_version)
            self.dialogue.ask(line, _nothing)
        super().announce_target()


@CATALOGUE.breaks("SOTA-HST-024", "SHOULD", others="ESP32:1_0")
class SecondComponentForgotten(HostUpgrade):
    """After the first component of a plan the host rests."""

    def succeeded(self) -> None:
        super().succeeded()
        self.timers.cancel_all()
        self.storage.drop()
        self.phase = Phase.IDLE
