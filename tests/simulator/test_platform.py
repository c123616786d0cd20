"""The Developer Center: matching, lists, windows, grid, back-off, consent, package rules."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.module_rig import ModuleRig

from atverdict.adapters.simulator.platform.plan import Package, Plan, PlanComponent, PlanError

FILES = (("a.bin", b"1"),)


def offers(rig: ModuleRig) -> bool:
    """Tell whether a request earns an offer."""
    assert rig.ask("AT+QIOTOTAREQ=0") == "OK"
    return "7,10700" in rig.codes(3)


def refusal(rig: ModuleRig, action: str, **arguments: object) -> str:
    """Return why the platform refuses something."""
    reply = rig.laboratory.perform(action, arguments)
    assert reply["ok"] is False
    return str(reply["error"])


def test_nothing_announced_nothing_offered() -> None:
    rig = ModuleRig()
    rig.ask("AT+QIOTREG=1")
    rig.listen(3)
    rig.arm()
    assert not offers(rig)


@pytest.mark.parametrize(
    ("plan", "offered"),
    [
        ({}, True),
        ({"source_version": "1_0_0"}, True),
        ({"source_version": "0_9_9"}, False),
        ({"specified_versions": ["0_9", "1_0_0"]}, True),
        ({"specified_versions": ["0_9", "0_8"]}, False),
        ({"target_version": "1_0_0"}, False),
        ({"component": "ESP32"}, False),
        ({"activated": False}, False),
    ],
)
def test_matching(plan: dict[str, object], *, offered: bool) -> None:
    rig = ModuleRig().connected()
    rig.arm(**plan)
    assert offers(rig) is offered


def test_delta_names_its_source() -> None:
    rig = ModuleRig().connected()
    rig.arm(source_version="1_0_0", battery_limit=55, min_signal=-90)
    rig.ask("AT+QIOTOTAREQ=0")
    assert rig.events(3) == ['7,10700,"STM32","1_0_0","2_0_0",55,-90,27954']


@pytest.mark.parametrize(
    ("white", "black", "offered"),
    [
        (None, None, True),
        (True, None, True),
        (False, None, False),
        (None, True, False),
        (None, False, True),
        (True, True, False),
    ],
)
def test_lists(white: object, black: object, *, offered: bool) -> None:
    rig = ModuleRig().connected()
    rig.arm()
    rig.do("list_device", white=white, black=black)
    assert offers(rig) is offered
    rig.do("withdraw_plans")
    rig.arm()
    assert offers(rig)


def test_image_of_the_laboratory(tmp_path: Path) -> None:
    (tmp_path / "own").write_bytes(b"own octets")
    rig = ModuleRig().connected()
    rig.arm(image=str(tmp_path / "own"))
    rig.ready()
    assert rig.block(0, 1024) == b"own octets"


def test_withdrawn_plans_are_not_offered() -> None:
    rig = ModuleRig().connected()
    rig.arm()
    rig.do("withdraw_plans")
    assert not offers(rig)
    assert rig.status() == "none"


def test_withdrawal_leaves_an_upgrade_in_progress() -> None:
    rig = ModuleRig().ready()
    rig.do("withdraw_plans")
    assert rig.status() == "downloaded"
    rig.ask('AT+QIOTMCUVER="STM32","2_0_0"')
    assert rig.codes(1) == ["7,10705"]
    assert rig.status() == "success"


def test_push_on_the_grid_of_ten_minutes_while_undecided() -> None:
    rig = ModuleRig(boot_s="0").connected()
    rig.arm()
    rig.receptions.clear()
    rig.listen(1600)
    instants_s = [each.instant_s for each in rig.receptions]
    assert [round(instant_s) for instant_s in instants_s] == [301, 901, 1501]


def test_passive_plan_waits_for_the_request() -> None:
    rig = ModuleRig().connected()
    rig.arm(active_push=False)
    assert rig.do("push")["offered"] is False
    assert rig.codes(1300) == []
    assert offers(rig)


def test_push_now() -> None:
    rig = ModuleRig().connected()
    rig.arm()
    assert rig.do("push")["offered"] is True
    assert rig.codes(2) == ["7,10700"]


def test_back_off_after_refusal() -> None:
    rig = ModuleRig().connected()
    rig.arm(back_off_min=50)
    assert rig.codes(310) == ["7,10700"]
    rig.listen(590)
    rig.ask("AT+QIOTUPDATE=0")
    assert rig.codes(2990) == []
    assert rig.codes(700) == ["7,10700"]


def test_push_window() -> None:
    rig = ModuleRig().connected()
    rig.arm()
    rig.do("push_window", inside=False)
    assert rig.codes(1300) == []
    assert offers(rig)
    rig.do("push_window", inside=True)
    assert "7,10700" in rig.codes(700)


def test_end_users_consent() -> None:
    rig = ModuleRig().connected()
    rig.arm()
    rig.do("user_confirmed")
    assert not offers(rig)
    assert rig.codes(1300) == []
    rig.do("app_confirm")
    assert rig.codes(3) == ["7,10700"]


def test_statuses_of_an_upgrade() -> None:
    rig = ModuleRig()
    assert rig.status() == "none"
    assert rig.offered().status() == "offered"
    rig.ask("AT+QIOTUPDATE=1")
    assert rig.status() == "confirmed"
    rig.listen(1.5)
    assert rig.status() == "downloading"
    rig.listen(3)
    assert rig.status() == "downloaded"
    rig.ask("AT+QIOTUPDATE=3")
    assert rig.status() == "updating"


def test_unknown_action_and_bad_plans() -> None:
    rig = ModuleRig()
    perform = rig.laboratory.perform
    assert perform("fly", {}) == {"ok": False, "error": "unsupported"}
    assert "arm_plan" in rig.laboratory.actions()
    for plan in (
        None,
        {},
        {"component": "A"},
        {"component": "A", "target_version": "a b"},
        {"component": "A", "target_version": "1", "colour": "red"},
        {"component": "A", "target_version": "1", "battery_limit": True},
        {"component": "A", "target_version": "1", "image": "/nowhere/at/all"},
    ):
        reply = perform("arm_plan", {"plan": plan})
        assert reply["ok"] is False
        assert reply["error"]
    assert perform("arm_components", {"plan": {"components": []}})["ok"] is False


def test_factory_reset_forgets_everything() -> None:
    rig = ModuleRig().ready()
    rig.do("factory_reset")
    assert rig.ask("AT+QIOTREG=1") == "ERROR"
    assert rig.ask("AT+QIOTMCUVER?") == "OK"
    assert rig.ask('AT+QIOTCFG="productinfo","p","s"') == "OK"
    rig.ask("AT+QIOTREG=1")
    assert rig.codes(3) == ["1,10200", "2,10200", "3,10200"]
    rig.ask('AT+QIOTMCUVER="STM32","1_0_0"')
    assert offers(rig)


def test_package_rules() -> None:
    assert Package("2", FILES).fits("1")
    mistakes: list[Callable[[], object]] = [
        lambda: Package("2 0", FILES),
        lambda: Package("2", ()),
        lambda: Package("2", FILES * 6),
        lambda: Package("2", (("a.exe", b"1"),)),
        lambda: Package("2", (("a.bin", b""),)),
        lambda: Package("2", (("a.bin", bytes(100 * 1024 * 1024 + 1)),)),
        lambda: Package("2", FILES, specified_versions=tuple("123456789")),
        lambda: Package("2", FILES, source_version="1", specified_versions=("1",)),
        lambda: PlanComponent("A" * 101, Package("2", FILES)),
        lambda: PlanComponent("A", Package("2", FILES), battery_limit=101),
        lambda: PlanComponent("A", Package("2", FILES), min_signal=1),
    ]
    for mistake in mistakes:
        with pytest.raises(PlanError):
            mistake()


def test_plan_rules() -> None:
    component = PlanComponent("A", Package("2", FILES))
    plan = Plan((component,), push_window=(22, 6), utc_offset_h=8)
    assert plan.in_push_window(15)
    assert not plan.in_push_window(0)
    with pytest.raises(PlanError):
        plan.terminate()
    assert plan.changed(active_push=False).active_push is False
    plan.activate()
    with pytest.raises(PlanError):
        plan.changed(active_push=False)
    mistakes: list[Callable[[], object]] = [
        lambda: Plan(()),
        lambda: Plan((component,), back_off_min=9),
        lambda: Plan((component,), utc_offset_h=15),
        lambda: Plan((component,), push_window=(5, 5)),
    ]
    for mistake in mistakes:
        with pytest.raises(PlanError):
            mistake()


def test_a_plan_has_each_component_once() -> None:
    rig = ModuleRig()
    part = {"component": "A", "target_version": "2"}
    assert "unique" in refusal(rig, "arm_components", plan={"components": [part, part]})


def test_an_inactive_plan_waits_for_its_activation() -> None:
    rig = ModuleRig().connected()
    rig.arm(activated=False)
    assert not offers(rig)
    assert rig.do("push")["offered"] is False
    rig.do("list_device", white=True)
    assert not offers(rig)
    rig.do("activate_plans")
    assert offers(rig)


def test_only_an_inactive_plan_can_be_deleted() -> None:
    rig = ModuleRig().connected()
    rig.arm()
    assert refusal(rig, "delete_plan", component="STM32") == "an activated plan cannot be deleted"
    assert offers(rig)
    rig.do("withdraw_plans")
    rig.arm(activated=False)
    rig.do("delete_plan", component="STM32")
    rig.do("activate_plans")
    assert not offers(rig)


def test_an_inactive_plan_can_be_withdrawn() -> None:
    rig = ModuleRig().connected()
    rig.arm(activated=False)
    rig.do("withdraw_plans")
    rig.do("activate_plans")
    assert not offers(rig)


@pytest.mark.parametrize("chosen", [True, False])
def test_a_package_is_verified_on_the_chosen_device(*, chosen: bool) -> None:
    rig = ModuleRig().connected()
    plan = {"component": "STM32", "target_version": "2_0_0", "active_push": False}
    rig.do("verify_package", plan=plan, this_device=chosen)
    assert rig.codes(3) == (["7,10700"] if chosen else [])


def test_a_verification_lasts_an_hour() -> None:
    rig = ModuleRig()
    plan = {"component": "STM32", "target_version": "2_0_0"}
    rig.do("verify_package", plan=plan)
    rig.listen(3601)
    rig.connected()
    assert not offers(rig)


def test_outside_its_period_a_plan_is_not_offered_and_a_confirmed_one_goes_on() -> None:
    rig = ModuleRig().connected()
    rig.arm()
    rig.do("plan_period", inside=False)
    assert not offers(rig)
    rig.do("plan_period", inside=True)
    rig.ready()
    rig.do("plan_period", inside=False)
    rig.ask('AT+QIOTMCUVER="STM32","2_0_0"')
    assert rig.codes(1) == ["7,10705"]
    assert rig.status() == "success"


@pytest.mark.parametrize(("zone", "pushed"), [(8, True), (9, False), (-5, False)])
def test_a_window_of_one_hour_counts_in_the_time_zone_of_the_plan(
    zone: int, *, pushed: bool
) -> None:
    rig = ModuleRig(start_time="2025-01-01T09:20:00+08:00").connected()
    rig.arm()
    rig.do("push_hours", **{"from": 9, "until": 10, "utc_offset_h": zone})
    assert rig.do("push")["offered"] is pushed


def test_a_window_has_at_least_one_hour() -> None:
    rig = ModuleRig()
    hours = {"from": 9, "until": 9, "utc_offset_h": 8}
    rig.arm()
    assert "at least one" in refusal(rig, "push_hours", **hours)
    assert "whole number" in refusal(rig, "push_hours", **hours | {"from": 9.5})


def test_pushes_end_with_the_retries() -> None:
    rig = ModuleRig().connected()
    rig.arm()
    rig.do("push_retries", count=1)
    for _ in range(2):
        assert rig.do("push")["offered"] is True
        rig.listen(2)
        assert rig.ask("AT+QIOTUPDATE=1") == "OK"
        rig.listen(5)
        rig.ask('AT+QIOTMCUVER="STM32","0"')
        assert rig.codes(1) == ["7,10706"]
    assert rig.do("push")["offered"] is False
    assert offers(rig)
