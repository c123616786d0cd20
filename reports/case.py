"""Requirements as test cases, and the counts of the mandatory ones."""

from dataclasses import dataclass, replace

from atverdict.conformance.evidence.trace import Place
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.reports.reason import by_reason, excerpt_line, repeat_command, report

__all__ = [
    "Case",
    "MandatoryCounts",
    "blocked",
    "cases",
    "causes",
    "mandatory_counts",
    "strength_text",
    "verdict_sentence",
]

EXCERPT_PLACES = 12
SHOWN_OCTETS = 120


@dataclass(frozen=True, slots=True)
class Case:
    """A requirement and its verdict as a report tells them."""

    identifier: str
    area: str
    sentence: str
    strength: str
    outcome: Outcome
    reason: str
    excerpt: str
    report: str
    """The whole text of `reason.report`; empty where it passed or does not apply."""
    repeat: str
    """The command line that repeats it; empty where the verdict is not worse than a pass."""
    purposes: tuple[str, ...]
    blocked: str = ""
    """The problem because of which no test purpose got to it."""
    effects: tuple["Case", ...] = ()
    """The requirements that are broken or open because this one is broken, in the order of time."""


def cases(judgement: Judgement) -> list[Case]:
    """Return all requirements of a run, in the order of the specification."""
    return [_case(verdict, judgement) for verdict in judgement.requirements.values()]


def causes(judgement: Judgement, outcome: Outcome) -> list[Case]:
    """Return the requirements with an outcome that follow from no other, the first cause first."""
    return [
        replace(
            _case(verdict, judgement),
            effects=tuple(_case(effect, judgement) for effect in judgement.effects_of(verdict)),
        )
        for verdict in judgement.causes(outcome)
    ]


def blocked(shown: list[Case]) -> list[tuple[str, list[Case]]]:
    """Return each problem that kept several requirements from being judged, with these."""
    groups = by_reason((case.blocked, case) for case in shown if case.blocked)
    return [(problem, those) for problem, those in groups if len(those) > 1]


def _case(verdict: RequirementVerdict, judgement: Judgement) -> Case:
    requirement = verdict.requirement
    wrong = verdict.outcome in (Outcome.FAIL, Outcome.WARNING, Outcome.INCONCLUSIVE)
    return Case(
        identifier=requirement.id,
        area=requirement.area,
        sentence=requirement.text,
        strength=strength_text(verdict),
        outcome=verdict.outcome,
        reason=verdict.reason,
        excerpt=_excerpt(verdict.findings[0].places) if verdict.findings else "",
        report=report(verdict, judgement),
        repeat=repeat_command(judgement.header, requirement.id) if wrong else "",
        purposes=tuple(verdict.purposes),
        blocked=verdict.blocked,
    )


def strength_text(verdict: RequirementVerdict) -> str:
    """Return the strength; it says so where the profile makes a weaker one mandatory."""
    strength = verdict.requirement.strength.value
    raised = verdict.mandatory and strength != "SHALL"
    return f"{strength}, mandatory in this profile" if raised else strength


def _excerpt(places: tuple[Place, ...]) -> str:
    """Show where a finding stands in the log: line, instant and octets."""
    lines = [excerpt_line(place, SHOWN_OCTETS) for place in places[:EXCERPT_PLACES]]
    if len(places) > EXCERPT_PLACES:
        lines.append(f"... and {len(places) - EXCERPT_PLACES} further places")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class MandatoryCounts:
    """How many requirements are mandatory; those that do not apply are not counted."""

    mandatory: int
    judged: int
    broken: int

    @property
    def open(self) -> int:
        """How many were not judged."""
        return self.mandatory - self.judged


def mandatory_counts(judgement: Judgement) -> MandatoryCounts:
    """Count the mandatory requirements of a run."""
    mandatory = [v for v in judgement.requirements.values() if v.mandatory]
    return MandatoryCounts(
        mandatory=len(mandatory),
        judged=sum(1 for v in mandatory if v.judged),
        broken=sum(1 for v in mandatory if v.outcome is Outcome.FAIL),
    )


def verdict_sentence(judgement: Judgement) -> str:
    """Return what the verdict rests on, as a sentence, without the verdict itself."""
    counts = mandatory_counts(judgement)
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
