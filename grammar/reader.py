"""The reader: one line, without its line end, to the message that it is."""

import re
from functools import lru_cache
from typing import cast

from lark.exceptions import UnexpectedInput

from atverdict.grammar.compiled import command_grammar, explain, position, response_grammar
from atverdict.grammar.counted_line import counted_octets
from atverdict.grammar.message import (
    BlockHeader,
    CommandForm,
    CommandLine,
    Event,
    FinalResultCode,
    FotaIndication,
    InformationResponse,
    Literal,
    Malformed,
    Message,
    SubDeviceEvent,
    UnsolicitedResultCode,
)

__all__ = [
    "LINE_OCTETS",
    "announced_octets",
    "announces_line",
    "read_command",
    "read_response_line",
    "resembles_of",
    "supposed_command",
    "without_blanks",
]

LINE_OCTETS = 4096
"""No longer line is read; it also keeps a number below the digits that `int` takes."""

_UNQUOTED = re.compile(rb'\+QIOT(?:INFO|CFG):(?:[ !#-~\x80-\xff]++|"[^"\r\n]*+"|")*+')
"""Answers whose values are printed without quotes: octets of any alphabet may stand there."""
_BLANKS = re.compile(rb'([=,]) +|"[^"\r\n]*"')
_LEGIBLE = re.compile(rb'(?:[ !#-~]++|"[^"\r\n]*+"|")*+')
"""Octets that may stand in a line: printable ASCII, and any others within a string."""
_DATA = re.compile(rb"\+QIOT(?:EVT: [45],|SUBEVT: )")
"""The beginning of events whose data may be free text (D25C/EVT)."""
_SECOND_LINE = re.compile(r"\+(?:CMT|CBM): |\+CDS: [0-9]+$")
"""Lines that another line of text follows, whatever it spells (3GPP TS 27.005 3.4.1)."""
_RECEIVED = re.compile(r'\+QIURC: "recv",[0-9]+,([0-9]{1,7})(?:,|$)')
"""Data of another connection of the module: their length, and behind the line the octets."""
_NAMED = re.compile(rb"\+([A-Z][A-Z0-9_]*):")
_VENDOR = re.compile(
    rb" *(?:\+ *(QI(?:OT[A-Za-z0-9_]*|ND))|\+?(QIOT[A-Za-z0-9_]*) *:)", re.IGNORECASE
)
_RESULT = re.compile(rb" *\+?(?:CM[ES] +)?(OK|ERROR)(?![A-Za-z0-9_]).*", re.IGNORECASE)
_EVENT_PREFIX = b"+QIOTEVT: "
_EVENT_BODY = re.compile(rb"[0-9]{1,2},[0-9]{5}(?:,|$)")
"""What stands behind the prefix of an event, as far as all events share it."""
_LEADING_ZEROS = re.compile(rb"(\+QIOTEVT: )0*([0-9]+),0*([0-9]+)")
_DAMAGED_OCTETS = 2
"""The most octets of an event's prefix that are lost, added or changed where it is still one."""
_ATTENTION = re.compile(rb"AT", re.IGNORECASE)
_SUPPOSED = re.compile(rb"AT\+([A-Za-z][A-Za-z0-9_]*)(=\?$|\?|=)?", re.IGNORECASE)

# The two lines that are new in every block of a download. Reading them without Lark keeps a
# block near its floor; a test holds both readings equal.
_READ_BLOCK = re.compile(rb"[Aa][Tt]\+QIOTOTARD=([0-9]{1,10}),([0-9]{1,10})")
_BLOCK_HEADER = re.compile(rb"\+QIOTOTARD: (-?[0-9]{1,10}),([0-9]{1,10})")

_RESULT_CODES: dict[bytes, Message] = {
    b"OK": FinalResultCode("OK"),
    b"ERROR": FinalResultCode("ERROR"),
}
"""The line that ends nearly every answer, and means the same whatever is pending."""

_EVENT_STARTS = {
    b"+QIOTEVT: 7,10700": "offer",
    b"+QIOTEVT: 7,10701": "download_started",
    b"+QIOTEVT: 7,10703": "piece_ready",
}
_EVENT_START_OCTETS = len(b"+QIOTEVT: 7,10700")

_ANSWER_STARTS = {
    ("QIOTREG", CommandForm.READ): "registration",
    ("QIOTSTATE", CommandForm.READ): "state",
    ("QIOTMCUVER", CommandForm.READ): "mcu_version",
    ("QIOTMCUVER", CommandForm.WRITE): "mcu_version",
    ("QIOTINFO", CommandForm.READ): "item",
    ("QIOTCFG", CommandForm.WRITE): "configuration",
    ("QIOTCFG", CommandForm.READ): "configuration",
    ("QIOTCFG", CommandForm.TEST): "configuration",
    ("QIOTOTAREQ", CommandForm.READ): "ota_request",
    ("QIOTUPDATE", CommandForm.READ): "update",
    ("QIOTOTARD", CommandForm.WRITE): "block_header",
}

