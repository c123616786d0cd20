"""Test purposes of the upgrade: consent, download, blocks, update, success, and again."""

from atverdict.conformance.campaign.module.commands import Inconclusive, ota
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.campaign.module.odd_reads import odd_reads
from atverdict.conformance.preparation.purpose import Effort, purpose

POLLS = 20
ODD_READS = {Effort.QUICK: 0, Effort.STANDARD: 60, Effort.DEEP: 600}
"""How many reads are tried that nobody would make, by effort."""
ODD_BLOCKS = (1, 7, 255, 305, 974)
"""Lengths that hosts are known to use, and some that nobody uses."""


@purpose(
    "SOTA-CMD-UPDATE-002",
    "SOTA-CMD-UPDATE-003",
    "SOTA-CMD-OTAREQ-005",
    "SOTA-EVT-008",
    "SOTA-EVT-009",
    "SOTA-EVT-012",
    "SOTA-EVT-013",
    "SOTA-EVT-014",
    "SOTA-EVT-015",
    "SOTA-EVT-016",
    "SOTA-SEQ-001",
    "SOTA-SEQ-002",
    "SOTA-SEQ-003",
    "SOTA-SEQ-004",
    chances=(
        "SOTA-EVT-010",
        "SOTA-EVT-022",
        "SOTA-FRM-011",
        "SOTA-FRM-012",
        "SOTA-SEQ-007",
        "SOTA-SEQ-018",
        "SOTA-TIM-003",
        "SOTA-TIM-004",
    ),
    effort=Effort.QUICK,
    plans=1,
)
def test_consent(iut: Iut) -> None:
    """After the consent the package is downloaded, while commands are still answered."""
    iut.preamble.offered(1)
    mark = iut.session.mark()
    iut.body.consent()
    iut.body.wait_start(mark)
    iut.commands.alive()
    for _ in range(POLLS):  # without a pause, so that an event may fall into an answer
        if iut.body.has_piece:
            break
        iut.commands.poll()
    iut.body.wait_piece(mark)


@purpose(
    "SOTA-CMD-OTARD-002",
    "SOTA-CMD-OTARD-003",
    "SOTA-CMD-OTARD-004",
    "SOTA-CMD-OTARD-005",
    "SOTA-CMD-OTARD-006",
    "SOTA-FRM-017",
    "SOTA-INT-001",
    "SOTA-INT-002",
    "SOTA-INT-004",
    chances=(
        "SOTA-CMD-OTARD-007",
        "SOTA-CMD-OTARD-008",
        "SOTA-CMD-OTARD-009",
        "SOTA-CMD-OTARD-016",
        "SOTA-CMD-OTARD-018",
        "SOTA-FRM-011",
        "SOTA-INT-003",
        "SOTA-INT-005",
        "SOTA-INT-006",
        "SOTA-INT-007",
        "SOTA-INT-008",
        "SOTA-TIM-002",
    ),
    effort=Effort.QUICK,
    commands=60,
)
def test_blocks(iut: Iut) -> None:
    """The package reads the same in blocks of any size, and ends where its length says."""
    iut.preamble.ready(1)
    iut.body.expect_no_fetching()
    while True:
        iut.body.read_piece(iut.body.block_octets)
        iut.body.expect_no_fetching()
        run = iut.body.run()
        piece = run.piece
        assert piece is not None
        iut.body.read_again(max(1, min(iut.body.block_octets - 50, piece.piece_length_octets - 1)))
        for length in ODD_BLOCKS:
            start = piece.start + min(length, piece.piece_length_octets - 1)
            iut.commands.block(start, length)
            iut.commands.block(start, length)
        if run.last_piece:
            end = piece.start + piece.piece_length_octets
            iut.commands.block(max(piece.start, end - 10), 64)  # across the end
            return
        iut.body.next_piece()


