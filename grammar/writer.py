"""The writer: messages to octets in one canonical form. It shares nothing with the reader."""

from atverdict.grammar.message import (
    Block,
    CommandForm,
    CommandLine,
    ConfigurationItem,
    Echo,
    Event,
    FinalResultCode,
    FotaIndication,
    InformationResponse,
    Literal,
    Malformed,
    Message,
    Placeholder,
    Prompt,
    Range,
    SubDeviceEvent,
    UnsolicitedResultCode,
    Value,
    ValueSet,
)

__all__ = ["write_command", "write_message"]

_TAILS = {
    CommandForm.TEST: "=?",
    CommandForm.READ: "?",
    CommandForm.WRITE: "=",
    CommandForm.EXECUTE: "",
}


def write_command(command: CommandLine, terminator: bytes = b"\r") -> bytes:
    """Return the octets of a command line with its terminator, CR or CR LF.

    Raises ValueError for text that cannot stand in a command line.

    Spec: SOTA-FRM-001, SOTA-FRM-004.
    """
    if command.form is CommandForm.BASIC:
        return b"AT" + _octets(command.name) + terminator
    tail = _TAILS[command.form]
    return b"AT+" + _octets(command.name + tail + _list(command.parameters)) + terminator


def write_message(message: Message) -> bytes:
    """Return the octets of a message as a module prints it; a line has CR LF before and after.

    An echo is followed by the CR of the command line alone, a block by CR LF where it is
    terminated, and malformed octets stand as they are. Raises ValueError for text that
    cannot stand in a line.

    Spec: SOTA-FRM-006, SOTA-CMD-OTARD-002.
    """
    match message:
        case CommandLine():
            return write_command(message)
        case Echo():
            return message.octets + b"\r"
        case Block():
            return message.octets + (b"\r\n" if message.terminated else b"")
        case Malformed():
            return message.octets
        case Prompt():
            return b"\r\n> "
        case _:
            return b"\r\n" + _octets(_line(message)) + b"\r\n"


def _line(
    message: InformationResponse
    | FinalResultCode
    | Event
    | SubDeviceEvent
    | FotaIndication
    | UnsolicitedResultCode,
) -> str:
    """Return the text of a line without its line ends."""
    match message:
        case InformationResponse():
            return _information(message)
        case FinalResultCode():
            return f"{message.code}: {message.detail}" if message.detail else message.code
        case Event():
            return "+QIOTEVT: " + _list((message.type, message.code, *message.values))
        case SubDeviceEvent():
            keys = (message.product_key, message.device_key)
            return "+QIOTSUBEVT: " + _list((*keys, message.type, message.code, *message.values))
        case FotaIndication():
            tail = () if message.value is None else (message.value,)
            return "+QIND: " + _list(("FOTA", message.stage, *tail))
        case UnsolicitedResultCode():
            return message.text


def _information(message: InformationResponse) -> str:
    """Return an information response; free text has no name."""
    text = _list(message.values)
    if not message.name:
        return text
    payload = message.payload
    spaced = not isinstance(payload, ConfigurationItem) or payload.spaced
    return f"+{message.name}:{' ' if spaced else ''}{text}"


def _list(values: tuple[Value, ...]) -> str:
    return ",".join(_value(value) for value in values)


def _value(value: Value) -> str:
    match value:
        case None:
            return ""
        case int():
            return str(value)
        case str():
            return _quoted(value)
        case Literal():
            return value.text
        case Placeholder():
            return f"<{value.name}>"
        case Range() | ValueSet():
            return f"({_members(value)})"


def _members(group: Range | ValueSet) -> str:
    """Return what stands between parentheses; a range inside a list has none of its own."""
    if isinstance(group, Range):
        return f"{group.low}-{group.high}"
    return ",".join(
        _members(member) if isinstance(member, Range) else _value(member) for member in group.values
    )


def _quoted(text: str) -> str:
    """Return a string constant; the flow has no way to write a quote inside."""
    if '"' in text:
        raise ValueError(f"a quote cannot stand in a string: {text!r}")
    return f'"{text}"'


def _octets(text: str) -> bytes:
    """Return a line's octets, one a character; none of them ends the line."""
    if "\r" in text or "\n" in text:
        raise ValueError(f"the end of a line cannot stand in a line: {text!r}")
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise ValueError(f"a character that is no octet: {text!r}") from error
