"""The decoder: which command an answer belongs to, chunks, noise, and what giving up yields."""

import random
import subprocess
import sys
import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atverdict.grammar.decoder import Decoded, Decoder, Limits
from atverdict.grammar.message import (
    Block,
    BlockHeader,
    CommandForm,
    CommandLine,
    Echo,
    Event,
    FinalResultCode,
    InformationResponse,
    Literal,
    Malformed,
    Message,
    SubDeviceEvent,
    UnsolicitedResultCode,
)

OK, ERROR = FinalResultCode("OK"), FinalResultCode("ERROR")


def converse(*steps: bytes | str, decoder: Decoder | None = None) -> list[Message]:
    """Send what is text and receive what is octets."""
    decoder = decoder or Decoder()
    messages: list[Message] = []
    for step in steps:
        if isinstance(step, str):
            decoder.sent(step.encode("latin-1"))
        else:
            messages += [item.message for item in decoder.feed(step)]
    return messages


def header(start: int, length: int) -> InformationResponse:
    return InformationResponse("QIOTOTARD", (start, length), BlockHeader(start, length))


def test_a_command_is_pending_until_its_final_result_code() -> None:
    decoder = Decoder()
    assert decoder.pending is None
    decoder.sent(b"AT+QIOTSTATE?\r")
    assert decoder.pending == CommandLine("QIOTSTATE", CommandForm.READ)
    converse(b"\r\n+QIOTSTATE: 8\r\n", decoder=decoder)
    assert decoder.pending is not None
    converse(b"\r\nOK\r\n", decoder=decoder)
    assert decoder.pending is None


def test_each_final_result_code_answers_one_of_several_commands() -> None:
    decoder = Decoder()
    decoder.sent(b"AT+QIOTSTATE?\r\nAT+QIOTREG?\r\n")
    messages = converse(
        b"+QIOTSTATE: 8\r\n+QIOTREG: 1\r\n\r\nOK\r\n\r\n+QIOTREG: 1\r\n", decoder=decoder
    )
    assert messages == [
        InformationResponse("QIOTSTATE", (8,)),
        UnsolicitedResultCode("+QIOTREG: 1"),
        OK,
        InformationResponse("QIOTREG", (1,)),
    ]
    assert decoder.pending == CommandLine("QIOTREG", CommandForm.READ)
    converse(b"OK\r\n", decoder=decoder)
    assert decoder.pending is None


def test_a_malformed_command_line_is_pending_too() -> None:
    decoder = Decoder()
    decoder.sent(b'AT+QIOTMCUVER="STM32\r')
    assert decoder.pending == CommandLine("QIOTMCUVER", CommandForm.WRITE)
    assert converse(b"\r\nERROR\r\n", decoder=decoder) == [ERROR]
    assert decoder.pending is None


@pytest.mark.parametrize("line", ["\r", "\r\n", "\n", "X\r", "AT+QIOTSTATE?"])
def test_what_needs_no_answer_or_has_no_end_is_not_pending(line: str) -> None:
    decoder = Decoder()
    converse(line, decoder=decoder)
    assert decoder.pending is None


def test_a_line_may_be_sent_in_parts() -> None:
    assert converse(
        "AT+QIOT", "STATE?", "\r", "\n", b"AT+QIOTSTATE?\r\n+QIOTSTATE: 0\r\nOK\r\n"
    ) == [
        Echo(b"AT+QIOTSTATE?"),
        InformationResponse("QIOTSTATE", (0,)),
        OK,
    ]


def test_the_echoes_of_junk_and_of_commands_are_recognised_in_their_order() -> None:
    assert converse("junk\r\r\nAT\rAT+CSQ\r", b"junk\r\rAT\rAT+CSQ\r\r\nOK\r\n\r\nOK\r\n") == [
        Echo(b"junk"),
        Echo(b"AT"),
        Echo(b"AT+CSQ"),
        OK,
        OK,
    ]


