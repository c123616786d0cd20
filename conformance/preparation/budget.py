"""The budget of a campaign: the time after which no further purpose begins."""

from collections.abc import Iterator

from atverdict.conformance.evidence.log import NotTested
from atverdict.conformance.preparation.selection import Offered

__all__ = ["Budget"]


class Budget:
    """The budget of a campaign, in seconds on the PCO's clock."""

    def __init__(self, limit_s: float | None) -> None:
        """Begin an unused budget; None is no limit."""
        self._limit_s = limit_s
        self._begun: set[str] = set()
        self._refused: list[Offered] = []

    def begin(self, purpose: Offered) -> None:
        """Note a purpose that begins, or began before the run was interrupted."""
        self._begun.update(purpose.requirements)

    def affords(self, purpose: Offered, now_s: float, needed_s: float) -> bool:
        """Tell whether a purpose still fits; one that always runs does."""
        if self._limit_s is None or purpose.declared.always:
            return True
        fits = now_s < self._limit_s and now_s + needed_s <= self._limit_s
        if not fits:
            self._refused.append(purpose)
        return fits

    def reasons(self) -> Iterator[NotTested]:
        """Yield each requirement that was not tested because of the budget alone."""
        refused = {r: None for purpose in self._refused for r in purpose.requirements}
        for identifier in refused:
            if identifier not in self._begun:
                reason = f"the budget of {self._limit_s or 0:g} s left no room for it"
                yield NotTested(identifier, reason)
