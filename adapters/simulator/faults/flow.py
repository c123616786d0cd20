"""Faults of the flow in its first upgrade: steps that are missing, doubled, or out of order."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.messages import Address, Offer, Status
from atverdict.adapters.simulator.module.connection import Connection
from atverdict.adapters.simulator.module.upgrade import State, Upgrade

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-EVT-018")
class SubscribedBeforeRegistered(Connection):
    """3,10200 is printed in front of 2,10200."""

    def _registered(self) -> None:
        emit, self.emit = self.emit, lambda _line: None
        super()._registered()
        self.emit = emit

    def _subscribed(self) -> None:
        super()._subscribed()
        self.emit("+QIOTEVT: 2,10200")


@CATALOGUE.breaks("SOTA-CMD-REG-006")
class NothingAfterRegistration(Connection):
    """The module connects without a word."""

    def start(self) -> None:
        self.emit = lambda _line: None
        super().start()


@CATALOGUE.breaks("SOTA-PER-001")
class NoAutomaticConnection(Connection):
    """Mode 2 does not connect after power-up."""

    def power_on(self) -> None:
        """Have power again."""


@CATALOGUE.breaks("SOTA-PER-002")
class ConnectsInModeOne(Connection):
    """Mode 1 connects by itself after power-up."""

    def power_on(self) -> None:
        if self.storage.registration_mode:
            self.start()


@CATALOGUE.breaks("SOTA-PER-004")
class VersionsLostWithPower(Connection):
    """Versions of the host are forgotten without power."""

    def power_on(self) -> None:
        self.storage.versions = {}
        super().power_on()


@CATALOGUE.breaks("SOTA-CMD-REG-007")
class NoWordAfterDeregistration(Connection):
    """6,10200 never comes."""

    def _deregistered(self) -> None:
        emit, self.emit = self.emit, lambda _line: None
        super()._deregistered()
        self.emit = emit


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-003")
class OfferNotPrinted(Upgrade):
    """A plan that fits is not announced by 7,10700."""

    def offer_arrived(self, offer: Offer) -> None:
        emit, self.emit = self.emit, lambda _line: None
        super().offer_arrived(offer)
        self.emit = emit


@CATALOGUE.breaks("SOTA-CMD-UPDATE-003")
class ConfirmationLeadsToNothing(Upgrade):
    """After the confirmation neither a download nor a failure follows."""

    def confirm(self) -> bool:
        accepted = super().confirm()
        self.timers.cancel_all()
        return accepted

    def address_arrived(self, address: Address) -> None:
        """Ignore the address."""


@CATALOGUE.breaks("SOTA-CMD-UPDATE-005")
class RefusalDownloadsAnyway(Upgrade):
    """A refused plan is downloaded all the same."""

    def refuse(self) -> bool:
        return self.state is State.OFFERED and self.confirm()


@CATALOGUE.breaks("SOTA-SEQ-001")
class DownloadsBeforeConfirmation(Upgrade):
    """An offer confirms itself after two seconds."""

    def offer_arrived(self, offer: Offer) -> None:
        super().offer_arrived(offer)
        self.timers.start("hasty", 0.05, self.confirm_hastily)

    def confirm_hastily(self) -> None:
        self.confirm()


@CATALOGUE.breaks("SOTA-SEQ-003")
class StartPrintedTwice(Upgrade):
    """7,10701 is printed again with the first octets."""

    def first_octets(self) -> None:
        if self.address is not None:
            self.emit(self.start_line(self.address))
        super().first_octets()


@CATALOGUE.breaks("SOTA-SEQ-004", "SHOULD")
class NoProgress(Upgrade):
    """7,10702 is never printed."""

    def progress(self) -> None:
        """Say nothing."""


@CATALOGUE.breaks("SOTA-SEQ-006")
class UpdatingBeforeReading(Upgrade):
    """7,10704 follows 7,10703 at once."""

    def piece_complete(self) -> None:
        super().piece_complete()
        self.emit(self.updating_line())


@CATALOGUE.breaks("SOTA-CMD-UPDATE-008")
class UpdatingNotPrinted(Upgrade):
    """7,10704 does not follow =3."""

    def begin_update(self) -> bool:
        if self.state is State.READY and self.is_last_piece():
            self.enter_updating()
            return True
        return super().begin_update()


@CATALOGUE.breaks("SOTA-SEQ-009")
class SuccessBeforeVersion(Upgrade):
    """7,10705 follows =3, before any version was announced."""

    def begin_update(self) -> bool:
        accepted = super().begin_update()
        if accepted:
            self.timers.start("hasty", 0.5, self.succeed)
        return accepted


@CATALOGUE.breaks("SOTA-SEQ-008")
class NoOutcome(Upgrade):
    """Nothing follows the target version."""

    def succeed(self) -> None:
        self.finish()


@CATALOGUE.breaks("SOTA-SEQ-013")
class BothOutcomes(Upgrade):
    """7,10706 follows 7,10705."""

    def succeed(self) -> None:
        super().succeed()
        self.emit(self.failure_line())


@CATALOGUE.breaks("SOTA-SEQ-014")
class SecondUpgradeImpossible(Upgrade):
    """After a success no offer is taken any more."""

    succeeded = False

    def succeed(self) -> None:
        super().succeed()
        self.succeeded = True

    def offer_arrived(self, offer: Offer) -> None:
        if not self.succeeded:
            super().offer_arrived(offer)


@CATALOGUE.breaks("SOTA-SEQ-019")
class NoOfferAfterRefusal(Upgrade):
    """After a refusal no offer is taken any more."""

    refused = False

    def decided(self, status: Status) -> None:
        super().decided(status)
        self.refused = self.refused or status is Status.REFUSED

    def offer_arrived(self, offer: Offer) -> None:
        if not self.refused:
            super().offer_arrived(offer)


@CATALOGUE.breaks("SOTA-SEQ-005", piece_limit_octets="10000")
class NextPieceByItself(Upgrade):
    """The next piece is fetched two seconds after the last without =2."""

    def piece_complete(self) -> None:
        super().piece_complete()
        if not self.is_last_piece():
            self.timers.start("hasty", 2.0, self.fetch_hastily)

    def fetch_hastily(self) -> None:
        self.next_piece()
