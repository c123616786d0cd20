"""The checks of the host role: the same kind as the module's, in a catalogue of their own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from atverdict.conformance.checks.check import Check, Finding, Situation
from atverdict.conformance.host.side import HostSide

__all__ = ["CHECKS", "HostSituation", "check"]

F = TypeVar("F", bound=Callable[[Any, Any], Iterable[Finding]])

CHECKS: list[Check] = []
"""All checks of the host role, in the order in which they run."""


@dataclass(slots=True)
class HostSituation(Situation):
    """All that a check of the host role may look at besides the item itself."""

    side: HostSide = field(kw_only=True)


def check(*requirements: str, on: type | tuple[type, ...]) -> Callable[[F], F]:
    """Register a check that sees the host's side as it was before the item."""
    items = on if isinstance(on, tuple) else (on,)

    def decorate(function: F) -> F:
        CHECKS.append(Check(requirements, items, function, late=False))
        return function

    return decorate
