"""Small memories of the judge: proofs of a peer, noise on the line, what hosts do and can do."""

import pytest
from support.host_log import HostLog
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.log import Begin, Port, Received
from atverdict.conformance.evidence.trace import Place
from atverdict.conformance.judge.host.capability import Capability, Suspicion, UpgradeTask
from atverdict.conformance.judge.host.habits import LEAST_SHIFT_S, Habits
from atverdict.conformance.judge.host.proof import KEPT_OCTETS, HostProof
from atverdict.conformance.judge.interconnection import BASIC
from atverdict.conformance.judge.line_noise import LineNoise
from atverdict.conformance.judge.module.proof import ModuleProof
from atverdict.conformance.judge.roles import HOST, MODULE


def _module(bench: LogBuilder) -> ModuleProof:
    proof, trace = ModuleProof(), MODULE.trace()
    for record in bench.records:
        proof.hear(record)
        for item in trace.feed(record):
            proof.observe(item)
    return proof


def _host(log: HostLog) -> HostProof:
    proof, trace = HostProof(), HOST.trace()
    for record in log.records:
        proof.hear(record)
        for item in trace.feed(record):
            proof.observe(item)
    return proof


# A module


@pytest.mark.parametrize(
    ("asked", "proved"),
    [
        ((("AT",), ("AT+QIOTREG=?", "+QIOTREG: (0-2)"), ("AT+QIOTREG?", "+QIOTREG: 0")), True),
        ((("AT+QIOTREG=?", "+QIOTREG: (0-2)"), ("AT+QIOTREG?", "+QIOTREG: 0")), False),
        ((("AT",), ("AT+QIOTREG?", "+QIOTREG: 0"), ("AT+QIOTREG?", "+QIOTREG: 0")), False),
        ((("AT",), ("AT+QIOTREG=?",), ("AT+QIOTREG?",)), False),
        ((("AT",), ("AT+CSQ=?", "+CSQ: (0)"), ("AT+CREG?", "+CREG: 0,1")), False),
        ((("AT",), ("AT+QIOTREG=1", "+QIOTREG: 1"), ("AT+QIOTREG?", "+QIOTREG: 0")), False),
    ],
)
def test_a_module_answers_at_and_two_queries_by_their_names(
    asked: tuple[tuple[str, ...], ...], *, proved: bool
) -> None:
    bench = LogBuilder()
    for line in asked:
        bench.ask(*line)
    assert _module(bench).proved is proved
    assert _module(bench).promising is proved


def test_a_module_that_refuses_at_is_none() -> None:
    bench = LogBuilder().refused("AT").ask("AT+QIOTREG=?", "+QIOTREG: (0-2)")
    assert not _module(bench.ask("AT+QIOTREG?", "+QIOTREG: 0")).proved
    assert _module(bench.ask("AT")).proved


def test_an_answer_behind_its_ok_is_one_too() -> None:
    bench = LogBuilder().ask("AT").ask("AT+QIOTREG?", "+QIOTREG: 0").ask("AT+QIOTSTATE?")
    assert not _module(bench).proved
    assert _module(bench.got("\r\n+QIOTSTATE: 0\r\n")).proved


# A host


@pytest.mark.parametrize(
    ("lines", "proved", "promising"),
    [
        (("AT+QIOTREG=1", "AT+QIOTSTATE?"), True, True),
        (("AT+QIOTREG=1", "AT+QIOTREG=1"), False, True),
        (("AT", "AT"), False, True),
        (("AT+CSQ", "AT+QIOTREG=1"), False, True),
        (("AT+QIOTREG=1",), False, False),
    ],
)
def test_a_host_sends_two_commands_of_the_flow(
    lines: tuple[str, ...], *, proved: bool, promising: bool
) -> None:
    log = HostLog()
    for line in lines:
        log.asks(line)
    assert (_host(log).proved, _host(log).promising) == (proved, promising)


def test_a_host_that_is_no_host_is_told_by_what_came() -> None:
    assert _host(HostLog()).missing.endswith("; nothing came")
    noisy = HostLog()
    for _ in range(3):
        noisy.add(Received(noisy.now_s, "x" * KEPT_OCTETS))
    assert _host(noisy).missing.endswith(f"; this came: {'x' * KEPT_OCTETS}")
    one = HostLog().asks("AT+QIOTREG=1")
    assert _host(one).missing.startswith("1 different commands of the flow came from it, and 2 are")


