"""The pure oracle: the conformance log in, verdicts out, and nothing else asked or known."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from atverdict.conformance.evidence.host_trace import HostTrace
from atverdict.conformance.evidence.log import (
    NO_TRANSPORT,
    Begin,
    End,
    Footer,
    Header,
    NotTested,
    Record,
    Resumed,
    RoundTrip,
)
from atverdict.conformance.evidence.trace import Asked, Item, Place, Trace
from atverdict.conformance.evidence.transport import share_of
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.check import Check, Course, Finding, Situation
from atverdict.conformance.judge.due_and_came import compared
from atverdict.conformance.judge.expectation import Expectations
from atverdict.conformance.judge.host import catalogue as host_catalogue
from atverdict.conformance.judge.host.check import HostSituation
from atverdict.conformance.judge.host.host_state import HostSide
from atverdict.conformance.judge.host.interconnection import HostInterconnection
from atverdict.conformance.judge.line_noise import Settling
from atverdict.conformance.judge.module import catalogue
from atverdict.conformance.judge.module.capabilities import Capabilities, Claim
from atverdict.conformance.judge.module.interconnection import Interconnection, noise_sentence
from atverdict.conformance.judge.purpose_run import PurposeRun
from atverdict.conformance.judge.state.flow import Flow, Link, Phase
from atverdict.conformance.judge.state.observed_upgrade import Upgrade
from atverdict.spec.loader import load_specification
from atverdict.spec.model import Need, Profile, Requirement, Specification, Strength

__all__ = ["HOST", "Judge", "Judgement", "Listener", "PurposeRun", "RequirementVerdict", "judge"]

Listener = Callable[[Item, list[Finding]], None]
"""Is shown each item of the log with what was found in it, and changes neither."""

KEPT_COMMANDS = 6
"""How many command lines are remembered that led to a finding."""
KEPT_FINDINGS = 20
"""How many findings of each kind are kept for a requirement; all of them are counted."""

HOST = "host"
"""The role in which the suite is the module."""
NOT_PROVED = "the peer did not pass the basic interconnection test: "
NOTHING = "nothing was judged"
NO_SITUATION = "no situation arose in this run in which it could be judged"


@dataclass(slots=True)
class RequirementVerdict:
    """What the log says about one requirement."""

    requirement: Requirement
    mandatory: bool
    outcome: Outcome = Outcome.NOT_TESTED
    reason: str = NO_SITUATION
    findings: list[Finding] = field(default_factory=list)
    """The first of each kind, the worst first."""
    counts: dict[Verdict, int] = field(default_factory=dict)
    purposes: list[str] = field(default_factory=list)

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
    """Whether one upgrade was seen from offer to outcome."""
    proved: bool
    """Whether the peer passed the basic interconnection test."""
    plans_used: int
    duration_s: float
    suite_error: str = ""
    noise: bool = False
    """Whether nothing but octets that are no text came before the first proof of an IUT."""
    round_trip: RoundTrip | None = None
    """How long `AT` took, where that was measured."""
    pics: tuple[Claim, ...] = ()
    """What the IUT says that it can do, beside what is declared."""

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
        """Why the run proves nothing; empty where every applicable mandatory requirement passed."""
        passed = any(v.outcome is Outcome.PASS for v in self.requirements.values())
        nothing = "" if passed else NOTHING
        return self.no_evidence_because or self._open or nothing or self._no_upgrade

    @property
    def proves_nothing_because(self) -> str:
        """Why the run as a whole is no evidence; single requirements that are open do not count."""
        judged = any(v.judged for v in self.requirements.values())
        return self.no_evidence_because or ("" if judged else NOTHING) or self._no_upgrade

    @property
    def no_evidence_because(self) -> str:
        """Why the log says nothing about an IUT: the run was cut off, or nobody was there."""
        if self.suite_error:
            return f"the suite itself failed: {self.suite_error}"
        if not self.complete:
            return self.incomplete_reason
        if self.proved:
            return ""
        noise = f"; {noise_sentence(self.header)}" if self.noise else ""
        return f"the peer did not pass the basic interconnection test{noise}"

    @property
    def _open(self) -> str:
        """Which mandatory requirements are left open."""
        open_ = [
            v
            for v in self.requirements.values()
            if v.mandatory and v.outcome is Outcome.INCONCLUSIVE
        ]
        if not open_:
            return ""
        names = ", ".join(v.requirement.id for v in open_[:3])
        more = " ..." if len(open_) > 3 else ""
        return f"{len(open_)} mandatory requirements could not be judged ({names}{more})"

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

    def count(self, outcome: Outcome) -> int:
        """Count the requirements with an outcome."""
        return sum(1 for v in self.requirements.values() if v.outcome is outcome)


class Judge:
    """The fold of a log: takes records one by one, and can give its judgement at any time."""

    def __init__(
        self,
        disabled: frozenset[str] = frozenset(),
        specification: Specification | None = None,
    ) -> None:
        """Start with nothing seen; `disabled` names checks to leave out, to prove their worth.

        Without a `specification` the suite's own is what is judged by.
        """
        self._specification = specification or load_specification()
        self._trace = Trace()
        self._catalogue = catalogue.CHECKS
        self._flow = Flow()
        self._expectations = Expectations()
        self._interconnection = Interconnection()
        self._settling = Settling()
        self._capabilities = Capabilities()
        self._checks: dict[type, tuple[list[Check], list[Check]]] = {}
        self._disabled = disabled
        self._situation: Situation | None = None
        self._header: Header | None = None
        self._verdicts: dict[str, RequirementVerdict] = {}
        self._not_tested: dict[str, NotTested] = {}
        self._purposes: list[PurposeRun] = []
        self._footer: Footer | None = None
        self._round_trip: RoundTrip | None = None
        self._line = 0
        self._commands: deque[Place] = deque(maxlen=KEPT_COMMANDS)
        self._listeners: list[Listener] = []

    def attach(self, listener: Listener) -> None:
        """Show every further item and its findings to `listener`."""
        self._listeners.append(listener)

    def observe(self, record: Record) -> list[Finding]:
        """Take the next record and return the findings that it gives."""
        self._line += 1
        findings: list[Finding] = []
        match record:
            case Header():
                self._begin(record)
            case NotTested():
                self._not_tested.setdefault(record.requirement, record)
            case Footer() | Resumed():
                self._footer = record if isinstance(record, Footer) else None
            case RoundTrip():
                self._measured(record)
            case Begin():
                self._begin_purpose(record)
                self._commands.clear()
            case _:
                pass
        for item in self._trace.feed(record):
            findings += self._shown(item)
        if self._running:
            self._purposes[-1].end_s = self._trace.now_s
        if isinstance(record, End) and self._purposes:
            for held in self._purposes[-1].end(record):
                self._count(held)
        return findings

    def _begin(self, header: Header) -> None:
        specification = self._specification
        profile = specification.profile(header.profile)
        self._header = header
        if header.role == HOST:
            self._trace, self._interconnection = HostTrace(), HostInterconnection()
            self._catalogue = host_catalogue.CHECKS
            side = HostSide.declared(header)
            self._situation = HostSituation(self._flow, specification, profile, header, side=side)
        else:
            self._situation = Situation(self._flow, specification, profile, header)
        for requirement in specification.requirements.values():
            if requirement.role.value == header.role:
                self._verdicts[requirement.id] = RequirementVerdict(
                    requirement, specification.mandatory(requirement, profile)
                )

    def _measured(self, record: RoundTrip) -> None:
        """Take from now on into account what the transport may add."""
        if self._situation is not None:
            self._round_trip = record
            self._situation.share = share_of(self._situation.header, record)

    def _begin_purpose(self, record: Begin) -> None:
        """Begin a purpose; one that is run again counts as it ends the last time."""
        again = record.purpose
        self._purposes = [purpose for purpose in self._purposes if purpose.name != again]
        self._purposes.append(PurposeRun.begun(record, self._line))

    def _shown(self, item: Item) -> list[Finding]:
        findings = self._item(item)
        for listener in self._listeners:
            listener(item, findings)
        return findings

    def _item(self, item: Item) -> list[Finding]:
        if self._situation is None:
            return []
        if isinstance(item, Asked):
            self._commands.append(item.exchange.sent)
        phase, link = self._flow.phase, self._flow.link
        early, late = self._checks_for(type(item))
        findings = [f for check in early for f in check.function(item, self._situation)]
        findings += self._expectations.observe(item, self._line)
        self._interconnection.observe(item)
        self._capabilities.observe(item)
        self._flow.observe(item)
        self._situation.observe(item)
        findings += [f for check in late for f in check.function(item, self._situation)]
        if self._settling.spoils(item):
            findings = [found for found in findings if found.verdict is Verdict.PASS]
        findings = [
            found if found.verdict is Verdict.PASS else self._explained(found, item, phase, link)
            for found in findings
        ]
        self._situation.take(findings)
        for found in findings:
            self._record(found)
        return findings

    def _explained(self, found: Finding, item: Item, phase: Phase, link: Link) -> Finding:
        """Add how it came to a finding: where the flow stood, and what had been sent."""
        purpose = self._purposes[-1].name if self._running else ""
        course = Course(phase.value, link.value, purpose, tuple(self._commands))
        return replace(found, course=course, compared=compared(found, item, self._flow))

    @property
    def _running(self) -> bool:
        return bool(self._purposes) and not self._purposes[-1].ended

    def _checks_for(self, item_type: type) -> tuple[list[Check], list[Check]]:
        if item_type not in self._checks:
            mine = [
                c for c in self._catalogue if item_type in c.items and c.name not in self._disabled
            ]
            self._checks[item_type] = ([c for c in mine if not c.late], [c for c in mine if c.late])
        return self._checks[item_type]

    def _record(self, found: Finding) -> None:
        if not self._running or not self._purposes[-1].hold(found):
            self._count(found)

    def _count(self, found: Finding) -> None:
        """Add a finding to what is known of its requirement."""
        verdict = self._verdicts.get(found.requirement)
        if verdict is None:
            return
        count = verdict.counts.get(found.verdict, 0)
        verdict.counts[found.verdict] = count + 1
        if count < KEPT_FINDINGS:
            verdict.findings.append(found)
        if self._purposes and found.places and found.places[-1].line >= self._purposes[-1].line:
            self._purposes[-1].note(verdict.purposes, found, mandatory=verdict.mandatory)

    @property
    def proved(self) -> bool:
        """Whether the peer has passed the basic interconnection test by now."""
        return self._interconnection.proved

    @property
    def promising(self) -> bool:
        """Whether a peer that has not passed it may still do so, with another framing."""
        return self._interconnection.promising

    @property
    def upgrades(self) -> tuple[Upgrade, ...]:
        """All upgrades that were seen by now, in order."""
        return tuple(self._flow.upgrades)

    def judgement(self) -> Judgement:
        """Return the verdicts on what has been seen up to now."""
        if self._header is None or self._situation is None:
            raise ValueError("a log without a header has no judgement")
        profile = self._situation.profile
        for verdict in self._verdicts.values():
            self._settle(verdict, profile)
        footer = self._footer
        upgrades = self._flow.upgrades
        return Judgement(
            header=self._header,
            requirements=self._verdicts,
            purposes=self._purposes,
            complete=footer is not None and footer.complete,
            incomplete_reason=(footer.reason if footer else "")
            or "the log has no end: the run was cut off",
            upgrade_seen=any(
                u.accepted and u.offers and any(r.outcomes for r in u.runs) for u in upgrades
            ),
            proved=self.proved,
            noise=self._interconnection.noise,
            round_trip=self._round_trip,
            plans_used=sum(1 for u in upgrades if u.accepted),
            duration_s=self._trace.now_s,
            pics=()
            if self._header.role == HOST
            else self._capabilities.claims(self._header.pics, self._flow),
            suite_error=next((p.problem for p in self._purposes if p.error), ""),
        )

    def _settle(self, verdict: RequirementVerdict, profile: Profile) -> None:
        """Turn the findings of one requirement into its outcome and the reason."""
        requirement = verdict.requirement
        verdict.findings.sort(key=lambda f: -f.verdict)
        told = self._not_tested.get(requirement.id)
        if requirement.id in profile.not_applicable:
            verdict.outcome, verdict.reason = (
                Outcome.NOT_APPLICABLE,
                profile.not_applicable[requirement.id],
            )
        elif told is not None and not told.applicable:
            verdict.outcome, verdict.reason = Outcome.NOT_APPLICABLE, told.reason
        elif told is not None and self._deselected(told):
            verdict.outcome, verdict.reason = Outcome.NOT_TESTED, told.reason
        elif not self.proved:
            verdict.outcome = Outcome.INCONCLUSIVE
            verdict.reason = self._not_proved
        elif not verdict.counts:
            self._unexercised(verdict, told)
        else:
            first = verdict.findings[0]
            verdict.outcome = _outcome(first.verdict, verdict)
            verdict.reason = _reason(first, verdict)

    def _deselected(self, told: NotTested) -> bool:
        """What the user did not select is not reported, even if the log happens to show it."""
        return bool(self._header and self._header.selection) and told.reason == NOT_SELECTED

    @property
    def _not_proved(self) -> str:
        """Why nothing is judged: there was nobody, or one who may be anybody."""
        if self._header and self._header.transport == NO_TRANSPORT and self._footer:
            return f"no IUT was reached: {self._footer.reason}"
        return NOT_PROVED + self._interconnection.missing

    @property
    def _in_pieces(self) -> bool:
        """Tell whether any package was downloaded in more than one piece."""
        upgrades = self._flow.upgrades
        return any(
            run.pieces[0].piece_length_octets != run.length_octets
            for u in upgrades
            for run in u.runs
            if run.pieces
        )

    def _unexercised(self, verdict: RequirementVerdict, told: NotTested | None) -> None:
        """Without one finding nothing is green; tell why there is none."""
        requirement = verdict.requirement
        verdict.outcome = Outcome.NOT_TESTED
        if requirement.unobservable:
            verdict.reason = f"cannot be seen on the wire: {requirement.unobservable}"
        elif told is not None:
            verdict.reason = told.reason
        elif Need.MULTI_PIECE in requirement.needs and not self._in_pieces:
            verdict.reason = "the module downloaded every package in one piece"
        elif isinstance(self._situation, HostSituation) and (
            never := self._situation.side.no_occasion(requirement.id)
        ):
            verdict.reason = never
        else:
            tried = [p for p in self._purposes if requirement.id in p.requirements]
            problems = [p for p in tried if p.problem]
            if problems:
                verdict.outcome = Outcome.INCONCLUSIVE
                verdict.reason = f"{problems[0].name} did not get to it: {problems[0].problem}"
            elif tried and requirement.strength is not Strength.MAY:
                verdict.outcome = Outcome.INCONCLUSIVE
                verdict.reason = (
                    f"{tried[0].name} ran, but no situation arose in which it could be judged"
                )
            else:
                verdict.reason = NO_SITUATION


NOT_SELECTED = "not selected"


def _outcome(verdict: Verdict, about: RequirementVerdict) -> Outcome:
    if verdict is Verdict.FAIL and not about.mandatory:
        may = about.requirement.strength is Strength.MAY
        return Outcome.INCONCLUSIVE if may else Outcome.WARNING
    return {
        Verdict.PASS: Outcome.PASS,
        Verdict.INCONCLUSIVE: Outcome.INCONCLUSIVE,
        Verdict.FAIL: Outcome.FAIL,
    }[verdict]


def _reason(first: Finding, verdict: RequirementVerdict) -> str:
    """One sentence: what was expected, what came, where and how often."""
    count = verdict.counts[first.verdict]
    place = first.places[-1] if first.places else None
    where = f", at {place.instant_s:.3f} s (log line {place.line})" if place else ""
    if first.verdict is Verdict.PASS:
        times = "once" if count == 1 else f"{count} times"
        return f"seen {times}: {first.expected}; first{where.removeprefix(',')}"
    again = f"; {count} times in all" if count > 1 else ""
    return f"{first.reason}{where}{again}"


def judge(
    records: Iterable[Record],
    disabled: frozenset[str] = frozenset(),
    specification: Specification | None = None,
) -> Judgement:
    """Judge a whole log, complete or cut off.

    The same log and the same specification always give the same judgement.
    """
    fold = Judge(disabled, specification)
    for record in records:
        fold.observe(record)
    return fold.judgement()
