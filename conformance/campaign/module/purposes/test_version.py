"""Test purposes of the version: the MCU announces itself."""

from atverdict.conformance.campaign.module.commands import ota
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.preparation.purpose import Effort, purpose

OTHERS = (("ATVERDICT-1", "1.0.0-rc_1"), ("ATVERDICT-2", "V2"))
"""Further components, with every kind of character that the platform takes."""


@purpose(
    "SOTA-CMD-MCUVER-002",
    "SOTA-CMD-MCUVER-003",
    "SOTA-CMD-MCUVER-004",
    "SOTA-CMD-MCUVER-005",
    "SOTA-CMD-MCUVER-006",
    "SOTA-CMD-MCUVER-013",
    "SOTA-CMD-MCUVER-015",
    effort=Effort.QUICK,
)
def test_announces(iut: Iut) -> None:
    """What is announced is read back: one line a component, the newest version."""
    iut.preamble.online()
    plan = iut.pixit.plan
    iut.commands.announce(plan.component, "0_0_1-and-a-tail_that.is-long")
    iut.commands.read("QIOTMCUVER")
    iut.commands.announce(plan.component, plan.source_version)
    iut.commands.read("QIOTMCUVER")
    for component, version in OTHERS:
        iut.commands.announce(component, version)
    iut.commands.read("QIOTMCUVER")
    for component in (plan.component, *(other for other, _ in OTHERS)):
        iut.commands.write("QIOTMCUVER", component)
    for component, _ in OTHERS:
        iut.commands.announce(
            component, ""
        )  # leaves the IUT as it was, where it follows the vendor's tool


@purpose("SOTA-CMD-MCUVER-014", needs=("withdraw_plans",), silences=1)
def test_announces_in_silence(iut: Iut) -> None:
    """Without a plan an announcement causes no event of the upgrade."""
    iut.preamble.online()
    iut.laboratory.withdraw()
    exchange = iut.commands.announce(iut.pixit.plan.component, iut.pixit.plan.source_version)
    iut.commands.expect_silence(
        "SOTA-CMD-MCUVER-014",
        *ota(0),
        after=exchange,
        because="no plan is armed",
    )
