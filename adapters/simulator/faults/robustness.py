"""Faults of argument checks, of whatever command: malformed arguments that the parser takes."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.arguments import Argument
from atverdict.adapters.simulator.module.command import kinds
from atverdict.adapters.simulator.module.configuration_command import Configuration
from atverdict.adapters.simulator.module.product_commands import Info, McuVersion, RegistrationMode
from atverdict.adapters.simulator.module.upgrade_commands import (
    BlockRead,
    PlanRequest,
    UpdateAction,
)
from atverdict.adapters.simulator.module.wording import OK, Answer

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


def _digits_in_front(argument: Argument) -> Argument:
    """Read a number as strtol does: the digits in front, whatever follows."""
    digits = argument.text[: len(argument.text) - len(argument.text.lstrip("0123456789"))]
    return Argument("integer", digits) if argument.kind == "raw" and digits else argument


@CATALOGUE.breaks("SOTA-CMD-REG-008")
class TrailingCommasDropped(RegistrationMode):
    """Empty parameters behind the mode are dropped."""

    def parse(self, text: str) -> list[Argument]:
        return super().parse(text.rstrip(",") or text)


@CATALOGUE.breaks("SOTA-CMD-OTARD-017")
class LengthByStrtol(BlockRead):
    """Of a length only the digits in front count."""

    def parse(self, text: str) -> list[Argument]:
        arguments = super().parse(text)
        return [*arguments[:-1], _digits_in_front(arguments[-1])]


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-009")
class RequestByStrtol(PlanRequest):
    """Of the digest mode only the digits in front count."""

    def parse(self, text: str) -> list[Argument]:
        return [_digits_in_front(each) for each in super().parse(text)]


@CATALOGUE.breaks("SOTA-CMD-REG-008")
class HexModeAccepted(RegistrationMode):
    """A mode may be written in hex."""

    def parse(self, text: str) -> list[Argument]:
        return super().parse(text.removeprefix("0x"))


@CATALOGUE.breaks("SOTA-ROB-001")
class OctetsBehindQuoteIgnored(McuVersion):
    """What stands between the closing quote of a version and the end is not looked at."""

    def parse(self, text: str) -> list[Argument]:
        end = text.rfind('"') + 1
        return super().parse(text[:end] if text.count('"') == 4 else text)


@CATALOGUE.breaks("SOTA-CMD-INFO-003")
class InfoIgnoresFurtherParameters(Info):
    """Parameters behind up are not looked at."""

    def write(self, arguments: list[Argument]) -> Answer:
        return super().write(arguments[:1])


@CATALOGUE.breaks("SOTA-CMD-OTARD-017")
class EmptyReadIsAnswered(BlockRead):
    """A read with nothing but commas behind its = is answered OK."""

    def write(self, arguments: list[Argument]) -> Answer:
        nothing = all(each.kind == "raw" and not each.text for each in arguments)
        return OK if nothing else super().write(arguments)


@CATALOGUE.breaks("SOTA-ROB-001")
class ConfigurationSilentOnBadKeyword(Configuration):
    """QIOTCFG with a keyword that is not quoted earns nothing."""

    def write(self, arguments: list[Argument]) -> Answer:
        unquoted = arguments[0].kind != "string"
        return Answer(silent=True) if unquoted else super().write(arguments)


@CATALOGUE.breaks("SOTA-ROB-001")
class HighOctetsStripped(RegistrationMode):
    """Octets above 127 are dropped before a mode is read."""

    def parse(self, text: str) -> list[Argument]:
        return super().parse("".join(each for each in text if each.isascii()))


@CATALOGUE.breaks("SOTA-ROB-007", "SHOULD")
class OpenQuoteClosedByTheEnd(McuVersion):
    """A quote that is not closed ends with the line."""

    def parse(self, text: str) -> list[Argument]:
        return super().parse(f'{text}"' if text.count('"') % 2 else text)

    def query(self, component: str) -> Answer:
        answer = super().query(component)
        return answer if answer.lines else OK


@CATALOGUE.breaks("SOTA-CMD-UPDATE-015")
class ActionMinusOneAccepted(UpdateAction):
    """-1 passes the check for more than 3 and is answered OK."""

    def write(self, arguments: list[Argument]) -> Answer:
        return OK if [a.text for a in arguments] == ["-1"] else super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-OTAREQ-009")
class RequestQuotedAccepted(PlanRequest):
    """A digest mode in quotes is taken like one without."""

    def write(self, arguments: list[Argument]) -> Answer:
        if kinds(arguments) == ["string"] and arguments[0].text in {"0", "1"}:
            arguments = [Argument("integer", arguments[0].text)]
        return super().write(arguments)


@CATALOGUE.breaks("SOTA-CMD-OTARD-017")
class QuotedReadAccepted(BlockRead):
    """While a piece is there, start and length in quotes are taken like numbers."""

    def write(self, arguments: list[Argument]) -> Answer:
        return super().write(
            [Argument("integer", a.text) if a.text.isdecimal() and a.text else a for a in arguments]
        )
