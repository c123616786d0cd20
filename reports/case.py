"""One requirement as a test case, in the words that every report of a run shares."""

from dataclasses import dataclass

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Place
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.reports.reason import repeat_command, report

__all__ = ["Case", "cases", "excerpt"]

EXCERPT_PLACES = 12


@dataclass(frozen=True, slots=True)
class Case:
    """What a report says of one requirement."""

    identifier: str
    area: str
    sentence: str
    strength: str
    outcome: Outcome
    reason: str
    excerpt: str
    report: str
    """The whole of it, as `reason.report` tells it; empty where there is nothing to mend."""
    repeat: str
    """The command line that repeats it; empty where that says nothing."""
    purposes: tuple[str, ...]


def cases(judgement: Judgement) -> list[Case]:
    """Return all requirements of a run, in the order of the specification."""
    return [_case(verdict, judgement) for verdict in judgement.requirements.values()]


def _case(verdict: RequirementVerdict, judgement: Judgement) -> Case:
    requirement = verdict.requirement
    strength = requirement.strength.value
    if verdict.mandatory and strength != "SHALL":
        strength += ", mandatory in this profile"
    wrong = verdict.outcome in (Outcome.FAIL, Outcome.WARNING, Outcome.INCONCLUSIVE)
    return Case(
        identifier=requirement.id,
        area=requirement.area,
        sentence=requirement.text,
        strength=strength,
        outcome=verdict.outcome,
        reason=verdict.reason,
        excerpt=excerpt(verdict.findings[0].places) if verdict.findings else "",
        report=report(verdict, judgement),
        repeat=repeat_command(judgement.header, requirement.id) if wrong else "",
        purposes=tuple(verdict.purposes),
    )


def excerpt(places: tuple[Place, ...]) -> str:
    """Show where a finding stands in the log: line, instant and octets."""
    lines = [
        f"line {p.line}, {p.instant_s:.3f} s: {printable(p.octets)}"
        for p in places[:EXCERPT_PLACES]
    ]
    if len(places) > EXCERPT_PLACES:
        lines.append(f"... and {len(places) - EXCERPT_PLACES} further places")
    return "\n".join(lines)
