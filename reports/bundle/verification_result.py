"""The result of a verification, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["VerificationResult"]

SHOWN = 10


@dataclass(slots=True)
class VerificationResult:
    """Facts that are certain, problems, and what stays open."""

    facts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    """What this version of the suite cannot tell."""
    signer_known: bool = False
    """True where a named signer has signed."""

    @property
    def exit_code(self) -> int:
        """0 where everything was verified, 1 where something is wrong, 2 where it stays open."""
        if self.problems:
            return 1
        return 2 if self.open else 0

    def wrong(self, problems: Sequence[str]) -> None:
        """Add problems of one kind: the first `SHOWN` of them, and the number of the others."""
        self.problems += problems[:SHOWN]
        if len(problems) > SHOWN:
            self.problems.append(f"and {len(problems) - SHOWN} more of that kind")
