"""What each option of the simulator changes on the wire, and that a seed fixes everything."""

import tracemalloc
from pathlib import Path

import pytest
from support.module_rig import ModuleRig, full_script

from atverdict.adapters.pco import AddressError, PcoClosed, Reception
from atverdict.adapters.simulator.pco import open_simulator
from atverdict.adapters.simulator.virtual_time import Clock


def test_same_seed_same_receptions() -> None:
    first = full_script(ModuleRig(echo="yes"))
    assert first == full_script(ModuleRig(echo="yes"))
    assert len(first) > 100
    other = full_script(ModuleRig(echo="yes", seed="2"))
    assert [each.octets for each in first] != [each.octets for each in other]
    instants_s = [each.instant_s for each in first]
    assert instants_s == sorted(instants_s)


@pytest.mark.parametrize(
    ("style", "answer", "block", "event"),
    [
        ("always", b"\r\nOK\r\n", b"\r\n+QIOTOTARD: 0,2\r\n", b"\r\n+QIOTEVT"),
        ("never", b"OK\r\n", b"+QIOTOTARD: 0,2\r\n", b"+QIOTEVT"),
        ("not-for-blocks", b"\r\nOK\r\n", b"+QIOTOTARD: 0,2\r\n", b"\r\n+QIOTEVT"),
        ("only-after-text", b"OK\r\n", b"+QIOTOTARD: 0,2\r\n", b"\r\n+QIOTEVT"),
    ],
)
def test_leading_crlf(style: str, answer: bytes, block: bytes, event: bytes) -> None:
    rig = ModuleRig(leading_crlf=style).updating()
    rig.ask('AT+QIOTMCUVER="STM32","2_0_0"')
    assert rig.listen(1).startswith(event)
    rig.arm(target_version="3")
    rig.ready()
    assert rig.say("AT") == answer
    assert rig.say("AT+QIOTOTARD=0,2") == block + b"\x00\x01\r\n\r\nOK\r\n"


@pytest.mark.parametrize(
    ("options", "line", "answer"),
    [
        ({"crlf_before_ok_after_data": "1"}, "AT+QIOTOTARD=0,1", "+QIOTOTARD: 0,1\r\n\x00\r\nOK"),
        ({"over_long_read": "error"}, "AT+QIOTOTARD=0,1025", "ERROR"),
        ({"max_length": "2"}, "AT+QIOTOTARD=0,9", "+QIOTOTARD: 0,2\r\n\x00\x01\r\n\r\nOK"),
        ({"read_past_end": "zero"}, "AT+QIOTOTARD=27954,9", "+QIOTOTARD: 27954,0\r\n\r\n\r\nOK"),
        ({"unknown_command": "silence"}, "AT+NOSUCH", ""),
        ({"test_response": "set"}, "AT+QIOTUPDATE=?", "+QIOTUPDATE: (0,1,2,3)\r\n\r\nOK"),
        (
            {"test_response": "placeholder"},
            "AT+QIOTOTARD=?",
            "+QIOTOTARD: <start>,<max_length>\r\n\r\nOK",
        ),
        ({"read_forms": "value"}, "AT+QIOTUPDATE?", "+QIOTUPDATE: 1\r\n\r\nOK"),
        ({"read_forms": "value"}, "AT+QIOTOTAREQ?", "+QIOTOTAREQ: 0\r\n\r\nOK"),
        ({"argument_blanks": "dropped"}, "AT+QIOTUPDATE= 3", "OK"),
        ({"mcuver_unknown": "ok"}, 'AT+QIOTMCUVER="nobody"', "OK"),
        ({"model": "BC25"}, "AT+CGMM", "BC25\r\n\r\nOK"),
        ({"line_limit": "256"}, 'AT+QIOTMCUVER="A","' + "1" * 300, "ERROR"),
        (
            {"product_line": "nb"},
            'AT+QIOTCFG="server"',
            '+QIOTCFG:"server",0,coap://iot-south.quectelcn.com:5683\r\n\r\nOK',
        ),
        ({"product_line": "nb"}, 'AT+QIOTCFG="session_mode"', "ERROR"),
    ],
)
def test_answer(options: dict[str, str], line: str, answer: str) -> None:
    assert ModuleRig(**options).ready().ask(line) == answer


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ({"qind": "before"}, ['+QIND: "FOTA","END"', "7,10705"]),
        ({"qind": "after"}, ["7,10705", '+QIND: "FOTA","END"']),
        ({"qind": "none"}, ["7,10705"]),
        ({"qind": "first"}, ['+QIND: "FOTA","END"', "7,10705"]),
    ],
)
def test_qind(options: dict[str, str], codes: list[str]) -> None:
    rig = ModuleRig(**options).updating()
    rig.ask('AT+QIOTMCUVER="STM32","2_0_0"')
    assert rig.codes(1) == codes