@purpose(
    "SOTA-CMD-OTARD-016",
    "SOTA-CMD-OTARD-018",
    "SOTA-INT-008",
    chances=("SOTA-CMD-OTARD-007", "SOTA-CMD-OTARD-013", "SOTA-INT-005"),
    commands=60,
)
def test_partitions(iut: Iut) -> None:
    """However a piece is cut and whatever is read again, its octets stay the same."""
    iut.preamble.ready(1)
    iut.body.read_package(iut.body.block_octets)
    piece = iut.body.run().piece
    assert piece is not None
    end = piece.start + piece.piece_length_octets
    for start, length in odd_reads(piece.start, end, iut.body.block_octets, ODD_READS[iut.effort]):
        iut.commands.block(start, length)


@purpose(
    "SOTA-CMD-UPDATE-008",
    "SOTA-SEQ-006",
    "SOTA-SEQ-009",
    chances=("SOTA-SEQ-007",),
    effort=Effort.QUICK,
    silences=1,
)
def test_update(iut: Iut) -> None:
    """The host's word that it updates is accepted and followed by 10704, and by no outcome yet."""
    iut.preamble.updating(1)
    silence_s = iut.pixit.timing.silence
    iut.commands.expect_silence(
        "SOTA-SEQ-009",
        *ota(10705),
        within_s=silence_s,
        because="the target version has not been announced",
    )


@purpose(
    "SOTA-SEQ-008",
    "SOTA-SEQ-009",
    "SOTA-SEQ-013",
    chances=("SOTA-EVT-019", "SOTA-EVT-020"),
    effort=Effort.QUICK,
    silences=1,
)
def test_success(iut: Iut) -> None:
    """The announcement of the target version ends the upgrade, once, with success."""
    iut.preamble.succeeded(1)
    iut.session.listen(iut.pixit.timing.silence)
    iut.commands.read("QIOTMCUVER")


@purpose(
    "SOTA-CMD-OTAREQ-006",
    "SOTA-SEQ-014",
    needs=("arm_plan", "withdraw_plans"),
    plans=1,
    commands=60,
)
def test_second(iut: Iut) -> None:
    """After a success a further upgrade runs in full; this one without a SHA-256."""
    iut.preamble.offered_after("the last upgrade ended with success", info=0)
    iut.body.consent()
    iut.preamble.ready(0)
    iut.body.read_package(max(1, iut.body.block_octets // 2))
    iut.body.begin_update()
    iut.body.report_success()


@purpose("SOTA-CMD-OTAREQ-004", needs=("arm_plan", "withdraw_plans"), silences=1)
def test_no_plan_left(iut: Iut) -> None:
    """After an upgrade, too, a request without a plan is followed by nothing."""
    iut.preamble.idle()
    iut.preamble.online()
    iut.laboratory.withdraw()
    iut.preamble.announced()
    exchange = iut.commands.request(1)
    silence_s = iut.body.silent_offer_s
    iut.commands.expect_silence(
        "SOTA-CMD-OTAREQ-004",
        *ota(0),
        within_s=silence_s,
        after=exchange,
        because="no plan is left after an upgrade",
    )
    iut.preamble.idle()


@purpose("SOTA-SEQ-015", needs=("arm_plan", "withdraw_plans", "push"))
def test_push(iut: Iut) -> None:
    """The platform's own push brings the same offer, unasked."""
    iut.preamble.idle()
    iut.preamble.online()
    iut.laboratory.withdraw()
    iut.preamble.announced()
    iut.laboratory.arm(active_push=True)
    mark = iut.session.mark()
    if not iut.session.perform("push"):
        raise Inconclusive("the control agent could not push the plan")
    within_s = iut.pixit.timing.offer
    # Whether a push overrides the back-off of a refusal is left open.
    last = next((u for u in reversed(iut.flow.upgrades) if u.refused or u.accepted), None)
    fresh = last is None or (last.refused is None and not last.cut_short)
    iut.session.expect(
        "SOTA-SEQ-015",
        *ota(10700),
        within_s=within_s,
        since=mark,
        certain=fresh,
        because="the platform pushed the plan",
    )
    iut.session.wait(*ota(10700), within_s=within_s, since=mark)
    iut.preamble.idle()
