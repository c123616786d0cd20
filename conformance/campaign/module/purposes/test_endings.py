"""Test purposes of the other ways through an upgrade, and of its other ends."""

from atverdict.conformance.campaign.module.commands import ota
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.preparation.purpose import purpose

PLANS = ("arm_plan", "withdraw_plans")


@purpose("SOTA-SEQ-020", chances=("SOTA-CMD-UPDATE-012",), needs=PLANS, plans=1)
def test_hasty_consent(iut: Iut) -> None:
    """A consent within the instant of the offer is accepted; a second one changes nothing."""
    iut.preamble.idle()
    iut.preamble.offered_hastily()
    iut.session.command(b"AT+QIOTUPDATE=1", at_once=True)
    iut.preamble.ready()


@purpose("SOTA-SEQ-008", "SOTA-SEQ-009", chances=("SOTA-SEQ-012",), needs=PLANS, commands=30)
def test_without_updating(iut: Iut) -> None:
    """Announcing the target version right after reading may end the upgrade, too."""
    iut.preamble.ready()
    iut.body.read_package(iut.body.block_octets)
    iut.body.announce_target()
    iut.session.wait(*ota(10705, 10706), within_s=iut.pixit.timing.outcome)
    iut.postamble()


@purpose("SOTA-SEQ-010", "SOTA-CMD-OTARD-015", "SOTA-SEQ-013", needs=PLANS, plans=1, commands=40)
def test_wrong_version(iut: Iut) -> None:
    """Announcing another version in an upgrade ends it with 10706."""
    iut.preamble.updating()
    exchange = iut.commands.announce(iut.pixit.plan.component, iut.pixit.plan.source_version)
    within_s = iut.pixit.timing.outcome
    iut.session.expect(
        "SOTA-SEQ-010",
        *ota(10706),
        within_s=within_s,
        after=exchange,
        because="another version than the target was announced in the upgrade",
    )
    iut.session.wait(*ota(10705, 10706), within_s=within_s, after="another version")
    iut.commands.block(0, 16)
    iut.postamble()
    iut.preamble.offered_after("the last upgrade ended with a failure")


@purpose(chances=("SOTA-SEQ-016",), needs=(*PLANS, "push"), silences=1)
def test_repeated_offer(iut: Iut) -> None:
    """A further push of an undecided plan may repeat the offer, and says the same."""
    iut.preamble.idle()
    iut.preamble.online()
    iut.laboratory.withdraw()
    iut.preamble.announced()
    iut.laboratory.arm(active_push=True)
    mark = iut.session.mark()
    iut.commands.request(1)
    iut.body.wait_offer(mark)
    iut.session.perform("push")
    iut.session.listen(iut.pixit.timing.silence)
    iut.preamble.idle()


@purpose(
    "SOTA-SEQ-017",
    chances=("SOTA-EVT-021",),
    needs=(*PLANS, "arm_components"),
    plans=1,
    commands=70,
)
def test_two_components(iut: Iut) -> None:
    """The components of one plan run one after another, in the plan's order."""
    iut.preamble.idle()
    iut.preamble.online()
    iut.laboratory.withdraw()
    iut.preamble.two_components()


@purpose("SOTA-CMD-OTAREQ-007", needs=(*PLANS, "factory_reset", "product"), plans=1)
def test_plain_request(iut: Iut) -> None:
    """On a fresh IUT the execute form asks for no SHA-256."""
    iut.disturbances.factory_fresh()
    iut.preamble.offered(None)
    iut.body.consent()
    iut.preamble.ready(None)
    iut.postamble()