def test_empty_read_of_versions() -> None:
    assert ModuleRig(mcuver_empty_read="error").ask("AT+QIOTMCUVER?") == "ERROR"


@pytest.mark.parametrize(("sticky", "fields"), [("yes", 7), ("no", 6)])
def test_sticky_digest_mode(sticky: str, fields: int) -> None:
    rig = ModuleRig(sticky_sha256=sticky).connected()
    rig.ask("AT+QIOTOTAREQ=1")
    rig.arm()
    rig.ask("AT+QIOTOTAREQ")
    rig.listen(2)
    rig.ask("AT+QIOTUPDATE=1")
    assert len(rig.events(1.2)[0].split(",")) == fields


def test_events_keep_their_distance_or_are_glued() -> None:
    rig = ModuleRig().ready()
    rig.receptions.clear()
    rig.say("AT+QIOTUPDATE=3", 1)
    answer, event = rig.receptions
    assert 0.1 <= event.instant_s - answer.instant_s < 0.15
    glued = ModuleRig(event_gap_s="0").ready()
    assert glued.say("AT+QIOTUPDATE=3") == b"\r\nOK\r\n\r\n+QIOTEVT: 7,10704\r\n"
    before = ModuleRig(urc_before_ok="yes").ready()
    assert before.say("AT+QIOTUPDATE=3") == b"\r\n+QIOTEVT: 7,10704\r\n\r\nOK\r\n"


def test_authentication_event() -> None:
    for secret, wanted, shown in (("yes", "always", True), ("no", "never", False)):
        rig = ModuleRig(device_secret=secret, auth_event=wanted)
        rig.ask("AT+QIOTREG=1")
        assert ("1,10200" in rig.codes(3)) is shown


def test_progress_and_repeats() -> None:
    assert ModuleRig(progress_count="0").confirmed().codes(5) == ["7,10701", "7,10703"]
    assert ModuleRig(progress_count="3").confirmed().codes(5).count("7,10702") == 3
    slow = ModuleRig(download_rate_octets_per_s="1000", progress_period_s="10").confirmed()
    assert slow.codes(40).count("7,10702") == 3
    repeating = ModuleRig(offer_repeats="2").connected()
    repeating.arm()
    repeating.ask("AT+QIOTOTAREQ=0")
    assert repeating.codes(20) == ["7,10700"] * 3


def test_documents_of_2022() -> None:
    rig = ModuleRig(updating_first="yes", vintage="2022").confirmed()
    assert rig.codes(5)[-2:] == ["7,10703", "7,10704"]
    assert rig.block(0, 2) == b"\x00\x01"
    assert rig.ask("AT+QIOTUPDATE=3") == "OK"
    assert rig.codes(1) == []
    assert rig.block(0, 2) == b"\x00\x01"
    assert rig.ask('AT+QIOTINFO="up"') == "OK"
    assert rig.codes(1) == []


def test_old_version_may_be_ignored() -> None:
    rig = ModuleRig(old_version_fails="no").updating()
    rig.ask('AT+QIOTMCUVER="STM32","1_0_0"')
    assert rig.codes(1) == []
    rig.ask('AT+QIOTMCUVER="STM32","2_0_0"')
    assert rig.codes(1) == ["7,10705"]


def test_timers_and_failures_are_options() -> None:
    assert ModuleRig(read_timeout_s="5").ready().codes(6)[-1] == "7,10706"
    assert ModuleRig(update_timeout_s="5").updating().codes(6) == ["7,10706"]
    rig = ModuleRig(max_download_failures="0", first_octets_timeout_s="1").offered()
    rig.do("fail_downloads", count=1)
    rig.ask("AT+QIOTUPDATE=1")
    assert rig.codes(3) == ["7,10701", "7,10706"]


def test_mode_one_may_be_shown_after_a_restart() -> None:
    rig = ModuleRig(reg1_after_reboot="1", banner="yes", boot_s="1").connected()
    rig.do("power_cycle")
    assert rig.events(5) == ["RDY"]
    assert rig.ask("AT+QIOTREG?").startswith("+QIOTREG: 1\r\n")
    rig.ask("AT+QIOTREG=1")
    assert rig.codes(3) == ["2,10200", "3,10200"]


