"""The reference module through the whole flow, state by state, on virtual time."""

import hashlib
import zlib
from collections.abc import Callable

import pytest
from support.module_rig import ModuleRig

from atverdict.adapters.simulator.platform.built_in_package import built_in_package

PLAIN = {
    "latency_jitter_s": "0",
    "event_jitter_s": "0",
    "baudrate": "none",
    "echo": "yes",
}


def test_founding_documents_path_octet_for_octet() -> None:
    image = built_in_package(1)
    md5 = hashlib.md5(image, usedforsecurity=False).hexdigest()
    sha256 = hashlib.sha256(image).hexdigest()
    rig = ModuleRig(**PLAIN, qind="before")
    rig.arm()
    wire = rig.say("AT+QIOTREG=1", 3)
    wire += rig.say('AT+QIOTMCUVER="STM32","1_0_0"')
    wire += rig.say("AT+QIOTOTAREQ=1", 2)
    wire += rig.say("AT+QIOTUPDATE=1", 4)
    wire += rig.say("AT+QIOTOTARD=0,1024")
    wire += rig.say("AT+QIOTOTARD=27649,1024")
    wire += rig.say("AT+QIOTUPDATE=3", 1)
    wire += rig.say('AT+QIOTMCUVER="STM32","2_0_0"', 1)
    expected = (
        b"AT+QIOTREG=1\r\r\nOK\r\n"
        b"\r\n+QIOTEVT: 2,10200\r\n"
        b"\r\n+QIOTEVT: 3,10200\r\n"
        b'AT+QIOTMCUVER="STM32","1_0_0"\r\r\nOK\r\n'
        b"AT+QIOTOTAREQ=1\r\r\nOK\r\n"
        b'\r\n+QIOTEVT: 7,10700,"STM32","","2_0_0",30,-113,27954\r\n'
        b"AT+QIOTUPDATE=1\r\r\nOK\r\n"
        b'\r\n+QIOTEVT: 7,10701,"STM32",27954,"%s",%d,"%s"\r\n'
        b"\r\n+QIOTEVT: 7,10702\r\n"
        b'\r\n+QIOTEVT: 7,10703,"STM32",27954,0,27954\r\n'
        b"AT+QIOTOTARD=0,1024\r\r\n+QIOTOTARD: 0,1024\r\n%s\r\n\r\nOK\r\n"
        b"AT+QIOTOTARD=27649,1024\r\r\n+QIOTOTARD: 27649,305\r\n%s\r\n\r\nOK\r\n"
        b"AT+QIOTUPDATE=3\r\r\nOK\r\n"
        b"\r\n+QIOTEVT: 7,10704\r\n"
        b'AT+QIOTMCUVER="STM32","2_0_0"\r\r\nOK\r\n'
        b'\r\n+QIND: "FOTA","END",0\r\n'
        b"\r\n+QIOTEVT: 7,10705\r\n"
    ) % (md5.encode(), zlib.crc32(image), sha256.encode(), image[:1024], image[27649:])
    assert wire == expected
    assert rig.status() == "success"


def test_package_is_read_unaltered_and_misleads() -> None:
    rig = ModuleRig().ready()
    octets = b"".join(rig.block(start, 1024) for start in range(0, 27_954, 1024))
    assert octets == built_in_package(1)
    assert set(octets) == set(range(256))
    assert b"\r\nOK\r\n" in octets
    assert b"+QIOTEVT: 7,10706" in octets


def test_blocks_of_any_partition_agree() -> None:
    rig = ModuleRig().ready()
    whole = built_in_package(1)
    assert rig.block(27_953, 1024) == whole[-1:]
    assert rig.block(974, 974) == whole[974:1948]
    assert rig.block(1, 1) == whole[1:2]


Preamble = Callable[[ModuleRig], ModuleRig]
ANSWERS = {
    "idle": (ModuleRig.connected, ["ERROR"] * 4, "ERROR"),
    "offered": (ModuleRig.offered, ["OK", "OK", "ERROR", "ERROR"], "ERROR"),
    "confirmed": (ModuleRig.confirmed, ["ERROR", "OK", "ERROR", "ERROR"], "ERROR"),
    "downloading": (ModuleRig.downloading, ["ERROR"] * 4, "ERROR"),
    "ready": (ModuleRig.ready, ["ERROR", "ERROR", "ERROR", "OK"], "+QIOTOTARD: 0,1"),
    "updating": (ModuleRig.updating, ["ERROR", "ERROR", "ERROR", "OK"], "ERROR"),
}


