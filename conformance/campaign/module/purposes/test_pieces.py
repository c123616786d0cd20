"""Packages that do not fit into the module's memory: one piece after another."""

from atverdict.conformance.campaign.module.disturbances import Driver
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
def test_pieces(iut: Driver) -> None:
    """A large package comes in pieces that follow one another, each on request."""
    iut.idle()
    iut.offered(1, large=True)
    iut.consent()
    iut.ready()
    iut.read_piece(iut.block_octets)
    if not iut.run().last_piece:
        iut.next_piece()
        iut.block(0, 16)
    iut.read_package(iut.block_octets)
    iut.begin_update()
    iut.report_success()


@purpose(
    chances=("SOTA-CMD-UPDATE-009",),
    needs=("arm_plan", "withdraw_plans"),
    plans=1,
)
def test_hasty_update(iut: Driver) -> None:
    """The update cannot begin before the last piece is there."""
    iut.idle()
    iut.offered(1, large=True)
    iut.consent()
    iut.ready()
    if not iut.run().last_piece:
        iut.write("QIOTUPDATE", 3)
    iut.settle()
