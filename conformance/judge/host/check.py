"""The checks of the host role: the same kind as the module's, in a catalogue of their own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from atverdict.conformance.evidence.log import End
from atverdict.conformance.evidence.trace import Item
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.check import Check, Finding, Situation
from atverdict.conformance.judge.host.host_state import HostSide
from atverdict.conformance.judge.host.suspicions import conclude

SPOILING = frozenset(f"SOTA-HST-{number:03}" for number in (6, 7, 8, 9, 11, 12, 14))
"""What ends an upgrade where it is broken."""

__all__ = ["CHECKS", "HostSituation", "check"]

F = TypeVar("F", bound=Callable[[Any, Any], Iterable[Finding]])

CHECKS: list[Check] = []
"""All checks of the host role, in the order in which they run."""


@dataclass(slots=True)
class HostSituation(Situation):
    """All that a check of the host role may look at besides the item itself."""

    side: HostSide = field(kw_only=True)

    def observe(self, item: Item) -> None:
        """Move on by one item of the trace."""
        if isinstance(item, End):
            conclude(self.side, item)
        self.side.observe(item)

    def take(self, findings: list[Finding]) -> None:
        """Learn what was found: an upgrade that a host spoils itself speaks for nothing else."""
        failed = {each.requirement for each in findings if each.verdict is Verdict.FAIL}
        self.side.spoiled = self.side.spoiled or bool(failed & SPOILING)


def check(*requirements: str, on: type | tuple[type, ...]) -> Callable[[F], F]:
    """Register a check that sees the host's side as it was before the item."""
    items = on if isinstance(on, tuple) else (on,)

    def decorate(function: F) -> F:
        CHECKS.append(Check(requirements, items, function, late=False))
        return function

    return decorate
