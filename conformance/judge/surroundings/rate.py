"""The rate of the line, as long answers show it: a slow line is no slow IUT."""

from itertools import pairwise

from atverdict.conformance.evidence.trace import Exchange

__all__ = ["Rate"]

LEAST_CHUNKS = 4
LEAST_OCTETS = 256
"""An answer with less of either shows no steady rate."""
SLOWER = 1.2
"""A line is called slow where an octet takes so many times as long as it should."""


class Rate:
    """The time of an octet in the fastest of all long answers.

    In one answer it is the median over its parts: a pause in its middle does not count.
    """

    def __init__(self) -> None:
        self._octet_s: float | None = None
        self._most_s = 1.0

    @property
    def octet_s(self) -> float:
        """The time of an octet in seconds; 0 as long as no answer has shown it."""
        return 0.0 if self._octet_s is None else min(self._octet_s, self._most_s)

    def observe(self, exchange: Exchange) -> None:
        """Take an answer."""
        chunks, place = exchange.chunks, exchange.final_place
        if place is None or exchange.answer_octets < LEAST_OCTETS:
            return
        whole_s = place.instant_s - exchange.sent.instant_s
        self._most_s = min(self._most_s, whole_s / exchange.answer_octets)
        if len(chunks) < LEAST_CHUNKS:
            return
        times = sorted(
            (later.instant_s - earlier.instant_s) / (later.end - later.start)
            for earlier, later in pairwise(chunks)
        )
        octet_s = times[len(times) // 2]
        self._octet_s = octet_s if self._octet_s is None else min(self._octet_s, octet_s)

    def sentence(self, due_s: float) -> str:
        """Return a sentence where an octet takes longer than `due_s` seconds; else nothing."""
        if not due_s or self.octet_s <= due_s * SLOWER:
            return ""
        return (
            f"The line carries {1 / self.octet_s:.0f} octets a second, and not the"
            f" {1 / due_s:.0f} of the PIXIT; its time is not counted against the IUT."
        )
