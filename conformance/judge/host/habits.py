"""Habits of a host, as scenarios have shown them."""

from dataclasses import dataclass, field

__all__ = ["Habits"]

LEAST_SHIFT_S = 3.0
"""The least difference between the times of 7,10704 of two updates, for a habit."""
FOLLOWED = 0.8
"""The least part of it by which the announcement must have come later, too."""


@dataclass(slots=True)
class Habits:
    """The durations of updates, with the times of their 7,10704."""

    _updates: list[tuple[float, float]] = field(default_factory=list)

    def updated(self, told_s: float, announced_s: float) -> None:
        """Add an update: the times from the OK of AT+QIOTUPDATE=3 to 7,10704 and to the version."""
        self._updates.append((told_s, announced_s))

    @property
    def waits_for_updating(self) -> bool:
        """True where the host begins to write its flash only after 7,10704."""
        if not self._updates:
            return False
        soonest, latest = min(self._updates), max(self._updates)
        told_s, announced_s = latest[0] - soonest[0], latest[1] - soonest[1]
        return told_s >= LEAST_SHIFT_S and announced_s >= FOLLOWED * told_s
