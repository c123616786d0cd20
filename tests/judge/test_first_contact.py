"""What came at the first contact: recognised from hand-made dialogues, in whole sentences."""

import tomllib
from pathlib import Path

import pytest
from msgspec.structs import replace
from support.log_builder import LogBuilder
from support.strangers import OK, STRANGERS, Says

from atverdict.conformance.evidence.log import Begin, Header, Port, Received, Sent, to_text
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.first_contact import (
    BAUD_RATES_TRIED,
    KNOCK_S,
    SLEEP_OFF,
    FirstContact,
)
from atverdict.conformance.judge.interconnection import BASIC
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.judge.peer_kind import (
    CLOSE_MULTIPLEXER,
    Turn,
    is_noise,
    kind_of,
    sim_problem,
)

SENTENCES = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "first_contact.toml").read_text("utf-8")
)
"""What is said of each stranger, in whole."""
QUESTIONS = ("AT+QIOTSTATE?", "AT+QIOTREG=?", "ATI", "AT+GMR", "AT+CMEE=2", "AT+CPIN?")


def dialogue(says: Says, *, transport: str = "pty", lines: tuple[str, ...] = ()) -> LogBuilder:
    """Send AT, and the questions where it is answered with OK."""
    log = LogBuilder(transport=transport)
    log.add(Begin(0.0, BASIC, "", ()))
    if greeting := says(b""):
        log.got(greeting)
    answered = False
    for line in lines or ("AT", "AT", "AT", *QUESTIONS):
        if line in QUESTIONS and not answered:
            break
        said = says(f"{line}\r".encode("latin-1"))
        answered = answered or said.endswith(OK)
        log.sent(line)
        if said:
            log.got(said)
        if not said.endswith(b"\r\n"):
            log.gave_up(1.0)
        log.wait(0.1)
    return log


def said_of(log: LogBuilder) -> str:
    """Return why the log is no evidence, without what is said of every stranger."""
    judgement = log.end().judgement()
    return judgement.no_evidence_because.partition("basic interconnection test: ")[2]


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_is_told_in_one_sentence(name: str) -> None:
    says, _, meaning = STRANGERS[name]
    told = said_of(dialogue(says))
    assert meaning in told
    assert told == SENTENCES[name]


# The same from another place, and after something was tried


def test_what_was_tried_in_vain_is_said() -> None:
    told = said_of(dialogue(lambda sent: sent, lines=("AT", "ATQ0", "AT")))
    assert "(ATQ1). ATQ0 did not help. Look where" in told
    silent = dialogue(lambda _: b"", lines=("AT", "ATQ0"))
    silent.add(Sent(silent.now_s, to_text(CLOSE_MULTIPLEXER)))
    tried = "ATQ0 and the frame that ends the multiplexer's mode did not help."
    assert f"another baud rate. {tried} Look at power" in said_of(silent)


@pytest.mark.parametrize("transport", ["tcp", "url"])
def test_another_machine_has_other_ports(transport: str) -> None:
    silence, noise = (STRANGERS[name][0] for name in ("silence", "noise"))
    assert said_of(dialogue(silence, transport=transport)).endswith("TX and RX, and flow control")
    assert said_of(dialogue(noise, transport=transport)).endswith(
        "wrong. Set the rate of the line behind the port"
    )


@pytest.mark.parametrize("name", ["silence", "noise", "NMEA"])
def test_rates_that_were_tried_are_said(name: str) -> None:
    log = dialogue(STRANGERS[name][0])
    header = log.records[0]
    assert isinstance(header, Header)
    log.records[0] = replace(header, environment={BAUD_RATES_TRIED: "9600: silence"})
    told = said_of(log)
    tried = "AT was answered at none of the baud rates that were tried. Look at the cable; "
    assert (tried in told) == (name != "NMEA")


@pytest.mark.parametrize(
    ("said", "lost"), [(b"", True), (b"busy\r\n", True), (b"$GPGGA,\r\n", False)]
)
def test_a_lost_port_is_said_where_nothing_else_is_known(said: bytes, *, lost: bool) -> None:
    log = dialogue(lambda _: said, lines=("AT",))
    log.add(Port(log.now_s, open=False, reason="the port is gone"))
    assert ("The port was lost (the port is gone): another program has it" in said_of(log)) == lost


# What helped


def _mended(*turns: tuple[bytes, bytes]) -> FirstContact:
    contact = FirstContact()
    for number, (sent, came) in enumerate(turns):
        contact.hear(Sent(number * 0.1, to_text(sent)))
        if came:
            contact.hear(Received(number * 0.1 + 0.05, to_text(came)))
    return contact


AT, Q0, V1, FRAME = b"AT\r", b"ATQ0\r", b"ATV1\r", CLOSE_MULTIPLEXER


