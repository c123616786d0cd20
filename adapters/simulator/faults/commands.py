"""Faults of the commands of the flow as every plain upgrade uses them."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.organs import Organs
from atverdict.adapters.simulator.module.product_commands import (
    McuVersion,
    RegistrationMode,
    StateQuery,
)
from atverdict.adapters.simulator.module.upgrade_commands import (
    BlockRead,
    PlanRequest,
    UpdateAction,
)
from atverdict.adapters.simulator.module.wording import ERROR, OK, Answer, text_answer

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-CMD-REG-001")
class RegTestRefused(RegistrationMode):
    """The test form of QIOTREG answers ERROR."""

    def test(self) -> Answer:
        return ERROR


@CATALOGUE.breaks("SOTA-CMD-REG-005")
class RegReadsBackZero(RegistrationMode):
    """QIOTREG reads back 0 after any write."""

    def read(self) -> Answer:
        return text_answer("+QIOTREG: 0")


@CATALOGUE.breaks("SOTA-CMD-REG-002")
class RegReadsBackThree(RegistrationMode):
    """QIOTREG reads back a mode that does not exist while connected."""

    def read(self) -> Answer:
        mode = 3 if self.organs.connection.online else self.organs.storage.registration_mode
        return text_answer(f"+QIOTREG: {mode}")


@CATALOGUE.breaks("SOTA-CMD-STATE-002")
class StateSevenWhenSubscribed(StateQuery):
    """The state is 7 after 3,10200."""

    def read(self) -> Answer:
        state = self.organs.connection.state
        return text_answer(f"+QIOTSTATE: {7 if state == 8 else state}")


@CATALOGUE.breaks("SOTA-CMD-STATE-001")
class StateOutOfRange(StateQuery):
    """The state is 13 before any registration."""

    def read(self) -> Answer:
        state = self.organs.connection.state
        return text_answer(f"+QIOTSTATE: {state or 13}")


@CATALOGUE.breaks("SOTA-CMD-STATE-004")
class StateEightAtRest(StateQuery):
    """The state is 8 before any registration."""

    def read(self) -> Answer:
        return text_answer(f"+QIOTSTATE: {self.organs.connection.state or 8}")


@CATALOGUE.breaks("SOTA-CMD-MCUVER-005")
class VersionNotReplaced(McuVersion):
    """A second version for a component is accepted and not stored."""

    def store(self, component: str, version: str) -> bool:
        return component in self.organs.storage.versions or super().store(component, version)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-005")
class VersionListedTwice(McuVersion):
    """A replaced version stays in the list beside the new one."""

    def __init__(self, organs: Organs) -> None:
        super().__init__(organs)
        self.replaced: dict[str, str] = {}

    def store(self, component: str, version: str) -> bool:
        old = self.organs.storage.versions.get(component, version)
        if old != version:
            self.replaced[component] = old
        return super().store(component, version)

    def read(self) -> Answer:
        lines = tuple(self.line(*each).encode("latin-1") for each in self.replaced.items())
        return Answer(lines=super().read().lines + lines)


@CATALOGUE.breaks("SOTA-CMD-MCUVER-004")
class VersionQueryRefused(McuVersion):
    """A query for one known component answers ERROR."""

    def query(self, component: str) -> Answer:
        del component  # refused whatever it is
        return ERROR


@CATALOGUE.breaks("SOTA-CMD-MCUVER-003")
class VersionsListedUnquoted(McuVersion):
    """Components are listed without quotation marks."""

    def line(self, component: str, version: str) -> str:
        return f"+QIOTMCUVER: {component},{version}"


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-005")
class Sha256Missing(PlanRequest):
    """A request with =1 is taken as one with =0."""

    def request(self, *, sha256: bool) -> Answer:
        del sha256  # that is the fault
        return super().request(sha256=False)


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-006")
class Sha256Always(PlanRequest):
    """A request with =0 is taken as one with =1."""

    def request(self, *, sha256: bool) -> Answer:
        del sha256  # that is the fault
        return super().request(sha256=True)


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-002")
class RequestExecuteRefused(PlanRequest):
    """The execute form of QIOTOTAREQ answers ERROR."""

    def execute(self) -> Answer:
        return ERROR


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-003")
class RequestNotSent(PlanRequest):
    """A request with =1 is answered and never sent."""

    def request(self, *, sha256: bool) -> Answer:
        self.organs.storage.sha256_requested = sha256
        return OK if sha256 else super().request(sha256=sha256)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-001")
class UpdateRangeLacksThree(UpdateAction):
    """The test form of QIOTUPDATE prints (0-2)."""

    def test(self) -> Answer:
        return text_answer("+QIOTUPDATE: (0-2)")


@CATALOGUE.breaks("SOTA-CMD-UPDATE-002")
class ConfirmationRefusedOnce(UpdateAction):
    """The first confirmation after each refusal answers ERROR."""

    refused = False

    def write(self, arguments: list[Argument]) -> Answer:
        wanted = [argument.text for argument in arguments]
        if wanted == ["1"] and self.refused:
            self.refused = False
            return ERROR
        answer = super().write(arguments)
        self.refused = wanted == ["0"] and answer is OK
        return answer


@CATALOGUE.breaks("SOTA-CMD-UPDATE-004")
class RefusalRefused(UpdateAction):
    """A refusal of an offer answers ERROR."""

    def act(self, action: int) -> bool:
        return action != 0 and super().act(action)


@CATALOGUE.breaks("SOTA-CMD-UPDATE-008")
class UpdatingRefused(UpdateAction):
    """The report that the update begins answers ERROR."""

    def act(self, action: int) -> bool:
        return action != 3 and super().act(action)


@CATALOGUE.breaks("SOTA-CMD-OTARD-001")
class ReadTestRefused(BlockRead):
    """The test form of QIOTOTARD answers ERROR."""

    def test(self) -> Answer:
        return ERROR