@pytest.mark.parametrize("state", ANSWERS)
@pytest.mark.parametrize("action", range(4))
def test_action_in_each_state(state: str, action: int) -> None:
    preamble, answers, _read = ANSWERS[state]
    rig = preamble(ModuleRig())
    assert rig.ask(f"AT+QIOTUPDATE={action}") == answers[action]


@pytest.mark.parametrize("state", ANSWERS)
def test_read_in_each_state(state: str) -> None:
    preamble, _answers, read = ANSWERS[state]
    assert preamble(ModuleRig()).ask("AT+QIOTOTARD=0,1").startswith(read)


@pytest.mark.parametrize("state", ["confirmed", "downloading", "ready", "updating"])
@pytest.mark.parametrize(("version", "outcome"), [("2_0_0", "7,10705"), ("1_9_9", "7,10706")])
def test_version_report_ends_the_upgrade(state: str, version: str, outcome: str) -> None:
    rig = ANSWERS[state][0](ModuleRig())
    assert rig.ask('AT+QIOTMCUVER="other","7"') == "OK"
    assert rig.ask(f'AT+QIOTMCUVER="STM32","{version}"') == "OK"
    codes = rig.codes(5)
    assert outcome in codes
    assert codes[-1] == outcome
    assert rig.status() == ("success" if outcome == "7,10705" else "failed")
    assert rig.ask("AT+QIOTOTARD=0,1") == "ERROR"


def test_version_report_leaves_an_offer_alone() -> None:
    rig = ModuleRig().offered()
    assert rig.ask('AT+QIOTMCUVER="STM32","1_5"') == "OK"
    assert rig.codes(1) == []
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"


def test_repeated_actions() -> None:
    rig = ModuleRig().offered()
    assert [rig.ask("AT+QIOTUPDATE=1") for _ in range(2)] == ["OK", "OK"]
    assert rig.codes(5).count("7,10701") == 1
    assert rig.ask("AT+QIOTUPDATE=3") == "OK"
    assert rig.codes(1) == ["7,10704"]
    assert rig.ask("AT+QIOTUPDATE=3") == "OK"
    assert rig.codes(1) == []


def test_refusal_then_offer_on_request() -> None:
    rig = ModuleRig().offered()
    assert rig.ask("AT+QIOTUPDATE=0") == "OK"
    assert rig.codes(5) == []
    assert rig.status() == "refused"
    assert rig.ask("AT+QIOTOTAREQ=0") == "OK"
    assert rig.codes(2) == ["7,10700"]
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"
    assert rig.codes(4) == ["7,10701", "7,10702", "7,10703"]


def test_second_upgrade_after_the_first() -> None:
    rig = ModuleRig().updating()
    rig.ask('AT+QIOTMCUVER="STM32","2_0_0"')
    assert rig.codes(1) == ["7,10705"]
    assert rig.ask("AT+QIOTOTAREQ=0") == "OK"
    assert rig.codes(3) == []
    rig.arm(target_version="3_0_0")
    rig.offered()
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"
    assert rig.codes(4)[-1] == "7,10703"


def test_confirmation_in_the_instant_of_the_offer() -> None:
    rig = ModuleRig().connected()
    rig.arm()
    rig.say("AT+QIOTOTAREQ=0")
    offer = rig.pco.read(rig.pco.now() + 5)
    assert offer is not None
    assert b"7,10700" in offer.octets
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"


