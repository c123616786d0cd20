"""The run of a test purpose, and what its findings are worth."""

from dataclasses import dataclass, field, replace

from atverdict.conformance.evidence.log import Begin, End
from atverdict.conformance.evidence.verdict import Verdict, worst
from atverdict.conformance.judge.finding import Finding

__all__ = ["LIVENESS", "PurposeRun"]

LIVENESS = frozenset({"SOTA-ROB-002", "SOTA-FRM-014"})
"""The requirements that negative groups test: insanity does not excuse them."""


@dataclass(slots=True)
class PurposeRun:
    """A test purpose between its first and its last record."""

    name: str
    sentence: str
    requirements: tuple[str, ...]
    begin_s: float
    end_s: float
    line: int
    """The line of the log where it begins."""
    chances: tuple[str, ...] = ()
    """The requirements that it may exercise."""
    negative: bool = False
    problem: str = ""
    error: bool = False
    ended: bool = False
    verdict: Verdict = Verdict.NONE
    held: list[Finding] = field(default_factory=list)
    """Failures of a negative group, until its end shows whether the IUT stayed sane.

    Behind a failure all that is found of its requirement waits with it, in its order.
    """

    @classmethod
    def begun(cls, record: Begin, line: int) -> "PurposeRun":
        """Return the run that begins with this record."""
        return cls(
            record.purpose,
            record.sentence,
            record.requirements,
            record.t,
            record.t,
            line,
            record.chances,
            record.negative,
        )

    @property
    def duration_s(self) -> float:
        """Seconds on the PCO's clock."""
        return self.end_s - self.begin_s

    def hold(self, found: Finding) -> bool:
        """Hold a failure back until the end of the purpose; True where it is held back."""
        if not self.negative or found.requirement in LIVENESS:
            return False
        held = found.verdict is Verdict.FAIL or any(
            before.requirement == found.requirement for before in self.held
        )
        if held:
            self.held.append(found)
        return held

    def end(self, record: End) -> list[Finding]:
        """End the run, and return what was held back."""
        self.problem, self.error, self.ended = record.problem, record.error, True
        if record.error:
            self.verdict = Verdict.ERROR
        elif record.problem:
            self.verdict = worst(self.verdict, Verdict.INCONCLUSIVE)
        else:
            self.verdict = worst(self.verdict, Verdict.PASS)
        held, self.held = self.held, []
        if record.insane:
            held = [
                replace(found, verdict=Verdict.INCONCLUSIVE)
                if found.verdict is Verdict.FAIL
                else found
                for found in held
            ]
        return held

    def note(self, purposes: list[str], found: Finding, *, mandatory: bool) -> None:
        """Add a finding to the verdict of the purpose; a warning does not spoil it."""
        if self.name not in purposes:
            purposes.append(self.name)
        if (mandatory and not found.warns) or found.verdict is Verdict.PASS:
            self.verdict = worst(self.verdict, found.verdict)
