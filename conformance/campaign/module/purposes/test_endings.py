"""The other ways through an upgrade, and the other ends."""

from atverdict.conformance.campaign.module.disturbances import Driver, ota
from atverdict.conformance.preparation.purpose import purpose

PLANS = ("arm_plan", "withdraw_plans")


@purpose("SOTA-SEQ-020", chances=("SOTA-CMD-UPDATE-012",), needs=PLANS, plans=1)
def test_hasty_consent(iut: Driver) -> None:
    """A consent within the instant of the offer is accepted; a second one changes nothing."""
    iut.idle()
    iut.offered_hastily()
    iut.session.command(b"AT+QIOTUPDATE=1", at_once=True)
    iut.ready()


@purpose("SOTA-SEQ-008", "SOTA-SEQ-009", chances=("SOTA-SEQ-012",), needs=PLANS, commands=30)
def test_without_updating(iut: Driver) -> None:
    """Announcing the target version right after reading may end the upgrade, too."""
    iut.ready()
    iut.read_package(iut.block_octets)
    iut.announce_target()
    iut.session.wait(*ota(10705, 10706), within_s=iut.pixit.timing.outcome)
    iut.settle()


@purpose("SOTA-SEQ-010", "SOTA-CMD-OTARD-015", "SOTA-SEQ-013", needs=PLANS, plans=1, commands=40)
def test_wrong_version(iut: Driver) -> None:
    """Announcing another version in an upgrade ends it with 10706."""
    iut.updating()
    exchange = iut.announce(iut.pixit.plan.component, iut.pixit.plan.source_version)
    within_s = iut.pixit.timing.outcome
    iut.session.expect(
        "SOTA-SEQ-010",
        *ota(10706),
        within_s=within_s,
        after=exchange,
        because="another version than the target was announced in the upgrade",
    )
    iut.session.wait(*ota(10705, 10706), within_s=within_s)
    iut.block(0, 16)
    iut.settle()
    iut.offered_after("the last upgrade ended with a failure")


@purpose(chances=("SOTA-SEQ-016",), needs=(*PLANS, "push"), silences=1)
def test_repeated_offer(iut: Driver) -> None:
    """A further push of an undecided plan may repeat the offer, and says the same."""
    iut.idle()
    iut.online()
    iut.withdraw()
    iut.announced()
    iut.arm(active_push=True)
    mark = iut.session.mark()
    iut.request(1)
    iut.wait_offer(mark)
    iut.session.perform("push")
    iut.session.listen(iut.pixit.timing.silence)
    iut.idle()


@purpose(
    "SOTA-SEQ-017",
    chances=("SOTA-EVT-021",),
    needs=(*PLANS, "arm_components"),
    plans=1,
    commands=70,
)
def test_two_components(iut: Driver) -> None:
    """The components of one plan run one after another, in the plan's order."""
    iut.idle()
    iut.online()
    iut.withdraw()
    iut.two_components()


@purpose("SOTA-CMD-OTAREQ-007", needs=(*PLANS, "factory_reset", "product"), plans=1)
def test_plain_request(iut: Driver) -> None:
    """On a fresh IUT the execute form asks for no SHA-256."""
    iut.factory_fresh()
    iut.offered(None)
    iut.consent()
    iut.ready(None)
    iut.settle()
