"""The judge's own memories at their edges: races, causes of peers, and what a run leaves open."""

import pytest
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.log import Header, Port, Received, Sent, to_text
from atverdict.conformance.evidence.trace import Place, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.first_contact import FirstContact
from atverdict.conformance.judge.judge import Judge
from atverdict.conformance.judge.race import Races
from atverdict.conformance.judge.roles import MODULE
from atverdict.grammar.message import Event

AT, OK, ERROR = b"AT\r", b"\r\nOK\r\n", b"\r\nERROR\r\n"


# Races


def _race(rule: str, event: tuple[int, int], late_s: float) -> list[Finding]:
    """Return what is certain when an event came so late behind a failure."""
    races = Races()
    found = Finding(rule, Verdict.FAIL, "this", "that", (Place(1, 8.0, b"x"),))
    assert not races.pass_on([found], Urc(Event(4, 10200), Place(1, 8.0, b""), None), 8.0)
    urc = Urc(Event(*event), Place(2, 8.0 + late_s, b""), None)
    return races.pass_on([], urc, 8.0 + late_s)


@pytest.mark.parametrize(
    ("rule", "event"),
    [
        ("SOTA-CMD-OTARD-014", (7, 10703)),
        ("SOTA-CMD-UPDATE-010", (7, 10700)),
        ("SOTA-CMD-UPDATE-011", (7, 10700)),
    ],
)
def test_a_failure_waits_half_a_second_for_its_event(rule: str, event: tuple[int, int]) -> None:
    (soon,) = _race(rule, event, 0.25)
    assert soon.verdict is Verdict.INCONCLUSIVE
    assert f"; {event[0]},{event[1]} came 0.250 s later" in soon.observed
    assert [place.line for place in soon.places] == [1, 2]
    (late,) = _race(rule, event, 0.5)
    assert late.verdict is Verdict.FAIL
    assert not _race(rule, (7, 10702), 0.25)
    (other,) = _race(rule, (7, 10702), 0.5)
    assert other.verdict is Verdict.FAIL


def test_what_waits_for_nothing_is_certain_at_once() -> None:
    races = Races()
    place = (Place(1, 8.0, b"x"),)
    kept = Finding("SOTA-CMD-OTARD-014", Verdict.PASS, "this", "that", place)
    other = Finding("SOTA-CMD-OTARD-003", Verdict.FAIL, "this", "that", place)
    held = Finding("SOTA-CMD-OTARD-014", Verdict.FAIL, "this", "that", place)
    item = Urc(Event(4, 10200), place[0], None)
    assert races.pass_on([kept, other, held], item, 8.0) == [kept, other]
    assert races.rest() == [held]
    assert races.rest() == []


# The first contact


def _contact(*turns: tuple[bytes, bytes], header: Header | None = None) -> FirstContact:
    contact = FirstContact()
    if header is not None:
        contact.hear(header)
    for number, (sent, came) in enumerate(turns):
        contact.hear(Sent(float(number), to_text(sent)))
        if came:
            contact.hear(Received(number + 0.5, to_text(came)))
    return contact


@pytest.mark.parametrize(
    ("transport", "local"), [("serial", True), ("pty", True), ("tcp", False), ("url", False)]
)
def test_ports_are_told_for_those_of_this_machine(transport: str, *, local: bool) -> None:
    header = LogBuilder(transport=transport).records[0]
    assert isinstance(header, Header)
    contact = _contact((AT, b""), header=header)
    assert ("`atverdict ports` tells" in contact.silence()) is local
    assert "`atverdict ports` tells" in _contact((AT, b"")).silence()


