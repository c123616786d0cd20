"""The surroundings in logs made by hand: what the line and others do is nobody's fault."""

import pytest
from support.cases.framing import AT_STATE_1, STATE
from support.log_builder import PACKAGE, PIECE, LogBuilder

from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.judge.surroundings.edit import edit_between
from atverdict.reports.dossier import dossier
from atverdict.reports.formats.markdown import markdown
from atverdict.reports.formats.result import result
from atverdict.reports.formats.summary import summary
from atverdict.reports.page.page import page

LIMIT = "SOTA-TIM-001"
STATE_ECHO = f"{STATE}\r"
ANSWER = f"\r\n{AT_STATE_1}\r\n\r\nOK\r\n"


def failed(bench: LogBuilder) -> set[str]:
    """Return the requirements that a log breaks."""
    return {name for name, found in bench.verdicts().items() if Verdict.FAIL in found}


def said(bench: LogBuilder) -> str:
    """Return what a log says of the surroundings."""
    return " ".join(bench.judgement().environment)


def echoing() -> LogBuilder:
    """Begin a log of a module that echoes."""
    return LogBuilder().ask("ATE1", echo=True)


def damaged_echo(bench: LogBuilder, place: int) -> None:
    """Let the echo lose an octet, and ask again."""
    bench.sent(STATE).got(STATE_ECHO[:place] + STATE_ECHO[place + 1 :] + ANSWER).wait(0.3)
    bench.sent(STATE).got(STATE_ECHO + ANSWER).wait(0.1)


# Time


def test_one_late_answer_is_open_and_says_so() -> None:
    bench = LogBuilder().proved().ask(STATE, AT_STATE_1, after_s=0.5).ask(STATE, AT_STATE_1)
    verdict = bench.judgement().requirements[LIMIT]
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "one outlier, which proves nothing" in verdict.reason
    assert verdict.findings[0].places[0].octets == STATE_ECHO.encode()


def test_a_stall_of_the_suite_counts_for_nothing_and_is_told() -> None:
    bench = LogBuilder().proved().ask(STATE, AT_STATE_1).sent(STATE).stalled(0.5)
    bench.got(ANSWER).wait(0.1)
    assert bench.judgement().requirements[LIMIT].outcome is Outcome.PASS
    assert "late once, most by 500 ms" in said(bench)


def test_a_stall_explains_no_more_than_its_length() -> None:
    bench = LogBuilder().proved()
    for _ in range(2):
        bench.sent(STATE).stalled(0.1).got(ANSWER, 0.35).wait(0.1)
    assert failed(bench) == {LIMIT}


def test_a_stall_explains_late_events_too() -> None:
    bench = LogBuilder().downloading().wait(4.8).stalled(6.0).event("7,10702", 0.0)
    assert not failed(bench.event(PIECE, 4.0))
    bench = LogBuilder().downloading().wait(10.8).event("7,10702", 0.0)
    assert failed(bench.event(PIECE, 4.0)) == {"SOTA-TIM-004"}


def test_a_slow_line_is_measured() -> None:
    bench = LogBuilder(baudrate=115_200).ready()
    for start in (0, 1024):
        text = f"\r\n+QIOTOTARD: {start},1024\r\n".encode()
        answer = text + PACKAGE[start : start + 1024] + b"\r\n\r\nOK\r\n"
        bench.sent(f"AT+QIOTOTARD={start},1024")
        for at in range(0, len(answer), 64):
            bench.got(answer[at : at + 64], 0.064)
        bench.wait(0.1)
    assert not failed(bench)
    assert "carries 1000 octets a second, and not the 11520" in said(bench)


# The line


def test_an_echo_that_comes_right_when_asked_again_is_open() -> None:
    bench = echoing()
    damaged_echo(bench, 5)
    assert not failed(bench)
    assert "came wrong once, and right when asked again" in said(bench)


def test_what_is_at_the_same_place_each_time_is_the_module() -> None:
    bench = echoing()
    for _ in range(4):
        damaged_echo(bench, 5)
    assert "SOTA-FRM-009" in failed(bench)
    assert not said(bench)


def test_what_comes_again_as_it_was_is_the_module() -> None:
    bench = echoing()
    for _ in range(3):
        bench.sent(STATE).got(STATE_ECHO[:5] + STATE_ECHO[6:] + ANSWER).wait(0.3)
    assert "SOTA-FRM-009" in failed(bench)


