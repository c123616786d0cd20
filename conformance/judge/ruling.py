"""Rulings: from the findings on one requirement to its outcome and the reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from atverdict.conformance.evidence.log import NotTested
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.judgement import NO_SITUATION, RequirementVerdict
from atverdict.conformance.judge.purpose_run import PurposeRun
from atverdict.conformance.judge.situation import Situation
from atverdict.spec.model import Need, Strength

__all__ = ["NOT_SELECTED", "Ruling"]

NOT_SELECTED = "not selected"
NOT_OFFERED = "not offered"
"""The beginning of the reason of a MAY that the IUT leaves out."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The facts that decide on a requirement besides its own findings."""

    situation: Situation
    purposes: Sequence[PurposeRun]
    not_tested: Mapping[str, NotTested]
    """What the campaign does not test, by requirement."""
    not_proved: str
    """The reason why nothing is judged; empty where the peer is an IUT."""
    open: tuple[Finding, ...] = ()
    """The expectations that were open at the end of the log."""

    def decide(self, verdict: RequirementVerdict) -> None:
        """Turn the findings of one requirement into its outcome and the reason."""
        requirement = verdict.requirement
        not_applicable = self.situation.profile.not_applicable
        verdict.findings.sort(key=lambda f: -f.verdict)
        untested = self.not_tested.get(requirement.id)
        if requirement.id in not_applicable:
            verdict.outcome, verdict.reason = (
                Outcome.NOT_APPLICABLE,
                not_applicable[requirement.id],
            )
        elif untested is not None and not untested.applicable:
            verdict.outcome, verdict.reason = Outcome.NOT_APPLICABLE, untested.reason
        elif untested is not None and self._deselected(untested):
            verdict.outcome, verdict.reason = Outcome.NOT_TESTED, untested.reason
        elif self.not_proved:
            verdict.outcome, verdict.reason = Outcome.INCONCLUSIVE, self.not_proved
        elif not verdict.counts:
            self._unexercised(verdict, untested)
        else:
            self._judged(verdict)

    def _judged(self, verdict: RequirementVerdict) -> None:
        """Rule by the findings: a rule of several parts passes with all of them."""
        first = verdict.findings[0]
        verdict.outcome = _outcome(first.verdict, verdict)
        verdict.reason = _reason(first, verdict)
        occasion = verdict.requirement.occasion
        parts = occasion.parts if occasion else ()
        missing = [part for part in parts if not verdict.parts[part]]
        if first.verdict is Verdict.PASS and missing:
            cut = next(self._cut_short(verdict), None)
            why = f": {cut.observed}" if cut else ""
            verdict.outcome = Outcome.INCONCLUSIVE
            seen = f"{first.expected} was seen{_where(first)}"
            verdict.reason = (
                f"{seen}, but not the other part of the rule, {', '.join(missing)}{why}"
            )

    def _cut_short(self, verdict: RequirementVerdict) -> Iterator[Finding]:
        """Yield what was ended before it was decided."""
        yield from verdict.cut_short
        yield from (found for found in self.open if found.requirement == verdict.requirement.id)

    def _deselected(self, untested: NotTested) -> bool:
        """True where the user did not select it: it is not reported, even if the log shows it."""
        return bool(self.situation.header.selection) and untested.reason == NOT_SELECTED

    def _unexercised(self, verdict: RequirementVerdict, untested: NotTested | None) -> None:
        """Give the reason why there is no finding; without one nothing passes."""
        requirement = verdict.requirement
        verdict.outcome = Outcome.NOT_TESTED
        if requirement.unobservable:
            verdict.reason = f"cannot be seen on the wire: {requirement.unobservable}"
        elif untested is not None:
            verdict.reason = untested.reason
        elif cut := next(self._cut_short(verdict), None):
            verdict.outcome = Outcome.INCONCLUSIVE
            verdict.reason = cut.reason
        elif verdict.waiting:
            verdict.reason = _without_sibling(verdict)
        elif Need.MULTI_PIECE in requirement.needs and not self.situation.flow.in_pieces:
            verdict.reason = "the module downloaded every package in one piece"
        elif never := self.situation.no_occasion(requirement.id):
            verdict.reason = never
        else:
            self._without_situation(verdict)

    def _without_situation(self, verdict: RequirementVerdict) -> None:
        """Name the test purpose that should have shown it, and why it did not."""
        requirement = verdict.requirement
        tried = [p for p in self.purposes if requirement.id in p.requirements]
        problems = [p for p in tried if p.problem]
        if problems:
            verdict.outcome = Outcome.INCONCLUSIVE
            verdict.reason = f"{problems[0].name} did not get to it: {problems[0].problem}"
        elif tried and requirement.strength is Strength.MAY:
            verdict.outcome = Outcome.NOT_APPLICABLE
            verdict.reason = f"{NOT_OFFERED}: {tried[0].name} ran, and it was not seen"
        elif tried:
            verdict.outcome = Outcome.INCONCLUSIVE
            verdict.reason = (
                f"{tried[0].name} ran, but no situation arose in which it could be judged"
            )
        else:
            verdict.reason = NO_SITUATION


def _outcome(verdict: Verdict, about: RequirementVerdict) -> Outcome:
    if verdict is Verdict.FAIL and not about.mandatory:
        may = about.requirement.strength is Strength.MAY
        return Outcome.INCONCLUSIVE if may else Outcome.WARNING
    return {
        Verdict.NONE: Outcome.NOT_APPLICABLE,
        Verdict.PASS: Outcome.PASS,
        Verdict.INCONCLUSIVE: Outcome.INCONCLUSIVE,
        Verdict.FAIL: Outcome.FAIL,
    }[verdict]


def _without_sibling(verdict: RequirementVerdict) -> str:
    """Say why refusals prove nothing: in a state that refuses everything they are no occasion."""
    count, first = len(verdict.waiting), verdict.waiting[0]
    times = "once" if count == 1 else f"{count} times"
    return f"{first.expected}, seen {times}, proves nothing: {first.sibling} was never accepted"


def _where(found: Finding) -> str:
    place = found.places[-1] if found.places else None
    return f", at {place.instant_s:.3f} s (log line {place.line})" if place else ""


def _reason(first: Finding, verdict: RequirementVerdict) -> str:
    """Return one sentence: what was expected, what came, where and how often."""
    count, where = verdict.counts[first.verdict], _where(first)
    if first.verdict is Verdict.PASS:
        occasion = verdict.requirement.occasion
        when = f" ({occasion.when})" if occasion else ""
        count = verdict.occasions
        occasions = "1 occasion" if count == 1 else f"{count} occasions"
        return f"{occasions}{when}: {first.expected}; first{where.removeprefix(',')}"
    if first.verdict is Verdict.NONE:
        return f"{NOT_OFFERED}: {first.reason}{where}"
    again = f"; {count} times in all" if count > 1 else ""
    return f"{first.reason}{where}{again}"
