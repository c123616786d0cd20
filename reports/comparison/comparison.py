"""The comparison of two runs: verdicts, response times, behaviour."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atverdict.conformance.evidence.log import Header, read_log
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.reports.comparison.behaviour import Behaviour, behaviour
from atverdict.reports.comparison.difference import Difference, difference
from atverdict.reports.comparison.shift import Shift, shifts
from atverdict.reports.dossier import Dossier
from atverdict.reports.text import clean
from atverdict.reports.waiver import Waived

__all__ = ["GROUPS", "ChangedVerdict", "Comparison", "Run", "Side", "compare", "run_of"]

WORSE, BETTER = "worse", "better"
NEWLY, NO_LONGER = "newly judged", "no longer judged"
GROUPS = (WORSE, NO_LONGER, NEWLY, BETTER)
_RANK = {Outcome.PASS: 0, Outcome.WARNING: 1, Outcome.FAIL: 2}
_OPEN = (Outcome.INCONCLUSIVE, Outcome.NOT_TESTED)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its dossier and the behaviour of its IUT."""

    dossier: Dossier
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class Side:
    """The identification of one of the two runs, without what a terminal obeys."""

    iut: str
    firmware: str
    address: str
    opened_at: str
    verdict: str
    log_sha256: str


@dataclass(frozen=True, slots=True)
class ChangedVerdict:
    """A requirement whose verdict has changed."""

    requirement: str
    strength: str
    sentence: str
    mandatory: bool
    group: str
    """One of `GROUPS`."""
    old: Outcome
    old_reason: str
    new: Outcome
    new_reason: str
    regression: bool
    waived: bool
    """True where a waiver covers the fail."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between two runs."""

    old: Side
    new: Side
    unlike: tuple[str, ...]
    """Why verdicts may differ although the IUT does the same, one sentence each."""
    no_evidence: str
    """Why the new run says nothing about its IUT; empty where it does."""
    requirements: tuple[ChangedVerdict, ...]
    latencies: tuple[Shift, ...]
    difference: Difference

    @property
    def code(self) -> int:
        """0 no regression, 1 a regression, 2 where the new run says nothing about its IUT."""
        return 1 if self.regressions else 2 if self.no_evidence else 0

    @property
    def regressions(self) -> tuple[ChangedVerdict, ...]:
        """The requirements that make the exit code 1."""
        return tuple(each for each in self.requirements if each.regression)

    def those(self, group: str) -> tuple[ChangedVerdict, ...]:
        """Return the requirements of a group."""
        return tuple(each for each in self.requirements if each.group == group)


def run_of(dossier: Dossier, log: Path) -> Run:
    """Add to a dossier how the IUT behaved, from the same log."""
    return Run(dossier, behaviour(read_log(log)))


def compare(old: Run, new: Run, waived: Waived | None = None) -> Comparison:
    """Compare a run with an earlier one; `waived` are the fails of the new one that are waived."""
    one, other = old.dossier.judgement, new.dossier.judgement
    headers = one.header, other.header
    unlike = tuple(_unlike(*headers))
    missed = not (unlike or other.no_evidence_because)
    changed = tuple(_changed(one, other, waived or Waived(), missed=missed))
    names = [each.requirement for each in changed]
    notes = (*_surroundings(*headers), *_incomplete("old", one), *_incomplete("new", other))
    return Comparison(
        old=_side(old),
        new=_side(new),
        unlike=(*unlike, *notes),
        no_evidence=clean(other.no_evidence_because),
        requirements=changed,
        latencies=_shifts(old.dossier, new.dossier),
        difference=difference(
            old.behaviour, new.behaviour, _evidence(one, names), _evidence(other, names)
        ),
    )


def _shifts(old: Dossier, new: Dossier) -> tuple[Shift, ...]:
    """Compare response times, unless the octets need another time on the line."""
    one, other = old.judgement.header, new.judgement.header
    if one.baudrate != other.baudrate:
        return ()
    return shifts(old.latencies, new.latencies, one.uncertainty_s + other.uncertainty_s)


