"""Frames: where they begin and end, what is left when the peer stops, and how much is kept."""

import pytest

from atverdict.grammar.framing import Frame, FrameKind, Framer, Limits


def frames(
    octets: bytes, echoes: tuple[bytes, ...] = (), limits: Limits | None = None
) -> list[Frame]:
    framer = Framer(limits or Limits())
    framer.feed(octets)
    taken = []
    while (frame := framer.take(echoes)) is not None:
        taken.append(frame)
    return taken


def kinds(octets: bytes, echoes: tuple[bytes, ...] = ()) -> list[tuple[FrameKind, bytes, str]]:
    return [(frame.kind, frame.octets, frame.fault) for frame in frames(octets, echoes)]


def test_a_line_stands_between_its_offsets() -> None:
    first, second = frames(b"\r\nOK\r\nRDY\r\n")
    assert (first.content, first.start, first.end, first.after_blank) == (b"OK", 2, 6, True)
    assert (second.content, second.start, second.end, second.after_blank) == (b"RDY", 6, 11, False)


def test_offsets_go_on_over_chunks() -> None:
    framer = Framer(Limits())
    starts = []
    for octet in b"A\r\nB\r\n\r\nC\r\n":
        framer.feed(bytes([octet]))
        frame = framer.take(())
        if frame is not None:
            starts.append((frame.content, frame.start, frame.end))
    assert starts == [(b"A", 0, 3), (b"B", 3, 6), (b"C", 8, 11)]


def test_a_bare_lf_and_a_bare_cr_end_a_line_and_are_its_fault() -> None:
    assert kinds(b"OK\nOK\rOK\r\n") == [
        (FrameKind.FAULTY_LINE, b"OK\n", "ended by LF alone"),
        (FrameKind.FAULTY_LINE, b"OK\r", "ended by CR alone"),
        (FrameKind.LINE, b"OK\r\n", ""),
    ]


def test_stray_line_ends_are_frames_of_their_own() -> None:
    assert kinds(b"\n\rX") == [
        (FrameKind.NO_LINE, b"\n", "ended by LF alone"),
        (FrameKind.NO_LINE, b"\r", "ended by CR alone"),
    ]


@pytest.mark.parametrize("octets", [b"OK", b"OK\r", b"\r", b">", b""])
def test_nothing_is_decided_before_it_is_certain(octets: bytes) -> None:
    assert frames(octets) == []


@pytest.mark.parametrize("octets", [b"A", b"AT", b"AT+CSQ"])
def test_the_beginning_of_an_echo_waits(octets: bytes) -> None:
    assert frames(octets, (b"AT+CSQ\r",)) == []


@pytest.mark.parametrize(
    ("octets", "rest"),
    [
        (b"AT\r\r\nOK\r\n", [(b"OK", True)]),
        (b"AT\r\nOK\r\n", [(b"OK", False)]),
        (b"AT\r\n\r\nOK\r\n", [(b"OK", True)]),
        (b"AT\rOK\r\n", [(b"OK", False)]),
    ],
)
def test_an_echo_ends_with_its_cr_and_an_lf_behind_it_is_its_own(
    octets: bytes, rest: list[tuple[bytes, bool]]
) -> None:
    echo, *others = frames(octets, (b"AT\r",))
    assert (echo.kind, echo.content, echo.octets) == (FrameKind.ECHO, b"AT", b"AT\r")
    assert [(frame.content, frame.after_blank) for frame in others] == rest


def test_an_lf_that_was_sent_may_come_back_later() -> None:
    assert [kind for kind, _, _ in kinds(b"AT\r\r\nOK\r\n\nRDY\r\n", (b"AT\r\n",))] == [
        FrameKind.ECHO,
        FrameKind.LINE,
        FrameKind.LINE,
    ]


def test_an_lf_comes_back_only_once() -> None:
    assert kinds(b"AT\r\r\nOK\r\n\n\n", (b"AT\r\n",))[-1][0] is FrameKind.NO_LINE
    assert kinds(b"AT\r\n\r\nOK\r\n\n", (b"AT\r\n",))[-1][0] is FrameKind.NO_LINE


def test_a_line_that_was_not_sent_is_no_echo() -> None:
    assert kinds(b"AT+CSQ\r\n", (b"AT\r",)) == [(FrameKind.LINE, b"AT+CSQ\r\n", "")]


def test_an_echo_may_be_longer_than_a_line() -> None:
    line = b"AT+X=" + b"1" * 5000
    (echo,) = frames(line + b"\r", (line + b"\r",))
    assert (echo.kind, echo.content) == (FrameKind.ECHO, line)


