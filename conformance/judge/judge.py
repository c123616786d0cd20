"""The judge: a pure function from the conformance log to verdicts."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from atverdict.conformance.evidence.log import (
    NO_TRANSPORT,
    Begin,
    End,
    Footer,
    Header,
    NotAgain,
    NotTested,
    Record,
    Resumed,
    RoundTrip,
    header_of,
)
from atverdict.conformance.evidence.trace import Asked, Exchange, Item, Place
from atverdict.conformance.evidence.transport import share_of
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.cause import KEPT_MOMENTS, Moment
from atverdict.conformance.judge.check import Check
from atverdict.conformance.judge.due_and_came import compared
from atverdict.conformance.judge.expectation import Expectations
from atverdict.conformance.judge.finding import Circumstances, Finding
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.conformance.judge.line_noise import LineNoise
from atverdict.conformance.judge.purpose_run import PurposeRun
from atverdict.conformance.judge.race import Races
from atverdict.conformance.judge.roles import Part, part_of
from atverdict.conformance.judge.ruling import Ruling
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Flow, Link, Phase
from atverdict.conformance.judge.state.observed_upgrade import Upgrade
from atverdict.conformance.judge.surroundings.surroundings import Surroundings
from atverdict.spec.loader import load_specification
from atverdict.spec.model import DEFAULT_ROLE, Specification

__all__ = ["Judge", "Listener", "judge"]

Listener = Callable[[Item, list[Finding]], None]
"""A function that is shown each item of the log and its findings; it changes neither."""

KEPT_COMMANDS = 6
"""The number of command lines that are kept as circumstances of a finding."""
KEPT_FINDINGS = 20
"""The number of findings of each verdict that are kept for a requirement; all are counted."""
CUT_OFF = "the log has no end: the run was cut off"
NO_HEADER = "a log without a header has no judgement"
NOT_PROVED = "the peer did not pass the basic interconnection test: "


class Judge:
    """The judge of one log: it takes records one by one, and gives its judgement at any time."""

    def __init__(
        self,
        part: Part,
        disabled: frozenset[str] = frozenset(),
        specification: Specification | None = None,
    ) -> None:
        """Judge an IUT of this part; checks in `disabled` are left out, to show what they find.

        Without a `specification` the one of the suite is used.
        """
        self._part = part
        self._specification = specification or load_specification()
        self._trace = part.trace()
        self._flow = Flow()
        self._expectations = Expectations(self._flow)
        self._interconnection = part.proof()
        self._noise = LineNoise()
        self._races = Races()
        self._surroundings = Surroundings(iut_asks=part.iut_asks)
        self._checks: dict[type, tuple[list[Check], list[Check]]] = {}
        self._disabled = disabled
        self._situation: Situation | None = None
        self._verdicts: dict[str, RequirementVerdict] = {}
        self._not_tested: dict[str, NotTested] = {}
        self._not_again: list[str] = []
        self._purposes: list[PurposeRun] = []
        self._footer: Footer | None = None
        self._round_trip: RoundTrip | None = None
        self._line = self._items = self._asked = self._released = 0
        self._commands: deque[Place] = deque(maxlen=KEPT_COMMANDS)
        self._listeners: list[Listener] = []

    def attach(self, listener: Listener) -> None:
        """Show every further item and its findings to `listener`."""
        self._listeners.append(listener)

    def observe(self, record: Record) -> list[Finding]:
        """Take the next record and return its findings."""
        self._line += 1
        findings: list[Finding] = []
        match record:
            case Header():
                self._begin(record)
            case NotTested() | NotAgain():
                self._left_out(record)
            case Footer() | Resumed():
                self._footer = record if isinstance(record, Footer) else None
            case RoundTrip():
                self._measured(record)
            case Begin():
                self._begin_purpose(record)
                self._commands.clear()
            case _:
                pass
        self._interconnection.hear(record)
        self._surroundings.record(record, self._line)
        for item in self._trace.feed(record):
            findings += self._findings_shown(item)
        if self._running:
            self._purposes[-1].end_s = self._trace.now_s
        if isinstance(record, End) and self._purposes:
            for held in self._purposes[-1].end(record):
                self._count(held)
        return findings

    def _left_out(self, record: NotTested | NotAgain) -> None:
        """Note what the run does not do, or does not do again."""
        if isinstance(record, NotAgain):
            self._not_again.append(record.reason)
        else:
            self._not_tested.setdefault(record.requirement, record)

    def _begin(self, header: Header) -> None:
        specification = self._specification
        profile = specification.profile(header.profile)
        self._situation = self._part.situation(self._flow, specification, profile, header)
        for requirement in specification.requirements.values():
            if requirement.role is self._part.role:
                self._verdicts[requirement.id] = RequirementVerdict(
                    requirement, specification.mandatory(requirement, profile)
                )

    def _measured(self, record: RoundTrip) -> None:
        """Set what the transport may add from now on."""
        if self._situation is not None:
            self._round_trip = record
            self._situation.share = share_of(self._situation.header, record)

    def _begin_purpose(self, record: Begin) -> None:
        """Begin a purpose; of one that is run again the last run counts."""
        again = record.purpose
        self._purposes = [purpose for purpose in self._purposes if purpose.name != again]
        self._purposes.append(PurposeRun.begun(record, self._line))

    def _findings_shown(self, item: Item) -> list[Finding]:
        findings = self._findings_of(item)
        for listener in self._listeners:
            listener(item, findings)
        return findings

    def _findings_of(self, item: Item) -> list[Finding]:
        if self._situation is None:
            return []
        self._items += 1
        self._surroundings.observe(item)
        self._situation.measured_octet_s = self._surroundings.measured_octet_s
        if isinstance(item, Asked):
            self._asked += 1
            self._commands.append(item.exchange.sent)
        phase, link = self._flow.phase, self._flow.link
        restarting = self._flow.restarting and isinstance(item, Exchange) and item.final is None
        early, late = self._checks_for(type(item))
        findings = [f for check in early for f in check(item, self._situation)]
        self._situation.line = self._line
        expected = list(self._expectations.observe(item, self._line))
        self._interconnection.observe(item)
        self._flow.observe(item)
        self._situation.observe(item)
        findings += self._situation.review(expected)
        findings += [f for check in late for f in check(item, self._situation)]
        if self._noise.spoils(item) or restarting:
            findings = [found for found in findings if found.verdict is Verdict.PASS]
        findings = self._surroundings.weigh(item, findings, self._flow.asked_phase, self._line)
        findings = [
            found
            if found.verdict is Verdict.PASS
            else self._with_circumstances(found, item, phase, link)
            for found in findings
        ]
        findings = self._races.pass_on(findings, item, self._trace.now_s)
        self._situation.take(findings)
        for found in findings:
            self._record(found)
        self._release()
        return findings

    def _with_circumstances(self, found: Finding, item: Item, phase: Phase, link: Link) -> Finding:
        """Add its circumstances to a finding."""
        purpose = self._purposes[-1].name if self._running else ""
        commands = tuple(self._commands)
        around = Circumstances(phase.value, link.value, purpose, commands, self._moment())
        return replace(found, circumstances=around, compared=compared(found, item, self._flow))

    def _moment(self) -> Moment:
        flow = self._flow
        return Moment(self._items, self._asked, len(flow.upgrades), flow.restarts, flow.consents)

    @property
    def _running(self) -> bool:
        return bool(self._purposes) and not self._purposes[-1].ended

    def _checks_for(self, item_type: type) -> tuple[list[Check], list[Check]]:
        if item_type not in self._checks:
            mine = [
                c
                for c in self._part.checks
                if item_type in c.items and c.name not in self._disabled
            ]
            self._checks[item_type] = ([c for c in mine if not c.late], [c for c in mine if c.late])
        return self._checks[item_type]

    def _record(self, found: Finding) -> None:
        if not self._running or not self._purposes[-1].hold(found):
            self._count(found)

    def _release(self) -> None:
        """Count the refusals whose sibling is accepted by now."""
        assert self._situation is not None
        siblings = self._situation.siblings
        if len(siblings) == self._released:
            return
        self._released = len(siblings)
        for verdict in self._verdicts.values():
            waiting, verdict.waiting = verdict.waiting, []
            for found in waiting:
                self._count(found)

    def _count(self, found: Finding) -> None:
        """Add a finding to its requirement and to its purpose."""
        verdict = self._verdicts.get(found.requirement)
        if verdict is None or self._situation is None:
            return
        if found.cut_short:
            verdict.cut_short.append(found)
            return
        passes, siblings = found.verdict is Verdict.PASS, self._situation.siblings
        if passes and verdict.needs_sibling(found) and found.sibling not in siblings:
            verdict.waiting.append(found)
            return
        if passes and found.part:
            verdict.parts[found.part] += 1
        count = verdict.counts.get(found.verdict, 0)
        verdict.counts[found.verdict] = count + 1
        if count < KEPT_FINDINGS:
            verdict.findings.append(found)
        if found.circumstances and count < KEPT_MOMENTS:
            moments = verdict.moments if found.verdict is Verdict.FAIL else verdict.doubts
            moments.append(found.circumstances.moment)
        elif found.verdict is Verdict.PASS:
            verdict.history.hold(found, self._moment, broken=bool(verdict.moments))
        if self._purposes and found.places and found.places[-1].line >= self._purposes[-1].line:
            self._purposes[-1].note(verdict.purposes, found, mandatory=verdict.mandatory)

    @property
    def proved(self) -> bool:
        """True once the peer has passed the basic interconnection test."""
        return self._interconnection.proved

    @property
    def promising(self) -> bool:
        """True while a peer that has not passed it may still do so, with another framing."""
        return self._interconnection.promising

    @property
    def upgrades(self) -> tuple[Upgrade, ...]:
        """All upgrades so far, in order."""
        return tuple(self._flow.upgrades)

    def judgement(self) -> Judgement:
        """Return the verdicts on the records so far."""
        situation = self._situation
        if situation is None:
            raise ValueError(NO_HEADER)
        for found in self._races.rest():
            self._record(found)
        not_proved = "" if self.proved else self._not_proved(situation.header)
        open_ = self._expectations.cut_short("the end of the log", self._trace.now_s)
        verdicts, purposes = self._surroundings.settled(self._verdicts, self._purposes)
        excuse = self._interconnection.excuse
        footer = self._footer
        complete = footer is not None and footer.complete
        incomplete_reason = (footer.reason if footer else "") or CUT_OFF
        ruling = Ruling(
            situation,
            purposes,
            self._not_tested,
            not_proved,
            tuple(open_),
            excuse,
            "" if complete else self._ended(incomplete_reason, situation.header),
        )
        ruling.decide(verdicts, self._part.explanations)
        upgrades = self._flow.upgrades
        return Judgement(
            header=situation.header,
            requirements=verdicts,
            purposes=purposes,
            complete=complete,
            incomplete_reason=incomplete_reason,
            upgrade_seen=any(
                u.accepted and u.offers and any(r.outcomes for r in u.runs) for u in upgrades
            ),
            proved=self.proved,
            not_proved=not_proved,
            contact=self._interconnection.notes,
            hindrance=self._interconnection.hindrance,
            round_trip=self._round_trip,
            plans_used=sum(1 for u in upgrades if u.accepted),
            duration_s=self._trace.now_s,
            pics=situation.claims(),
            environment=self._surroundings.sentences(situation.header.octet_s),
            foreign_lines=self._surroundings.foreign_lines,
            suite_error=next((p.problem for p in self._purposes if p.error), ""),
            not_again=tuple(self._not_again),
        )

    def _ended(self, reason: str, header: Header) -> str:
        """Return why a run ended before its programme, and how it goes on where it can."""
        resumable = self._part.role is DEFAULT_ROLE and not header.replay
        return f"{reason}; --resume goes on with it" if resumable else reason

    def _not_proved(self, header: Header) -> str:
        """Return why nothing is judged: there was no IUT, or the peer may be anything."""
        if header.transport == NO_TRANSPORT and self._footer:
            return f"no IUT was reached: {self._footer.reason}"
        return NOT_PROVED + self._interconnection.missing


def judge(
    records: Iterable[Record],
    disabled: frozenset[str] = frozenset(),
    specification: Specification | None = None,
) -> Judgement:
    """Judge a log, whole or cut off.

    The same log and the same specification always give the same judgement. Raises `LogError` where
    the first record is no header.
    """
    log = iter(records)
    header = header_of(log)
    fold = Judge(part_of(header.role), disabled, specification)
    fold.observe(header)
    for record in log:
        fold.observe(record)
    return fold.judgement()
