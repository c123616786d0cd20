"""Small rules of the judge: odd command lines, damaged lines, refusals of the platform."""

import pytest
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.log import ControlAction
from atverdict.conformance.evidence.trace import Exchange, Place
from atverdict.conformance.judge.module.damaged_lines import glued_code, torn_answer, torn_echo
from atverdict.conformance.judge.module.framing import LONG_LINE_OCTETS, is_fuzzed, is_long
from atverdict.conformance.judge.module.platform_requests import PlatformRequests, refusal_of
from atverdict.conformance.judge.module.proof import BY_NETWORK, ModuleProof
from atverdict.conformance.judge.roles import MODULE

STATE = "AT+QIOTSTATE?"


def _exchange(bench: LogBuilder) -> Exchange:
    """Return the last command line and its answer."""
    trace = MODULE.trace()
    items = [item for record in bench.end().records for item in trace.feed(record)]
    return [item for item in items if isinstance(item, Exchange)][-1]


@pytest.mark.parametrize(
    ("line", "odd"),
    [
        ("AT", False),
        ("AT+QIOTOTARD=0,0", False),
        (f"AT+QIOTOTARD=0,{2**32 - 1}", False),
        (f"AT+QIOTOTARD=0,{2**32}", True),
        ("AT+QIOTOTARD=-1,0", True),
        ("AT+QIOTOTARD=,0", True),
        ("AT+QIOTREG=x", True),
        ('AT+QIOTMCUVER="A~ ","1"', False),
        ('AT+QIOTMCUVER="A\x7f","1"', True),
        ('AT+QIOTMCUVER="A\x1f","1"', True),
        ('AT+QIOTMCUVER="A', True),
    ],
)
def test_no_host_sends_an_odd_line(line: str, *, odd: bool) -> None:
    for terminator in ("\r", "\r\n"):
        assert is_fuzzed(_exchange(LogBuilder().ask(line, terminator=terminator))) is odd


def test_a_line_is_long_above_the_limit() -> None:
    for octets, long in ((LONG_LINE_OCTETS, False), (LONG_LINE_OCTETS + 1, True)):
        line = 'AT+QIOTMCUVER="'.ljust(octets - 2, "A") + '"'
        assert is_long(_exchange(LogBuilder().ask(line))) is long


@pytest.mark.parametrize(
    ("answer", "torn"),
    [
        ("\r\n+QIOTSTAT\r\n\r\nOK\r\n", True),
        ("\r\n+QIOT\r\n\r\nOK\r\n", True),
        ("\r\n+QIO\r\n\r\nOK\r\n", False),
        ("\r\n+QIOTREG\r\n\r\nOK\r\n", False),
        ("\r\n+QIOTSTATE: 1\r\n\r\nOK\r\n", False),
    ],
)
def test_an_answer_is_torn_where_only_its_beginning_came(answer: str, *, torn: bool) -> None:
    assert (torn_answer(_exchange(LogBuilder().sent(STATE).got(answer))) is not None) is torn


@pytest.mark.parametrize(
    ("answer", "torn"),
    [
        ("AT+QIO+QIOTEVT: 4,10200\r\n\r\nOK\r\n", True),
        ("AT+QIO\r\n+QIOTEVT: 4,10200\r\n\r\nOK\r\n", True),
        ("AT+QIO\r\n\r\nOK\r\n", False),
        ("AT+QIOTSTATE?\r\r\n+QIOTEVT: 4,10200\r\n\r\nOK\r\n", False),
        ("\r\n+QIOTEVT: 4,10200\r\n\r\nOK\r\n", False),
    ],
)
def test_an_echo_is_torn_by_an_event_alone(answer: str, *, torn: bool) -> None:
    assert (torn_echo(_exchange(LogBuilder().sent(STATE).got(answer))) is not None) is torn


@pytest.mark.parametrize(
    ("answer", "glued"),
    [
        ("\r\n+QIOTSTATE: 1OK\r\n", True),
        ("\r\n+QIOTSTATE: 1ERROR\r\n", True),
        ("\r\n+QIOTSTATE: 1\r\n", False),
        ("\r\n+QIOTREG: 1OK\r\n", False),
        ("\r\n+QIOTSTATE: 1OK\r\n\r\nOK\r\n", False),
    ],
)
def test_a_code_is_glued_to_the_answer_it_ends(answer: str, *, glued: bool) -> None:
    exchange = _exchange(LogBuilder().sent(STATE).got(answer).gave_up())
    assert (glued_code(exchange) is not None) is glued


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ({"ok": True}, ""),
        ({"ok": True, "error": "no"}, ""),
        ({"ok": False, "error": "no"}, "no"),
        ({"ok": False}, "without a word"),
        ({}, "without a word"),
        ({"ok": False, "error": "unsupported action"}, None),
        ({"ok": False, "error": "agent: no answer"}, None),
    ],
)
def test_only_the_platform_refuses(reply: dict[str, object], why: str | None) -> None:
    assert refusal_of(ControlAction(0.0, "delete_plan", {}, reply)) == why


def test_two_halves_make_a_rule_of_their_own() -> None:
    requests, one, other = PlatformRequests(), Place(1, 0.0, b""), Place(2, 0.0, b"")
    assert requests.both("A", "taken", one) == []
    assert requests.both("A", "taken", one) == []
    assert requests.both("B", "refused", other) == []
    assert (requests.has_kept("A", "taken"), requests.has_kept("A", "refused")) == (True, False)
    assert not requests.has_kept("C", "taken")
    assert requests.both("A", "refused", other) == [one, other]


def test_a_missing_sim_excuses_what_needs_a_network_and_nothing_else() -> None:
    proof, trace = ModuleProof(), MODULE.trace()
    for record in LogBuilder().ask("AT").ask("AT+CPIN?", final="+CME ERROR: 10").records:
        for item in trace.feed(record):
            proof.observe(item)
    assert proof.answered
    assert proof.hindrance
    assert {name for name in BY_NETWORK if proof.excuse(name) == proof.hindrance} == BY_NETWORK
    assert proof.excuse("SOTA-FRM-001") == ""
    assert len(proof.notes) == 1
