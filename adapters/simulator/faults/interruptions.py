"""Faults of a loss of power or network that cuts one certain step of an upgrade."""

from collections.abc import Callable

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.faults.restarts import NoReadsWithoutNetwork
from atverdict.adapters.simulator.messages import Address, Offer, Status
from atverdict.adapters.simulator.module.connection import Connection
from atverdict.adapters.simulator.module.upgrade import State, Upgrade
from atverdict.adapters.simulator.module.wording import Block

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()

_FETCHING = frozenset({State.STARTED, State.DOWNLOADING})


@CATALOGUE.breaks("SOTA-PER-004")
class VersionsLostInDownload(Upgrade):
    """A loss of power in a download takes the versions with it."""

    def power_off(self) -> None:
        if self.state in _FETCHING:
            self.storage.versions = {}
        super().power_off()


@CATALOGUE.breaks("SOTA-CMD-MCUVER-007")
class TargetVersionLostAfterSuccess(Upgrade):
    """The version that ended an upgrade is not written to flash before the next announcement."""

    flash: dict[str, str] | None = None

    def version_announced(self, component: str, version: str) -> None:
        self.flash = None
        super().version_announced(component, version)

    def succeed(self) -> None:
        self.flash = {**self.storage.versions, self.component: "1_0_0"}
        super().succeed()

    def power_on(self) -> None:
        if self.flash is not None:
            self.storage.versions = self.flash
        super().power_on()


@CATALOGUE.breaks("SOTA-PER-003")
class ProductKeyCutWhileOffered(Upgrade):
    """A loss of power while an offer is undecided leaves half of the product key."""

    def power_off(self) -> None:
        if self.state is State.OFFERED:
            self.storage.product_key = self.storage.product_key[:3]
        super().power_off()


@CATALOGUE.breaks("SOTA-SEQ-014")
class OfferLostAfterCutDownload(Upgrade):
    """After a loss of power in a download the next offer is ignored."""

    deaf = False

    def power_off(self) -> None:
        self.deaf = self.state in _FETCHING
        super().power_off()

    def offer_arrived(self, offer: Offer) -> None:
        deaf, self.deaf = self.deaf, False
        if not deaf:
            super().offer_arrived(offer)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-002")
class ConsentRefusedAfterCutSecondPiece(Upgrade):
    """After a loss of power in the second piece the next offer cannot be confirmed."""

    stuck = False

    def power_off(self) -> None:
        self.stuck = self.state is State.READY and self.piece_start > 0
        super().power_off()

    def confirm(self) -> bool:
        stuck, self.stuck = self.stuck, False
        return not stuck and super().confirm()


@CATALOGUE.breaks("SOTA-CMD-UPDATE-003")
class AddressIgnoredAfterCutConsent(Upgrade):
    """After a loss of power between consent and download the next consent leads to nothing."""

    deaf = False

    def power_off(self) -> None:
        self.deaf = self.state is State.CONFIRMED and not self.deaf
        super().power_off()

    def confirm(self) -> bool:
        accepted = super().confirm()
        if self.deaf:
            self.timers.cancel("address")
        return accepted

    def address_arrived(self, address: Address) -> None:
        if not self.deaf:
            super().address_arrived(address)


@CATALOGUE.breaks("SOTA-SEQ-013")
class SuccessRepeatedAfterPower(Upgrade):
    """Until the next announcement each start prints 7,10705 once more."""

    outcome = False

    def version_announced(self, component: str, version: str) -> None:
        self.outcome = False
        super().version_announced(component, version)

    def succeed(self) -> None:
        super().succeed()
        self.outcome = True

    def power_on(self) -> None:
        super().power_on()
        if self.outcome:
            self.emit("+QIOTEVT: 7,10705")


@CATALOGUE.breaks("SOTA-PER-008", "SHOULD")
class SecondPieceSurvivesPower(Upgrade):
    """The first block of a later piece can still be read after a restart, until an offer comes."""

    buffer = b""
    buffer_start = 0

    def power_off(self) -> None:
        if self.state is State.READY and self.piece_start:
            self.buffer_start = self.piece_start
            self.buffer = self.content(self.piece_start, self.piece_start + 1024)
        super().power_off()

    def offer_arrived(self, offer: Offer) -> None:
        self.buffer = b""
        super().offer_arrived(offer)

    def read(self, start: int, length: int) -> Block | None:
        octets = self.buffer[:length] if start == self.buffer_start else b""
        if self.state is State.IDLE and octets:
            return Block(start, len(octets), octets)
        return super().read(start, length)


class _Telling(Connection):
    """A connection that knows how the upgrade stands."""

    status: Status | None = None

    def report(self, status: Status, component: str) -> None:
        self.status = status
        super().report(status, component)


@CATALOGUE.breaks("SOTA-PER-005", "SHOULD")
class NoReconnectionAfterCutDownload(_Telling):
    """A loss of the network in a download ends the connection for good."""

    def _loss_noticed(self) -> None:
        super()._loss_noticed()
        if self.status in {Status.STARTED, Status.DOWNLOADING}:
            self._cancel()
            self.state = 11


@CATALOGUE.breaks("SOTA-PER-005", "SHOULD")
class LossUnreportedBetweenPieces(_Telling):
    """While a piece waits to be read a loss of the network is noticed without a word."""

    def _loss_noticed(self) -> None:
        self._quietly(super()._loss_noticed)

    def _attempt_failed(self) -> None:
        self._quietly(super()._attempt_failed)

    def _quietly(self, action: Callable[[], None]) -> None:
        emit = self.emit
        if self.status is Status.DOWNLOADED:
            self.emit = lambda _line: None
        action()
        self.emit = emit


@CATALOGUE.breaks("SOTA-PER-006", "SHOULD")
class EarlyPiecesUnreadableWithoutNetwork(NoReadsWithoutNetwork):
    """Without network only the last piece of a package can be read."""

    def read(self, start: int, length: int) -> Block | None:
        if self.is_last_piece():
            return Upgrade.read(self, start, length)
        return super().read(start, length)


@CATALOGUE.breaks("SOTA-INT-006")
class OctetWrongAfterCutDownload(Upgrade):
    """An octet of a package is wrong when the network was lost while it was downloaded."""

    cut = False

    def link_lost(self) -> None:
        self.cut = self.state in _FETCHING
        super().link_lost()

    def content(self, start: int, end: int) -> bytes:
        octets = super().content(start, end)
        if self.cut and start <= 4096 < end:
            at = 4096 - start
            octets = octets[:at] + bytes([octets[at] ^ 0x55]) + octets[at + 1 :]
        return octets

    def confirm(self) -> bool:
        self.cut = False
        return super().confirm()
