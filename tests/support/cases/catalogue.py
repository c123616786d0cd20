"""All logs made by hand, and what a check cannot say."""

from support.cases import (
    command_edges,
    data,
    event_edges,
    events,
    firmware,
    framing,
    interruptions,
    naming,
    order,
    order_edges,
    platform,
    product,
    read_edges,
    refusals,
    surroundings,
    upgrade,
)
from support.log_builder import Case

__all__ = ["CASES", "NEVER_FAILS", "NEVER_PASSES"]

CASES: list[Case] = [
    *framing.CASES,
    *product.CASES,
    *read_edges.CASES,
    *upgrade.CASES,
    *order.CASES,
    *order_edges.CASES,
    *events.CASES,
    *event_edges.CASES,
    *firmware.CASES,
    *data.CASES,
    *command_edges.CASES,
    *refusals.CASES,
    *surroundings.CASES,
    *platform.CASES,
    *interruptions.CASES,
    *naming.CASES,
]

NEVER_FAILS = {
    ("integrity.whole_package", "SOTA-CMD-OTARD-020"),
    ("decision.events_that_were_asked_for", "SOTA-CMD-UPDATE-006"),
    ("decision.events_that_were_asked_for", "SOTA-CMD-UPDATE-008"),
    ("decision.events_that_were_asked_for", "SOTA-CMD-REG-006"),
    ("decision.events_that_were_asked_for", "SOTA-CMD-REG-007"),
    ("framing.responses_come_first", "SOTA-FRM-007"),
    ("framing.urc_is_a_whole_line", "SOTA-FRM-011"),
    ("framing.urc_is_a_whole_line", "SOTA-FRM-012"),
    ("robustness.concatenation", "SOTA-FRM-015"),
    ("events.broadcasts", "SOTA-EVT-021"),
    ("integrity.whole_package", "SOTA-INT-004"),
    ("integrity.whole_package", "SOTA-FRM-011"),
    ("sequence.success_after_announcement", "SOTA-SEQ-012"),
    ("sequence.a_further_upgrade", "SOTA-SEQ-014"),
    ("sequence.repeated_offer", "SOTA-SEQ-016"),
    ("persistence.connected_by_itself", "SOTA-PER-001"),
    ("events.unknown_component", "SOTA-EVT-004"),
}
"""Checks that only pass or leave open: another check, an expectation or nobody can fail it."""

NEVER_PASSES = {
    ("reading.valid_read", "SOTA-CMD-OTARD-007"),
    ("reading.absolute_offsets", "SOTA-CMD-OTARD-020"),
    ("sequence.nothing_without_an_offer", "SOTA-SEQ-002"),
    ("sequence.nothing_without_an_offer", "SOTA-SEQ-006"),
    ("sequence.nothing_without_an_offer", "SOTA-SEQ-009"),
    ("sequence.nothing_without_an_offer", "SOTA-SEQ-013"),
    ("events.piece_ready", "SOTA-EVT-008"),
    ("framing.no_second_final_result_code", "SOTA-FRM-004"),
    ("framing.no_second_final_result_code", "SOTA-FRM-005"),
    ("framing.no_response_afterwards", "SOTA-FRM-007"),
    ("framing.no_urc_within_a_line", "SOTA-FRM-011"),
    ("framing.no_urc_within_an_answer", "SOTA-FRM-011"),
    ("integrity.octets_of_a_block", "SOTA-FRM-011"),
    ("integrity.whole_package", "SOTA-FRM-011"),
    ("integrity.octets_of_a_block", "SOTA-INT-005"),
    ("integrity.octets_of_a_block", "SOTA-INT-006"),
    ("reading.as_many_octets_as_there_are", "SOTA-INT-001"),
    ("reading.valid_read", "SOTA-CMD-UPDATE-014"),
    ("sequence.nothing_without_consent", "SOTA-CMD-UPDATE-005"),
    ("version.quiet_without_an_upgrade", "SOTA-CMD-MCUVER-014"),
    ("sequence.one_start", "SOTA-INT-009"),
    ("reading.malformed_reads", "SOTA-CMD-OTARD-010"),
    ("events.indication_is_no_outcome", "SOTA-EVT-019"),
}
"""Checks that only fail: that nothing happened proves nothing by itself."""