# Noise


def _spoiled(bench: LogBuilder) -> list[bool]:
    """Return for each answered command line whether it is no evidence."""
    noise, trace = LineNoise(), MODULE.trace()
    spoiled: list[bool] = []
    for record in bench.records:
        for item in trace.feed(record):
            shown = noise.spoils(item)
            if type(item).__name__ == "Exchange":
                spoiled.append(shown)
    return spoiled


def _basic(bench: LogBuilder) -> LogBuilder:
    return bench.add(Begin(bench.now_s, BASIC, "A sentence.", ()))


def test_a_log_that_begins_elsewhere_begins_clean() -> None:
    assert _spoiled(LogBuilder().ask("AT").ask("AT")) == [False, False]


def test_the_first_ok_may_answer_the_last_user_of_the_line() -> None:
    bench = _basic(LogBuilder()).ask("AT").ask("AT+QIOTREG?", "+QIOTREG: 0").ask("AT")
    assert _spoiled(bench) == [True, False, False]


def test_an_error_cleans_no_line() -> None:
    assert _spoiled(_basic(LogBuilder()).refused("AT").ask("AT").ask("AT")) == [True, True, False]


def test_another_purpose_spoils_nothing() -> None:
    assert _spoiled(LogBuilder().begin("SOTA-FRM-001").ask("AT")) == [False]


def test_half_a_message_behind_a_lost_port_is_no_evidence() -> None:
    bench = (
        LogBuilder()
        .ask("AT")
        .unplugged()
        .sent("AT")
        .got("\r\n+QIOTEVT 7;1\r\n\r\nOK\r\n")
        .ask("AT")
    )
    assert _spoiled(bench) == [False, True, False]


def test_a_port_that_is_only_closed_brings_nothing_back() -> None:
    bench = LogBuilder().ask("AT").add(Port(1.0, open=False, reason="gone"))
    assert _spoiled(bench.sent("AT").got("\r\n+QIOTEVT 7;1\r\n\r\nOK\r\n"))[-1] is False


# Habits and capabilities of hosts


@pytest.mark.parametrize(
    ("updates", "waits"),
    [
        ((), False),
        (((0.1, 2.0),), False),
        (((0.1, 2.0), (0.1 + LEAST_SHIFT_S, 2.0 + LEAST_SHIFT_S)), True),
        (((0.1 + LEAST_SHIFT_S, 2.0 + LEAST_SHIFT_S), (0.1, 2.0)), True),
        (((0.1, 2.0), (0.0 + LEAST_SHIFT_S, 2.0 + LEAST_SHIFT_S)), False),
        (((0.0, 2.0), (10.0, 10.0)), True),
        (((0.0, 2.0), (10.0, 9.9)), False),
        (((0.0, 2.0), (10.0, 2.0)), False),
    ],
)
def test_a_host_that_waits_for_10704_announces_as_much_later(
    updates: tuple[tuple[float, float], ...], *, waits: bool
) -> None:
    habits = Habits()
    for told_s, announced_s in updates:
        habits.updated(told_s, announced_s)
    assert habits.waits_for_updating is waits


def test_an_upgrade_is_like_another_as_far_as_both_are_known() -> None:
    task = UpgradeTask("STM32", "2_0_0", 1000, asked=True)
    assert task.is_like(UpgradeTask("STM32"))
    assert UpgradeTask("STM32").is_like(task)
    assert not task.is_like(UpgradeTask("STM32", "3_0_0"))


def test_a_suspicion_is_certain_once_a_like_upgrade_was_completed() -> None:
    one, other = UpgradeTask("STM32", "2_0_0"), UpgradeTask("STM32", "3_0_0")
    suspicion = Suspicion("SOTA-HST-009", (one,), "plain", (Place(1, 0.0, b""),), "this", "that")
    capability = Capability()
    capability.suspect([suspicion])
    assert not capability.shown
    capability.complete([other])
    assert capability.shown
    assert capability.confirmed([one]) == [suspicion]
    assert not capability.covers([one])
    capability.complete([one])
    assert capability.covers([one])
    assert not capability.confirmed([one])
