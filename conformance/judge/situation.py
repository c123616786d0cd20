"""The situation of a check: all that it may look at besides the item itself."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from atverdict.conformance.evidence.log import Header
from atverdict.conformance.evidence.trace import Item
from atverdict.conformance.evidence.transport import Share
from atverdict.conformance.judge.claim import Claim
from atverdict.conformance.judge.finding import Finding, Sibling
from atverdict.conformance.judge.state.flow import Flow
from atverdict.spec.model import Profile, Specification

__all__ = ["Situation"]


@dataclass(slots=True)
class Situation:
    """The facts that are known at one item; each role adds its own."""

    flow: Flow
    specification: Specification
    profile: Profile
    header: Header
    line: int = 0
    """The line of the log of the item."""
    share: Share = Share()  # noqa: RUF009  it is a tuple and cannot be changed
    """The time that the transport may add to a duration."""
    siblings: set[Sibling] = field(default_factory=set)
    """The well-formed lines that the IUT has accepted, each with its state."""
    measured_octet_s: float = 0.0
    """The time of an octet on the line as the log shows it, in seconds; 0 where it does not."""

    @property
    def octet_s(self) -> float:
        """The time of one octet on the line, in seconds: that of the PIXIT, or what is measured."""
        return max(self.header.octet_s, self.measured_octet_s)

    @property
    def commands(self) -> Collection[str]:
        """The names of the flow's commands."""
        return self.specification.commands

    def permitted(self, command: str) -> tuple[int | str, ...]:
        """Return the values of the first parameter of a command's write form."""
        return self.specification.parameter(command).values

    def timer_s(self, name: str) -> float:
        """Return a timer of the module in seconds, by its name in the profiles."""
        return self.specification.timer_s(self.profile, name)

    def observe(self, item: Item) -> None:
        """Take the next item of the trace, for the facts of a role."""

    def review(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings of expectations that count at once; a role may keep others."""
        return list(findings)

    def take(self, findings: list[Finding]) -> None:
        """Take the findings on an item, for the facts of a role."""

    def claims(self) -> tuple[Claim, ...]:
        """Return the claims of the PICS, beside what the run has shown."""
        return ()

    def no_occasion(self, requirement: str) -> str:  # noqa: ARG002 - for roles that know
        """Return why the IUT gave a requirement no occasion to be judged; empty where it did."""
        return ""
