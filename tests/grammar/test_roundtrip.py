"""The reader undoes the writer, and what the grammar generates reads as what was generated."""

import re
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.lark import from_lark
from lark import Lark

from atverdict.grammar import compiled
from atverdict.grammar.decoder import Decoder
from atverdict.grammar.message import (
    Block,
    BlockHeader,
    CommandForm,
    CommandLine,
    ConfigurationItem,
    DownloadStarted,
    Echo,
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
    Prompt,
    Range,
    SubDeviceEvent,
    UnsolicitedResultCode,
    Value,
    ValueSet,
)
from atverdict.grammar.reader import read_command
from atverdict.grammar.writer import write_command, write_message


def matching(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)


UNSIGNED = st.integers(0, 2**64)
SIGNED = st.integers(-(2**31), 2**32)
STRINGS = st.text(st.characters(max_codepoint=0xFF, exclude_characters='"\r\n'), max_size=70)
FREE = st.text(
    st.characters(max_codepoint=0xFF, exclude_characters="\r\n"), min_size=1, max_size=70
)
NAMES = matching("[A-Z][A-Z0-9_]{0,15}").filter(lambda name: not name.startswith(("QI", "OK")))
COMMAND_WORDS = matching(r"(-?[0-9]*[!#-'*+./:=@-~]|-?[0-9]+-|--)[!#-+./0-:<-~-]*").map(Literal)
WORDS = matching(r"(-?[0-9]*[!#-'*+./:;=-~]|-?[0-9]+-|--)[!#-+\--~]*").map(Literal)
TEXTS = matching(r"(-?[0-9]*[!#-'*+./:;=-~]|-?[0-9]+-|--)([ !#-+\--~]*[!#-+\--~])?").map(Literal)
PLACEHOLDERS = matching("<[A-Za-z_][A-Za-z0-9_ ]*>").map(lambda text: Placeholder(text[1:-1]))
PROSE = matching(r"\([A-Za-z][ -'*-~]*\)").map(Literal)
RANGES = st.builds(Range, SIGNED, SIGNED)
MEMBERS: st.SearchStrategy[Value] = SIGNED | STRINGS | PLACEHOLDERS
# A list of one range alone is that range: "(0-2)".
GROUPS: st.SearchStrategy[Value] = RANGES | st.one_of(
    st.tuples(MEMBERS).map(ValueSet),
    st.lists(MEMBERS | RANGES, min_size=2, max_size=5).map(lambda values: ValueSet((*values,))),
)
GIVEN: st.SearchStrategy[Value] = SIGNED | STRINGS | TEXTS | PLACEHOLDERS | PROSE | GROUPS
VALUES = (
    st.lists(GIVEN | st.none(), min_size=1, max_size=6)
    .map(tuple)
    .filter(lambda values: values != (None,))
)
FIELDS = st.lists(SIGNED | STRINGS | WORDS, max_size=6).map(tuple)
READ = CommandForm.READ


@st.composite
def commands(draw: st.DrawFn) -> CommandLine:
    form = draw(st.sampled_from(CommandForm))
    if form is CommandForm.BASIC:
        return CommandLine(draw(matching("(&?[A-Z][0-9]*)?")), form)
    name = draw(matching("[A-Z][A-Z0-9_]{0,15}"))
    if form is not CommandForm.WRITE:
        return CommandLine(name, form)
    parameters = draw(st.lists(SIGNED | STRINGS | COMMAND_WORDS | st.none(), max_size=5).map(tuple))
    return CommandLine(name, form, () if parameters == (None,) else parameters)


def typed(payload: Offer | DownloadStarted | PieceReady) -> Event:
    match payload:
        case Offer(a, b, c, d, e, f):
            return Event(7, 10700, (a, b, c, d, e, f), payload)
        case DownloadStarted(a, b, c, d, e):
            return Event(7, 10701, (a, b, c, d) if e is None else (a, b, c, d, e), payload)
        case PieceReady(a, b, c, d):
            return Event(7, 10703, (a, b, c, d), payload)


