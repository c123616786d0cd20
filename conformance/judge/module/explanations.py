"""Explanations: which broken requirement of a module explains which.

Where two explain each other in the same octets, the one whose failures are all among those of the
other follows from it; where both have the same, the rule that stands first decides.
"""

from collections.abc import Iterator

from atverdict.conformance.judge.cause import Explanation, Reach

__all__ = ["MODULE_EXPLANATIONS"]

DIGESTS = ("SOTA-INT-002", "SOTA-INT-003", "SOTA-INT-004", "SOTA-INT-009")
REREADS = ("SOTA-INT-005", "SOTA-INT-008", "SOTA-CMD-OTARD-016")
COURSE = ("SOTA-PER-006", "SOTA-PER-007", "SOTA-SEQ-010", "SOTA-SEQ-011", "SOTA-TIM-007")
"""What is tried in the course of an upgrade."""
ANSWERS = ("SOTA-CMD-", "SOTA-ROB-", "SOTA-FRM-002", "SOTA-FRM-003", "SOTA-FRM-013")
"""What can only be told from an answer that can be read."""
NO_OFFER = ("SOTA-PLT-003", "SOTA-SEQ-015", "SOTA-CMD-OTAREQ-003")
FLOW = ("SOTA-SEQ-", "SOTA-CMD-UPDATE-", "SOTA-PLT-009")
"""What can only be told from the course of an upgrade."""


def _rules() -> Iterator[Explanation]:
    yield from _lines()
    yield from _commands()
    yield from _reading()
    yield from _events()
    yield from _course()


def _explains(cause: str, reach: Reach, *effects: str, opens: bool = False) -> Explanation:
    named = tuple(each if each.startswith("SOTA-") else f"SOTA-{each}" for each in effects)
    return Explanation(f"SOTA-{cause}", named, reach, opens)


def _lines() -> Iterator[Explanation]:
    """Yield what follows where lines are damaged, missing or late."""
    # An answer that comes late is taken for the answer to a later command line.
    late = ("SOTA-FRM-", "SOTA-CMD-", "SOTA-TIM-", "SOTA-INT-", "SOTA-PER-", "SEQ-006", "SEQ-009")
    yield _explains("SEQ-018", Reach.LATER, *late)
    yield _explains("ROB-002", Reach.HERE, "FRM-001", "FRM-005", "FRM-014")
    yield _explains("FRM-014", Reach.HERE, "FRM-005", "FRM-001")
    yield _explains("FRM-004", Reach.HERE, "FRM-001", "FRM-005", "FRM-014", "ROB-006")
    yield _explains("FRM-004", Reach.LATER, "ROB-006")
    yield _explains("FRM-001", Reach.HERE, "FRM-004")
    mute = (*ANSWERS, "FRM-001", "FRM-004", "FRM-014", "SEQ-018", "SEQ-021", "PER-006")
    yield _explains("FRM-005", Reach.ANSWER, *mute)
    yield _explains("FRM-005", Reach.LATER, "FRM-002", "FRM-003", "FRM-004")
    for cause in ("FRM-006", "FRM-007", "FRM-008", "FRM-009", "FRM-011"):
        more = ("FRM-005", "FRM-006", "FRM-010", "FRM-014", "SEQ-018", "EVT-001")
        yield _explains(cause, Reach.ANSWER, *ANSWERS, *more)
    yield _explains("FRM-007", Reach.ANSWER, "PER-004")
    yield _explains("FRM-010", Reach.LATER, "FRM-018")
    yield _explains("FRM-009", Reach.LATER, "FRM-018")
    yield _explains("FRM-008", Reach.NEXT, "FRM-005", "CMD-OTARD-002", "CMD-OTARD-004")


