"""The simulated upgrade of the module's own firmware, alone and in a plan with the MCU's."""

import pytest
from support.module_rig import ModuleRig

FIRMWARE = "EC200UCNAAR03A02M08"
OFFER = f'7,10700,"app","","{FIRMWARE}",30,-113,698000'


def _offered(rig: ModuleRig, **plan: object) -> None:
    rig.do("arm_module_plan", plan={"component": "app", "target_version": FIRMWARE, **plan})
    assert rig.ask("AT+QIOTOTAREQ=1") == "OK"
    assert rig.events(2) == [OFFER]


def _installed(rig: ModuleRig) -> None:
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"
    lines = rig.events(55)
    assert lines[:2] == ["7,10701", "7,10702"]
    assert set(lines[1:-2]) == {"7,10702"}
    assert lines[-2:] == ["7,10703", "7,10704"]
    assert rig.simulator.module.upgrade.of_module
    rig.listen(20)


def test_a_module_installs_its_own_firmware_and_restarts() -> None:
    rig = ModuleRig().connected()
    _offered(rig)
    _installed(rig)
    assert FIRMWARE in rig.ask("AT+CGMR")
    assert rig.codes(3) == []  # mode 1 does not connect by itself
    assert rig.ask("AT+QIOTREG=1") == "OK"
    assert rig.codes(3) == ["2,10200", "3,10200", "7,10705"]
    assert rig.status() == "success"


def test_in_mode_2_the_outcome_comes_without_a_command() -> None:
    rig = ModuleRig(firmware_qind="yes")
    assert rig.ask("AT+QIOTREG=2") == "OK"
    rig.listen(3)
    _offered(rig)
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"
    lines = rig.events(80)
    assert lines[lines.index("7,10704") :] == [
        "7,10704",
        '+QIND: "FOTA","START"',
        '+QIND: "FOTA","UPDATING",50',
        '+QIND: "FOTA","END",0',
        "2,10200",
        "3,10200",
        "7,10705",
    ]


def test_a_host_can_refuse_and_cannot_read() -> None:
    rig = ModuleRig().connected()
    _offered(rig)
    assert rig.ask("AT+QIOTUPDATE=0") == "OK"
    _offered(rig)
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"
    rig.listen(47)
    for line in ("AT+QIOTOTARD=0,10", "AT+QIOTUPDATE=2", "AT+QIOTUPDATE=3"):
        assert rig.ask(line) == "ERROR"
    assert rig.ask(f'AT+QIOTMCUVER="app","{FIRMWARE}"') == "OK"
    assert "7,10705" not in rig.codes(2)


def test_a_delta_needs_the_firmware_that_the_module_runs() -> None:
    rig = ModuleRig().connected()
    plan = {"component": "app", "target_version": FIRMWARE, "source_version": "EC200U"}
    rig.do("arm_module_plan", plan=plan)
    assert rig.ask("AT+QIOTOTAREQ=1") == "OK"
    assert rig.codes(3) == []


@pytest.mark.parametrize("first", ["app", "STM32"])
def test_one_plan_serves_module_and_mcu_in_its_order(first: str) -> None:
    rig = ModuleRig(piece_limit_octets="none").connected()
    module = {"component": "app", "target_version": FIRMWARE, "of_module": True}
    parts = [{"component": "STM32", "target_version": "2_0_0"}, module]
    rig.do("arm_components", plan={"components": parts if first == "STM32" else parts[::-1]})
    assert rig.ask("AT+QIOTOTAREQ=0") == "OK"
    assert rig.codes(2) == ["7,10700", "7,10700"]
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"
    if first == "STM32":
        assert rig.codes(5)[-1] == "7,10703"
        assert rig.ask('AT+QIOTMCUVER="STM32","2_0_0"') == "OK"
        rig.listen(80)
    else:
        rig.listen(80)
    assert rig.ask("AT+QIOTREG=1") == "OK"
    codes = rig.codes(9)
    assert codes[:3] == ["2,10200", "3,10200", "7,10705"]
    if first == "app":
        assert codes[3:] == ["7,10701", "7,10702", "7,10703"]
        assert rig.ask('AT+QIOTMCUVER="STM32","2_0_0"') == "OK"
    rig.listen(2)
    assert rig.status() == "success"


def test_power_lost_while_it_installs_changes_nothing() -> None:
    rig = ModuleRig().connected()
    _offered(rig)
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"
    assert rig.codes(48)[-1] == "7,10704"
    rig.do("power_cycle")
    rig.listen(3)
    assert FIRMWARE in rig.ask("AT+CGMR")


def test_a_download_that_fails_is_tried_again_without_a_second_start() -> None:
    rig = ModuleRig().connected()
    _offered(rig)
    rig.do("fail_downloads", count=1)
    assert rig.ask("AT+QIOTUPDATE=1") == "OK"
    codes = rig.codes(60)
    assert codes.count("7,10701") == codes.count("7,10703") == 1
