"""Test purposes of the platform and its offers; they need control over it.

That nothing is offered is half of each: behind it the same plan is offered, once nothing keeps it
back.
"""

import contextlib
from datetime import timedelta

from atverdict.conformance.campaign.module.body import OUTCOMES
from atverdict.conformance.campaign.module.commands import Inconclusive, ota
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.preparation.purpose import purpose

PLANS = ("arm_plan", "withdraw_plans")
OFFER = ota(10700)
ELSEWHERE_H = 3
"""The hours between the time zones of the laboratory and of a plan."""
HOUR_S = 3600.0
FROM_THE_EDGE_S = 300.0
"""The time to the end of an hour in which the clocks of platform and laboratory may differ."""


def _fresh(iut: Iut, version: str = "") -> None:
    """Have no plan, and a version announced: that of the plan's source, or another one."""
    iut.preamble.idle()
    iut.preamble.online()
    iut.laboratory.withdraw()
    if version:
        iut.commands.announce(iut.pixit.plan.component, version)
    else:
        iut.preamble.announced()


def _no_offer(iut: Iut, requirement: str, because: str) -> None:
    """Ask, and expect silence."""
    iut.preamble.online()
    exchange = iut.commands.request(1)
    silence_s = iut.body.silent_offer_s
    iut.commands.expect_silence(
        requirement, *OFFER, within_s=silence_s, after=exchange, because=because
    )
    iut.preamble.idle()


def _offer(iut: Iut, requirement: str, because: str) -> None:
    """Ask, and expect the offer; it stays undecided."""
    iut.preamble.online()
    mark = iut.session.mark()
    exchange = iut.commands.request(1)
    within_s = iut.pixit.timing.offer
    if requirement:
        iut.session.expect(requirement, *OFFER, within_s=within_s, after=exchange, because=because)
    iut.session.wait(*OFFER, within_s=within_s, since=mark)


def _nothing_pushed(iut: Iut, requirement: str, because: str) -> None:
    """Let the platform push, and expect silence."""
    mark = iut.session.mark()
    iut.laboratory.control("push")
    silence_s = iut.body.silent_offer_s
    iut.commands.expect_silence(
        requirement, *OFFER, within_s=silence_s, since=mark, because=because
    )
    iut.preamble.idle()


def _pushed(iut: Iut, requirement: str, because: str) -> None:
    """Let the platform push, and expect the offer; it stays undecided."""
    mark = iut.session.mark()
    iut.laboratory.control("push")
    within_s = iut.pixit.timing.offer
    if requirement:
        iut.session.expect(requirement, *OFFER, within_s=within_s, since=mark, because=because)
    iut.session.wait(*OFFER, within_s=within_s, since=mark)


def _done(iut: Iut) -> None:
    """Leave no offer and no plan."""
    iut.preamble.idle()
    iut.laboratory.withdraw()


@purpose(
    "SOTA-PLT-002",
    "SOTA-PLT-003",
    "SOTA-PLT-012",
    "SOTA-EVT-005",
    needs=PLANS,
    silences=2,
    commands=30,
)
def test_versions(iut: Iut) -> None:
    """A delta needs its source version, a full package none, and nothing is offered twice."""
    plan = iut.pixit.plan
    _fresh(iut, "9_9_9")
    iut.laboratory.arm(source_version=plan.source_version)
    _no_offer(iut, "SOTA-PLT-002", "the delta plan is for another source version")
    iut.commands.announce(plan.component, plan.source_version)
    _offer(iut, "SOTA-PLT-003", "the delta plan's source version is announced")
    _fresh(iut, "9_9_9")
    iut.laboratory.arm()
    _offer(iut, "SOTA-PLT-003", "a full package suits every version")
    _fresh(iut, plan.target_version)
    iut.laboratory.arm()
    _no_offer(iut, "SOTA-PLT-012", "the device is at the target version already")
    iut.commands.announce(plan.component, plan.source_version)
    _offer(iut, "SOTA-PLT-003", "the device is at another version now")
    _done(iut)


@purpose("SOTA-EVT-023", needs=PLANS)
def test_strategy(iut: Iut) -> None:
    """The offer shows the minimum battery and the minimum signal of its plan."""
    _fresh(iut)
    iut.laboratory.arm(battery_limit=45, min_signal=-97)
    _offer(iut, "", "")
    _done(iut)


@purpose("SOTA-PLT-006", needs=(*PLANS, "activate_plans"), silences=1)
def test_activation(iut: Iut) -> None:
    """A plan is offered once it is activated, and not before."""
    _fresh(iut)
    iut.laboratory.arm(activated=False)
    _no_offer(iut, "SOTA-PLT-006", "the plan is not activated")
    iut.laboratory.control("activate_plans")
    _offer(iut, "", "")
    _done(iut)