def _side(run: Run) -> Side:
    judgement = run.dossier.judgement
    header = judgement.header
    firmware = header.iut.get("firmware", "") or ", ".join(sorted(run.behaviour.firmware))
    return Side(
        iut=clean(header.iut.get("name", "")),
        firmware=clean(firmware),
        address=clean(header.address),
        opened_at=clean(header.opened_at),
        verdict=judgement.outcome.value,
        log_sha256=run.dossier.log_sha256,
    )


def _unlike(old: Header, new: Header) -> Iterator[str]:
    """Yield the intended differences between the runs: they may explain that less was judged."""
    entries = {
        "profile": (old.profile, new.profile),
        "role": (old.role, new.role),
        "effort": (old.effort, new.effort),
        "selection": (", ".join(old.selection) or "all", ", ".join(new.selection) or "all"),
        "PICS": (old.pics, new.pics),
        "control agent": (_yes(old.plan_control), _yes(new.plan_control)),
        "version of the suite": (old.suite_version, new.suite_version),
        "specification": (old.specification[:12], new.specification[:12]),
    }
    for name, (one, other) in entries.items():
        if one != other:
            told = "" if name == "PICS" else f": {clean(str(one))}, now {clean(str(other))}"
            judged = "; both are judged by the present one" if name == "specification" else ""
            yield f"another {name}{told}{judged}"


def _yes(present: bool) -> str:  # noqa: FBT001 - a value, no switch
    return "yes" if present else "no"


def _surroundings(old: Header, new: Header) -> Iterator[str]:
    """Yield the other differences around the runs: they take no requirement away."""
    for name in sorted((old.pixit.keys() | new.pixit.keys()) - {"iut"}):
        if old.pixit.get(name) != new.pixit.get(name):
            yield f"the PIXIT differs in [{clean(name)}]"
    if old.transport != new.transport:
        yield f"another transport: {clean(old.transport)}, now {clean(new.transport)}"
    if old.baudrate != new.baudrate:
        yield "another baud rate: response times are not compared"


def _incomplete(name: str, judgement: Judgement) -> Iterator[str]:
    if judgement.proves_nothing_because:
        yield f"the {name} run is no evidence: {clean(judgement.proves_nothing_because)}"


def _changed(
    old: Judgement, new: Judgement, waived: Waived, *, missed: bool
) -> Iterator[ChangedVerdict]:
    for identifier, after in new.requirements.items():
        before = old.requirements.get(identifier)
        if before is None:
            continue
        group = _group(before, after)
        if not group:
            continue
        covered = after.outcome is Outcome.FAIL and waived.covers(identifier)
        yield ChangedVerdict(
            requirement=identifier,
            strength=after.requirement.strength.value,
            sentence=after.requirement.text,
            mandatory=after.mandatory,
            group=group,
            old=before.outcome,
            old_reason=clean(before.reason),
            new=after.outcome,
            new_reason=clean(after.reason),
            regression=not covered and _regressed(before, after, missed=missed),
            waived=covered,
        )


def _group(old: RequirementVerdict, new: RequirementVerdict) -> str:
    """Return the group, or an empty text where nothing has changed."""
    if old.judged and new.judged:
        step = _RANK[new.outcome] - _RANK[old.outcome]
        return (WORSE if step > 0 else BETTER) if step else ""
    if new.judged:
        return NEWLY
    return NO_LONGER if old.judged else ""


def _regressed(old: RequirementVerdict, new: RequirementVerdict, *, missed: bool) -> bool:
    """Tell whether a change is a regression: a new fail, or a mandatory pass without proof now.

    Proof is not missed where the new run was made in another way, or where it says nothing about
    its IUT.
    """
    if new.outcome is Outcome.FAIL:
        return old.outcome is not Outcome.FAIL
    lost = old.outcome is Outcome.PASS and new.outcome in _OPEN
    return lost and new.mandatory and missed


def _evidence(judgement: Judgement, names: list[str]) -> frozenset[int]:
    """Return the lines of the log that show why these requirements did not pass."""
    return frozenset(
        place.line
        for name in names
        for found in judgement.requirements[name].findings
        if found.verdict is not Verdict.PASS
        for place in found.places
    )
