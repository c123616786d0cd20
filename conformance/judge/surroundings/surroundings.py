"""The surroundings: what the log shows of all that is not the IUT, and what it may explain."""

from dataclasses import replace

from atverdict.conformance.evidence.log import (
    Port,
    Received,
    Record,
    Reset,
    Resumed,
    Sent,
    Stall,
    from_text,
)
from atverdict.conformance.evidence.trace import Exchange, Item
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.foreign_line import ForeignLine
from atverdict.conformance.judge.judgement import RequirementVerdict
from atverdict.conformance.judge.purpose_run import PurposeRun
from atverdict.conformance.judge.surroundings.foreign_lines import ForeignLines
from atverdict.conformance.judge.surroundings.limits import Limits
from atverdict.conformance.judge.surroundings.line import Line
from atverdict.conformance.judge.surroundings.rate import Rate
from atverdict.conformance.judge.surroundings.stalls import Stalls
from atverdict.conformance.judge.surroundings.talkers import Talkers

__all__ = ["Surroundings"]


class Surroundings:
    """The suite's machine, the line, and other talkers; the one place where they excuse an IUT."""

    def __init__(self, *, iut_asks: bool) -> None:
        """Follow a log; where the IUT asks, only stalls are known."""
        self._iut_asks = iut_asks
        self._stalls = Stalls()
        self._limits = Limits(self._stalls)
        self._line = Line()
        self._talkers = Talkers()
        self._foreign = ForeignLines()
        self._rate = Rate()

    @property
    def measured_octet_s(self) -> float:
        """The time of an octet on the line as far as long answers have shown it, in seconds."""
        return self._rate.octet_s

    def record(self, record: Record, line: int) -> None:
        """Take the next record; `line` is its line of the log."""
        if isinstance(record, Stall):
            self._stalls.add(record)
        if self._iut_asks:
            return
        match record:
            case Sent():
                octets = from_text(record.octets)
                self._line.sent(octets, line)
                self._talkers.sent(octets)
            case Received():
                octets = from_text(record.octets)
                self._line.received(octets, line)
                self._talkers.received(octets, record.t)
            case Port(open=True):
                self._talkers.opened()
            case Reset() | Port() | Resumed():
                self._line.interrupted()
            case _:
                pass

    def observe(self, item: Item) -> None:
        """Take the next item, before it is judged."""
        if isinstance(item, Exchange):
            self._rate.observe(item)
        if not self._iut_asks:
            self._foreign.observe(item, certain=self._talkers.observe(item))

    def weigh(self, item: Item, findings: list[Finding], state: object, line: int) -> list[Finding]:
        """Return the findings on an item, as far as the surroundings do not explain them.

        `state` is the state of the flow in which it was provoked.
        """
        if self._iut_asks:
            return findings
        weighed = (
            self._limits.weigh(item, found, state)
            if isinstance(item, Exchange)
            else self._limits.of_events(found)
            for found in findings
        )
        findings = [found for found in weighed if found is not None]
        findings = [self._excused(found) for found in findings]
        self._line.observe(item, findings, line)
        return findings

    def _excused(self, found: Finding) -> Finding:
        why = self._talkers.explains(found) if found.verdict is Verdict.FAIL else ""
        return _left_open(found, why) if why else found

    def settled(
        self, verdicts: dict[str, RequirementVerdict], purposes: list[PurposeRun]
    ) -> tuple[dict[str, RequirementVerdict], list[PurposeRun]]:
        """Return verdicts and purposes without the fails that the whole log explains.

        Neither is changed: what comes later may explain something else.
        """
        if not (self._line.sentence or self._talkers.sentences):
            return verdicts, purposes
        settled = {name: self._settled(verdict) for name, verdict in verdicts.items()}
        failed = {p for v in settled.values() if v.counts.get(Verdict.FAIL) for p in v.purposes}
        return settled, [
            replace(purpose, verdict=Verdict.INCONCLUSIVE)
            if purpose.verdict is Verdict.FAIL and purpose.name not in failed
            else purpose
            for purpose in purposes
        ]

    def _settled(self, verdict: RequirementVerdict) -> RequirementVerdict:
        explained = [(found, self._explained(found)) for found in verdict.findings]
        opened = sum(1 for _, why in explained if why)
        if not opened:
            return verdict
        fails = sum(1 for found, _ in explained if found.verdict is Verdict.FAIL)
        if opened == fails:
            opened = verdict.counts[Verdict.FAIL]  # only the first ones are kept
        counts = dict(verdict.counts)
        counts[Verdict.INCONCLUSIVE] = counts.get(Verdict.INCONCLUSIVE, 0) + opened
        counts[Verdict.FAIL] -= opened
        if not counts[Verdict.FAIL]:
            del counts[Verdict.FAIL]
        findings = [_left_open(found, why) if why else found for found, why in explained]
        left = {f.circumstances.moment for f, why in explained if why and f.circumstances}
        still = Verdict.FAIL in counts
        moments = [moment for moment in verdict.moments if still and moment not in left]
        doubts = verdict.doubts if still else sorted({*verdict.moments, *verdict.doubts})
        return replace(verdict, counts=counts, findings=findings, moments=moments, doubts=doubts)

    def _explained(self, found: Finding) -> str:
        """Return what may explain a failing finding; empty for others, and where nothing does."""
        if found.verdict is not Verdict.FAIL:
            return ""
        return self._talkers.explains(found) or self._line.explains(found)

    def sentences(self, octet_s: float) -> tuple[str, ...]:
        """Return a sentence about each thing that was seen wrong around the IUT.

        `octet_s` is the time of an octet by the PIXIT, in seconds; 0 where it is not known.
        """
        said = (
            self._stalls.sentence,
            *self._talkers.sentences,
            self._line.sentence,
            self._rate.sentence(octet_s),
        )
        return tuple(sentence for sentence in said if sentence)

    @property
    def foreign_lines(self) -> tuple[ForeignLine, ...]:
        """The lines that belong to nothing that was asked, and to no event."""
        return tuple(self._foreign)


def _left_open(found: Finding, why: str) -> Finding:
    observed = f"{found.observed} ({why})"
    return replace(found, verdict=Verdict.INCONCLUSIVE, observed=observed)
