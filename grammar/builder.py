"""Builders of messages: what each production of the grammar makes of its parts."""

from typing import Any, cast

from lark import Token, Transformer

from atverdict.grammar.message import (
    BlockHeader,
    CommandForm,
    CommandLine,
    ConfigurationItem,
    DownloadStarted,
    Event,
    FinalResultCode,
    FotaIndication,
    InformationResponse,
    Literal,
    McuVersion,
    Message,
    Offer,
    PieceReady,
    Placeholder,
    Range,
    SubDeviceEvent,
    UnsolicitedResultCode,
    Value,
    ValueSet,
)

__all__ = ["CommandBuilder", "ResponseBuilder"]

Parts = list[Any]


def _text(token: Token) -> str:
    """Return a token's text, one character an octet; with `use_bytes` its value is octets."""
    octets = cast("bytes", token.value)
    return octets.decode("latin-1")


class ValueBuilder(Transformer[Token, Message]):
    """Productions of ``values.lark``."""

    def number(self, parts: Parts) -> int:
        return int(_text(parts[0]))

    signed = number

    def string(self, parts: Parts) -> str:
        return _text(parts[0])[1:-1]

    def placeholder(self, parts: Parts) -> Placeholder:
        return Placeholder(_text(parts[0])[1:-1])

    def literal(self, parts: Parts) -> Literal:
        return Literal(_text(parts[0]))

    prose = text = bare = word = literal

    def omitted(self, _parts: Parts) -> None:
        """Nothing stands between two commas."""

    def range(self, parts: Parts) -> Range:
        return Range(*parts)

    def listed(self, parts: Parts) -> ValueSet:
        return ValueSet(tuple(parts))

    single = listed


class CommandBuilder(ValueBuilder):
    """Productions of ``command.lark``."""

    def attention(self, _parts: Parts) -> CommandLine:
        return CommandLine("", CommandForm.BASIC)

    def basic(self, parts: Parts) -> CommandLine:
        return CommandLine(_text(parts[0]).upper(), CommandForm.BASIC)

    def execute(self, parts: Parts) -> CommandLine:
        return CommandLine(_text(parts[0]).upper(), CommandForm.EXECUTE)

    def read(self, parts: Parts) -> CommandLine:
        return CommandLine(_text(parts[0]).upper(), CommandForm.READ)

    def test(self, parts: Parts) -> CommandLine:
        return CommandLine(_text(parts[0]).upper(), CommandForm.TEST)

    def write(self, parts: Parts) -> CommandLine:
        """Read a write form. Without any parameter it has none, and not an omitted one."""
        return CommandLine(_text(parts[0]).upper(), CommandForm.WRITE, tuple(parts[1:]))


class ResultBuilder(ValueBuilder):
    """Final result codes and unsolicited ones."""

    def ok(self, _parts: Parts) -> FinalResultCode:
        return FinalResultCode("OK")

    def error(self, _parts: Parts) -> FinalResultCode:
        return FinalResultCode("ERROR")

    def equipment_error(self, parts: Parts) -> FinalResultCode:
        return FinalResultCode("+CME ERROR", _text(parts[0]))

    def message_error(self, parts: Parts) -> FinalResultCode:
        return FinalResultCode("+CMS ERROR", _text(parts[0]))

    def offer(self, parts: Parts) -> Event:
        return Event(7, 10700, tuple(parts), Offer(*parts))

    def download_started(self, parts: Parts) -> Event:
        """Read 10701 of an MCU component."""
        fields = [part for part in parts if part is not None]
        return Event(7, 10701, tuple(fields), DownloadStarted(*fields))

    def download_started_bare(self, _parts: Parts) -> Event:
        """Read 10701 of a module component."""
        return Event(7, 10701)

    def piece_ready(self, parts: Parts) -> Event:
        """Read 10703 of an MCU component."""
        return Event(7, 10703, tuple(parts), PieceReady(*parts))

    def piece_ready_bare(self, _parts: Parts) -> Event:
        """Read 10703 of a module component."""
        return Event(7, 10703)

    def event(self, parts: Parts) -> Event:
        return Event(parts[0], parts[1], tuple(parts[2:]))

    def sub_event(self, parts: Parts) -> SubDeviceEvent:
        product_key, device_key, event_type, code, *values = parts
        product, device = (
            key.text if isinstance(key, Literal) else str(key) for key in (product_key, device_key)
        )
        return SubDeviceEvent(product, device, event_type, code, tuple(values))

    def event_data(self, parts: Parts) -> Event:
        """Read an event whose data are no list of values."""
        return Event(parts[0], parts[1], (Literal(_text(parts[2])),))

    def sub_event_data(self, parts: Parts) -> SubDeviceEvent:
        return self.sub_event([*parts[:4], Literal(_text(parts[4]))])

    def indication(self, parts: Parts) -> FotaIndication:
        return FotaIndication(parts[0], parts[1] if len(parts) > 1 else None)

    def other(self, parts: Parts) -> UnsolicitedResultCode:
        return UnsolicitedResultCode(_text(parts[0]))


def _answer(name: str, parts: Parts) -> InformationResponse:
    """Make an answer without a typed form."""
    return InformationResponse(name, tuple(parts))


class ResponseBuilder(ResultBuilder):
    """Productions of ``response.lark``: the results above and the information responses."""

    def registration(self, parts: Parts) -> InformationResponse:
        return _answer("QIOTREG", parts)

    def state(self, parts: Parts) -> InformationResponse:
        return _answer("QIOTSTATE", parts)

    def ota_request(self, parts: Parts) -> InformationResponse:
        return _answer("QIOTOTAREQ", parts)

    def update(self, parts: Parts) -> InformationResponse:
        return _answer("QIOTUPDATE", parts)

    def mcu_version(self, parts: Parts) -> InformationResponse:
        return InformationResponse("QIOTMCUVER", tuple(parts), McuVersion(*parts))

    def item(self, parts: Parts) -> InformationResponse:
        """Read an item of the device information; all of it is text."""
        name, value = Literal(_text(parts[0])), parts[1] if len(parts) > 1 else None
        return _answer("QIOTINFO", [name, None if value is None else Literal(_text(value))])

    def configuration_spaced(self, parts: Parts) -> InformationResponse:
        return _configuration(parts, spaced=True)

    def configuration_unspaced(self, parts: Parts) -> InformationResponse:
        """Read a configuration item in the form without the blank (E-22)."""
        return _configuration(parts, spaced=False)

    def block_header(self, parts: Parts) -> InformationResponse:
        return InformationResponse("QIOTOTARD", tuple(parts), BlockHeader(*parts))

    def information(self, parts: Parts) -> InformationResponse:
        """Read the answer of any command."""
        return _answer(_text(parts[0]), parts[1:])

    test = information


def _configuration(parts: Parts, *, spaced: bool) -> InformationResponse:
    values: tuple[Value, ...] = tuple(parts)
    return InformationResponse(
        "QIOTCFG", values, ConfigurationItem(parts[0], tuple(parts[1:]), spaced=spaced)
    )
