"""Habits of a host, as scenarios have shown them."""

from dataclasses import dataclass, field

__all__ = ["Habits"]

LEAST_SHIFT_S = 3.0
"""So much later 7,10704 must have come once, and"""
FOLLOWED = 0.8
"""so much of that the announcement must have been later too, before it counts as a custom."""


@dataclass(slots=True)
class Habits:
    """How long updates took, by when 7,10704 came."""

    _updates: list[tuple[float, float]] = field(default_factory=list)

    def updated(self, told_s: float, announced_s: float) -> None:
        """Take one update: from AT+QIOTUPDATE=3's OK to 7,10704, and to the new version."""
        self._updates.append((told_s, announced_s))

    @property
    def waits_for_updating(self) -> bool:
        """Whether the host begins to write its flash only when 7,10704 has come."""
        if not self._updates:
            return False
        soonest, latest = min(self._updates), max(self._updates)
        told_s, announced_s = latest[0] - soonest[0], latest[1] - soonest[1]
        return told_s >= LEAST_SHIFT_S and announced_s >= FOLLOWED * told_s
