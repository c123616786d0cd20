"""Faults of QIOTOTAREQ and QIOTUPDATE with some arguments or in some states."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.command import kinds
from atverdict.adapters.simulator.module.upgrade import State
from atverdict.adapters.simulator.module.upgrade_commands import PlanRequest, UpdateAction
from atverdict.adapters.simulator.module.wording import ERROR, OK, Answer

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-001")
class RequestTestRefused(PlanRequest):
    """The test form of QIOTOTAREQ answers ERROR."""

    def test(self) -> Answer:
        return ERROR


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-002")
class RequestTwiceRefused(PlanRequest):
    """A request within 10 s of the last one answers ERROR."""

    last_s = -100.0

    def request(self, *, sha256: bool) -> Answer:
        now_s = self.organs.upgrade.clock.now_s
        if now_s - self.last_s < 10.0 and self.organs.upgrade.state is State.IDLE:
            return ERROR
        self.last_s = now_s
        return super().request(sha256=sha256)


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-004")
class LastOfferRepeatedWithoutPlan(PlanRequest):
    """Two seconds after a request that brings no offer the last one is printed once more."""

    def request(self, *, sha256: bool) -> Answer:
        answer = super().request(sha256=sha256)
        upgrade = self.organs.upgrade
        if answer is OK and upgrade.state is State.IDLE and upgrade.offer.components:
            upgrade.timers.start("offer", 2.0, self._again)
        return answer

    def _again(self) -> None:
        upgrade = self.organs.upgrade
        if upgrade.state is State.IDLE:
            self.organs.events.emit(upgrade.offer_line(upgrade.offer.components[0]))


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-004")
class FailureWithoutPlan(PlanRequest):
    """7,10706 follows a request that brings no offer within two seconds."""

    def request(self, *, sha256: bool) -> Answer:
        answer = super().request(sha256=sha256)
        if answer is OK and self.organs.upgrade.state is State.IDLE:
            self.organs.upgrade.timers.start("offer", 2.0, self._nothing)
        return answer

    def _nothing(self) -> None:
        if self.organs.upgrade.state is State.IDLE:
            self.organs.events.emit(self.organs.upgrade.failure_line())


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-005")
class Sha256OnlyOnce(PlanRequest):
    """Only the first request with =1 is understood; later ones count as =0."""

    served = False

    def request(self, *, sha256: bool) -> Answer:
        once = sha256 and not self.served
        self.served = self.served or sha256
        return super().request(sha256=once)


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-006")
class Sha256Sticky(PlanRequest):
    """After a first =1 every request counts as =1."""

    asked = False

    def request(self, *, sha256: bool) -> Answer:
        self.asked = self.asked or sha256
        return super().request(sha256=self.asked)


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-007", "SHOULD")
class ExecuteAsksForSha256(PlanRequest):
    """The execute form asks for a SHA-256."""

    def execute(self) -> Answer:
        return self.request(sha256=True)


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-008", "SHOULD")
class RequestTakesBits(PlanRequest):
    """Any number is taken, and only its last bit counts."""

    def write(self, arguments: list[Argument]) -> Answer:
        if kinds(arguments) == ["integer"]:
            return self.request(sha256=bool(arguments[0].number & 1))
        return ERROR


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-009")
class RequestIgnoresFurtherParameters(PlanRequest):
    """Parameters behind the first are not looked at."""

    def write(self, arguments: list[Argument]) -> Answer:
        further = kinds(arguments[1:]) == ["integer"]
        return super().write(arguments[:1] if further else arguments)


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-009")
class RequestByAtoi(PlanRequest):
    """A word in place of the digest mode counts as 0."""

    def write(self, arguments: list[Argument]) -> Answer:
        word = kinds(arguments) == ["raw"] and arguments[0].text.isalpha()
        return super().write([Argument("integer", "0")] if word else arguments)


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-010", "SHOULD")
class RequestAcceptedOffline(PlanRequest):
    """Without a connection a request is answered OK and forgotten."""

    def request(self, *, sha256: bool) -> Answer:
        super().request(sha256=sha256)
        return OK


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-011", "SHOULD")
class OfferRepeatedInUpgrade(PlanRequest):
    """A request in an upgrade prints its offer once more."""

    def request(self, *, sha256: bool) -> Answer:
        answer = super().request(sha256=sha256)
        upgrade = self.organs.upgrade
        if answer is OK and upgrade.state is State.READY:
            self.organs.events.emit(upgrade.offer_line(upgrade.offer.components[0]))
        return answer


@CATALOGUE.breaks("SOTA-CMD-UPDATE-004")
class SecondRefusalRefused(UpdateAction):
    """Only one refusal is accepted between two restarts."""

    refused = False

    def act(self, action: int) -> bool:
        if action != 0:
            return super().act(action)
        accepted = not self.refused and super().act(0)
        self.refused = self.refused or accepted
        return accepted


@CATALOGUE.breaks("SOTA-CMD-UPDATE-006")
class SecondNextPieceRefused(UpdateAction):
    """The second =2 of a package answers ERROR."""

    def act(self, action: int) -> bool:
        later = action == 2 and self.organs.upgrade.piece_start > 0
        return not later and super().act(action)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-006")
class NextPieceIgnored(UpdateAction):
    """=2 is answered OK, and the module goes on waiting for reads of the piece it has."""

    def act(self, action: int) -> bool:
        upgrade = self.organs.upgrade
        if action == 2 and upgrade.state is State.READY and not upgrade.is_last_piece():
            return True
        return super().act(action)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-006")
class NextPieceNeverComes(UpdateAction):
    """=2 is answered OK and 7,10702 printed, and then nothing happens any more."""

    def act(self, action: int) -> bool:
        accepted = super().act(action)
        if accepted and action == 2:
            self.organs.upgrade.timers.cancel_all()
        return accepted


@CATALOGUE.breaks("SOTA-CMD-UPDATE-007", "SHOULD")
class NextPieceAfterLastAccepted(UpdateAction):
    """=2 on the last piece answers OK and does nothing."""

    def act(self, action: int) -> bool:
        ready = self.organs.upgrade.state is State.READY
        return super().act(action) or (action == 2 and ready)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-009", "SHOULD")
class UpdateBeforeLastAccepted(UpdateAction):
    """=3 before the last piece answers OK and does nothing."""

    def act(self, action: int) -> bool:
        early = action == 3 and self.organs.upgrade.state is State.READY
        return super().act(action) or early


@CATALOGUE.breaks("SOTA-CMD-UPDATE-010", "SHOULD")
class ConsentWithoutOffer(UpdateAction):
    """=1 without an offer answers OK."""

    def act(self, action: int) -> bool:
        idle = self.organs.upgrade.state is State.IDLE
        return super().act(action) or (action == 1 and idle)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-011", "SHOULD")
class RefusalWithoutOffer(UpdateAction):
    """=0 without an offer answers OK."""

    def act(self, action: int) -> bool:
        idle = self.organs.upgrade.state is State.IDLE
        return super().act(action) or (action == 0 and idle)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-011", "SHOULD")
class UpdatingWithoutOffer(UpdateAction):
    """=3 without an offer answers OK."""

    def act(self, action: int) -> bool:
        idle = self.organs.upgrade.state is State.IDLE
        return super().act(action) or (action == 3 and idle)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-013", "SHOULD")
class UpdatingTwiceRefused(UpdateAction):
    """A second =3 answers ERROR."""

    def act(self, action: int) -> bool:
        again = action == 3 and self.organs.upgrade.state is State.UPDATING
        return not again and super().act(action)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-014", "SHOULD")
class LateRefusalAccepted(UpdateAction):
    """=0 after the consent answers OK and does nothing."""

    def act(self, action: int) -> bool:
        late = self.organs.upgrade.state >= State.CONFIRMED
        return super().act(action) or (action == 0 and late)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-014", "SHOULD")
class LateRefusalStopsTheUpgrade(UpdateAction):
    """=0 after the consent answers ERROR and discards the piece all the same."""

    def act(self, action: int) -> bool:
        upgrade = self.organs.upgrade
        if action == 0 and upgrade.state is State.READY:
            upgrade.piece_end = upgrade.piece_start
        return super().act(action)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-015")
class ActionFourAccepted(UpdateAction):
    """=4 is answered OK."""

    def write(self, arguments: list[Argument]) -> Answer:
        return OK if [a.text for a in arguments] == ["4"] else super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-015")
class ActionInOneOctet(UpdateAction):
    """An action is stored in one octet, so 257 is 1."""

    def write(self, arguments: list[Argument]) -> Answer:
        if kinds(arguments) == ["integer"]:
            arguments = [Argument("integer", str(arguments[0].number % 256))]
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-015")
class ActionQuotedAccepted(UpdateAction):
    """While an offer stands an action in quotes is taken like one without."""

    def write(self, arguments: list[Argument]) -> Answer:
        offered = self.organs.upgrade.state is State.OFFERED
        if offered and kinds(arguments) == ["string"] and arguments[0].text.isdecimal():
            arguments = [Argument("integer", arguments[0].text)]
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-015")
class ActionIgnoresFurtherParameters(UpdateAction):
    """Parameters behind the action are not looked at."""

    def write(self, arguments: list[Argument]) -> Answer:
        return super().write(arguments[:1])


@CATALOGUE.breaks("SOTA-CMD-UPDATE-016", "SHOULD")
class ActionExecuted(UpdateAction):
    """The execute form of QIOTUPDATE answers OK."""

    def execute(self) -> Answer:
        return OK


@CATALOGUE.breaks("SOTA-ROB-003", "SHOULD")
class BadActionRefusesTheOffer(UpdateAction):
    """An action that is none answers ERROR and refuses the offer."""

    def write(self, arguments: list[Argument]) -> Answer:
        answer = super().write(arguments)
        if answer is ERROR and self.organs.upgrade.state is State.OFFERED:
            self.organs.upgrade.refuse()
        return answer