OFFERS = st.builds(Offer, STRINGS, STRINGS, STRINGS, UNSIGNED, SIGNED, UNSIGNED)
STARTS = st.builds(DownloadStarted, STRINGS, UNSIGNED, STRINGS, UNSIGNED, st.none() | STRINGS)
PIECES = st.builds(PieceReady, STRINGS, UNSIGNED, UNSIGNED, UNSIGNED)
EVENTS = st.one_of(
    st.builds(Event, st.integers(0, 6), st.integers(0, 9999), FIELDS),
    st.builds(Event, st.just(7), st.sampled_from([10702, 10704, 10705, 10706, 10707]), FIELDS),
    (OFFERS | STARTS | PIECES).map(typed),
)
UNASKED = st.one_of(
    EVENTS,
    st.builds(SubDeviceEvent, STRINGS, STRINGS, UNSIGNED, UNSIGNED, FIELDS),
    st.builds(FotaIndication, STRINGS, st.none() | SIGNED),
    st.sampled_from(["RDY", "NO CARRIER", "+CEREG: 1", "POWERED DOWN"]).map(UnsolicitedResultCode),
    st.just(Prompt()),
)
FINALS = st.sampled_from(["OK", "ERROR"]).map(FinalResultCode) | st.builds(
    FinalResultCode, st.sampled_from(["+CME ERROR", "+CMS ERROR"]), matching("[!-~]([ -~]*[!-~])?")
)


def configuration(keyword: str, values: tuple[Value, ...], *, spaced: bool) -> InformationResponse:
    item = ConfigurationItem(keyword, values, spaced=spaced)
    return InformationResponse("QIOTCFG", (keyword, *values), item)


@st.composite
def answers(draw: st.DrawFn) -> tuple[CommandLine, list[Message]]:
    """A command and an answer to it, all of one shape."""
    kind = draw(st.sampled_from(["named", "test", "version", "configuration", "item", "block"]))
    if kind in {"named", "test"}:
        name = draw(NAMES)
        form = CommandForm.TEST if kind == "test" else READ
        values = draw(VALUES.filter(lambda values: kind == "named" or values[0] is not None))
        return CommandLine(name, form), [InformationResponse(name, values)]
    if kind == "version":
        pair = draw(st.tuples(STRINGS, STRINGS))
        answer = InformationResponse("QIOTMCUVER", pair, McuVersion(*pair))
        return CommandLine("QIOTMCUVER", READ), [answer]
    if kind == "configuration":
        answer = configuration(
            draw(STRINGS),
            draw(st.lists(GIVEN | st.none(), max_size=4).map(tuple)),
            spaced=draw(st.booleans()),
        )
        return CommandLine("QIOTCFG", CommandForm.WRITE, ("server",)), [answer]
    if kind == "item":
        item = draw(matching("[A-Za-z_][A-Za-z0-9_ ]*").map(Literal))
        text = draw(st.none() | matching("[!#-~]([ -~]*[!-~])?").map(Literal))
        return CommandLine("QIOTINFO", READ), [InformationResponse("QIOTINFO", (item, text))]
    octets = draw(st.binary(max_size=200))
    header = BlockHeader(draw(st.integers(0, 2**40)), len(octets))
    values = (header.start, header.length)
    response = InformationResponse("QIOTOTARD", values, header)
    return CommandLine("QIOTOTARD", CommandForm.WRITE, (0, 1)), [response, Block(octets)]


@settings(deadline=None)
@given(commands())
def test_reading_a_written_command_line_gives_it_back(command: CommandLine) -> None:
    assert read_command(write_command(command).removesuffix(b"\r")) == command


@settings(deadline=None)
@given(answer=answers(), echoed=st.booleans(), final=FINALS)
def test_reading_a_written_answer_gives_it_back(
    *, answer: tuple[CommandLine, list[Message]], echoed: bool, final: FinalResultCode
) -> None:
    command, body = answer
    line = write_command(command)
    messages = [*([Echo(line.removesuffix(b"\r"))] if echoed else []), *body, final]
    decoder = Decoder()
    decoder.sent(line)
    decoded = decoder.feed(b"".join(write_message(message) for message in messages))
    assert [item.message for item in decoded] == messages
    assert decoder.pending is None


@settings(deadline=None)
@given(UNASKED)
def test_reading_a_written_unsolicited_message_gives_it_back(message: Message) -> None:
    decoded = Decoder().feed(write_message(message))
    assert [item.message for item in decoded] == [message]


