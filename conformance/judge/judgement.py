"""The judgement on a run: the verdicts on all requirements, and what follows from them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from atverdict.conformance.evidence.log import Header, RoundTrip
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.cause import Moment
from atverdict.conformance.judge.claim import Claim
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.foreign_line import ForeignLine
from atverdict.conformance.judge.purpose_run import PurposeRun
from atverdict.spec.model import Control, Requirement

__all__ = ["NO_SITUATION", "Judgement", "RequirementVerdict"]

_TOLD = (Outcome.FAIL, Outcome.WARNING, Outcome.INCONCLUSIVE)
NOTHING = "nothing was judged"
NO_SITUATION = "no situation arose in this run in which it could be judged"


@dataclass(slots=True)
class History:
    """How often a requirement was kept before it was broken, and after that."""

    before: int = 0
    after: int = 0
    last: Finding | None = None
    """The last time that it was kept before it was broken."""
    last_moment: Moment | None = None

    def hold(self, found: Finding, moment: Callable[[], Moment], *, broken: bool) -> None:
        """Take a pass; `broken` where the requirement was broken before it."""
        if broken:
            self.after += 1
            return
        self.before += 1
        self.last, self.last_moment = found, moment()


@dataclass(slots=True)
class RequirementVerdict:
    """The verdict on one requirement."""

    requirement: Requirement
    mandatory: bool
    outcome: Outcome = Outcome.NOT_TESTED
    reason: str = NO_SITUATION
    findings: list[Finding] = field(default_factory=list)
    """The first findings of each verdict, the worst first."""
    counts: dict[Verdict, int] = field(default_factory=dict)
    waiting: list[Finding] = field(default_factory=list)
    """Passes of refusals whose sibling has not been accepted: they prove nothing yet."""
    blocked: str = ""
    """The problem because of which no test purpose got to it; empty where that is not why."""
    cut_short: list[Finding] = field(default_factory=list)
    """Observations that were ended before they were decided."""
    parts: Counter[str] = field(default_factory=Counter)
    """The passes of each part of a rule that has parts."""
    purposes: list[str] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    """When it was broken, up to `KEPT_MOMENTS`."""
    doubts: list[Moment] = field(default_factory=list)
    """When it could not be judged, up to `KEPT_MOMENTS`."""
    follows: str = ""
    """The requirement whose break explains all of its failures; empty where none does."""
    history: History = field(default_factory=History)

    @property
    def first(self) -> Moment | None:
        """The moment when it was broken first, or could not be judged."""
        return next(iter(self.moments or self.doubts), None)

    @property
    def occasions(self) -> int:
        """The number of occasions that have passed; of a rule of parts those with every part."""
        occasion = self.requirement.occasion
        parts = occasion.parts if occasion else ()
        return min((self.parts[part] for part in parts), default=self.counts.get(Verdict.PASS, 0))

    def needs_sibling(self, found: Finding) -> bool:
        """True where a finding counts only once a well-formed line of the command is accepted."""
        occasion = self.requirement.occasion
        by_rule = occasion is not None and occasion.control is Control.SIBLING
        return by_rule or found.sibling is not None

    @property
    def judged(self) -> bool:
        """True where the log shows that the requirement was exercised."""
        return self.outcome in (Outcome.PASS, Outcome.FAIL, Outcome.WARNING)


@dataclass(slots=True)
class Judgement:
    """All verdicts of a run."""

    header: Header
    requirements: dict[str, RequirementVerdict]
    purposes: list[PurposeRun]
    complete: bool
    """False where the run was interrupted, or the log cut off."""
    incomplete_reason: str
    upgrade_seen: bool
    """True where one upgrade was seen from offer to outcome."""
    proved: bool
    """True where the peer passed the basic interconnection test."""
    plans_used: int
    duration_s: float
    suite_error: str = ""
    not_again: tuple[str, ...] = ()
    """What was not tried again after equal time-outs, each a sentence."""
    not_proved: str = ""
    """The reason why the peer is no IUT; empty where it is one."""
    contact: tuple[str, ...] = ()
    """What the suite did so that the IUT answered at all, each a sentence or two."""
    hindrance: str = ""
    """What kept the IUT from the platform and is no fault of its own; empty for nothing."""
    round_trip: RoundTrip | None = None
    """The time of `AT`, where it was measured."""
    pics: tuple[Claim, ...] = ()
    """The claims of the PICS, beside what the run has shown."""
    environment: tuple[str, ...] = ()
    """Sentences about what was wrong around the IUT: stalls, lost octets, other talkers."""
    foreign_lines: tuple[ForeignLine, ...] = ()
    """The lines that belong to nothing that was asked, and to no event."""

    @property
    def outcome(self) -> Outcome:
        """The verdict on the whole run: PASS, FAIL or INCONCLUSIVE (``contract.md``, exit code)."""
        verdicts = [v for v in self.requirements.values() if v.mandatory]
        if any(v.outcome is Outcome.FAIL for v in verdicts):
            return Outcome.FAIL
        if self.inconclusive_because:
            return Outcome.INCONCLUSIVE
        return Outcome.PASS

    @property
    def inconclusive_because(self) -> str:
        """The reason why the run proves nothing; empty where all that had to pass has passed."""
        passed = any(v.outcome is Outcome.PASS for v in self.requirements.values())
        nothing = "" if passed else NOTHING
        return self.no_evidence_because or self._open or nothing or self._no_upgrade

    @property
    def proves_nothing_because(self) -> str:
        """The reason why the whole run is no evidence; single open requirements do not count."""
        judged = any(v.judged for v in self.requirements.values())
        return self.no_evidence_because or ("" if judged else NOTHING) or self._no_upgrade

    @property
    def no_evidence_because(self) -> str:
        """The reason why the log is no evidence: the run was cut off, or there was no IUT."""
        if self.suite_error:
            return f"the suite itself failed: {self.suite_error}"
        if not self.complete:
            return self.incomplete_reason
        return self.not_proved

    @property
    def _open(self) -> str:
        """The mandatory requirements that are open, as a sentence."""
        open_ = [
            v
            for v in self.requirements.values()
            if v.mandatory and v.outcome is Outcome.INCONCLUSIVE
        ]
        if not open_:
            return ""
        names = ", ".join(v.requirement.id for v in open_[:3])
        more = " ..." if len(open_) > 3 else ""
        why = f"{self.hindrance}; " if self.hindrance else ""
        return f"{why}{len(open_)} mandatory requirements could not be judged ({names}{more})"

    @property
    def _no_upgrade(self) -> str:
        unseen = not self.header.selection and not self.upgrade_seen
        return "no upgrade was seen from offer to outcome" if unseen else ""

    @property
    def exit_code(self) -> int:
        """0, 1 or 2, or 4 where the suite itself failed (``contract.md``)."""
        if self.suite_error:
            return 4
        return {Outcome.PASS: 0, Outcome.FAIL: 1}.get(self.outcome, 2)

    def cause_of(self, verdict: RequirementVerdict) -> RequirementVerdict | None:
        """Return the broken requirement that a requirement follows from in the end, if any."""
        cause = verdict
        while cause.follows:
            cause = self.requirements[cause.follows]
        told = cause is not verdict and cause.outcome in (Outcome.FAIL, Outcome.WARNING)
        return cause if told else None

    def effects_of(self, cause: RequirementVerdict) -> list[RequirementVerdict]:
        """Return the requirements that follow from a broken one, in the order of time."""
        effects = [v for v in self.requirements.values() if v.follows and self.cause_of(v) is cause]
        return sorted((v for v in effects if v.outcome in _TOLD), key=_first_item)

    def causes(self, outcome: Outcome) -> list[RequirementVerdict]:
        """Return the requirements with an outcome that follow from no other, in the order of time.

        Where a cause was recognised later than what follows from it, the earlier instant counts.
        Requirements that were not broken keep the order of the specification, at the end.
        """
        causes = [v for v in self.requirements.values() if v.outcome is outcome]
        effects: dict[str, float] = {}
        for verdict in self.requirements.values():
            cause = self.cause_of(verdict) if verdict.follows else None
            if cause is not None:
                name = cause.requirement.id
                effects[name] = min(_first_item(verdict), effects.get(name, _first_item(verdict)))
        return sorted(
            (v for v in causes if self.cause_of(v) is None),
            key=lambda v: min(_first_item(v), effects.get(v.requirement.id, _first_item(v))),
        )

    def count(self, outcome: Outcome) -> int:
        """Count the requirements with an outcome."""
        return sum(1 for v in self.requirements.values() if v.outcome is outcome)


def _first_item(verdict: RequirementVerdict) -> float:
    return verdict.first.item if verdict.first else inf
