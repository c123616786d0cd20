"""The seed's transcript as a whole: its messages, and its two contradictions as errata."""

from pathlib import Path

from support.transcript import Erratum, read_transcript

from atverdict.grammar.message import (
    CommandForm,
    CommandLine,
    Echo,
    Event,
    FinalResultCode,
    FotaIndication,
    InformationResponse,
    Malformed,
    Message,
    Offer,
    PieceReady,
)

SEED = (Path(__file__).parents[1] / "data" / "seed-transcript.txt").read_text("ascii")


def received(text: str) -> list[Message]:
    return [entry.message for entry in read_transcript(text).entries if not entry.from_host]


def test_the_commands_of_the_seed_are_read_in_their_order() -> None:
    sent = [entry.message for entry in read_transcript(SEED).entries if entry.from_host]
    written = [
        ("QIOTREG", (1,)),
        ("QIOTMCUVER", ("STM32", "1_0_0")),
        ("QIOTOTAREQ", (1,)),
        ("QIOTUPDATE", (1,)),
        ("QIOTOTARD", (0, 1024)),
        ("QIOTOTARD", (1024, 1024)),
        ("QIOTOTARD", (27649, 1024)),
        ("QIOTUPDATE", (3,)),
        ("QIOTMCUVER", ("STM32", "2_0_0")),
    ]
    assert sent == [CommandLine(name, CommandForm.WRITE, values) for name, values in written]


def test_everything_but_the_blocks_is_well_formed() -> None:
    messages = received(SEED)
    malformed = [message for message in messages if isinstance(message, Malformed)]
    assert [message.reason.split(":")[0] for message in malformed] == ["block cut short"] * 3
    assert [message.resembles for message in malformed] == ["QIOTOTARD"] * 3
    assert [message.octets for message in messages if isinstance(message, Echo)] == [
        b"AT+QIOTREG=1",
        b"AT+QIOTUPDATE=1",
        b"AT+QIOTUPDATE=3",
    ]
    assert messages.count(FinalResultCode("OK")) == 6
    assert messages.count(FinalResultCode("ERROR")) == 0
    assert messages[-2:] == [FotaIndication("END", 0), Event(7, 10705)]


def test_the_events_of_the_seed_have_their_fields() -> None:
    events = [message for message in received(SEED) if isinstance(message, Event)]
    assert [(event.type, event.code) for event in events] == [
        (2, 10200),
        (3, 10200),
        (7, 10700),
        (7, 10701),
        (7, 10702),
        (7, 10703),
        (7, 10704),
        (7, 10705),
    ]
    assert events[2].payload == Offer("STM32", "", "2_0_0", 30, -113, 27954)
    assert events[5].payload == PieceReady("STM32", 27954, 0, 27954)


def test_hexadecimal_words_and_the_start_off_the_grid_are_named() -> None:
    lines = SEED.splitlines()
    transcript = read_transcript(SEED)
    assert [erratum.id for erratum in transcript.errata] == ["E-08", "E-08", "E-01", "E-08"]
    off_grid = transcript.errata[2]
    assert lines[off_grid.line - 1] == "[TX]AT+QIOTOTARD=27649,1024"
    assert off_grid.sentence == "the read at 27649 leaves out octet 27648"
    words = "4 words in hexadecimal stand in place of the octets of a block"
    assert [e.sentence for e in transcript.errata if e.id == "E-08"] == [words] * 3


def test_a_transcript_with_octets_in_its_blocks_has_no_errata() -> None:
    text = "[TX]AT+QIOTOTARD=0,5\n[RX]+QIOTOTARD: 0,5\n[RX]Enter\n[RX]OK\n"
    transcript = read_transcript(text)
    assert transcript.errata == ()
    assert [entry.line for entry in transcript.entries] == [1, 2, 3, 4]
    assert received(text)[-1] == FinalResultCode("OK")


def test_a_first_read_sets_the_grid() -> None:
    reads = [f"[TX]AT+QIOTOTARD={start},974" for start in (1, 975, 1949)]
    assert read_transcript("\n".join(reads)).errata == ()
    reads.append("[TX]AT+QIOTOTARD=2924,974")
    assert [erratum.id for erratum in read_transcript("\n".join(reads)).errata] == ["E-01"]


def test_what_is_no_read_sets_no_grid() -> None:
    text = "[TX]AT+QIOTOTARD=?\n[TX]AT+QIOTOTARD=0,0\n[TX]AT+QIOTOTARD=0\n[TX]AT+QIOT?=\n"
    transcript = read_transcript(text)
    assert transcript.errata == ()
    assert isinstance(transcript.entries[-1].message, Malformed)


def test_an_erratum_is_named_where_it_stands() -> None:
    text = "[TX]AT+QIOTOTARD=0,1024\n[RX]+QIOTOTARD: 0,1024\n00000064\n...\nOK\n"
    sentence = "1 words in hexadecimal stand in place of the octets of a block"
    assert read_transcript(text).errata == (Erratum("E-08", 5, sentence),)


def test_an_answer_of_the_old_pages_stays_a_header() -> None:
    text = "[TX]AT+QIOTOTARD=?\n[RX]+QIOTOTARD: 0,1024\n[RX]OK\n"
    assert received(text) == [InformationResponse("QIOTOTARD", (0, 1024)), FinalResultCode("OK")]
