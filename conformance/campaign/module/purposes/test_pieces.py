"""Test purposes of pieces: packages that do not fit into the module's memory."""

from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.preparation.purpose import purpose


@purpose(
    chances=(
        "SOTA-CMD-UPDATE-006",
        "SOTA-CMD-OTARD-011",
        "SOTA-CMD-OTARD-020",
        "SOTA-EVT-017",
        "SOTA-SEQ-005",
        "SOTA-INT-009",
    ),
    needs=("arm_plan", "withdraw_plans"),
    plans=1,
    silences=1,
    commands=80,
)
def test_pieces(iut: Iut) -> None:
    """A large package comes in pieces that follow one another, each on request."""
    iut.preamble.idle()
    iut.preamble.offered(1, large=True)
    iut.body.consent()
    iut.preamble.ready()
    iut.body.read_piece(iut.body.block_octets)
    if not iut.body.run().last_piece:
        iut.body.next_piece()
        iut.commands.block(0, 16)
    iut.body.read_package(iut.body.block_octets)
    iut.body.begin_update()
    iut.body.report_success()


@purpose(
    chances=("SOTA-CMD-UPDATE-009",),
    needs=("arm_plan", "withdraw_plans"),
    plans=1,
)
def test_hasty_update(iut: Iut) -> None:
    """The update cannot begin before the last piece is there."""
    iut.preamble.idle()
    iut.preamble.offered(1, large=True)
    iut.body.consent()
    iut.preamble.ready()
    if not iut.body.run().last_piece:
        iut.commands.write("QIOTUPDATE", 3)
    iut.postamble()