def test_the_echo_of_an_empty_line_has_no_content() -> None:
    echo, line = frames(b"\rOK\r\n", (b"\r",))
    assert (echo.kind, echo.content) == (FrameKind.ECHO, b"")
    assert line.content == b"OK"


def test_a_prompt_needs_no_line_end() -> None:
    assert kinds(b"\r\n> ") == [(FrameKind.PROMPT, b"> ", "")]
    assert kinds(b">x\r\n") == [(FrameKind.LINE, b">x\r\n", "")]


def block(octets: bytes, need: int) -> tuple[Frame | None, bytes]:
    framer = Framer(Limits())
    framer.count(need)
    framer.feed(octets)
    return framer.take(()), framer.incomplete


@pytest.mark.parametrize(
    "payload", [b"", b"\r\nOK\r\n", b"\x00\n\r\x1a\xff", b"+QIOTEVT: 7,10706\r\n"]
)
def test_a_block_is_counted_whatever_it_spells(payload: bytes) -> None:
    frame, rest = block(payload + b"\r\n\r\nOK\r\n", len(payload))
    assert frame is not None
    assert (frame.kind, frame.content, frame.terminated) == (FrameKind.BLOCK, payload, True)
    assert frame.end == len(payload) + 2
    assert rest == b"\r\nOK\r\n"


@pytest.mark.parametrize("tail", [b"X", b"\rX", b"\n"])
def test_a_block_that_crlf_does_not_end_is_not_terminated(tail: bytes) -> None:
    frame, rest = block(b"abcd" + tail, 4)
    assert frame is not None
    assert (frame.content, frame.terminated, frame.octets) == (b"abcd", False, b"abcd")
    assert rest == tail


@pytest.mark.parametrize("octets", [b"abc", b"abcd", b"abcd\r"])
def test_a_block_waits_for_its_end(octets: bytes) -> None:
    assert block(octets, 4) == (None, octets)


def closed(octets: bytes, need: int | None = None) -> list[tuple[FrameKind, bytes, str]]:
    framer = Framer(Limits(line_octets=64))
    if need is not None:
        framer.count(need)
    framer.feed(octets)
    while framer.take(()) is not None:
        pass
    taken = [(frame.kind, frame.octets, frame.fault) for frame in framer.close()]
    assert framer.incomplete == b""
    framer.feed(b"OK\r\n")
    after = framer.take(())
    assert after is not None
    assert (after.kind, after.octets, after.after_blank) == (FrameKind.LINE, b"OK\r\n", False)
    return taken


def test_closing_gives_what_is_half_there() -> None:
    assert closed(b"") == []
    assert closed(b"\r\n") == []
    assert closed(b"OK") == [(FrameKind.FAULTY_LINE, b"OK", "line cut short: its end never came")]
    assert closed(b"OK\r") == [(FrameKind.FAULTY_LINE, b"OK\r", "ended by CR alone")]
    assert closed(b"x" * 70)[0][0] is FrameKind.NO_LINE


def test_closing_a_block_tells_how_much_came() -> None:
    assert closed(b"ab", need=4) == [(FrameKind.CUT_BLOCK, b"ab", "block cut short: 2 of 4 octets")]
    assert closed(b"", need=4) == [(FrameKind.CUT_BLOCK, b"", "block cut short: 0 of 4 octets")]
    assert closed(b"abcd", need=4) == [(FrameKind.BLOCK, b"abcd", "")]
    assert closed(b"abcd\r", need=4) == [
        (FrameKind.BLOCK, b"abcd", ""),
        (FrameKind.FAULTY_LINE, b"\r", "ended by CR alone"),
    ]


@pytest.mark.parametrize("length", [64, 65, 127, 128, 129, 300])
def test_a_line_beyond_the_limit_comes_in_pieces_that_are_not_longer(length: int) -> None:
    octets = b"x" * length + b"\r\n"
    taken = frames(octets + b"OK\r\n", limits=Limits(line_octets=64))
    assert b"".join(frame.octets for frame in taken[:-1]) == octets
    assert all(len(frame.content) <= 64 for frame in taken)
    expected = FrameKind.LINE if length == 64 else FrameKind.NO_LINE
    assert {frame.kind for frame in taken[:-1]} == {expected}
    assert (taken[-1].kind, taken[-1].content) == (FrameKind.LINE, b"OK")


@pytest.mark.parametrize(
    "arguments", [{"line_octets": 63}, {"line_octets": 4097}, {"block_octets": -1}]
)
def test_limits_that_no_reader_can_work_with_are_refused(arguments: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="_octets is"):
        Limits(**arguments)