def test_octets_lost_here_and_there_are_the_line() -> None:
    bench = echoing()
    for place in (4, 7, 11):
        damaged_echo(bench, place)
    bench.event("4,10200").got("\r\n+QIOTEVT: 410200\r\n")
    assert not failed(bench)
    assert "loses, doubles or alters octets: 4 times" in said(bench)


def test_an_event_alone_that_is_damaged_is_the_module() -> None:
    bench = LogBuilder().proved().event("4,10200").got("\r\n+QIOTEVT: 410200\r\n")
    assert "SOTA-EVT-001" in failed(bench)


def test_an_answer_that_an_event_tears_is_the_module() -> None:
    bench = LogBuilder().proved()
    bench.sent(STATE).got("\r\n+QIOTSTAT\r\n+QIOTEVT: 4,10200\r\nE: 1\r\n\r\nOK\r\n").wait(0.3)
    assert "SOTA-FRM-011" in failed(bench.ask(STATE, AT_STATE_1))


def test_a_block_that_is_right_when_read_again_is_open() -> None:
    bench = LogBuilder().proved().uploaded().ready()
    wrong = PACKAGE[:500] + bytes([PACKAGE[500] ^ 4]) + PACKAGE[501:1024]
    bench.block(0, 1024, wrong).wait(0.3).block(0, 1024)
    assert not failed(bench)
    assert "came wrong once" in said(bench)


def test_a_block_that_is_wrong_in_the_same_way_is_the_module() -> None:
    bench = LogBuilder().proved().uploaded().ready()
    wrong = PACKAGE[:500] + bytes([PACKAGE[500] ^ 4]) + PACKAGE[501:1024]
    bench.block(0, 1024, wrong).wait(0.3).block(0, 1024, wrong)
    assert failed(bench)


@pytest.mark.parametrize(
    ("left", "right", "copies"),
    [
        (b"AT+QIOTSTATE?", b"AT+QIOTSTTE?", True),
        (b"AT+QIOTSTATE?", b"AT+QIOTSTAATE?", True),
        (b"AT+QIOTSTATE?", b"AT+QIOTSTAUE?", True),
        (b"AT+QIOTSTATE?", b"AT+QIOTSTATE?", False),
        (b"AT+QIOTSTATE?", b"T+QIOTSTATE", False),
        (b"AT", b"OK", False),
        (b"", b"O", False),
    ],
)
def test_copies_of_each_other_differ_at_one_place(left: bytes, right: bytes, copies: bool) -> None:  # noqa: FBT001
    assert (edit_between(left, right) is not None) == copies
    assert (edit_between(right, left) is not None) == copies


# Others


def foreign(bench: LogBuilder) -> LogBuilder:
    """Let another program ask in the middle of an exchange."""
    bench.sent(STATE).got("AT+CREG?\r\r\n+CREG: 0,1\r\n\r\nOK\r\n")
    return bench.got("\r\n+QIOTSTATE: 1\r\n\r\nOK\r\n").wait(0.1)


def test_the_echo_of_another_program_is_named() -> None:
    bench = foreign(LogBuilder().proved())
    assert not failed(bench)
    assert "Another program talks on this port: AT+CREG? (once" in said(bench)
    assert "ModemManager" in said(bench)


def test_an_answer_to_a_command_that_was_never_sent_is_another_program() -> None:
    bench = LogBuilder().proved().got("\r\n+CSQ: 20,99\r\n", 5.0).got("\r\nOK\r\n", 0.01)
    assert not failed(bench)
    assert "answers to commands that were never sent" in said(bench)


def test_where_another_program_is_known_answers_out_of_turn_are_its_own() -> None:
    bench = foreign(LogBuilder().proved()).wait(20.0)
    bench.sent(STATE).got("\r\nOK\r\n").got(ANSWER).wait(0.1)
    assert not failed(bench)
    other = LogBuilder().proved().sent(STATE).got("\r\nOK\r\n").got(ANSWER).wait(0.1)
    assert "SOTA-FRM-005" in failed(other)