@purpose("SOTA-PLT-017", needs=(*PLANS, "activate_plans", "delete_plan"))
def test_deletion(iut: Iut) -> None:
    """A plan can be deleted as long as it is not activated."""
    component = iut.pixit.plan.component
    for activated in (False, True):
        _fresh(iut)
        iut.laboratory.arm(activated=activated)
        iut.session.perform("delete_plan", component=component)
    _done(iut)


@purpose(
    "SOTA-PLT-004",
    "SOTA-PLT-005",
    "SOTA-PLT-013",
    "SOTA-PLT-014",
    needs=(*PLANS, "list_device"),
    silences=4,
    commands=30,
)
def test_lists(iut: Iut) -> None:
    """The black list excludes whatever the white one says; so does a white list of others."""
    for requirement, keeping, because, offering, lists in (
        (
            "SOTA-PLT-004",
            (None, True),
            "the device is on the black list",
            "SOTA-PLT-013",
            (None,) * 2,
        ),
        (
            "SOTA-PLT-004",
            (True, True),
            "the device is on both lists",
            "SOTA-PLT-014",
            (True, False),
        ),
        (
            "SOTA-PLT-005",
            (False, None),
            "only others are on the white list",
            "SOTA-PLT-014",
            (True, None),
        ),
        (
            "SOTA-PLT-005",
            (False, False),
            "only others are on either list",
            "SOTA-PLT-013",
            (None, False),
        ),
    ):
        _fresh(iut)
        iut.laboratory.arm()
        _list(iut, *keeping)
        _no_offer(iut, requirement, because)
        _list(iut, *lists)
        _offer(iut, offering, "no list keeps the device out any more")
    iut.preamble.idle()
    _list(iut, None, None)
    iut.laboratory.withdraw()


def _list(iut: Iut, white: bool | None, black: bool | None) -> None:  # noqa: FBT001
    iut.laboratory.control("list_device", white=white, black=black)


@purpose("SOTA-PLT-007", needs=(*PLANS, "push", "push_window"), silences=1)
def test_push_window(iut: Iut) -> None:
    """Outside the push window nothing is pushed, inside it is."""
    _fresh(iut)
    iut.laboratory.arm(active_push=True)
    iut.laboratory.control("push_window", inside=False)
    _nothing_pushed(iut, "SOTA-PLT-007", "it is not the plan's push window")
    iut.laboratory.control("push_window", inside=True)
    _pushed(iut, "", "")
    _done(iut)


@purpose(
    "SOTA-PLT-007",
    "SOTA-PLT-015",
    needs=(*PLANS, "push", "push_hours"),
    silences=1,
    slow_s=2 * FROM_THE_EDGE_S,
)
def test_push_hours(iut: Iut) -> None:
    """A push window of one whole hour counts in the time zone of the plan, wherever the device is.

    The hour is that of the laboratory, first in a plan of another time zone.
    """
    into_s = iut.session.wall_clock().timestamp() % HOUR_S
    if min(into_s, HOUR_S - into_s) < FROM_THE_EDGE_S:
        iut.session.listen((FROM_THE_EDGE_S - into_s) % HOUR_S)
    here = iut.session.wall_clock()
    zone_h = round((here.utcoffset() or timedelta()).total_seconds() / HOUR_S)
    hour = (here.utctimetuple().tm_hour + zone_h) % 24
    window = {"from": hour, "until": hour + 1}
    _fresh(iut)
    iut.laboratory.arm(active_push=True)
    elsewhere_h = zone_h + (ELSEWHERE_H if zone_h <= 0 else -ELSEWHERE_H)
    iut.laboratory.control("push_hours", **window, utc_offset_h=elsewhere_h)
    _nothing_pushed(iut, "SOTA-PLT-007", "it is another hour in the plan's time zone")
    iut.laboratory.control("push_hours", **window, utc_offset_h=zone_h)
    _pushed(iut, "SOTA-PLT-015", "it is the one hour of the plan's push window")
    _done(iut)


@purpose("SOTA-PLT-010", needs=(*PLANS, "user_confirmed", "app_confirm"), silences=1)
def test_user_confirmed(iut: Iut) -> None:
    """A plan that needs the end user's consent is offered only after it."""
    _fresh(iut)
    iut.laboratory.arm()
    iut.laboratory.control("user_confirmed")
    _no_offer(iut, "SOTA-PLT-010", "the end user has not confirmed in the App")
    mark = iut.session.mark()
    iut.laboratory.control("app_confirm")
    if iut.session.wait(*OFFER, within_s=iut.body.silent_offer_s, since=mark) is None:
        _offer(iut, "", "")
    _done(iut)