def _commands() -> Iterator[Explanation]:
    """Yield what follows from the answers to single command lines."""
    yield _explains("CMD-REG-002", Reach.HERE, "CMD-REG-005")
    for cause in ("CMD-STATE-002", "CMD-STATE-004"):
        # The state that was read tells whether the module is online.
        yield _explains(cause, Reach.RUN, "SOTA-CMD-OTAREQ-", "CMD-REG-007", opens=True)
    yield _explains("CMD-CFG-001", Reach.ANSWER, "CMD-CFG-002", "CMD-CFG-004", "PER-003")
    yield _explains("PER-003", Reach.LATER, "CMD-REG-003")
    versions = ("CMD-MCUVER-004", "CMD-MCUVER-007", "PER-004", "PLT-002", "PLT-003", "PLT-012")
    yield _explains("CMD-MCUVER-015", Reach.HERE, "CMD-MCUVER-003", "CMD-MCUVER-004")
    for cause in ("CMD-MCUVER-006", "CMD-MCUVER-003", "CMD-MCUVER-005"):
        more = ("CMD-MCUVER-003", "CMD-MCUVER-006", "CMD-MCUVER-011", "CMD-MCUVER-015")
        yield _explains(cause, Reach.LATER, *versions, *more)
    yield _explains("CMD-MCUVER-013", Reach.RUN, "CMD-MCUVER-002", "PER-006")
    yield _explains("CMD-MCUVER-002", Reach.UPGRADE, "SEQ-008", "SEQ-010")
    yield _explains("CMD-MCUVER-014", Reach.ANSWER, "CMD-OTAREQ-004", "SEQ-013")
    yield _explains("CMD-OTAREQ-003", Reach.LATER, "PLT-003", "SEQ-015", "CMD-OTAREQ-010")
    yield _explains("CMD-OTAREQ-006", Reach.LATER, "CMD-OTAREQ-007")
    yield _explains("CMD-OTAREQ-004", Reach.LATER, "SEQ-013")
    yield _explains("CMD-OTAREQ-004", Reach.UPGRADE, *FLOW, "ROB-003", opens=True)
    for cause in ("CMD-OTAREQ-009", "CMD-INFO-003", "CMD-OTARD-017", "CMD-UPDATE-015"):
        yield _explains(cause, Reach.LATER, "ROB-001", "ROB-007")
    yield _explains("ROB-001", Reach.RUN, "ROB-007")
    yield _explains("CMD-UPDATE-015", Reach.UPGRADE, "SOTA-SEQ-", "ROB-003", opens=True)
    yield _explains("CMD-UPDATE-014", Reach.UPGRADE, "SEQ-013", opens=True)
    yield _explains("ROB-003", Reach.HERE, "CMD-UPDATE-002", "CMD-UPDATE-004", "SEQ-020")
    for cause in ("CMD-UPDATE-002", "CMD-UPDATE-004"):
        yield _explains(cause, Reach.HERE, "ROB-003")
    for cause in ("TIM-002", "TIM-003", "TIM-001"):
        yield _explains(cause, Reach.LATER, "TIM-001", "TIM-002", "TIM-003")


def _reading() -> Iterator[Explanation]:
    """Yield what follows from wrong blocks."""
    yield _explains("SEQ-021", Reach.HERE, "CMD-OTARD-002")
    yield _explains("CMD-OTARD-017", Reach.HERE, "ROB-004")
    yield _explains("CMD-OTARD-017", Reach.RUN, "CMD-OTARD-019")
    yield _explains("ROB-004", Reach.LATER, "CMD-OTARD-004", "CMD-OTARD-019")
    yield _explains("CMD-OTARD-012", Reach.HERE, "CMD-OTARD-005")
    yield _explains("CMD-OTARD-004", Reach.HERE, "CMD-OTARD-005")
    yield _explains("CMD-OTARD-007", Reach.HERE, "CMD-OTARD-009", "INT-006")
    yield _explains("CMD-OTARD-003", Reach.HERE, "CMD-OTARD-020")
    yield _explains("CMD-OTARD-020", Reach.HERE, "CMD-OTARD-002", "CMD-OTARD-018")
    yield _explains("CMD-OTARD-002", Reach.HERE, "CMD-OTARD-020", "CMD-OTARD-018")
    yield _explains("CMD-OTARD-002", Reach.LATER, "TIM-006")
    shape = ("CMD-OTARD-002", "CMD-OTARD-004", "FRM-005", "FRM-008", "FRM-011", "FRM-017")
    # What a wrong length leaves behind a block is text of the package.
    behind = ("EVT-001", "FRM-005", "FRM-006", "FRM-011", "FRM-014", "FRM-017", "CMD-OTARD-002")
    of_octets = ("CMD-OTARD-009", "CMD-OTARD-008", "INT-007", "FRM-011")
    for cause in of_octets:
        yield _explains(cause, Reach.RUN, *shape, *behind, "EVT-001", *DIGESTS, *REREADS)
        yield _explains(cause, Reach.LATER, *of_octets, "INT-006")
    yield _explains("CMD-OTARD-004", Reach.NEXT, *behind, opens=True)
    yield _explains("CMD-OTARD-020", Reach.UPGRADE, "CMD-OTARD-011")
    for cause in ("CMD-OTARD-020", "INT-005", "CMD-OTARD-004", "INT-006"):
        yield _explains(cause, Reach.LATER, *DIGESTS, "CMD-OTARD-016", "INT-006")
    for cause in ("CMD-OTARD-020", "CMD-OTARD-004", "INT-006"):
        yield _explains(cause, Reach.LATER, *REREADS)
    for cause in ("INT-008", "CMD-OTARD-016"):
        # A SHOULD: only what it has spoiled itself follows from it.
        yield _explains(cause, Reach.UPGRADE, *DIGESTS, "CMD-OTARD-016", "INT-006")
    yield _explains("CMD-OTARD-016", Reach.UPGRADE, "INT-005", "INT-008")
    yield _explains("INT-001", Reach.RUN, "EVT-022")
    yield _explains("INT-002", Reach.HERE, "INT-009", "INT-003")
    yield _explains("INT-009", Reach.HERE, "INT-003")