def test_an_echo_of_a_command_is_recognised_where_junk_before_it_did_not_come_back() -> None:
    assert converse("junk\rAT\r", b"AT\r\r\nOK\r\n") == [Echo(b"AT"), OK]


def test_an_echo_of_a_line_with_an_lf_inside_comes_once() -> None:
    messages = converse("AT\n\r", b"AT\n\rAT\n\r\nERROR\r\n")
    assert messages[0] == Echo(b"AT\n")
    assert messages[1] == Malformed(b"AT\n", "ended by LF alone", "echo")


def test_an_echo_comes_once() -> None:
    messages = converse("AT\r", b"AT\r\r\nAT\r\nOK\r\n")
    assert messages[0] == Echo(b"AT")
    assert isinstance(messages[1], Malformed)
    assert messages[1].resembles == "echo"


def test_an_altered_echo_is_malformed() -> None:
    (found,) = converse("AT+QIOTREG=1\r", b"AT+QIOTREG=2\r\n")
    assert isinstance(found, Malformed)
    assert (found.octets, found.resembles) == (b"AT+QIOTREG=2\r\n", "echo")


def test_an_event_may_stand_between_a_command_and_its_answer() -> None:
    assert converse("AT+QIOTREG?\r", b"\r\n+QIOTEVT: 2,10200\r\n\r\n+QIOTREG: 1\r\n\r\nOK\r\n") == [
        Event(2, 10200),
        InformationResponse("QIOTREG", (1,)),
        OK,
    ]


def test_a_block_follows_the_header_that_answers_a_read() -> None:
    payload = b"\r\nOK\r\n+QIOTEVT: 7,10706\r\n\x00\xff"
    octets = b"\r\n+QIOTOTARD: 0,%d\r\n" % len(payload) + payload + b"\r\n\r\nOK\r\n"
    expected = [header(0, len(payload)), Block(payload), OK]
    assert converse("AT+QIOTOTARD=0,1024\r", octets) == expected


@pytest.mark.parametrize("line", ["AT+QIOTOTARD=0\r", 'AT+QIOTOTARD="0",1;\r', "at+qiotOTARD=\r"])
def test_a_header_counts_after_a_malformed_read_too(line: str) -> None:
    octets = b"+QIOTOTARD: 0,2\r\n\r\n\r\nERROR\r\n"
    assert converse(line, octets) == [header(0, 2), Block(b"\r\n"), ERROR]


@pytest.mark.parametrize("line", ["AT+QIOTOTARD=?\r", "AT+QIOTOTARD?\r", "AT\r", ""])
def test_the_same_line_elsewhere_counts_nothing(line: str) -> None:
    messages = converse(line, b"+QIOTOTARD: 0,1024\r\n\r\nOK\r\n")
    assert len(messages) == 2
    assert messages[1] == OK


@pytest.mark.parametrize("blanks", [b"\r\n", b"\r\n\r\n"])
def test_an_empty_block_takes_one_line_end_of_one_or_two(blanks: bytes) -> None:
    octets = b"+QIOTOTARD: 0,0\r\n" + blanks + b"OK\r\n"
    assert converse("AT+QIOTOTARD=0,0\r", octets) == [header(0, 0), Block(b""), OK]


def test_octets_behind_a_block_are_malformed_until_the_final_result_code() -> None:
    decoder = Decoder()
    messages = converse(
        "AT+QIOTOTARD=0,2\r",
        b"+QIOTOTARD: 0,2\r\nabcd\r\nef\r\n+QIOTEVT: 7,10702\r\nOK\r\nRDY\r\n",
        decoder=decoder,
    )
    assert messages[1] == Block(b"ab", terminated=False)
    assert [m.octets for m in messages if isinstance(m, Malformed)] == [b"cd\r\n", b"ef\r\n"]
    assert messages[-3:] == [Event(7, 10702), OK, UnsolicitedResultCode("RDY")]


