"""A second reader, written by hand without Lark, agrees with the first on every vector."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

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
    Malformed,
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
from atverdict.grammar.reader import read_command, read_response_line, supposed_command

VECTORS = tomllib.loads((Path(__file__).parents[1] / "data" / "vectors.toml").read_text("ascii"))


class Refused(Exception):
    """The second reader does not take the text."""


def split(text: str) -> Iterator[str]:
    """Cut at the commas outside quotes and parentheses."""
    depth, quoted, begin = 0, False, 0
    for index, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif not quoted and character in "()":
            depth += 1 if character == "(" else -1
        elif not quoted and depth == 0 and character == ",":
            yield text[begin:index]
            begin = index + 1
    yield text[begin:]


def scalar(text: str) -> int | str:
    if re.fullmatch("-?[0-9]+", text):
        return int(text)
    if len(text) > 1 and text[0] == text[-1] == '"' and text.count('"') == 2:
        return text[1:-1]
    raise Refused(text)


def event_field(text: str) -> Value:
    if not text:
        return None
    try:
        return scalar(text)
    except Refused:
        if set(text) & set(' "()<') or text == "-":
            raise
        return Literal(text)


def group(text: str, *, blanks: bool) -> Value:
    if re.fullmatch(r"\([A-Za-z][^()]*\)", text):
        return Literal(text)
    if not text.endswith(")"):
        raise Refused(text)
    members = [member(part, blanks=blanks and i > 0) for i, part in enumerate(split(text[1:-1]))]
    return (
        members[0] if isinstance(members[0], Range) and not members[1:] else ValueSet((*members,))
    )


def member(text: str, *, blanks: bool) -> Value:
    text = text.removeprefix(" ") if blanks else text
    found = re.fullmatch("(-?[0-9]+)-(-?[0-9]+)", text)
    if found:
        return Range(int(found[1]), int(found[2]))
    if re.fullmatch("<[A-Za-z_][A-Za-z0-9_ ]*>", text):
        return Placeholder(text[1:-1])
    return scalar(text)


def value(text: str, *, blanks: bool = False) -> Value:
    text = text.removeprefix(" ") if blanks else text
    if text == "":
        return None
    if text.startswith("("):
        return group(text, blanks=True)
    if text.startswith("<"):
        return member(text, blanks=False)
    try:
        return scalar(text)
    except Refused:
        if '"' in text or text != text.strip() or not re.match("-?[0-9]*[^0-9 -]|--|[0-9]+-", text):
            raise
        return Literal(text)


def parameter(text: str) -> Value:
    if text == "":
        return None
    if text.startswith("?") or ";" in text or re.match("[0-9]+[?]", text):
        raise Refused(text)
    return event_field(text)


def second_command(line: str) -> CommandLine:
    if line[:2].upper() != "AT":
        raise Refused(line)
    body = line[2:]
    if body == "" or re.fullmatch("&?[A-Za-z][0-9]*", body):
        return CommandLine(body.upper(), CommandForm.BASIC)
    found = re.fullmatch(r"\+([A-Za-z]\w*)(\?|=\?|=(.*))?", body)
    if found is None:
        raise Refused(line)
    name = found[1].upper()
    if found[2] in {"?", "=?", None}:
        forms = {"?": CommandForm.READ, "=?": CommandForm.TEST, None: CommandForm.EXECUTE}
        return CommandLine(name, forms[found[2]])
    if found[3] == "":
        return CommandLine(name, CommandForm.WRITE)
    return CommandLine(name, CommandForm.WRITE, tuple(parameter(p) for p in split(found[3])))


def second_event(text: str) -> Event:
    kind, code, *fields = split(text)
    if not (kind.isdigit() and code.isdigit()):
        raise Refused(text)
    try:
        values = tuple(event_field(field) for field in fields)
    except Refused:
        if kind not in {"4", "5"} or "+QIOTEVT" in text:
            raise
        values = (Literal(text.split(",", 2)[2]),)
    shape = "".join(
        "s" if isinstance(v, str) else "i" if isinstance(v, int) else "?" for v in values
    )
    unsigned = all(
        v >= 0
        for i, v in enumerate(values)
        if isinstance(v, int) and (code, i) not in {("10700", 4), ("10701", 3)}
    )
    types = {("7", "10700", "sssiii"): Offer, ("7", "10703", "siii"): PieceReady}
    types |= {("7", "10701", f"sisi{more}"): DownloadStarted for more in ("", "s")}
    make = types.get((kind, code, shape)) if unsigned else None
    return Event(int(kind), int(code), values, make(*values) if make else None)


def second_answer(
    name: str, text: str, pending: CommandLine, *, spaced: bool
) -> InformationResponse:
    test = pending.form is CommandForm.TEST
    item = re.fullmatch('([A-Za-z_][A-Za-z0-9_ ]*),([^"].*)?', text)
    if name == "QIOTINFO" and pending.form is CommandForm.READ and item:
        return InformationResponse(name, (Literal(item[1]), Literal(item[2]) if item[2] else None))
    parts = list(split(text))
    if parts == [""]:
        raise Refused(text)
    values = tuple(value(part, blanks=test and i > 0) for i, part in enumerate(parts))
    strict = not any(part.startswith(" ") for part in parts)
    match name, pending.form, values:
        case "QIOTCFG", _, (str(keyword), *rest) if strict:
            item_payload = ConfigurationItem(keyword, tuple(rest), spaced=spaced)
            return InformationResponse(name, values, item_payload)
        case "QIOTMCUVER", (CommandForm.READ | CommandForm.WRITE), (str(a), str(b)) if spaced:
            return InformationResponse(name, values, McuVersion(a, b))
        case "QIOTOTARD", CommandForm.WRITE, (int(a), int(b)) if spaced and b >= 0:
            return InformationResponse(name, values, BlockHeader(a, b))
    if not spaced:
        raise Refused(text)
    return InformationResponse(name, values)


def second_indication(text: str) -> FotaIndication:
    stage, *rest = [scalar(part) for part in split(text)]
    if not isinstance(stage, str) or rest[1:] or not all(isinstance(v, int) for v in rest):
        raise Refused(text)
    return FotaIndication(stage, int(rest[0]) if rest else None)


def second_named(line: str, pending: CommandLine | None) -> Message:
    name, _, text = line[1:].partition(":")
    spaced = text.startswith(" ")
    body = text[1:] if spaced else text
    if name in {"QIOTEVT", "QIOTSUBEVT"} or (name, body[:6]) == ("QIND", '"FOTA"'):
        if not spaced:
            raise Refused(line)
        if name == "QIOTEVT":
            return second_event(body)
        if name == "QIND":
            return second_indication(body[7:])
        keys, rest = list(split(body))[:2], list(split(body))[2:]
        event = second_event(",".join(rest))
        product, device = (key.strip('"') for key in keys)
        return SubDeviceEvent(product, device, event.type, event.code, event.values)
    if pending is not None and name == pending.name:
        return second_answer(name, body, pending, spaced=spaced)
    if name.upper().startswith(("QIOT", "QIND")):
        if ":" not in line or not spaced or name != name.upper():
            raise Refused(line)
        [value(part) for part in split(body)]
    return UnsolicitedResultCode(line)


def second_response(line: str, pending: CommandLine | None) -> Message:
    final = re.fullmatch(r"(OK|ERROR)|(\+CM[ES] ERROR): (.+)", line)
    if final:
        return FinalResultCode(final[1] or final[2], final[3] or "")
    if re.match(r" *(\+CM[ES] )?(OK|ERROR)(?!\w)", line, re.IGNORECASE) or not line.strip():
        raise Refused(line)
    if pending is not None and line[:2].upper() == "AT":
        raise Refused(line)
    if re.match(r" +\+QI", line) or re.match("QIOT[A-Z]+:", line):
        raise Refused(line)
    texts = pending is not None and not pending.name.startswith("QIOT")
    if not line.startswith("+"):
        asked = pending is not None and (
            pending.form is CommandForm.EXECUTE or pending.name.startswith("I")
        )
        if texts and asked:
            return InformationResponse("", (Literal(line),))
        return UnsolicitedResultCode(line)
    try:
        return second_named(line, pending)
    except Refused:
        if texts and pending is not None and line.startswith(f"+{pending.name}:"):
            return InformationResponse("", (Literal(line),))
        raise


@pytest.mark.parametrize("vector", VECTORS["command"], ids=lambda vector: vector["line"])
def test_both_readers_agree_on_a_command_line(vector: dict[str, str]) -> None:
    first = read_command(vector["line"].encode())
    if isinstance(first, Malformed):
        with pytest.raises(Refused):
            second_command(vector["line"])
    else:
        assert second_command(vector["line"]) == first


@pytest.mark.parametrize(
    "vector",
    VECTORS["response"],
    ids=lambda vector: f"{vector.get('pending', '')}|{vector['line']}",
)
def test_both_readers_agree_on_a_response_line(vector: dict[str, str]) -> None:
    pending = supposed_command(vector["pending"].encode()) if "pending" in vector else None
    first = read_response_line(vector["line"].encode(), pending)
    if isinstance(first, Malformed):
        with pytest.raises((Refused, ValueError)):
            second_response(vector["line"], pending)
    else:
        assert second_response(vector["line"], pending) == first
