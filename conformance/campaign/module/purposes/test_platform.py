"""Test purposes of the platform and its offers; they need control over it."""

from atverdict.conformance.campaign.module.commands import ota
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.preparation.purpose import purpose

PLANS = ("arm_plan", "withdraw_plans")
OFFER = ota(10700)


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
    """Ask, and expect the offer."""
    iut.preamble.online()
    mark = iut.session.mark()
    exchange = iut.commands.request(1)
    within_s = iut.pixit.timing.offer
    iut.session.expect(requirement, *OFFER, within_s=within_s, after=exchange, because=because)
    iut.session.wait(*OFFER, within_s=within_s, since=mark)
    iut.preamble.idle()


@purpose(
    "SOTA-PLT-002",
    "SOTA-PLT-003",
    "SOTA-PLT-012",
    "SOTA-EVT-005",
    needs=PLANS,
    silences=2,
    commands=20,
)
def test_versions(iut: Iut) -> None:
    """A delta needs its source version, a full package none, and nothing is offered twice."""
    iut.preamble.idle()
    plan = iut.pixit.plan
    iut.laboratory.withdraw()
    iut.commands.announce(plan.component, "9_9_9")
    iut.laboratory.arm(source_version=plan.source_version)
    _no_offer(iut, "SOTA-PLT-002", "the delta plan is for another source version")
    iut.commands.announce(plan.component, plan.source_version)
    iut.laboratory.arm(source_version=plan.source_version)
    _offer(iut, "SOTA-PLT-003", "the delta plan's source version is announced")
    iut.laboratory.withdraw()
    iut.commands.announce(plan.component, "9_9_9")
    iut.laboratory.arm()
    _offer(iut, "SOTA-PLT-003", "a full package suits every version")
    iut.laboratory.withdraw()
    iut.commands.announce(plan.component, plan.target_version)
    iut.laboratory.arm()
    _no_offer(iut, "SOTA-PLT-012", "the device is at the target version already")
    iut.laboratory.withdraw()
    iut.commands.announce(plan.component, plan.source_version)


@purpose("SOTA-PLT-004", "SOTA-PLT-005", needs=(*PLANS, "list_device"), silences=3)
def test_lists(iut: Iut) -> None:
    """The black list excludes whatever the white one says; so does a white list of others."""
    iut.preamble.idle()
    for requirement, lists, because in (
        ("SOTA-PLT-004", {"white": None, "black": True}, "the device is on the black list"),
        ("SOTA-PLT-004", {"white": True, "black": True}, "the device is on both lists"),
        ("SOTA-PLT-005", {"white": False, "black": None}, "the device is not on the white list"),
    ):
        iut.laboratory.withdraw()
        iut.preamble.announced()
        iut.laboratory.arm()
        iut.session.perform("list_device", **lists)
        _no_offer(iut, requirement, because)
    iut.session.perform("list_device", white=None, black=None)
    iut.laboratory.withdraw()


@purpose("SOTA-PLT-007", needs=(*PLANS, "push", "push_window"), silences=1)
def test_push_window(iut: Iut) -> None:
    """Outside the push window nothing is pushed."""
    iut.preamble.idle()
    iut.preamble.online()
    iut.laboratory.withdraw()
    iut.preamble.announced()
    iut.laboratory.arm(active_push=True)
    iut.session.perform("push_window", inside=False)
    mark = iut.session.mark()
    iut.session.perform("push")
    silence_s = iut.body.silent_offer_s
    iut.commands.expect_silence(
        "SOTA-PLT-007",
        *OFFER,
        within_s=silence_s,
        since=mark,
        because="it is not the plan's push window",
    )
    iut.session.perform("push_window", inside=True)
    iut.laboratory.withdraw()
    iut.preamble.idle()


@purpose("SOTA-PLT-010", needs=(*PLANS, "user_confirmed", "app_confirm"), silences=1)
def test_user_confirmed(iut: Iut) -> None:
    """A plan that needs the end user's consent is offered only after it."""
    iut.preamble.idle()
    iut.laboratory.withdraw()
    iut.preamble.announced()
    iut.laboratory.arm()
    iut.session.perform("user_confirmed")
    _no_offer(iut, "SOTA-PLT-010", "the end user has not confirmed in the App")
    iut.laboratory.withdraw()


@purpose("SOTA-PLT-001", needs=(*PLANS, "factory_reset", "product"), silences=1)
def test_nothing_announced(iut: Iut) -> None:
    """Without an announced version nothing is offered."""
    iut.disturbances.factory_fresh()
    iut.laboratory.arm()
    _no_offer(iut, "SOTA-PLT-001", "no version was announced since the factory reset")
    iut.laboratory.withdraw()


@purpose("SOTA-PLT-009", needs=(*PLANS, "platform_status"), plans=1, silences=1, commands=40)
def test_recorded_success(iut: Iut) -> None:
    """The platform records success if and only if the target version was reported."""
    iut.preamble.succeeded()
    iut.session.listen(iut.pixit.timing.silence)
    iut.session.perform("platform_status")