_EVENT_NAMES: dict[type[Message], str] = {
    Event: "QIOTEVT",
    SubDeviceEvent: "QIOTSUBEVT",
    FotaIndication: "QIND",
}

_UNBUFFERED = frozenset({(5, 10200), (5, 10210)})
_EVENT = b"+QIOTEVT"


def read_command(line: bytes) -> CommandLine | Malformed:
    """Read a command line of the host, without its terminator.

    Spec: SOTA-FRM-001, SOTA-FRM-002, SOTA-FRM-003.
    """
    found = _READ_BLOCK.fullmatch(line)
    if found:
        numbers = (int(found[1]), int(found[2]))
        return CommandLine("QIOTOTARD", CommandForm.WRITE, numbers)
    return _read_command(line)


def without_blanks(line: bytes) -> CommandLine | Malformed:
    """Read a command line as a shell does that drops the blanks before a parameter.

    Spec: E-24.
    """
    return read_command(_BLANKS.sub(lambda found: found[1] or found[0], line))


def supposed_command(line: bytes) -> CommandLine | None:
    """Return the command that a module must answer for, even where its line is malformed.

    None for a line that does not begin with AT: it needs no answer. A malformed line has its
    name and form as far as they can be told, and no parameters.
    """
    if not _ATTENTION.match(line):
        return None
    command = read_command(line)
    if isinstance(command, CommandLine):
        return command
    found = _SUPPOSED.match(line)
    if found is None:
        return CommandLine("", CommandForm.BASIC)
    forms = {b"=?": CommandForm.TEST, b"?": CommandForm.READ, b"=": CommandForm.WRITE}
    return CommandLine(found[1].decode("ascii").upper(), forms.get(found[2], CommandForm.EXECUTE))


def read_response_line(line: bytes, pending: CommandLine | None) -> Message:
    """Read a line of the module, without its line end, while a command is pending or none is.

    The octets of a `Malformed` are the line itself; who knows the line end adds it.

    Spec: SOTA-FRM-005, SOTA-FRM-008, SOTA-EVT-001.
    """
    result = _RESULT_CODES.get(line)
    if result is not None:
        return result
    if pending is None:
        return _read_response(line, None, CommandForm.BASIC)
    if pending.name == "QIOTOTARD" and pending.form is CommandForm.WRITE:
        found = _BLOCK_HEADER.fullmatch(line)
        if found:
            start, length = int(found[1]), int(found[2])
            header = BlockHeader(start, length)
            return InformationResponse("QIOTOTARD", (start, length), header)
    return _read_response(line, pending.name, pending.form)


def announced_octets(message: Message) -> int | None:
    """Return how many counted octets follow a message; None where none do.

    Only a header in answer to a read has the payload that tells, so a test response does not
    count. An event does in the unbuffered mode, where its only field is the length.

    Spec: SOTA-CMD-OTARD-002.
    """
    if isinstance(message, InformationResponse) and isinstance(message.payload, BlockHeader):
        return message.payload.length
    if isinstance(message, Event | SubDeviceEvent):
        unbuffered = (message.type, message.code) in _UNBUFFERED and len(message.values) == 1
        length = message.values[0] if unbuffered else None
        return length if isinstance(length, int) and length >= 0 else None
    if isinstance(message, UnsolicitedResultCode):
        found = _RECEIVED.match(message.text)
        return int(found[1]) if found else None
    return None


def announces_line(message: Message) -> bool:
    """Tell whether the line behind a message is text that belongs to it, whatever it spells."""
    return isinstance(message, UnsolicitedResultCode) and bool(_SECOND_LINE.match(message.text))


def resembles_of(message: Message) -> str:
    """Name what a message is, in the words of `Malformed.resembles`."""
    match message:
        case FinalResultCode():
            return message.code
        case InformationResponse():
            return message.name
        case Malformed():
            return message.resembles
        case _:
            return _EVENT_NAMES.get(type(message), "")


@lru_cache(maxsize=512)
def _read_command(line: bytes) -> CommandLine | Malformed:
    fault = _fault(line)
    if fault:
        return Malformed(line, fault, _resembles(line))
    grammar = command_grammar()
    try:
        command = cast("CommandLine", grammar.parse(line, start="command"))
    except UnexpectedInput as error:
        found = _SUPPOSED.match(line)
        name = found[1].decode("ascii").upper() if found else ""
        return Malformed(line, explain(grammar, error, line), name)
    return command


@lru_cache(maxsize=512)
def _read_response(line: bytes, name: str | None, form: CommandForm) -> Message:
    fault = "" if _DATA.match(line) else _fault(line)
    if fault:
        return Malformed(line, fault, _resembles(line))
    if name is not None and _ATTENTION.match(line):
        return Malformed(line, "begins as an echo but is not the line that was sent", "echo")
    # A type or a code with leading zeros is that type or code; SOTA-EVT-001 judges the zeros.
    plain = _LEADING_ZEROS.sub(rb"\1\2,\3", line, count=1)
    return _parse(plain, _starts(plain, name, form), name, form)


