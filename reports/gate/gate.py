"""The gate: no fail, or no new fail, and enough that was judged."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.reports.comparison.comparison import Comparison
from atverdict.reports.waiver import Waived

__all__ = ["LEVELS", "NO_FAIL", "NO_NEW_FAIL", "Gate", "gate", "in_area"]

NO_FAIL, NO_NEW_FAIL = "no-fail", "no-new-fail"
LEVELS = (NO_FAIL, NO_NEW_FAIL)
SHOWN_OPEN = 3
PREFIX = "SOTA-"


@dataclass(frozen=True, slots=True)
class Gate:
    """The decision on a run: open, or closed for reasons."""

    level: str
    broken: tuple[str, ...]
    """What is wrong: fails, regressions, waivers that cover nothing."""
    lacking: tuple[str, ...]
    """What is not known, because evidence is missing."""
    suite_error: bool

    @property
    def code(self) -> int:
        """0 open, 1 closed, 2 closed for want of evidence alone, 4 the suite itself failed."""
        if self.suite_error:
            return 4
        return 1 if self.broken else 2 if self.lacking else 0


def gate(
    judgement: Judgement,
    *,
    comparison: Comparison | None = None,
    areas: Collection[str] = (),
    waived: Waived | None = None,
) -> Gate:
    """Decide on a run. The level is no new fail with a comparison, else no fail.

    A run that proves nothing closes the gate. A waiver that covers nothing closes it, too.
    `areas` must be judged as a whole: each mandatory requirement that applies.
    """
    waived = waived or Waived()
    if comparison is None:
        broken = _fails(judgement, waived)
        lost: Iterator[str] = iter(())
    else:
        broken = _regressions(comparison, fails=True)
        lost = _regressions(comparison, fails=False)
    return Gate(
        level=NO_FAIL if comparison is None else NO_NEW_FAIL,
        broken=(*broken, *waived.problems),
        lacking=(*lost, *_no_evidence(judgement), *_unjudged(judgement, areas)),
        suite_error=bool(judgement.suite_error),
    )


def in_area(area: str, identifier: str) -> bool:
    """Tell whether a requirement is in an area, such as ``SEQ`` or ``SOTA-CMD-OTARD``."""
    name = PREFIX + area.removeprefix(PREFIX)
    return identifier == name or identifier.startswith(name.rstrip("-") + "-")


def _fails(judgement: Judgement, waived: Waived) -> Iterator[str]:
    for identifier, verdict in judgement.requirements.items():
        if verdict.outcome is Outcome.FAIL and not waived.covers(identifier):
            yield f"{identifier} is broken: {verdict.reason}"


def _regressions(comparison: Comparison, *, fails: bool) -> Iterator[str]:
    """Yield the new fails, or else the passes that have no proof now."""
    for each in comparison.regressions:
        if (each.new is Outcome.FAIL) is fails:
            step = f"was {each.old.value} and is {each.new.value}"
            yield f"{each.requirement} {step}: {each.new_reason}"


def _no_evidence(judgement: Judgement) -> Iterator[str]:
    because = judgement.proves_nothing_because
    if because:
        yield f"the run is no evidence: {because}"


def _unjudged(judgement: Judgement, areas: Collection[str]) -> Iterator[str]:
    for area in areas:
        those = [
            verdict
            for identifier, verdict in judgement.requirements.items()
            if in_area(area, identifier) and _counts(verdict)
        ]
        open_ = [verdict for verdict in those if not verdict.judged]
        if not those:
            yield f"{area}: no mandatory requirement of it applies, so nothing of it was judged"
        elif open_:
            shown = "; ".join(f"{v.requirement.id}: {v.reason}" for v in open_[:SHOWN_OPEN])
            more = "; ..." if len(open_) > SHOWN_OPEN else ""
            count = f"{len(open_)} of {len(those)} mandatory requirements"
            yield f"{area}: {count} were not judged ({shown}{more})"


def _counts(verdict: RequirementVerdict) -> bool:
    """Tell whether a requirement must be judged: mandatory, applicable, observable."""
    applies = verdict.outcome is not Outcome.NOT_APPLICABLE
    return verdict.mandatory and applies and not verdict.requirement.unobservable