@pytest.mark.parametrize(
    ("turns", "settings", "words"),
    [
        ([(AT, OK)], (), ()),
        ([(AT, AT), (Q0, Q0 + OK), (AT, AT + OK)], (Q0,), ("has sent ATQ0",)),
        ([(AT, b"0\r"), (V1, OK), (AT, OK)], (V1,), ("has sent ATV1",)),
        ([(AT, b""), (Q0, b"0\r"), (AT, b"0\r"), (V1, OK)], (Q0, V1), ("ATQ0", "ATV1")),
        ([(AT, b""), (Q0, b""), (FRAME, b""), (AT, OK)], (), ("has sent the frame",)),
        ([(AT, b""), (Q0, b""), (FRAME, b""), (AT, b"")], (), ()),
        ([(AT, OK), (V1, OK)], (), ()),
    ],
)
def test_what_helped_is_told(
    turns: list[tuple[bytes, bytes]], settings: tuple[bytes, ...], words: tuple[str, ...]
) -> None:
    contact = _mended(*turns)
    assert contact.settings == settings
    notes = contact.notes()
    assert len(notes) == len(words)
    assert all(word in note for word, note in zip(words, notes, strict=True))
    assert not contact.slept


@pytest.mark.parametrize(
    ("turns", "slept"),
    [
        ([(AT, b""), (AT, OK)], True),
        ([(AT, b""), (AT, b""), (Q0, b""), (AT, b""), (AT, OK)], True),
        ([(AT, b""), (AT, OK + OK)], False),
        ([(AT, AT), (AT, OK)], False),
        ([(AT, OK), (AT, OK)], False),
        ([(Q0, b""), (AT, OK)], False),
        ([(AT, b""), (AT, b"")], False),
    ],
)
def test_sleep_is_told(turns: list[tuple[bytes, bytes]], *, slept: bool) -> None:
    contact = _mended(*turns)
    assert contact.slept == slept
    assert not contact.sleep_settled
    assert any("It refused AT+QSCLK=0" in note for note in contact.notes()) == slept
    late = FirstContact()
    for number, (sent, came) in enumerate(turns):
        late.hear(Sent(float(number), to_text(sent)))
        late.hear(Received(number + 0.5, to_text(came)))
    assert not late.slept


@pytest.mark.parametrize(
    ("answer", "settled", "word"),
    [
        (OK, True, "has switched that off"),
        (b"\r\nERROR\r\n", True, "refused"),
        (b"", False, "refused"),
    ],
)
def test_sleep_is_switched_off(answer: bytes, word: str, *, settled: bool) -> None:
    contact = _mended((AT, b""), (AT, OK), (SLEEP_OFF, answer))
    assert contact.sleep_settled == settled
    assert word in contact.notes()[0]


def test_nothing_is_no_sleep_and_a_second_line_comes_within_100_ms() -> None:
    assert not FirstContact().slept
    assert KNOCK_S < 0.1


def test_a_remedy_is_tried_once() -> None:
    assert _mended((AT, b"")).remedy == Q0
    assert _mended((AT, b""), (Q0, b"")).remedy == FRAME
    assert _mended((AT, b""), (Q0, b""), (FRAME, b"")).remedy == b""
    assert _mended((AT, b"0\r")).remedy == V1
    assert _mended((AT, AT)).remedy == Q0
    assert _mended((AT, b"$GPGGA,\r\n")).remedy == b""


def test_little_is_kept_and_the_rest_is_counted() -> None:
    contact = _mended((AT, b"x" * 1030), *[(AT, b"y")] * 100)
    assert len(contact.turns) == 64
    assert contact.turns[1].came == b"x" * 1024
    assert f"({1030 + 100 - 64} more octets)" in contact.silence()


# Kinds at their edges


@pytest.mark.parametrize(
    ("octets", "noise"),
    [
        (b"\xff" * 3, False),
        (b"\xff" * 4, True),
        (b"\xff" * 4 + b"a" * 12, True),
        (b"\xff" * 4 + b"a" * 13, False),
        (b"\r\n\t ~" * 4, False),
        (b"\x1f\x7f" * 2, True),
    ],
)
def test_noise_has_an_edge(octets: bytes, *, noise: bool) -> None:
    assert is_noise(octets) == noise