def _fault(line: bytes) -> str:
    """Return why a line cannot be given to the grammar; empty where it can."""
    if len(line) > LINE_OCTETS:
        return f"line longer than {LINE_OCTETS} octets"
    legible = _UNQUOTED.match(line) or _LEGIBLE.match(line)
    end = legible.end() if legible else 0
    return f"octet {end + 1}: 0x{line[end]:02x} is not allowed here" if end < len(line) else ""


def _resembles(line: bytes) -> str:
    """Guess from its beginning what a malformed line was meant to be."""
    if _is_damaged_event(line):
        return "QIOTEVT"
    found = _RESULT.match(line)
    if found:
        return found[1].decode("ascii").upper()
    found = _VENDOR.match(line)
    if found:
        return (found[1] or found[2]).decode("ascii").upper()
    return ""


def _is_damaged_event(line: bytes) -> bool:
    """Tell whether a line is an event but for one or two octets of its prefix."""
    found = _EVENT_BODY.search(line)
    if found is None or abs(found.start() - len(_EVENT_PREFIX)) > _DAMAGED_OCTETS:
        return False
    return 0 < _distance(line[: found.start()], _EVENT_PREFIX) <= _DAMAGED_OCTETS


def _distance(left: bytes, right: bytes) -> int:
    """Return how many octets must be removed, added or changed to make both equal."""
    row = list(range(len(right) + 1))
    for number, octet in enumerate(left, start=1):
        before, row[0] = row[0], number
        for at, other in enumerate(right, start=1):
            changed = before + (octet != other)
            before = row[at]
            row[at] = min(changed, row[at] + 1, row[at - 1] + 1)
    return row[-1]


def _starts(line: bytes, name: str | None, form: CommandForm) -> tuple[str, ...]:
    """Choose the productions that a line may be, the documented shape before the general one."""
    if _RESULT.match(line):
        return ("final",)
    if line.startswith(b"+QIOTEVT"):
        strict = _EVENT_STARTS.get(line[:_EVENT_START_OCTETS])
        return (strict, "event") if strict else _data_starts(line, "event")
    if line.startswith(b"+QIOTSUBEVT"):
        return _data_starts(line, "sub_event")
    if line.startswith(b'+QIND: "FOTA"'):
        return ("indication",)
    return _answer_starts(line, name, form)


def _data_starts(line: bytes, production: str) -> tuple[str, ...]:
    """Allow free data, unless a further event ends an event without a count: that is torn."""
    free = _DATA.match(line) and (_EVENT not in line[1:] or counted_octets(line, 0) == len(line))
    return (production, f"{production}_data") if free else (production,)


def _answer_starts(line: bytes, name: str | None, form: CommandForm) -> tuple[str, ...]:
    """Choose the productions of a line that is neither a result code nor an event."""
    found = _NAMED.match(line)
    vendor = _VENDOR.match(line) is not None
    if name and found and found[1].decode("ascii") == name:
        general = "test" if form is CommandForm.TEST else "information"
        strict = _ANSWER_STARTS.get((name, form))
        starts = (strict, general) if strict else (general,)
        return starts if vendor else (*starts, "other")
    return ("information",) if vendor else ("other",)


def _parse(line: bytes, starts: tuple[str, ...], name: str | None, form: CommandForm) -> Message:
    """Parse a line by the first production that takes it."""
    grammar = response_grammar()
    furthest: UnexpectedInput | None = None
    for start in starts:
        try:
            message = cast("Message", grammar.parse(line, start=start))
        except UnexpectedInput as error:
            if furthest is None or position(error, line) > position(furthest, line):
                furthest = error
        else:
            return _in_context(message, line, name, form)
    assert furthest is not None, "at least one production is tried"
    return Malformed(line, explain(grammar, furthest, line), _resembles(line))


def _in_context(message: Message, line: bytes, name: str | None, form: CommandForm) -> Message:
    """Tell an answer from an unsolicited line."""
    answers = isinstance(message, InformationResponse) and message.name == name
    if not answers and not isinstance(message, Event) and _is_damaged_event(line):
        return Malformed(line, "an event with a damaged prefix", "QIOTEVT")
    if isinstance(message, InformationResponse) and message.name != name:
        return UnsolicitedResultCode(line.decode("latin-1"))
    if isinstance(message, UnsolicitedResultCode) and _takes_text(message.text, name, form):
        return InformationResponse("", (Literal(message.text),))
    return message


def _takes_text(text: str, name: str | None, form: CommandForm) -> bool:
    """Tell whether free text answers the pending command: ``ATI``, ``AT+CGMR``, ``AT+CIMI``.

    Lines that have a name of their own are answers only under the pending command's name.
    """
    if not name or name.startswith("QIOT"):
        return False
    if text.startswith("+"):
        return text.startswith(f"+{name}:")
    return form is CommandForm.EXECUTE or (form is CommandForm.BASIC and name[0] == "I")