def test_pieces_have_absolute_offsets() -> None:
    rig = ModuleRig(piece_limit_octets="10000").confirmed()
    image = built_in_package(1)
    assert rig.events(4)[-1] == '7,10703,"STM32",27954,0,10000'
    assert rig.block(9_900, 1024) == image[9_900:10_000]
    assert rig.ask("AT+QIOTOTARD=10000,1") == "ERROR"
    assert rig.ask("AT+QIOTUPDATE=3") == "ERROR"
    assert rig.ask("AT+QIOTUPDATE=2") == "OK"
    assert rig.events(4) == ["7,10702", "7,10702", '7,10703,"STM32",27954,10000,10000']
    assert rig.ask("AT+QIOTOTARD=0,1") == "ERROR"
    assert rig.block(10_000, 100) == image[10_000:10_100]
    assert rig.ask("AT+QIOTUPDATE=2") == "OK"
    assert rig.events(4)[-1] == '7,10703,"STM32",27954,20000,7954'
    assert rig.ask("AT+QIOTUPDATE=2") == "ERROR"
    assert rig.block(27_000, 1024) == image[27_000:]
    assert rig.ask("AT+QIOTUPDATE=3") == "OK"


def test_components_follow_each_other_in_plan_order() -> None:
    rig = ModuleRig().connected()
    rig.ask('AT+QIOTMCUVER="ESP32","5"')
    components = [
        {"component": "ESP32", "target_version": "6"},
        {"component": "STM32", "target_version": "2_0_0", "battery_limit": 50},
    ]
    rig.do("arm_components", plan={"components": components})
    rig.ask("AT+QIOTOTAREQ=0")
    assert [line.split(",")[2] for line in rig.events(2)] == ['"ESP32"', '"STM32"']
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"
    events = rig.events(4)
    assert events[0] == "7,10707"
    assert events[1].startswith('7,10701,"ESP32"')
    assert rig.ask("AT+QIOTUPDATE=3") == "OK"
    assert rig.codes(1) == ["7,10704"]
    rig.ask('AT+QIOTMCUVER="ESP32","6"')
    events = rig.events(5)
    assert events[0] == "7,10705"
    assert events[1].startswith('7,10701,"STM32"')
    assert events[-1] == '7,10703,"STM32",27954,0,27954'
    rig.ask('AT+QIOTMCUVER="STM32","2_0_0"')
    assert rig.codes(5) == ["7,10705"]
    assert rig.status() == "success"


def test_no_address_within_30_s() -> None:
    rig = ModuleRig(address_s="40").confirmed()
    assert rig.codes(29) == []
    assert rig.codes(2) == ["7,10706"]
    assert rig.codes(60) == []
    assert rig.status() == "failed"


def test_no_read_within_60_s() -> None:
    rig = ModuleRig().ready()
    assert rig.codes(56) == []
    assert rig.block(0, 1) == b"\x00"
    assert rig.codes(59) == []
    assert rig.ask("AT+QIOTOTARD=99999,1") == "ERROR"
    assert rig.codes(2) == ["7,10706"]


def test_no_version_within_20_min() -> None:
    rig = ModuleRig().updating()
    assert rig.codes(1195) == []
    assert rig.codes(10) == ["7,10706"]


def test_download_is_tried_again_without_a_second_start() -> None:
    rig = ModuleRig().offered()
    rig.do("fail_downloads", count=5)
    rig.ask("AT+QIOTUPDATE=1")
    codes = rig.codes(60)
    assert codes == ["7,10701", *["7,10702"] * 6, "7,10703"]


def test_sixth_failure_ends_the_upgrade() -> None:
    rig = ModuleRig().offered()
    rig.do("fail_downloads", count=6)
    rig.ask("AT+QIOTUPDATE=1")
    assert rig.codes(120)[-1] == "7,10706"
    assert rig.status() == "failed"
    rig.offered()


def test_failed_download_is_offered_again() -> None:
    rig = ModuleRig(retry="offer").offered()
    rig.do("fail_downloads", count=1)
    rig.ask("AT+QIOTUPDATE=1")
    assert rig.codes(20) == ["7,10701", "7,10700"]
    rig.ask("AT+QIOTUPDATE=1")
    assert rig.codes(10) == ["7,10701", "7,10702", "7,10703"]


