"""Test purposes of the decision: asking for a plan, being offered one, refusing it."""

from atverdict.conformance.campaign.module.commands import Inconclusive, ota
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.preparation.purpose import Effort, purpose

AFTER_CONSENT = ota(10701, 10702, 10703, 10704, 10705)


@purpose("SOTA-CMD-OTAREQ-002", "SOTA-CMD-OTAREQ-004", needs=("withdraw_plans",), silences=3)
def test_no_plan(iut: Iut) -> None:
    """A request without a plan is accepted, and nothing follows."""
    iut.preamble.online()
    iut.laboratory.withdraw()
    iut.preamble.announced()
    for info in (0, 1, None):
        exchange = iut.commands.request(info)
        iut.commands.expect_silence(
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
def test_offer(iut: Iut) -> None:
    """A request with an armed plan is followed by its offer."""
    iut.preamble.idle()
    iut.preamble.online()
    iut.preamble.announced()
    controlled = iut.laboratory.controls_plans
    if controlled:
        iut.laboratory.withdraw()
        iut.laboratory.arm()
    mark = iut.session.mark()
    exchange = iut.commands.request(1)
    iut.session.expect(
        "SOTA-CMD-OTAREQ-003",
        *ota(10700),
        within_s=iut.pixit.timing.offer,
        after=exchange,
        certain=controlled,
        because="a matching plan is armed" if controlled else "the PIXIT names an armed plan",
    )
    iut.body.wait_offer(mark)
    iut.commands.expect_silence(
        "SOTA-SEQ-001",
        *AFTER_CONSENT,
        because="nobody has accepted the offer",
    )


@purpose(
    "SOTA-CMD-UPDATE-004", "SOTA-CMD-UPDATE-005", needs=("arm_plan", "withdraw_plans"), silences=1
)
def test_refuses(iut: Iut) -> None:
    """A refusal is accepted, and nothing of this offer follows."""
    iut.preamble.offered()
    exchange = iut.commands.write("QIOTUPDATE", 0)
    if not exchange.succeeded:
        raise Inconclusive("AT+QIOTUPDATE=0 was not accepted after the offer")
    iut.commands.expect_silence(
        "SOTA-CMD-UPDATE-005",
        *AFTER_CONSENT,
        after=exchange,
        because="the offer was refused",
    )


@purpose("SOTA-SEQ-019", needs=("arm_plan", "withdraw_plans"))
def test_offer_after_refusal(iut: Iut) -> None:
    """After a refusal a new plan is offered on request."""
    if not iut.flow.upgrades or iut.flow.upgrades[-1].refused is None:
        iut.preamble.offered()
        iut.preamble.idle()
    for last in (False, True):
        iut.laboratory.withdraw()
        iut.laboratory.arm()
        mark = iut.session.mark()
        exchange = iut.commands.request(1)
        iut.session.expect(
            "SOTA-SEQ-019",
            *ota(10700),
            within_s=iut.pixit.timing.offer,
            after=exchange,
            because="a new plan is armed after the refusal",
        )
        iut.body.wait_offer(mark)
        if not last:
            iut.preamble.idle()