@pytest.mark.parametrize("event", [Event(5, 10200, (3,)), Event(5, 10210, (0,))])
def test_reading_a_written_unbuffered_event_gives_it_back(event: Event) -> None:
    length = event.values[0]
    assert isinstance(length, int)
    messages: list[Message] = [event, Block(b"\r\n+"[:length]), FinalResultCode("OK")]
    decoded = Decoder().feed(b"".join(write_message(message) for message in messages))
    assert [item.message for item in decoded] == messages


@pytest.mark.parametrize(
    "message",
    [
        InformationResponse("QIOTMCUVER", ('a"b', "1")),
        UnsolicitedResultCode("a\r\nOK"),
        UnsolicitedResultCode("中"),
        CommandLine("X\r", CommandForm.READ),
    ],
)
def test_what_cannot_stand_in_a_line_is_not_written(message: Message) -> None:
    with pytest.raises(ValueError, match=r"no octet|cannot stand in a"):
        write_message(message)


@pytest.mark.parametrize("text", ["Quectel", "Revision: A, B (C)", "460001234567890"])
def test_reading_written_free_text_gives_it_back(text: str) -> None:
    decoder = Decoder()
    decoder.sent(b"ATI\r")
    answer = InformationResponse("", (Literal(text),))
    assert [item.message for item in decoder.feed(write_message(answer))] == [answer]


def test_malformed_octets_are_written_as_they_are() -> None:
    assert write_message(Malformed(b"OK\n", "ended by LF alone", "OK")) == b"OK\n"
    assert write_message(CommandLine("E0", CommandForm.BASIC)) == b"ATE0\r"
    assert write_message(Block(b"x", terminated=False)) == b"x"


# The defaults generate a name or a number of any length, and blanks that the writer never
# prints after a comma.
TERMINALS = {
    "INT": UNSIGNED.map(str),
    "SINT": st.integers(-(2**31), -1).map(str),
    "STRING": matching('"[!#-+\\--~]{0,40}"'),
}
RESPONSE_TERMINALS = TERMINALS | {
    "NAME": NAMES,
    "PLACEHOLDER": matching("<[A-Za-z_]{1,12}>"),
    "PROSE": matching(r"\([A-Za-z][!-'*-~]{0,20}\)"),
    "LINE": st.sampled_from(["RDY", "+CEREG: 1", "NO CARRIER"]),
    "FREE": FREE,
    "REST": FREE.filter(lambda text: not text.startswith('"')),
}


@settings(deadline=None)
@given(
    from_lark(
        compiled.command_grammar(),
        start="command",
        explicit=TERMINALS
        | {
            "_PREFIX": st.just("AT"),
            "COMMAND": matching("[A-Z][A-Z0-9_]{0,15}"),
            "BASIC": matching("&?[A-Z][0-9]*"),
        },
    )
)
def test_a_generated_command_line_parses_to_what_was_generated(line: str) -> None:
    command = read_command(line.encode("latin-1"))
    assert isinstance(command, CommandLine)
    assert write_command(command) == line.encode("latin-1") + b"\r"


def terminals_of(grammar: Lark, start: str) -> set[str]:
    """The terminals that a production reaches; `from_lark` refuses any other."""
    reached, seen = {start}, set[str]()
    while reached - seen:
        name = (reached - seen).pop()
        seen.add(name)
        for rule in grammar.rules:
            if rule.origin.name == name:
                reached |= {symbol.name for symbol in rule.expansion}
    return seen


@pytest.mark.parametrize("start", compiled.RESPONSE_STARTS)
def test_a_generated_response_line_parses_to_what_was_generated(start: str) -> None:
    grammar = compiled.response_grammar()
    names = terminals_of(grammar, start)
    explicit = {name: RESPONSE_TERMINALS[name] for name in names & set(RESPONSE_TERMINALS)}

    @settings(deadline=None, max_examples=60)
    @given(from_lark(grammar, start=start, explicit=explicit))
    def parses(line: str) -> None:
        octets = line.encode("latin-1")
        message = cast("Message", grammar.parse(octets, start=start))
        written = write_message(message).strip(b"\r\n").replace(b", ", b",")
        octets = octets.replace(b", ", b",")
        if isinstance(message, SubDeviceEvent):  # its keys may stand without quotes
            written, octets = written.replace(b'"', b""), octets.replace(b'"', b"")
        assert written == octets

    parses()
