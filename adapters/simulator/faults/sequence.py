"""Faults of the flow with a history: second upgrades, refusals, hasty consent, late timers."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.messages import Address, Offer, Status
from atverdict.adapters.simulator.module.line_discipline import LineDiscipline
from atverdict.adapters.simulator.module.upgrade import State, Upgrade
from atverdict.adapters.simulator.module.wording import Answer, Block
from atverdict.adapters.simulator.platform.plan import Plan, PlanComponent
from atverdict.adapters.simulator.platform.platform import Platform

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-CMD-UPDATE-002")
class ConsentNeedsFreshOffer(Upgrade):
    """A consent later than half a second after the offer answers ERROR."""

    offered_s = 0.0

    def offer_arrived(self, offer: Offer) -> None:
        super().offer_arrived(offer)
        self.offered_s = self.clock.now_s

    def confirm(self) -> bool:
        stale = self.state is State.OFFERED and self.clock.now_s - self.offered_s > 0.5
        return not stale and super().confirm()


@CATALOGUE.breaks("SOTA-CMD-UPDATE-003")
class ThirdConsentStalls(Upgrade):
    """After the consent to a third offer nothing follows."""

    consents = 0

    def confirm(self) -> bool:
        accepted = super().confirm()
        self.consents += accepted
        if self.consents == 3:
            self.timers.cancel_all()
        return accepted

    def address_arrived(self, address: Address) -> None:
        if self.consents != 3:
            super().address_arrived(address)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-008")
class UpdateNeedsReadOfTheEnd(Upgrade):
    """=3 answers ERROR unless the last read before it ended where the package ends."""

    read_end = 0

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        if block is not None and block.length:
            self.read_end = start + block.length
        return block

    def begin_update(self) -> bool:
        if self.state is State.READY and self.read_end != self.size_octets:
            return False
        return super().begin_update()


@CATALOGUE.breaks("SOTA-SEQ-001")
class SecondOfferNeedsNoConsent(Upgrade):
    """After one accepted offer the next one confirms itself."""

    accepted = False

    def confirm(self) -> bool:
        done = super().confirm()
        self.accepted = self.accepted or done
        return done

    def offer_arrived(self, offer: Offer) -> None:
        super().offer_arrived(offer)
        if self.accepted and self.state is State.OFFERED:
            self.timers.start("hasty", 0.05, self._accept)

    def _accept(self) -> None:
        self.confirm()


@CATALOGUE.breaks("SOTA-SEQ-002")
class ProgressAfterThePiece(Upgrade):
    """The progress timer prints 7,10702 once more behind 7,10703."""

    def piece_complete(self) -> None:
        super().piece_complete()
        self.timers.start("hasty", 0.2, self._print)

    def _print(self) -> None:
        self.emit(self.progress_line())


@CATALOGUE.breaks("SOTA-SEQ-002")
class PieceAgainAfterUpdating(Upgrade):
    """7,10703 is printed once more behind 7,10704."""

    def enter_updating(self) -> None:
        line = self.piece_line()
        super().enter_updating()
        if self.piece_end:
            self.timers.start("hasty", 0.3, lambda: self.emit(line))


@CATALOGUE.breaks("SOTA-SEQ-003")
class NoStartInSecondUpgrade(Upgrade):
    """7,10701 is not printed in a second upgrade of the same component."""

    known = ""

    def address_arrived(self, address: Address) -> None:
        emit = self.emit
        if address.component == self.known and not self.started:
            self.emit = lambda line: None if "7,10701" in line else emit(line)
        super().address_arrived(address)
        self.emit = emit
        self.known = address.component


@CATALOGUE.breaks("SOTA-SEQ-004", "SHOULD")
class NoProgressInSecondUpgrade(Upgrade):
    """From the second upgrade on 7,10702 is never printed."""

    upgrades = 0

    def address_arrived(self, address: Address) -> None:
        self.upgrades += 1
        super().address_arrived(address)

    def progress(self) -> None:
        if self.upgrades == 1:
            super().progress()


@CATALOGUE.breaks("SOTA-SEQ-005", piece_limit_octets="10000")
class NextPieceAfterLastRead(Upgrade):
    """When the last octet of a piece has been read, the next piece is fetched by itself."""

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        end = block is not None and start + block.length == self.piece_end
        if end and not self.is_last_piece():
            self.timers.start("hasty", 0.5, self._fetch)
        return block

    def _fetch(self) -> None:
        self.next_piece()


@CATALOGUE.breaks("SOTA-SEQ-006")
class UpdatingAfterLastRead(Upgrade):
    """7,10704 is printed when the last octet has been read."""

    printed = False

    def piece_complete(self) -> None:
        super().piece_complete()
        self.printed = False

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        end = block is not None and block.length and start + block.length == self.size_octets
        if end and not self.printed:
            self.printed = True
            self.emit(self.updating_line())
        return block


@CATALOGUE.breaks("SOTA-SEQ-006")
class UpdatingPrintedTwice(Upgrade):
    """A second =3 prints 7,10704 once more."""

    def begin_update(self) -> bool:
        if self.state is State.UPDATING:
            self.emit(self.updating_line())
        return super().begin_update()


@CATALOGUE.breaks("SOTA-SEQ-009")
class AnyVersionSucceeds(Upgrade):
    """Every version that the component announces counts as the target version."""

    def is_target(self, version: str, target_version: str) -> bool:
        del target_version  # that is the fault
        return bool(version)


@CATALOGUE.breaks("SOTA-SEQ-010", "SHOULD")
class OtherVersionIgnored(Upgrade):
    """Another version than the target changes nothing."""

    def version_announced(self, component: str, version: str) -> None:
        record = self.storage.upgrade
        if record is not None and version == record.target_version:
            super().version_announced(component, version)


@CATALOGUE.breaks("SOTA-SEQ-011", "SHOULD")
class OtherComponentFails(Upgrade):
    """The version of another component ends an upgrade with 7,10706."""

    def version_announced(self, component: str, version: str) -> None:
        record = self.storage.upgrade
        name = record.component if record is not None and version else component
        super().version_announced(name, version)


@CATALOGUE.breaks("SOTA-SEQ-013")
class SuccessTwiceInSecondUpgrade(Upgrade):
    """From the second success on 7,10705 is printed twice."""

    successes = 0

    def success_lines(self) -> list[str]:
        self.successes += 1
        lines = super().success_lines()
        return lines * 2 if self.successes > 1 else lines


@CATALOGUE.breaks("SOTA-SEQ-013")
class UpdateTimerNotStopped(Upgrade):
    """7,10706 follows a success after three seconds, because a timer was not stopped."""

    def succeed(self) -> None:
        super().succeed()
        self.timers.start("late", 3.0, self._late)

    def _late(self) -> None:
        if self.state is State.IDLE:
            self.emit(self.failure_line())


@CATALOGUE.breaks("SOTA-SEQ-014")
class NoOfferAfterFailure(Upgrade):
    """After a 7,10706 no offer is taken until the next restart."""

    failed = False

    def fail(self) -> None:
        super().fail()
        self.failed = True

    def power_off(self) -> None:
        super().power_off()
        self.failed = False

    def offer_arrived(self, offer: Offer) -> None:
        if not self.failed:
            super().offer_arrived(offer)


@CATALOGUE.breaks("SOTA-SEQ-015")
class PushIgnored(Platform):
    """A plan is never pushed without a request."""

    def may_push(self, plan: Plan) -> bool:
        del plan  # none
        return False


@CATALOGUE.breaks("SOTA-SEQ-017", "SHOULD")
class ComponentsInReverse(Platform):
    """The components of a plan are delivered in reverse order."""

    def in_turn(self, plan: Plan) -> tuple[PlanComponent, ...]:
        return plan.components[::-1]


@CATALOGUE.breaks("SOTA-SEQ-018")
class QueriesUnansweredAfterConsent(LineDiscipline):
    """For four seconds after a consent the read form of QIOTSTATE earns nothing."""

    until_s = 0.0

    def respond(self, line: str) -> Answer:
        if line.upper() == "AT+QIOTSTATE?" and self.clock.now_s < self.until_s:
            return Answer(silent=True)
        if line.upper() == "AT+QIOTUPDATE=1":
            self.until_s = self.clock.now_s + 4.0
        return super().respond(line)


@CATALOGUE.breaks("SOTA-SEQ-019")
class NoOfferAfterTwoRefusals(Upgrade):
    """After a second refusal in a row no offer is taken any more until a restart."""

    refusals = 0

    def decided(self, status: Status) -> None:
        super().decided(status)
        self.refusals = self.refusals + 1 if status is Status.REFUSED else 0

    def power_off(self) -> None:
        super().power_off()
        self.refusals = 0

    def offer_arrived(self, offer: Offer) -> None:
        if self.refusals < 2:
            super().offer_arrived(offer)


@CATALOGUE.breaks("SOTA-SEQ-019")
class ConsentRefusedAfterRefusal(Upgrade):
    """The first consent after a refusal is answered ERROR."""

    refused = False

    def decided(self, status: Status) -> None:
        super().decided(status)
        self.refused = self.refused or status is Status.REFUSED

    def confirm(self) -> bool:
        refused, self.refused = self.refused, False
        return False if refused else super().confirm()


@CATALOGUE.breaks("SOTA-SEQ-020", "SHOULD")
class HastyConsentRefused(Upgrade):
    """A consent within 50 ms of the offer answers ERROR."""

    offered_s = -1.0

    def offer_arrived(self, offer: Offer) -> None:
        super().offer_arrived(offer)
        self.offered_s = self.clock.now_s

    def confirm(self) -> bool:
        hasty = self.state is State.OFFERED and self.clock.now_s - self.offered_s < 0.1
        return not hasty and super().confirm()


@CATALOGUE.breaks("SOTA-SEQ-021", "SHOULD")
class RefusedNextPieceDropsThePiece(Upgrade):
    """=2 on the last piece answers ERROR, and the next read does so, too."""

    dropped = False

    def next_piece(self) -> bool:
        self.dropped = self.state is State.READY and self.is_last_piece()
        return super().next_piece()

    def read(self, start: int, length: int) -> Block | None:
        dropped, self.dropped = self.dropped, False
        return None if dropped else super().read(start, length)


@CATALOGUE.breaks("SOTA-EVT-017")
class SamePieceAgain(Upgrade):
    """=2 fetches the piece once more that is there already."""

    def next_piece(self) -> bool:
        if self.state is State.READY and not self.is_last_piece():
            self.piece_end = self.piece_start
        return super().next_piece()
