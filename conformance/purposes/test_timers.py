"""Timers of the flow: seconds to minutes on a real clock, nothing on a virtual one."""

from atverdict.conformance.driver import Driver, ota
from atverdict.conformance.purpose import purpose

PLANS = ("arm_plan", "withdraw_plans")
READ_S = 60.0
UPDATE_S = 1200.0
ADDRESS_S = 30.0
SLACK = 1.25
"""Timers of modules are no chronometers."""
OUTCOMES = ota(10705, 10706)


def _fails_within(iut: Driver, requirement: str, timer_s: float, because: str) -> None:
    """Wait for 10706."""
    within_s = timer_s * SLACK
    iut.session.expect(requirement, *ota(10706), within_s=within_s, because=because)
    iut.session.wait(*OUTCOMES, within_s=within_s)
    iut.settle()


@purpose("SOTA-TIM-005", needs=PLANS, plans=1, slow_s=75.0)
def test_no_read(iut: Driver) -> None:
    """Without a read for 60 s the upgrade fails."""
    iut.ready()
    _fails_within(iut, "SOTA-TIM-005", READ_S, "nothing was read for 60 s after 10703")


@purpose("SOTA-TIM-006", needs=PLANS, plans=1, slow_s=150.0)
def test_reads_restart_the_timer(iut: Driver) -> None:
    """Each read gives another 60 s."""
    iut.ready()
    start = iut.piece_start()
    for _ in range(3):
        iut.expect_silence(
            "SOTA-TIM-006",
            *ota(10706),
            within_s=READ_S - 10,
            because="the last read was less than 60 s ago",
        )
        iut.block(start, iut.block_octets)
    iut.settle()


@purpose("SOTA-TIM-007", needs=PLANS, plans=1, slow_s=1500.0, commands=40)
def test_no_announcement(iut: Driver) -> None:
    """Without a version report for 20 minutes the upgrade fails."""
    iut.updating()
    _fails_within(iut, "SOTA-TIM-007", UPDATE_S, "no version was announced for 20 minutes")


@purpose("SOTA-TIM-008", needs=PLANS, plans=1, slow_s=38.0)
def test_no_address(iut: Driver) -> None:
    """Without a download address for 30 s the upgrade fails."""
    iut.offered()
    iut.withdraw()
    iut.consent()
    if not iut.is_downloading:
        _fails_within(iut, "SOTA-TIM-008", ADDRESS_S, "the plan was withdrawn before the consent")
    iut.settle()