def test_silent_decision_of_several_components() -> None:
    rig = ModuleRig(decision_event="no").connected()
    rig.ask('AT+QIOTMCUVER="B","1"')
    components = [{"component": name, "target_version": "9"} for name in ("STM32", "B")]
    rig.do("arm_components", plan={"components": components})
    rig.ask("AT+QIOTOTAREQ=0")
    rig.listen(2)
    rig.ask("AT+QIOTUPDATE=0")
    assert rig.codes(3) == []


def test_line_time_and_chunks() -> None:
    slow = ModuleRig(baudrate="9600", latency_jitter_s="0").ready()
    begun_s = slow.pco.now()
    slow.receptions.clear()
    slow.say("AT+QIOTOTARD=0,1024", 2)
    octets = len(slow.receptions[0].octets)
    assert slow.receptions[0].instant_s - begun_s == pytest.approx(0.02 + octets * 10 / 9600)
    dribbling = ModuleRig(chunk="1")
    dribbling.say("AT")
    assert [each.octets for each in dribbling.receptions] == [
        b"\r",
        b"\n",
        b"O",
        b"K",
        b"\r",
        b"\n",
    ]


def test_armed_plan() -> None:
    rig = ModuleRig(plan="armed").connected()
    rig.ask("AT+QIOTOTAREQ=0")
    assert rig.events(2) == ['7,10700,"STM32","","2_0_0",30,-113,27954']


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"colour": "red"}, "possible: .*baudrate"),
        ({"echo": "maybe"}, "yes, no"),
        ({"max_length": "0"}, "from 1 to 65535"),
        ({"max_length": "many"}, "whole number"),
        ({"leading_crlf": "sometimes"}, "not-for-blocks"),
        ({"start_time": "2025-01-01"}, "ISO 8601"),
        ({"fault": "final-code-thrice"}, "final-code-twice"),
        ({"latency_s": "nan"}, "from 0"),
    ],
)
def test_wrong_query(query: dict[str, str], wanted: str) -> None:
    with pytest.raises(AddressError, match=wanted):
        open_simulator(query)


def test_closed_port() -> None:
    pco, control = open_simulator({})
    assert (pco.transport, pco.line_baudrate) == ("sim", 115_200)
    assert pco.opened_at == "2025-01-01T09:55:00.000+08:00"
    pco.close()
    control.close()
    with pytest.raises(PcoClosed):
        pco.write(b"AT\r")
    with pytest.raises(PcoClosed):
        pco.read(1)
    assert pco.reopen(1)
    pco.write(b"AT\r")
    assert pco.read(1) == Reception(b"AT\r", 3 * 10 / 115_200)


def test_port_may_vanish_with_the_power() -> None:
    rig = ModuleRig(port_vanishes="yes", boot_s="5", banner="yes")
    rig.do("power_cycle")
    with pytest.raises(PcoClosed):
        rig.listen(1)
    with pytest.raises(PcoClosed):
        rig.pco.write(b"AT\r")
    assert rig.pco.reopen(rig.pco.now() + 2) is False
    assert rig.pco.reopen(rig.pco.now() + 10) is True
    assert rig.listen(1) == b"\r\nRDY\r\n"
    assert rig.ask("AT") == "OK"


def test_clock_keeps_order_and_cancels() -> None:
    clock = Clock()
    seen: list[str] = []
    clock.call_at(2, lambda: seen.append("b"))
    clock.call_at(2, lambda: seen.append("c"))

    def ask_for_more() -> None:
        clock.call_later(0, lambda: seen.append("a"))

    clock.call_later(1, ask_for_more)
    clock.call_at(3, lambda: seen.append("never")).cancel()
    clock.advance_to(5)
    assert seen == ["a", "b", "c"]
    assert clock.now_s == 5
    assert clock.next_event_s() is None


def test_a_read_of_a_large_package_costs_no_more_at_its_end(tmp_path: Path) -> None:
    image = bytes(range(256)) * 16_384
    path = tmp_path / "large.bin"
    path.write_bytes(image)
    options = {"download_rate_octets_per_s": "100000000", "piece_limit_octets": "none"}
    rig = ModuleRig(**options, baudrate="3000000").connected()
    rig.arm(image=str(path))
    rig.ready()

    def allocated_octets(start: int) -> int:
        tracemalloc.start()
        rig.pco.write(b"AT+QIOTOTARD=%d,1024\r" % start)
        reception = rig.pco.read(rig.pco.now() + 1)
        assert reception is not None
        assert image[start : start + 1024] in reception.octets
        return _stopped()

    assert max(map(allocated_octets, range(0, len(image), 64 * 1024))) < 64 * 1024


def _stopped() -> int:
    """Return how many octets were allocated at most."""
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most
