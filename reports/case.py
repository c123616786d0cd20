"""One requirement as a test case, in the words that every report of a run shares."""

from dataclasses import dataclass

from atverdict.conformance.judge import Judgement, RequirementVerdict
from atverdict.conformance.printable import printable
from atverdict.conformance.trace import Place
from atverdict.conformance.verdict import Outcome

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
    purposes: tuple[str, ...]


def cases(judgement: Judgement) -> list[Case]:
    """Return all requirements of a run, in the order of the specification."""
    return [_case(verdict) for verdict in judgement.requirements.values()]


def _case(verdict: RequirementVerdict) -> Case:
    requirement = verdict.requirement
    strength = requirement.strength.value
    if verdict.mandatory and strength != "SHALL":
        strength += ", mandatory in this profile"
    return Case(
        identifier=requirement.id,
        area=requirement.area,
        sentence=requirement.text,
        strength=strength,
        outcome=verdict.outcome,
        reason=verdict.reason,
        excerpt=excerpt(verdict.findings[0].places) if verdict.findings else "",
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