@pytest.mark.parametrize("state", ["idle", "offered", "confirmed", "downloading", "ready"])
def test_restart_before_updating_aborts(state: str) -> None:
    rig = ANSWERS[state][0](ModuleRig())
    assert rig.ask("AT+QIOTREG=2") == "OK"
    rig.do("power_cycle")
    assert rig.codes(10) == ["2,10200", "3,10200"]
    assert rig.ask("AT+QIOTOTARD=0,1") == "ERROR"
    assert rig.ask("AT+QIOTUPDATE=1") == "ERROR"
    rig.offered()


def test_restart_while_updating_resumes() -> None:
    rig = ModuleRig().updating()
    rig.do("power_cycle")
    assert rig.codes(10) == ["7,10704"]
    assert rig.ask("AT+QIOTUPDATE=3") == "OK"
    assert rig.ask('AT+QIOTMCUVER="STM32","2_0_0"') == "OK"
    assert rig.codes(1) == ["7,10705"]
    rig.ask("AT+QIOTREG=1")
    rig.codes(5)
    assert rig.status() == "success"


@pytest.mark.parametrize("state", ["idle", "offered", "ready", "updating"])
def test_link_loss_leaves_the_upgrade_alone(state: str) -> None:
    rig = ANSWERS[state][0](ModuleRig())
    rig.do("link_down")
    assert rig.codes(2) == ["2,10474"]
    assert rig.ask("AT+QIOTSTATE?") != "+QIOTSTATE: 8\r\n\r\nOK"
    assert rig.ask("AT+QIOTOTAREQ=0") == "ERROR"
    if state == "ready":
        assert rig.block(0, 10) == bytes(range(10))
    rig.do("link_up")
    assert rig.codes(5)[-2:] == ["2,10200", "3,10200"]
    if state in {"ready", "updating"}:
        rig.ask('AT+QIOTMCUVER="STM32","2_0_0"')
        assert rig.codes(5) == ["7,10705"]
        assert rig.status() == "success"


def test_link_loss_without_address_fails_after_30_s() -> None:
    rig = ModuleRig().confirmed()
    rig.do("link_down")
    assert "7,10706" in rig.codes(32)
    rig.do("link_up")
    assert "7,10701" not in rig.codes(30)
    assert rig.status() == "failed"


def test_link_loss_in_a_download_is_tried_again() -> None:
    rig = ModuleRig().downloading()
    rig.do("link_down")
    assert not {"7,10703", "7,10706"} & set(rig.codes(10))
    rig.do("link_up")
    assert rig.codes(20)[-2:] == ["7,10702", "7,10703"]
    assert rig.block(0, 3) == b"\x00\x01\x02"


def test_answers_stay_quick_and_whole_while_a_host_polls_a_download() -> None:
    rig = ModuleRig(download_rate_octets_per_s="4000").confirmed()
    wire = b"".join(rig.say("AT+QIOTSTATE?") for _ in range(200))
    assert wire.count(b"\r\n+QIOTSTATE: 8\r\n\r\nOK\r\n") == 200
    assert wire.count(b"7,10702\r\n") == 2
    assert wire.count(b"\r\n+QIOTEVT: 7,10703,") == 1


def test_connection_with_authentication_and_deregistration() -> None:
    rig = ModuleRig(device_secret="no")
    assert rig.ask("AT+QIOTSTATE?").startswith("+QIOTSTATE: 0")
    rig.ask("AT+QIOTREG=1")
    assert rig.codes(3) == ["1,10200", "2,10200", "3,10200"]
    assert rig.ask("AT+QIOTREG=1") == "OK"
    assert rig.codes(5) == []
    assert rig.ask("AT+QIOTREG=0") == "OK"
    assert rig.codes(2) == ["6,10200"]
    assert rig.ask("AT+QIOTSTATE?").startswith("+QIOTSTATE: 11")
    rig.ask("AT+QIOTREG=1")
    assert rig.codes(3) == ["2,10200", "3,10200"]


def test_back_off_grows_while_the_network_is_gone() -> None:
    rig = ModuleRig().connected()
    rig.do("link_down")
    begun_s = rig.pco.now()
    rig.receptions.clear()
    rig.listen(2000)
    tried_s = [each.instant_s - begun_s for each in rig.receptions]
    assert tried_s == pytest.approx([1, 4, 35, 336, 938, 1539], abs=2)