def test_a_block_beyond_the_limit_is_not_counted() -> None:
    decoder = Decoder(Limits(block_octets=4))
    messages = converse("AT+QIOTOTARD=0,9\r", b"+QIOTOTARD: 0,5\r\n\r\nOK\r\n", decoder=decoder)
    reason = "block of 5 octets announced, the limit is 4"
    assert messages == [Malformed(b"+QIOTOTARD: 0,5\r\n", reason, "QIOTOTARD"), OK]


@pytest.mark.parametrize("code", [10200, 10210])
def test_an_unbuffered_receive_event_is_followed_by_a_block(code: int) -> None:
    octets = b"\r\n+QIOTEVT: 5,%d,4\r\n\r\nOK\r\n+QIOTEVT: 5,%d\r\n" % (code, code)
    assert converse(octets) == [Event(5, code, (4,)), Block(b"\r\nOK"), Event(5, code)]


@pytest.mark.parametrize("head", [b"+QIOTEVT: ", b'+QIOTSUBEVT: "pk","dk",', b"+QIOTSUBEVT: p,d,"])
@pytest.mark.parametrize(
    "data", [b"", b'{"1":"a"}', b"\r\nOK\r\n", b"+QIOTEVT: 7,10705\r\n", bytes(range(256))]
)
def test_counted_data_inside_an_event_are_data_whatever_they_spell(
    head: bytes, data: bytes
) -> None:
    line = head + b"5,10212,17,%d,%b" % (len(data), data)
    octets = b"\r\n" + line + b"\r\n\r\n+QIOTSTATE: 8\r\n\r\nOK\r\n"
    event, *rest = converse("AT+QIOTSTATE?\r", octets)
    assert isinstance(event, Event | SubDeviceEvent)
    assert (event.type, event.code) == (5, 10212)
    assert rest == [InformationResponse("QIOTSTATE", (8,)), OK]


def test_a_count_that_is_wrong_is_no_count() -> None:
    event = Event(5, 10212, (17, 4, Literal("ab")))
    assert converse(b"+QIOTEVT: 5,10212,17,4,ab\r\n+QIOTEVT: 7,10702\r\n") == [
        event,
        Event(7, 10702),
    ]
    decoder = Decoder()
    assert converse("AT\r", b"+QIOTEVT: 5,10212,17,4,ab\r\nOK\r\n", decoder=decoder) == [event, OK]


def test_a_count_that_is_too_large_keeps_nothing_back_for_ever() -> None:
    decoder = Decoder()
    octets = b"+QIOTEVT: 5,10212,17,400,ab\r\n\r\nOK\r\n"
    assert converse("AT\r", octets, decoder=decoder) == []
    assert [told.message for told in decoder.abandon()] == [
        Event(5, 10212, (17, 400, Literal("ab"))),
        OK,
    ]


@pytest.mark.parametrize("code", [10200, 10210])
def test_a_sub_device_has_unbuffered_data_too(code: int) -> None:
    octets = b'+QIOTSUBEVT: "p","d",5,%d,6\r\n\r\nOK\r\n\r\n\r\nOK\r\n' % code
    told = SubDeviceEvent("p", "d", 5, code, (6,))
    assert converse("AT\r", octets) == [told, Block(b"\r\nOK\r\n"), OK]


def test_data_that_no_line_end_follows_spoil_no_line() -> None:
    octets = b"+QIOTEVT: 5,10200,2\r\nabRDY\r\n"
    assert converse(octets) == [
        Event(5, 10200, (2,)),
        Block(b"ab", terminated=False),
        UnsolicitedResultCode("RDY"),
    ]


@pytest.mark.parametrize("first", [b'+CMT: "+49",,"26/12/01"', b"+CDS: 6", b"+CBM: 1,2,0,1,1"])
@pytest.mark.parametrize("second", [b"OK", b"ERROR", b"+QIOTEVT: 7,10705", b"AT"])
def test_the_second_line_of_a_message_is_text(first: bytes, second: bytes) -> None:
    text = UnsolicitedResultCode((first + b"\r\n" + second).decode())
    octets = b"\r\n%b\r\n%b\r\n" % (first, second)
    assert converse("AT+QIOTSTATE?\r", octets + b"\r\n+QIOTSTATE: 8\r\n\r\nOK\r\n") == [
        text,
        InformationResponse("QIOTSTATE", (8,)),
        OK,
    ]


