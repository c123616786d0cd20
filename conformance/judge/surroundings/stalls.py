"""Stalls: the times in which the suite itself was late, as its log has them."""

from collections import deque

from atverdict.conformance.evidence.log import Stall

__all__ = ["Stalls"]

REMEMBERED = 256
"""The number of stalls that are kept; older ones overlap nothing that is still judged."""


class Stalls:
    """The stalls of the suite."""

    def __init__(self) -> None:
        self._spans: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)
        self._count = 0
        self._longest_s = 0.0
        self._longest_at_s = 0.0

    def add(self, stall: Stall) -> None:
        """Add a stall."""
        self._spans.append((stall.t - stall.late_s, stall.t))
        self._count += 1
        if stall.late_s > self._longest_s:
            self._longest_s, self._longest_at_s = stall.late_s, stall.t

    def overlap_s(self, begin_s: float, end_s: float) -> float:
        """Return how much of a time the suite was stalled, in seconds."""
        return sum(max(0.0, min(end, end_s) - max(begin, begin_s)) for begin, end in self._spans)

    @property
    def sentence(self) -> str:
        """The sentence about all stalls; empty where there was none."""
        if not self._count:
            return ""
        times = "once" if self._count == 1 else f"{self._count} times"
        return (
            f"The suite itself was late {times}, most by {self._longest_s * 1000:.0f} ms at"
            f" {self._longest_at_s:.3f} s: its machine was busy, or it was stopped."
            " What took longer because of it counts against nobody."
        )
