"""The progress of a campaign, for a watcher."""

from collections.abc import Callable
from dataclasses import dataclass

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.programme import Programme

__all__ = ["Progress", "Watcher"]


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a campaign."""

    number: int
    """The number of the purpose that begins now, from 1."""
    count: int
    purpose: str
    elapsed_s: float
    passed: int
    failed: int
    remaining_s: float | None
    """An estimate; None before the first purpose has ended."""

    @classmethod
    def at(
        cls, purpose: str, number: int, count: int, now_s: float, judgement: Judgement
    ) -> "Progress":
        """Return the progress of a campaign that begins its purpose `number` of `count`."""
        return cls(
            number=number,
            count=count,
            purpose=purpose,
            elapsed_s=now_s,
            passed=judgement.count(Outcome.PASS),
            failed=judgement.count(Outcome.FAIL),
            remaining_s=now_s / (number - 1) * (count - number + 1) if number > 1 else None,
        )


@dataclass(frozen=True, slots=True)
class Watcher:
    """The receivers of the progress of a campaign; by default they do nothing."""

    programme: Callable[[Programme], None] = lambda _: None
    """Called once, before the first purpose."""
    progress: Callable[[Progress], None] = lambda _: None
    """Called when a purpose begins; an exception from it ends the run."""
    judged: Callable[[Judgement], None] = lambda _: None
    """Called when the log so far has been judged, between two purposes."""