def test_data_of_another_connection_are_counted() -> None:
    octets = b'\r\n+QIURC: "recv",0,4\r\nOK\r\n\r\n\r\nOK\r\n'
    assert converse("AT\r", octets) == [
        UnsolicitedResultCode('+QIURC: "recv",0,4'),
        Block(b"OK\r\n"),
        OK,
    ]


def test_a_code_right_behind_a_foreign_line_is_text_where_codes_stand_apart() -> None:
    decoder = Decoder()
    for _ in range(2):
        assert converse("AT\r", b"\r\nOK\r\n", decoder=decoder) == [OK]
    urc = b"\r\n+QSMS: 1\r\nOK\r\n"
    text = [UnsolicitedResultCode("+QSMS: 1"), UnsolicitedResultCode("OK")]
    assert converse("AT\r", urc + b"\r\nERROR\r\n", decoder=decoder) == [
        *text,
        FinalResultCode("ERROR"),
    ]
    assert converse("AT\r", urc, decoder=decoder) == text
    assert [told.message for told in decoder.abandon()] == [OK]
    assert converse(urc, decoder=decoder) == text
    assert converse("AT\r", b"", decoder=decoder) == []
    assert decoder.abandon() == []


def test_a_code_right_behind_a_foreign_line_counts_where_codes_stand_bare() -> None:
    decoder = Decoder()
    for _ in range(3):
        converse("AT\r", b"OK\r\n", decoder=decoder)
    told = converse("AT\r", b"+CEREG: 1\r\nOK\r\n", decoder=decoder)
    assert told == [UnsolicitedResultCode("+CEREG: 1"), OK]


def test_the_first_line_of_a_message_is_told_where_the_second_never_comes() -> None:
    decoder = Decoder()
    assert converse(b"+CMT: 1\r\n", decoder=decoder) == []
    assert [told.message for told in decoder.abandon()] == [UnsolicitedResultCode("+CMT: 1")]


def test_a_line_end_that_is_wrong_tells_what_the_line_resembles() -> None:
    messages = converse("AT+QIOTREG?\r", b"+QIOTREG: 1\nOK\n+QIOTEVT: 2,10200\rRDY\nok\n")
    assert all(isinstance(message, Malformed) for message in messages)
    resembled = [m.resembles for m in messages if isinstance(m, Malformed)]
    assert resembled == ["QIOTREG", "OK", "QIOTEVT", "", "OK"]


@pytest.mark.parametrize(
    ("line", "resembles"),
    [
        (b'+QIOTSUBEVT: "a","b",1,2\n', "QIOTSUBEVT"),
        (b'+QIND: "FOTA","END",0\n', "QIND"),
        (b"+CME ERROR: 3\n", "+CME ERROR"),
    ],
)
def test_every_kind_of_line_has_a_name(line: bytes, resembles: str) -> None:
    (found,) = converse(line)
    assert isinstance(found, Malformed)
    assert found.resembles == resembles


def test_free_text_answers_a_command_that_asks_for_it() -> None:
    assert converse("ATI\r", b"\r\nQuectel\r\nEC200U\r\n\r\nOK\r\nQuectel\r\n") == [
        InformationResponse("", (Literal("Quectel"),)),
        InformationResponse("", (Literal("EC200U"),)),
        OK,
        UnsolicitedResultCode("Quectel"),
    ]


def test_the_place_of_a_message_is_told() -> None:
    decoder = Decoder()
    decoder.sent(b"AT\r")
    assert decoder.feed(b"AT\r\r\nOK\r\n") == [
        Decoded(Echo(b"AT"), 0, 3),
        Decoded(OK, 5, 9, leading_crlf=True),
    ]


