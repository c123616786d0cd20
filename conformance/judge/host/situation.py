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
    """The flow, and what is known of the host."""

    host: HostState = field(init=False)

    def __post_init__(self) -> None:
        """Begin with what the PIXIT declares."""
        self.host = HostState.declared(self.header)

    def observe(self, item: Item) -> None:
        """Move on by one item of the trace."""
        if isinstance(item, End):
            conclude(self.host, item)
        self.host.observe(item)

    def take(self, findings: list[Finding]) -> None:
        """Learn what was found: an upgrade that a host spoils itself speaks for nothing else."""
        failed = {each.requirement for each in findings if each.verdict is Verdict.FAIL}
        self.host.spoiled = self.host.spoiled or bool(failed & SPOILING)

    def no_occasion(self, requirement: str) -> str:
        """Say what the host never did, without which a requirement asks nothing of it."""
        return self.host.no_occasion(requirement)
