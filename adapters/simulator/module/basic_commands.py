"""The V.250 and identification commands that hosts send around the flow."""

from typing import ClassVar

from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.command import Command, kinds
from atverdict.adapters.simulator.module.wording import ERROR, OK, Answer, text_answer

__all__ = ["BASIC_COMMANDS", "BasicLine"]

_ACCEPTED = frozenset({"", "Z", "Z0", "&F", "&F0", "V1", "Q0", "S3=13", "S4=10"})


class BasicLine(Command):
    """Everything without a plus: AT alone, ATE, ATI, and settings that change nothing.

    Spec: SOTA-FRM-001, SOTA-FRM-010
    """

    name: ClassVar[str] = ""

    def perform(self, tail: str) -> Answer:
        """Answer what stands behind AT."""
        setting = tail.upper()
        if setting in {"E", "E0", "E1"}:
            self.organs.line.echo = setting == "E1"
            return OK
        if setting in {"I", "I0"}:
            options = self.organs.options
            firmware = self.organs.storage.firmware
            return text_answer(options.manufacturer, options.model, f"Revision: {firmware}")
        return OK if setting in _ACCEPTED else ERROR


class _Fact(Command):
    """A command that only tells something."""

    def fact(self) -> str:
        raise NotImplementedError

    def test(self) -> Answer:
        return OK


class _ExecuteFact(_Fact):
    def execute(self) -> Answer:
        return text_answer(self.fact())


class _ReadFact(_Fact):
    def read(self) -> Answer:
        return text_answer(self.fact())


class Manufacturer(_ExecuteFact):
    """Who made the module."""

    name = "+CGMI"

    def fact(self) -> str:
        return self.organs.options.manufacturer


class Model(_ExecuteFact):
    """Which module it is."""

    name = "+CGMM"

    def fact(self) -> str:
        return self.organs.options.model


class Revision(_ExecuteFact):
    """Which firmware it runs."""

    name = "+CGMR"

    def fact(self) -> str:
        return self.organs.storage.firmware


class SerialNumber(_ExecuteFact):
    """Its IMEI."""

    name = "+CGSN"

    def fact(self) -> str:
        return "864430010000123"


class Subscriber(_ExecuteFact):
    """The IMSI of its card."""

    name = "+CIMI"

    def fact(self) -> str:
        return "460001357924680"


class CardNumber(_ExecuteFact):
    """The ICCID of its card."""

    name = "+QCCID"

    def fact(self) -> str:
        return "+QCCID: 89860025128306012474"


class SignalQuality(_ExecuteFact):
    """How good the signal is."""

    name = "+CSQ"

    def fact(self) -> str:
        return "+CSQ: 24,99" if self.organs.connection.link else "+CSQ: 99,99"


class PinState(_ReadFact):
    """Whether the card wants a PIN."""

    name = "+CPIN"

    def fact(self) -> str:
        return "+CPIN: READY"


class _NetworkRegistration(_ReadFact):
    def fact(self) -> str:
        return f"{self.name}: 0,{1 if self.organs.connection.link else 2}"

    def write(self, arguments: list[Argument]) -> Answer:
        """Accept only the mode without unsolicited lines."""
        return OK if [each.text for each in arguments] == ["0"] else ERROR


class Registration(_NetworkRegistration):
    """The circuit-switched registration."""

    name = "+CREG"


class EpsRegistration(_NetworkRegistration):
    """The EPS registration."""

    name = "+CEREG"


class Attachment(_ReadFact):
    """Whether it is attached."""

    name = "+CGATT"

    def fact(self) -> str:
        return f"+CGATT: {int(self.organs.connection.link)}"


class ErrorForm(_ReadFact):
    """How errors are printed; a QIOT error stays ERROR."""

    name = "+CMEE"

    def fact(self) -> str:
        return "+CMEE: 0"

    def write(self, arguments: list[Argument]) -> Answer:
        fits = kinds(arguments) == ["integer"] and arguments[0].number <= 2
        return OK if fits else ERROR


BASIC_COMMANDS: tuple[type[Command], ...] = (
    BasicLine,
    Manufacturer,
    Model,
    Revision,
    SerialNumber,
    Subscriber,
    CardNumber,
    SignalQuality,
    PinState,
    Registration,
    EpsRegistration,
    Attachment,
    ErrorForm,
)