def test_octets_that_form_no_message_yet_are_shown() -> None:
    decoder = Decoder()
    decoder.feed(b"RDY\r\n+QIOTE")
    assert decoder.incomplete == b"+QIOTE"


def test_giving_up_yields_what_is_half_there_and_forgets_the_command() -> None:
    decoder = Decoder()
    decoder.sent(b"AT+QIOTOTARD=0,4\rAT\r")
    decoder.feed(b"+QIOTOTARD: 0,4\r\nab")
    (cut,) = decoder.abandon()
    assert cut == Decoded(Malformed(b"ab", "block cut short: 2 of 4 octets", "QIOTOTARD"), 17, 19)
    assert (decoder.pending, decoder.incomplete) == (None, b"")
    assert converse(b"\r\nOK\r\n", decoder=decoder) == [OK]


def test_giving_up_on_an_event_names_the_event() -> None:
    decoder = Decoder()
    decoder.feed(b"+QIOTEVT: 5,10200,4\r\n")
    (cut,) = decoder.abandon()
    assert cut.message == Malformed(b"", "block cut short: 0 of 4 octets", "QIOTEVT")


def test_giving_up_in_an_echo_or_a_line_yields_it() -> None:
    decoder = Decoder()
    decoder.sent(b"AT+CSQ\r")
    decoder.feed(b"AT+C")
    (cut,) = decoder.abandon()
    reason = "line cut short: its end never came"
    assert cut.message == Malformed(b"AT+C", reason, "echo")
    decoder.feed(b"OK")
    assert [item.message for item in decoder.abandon()] == [Malformed(b"OK", reason, "OK")]
    assert decoder.abandon() == []


def test_giving_up_forgets_a_line_that_was_begun() -> None:
    decoder = Decoder()
    decoder.sent(b"AT+QIOT")
    decoder.abandon()
    decoder.sent(b"AT\r")
    assert decoder.pending == CommandLine("", CommandForm.BASIC)


PIECES = [
    b"\r\nOK\r\n",
    b"OK\r\n",
    b"\r\nERROR\r\n",
    b"\r\n",
    b"\r",
    b"\n",
    b"> ",
    b"\r\n+QIOTOTARD: 0,7\r\n",
    b"OK\r\n+\r\n",
    b"\r\n+QIOTEVT: 5,10200,3\r\n",
    b"\r\n+QIOTEVT: 5,10212,1,4,\r\nOK\r\n",
    b"+CMT: 1\r\nOK\r\n",
    b'\r\n+QIOTEVT: 7,10703,"STM32",27954,0,27954\r\n',
    b"\r\n+QIOTSTATE: 8\r\n",
    b"AT+QIOTSTATE?\r",
    b"AT+QIOTSTATE?\r\n",
    b"AT\r\r\n",
    b"junk\r\n",
    b"RDY\n",
    b"x" * 90 + b"\r\n",
    b"\x00\xff",
]
SENT = [
    "",
    "AT\r",
    "AT+QIOTSTATE?\r\n",
    "AT+QIOTOTARD=0,7\rAT\r",
    "junk\r",
    "\r\n",
    "AT+QIOTOTARD=0,7\r",
]
STREAMS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=20), max_size=12).map(b"".join)