def test_another_program_explains_only_what_it_touches() -> None:
    bench = foreign(LogBuilder().proved()).wait(30.0).ask(STATE, "+QIOTSTATE: 77")
    assert failed(bench) == {"SOTA-CMD-STATE-001"}


@pytest.mark.parametrize(
    "echo", ["AT+QIOTSTAT\r", "T+QIOTSTATE?\r", "AT+QIOTREG?\r", "AT+QIOTSTATE?x\r"]
)
def test_a_wrong_echo_of_the_suite_is_no_other_program(echo: str) -> None:
    bench = LogBuilder().proved().sent(STATE).got(echo + ANSWER).wait(0.1)
    assert "Another program" not in said(bench)


def test_telnet_is_named_with_its_remedy() -> None:
    bench = LogBuilder().got(b"\xff\xfb\x01\xff\xfb\x03").proved().uploaded().ready()
    doubled = PACKAGE[:1024].replace(b"\xff", b"\xff\xff")
    bench.block(0, 1024, doubled, header="0,1024")
    assert not failed(bench)
    assert "Telnet" in said(bench)
    assert "rfc2217://HOST:PORT" in said(bench)


def test_doubled_octets_without_a_negotiation_are_the_module() -> None:
    bench = LogBuilder().proved().uploaded().ready()
    bench.block(0, 1024, PACKAGE[:1024].replace(b"\xff", b"\xff\xff"), header="0,1024")
    assert failed(bench)


def test_a_login_console_is_named() -> None:
    bench = LogBuilder().proved().got("\r\nraspberrypi login: \r\n", 5.0)
    assert "A login console answers on this port (raspberrypi login:" in said(bench)


# Reports


def chattering() -> LogBuilder:
    """Make a log with lines that belong to nothing."""
    bench = LogBuilder().got("\r\nRDY\r\n").proved().got("\r\nbusy p...\r\n", 1.0)
    return foreign(bench.got("\r\nbusy p...\r\n", 1.0).got("\r\n<b>&\r\n", 0.1).wait(1.0))


def judged() -> Judgement:
    """Judge it."""
    return chattering().end().judgement()


def test_foreign_lines_have_count_instant_and_guess() -> None:
    lines = {each.line: (each.count, each.first_s, each.guess) for each in judged().foreign_lines}
    assert lines["RDY"] == (1, 0.02, "boot banner")
    count, first_s, guess = lines["busy p..."]
    assert (count, guess) == (2, "the module is busy")
    assert first_s == pytest.approx(1.4, abs=0.1)
    assert lines["AT+CREG?"][2] == "another program on this port"


def test_result_json_has_the_lines_as_the_contract_says() -> None:
    told = result(judged())
    lines = told["foreign_lines"]
    assert isinstance(lines, list)
    assert all(each.keys() == {"line", "count", "first_s"} for each in lines)
    assert {"line": "RDY", "count": 1, "first_s": 0.02} in lines
    environment = told["environment"]
    assert isinstance(environment, list)
    assert any("Another program" in sentence for sentence in environment)


def test_each_report_tells_them() -> None:
    texts = (
        summary(judged()),
        markdown(judged()),
        page(dossier(chattering().end().records, "", 0), {}),
    )
    for text in texts:
        flat = " ".join(text.split())
        assert "busy p..." in flat
        assert "the module is busy" in flat
        assert "Another program talks on this port" in flat
        assert "<b>&\n" not in text


def test_many_different_lines_are_counted_together_in_the_end() -> None:
    bench = LogBuilder().proved()
    for number in range(260):
        bench.got(f"\r\n+CSQ: {number},99\r\n", 0.01)
    lines = bench.judgement().foreign_lines
    assert len(lines) == 201
    assert lines[-1].line == "(further lines)"
    assert lines[-1].count == 60


def test_an_echo_in_small_letters_is_no_other_program() -> None:
    bench = LogBuilder().proved().sent("ATE0").got("ate0\r\r\nOK\r\n").wait(0.1)
    bench.sent("ATE1").got("\r\nOK\r\n").wait(0.1)
    bench.sent("AT+QIOTSTATE?").got("at+qiotstate?\r\r\n+QIOTSTATE: 0\r\n\r\nOK\r\n")
    judgement = bench.judgement()
    assert not judgement.environment
    assert judgement.requirements["SOTA-FRM-009"].outcome is Outcome.FAIL