@purpose("SOTA-PLT-001", needs=(*PLANS, "factory_reset", "product"), silences=1)
def test_nothing_announced(iut: Iut) -> None:
    """Without an announced version nothing is offered."""
    iut.disturbances.factory_fresh()
    iut.laboratory.arm()
    _no_offer(iut, "SOTA-PLT-001", "no version was announced since the factory reset")
    iut.preamble.announced()
    _offer(iut, "", "")
    _done(iut)


@purpose("SOTA-PLT-009", needs=(*PLANS, "platform_status"), plans=2, silences=2, commands=60)
def test_recorded_success(iut: Iut) -> None:
    """The platform records success if and only if the target version was reported."""
    iut.preamble.updating()
    with contextlib.suppress(Inconclusive):  # what the module says of it does not matter here
        iut.body.report_success()
    iut.session.listen(iut.pixit.timing.silence)
    iut.session.perform("platform_status")
    iut.preamble.idle()
    iut.preamble.ready()
    iut.commands.announce(iut.body.under_way()[0], "9_9_9")
    iut.session.listen(iut.pixit.timing.silence)
    iut.session.perform("platform_status")
    iut.postamble()


@purpose(
    "SOTA-PLT-019",
    "SOTA-PLT-020",
    needs=(*PLANS, "plan_period", "platform_status"),
    plans=1,
    silences=2,
    commands=40,
)
def test_period(iut: Iut) -> None:
    """Outside its period a plan is not offered; what the device has confirmed goes on."""
    _fresh(iut)
    iut.laboratory.arm()
    iut.laboratory.control("plan_period", inside=False)
    _no_offer(iut, "SOTA-PLT-019", "it is not the plan's period")
    iut.laboratory.control("plan_period", inside=True)
    _offer(iut, "", "")
    mark = iut.session.mark()
    iut.body.consent()
    iut.body.wait_piece(mark)
    iut.laboratory.control("plan_period", inside=False)
    iut.body.read_package(iut.body.block_octets)
    iut.body.begin_update()
    mark = iut.session.mark()
    iut.body.announce_target()
    if iut.session.wait(*OUTCOMES, within_s=iut.pixit.timing.outcome, since=mark) is None:
        raise Inconclusive("no outcome after the target version was announced")
    iut.session.listen(iut.pixit.timing.silence)
    iut.session.perform("platform_status")
    iut.laboratory.withdraw()


@purpose("SOTA-PLT-018", needs=("withdraw_plans", "verify_package"), silences=1)
def test_verification(iut: Iut) -> None:
    """A package under verification is offered to the one device that it is tried on."""
    _fresh(iut)
    mark = iut.session.mark()
    iut.laboratory.verify(this_device=False)
    silence_s = iut.body.silent_offer_s
    iut.commands.expect_silence(
        "SOTA-PLT-018",
        *OFFER,
        within_s=silence_s,
        since=mark,
        because="the package is verified on another device",
    )
    mark = iut.session.mark()
    iut.laboratory.verify(this_device=True)
    within_s = iut.pixit.timing.offer
    iut.session.expect(
        "SOTA-PLT-018",
        *OFFER,
        within_s=within_s,
        since=mark,
        because="the package is verified on this device",
    )
    iut.session.wait(*OFFER, within_s=within_s, since=mark)
    _done(iut)


@purpose("SOTA-PLT-016", needs=(*PLANS, "arm_components"))
def test_unique_components(iut: Iut) -> None:
    """A plan cannot have one component twice."""
    _fresh(iut)
    iut.laboratory.arm_two()
    iut.laboratory.withdraw()
    iut.laboratory.arm_one_twice()
    iut.laboratory.withdraw()


@purpose("SOTA-PLT-021", needs=(*PLANS, "push", "push_retries"), plans=2, silences=3, commands=30)
def test_retries(iut: Iut) -> None:
    """A plan that has failed is pushed again as often as its retries allow."""
    _fresh(iut)
    iut.laboratory.arm(active_push=True)
    iut.laboratory.control("push_retries", count=1)
    for _ in range(2):
        _pushed(iut, "", "")
        mark = iut.session.mark()
        iut.body.consent()
        iut.body.wait_piece(mark)
        mark = iut.session.mark()
        iut.commands.announce(iut.pixit.plan.component, "9_9_9")
        ended = iut.session.wait(*OUTCOMES, within_s=iut.pixit.timing.outcome, since=mark)
        if ended is None or ended.code != 10706:
            raise Inconclusive("another version does not end an upgrade of this module")
        iut.preamble.announced()
    _nothing_pushed(iut, "SOTA-PLT-021", "its one retry is used up")
    _done(iut)
