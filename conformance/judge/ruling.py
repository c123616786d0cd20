"""Rulings: from the findings on one requirement to its outcome and the reason."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from atverdict.conformance.evidence.log import NotTested
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.cause import Broken, Explanation, Moment, settle
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.judgement import NO_SITUATION, RequirementVerdict
from atverdict.conformance.judge.purpose_run import PurposeRun
from atverdict.conformance.judge.situation import Situation
from atverdict.spec.model import Need, Strength

__all__ = ["NOT_SELECTED", "Ruling"]

NOT_SELECTED = "not selected"
NOT_OFFERED = "not offered"
"""The beginning of the reason of a MAY that the IUT leaves out."""
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


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
    excuse: Callable[[str], str] = lambda _: ""
    """Why a broken requirement may be somebody else's, by its ID; empty where nothing says so."""
    ended: str = ""
    """The reason why the run ended before its programme; empty where it did not."""

    def decide(
        self, verdicts: Mapping[str, RequirementVerdict], explanations: Sequence[Explanation]
    ) -> None:
        """Turn the findings on all requirements into their outcomes and the reasons."""
        broken = {
            identifier: Broken(
                verdict.mandatory, verdict.moments or verdict.doubts, bool(verdict.moments)
            )
            for identifier, verdict in verdicts.items()
            if (verdict.moments or verdict.doubts) and self._applies(verdict)
        }
        settle(broken, explanations)
        for identifier, verdict in verdicts.items():
            self._decide(verdict, broken.get(identifier))
            excuse = self.excuse(identifier)
            if excuse and verdict.outcome in (Outcome.FAIL, Outcome.WARNING):
                verdict.outcome = Outcome.INCONCLUSIVE
                verdict.reason = f"{excuse}; {verdict.reason}"

    def _applies(self, verdict: RequirementVerdict) -> bool:
        identifier = verdict.requirement.id
        untested = self.not_tested.get(identifier)
        return identifier not in self.situation.profile.not_applicable and (
            untested is None or untested.applicable
        )

    def _decide(self, verdict: RequirementVerdict, broken: Broken | None) -> None:
        requirement = verdict.requirement
        not_applicable = self.situation.profile.not_applicable
        verdict.findings.sort(key=lambda f: _weight(f, broken))
        verdict.follows = broken.follows if broken else ""
        verdict.blocked = ""
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
            self._judged(verdict, opened=broken is not None and broken.opened)

    def _judged(self, verdict: RequirementVerdict, *, opened: bool) -> None:
        """Rule by the findings: a rule of several parts passes with all of them."""
        first = verdict.findings[0]
        decided = Verdict.INCONCLUSIVE if opened else first.verdict
        verdict.outcome = _outcome(decided, verdict, warns=first.warns)
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
            verdict.outcome, verdict.reason = Outcome.NOT_APPLICABLE, requirement.unobservable
        elif untested is not None:
            verdict.reason = untested.reason
        elif cut := next(self._cut_short(verdict), None):
            verdict.outcome = Outcome.INCONCLUSIVE
            verdict.reason = cut.reason
        elif verdict.waiting:
            verdict.reason = _without_sibling(verdict)
        elif self.ended and not self._begun(requirement.id):
            verdict.reason = f"its purpose had not begun when the run ended: {self.ended}"
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
        chances = [p for p in self.purposes if requirement.id in p.chances]
        problems = [p for p in (*tried, *chances) if p.problem]
        if problems:
            if tried:
                verdict.outcome = Outcome.INCONCLUSIVE
            verdict.blocked = problems[0].problem
            verdict.reason = f"{problems[0].name} did not get to it: {verdict.blocked}"
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

    def _begun(self, identifier: str) -> bool:
        """Tell whether a purpose has begun that exercises a requirement, or may do so."""
        return any(identifier in (*p.requirements, *p.chances) for p in self.purposes)


def _weight(found: Finding, broken: Broken | None) -> tuple[int, bool, bool]:
    """Return the place of a finding: the worst first, and what no other requirement explains."""
    moment = found.circumstances.moment if found.circumstances else None
    unexplained = broken is not None and broken.unexplained == moment
    return -found.verdict, found.warns, not unexplained


def _outcome(verdict: Verdict, about: RequirementVerdict, *, warns: bool) -> Outcome:
    if verdict is Verdict.FAIL and (warns or not about.mandatory):
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
    cause = f"follows from {verdict.follows}: " if verdict.follows else ""
    return f"{cause}{first.reason}{where}{again}{_since(first, verdict)}"


def _since(first: Finding, verdict: RequirementVerdict) -> str:
    """Say how often the requirement was kept before it was broken, and since when it is not."""
    history, circumstances = verdict.history, first.circumstances
    if not history.before or history.last_moment is None or circumstances is None:
        return ""
    if first.verdict is not Verdict.FAIL or circumstances.moment != verdict.moments[0]:
        return ""
    place = history.last.places[-1] if history.last and history.last.places else None
    last = f", the last at {place.instant_s:.3f} s (log line {place.line})" if place else ""
    right = f"; right {_times(history.before)} before{last}"
    if history.after:
        return f"{right}, and {_times(history.after)} after"
    return f"{right}, wrong {_from(history.last_moment, circumstances.moment)}"


def _from(good: Moment, bad: Moment) -> str:
    """Say since when, in what a log has several of."""
    if good.consent < bad.consent:
        return f"since the {_ordinal(bad.consent)} upgrade"
    if good.start < bad.start:
        return f"since the {_ordinal(bad.start)} restart"
    return "since then"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _ordinal(number: int) -> str:
    return _ORDINALS[number] if number < len(_ORDINALS) else f"{number}th"
