"""Shifts: response times that moved by more than noise between two runs."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from atverdict.reports.measures.latencies import quantile

__all__ = ["LEAST_SHIFT_S", "Shift", "Times", "shifts"]

LEAST_SAMPLES = 10
LEAST_SHIFT_S = 0.01
"""A host does not notice a smaller shift."""
LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Times:
    """The response times of one kind of command line in one run, in seconds."""

    count: int
    median_s: float
    low_s: float
    """One in ten was answered within it."""
    high_s: float
    """Nine in ten were answered within it."""

    @classmethod
    def of(cls, values: Sequence[float]) -> "Times":
        """Return count, median and range of response times."""
        low_s, high_s = quantile(values, LOW), quantile(values, HIGH)
        return cls(len(values), statistics.median(values), low_s, high_s)


@dataclass(frozen=True, slots=True)
class Shift:
    """A kind of command line whose response times moved."""

    command: str
    old: Times
    new: Times

    @property
    def shift_s(self) -> float:
        """How much the median grew, in seconds; negative where answers come sooner."""
        return self.new.median_s - self.old.median_s


def shifts(
    old: Mapping[str, Sequence[float]], new: Mapping[str, Sequence[float]], uncertainty_s: float
) -> tuple[Shift, ...]:
    """Find the kinds of command line whose response times moved.

    Ten samples on either side, nine in ten of one run quicker than nine in ten of the other, and
    the medians further apart than 10 ms and than `uncertainty_s`, the sum of what the instants of
    the two runs may be off. The first needs no assumption about how times are distributed: answers
    of two kinds under one name make a median jump, and do not part the runs.
    """
    found = []
    for command in sorted(old.keys() & new.keys()):
        if min(len(old[command]), len(new[command])) < LEAST_SAMPLES:
            continue
        shift = Shift(command, Times.of(old[command]), Times.of(new[command]))
        apart = shift.old.high_s < shift.new.low_s or shift.new.high_s < shift.old.low_s
        if apart and abs(shift.shift_s) > max(LEAST_SHIFT_S, uncertainty_s):
            found.append(shift)
    return tuple(found)
