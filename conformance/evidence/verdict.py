"""Verdicts: none < pass < inconclusive < fail < error. A verdict only gets worse."""

from enum import Enum, IntEnum

__all__ = ["Outcome", "Verdict", "worst"]


class Verdict(IntEnum):
    """The verdict of one finding, or of a run of findings (ISO/IEC 9646-1, 3.3.99 and 3.3.126)."""

    NONE = 0
    PASS = 1
    INCONCLUSIVE = 2
    FAIL = 3
    ERROR = 4
    """The suite itself failed: never a statement about the IUT."""


class Outcome(Enum):
    """The outcome of a requirement in reports (``contract.md``, `result.json`)."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    WARNING = "warning"
    NOT_TESTED = "not-tested"
    NOT_APPLICABLE = "not-applicable"


def worst(*verdicts: Verdict) -> Verdict:
    """Return the worst of the verdicts; NONE where there are none."""
    return max(verdicts, default=Verdict.NONE)
