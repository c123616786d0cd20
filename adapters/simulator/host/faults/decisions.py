"""Faults in front of a download: announcement, request, decision."""

from collections.abc import Callable

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.host.decision import Decision, Surroundings
from atverdict.adapters.simulator.host.events import ReceivedOffer
from atverdict.adapters.simulator.host.options import HostOptions
from atverdict.adapters.simulator.host.upgrade import HostUpgrade, Phase

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-HST-003")
class NeverAnnounces(HostUpgrade):
    """No version is announced before an upgrade."""

    def announce_all(self, done: Callable[[], None]) -> None:
        self.announced = True
        done()


@CATALOGUE.breaks("SOTA-HST-003")
class RequestsBeforeAnnouncing(HostUpgrade):
    """The first request precedes the announcement."""

    def announce_all(self, done: Callable[[], None]) -> None:
        done()
        super().announce_all(lambda: None)


@CATALOGUE.breaks("SOTA-HST-003", others="ESP32:1_0")
class FirstComponentOnly(HostUpgrade):
    """Only the first of several components is announced."""

    def announce_all(self, done: Callable[[], None]) -> None:
        component, version = next(iter(self.storage.versions.items()))
        self.announced = True
        self.dialogue.ask(self.lines.announce(component, version), lambda _answer: done())


@CATALOGUE.breaks("SOTA-HST-004")
class AcceptsUnseen(HostUpgrade):
    """The plan is accepted right behind the request, before anything was offered."""

    def ask(self) -> None:
        super().ask()
        self.dialogue.ask(self.lines.update(1), lambda _answer: None)


@CATALOGUE.breaks("SOTA-HST-004")
class AcceptsAgainAfterFailure(HostUpgrade):
    """After 7,10706 the plan of before is accepted once more."""

    def failure_heard(self, fields: tuple[str, ...]) -> None:
        again = self.storage.plan
        super().failure_heard(fields)
        if again:
            self.dialogue.ask(self.lines.update(1), lambda _answer: None)


@CATALOGUE.breaks("SOTA-HST-004")
class AcceptsAgainWhenReconnected(HostUpgrade):
    """After a loss of the connection the last offer is accepted as if it still stood."""

    last: tuple[ReceivedOffer, ...] = ()

    def accept(self, offers: tuple[ReceivedOffer, ...]) -> None:
        self.last = offers
        super().accept(offers)

    def connected(self) -> None:
        if self.last and self.phase is not Phase.ANNOUNCED:
            self.dialogue.ask(self.lines.update(1), lambda _answer: None)
        super().connected()


@CATALOGUE.breaks("SOTA-HST-004")
class AcceptsAgainAfterSuccess(HostUpgrade):
    """The decision is said once more when the upgrade has succeeded."""

    def succeeded(self) -> None:
        super().succeeded()
        self.dialogue.ask(self.lines.update(1), lambda _answer: None)


@CATALOGUE.breaks("SOTA-HST-005", "SHOULD")
class BatteryIgnored(Decision):
    """The battery limit of an offer is ignored."""

    def has_battery(self, offer: ReceivedOffer) -> bool:
        del offer
        return True


@CATALOGUE.breaks("SOTA-HST-005", "SHOULD")
class BatteryMeasuredOnce(Decision):
    """The battery is measured at the start only."""

    def __init__(self, options: HostOptions, surroundings: Surroundings) -> None:
        super().__init__(options, surroundings)
        self.measured_percent = surroundings.battery_percent

    def has_battery(self, offer: ReceivedOffer) -> bool:
        return self.measured_percent >= offer.battery_limit


@CATALOGUE.breaks("SOTA-HST-005", "SHOULD")
class SignalIgnored(Decision):
    """The signal limit of an offer is ignored."""

    def has_signal(self, offer: ReceivedOffer) -> bool:
        del offer
        return True


@CATALOGUE.breaks("SOTA-HST-005", "SHOULD")
class SignalComparedWithoutSign(Decision):
    """The signal is compared without its sign, so that a weaker one is the better."""

    def has_signal(self, offer: ReceivedOffer) -> bool:
        return abs(self.surroundings.signal_dbm) >= abs(offer.min_signal)


@CATALOGUE.breaks("SOTA-HST-005", "SHOULD")
class SpaceIgnored(Decision):
    """The space that an offer needs is ignored."""

    def has_space(self, offers: tuple[ReceivedOffer, ...]) -> bool:
        del offers
        return True


@CATALOGUE.breaks("SOTA-HST-005", "SHOULD")
class LimitsOfFirstOfferOnly(HostUpgrade):
    """Only the first offer after the start is compared with its limits."""

    decided = False

    def decide(self) -> None:
        if self.decided and self.options.decision == "accept":
            self.accept(tuple(self.offers.values()))
        else:
            self.decided = True
            super().decide()


@CATALOGUE.breaks("SOTA-HST-022")
class ReadsAfterRefusal(HostUpgrade):
    """A refused package is read all the same."""

    def refuse(self) -> None:
        super().refuse()
        self.dialogue.ask(self.lines.read(0, 1024), lambda _answer: None)


@CATALOGUE.breaks("SOTA-HST-022")
class NextPieceAfterRefusal(HostUpgrade):
    """A refusal is followed by the request for a piece."""

    def refuse(self) -> None:
        super().refuse()
        self.dialogue.ask(self.lines.update(2), lambda _answer: None)


@CATALOGUE.breaks("SOTA-HST-022")
class UpdatesAfterRefusal(HostUpgrade):
    """A minute after a refusal the host reports that it is updating."""

    def refuse(self) -> None:
        super().refuse()
        self.timers.start(
            "late", 50.0, lambda: self.dialogue.ask(self.lines.update(3), lambda _answer: None)
        )
