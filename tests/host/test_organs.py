"""The organs of the reference host: reader, events, options, decision."""

import pytest
from support.host_rig import HostRig

from atverdict.adapters.pco import AddressError
from atverdict.adapters.simulator.host.assembly import HostAssembly
from atverdict.adapters.simulator.host.events import (
    AnnouncedPackage,
    Event,
    Piece,
    ReceivedOffer,
    parse_event,
)
from atverdict.adapters.simulator.host.options import HostOptions
from atverdict.adapters.simulator.host.reader import Reader, ReceivedBlock

DATA = b"\r\nOK\r\n+QIOTEVT: 7,10706\r\n\x00\xff"
BLOCK = b"+QIOTOTARD: 7,%d\r\n" % len(DATA) + DATA


def items(*portions: bytes, expects_block: bool = True) -> list[bytes | ReceivedBlock]:
    """Read portions."""
    reader = Reader()
    reader.expects_block = expects_block
    read = []
    for portion in portions:
        reader.feed(portion)
        while (item := reader.next_item()) is not None:
            read.append(item)
    return read


@pytest.mark.parametrize("leading", [b"", b"\r\n"])
@pytest.mark.parametrize("behind", [b"\r\n", b"\r\n\r\n"])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 19, 1000])
def test_portions_mean_nothing(leading: bytes, behind: bytes, size: int) -> None:
    stream = b"AT+QIOTOTARD=7,27\r" + leading + BLOCK + behind + b"OK\r\n" + b"\r\n+QIND: 1\r\n"
    portions = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert items(*portions) == [b"AT+QIOTOTARD=7,27", ReceivedBlock(7, DATA), b"OK", b"+QIND: 1"]


def test_a_header_that_nobody_asked_for_counts_nothing() -> None:
    assert items(b"+QIOTOTARD: 0,5\r\nOK\r\n", expects_block=False) == [b"+QIOTOTARD: 0,5", b"OK"]


def test_octets_of_the_platform_are_counted_and_dropped() -> None:
    assert items(b"+QIOTEVT: 5,10200,9\r\n\r\nERROR\r\n\r\nOK\r\n") == [b"OK"]


def test_octets_that_never_come_are_given_up() -> None:
    reader = Reader()
    reader.expects_block = True
    reader.feed(b"+QIOTOTARD: 0,500\r\nabc")
    assert reader.next_item() is None
    reader.resynchronise()
    reader.feed(b"\r\nRDY\r\n")
    assert reader.next_item() == b"RDY"


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    reader = Reader()
    for _ in range(100):
        reader.feed(b"x" * 1000)
        assert reader.next_item() is None
    assert len(reader.buffer) <= 5096


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ("+QIOTEVT: 7,10702", Event(7, 10702)),
        (
            '+QIOTEVT: 7,10700,"A,B","","2",1,-2,3',
            Event(7, 10700, ("A,B", "", "2", "1", "-2", "3")),
        ),
        ("+QIOTEVT: 7", None),
        ("+QIOTEVT: x,1", None),
        ("RDY", None),
    ],
)
def test_events(line: str, event: Event | None) -> None:
    assert parse_event(line) == event


def test_fields_that_are_none_are_not_taken() -> None:
    md5 = "0" * 32
    assert ReceivedOffer.from_fields(("A", "", "2", "x", "-2", "3")) is None
    assert ReceivedOffer.from_fields(("A", "", "2", "1", "-2")) is None
    assert AnnouncedPackage.from_fields(()) is None
    assert AnnouncedPackage.from_fields(("A", "5", md5[1:], "1")) is None
    assert AnnouncedPackage.from_fields(("A", "5", md5, "1", "0" * 63)) is None
    assert AnnouncedPackage.from_fields(("A", "5", md5.replace("0", "A"), "1")) == AnnouncedPackage(
        "A", 5, "a" * 32
    )
    assert Piece.from_fields(("A", "5", "0")) is None


@pytest.mark.parametrize(
    ("piece", "received", "fits"),
    [
        (Piece("A", 10, 0, 10), 0, True),
        (Piece("A", 10, 0, 4), 7, True),
        (Piece("A", 10, 4, 6), 4, True),
        (Piece("A", 10, 5, 5), 4, False),
        (Piece("A", 10, 0, 0), 0, False),
        (Piece("A", 10, 4, 7), 4, False),
        (Piece("A", 11, 0, 4), 0, False),
        (Piece("B", 10, 0, 4), 0, False),
    ],
)
def test_a_piece_fits_or_not(piece: Piece, received: int, fits: bool) -> None:  # noqa: FBT001 - a parameter
    assert piece.fits(AnnouncedPackage("A", 10, "0" * 32), received) is fits


def test_options_say_what_is_possible() -> None:
    assert HostOptions.from_query({"block_octets": "61"}).block_octets == 61
    with pytest.raises(AddressError, match="the host has no option 'colour'; possible: announce"):
        HostOptions.from_query({"colour": "red"})
    with pytest.raises(AddressError, match="from 0 to 100"):
        HostOptions.from_query({"battery_percent": "101"})


def test_a_foreign_part_is_refused() -> None:
    with pytest.raises(TypeError, match="Piece is no part"):
        HostAssembly().exchanged(Piece)


@pytest.mark.parametrize(
    ("answer", "longest"),
    [
        ("range&max_length=700", 700),
        ("set&max_length=700", 700),
        ("placeholder", None),
    ],
)
def test_the_longest_block_is_what_the_test_command_says(answer: str, longest: int | None) -> None:
    rig = HostRig("", f"test_response={answer}").run(20)
    assert rig.host.storage.longest_block == longest
