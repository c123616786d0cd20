"""Test purposes of the module's own firmware; they come last, for they change the IUT."""

from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.preparation.purpose import purpose


@purpose(
    "SOTA-EVT-011",
    chances=("SOTA-TIM-004",),
    needs=("arm_module_plan", "withdraw_plans", "module_plan"),
    plans=1,
    watched_s=120.0,
    commands=20,
)
def test_own_firmware(iut: Iut) -> None:
    """The module installs its own firmware: bare events, a restart, and the outcome behind it."""
    iut.preamble.idle()
    iut.preamble.registered(2)  # so that it connects after the restart without a command
    iut.laboratory.withdraw()
    iut.laboratory.arm_module()
    mark = iut.session.mark()
    iut.commands.request(1)
    iut.body.wait_offer(mark)
    mark = iut.session.mark()
    iut.body.consent()
    iut.disturbances.wait_installed(mark)
    iut.laboratory.wait_boot()
    iut.laboratory.withdraw()
    iut.preamble.registered(1)
