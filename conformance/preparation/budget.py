"""The budget of a campaign: the time after which no further purpose begins."""

from collections.abc import Iterator

from atverdict.conformance.evidence.log import NotTested
from atverdict.conformance.preparation.selection import Offered

__all__ = ["Budget"]


class Budget:
    """Seconds on the PCO's clock after which no further purpose begins."""

    def __init__(self, limit_s: float | None) -> None:
        """Start with nothing used; None is no limit."""
        self._limit_s = limit_s
        self._begun: set[str] = set()
        self._refused: list[Offered] = []

    def begin(self, purpose: Offered) -> None:
        """Note that a purpose begins, or began in the interrupted part of the run."""
        self._begun.update(purpose.requirements)

    def affords(self, purpose: Offered, now_s: float, needed_s: float) -> bool:
        """Tell whether a purpose still fits; one that runs always does."""
        if self._limit_s is None or purpose.declared.always:
            return True
        fits = now_s < self._limit_s and now_s + needed_s <= self._limit_s
        if not fits:
            self._refused.append(purpose)
        return fits

    def reasons(self) -> Iterator[NotTested]:
        """Give the reason for each requirement that only the budget kept from being tested."""
        refused = {r: None for purpose in self._refused for r in purpose.requirements}
        for identifier in refused:
            if identifier not in self._begun:
                reason = f"the budget of {self._limit_s or 0:g} s left no room for it"
                yield NotTested(identifier, reason)
