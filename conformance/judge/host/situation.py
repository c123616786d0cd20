"""The situation of the checks on a host."""

from dataclasses import dataclass, field

from atverdict.conformance.evidence.log import End
from atverdict.conformance.evidence.trace import Item
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.host.host_state import HostState
from atverdict.conformance.judge.host.meaning import SPOILING
from atverdict.conformance.judge.host.suspicions import conclude
from atverdict.conformance.judge.situation import Situation

__all__ = ["HostSituation"]


@dataclass(slots=True)
class HostSituation(Situation):
    """The flow and the state of the host."""

    host: HostState = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the state that the PIXIT declares."""
        self.host = HostState.declared(self.header)

    def observe(self, item: Item) -> None:
        """Take the next item of the trace."""
        if isinstance(item, End):
            conclude(self.host, item)
        self.host.observe(item)

    def take(self, findings: list[Finding]) -> None:
        """Note an upgrade that the host has spoiled itself: it is no evidence for anything else."""
        failed = {each.requirement for each in findings if each.verdict is Verdict.FAIL}
        self.host.spoiled = self.host.spoiled or bool(failed & SPOILING)

    def no_occasion(self, requirement: str) -> str:
        """Return why the host gave a requirement no occasion to be judged; empty where it did."""
        return self.host.no_occasion(requirement)
