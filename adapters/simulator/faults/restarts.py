"""Faults of a loss of power or network: what flash keeps, and how the module connects again."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.messages import Offer
from atverdict.adapters.simulator.module.connection import Connection
from atverdict.adapters.simulator.module.upgrade import State, Upgrade
from atverdict.adapters.simulator.module.wording import Block

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-PER-001")
class ModeTwoConnectsOnlyOnce(Connection):
    """The second restart in mode 2 does not connect by itself."""

    restarts = 0

    def power_on(self) -> None:
        self.restarts += self.storage.registration_mode == 2
        if self.restarts != 2:
            super().power_on()


@CATALOGUE.breaks("SOTA-PER-001")
class ModeTwoConnectsWithoutSubscription(Connection):
    """After a restart in mode 2 the module stops behind 2,10200."""

    restarted = False

    def power_on(self) -> None:
        self.restarted = self.storage.registration_mode == 2
        super().power_on()

    def set_mode(self, mode: int) -> bool:
        self.restarted = False
        return super().set_mode(mode)

    def _subscribed(self) -> None:
        if not self.restarted:
            super()._subscribed()


@CATALOGUE.breaks("SOTA-PER-003")
class ProductLostWithPower(Connection):
    """The product key is not written to flash."""

    def power_on(self) -> None:
        self.storage.product_key = ""
        super().power_on()


@CATALOGUE.breaks("SOTA-PER-003")
class ProductKeyCutByPower(Connection):
    """Flash keeps only the first five characters of the product key."""

    def power_on(self) -> None:
        self.storage.product_key = self.storage.product_key[:5]
        super().power_on()


@CATALOGUE.breaks("SOTA-PER-004")
class LastComponentLostWithPower(Connection):
    """Of several components the last is lost with the power."""

    def power_on(self) -> None:
        names = list(self.storage.versions)
        if len(names) > 1:
            self.storage.store_version(names[-1], "")
        super().power_on()


@CATALOGUE.breaks("SOTA-CMD-MCUVER-007")
class VersionsOfConnectionLostWithPower(Connection):
    """Versions are written to flash only when the module connects."""

    flash: dict[str, str] | None = None

    def _subscribed(self) -> None:
        self.flash = dict(self.storage.versions)
        super()._subscribed()

    def power_on(self) -> None:
        if self.flash is not None:
            self.storage.versions = dict(self.flash)
        super().power_on()


@CATALOGUE.breaks("SOTA-CMD-MCUVER-007")
class VersionsCutByPower(Connection):
    """Flash keeps only the first three octets of every version."""

    def power_on(self) -> None:
        self.storage.versions = {name: text[:3] for name, text in self.storage.versions.items()}
        super().power_on()


@CATALOGUE.breaks("SOTA-PER-005", "SHOULD")
class LossOfNetworkUnreported(Connection):
    """The loss of the network is noticed, and every failed attempt made, without a word."""

    def _loss_noticed(self) -> None:
        emit, self.emit = self.emit, lambda _line: None
        super()._loss_noticed()
        self.emit = emit

    def _attempt_failed(self) -> None:
        emit, self.emit = self.emit, lambda _line: None
        super()._attempt_failed()
        self.emit = emit


@CATALOGUE.breaks("SOTA-PER-005", "SHOULD")
class NoReconnection(Connection):
    """After a loss of the network the module waits for a new AT+QIOTREG."""

    def _loss_noticed(self) -> None:
        super()._loss_noticed()
        self._cancel()
        self.state = 11


@CATALOGUE.breaks("SOTA-PER-006", "SHOULD")
class NoReadsWithoutNetwork(Upgrade):
    """Without network a piece cannot be read."""

    network = True

    def link_lost(self) -> None:
        super().link_lost()
        self.network = False

    def read(self, start: int, length: int) -> Block | None:
        return super().read(start, length) if self.network else None

    def piece_complete(self) -> None:
        super().piece_complete()
        self.network = True


@CATALOGUE.breaks("SOTA-PER-006", "SHOULD")
class LossOfNetworkEndsTheUpgrade(Upgrade):
    """The loss of the network while the host updates ends the upgrade with 7,10706."""

    def link_lost(self) -> None:
        super().link_lost()
        if self.state in {State.READY, State.UPDATING}:
            self.fail()


@CATALOGUE.breaks("SOTA-PER-006", "SHOULD")
class SuccessOnlyWithNetwork(Upgrade):
    """Without network the target version is stored and 7,10705 never comes."""

    network = True

    def link_lost(self) -> None:
        super().link_lost()
        self.network = False

    def succeed(self) -> None:
        if self.network:
            super().succeed()
        else:
            self.finish()

    def piece_complete(self) -> None:
        super().piece_complete()
        self.network = True


@CATALOGUE.breaks("SOTA-PER-007", "SHOULD")
class UpdatingForgottenWithPower(Upgrade):
    """A restart while the host updates is the end of the upgrade."""

    def power_on(self) -> None:
        if self.storage.upgrade is not None:
            self.storage.upgrade.updating = False
        super().power_on()


@CATALOGUE.breaks("SOTA-PER-007", "SHOULD")
class UpdatingFailsWithPower(Upgrade):
    """A restart while the host updates is answered by 7,10706."""

    def power_on(self) -> None:
        if self.storage.upgrade is not None and self.storage.upgrade.updating:
            self.fail()
        super().power_on()


@CATALOGUE.breaks("SOTA-PER-008", "SHOULD")
class PieceSurvivesPower(Upgrade):
    """The first block of a piece can still be read after a restart, until an offer comes."""

    buffer = b""

    def power_off(self) -> None:
        if self.state is State.READY:
            self.buffer = self.content(self.piece_start, self.piece_start + 1024)
        super().power_off()

    def offer_arrived(self, offer: Offer) -> None:
        self.buffer = b""
        super().offer_arrived(offer)

    def read(self, start: int, length: int) -> Block | None:
        octets = self.buffer[start : start + length]
        if self.state is State.IDLE and octets:
            return Block(start, len(octets), octets)
        return super().read(start, length)
