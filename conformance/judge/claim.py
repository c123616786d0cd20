"""Claims of the PICS, beside what the run has shown."""

from dataclasses import dataclass

__all__ = ["Claim"]


@dataclass(frozen=True, slots=True)
class Claim:
    """One entry of the PICS, as it is declared and as the run has shown it."""

    name: str
    declared: object
    """None where the PICS says nothing."""
    observed: object
    """None where the run has not shown it."""

    @property
    def match(self) -> bool | None:
        """True where the two agree; None where one of them is missing."""
        if self.declared is None or self.observed is None:
            return None
        return self.declared == self.observed
