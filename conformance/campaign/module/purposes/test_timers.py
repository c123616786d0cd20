"""Test purposes of timers: minutes on a real clock, nothing on a virtual one."""

from atverdict.conformance.campaign.module.commands import Inconclusive, ota
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.campaign.session import Mark
from atverdict.conformance.judge.expectation import matches
from atverdict.conformance.preparation.purpose import purpose

PLANS = ("arm_plan", "withdraw_plans")
SLACK = 1.25
"""Timers of modules are no chronometers."""
PUSH_S = 600.0
PUSH_SLACK = 1.5
"""The platform's documents say that it pushes about every 10 minutes."""
QUIET_S = 120.0
"""Longer than an offer is repeated for one push or request."""
BACK_OFF_S = 540.0
"""No plan can have a back-off of less than 600 s, and another clock may be a little fast."""
OFFER = ota(10700)
OUTCOMES = ota(10705, 10706)


def _fails_within(iut: Iut, requirement: str, timer_s: float, because: str) -> None:
    """Wait for 10706."""
    within_s = timer_s * SLACK
    iut.session.expect(requirement, *ota(10706), within_s=within_s, because=because)
    iut.session.wait_until(lambda event: matches(event, OUTCOMES), within_s=within_s)
    iut.postamble()


@purpose("SOTA-TIM-005", needs=PLANS, plans=1, slow_s=75.0)
def test_no_read(iut: Iut) -> None:
    """Without a read for 60 s the upgrade fails."""
    iut.preamble.ready()
    read_s = iut.timer_s("read_s")
    _fails_within(iut, "SOTA-TIM-005", read_s, f"nothing was read for {read_s:g} s after 10703")


@purpose("SOTA-TIM-006", needs=PLANS, plans=1, slow_s=150.0)
def test_reads_restart_the_timer(iut: Iut) -> None:
    """Each read gives another 60 s."""
    iut.preamble.ready()
    start, read_s = iut.body.piece_start(), iut.timer_s("read_s")
    for _ in range(3):
        iut.commands.expect_silence(
            "SOTA-TIM-006",
            *ota(10706),
            within_s=read_s - 10,
            because=f"the last read was less than {read_s:g} s ago",
        )
        iut.commands.block(start, iut.body.block_octets)
    iut.postamble()


@purpose("SOTA-TIM-007", needs=PLANS, plans=1, slow_s=1500.0, commands=40)
def test_no_announcement(iut: Iut) -> None:
    """Without a version report for 20 minutes the upgrade fails."""
    iut.preamble.updating()
    updating_s = iut.timer_s("updating_s")
    because = f"no version was announced for {updating_s / 60:g} minutes"
    _fails_within(iut, "SOTA-TIM-007", updating_s, because)


@purpose("SOTA-TIM-008", needs=PLANS, plans=1, slow_s=38.0)
def test_no_address(iut: Iut) -> None:
    """Without a download address for 30 s the upgrade fails."""
    iut.preamble.offered()
    iut.laboratory.withdraw()
    iut.body.consent()
    if not iut.body.is_downloading:
        address_s = iut.timer_s("address_s")
        _fails_within(iut, "SOTA-TIM-008", address_s, "the plan was withdrawn before the consent")
    iut.postamble()


@purpose("SOTA-PLT-008", "SOTA-PLT-011", needs=PLANS, slow_s=2000.0)
def test_push_cadence(iut: Iut) -> None:
    """An undecided plan is pushed about every 10 minutes, a refused one not before its back-off."""
    iut.preamble.idle()
    iut.preamble.online()
    iut.laboratory.withdraw()
    iut.preamble.announced()
    mark = iut.session.mark()
    iut.laboratory.arm(active_push=True)
    _pushed(iut, mark, "a plan that is pushed was armed", certain=False)
    mark = iut.session.mark()
    iut.commands.request(1)
    # A module need not repeat an offer that it has shown: then nothing tells of further pushes.
    repeats = iut.session.wait(*OFFER, within_s=iut.pixit.timing.offer, since=mark)
    if repeats is None:
        raise Inconclusive("an offer that is undecided is not shown again")
    iut.session.listen(QUIET_S)
    _pushed(iut, iut.session.mark(), "the plan is still undecided", certain=True)
    iut.session.listen(QUIET_S)  # so that the next push falls into the time of silence
    mark = iut.session.mark()
    iut.commands.request(1)
    iut.body.wait_offer(mark)
    iut.preamble.idle()
    iut.commands.expect_silence(
        "SOTA-PLT-011",
        *OFFER,
        within_s=BACK_OFF_S,
        because="the plan was refused, and no back-off is shorter than 10 minutes",
    )
    mark = iut.session.mark()
    iut.commands.request(1)
    iut.body.wait_offer(mark)  # no back-off delays what the device asks for
    iut.preamble.idle()
    iut.laboratory.withdraw()
    iut.preamble.idle()


def _pushed(iut: Iut, mark: Mark, because: str, *, certain: bool) -> None:
    """Wait for the platform's own offer; a laboratory's platform may push on demand alone."""
    within_s = PUSH_S * PUSH_SLACK
    iut.session.expect(
        "SOTA-PLT-008", *OFFER, within_s=within_s, since=mark, certain=certain, because=because
    )
    pushed = iut.session.wait_until(
        lambda event: matches(event, OFFER), within_s=within_s, since=mark
    )
    if pushed is None:
        raise Inconclusive(f"nothing was pushed within {within_s:g} s")