def decode(sent: list[str], streams: list[bytes], cuts: set[int] | None) -> list[Decoded]:
    """Decode streams with commands between them; cut at the offsets, or at every octet."""
    decoder = Decoder(Limits(line_octets=64))
    decoded: list[Decoded] = []
    for line, stream in zip(sent, streams, strict=True):
        decoder.sent(line.encode())
        inner = (
            range(1, len(stream)) if cuts is None else sorted(c for c in cuts if c < len(stream))
        )
        for begin, end in pairwise([0, *inner, len(stream)]):
            decoded += decoder.feed(stream[begin:end])
    return decoded + decoder.abandon()


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(st.sampled_from(SENT), STREAMS), max_size=4), st.sets(st.integers(1, 150))
)
def test_chunk_boundaries_mean_nothing(steps: list[tuple[str, bytes]], cuts: set[int]) -> None:
    sent, streams = [line for line, _ in steps], [stream for _, stream in steps]
    whole = decode(sent, streams, set())
    assert decode(sent, streams, None) == whole
    assert decode(sent, streams, cuts) == whole


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(SENT), STREAMS), max_size=4))
def test_messages_stand_in_order_where_they_say(steps: list[tuple[str, bytes]]) -> None:
    sent, streams = [line for line, _ in steps], [stream for _, stream in steps]
    stream = b"".join(streams)
    position = 0
    for item in decode(sent, streams, set()):
        # Between two messages stand nothing but empty lines and what ends an echo.
        assert set(stream[position : item.start]) <= {0x0D, 0x0A}
        position = item.end
        taken = stream[item.start : item.end]
        if isinstance(item.message, Malformed):
            assert item.message.octets == taken
        if isinstance(item.message, Block):
            line_end = b"\r\n" if item.message.terminated else b""
            assert taken == item.message.octets + line_end
        if isinstance(item.message, Echo):
            assert taken == item.message.octets + b"\r"
    assert set(stream[position:]) <= {0x0D, 0x0A}


TRANSCRIPT = (Path(__file__).parents[1] / "data" / "seed-transcript.txt").read_bytes()
LINES = [line.partition(b"]")[2] for line in TRANSCRIPT.splitlines() if line.startswith(b"[RX]")]
WIRE = b"".join(b"\r\n" + line + b"\r\n" for line in LINES)
COMMANDS = [b"AT\r", b"AT+QIOTOTARD=0,1024\r", b"ATI\r\n", b"AT+QIOTCFG=?\r", b"\xff\r", b"AT+"]


def noise(source: random.Random) -> bytes:
    """Some 64 KiB: octets at random, or a transcript in which a few octets are."""
    if source.random() < 0.5:
        return source.randbytes(1 << 16)
    octets = bytearray(WIRE * ((1 << 16) // len(WIRE)))
    for _ in range(200):
        octets[source.randrange(len(octets))] = source.randrange(256)
    return bytes(octets)


def test_ten_million_octets_of_noise_raise_nothing_and_stay_under_50_megabytes() -> None:
    source = random.Random(27954)
    decoder = Decoder()
    fed = messages = covered = 0
    tracemalloc.start()
    try:
        while fed < 10_000_000:
            octets = noise(source)
            decoder.sent(source.choice(COMMANDS))
            for item in decoder.feed(octets):
                messages += 1
                covered += item.end - item.start
            if source.random() < 0.25:
                decoder.abandon()
            fed += len(octets)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 50_000_000
    assert messages > fed / 200
    assert covered > fed * 0.8


def test_a_stream_without_any_line_end_is_not_kept() -> None:
    decoder = Decoder()
    for _ in range(100):
        assert len(decoder.feed(b"x" * 10_000)) >= 2
        assert len(decoder.incomplete) <= 4096


def test_the_messages_alone_do_not_load_the_parser() -> None:
    program = "import sys, atverdict.grammar.message; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_malformed_result_code_still_ends_its_command() -> None:
    """A wrong form is reported, and the next answer belongs to the next command."""
    decoder = Decoder()
    decoder.sent(b"AT+QIOTREG?\r")
    response, code = (d.message for d in decoder.feed(b"\r\n+QIOTREG: 1\r\n\r\nok\r\n"))
    assert response == InformationResponse("QIOTREG", (1,))
    assert isinstance(code, Malformed)
    assert (code.octets, code.resembles) == (b"ok\r\n", "OK")
    assert decoder.pending is None
    decoder.sent(b"AT+QIOTSTATE?\r")
    assert [d.message for d in decoder.feed(b"\r\n+QIOTSTATE: 8\r\n")] == [
        InformationResponse("QIOTSTATE", (8,))
    ]
