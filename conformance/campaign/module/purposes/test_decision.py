"""Asking for a plan, being offered one, and refusing it."""

from atverdict.conformance.campaign.module.disturbances import Driver, Inconclusive, ota
from atverdict.conformance.preparation.purpose import Effort, purpose

AFTER_CONSENT = ota(10701, 10702, 10703, 10704, 10705)


@purpose("SOTA-CMD-OTAREQ-002", "SOTA-CMD-OTAREQ-004", needs=("withdraw_plans",), silences=3)
def test_no_plan(iut: Driver) -> None:
    """A request without a plan is accepted, and nothing follows."""
    iut.online()
    iut.withdraw()
    iut.announced()
    for info in (0, 1, None):
        exchange = iut.request(info)
        iut.expect_silence(
            "SOTA-CMD-OTAREQ-004",
            *ota(0),
            after=exchange,
            because="no plan is armed",
        )


@purpose(
    "SOTA-CMD-OTAREQ-002",
    "SOTA-CMD-OTAREQ-003",
    "SOTA-EVT-003",
    "SOTA-EVT-004",
    "SOTA-EVT-005",
    "SOTA-EVT-006",
    "SOTA-EVT-007",
    "SOTA-SEQ-001",
    effort=Effort.QUICK,
    silences=1,
)
def test_offer(iut: Driver) -> None:
    """A request with an armed plan is followed by its offer."""
    iut.idle()
    iut.online()
    iut.announced()
    controlled = iut.controls_plans
    if controlled:
        iut.withdraw()
        iut.arm()
    mark = iut.session.mark()
    exchange = iut.request(1)
    iut.session.expect(
        "SOTA-CMD-OTAREQ-003",
        *ota(10700),
        within_s=iut.pixit.timing.offer,
        after=exchange,
        certain=controlled,
        because="a matching plan is armed" if controlled else "the PIXIT names an armed plan",
    )
    iut.wait_offer(mark)
    iut.expect_silence(
        "SOTA-SEQ-001",
        *AFTER_CONSENT,
        because="nobody has accepted the offer",
    )


@purpose(
    "SOTA-CMD-UPDATE-004", "SOTA-CMD-UPDATE-005", needs=("arm_plan", "withdraw_plans"), silences=1
)
def test_refuses(iut: Driver) -> None:
    """A refusal is accepted, and nothing of this offer follows."""
    iut.offered()
    exchange = iut.write("QIOTUPDATE", 0)
    if not exchange.succeeded:
        raise Inconclusive("AT+QIOTUPDATE=0 was not accepted after the offer")
    iut.expect_silence(
        "SOTA-CMD-UPDATE-005",
        *AFTER_CONSENT,
        after=exchange,
        because="the offer was refused",
    )


@purpose("SOTA-SEQ-019", needs=("arm_plan", "withdraw_plans"))
def test_offer_after_refusal(iut: Driver) -> None:
    """After a refusal a new plan is offered on request."""
    if not iut.flow.upgrades or iut.flow.upgrades[-1].refused is None:
        iut.offered()
        iut.idle()
    for last in (False, True):
        iut.withdraw()
        iut.arm()
        mark = iut.session.mark()
        exchange = iut.request(1)
        iut.session.expect(
            "SOTA-SEQ-019",
            *ota(10700),
            within_s=iut.pixit.timing.offer,
            after=exchange,
            because="a new plan is armed after the refusal",
        )
        iut.wait_offer(mark)
        if not last:
            iut.idle()