def _events() -> Iterator[Explanation]:
    """Yield what follows from events whose contents are wrong."""
    # The course of an upgrade cannot be told from events that cannot be read.
    course = (*FLOW, "SOTA-EVT-", "SOTA-CMD-OTARD-", "SOTA-INT-", "SOTA-CMD-OTAREQ-")
    for cause in ("EVT-001", "EVT-003", "EVT-008", "EVT-013"):
        yield _explains(cause, Reach.UPGRADE, *course, opens=True)
    yield _explains("EVT-001", Reach.HERE, "EVT-002")
    yield _explains("EVT-002", Reach.UPGRADE, "SEQ-004")
    yield _explains("EVT-018", Reach.LATER, "PER-005")
    for cause in ("EVT-004", "EVT-006"):
        yield _explains(cause, Reach.LATER, *FLOW, *COURSE, opens=True)
    for cause in ("EVT-014", "EVT-016", "EVT-017", "EVT-015"):
        read = ("SOTA-CMD-OTARD-", "SOTA-INT-", "SOTA-CMD-UPDATE-", "EVT-015", "EVT-017")
        yield _explains(cause, Reach.LATER, *read)


def _course() -> Iterator[Explanation]:
    """Yield what follows from events at the wrong time, or from none."""
    consent = ("SEQ-001", "SEQ-002", "SEQ-013", "SEQ-019", "PLT-011")
    yield _explains("CMD-UPDATE-005", Reach.LATER, *consent)
    decisions = ("CMD-UPDATE-002", "CMD-UPDATE-004", "ROB-003", "SEQ-019", "SEQ-020")
    yield _explains("CMD-UPDATE-004", Reach.LATER, "SEQ-019")
    yield _explains("CMD-UPDATE-008", Reach.LATER, *COURSE)
    yield _explains("SEQ-001", Reach.OFFER, *decisions)
    yield _explains("SEQ-001", Reach.LATER, *decisions)
    # What has begun by itself cannot be refused, and its first event comes after that.
    yield _explains("SEQ-001", Reach.RUN, "CMD-UPDATE-004")
    yield _explains("INT-009", Reach.HERE, "SEQ-003")
    yield _explains("SEQ-003", Reach.HERE, "INT-009")
    gone = ("CMD-OTARD-002", "CMD-OTARD-020", "PER-006", "TIM-006")
    yield _explains("SEQ-005", Reach.ANSWER, "SEQ-002")
    yield _explains("SEQ-005", Reach.LATER, "SEQ-002", *gone)
    yield _explains("SEQ-006", Reach.LATER, "SEQ-002", "SEQ-005", "SEQ-007")
    yield _explains("SEQ-002", Reach.UPGRADE, "SEQ-005", "CMD-UPDATE-008", "EVT-017", "SEQ-004")
    yield _explains("SEQ-002", Reach.UPGRADE, *gone)
    yield _explains("SEQ-002", Reach.LATER, "CMD-MCUVER-014")
    yield _explains("SEQ-009", Reach.RUN, "SEQ-010", "SEQ-011", "CMD-UPDATE-013")
    yield _explains("SEQ-009", Reach.LATER, "SEQ-008", "SEQ-014", "SEQ-015")
    yield _explains("SEQ-008", Reach.LATER, *COURSE, "CMD-UPDATE-013", "PLT-009")
    yield _explains("SEQ-011", Reach.UPGRADE, "SEQ-008", "SEQ-013")
    yield _explains("SEQ-017", Reach.LATER, "SEQ-008", *COURSE)
    # An outcome that comes late may be taken for that of the next upgrade.
    yield _explains("SEQ-013", Reach.LATER, *FLOW, "CMD-OTAREQ-004")
    for cause in ("SEQ-014", "SEQ-019"):
        yield _explains(cause, Reach.LATER, *NO_OFFER)


MODULE_EXPLANATIONS: tuple[Explanation, ...] = tuple(_rules())