@pytest.mark.parametrize(("reason", "said"), [("", "it was closed"), ("gone", "gone")])
def test_a_lost_port_has_a_reason(reason: str, said: str) -> None:
    contact = _contact((AT, b""))
    contact.hear(Port(2.0, open=True))
    assert "was lost" not in contact.silence()
    contact.hear(Port(2.0, open=False, reason=reason))
    assert f"The port was lost ({said})" in contact.silence()
    assert "AT was sent 1 times in 2.0 s, and nothing came" in contact.silence()


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (b"\r\nQuectel\r\nEC25\r\n\r\nOK\r\n", "ATI was answered: Quectel, EC25. This firmware"),
        (b"\r\nQUECTEL\r\n\r\nOK\r\n", "ATI was answered: QUECTEL. This firmware has no QuecThing"),
        (b"\r\nESP\r\n\r\nOK\r\n", "ATI was answered: ESP. This is another AT device"),
        (OK, "This is a module whose firmware has no QuecThing, or another AT device"),
        (ERROR, "This is a module whose firmware has no QuecThing, or another AT device"),
    ],
)
def test_a_peer_that_refuses_is_told_by_its_identity(identity: bytes, said: str) -> None:
    contact = _contact((AT, OK), (b"AT+QIOTREG?\r", ERROR), (b"ATI\r", identity))
    assert contact.refused
    assert contact.identified is ("was answered" in said)
    told = contact.stranger(0, 2)
    assert "but 0 of 1 queries of the flow with the command's own name, and 2 are needed" in told
    assert said in told


def test_an_identity_that_was_not_answered_is_asked_in_another_way() -> None:
    refused = (b"ATI\r", ERROR), (b"AT+GMR\r", b"\r\nESP\r\n\r\nOK\r\n")
    told = _contact((AT, OK), (b"AT+QIOTREG?\r", ERROR), *refused).stranger(0, 2)
    assert "AT+GMR was answered: ESP" in told


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"", "AT+QIOTREG? was answered: nothing. This is a module that is busy"),
        (OK, "This is a program or a device that knows no command"),
        (b"\r\n+CME ERROR: 10\r\n", "There is no SIM, and the module refuses the commands"),
        (b"\r\n+CMS ERROR: 1\r\n", "This is a module whose firmware has no QuecThing"),
    ],
)
def test_a_peer_that_answers_at_alone_is_told_by_its_answers(answer: bytes, said: str) -> None:
    assert said in _contact((AT, OK), (b"AT+QIOTREG?\r", answer)).stranger(0, 2)


@pytest.mark.parametrize(("count", "more"), [(64, ""), (65, " ... (1 more octets)")])
def test_what_came_is_shown_up_to_64_octets(count: int, more: str) -> None:
    told = _contact((AT, b"x" * count)).silence()
    assert f"this came: {'x' * 64}{more}. This is text" in told


def test_only_settings_are_told_again() -> None:
    frame = bytes.fromhex("F9 03 EF 05 C3 01 F2 F9")
    contact = _contact((AT, b""), (frame, b""), (AT, OK))
    assert contact.settings == ()
    assert contact.notes()[0].startswith("The module was in the mode of the multiplexer")


# The judge


def test_a_judge_tells_whether_its_peer_may_be_an_iut() -> None:
    fold = Judge(MODULE)
    for record in LogBuilder().records:
        fold.observe(record)
    assert (fold.proved, fold.promising) == (False, False)
    fold = Judge(MODULE)
    for record in LogBuilder().proved().records:
        fold.observe(record)
    assert (fold.proved, fold.promising, fold.upgrades) == (True, True, ())


def test_a_moment_counts_command_lines_upgrades_and_restarts() -> None:
    bench = LogBuilder().ask("AT").offered().power_cycle().ask("AT+QIOTSTATE?", "+QIOTSTATE: x")
    (found,) = bench.judgement().requirements["SOTA-CMD-STATE-001"].findings
    assert found.circumstances is not None
    moment = found.circumstances.moment
    assert (moment.exchange, moment.upgrade, moment.start, moment.consent) == (5, 1, 1, 0)


def test_an_event_that_cannot_be_read_counts_from_the_line_behind_the_command_on() -> None:
    bench = LogBuilder().proved().online().announce().request().got("\r\n+QIOTEVT 7;10700\r\n")
    bench.expect("SOTA-CMD-OTAREQ-003", 10700, since=bench.line, instead=(10706,)).event("7,10706")
    assert Verdict.FAIL in bench.verdicts()["SOTA-CMD-OTAREQ-003"]