@pytest.mark.parametrize(
    ("octets", "name"),
    [
        (bytes.fromhex("F9 03 EF 05 C3 01 F2 F9"), "multiplexer"),
        (bytes.fromhex("F9 03 3F 01 1C F9 00 00"), "multiplexer"),
        (bytes.fromhex("F9 05 EF 03 02 41 41 00 F9 FF"), "noise"),
        (bytes.fromhex("F9 05 EF 00 01") + bytes(128) + bytes.fromhex("55 F9 FF"), "multiplexer"),
        (bytes.fromhex("F9 04 EF 05 C3 01 F2 F9"), "noise"),
        (bytes.fromhex("F9 03 EE 05 C3 01 F2 F9"), "noise"),
        (bytes.fromhex("F9 03 EF 09 C3 C3 F2 FF F9"), "multiplexer"),
        (bytes.fromhex("55 F9 03 EF 09 C3 C3 F2 FF F9"), "noise"),
        (b"\x01\x02\x03\x04\x91\x39~", "diagnostic port"),
        (b"\x01\x02\x03\x04\x91\x38~", "noise"),
        (b"~\x01\x02\x03\x04~", "diagnostic port"),
        (bytes.fromhex("01 02 03 3B 9D 7E FF FF FF"), "diagnostic port"),
        (bytes.fromhex("01 02 7D 5E 04 2D 79 7E FF FF FF"), "diagnostic port"),
        (bytes.fromhex("F9 03 03 03 41 F2 F9 FF"), "multiplexer"),
        (bytes.fromhex("F9 03 13 03 41 F2 F9 FF"), "multiplexer"),
        (bytes.fromhex("F9 03 02 03 41 F2 F9 FF"), "noise"),
        (bytes.fromhex("F9 03 1F 01 F2 F9 FF FF"), "multiplexer"),
        (bytes.fromhex("F9 03 53 01 F2 F9 FF FF"), "multiplexer"),
        (b"~abc~", "other text"),
        (b"\xff\xfe\x01\xff\xfa\x18\x01\xff\xf0login", "Telnet"),
        (b"\xff\xfe\x01\x80\x80\x80", "noise"),
        (b"0\r", "numbers"),
        (b"\r\n4\r\n", "numbers"),
        (b"123\r", "other text"),
        (b"", "silence"),
    ],
)
def test_a_kind_has_edges(octets: bytes, name: str) -> None:
    assert kind_of([Turn(b"", b""), Turn(b"AT\r", octets)]).name == name


@pytest.mark.parametrize(
    ("octets", "problem"),
    [
        (b"+CPIN: READY", ""),
        (b"+CPIN: SIM PIN", "the SIM waits for its PIN"),
        (b"+CPIN: SIM PUK", "the SIM waits for its PUK"),
        (b"+CPIN: NOT INSERTED", "there is no SIM"),
        (b"+CME ERROR: 10", "there is no SIM"),
        (b"+CME ERROR: 100", ""),
        (b"+CME ERROR: 13", "the SIM cannot be used"),
    ],
)
def test_the_sim_says_what_is_wrong(octets: bytes, problem: str) -> None:
    assert sim_problem(octets)[0] == problem
    assert bool(sim_problem(octets)[1]) == bool(problem)


# What counts against an IUT, and what does not


def _basic() -> LogBuilder:
    return LogBuilder().add(Begin(0.0, BASIC, "", ()))


@pytest.mark.parametrize(
    ("log", "outcome"),
    [
        # an answer to the last user, and the next one
        (_basic().sent("AT").got(OK).got(OK).ask("AT"), Outcome.PASS),
        (_basic().ask("AT").sent("AT").got(OK).got(OK).ask("AT"), Outcome.FAIL),
        # the second of two AT is still open
        (_basic().sent("AT").sent("AT").got(OK).got(OK).got(OK).ask("AT"), Outcome.PASS),
        (
            _basic().sent("AT").sent("AT").got(OK).gave_up(0.4).got(OK).ask("AT").ask("AT"),
            Outcome.PASS,
        ),
        (_basic().silent("ATQ0").silent("ATV1").ask("AT").ask("AT"), Outcome.PASS),
        (_basic().ask("AT").silent("AT").ask("AT"), Outcome.FAIL),
        (_basic().silent("AT+QIOTREG?").ask("AT").ask("AT"), Outcome.FAIL),
    ],
)
def test_nothing_counts_before_the_line_is_clean(log: LogBuilder, outcome: Outcome) -> None:
    judgement = log.ask("AT+QIOTSTATE?", "+QIOTSTATE: 0").ask("AT+QIOTREG?", "+QIOTREG: 0").end()
    assert judgement.judgement().requirements["SOTA-FRM-005"].outcome is outcome


def _without_sim(answer: str) -> Judgement:
    log = LogBuilder().proved().ask('AT+QIOTCFG="productinfo"', '+QIOTCFG: "productinfo","p",1')
    return log.refused("AT+QIOTREG=1").ask("AT+CPIN?", final=answer).end().judgement()


def test_a_sim_that_is_missing_is_no_fault_of_the_module() -> None:
    broken = "SOTA-CMD-REG-003"
    missing = _without_sim("+CME ERROR: 10")
    assert missing.requirements[broken].outcome is Outcome.INCONCLUSIVE
    assert missing.requirements[broken].reason.startswith("there is no SIM; expected OK")
    assert missing.inconclusive_because.startswith("there is no SIM; ")
    assert missing.contact == ("There is no SIM. Insert one.",)
    there = _without_sim("OK")
    assert there.requirements[broken].outcome is Outcome.FAIL
    assert there.contact == ()
