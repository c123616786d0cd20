"""Faults of QIOTREG, QIOTSTATE, QIOTCFG and QIOTINFO with some arguments or in some states."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.command import kinds
from atverdict.adapters.simulator.module.configuration_command import Configuration
from atverdict.adapters.simulator.module.connection import Connection
from atverdict.adapters.simulator.module.product_commands import Info, RegistrationMode, StateQuery
from atverdict.adapters.simulator.module.wording import ERROR, OK, Answer, text_answer

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-CMD-REG-003")
class RegistrationRefusedAfterDeregistration(RegistrationMode):
    """The first =1 after a deregistration answers ERROR."""

    left = False

    def write(self, arguments: list[Argument]) -> Answer:
        wanted = [each.text for each in arguments]
        if self.left and wanted == ["1"]:
            self.left = False
            return ERROR
        self.left = self.left or (wanted == ["0"] and self.organs.connection.online)
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-REG-003")
class RegistrationRefusedWhileConnected(RegistrationMode):
    """=1 answers ERROR while the module is connected."""

    def write(self, arguments: list[Argument]) -> Answer:
        connected = self.organs.connection.online and [each.text for each in arguments] == ["1"]
        return ERROR if connected else super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-REG-004")
class RegistersWithoutProduct(Connection):
    """A registration without product key is accepted."""

    def set_mode(self, mode: int) -> bool:
        return super().set_mode(mode) or not self.storage.product_key


@CATALOGUE.breaks("SOTA-CMD-REG-004")
class ModeTwoWithoutProduct(Connection):
    """Only mode 1 looks for the product key."""

    def set_mode(self, mode: int) -> bool:
        return super().set_mode(mode) or mode == 2


@CATALOGUE.breaks("SOTA-CMD-REG-005")
class ModeTwoReadsBackOne(RegistrationMode):
    """Mode 2 is stored as a flag and read back as 1."""

    def read(self) -> Answer:
        return text_answer(f"+QIOTREG: {min(self.organs.storage.registration_mode, 1)}")


@CATALOGUE.breaks("SOTA-CMD-REG-005")
class ModeIgnoredWhileConnected(RegistrationMode):
    """A change between modes 1 and 2 while connected is answered OK and not stored."""

    def write(self, arguments: list[Argument]) -> Answer:
        changes = kinds(arguments) == ["integer"] and arguments[0].number in {1, 2}
        if changes and self.organs.connection.online:
            return OK
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-REG-006")
class SecondConnectionStalls(Connection):
    """A second connection without a restart between never comes about."""

    starts = 0

    def start(self) -> None:
        self.starts += 1
        if self.starts == 2:
            self.state = 2
            return
        super().start()


@CATALOGUE.breaks("SOTA-CMD-REG-007")
class DeregistrationRefusedAtRest(RegistrationMode):
    """=0 answers ERROR in mode 0."""

    def write(self, arguments: list[Argument]) -> Answer:
        at_rest = self.organs.storage.registration_mode == 0
        if at_rest and [each.text for each in arguments] == ["0"]:
            return ERROR
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-REG-008")
class ModeRangeOffByOne(RegistrationMode):
    """Mode 3 is answered OK."""

    def write(self, arguments: list[Argument]) -> Answer:
        return OK if [each.text for each in arguments] == ["3"] else super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-REG-008")
class ModeQuotedAccepted(RegistrationMode):
    """A mode in quotes is taken like one without."""

    def write(self, arguments: list[Argument]) -> Answer:
        return super().write(
            [Argument("integer", a.text) if a.text.isdecimal() else a for a in arguments]
        )


@CATALOGUE.breaks("SOTA-CMD-REG-008")
class ModeByStrtol(RegistrationMode):
    """Of a mode only the digits in front count."""

    def write(self, arguments: list[Argument]) -> Answer:
        text = arguments[0].text
        if len(arguments) == 1 and arguments[0].kind == "raw" and text[:1].isdecimal():
            arguments = [Argument("integer", text[0])]
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-REG-008")
class ModeMissingAccepted(RegistrationMode):
    """An empty mode is answered OK and changes nothing."""

    def write(self, arguments: list[Argument]) -> Answer:
        empty = [(each.kind, each.text) for each in arguments] == [("raw", "")]
        return OK if empty else super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-REG-009", "SHOULD")
class RegistrationExecuted(RegistrationMode):
    """The execute form of QIOTREG answers OK."""

    def execute(self) -> Answer:
        return OK


@CATALOGUE.breaks("SOTA-CMD-STATE-001")
class StateNegativeWhileConnecting(StateQuery):
    """While the module connects the state is -1."""

    def read(self) -> Answer:
        state = self.organs.connection.state
        return text_answer(f"+QIOTSTATE: {-1 if 2 <= state <= 7 else state}")


@CATALOGUE.breaks("SOTA-CMD-STATE-002")
class StateStaleAfterLoss(Connection):
    """After a loss of the network the module is connected again in state 6 and not 8."""

    lost = False

    def _loss_noticed(self) -> None:
        super()._loss_noticed()
        self.lost = True

    def _subscribed(self) -> None:
        super()._subscribed()
        self.state = 6 if self.lost else 8

    @property
    def online(self) -> bool:
        return self.state == 8 or (self.lost and self.state == 6)


@CATALOGUE.breaks("SOTA-CMD-STATE-002")
class StateSixInUpgrade(StateQuery):
    """The state is 6 as long as an offer is undecided."""

    def read(self) -> Answer:
        if self.organs.connection.online and self.organs.upgrade.state == 1:
            return text_answer("+QIOTSTATE: 6")
        return super().read()


@CATALOGUE.breaks("SOTA-CMD-STATE-004")
class StateKeptAfterDeregistration(StateQuery):
    """After a deregistration the state is still 8."""

    def read(self) -> Answer:
        state = self.organs.connection.state
        return text_answer(f"+QIOTSTATE: {8 if state == 11 else state}")


@CATALOGUE.breaks("SOTA-CMD-STATE-003", "SHOULD")
class StateTestAnswered(StateQuery):
    """The test form of QIOTSTATE answers a range."""

    def test(self) -> Answer:
        return text_answer("+QIOTSTATE: (0-12)")


@CATALOGUE.breaks("SOTA-CMD-STATE-003", "SHOULD")
class StateWriteAccepted(StateQuery):
    """The write form of QIOTSTATE answers OK."""

    def write(self, arguments: list[Argument]) -> Answer:
        return OK if kinds(arguments) == ["integer"] else ERROR


@CATALOGUE.breaks("SOTA-CMD-CFG-001")
class ProductQueryRefusedOnline(Configuration):
    """The product cannot be read while connected."""

    def query(self, keyword: str) -> Answer:
        hidden = keyword == "productinfo" and self.organs.connection.online
        return ERROR if hidden else super().query(keyword)


@CATALOGUE.breaks("SOTA-CMD-CFG-001")
class ProductKeywordUnquoted(Configuration):
    """The product is printed with its keyword in another spelling."""

    def query(self, keyword: str) -> Answer:
        answer = super().query(keyword)
        return Answer(tuple(line.replace(b"productinfo", b"product") for line in answer.lines))


@CATALOGUE.breaks("SOTA-CMD-CFG-002")
class ProductKeyCut(Configuration):
    """The last character of a written product key is not stored."""

    def set_product(self, values: list[Argument]) -> bool:
        stored = super().set_product(values)
        self.organs.storage.product_key = self.organs.storage.product_key[:-1]
        return stored


@CATALOGUE.breaks("SOTA-CMD-CFG-002")
class ProductWriteRefusedOnceConnected(Configuration):
    """After a first connection the product can never be written again."""

    def set_product(self, values: list[Argument]) -> bool:
        return self.organs.connection.state != 11 and super().set_product(values)


@CATALOGUE.breaks("SOTA-CMD-CFG-003", "SHOULD")
class ProductAcceptedOnline(Configuration):
    """A product written while connected is answered OK and not stored."""

    def write(self, arguments: list[Argument]) -> Answer:
        written = kinds(arguments) == ["string"] * 3 and arguments[0].text == "productinfo"
        return OK if written and self.organs.connection.online else super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-CFG-004")
class UnknownKeywordAccepted(Configuration):
    """A query for an unknown keyword answers OK."""

    def query(self, keyword: str) -> Answer:
        answer = super().query(keyword)
        return OK if answer is ERROR else answer


@CATALOGUE.breaks("SOTA-CMD-CFG-004")
class UnknownKeywordSet(Configuration):
    """A number for an unknown keyword is answered OK."""

    def set_number(self, keyword: str, values: list[Argument]) -> bool:
        unknown = keyword not in self.organs.storage.settings and kinds(values) == ["integer"]
        return unknown or super().set_number(keyword, values)


@CATALOGUE.breaks("SOTA-CMD-INFO-001")
class InfoLineWithoutComma(Info):
    """One line of the device information has an equals sign in place of its comma."""

    def read(self) -> Answer:
        lines = super().read().lines
        return Answer((*lines[:5], lines[5].replace(b",", b"="), *lines[6:]))


@CATALOGUE.breaks("SOTA-CMD-INFO-002", "SHOULD")
class InfoWithoutVersions(Info):
    """The versions of the host are missing in the device information."""

    def items(self) -> dict[str, str]:
        return {name: text for name, text in super().items().items() if name != "mcu_version"}


@CATALOGUE.breaks("SOTA-CMD-INFO-003")
class InfoUpRefused(Info):
    """The report of the device information answers ERROR."""

    def write(self, arguments: list[Argument]) -> Answer:
        super().write(arguments)
        return ERROR


@CATALOGUE.breaks("SOTA-CMD-INFO-003")
class InfoTakesAnyWord(Info):
    """QIOTINFO takes any quoted word for up."""

    def write(self, arguments: list[Argument]) -> Answer:
        return OK if kinds(arguments) == ["string"] else super().write(arguments)
