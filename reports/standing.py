"""The verdict on a run in a sentence, and how much of what is mandatory it covers."""

from dataclasses import dataclass

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement

__all__ = ["Standing", "sentence", "standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts of the mandatory requirements; what does not apply is not among them."""

    mandatory: int
    judged: int
    broken: int

    @property
    def open(self) -> int:
        """How many were not judged."""
        return self.mandatory - self.judged


def standing(judgement: Judgement) -> Standing:
    """Count what is mandatory."""
    mandatory = [v for v in judgement.requirements.values() if v.mandatory]
    return Standing(
        mandatory=len(mandatory),
        judged=sum(1 for v in mandatory if v.judged),
        broken=sum(1 for v in mandatory if v.outcome is Outcome.FAIL),
    )


def sentence(judgement: Judgement) -> str:
    """Say what the verdict rests on, without the verdict itself; one that covers a part says so."""
    counts = standing(judgement)
    covers = f"{counts.judged} of {counts.mandatory} mandatory requirements were judged"
    match judgement.outcome:
        case Outcome.PASS:
            return f"{covers}, and all of them hold."
        case Outcome.FAIL:
            partly = (
                ""
                if judgement.complete
                else f" The run is not complete: {judgement.incomplete_reason}."
            )
            return f"{covers}; {counts.broken} broken.{partly}"
        case _:
            return f"{judgement.inconclusive_because}. {covers}."
