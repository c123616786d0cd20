"""A plan as the control agent tells it: what keeps it back, and what an offer of it shows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from atverdict.conformance.evidence.log import ControlAction
from atverdict.conformance.judge.module.known_plan import UNKNOWN, KnownPlan, changed

PLAN = KnownPlan("STM32", "", "2_0_0", active_push=True)
NOON = datetime(2025, 1, 1, 12, 30, tzinfo=UTC)
TOLD: dict[str, object] = {"component": "STM32", "source_version": "1", "target_version": "2"}


def _after(
    action: str,
    before: KnownPlan | None = PLAN,
    now: datetime | None = NOON,
    *,
    busy: bool = False,
    **arguments: object,
) -> KnownPlan | None:
    return changed(before, ControlAction(0.0, action, arguments, {"ok": True}), now, busy=busy)


@pytest.mark.parametrize(
    ("change", "asked", "pushed"),
    [
        ({}, set(), set()),
        ({"black": True}, {"SOTA-PLT-004"}, {"SOTA-PLT-004"}),
        ({"black": False}, set(), set()),
        ({"white": False}, {"SOTA-PLT-005"}, {"SOTA-PLT-005"}),
        ({"white": True}, set(), set()),
        ({"white": False, "black": True}, {"SOTA-PLT-004"}, {"SOTA-PLT-004"}),
        ({"activated": False}, {"SOTA-PLT-006"}, {"SOTA-PLT-006"}),
        ({"needs_consent": True}, {"SOTA-PLT-010"}, {"SOTA-PLT-010"}),
        ({"verified_on": False}, {"SOTA-PLT-018"}, {"SOTA-PLT-018"}),
        ({"verified_on": True}, set(), set()),
        ({"in_period": False}, {"SOTA-PLT-019"}, {"SOTA-PLT-019"}),
        ({"window": False}, set(), {"SOTA-PLT-007"}),
        ({"window": None}, set(), {UNKNOWN}),
        ({"refused": True}, set(), {"SOTA-PLT-011"}),
        ({"retries": 2, "failures": 2}, set(), set()),
        ({"retries": 2, "failures": 3}, set(), {"SOTA-PLT-021"}),
        ({"failures": 9}, set(), set()),
        ({"active_push": False}, set(), {UNKNOWN}),
    ],
)
def test_what_keeps_a_plan_back(
    change: dict[str, object], asked: set[str], pushed: set[str]
) -> None:
    plan = replace(PLAN, **change)  # type: ignore[arg-type] # the names are those of the plan
    assert plan.kept_back("request") == asked
    assert plan.kept_back("push") == pushed


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, {"003", "008", "013"}),
        ({"active_push": False}, {"003", "013"}),
        ({"white": True}, {"003", "008", "014"}),
        ({"white": False}, {"003", "008"}),
        ({"one_hour": True}, {"003", "008", "013", "015"}),
        ({"verified_on": True}, {"008", "013", "018"}),
        ({"verified_on": False}, {"008", "013"}),
    ],
)
def test_what_an_offer_shows(change: dict[str, object], shown: set[str]) -> None:
    plan = replace(PLAN, **change)  # type: ignore[arg-type] # the names are those of the plan
    assert {n for n in map("{:03}".format, range(1, 22)) if plan.shows(f"SOTA-PLT-{n}")} == shown


def test_a_plan_is_armed_as_it_is_told() -> None:
    assert _after("arm_plan", None, plan=TOLD) == KnownPlan("STM32", "1", "2")
    assert _after("arm_plan", plan=TOLD | {"active_push": True, "activated": False}) == KnownPlan(
        "STM32", "1", "2", active_push=True, activated=False
    )
    assert _after("arm_module_plan", plan=TOLD) == KnownPlan("STM32", "1", "2", of_module=True)
    for here in (True, False):
        verified = _after("verify_package", plan=TOLD, this_device=here)
        assert verified == KnownPlan("STM32", "1", "2", verified_on=here)
    assert _after("arm_plan", plan="none") == PLAN
    for action in ("arm_components", "withdraw_plans", "delete_plan"):
        assert _after(action, plan=TOLD) is None
    assert _after("push_window", None, inside=False) is None
    assert _after("link_down") == PLAN


@pytest.mark.parametrize(
    ("action", "arguments", "change"),
    [
        ("activate_plans", {}, {"activated": True}),
        ("list_device", {"white": True}, {"white": True}),
        ("list_device", {"black": False, "white": False}, {"black": False, "white": False}),
        ("push_window", {"inside": True}, {"window": True}),
        ("push_window", {"inside": False}, {"window": False}),
        ("user_confirmed", {}, {"needs_consent": True}),
        ("plan_period", {"inside": False}, {"in_period": False}),
        ("plan_period", {"inside": True}, {"in_period": True}),
        ("push_retries", {"count": 3}, {"retries": 3, "failures": 0}),
    ],
)
def test_an_action_changes_what_it_says(
    action: str, arguments: dict[str, object], change: dict[str, object]
) -> None:
    before = replace(PLAN, activated=False, failures=2, retried=True)
    due = replace(before, **change)  # type: ignore[arg-type] # the names are those of the plan
    if action == "push_retries":
        due = replace(due, retried=False)
    assert changed(before, ControlAction(0.0, action, arguments, {}), NOON, busy=False) == due


def test_a_consent_is_there_once_it_is_given() -> None:
    assert _after("app_confirm", replace(PLAN, needs_consent=True)) == PLAN


def test_a_period_that_ends_in_an_upgrade_is_over_in_progress() -> None:
    for inside, busy, over in ((False, True, True), (False, False, False), (True, True, False)):
        plan = _after("plan_period", inside=inside, busy=busy)
        assert plan is not None
        assert plan.over_in_progress is over


def _hours(begin: object, until: object, zone: object, now: datetime | None = NOON) -> KnownPlan:
    arguments = {"from": begin, "until": until, "utc_offset_h": zone}
    before = replace(PLAN, one_hour=True)
    plan = changed(before, ControlAction(0.0, "push_hours", arguments, {}), now, busy=False)
    assert plan is not None
    return plan


@pytest.mark.parametrize(
    ("begin", "until", "zone", "inside", "one_hour"),
    [
        (12, 13, 0, True, True),
        (11, 12, 0, False, True),
        (13, 14, 0, False, True),
        (11, 13, 0, True, False),
        (20, 21, 8, True, True),
        (12, 13, 8, False, True),
        (23, 0, 11, True, True),
        (22, 2, 11, True, False),
        (22, 2, 12, True, False),
        (22, 2, 13, True, False),
        (22, 2, 14, False, False),
        (0, 1, 12, True, True),
        (23, 0, 12, False, True),
    ],
)
def test_hours_are_those_of_a_time_zone(
    begin: int, until: int, zone: int, *, inside: bool, one_hour: bool
) -> None:
    plan = _hours(begin, until, zone)
    assert (plan.window, plan.one_hour) == (inside, one_hour)


def test_near_an_end_of_the_hours_nothing_is_certain() -> None:
    for minutes, window in ((-2, None), (1, None), (-3, False), (3, True)):
        now = NOON.replace(minute=0) + timedelta(minutes=minutes)
        assert _hours(12, 13, 0, now).window is window
    assert _hours(12, 13, 0, NOON.astimezone(timezone(timedelta(hours=8)))).window is True


@pytest.mark.parametrize(
    ("begin", "until", "zone", "now"),
    [(12, 13, 0, None), ("12", 13, 0, NOON), (12, None, 0, NOON), (12, 13, "0", NOON)],
)
def test_hours_that_cannot_be_read_tell_nothing(
    begin: object, until: object, zone: object, now: datetime | None
) -> None:
    plan = _hours(begin, until, zone, now)
    assert (plan.window, plan.one_hour) == (None, False)
