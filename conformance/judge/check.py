"""What a check is: a requirement's sentence turned into findings over the items of a trace."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from atverdict.conformance.evidence.log import Header
from atverdict.conformance.evidence.trace import Exchange, Item, Place, Stray, Urc
from atverdict.conformance.evidence.transport import Share
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.state.flow import Flow
from atverdict.spec.model import Profile, Specification

__all__ = [
    "CHECKS",
    "Check",
    "Course",
    "Finding",
    "Situation",
    "after",
    "check",
    "fails",
    "finding",
    "holds",
    "open_",
    "passes",
]


@dataclass(frozen=True, slots=True)
class Course:
    """Where the flow stood when something was found, and what had been sent."""

    phase: str
    """Of the upgrade, in the words of `Phase`."""
    link: str
    """To the platform, in the words of `Link`."""
    purpose: str
    """The test purpose that was running; empty between two of them."""
    commands: tuple[Place, ...]
    """The last command lines of that purpose, the oldest first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one observation says about one requirement."""

    requirement: str
    verdict: Verdict
    expected: str
    """What the document asks for, for this observation."""
    observed: str
    """What came."""
    places: tuple[Place, ...] = ()
    purpose: str = ""
    course: "Course | None" = None
    """How it came to that; the judge adds it to everything that is no pass."""
    compared: tuple[bytes, bytes] | None = None
    """The octets that were due and those that came, where the two can be compared."""

    @property
    def reason(self) -> str:
        """The finding as a sentence."""
        return f"expected {self.expected}; got {self.observed}"


@dataclass(slots=True)
class Situation:
    """All that a check may look at besides the item itself."""

    flow: Flow
    specification: Specification
    profile: Profile
    header: Header
    share: Share = Share()  # noqa: RUF009  it is a tuple, and nobody's to change
    """What the transport may add to a duration."""

    def observe(self, item: Item) -> None:
        """Move on by one item of the trace, in what a role knows besides the flow."""

    def take(self, findings: list[Finding]) -> None:
        """Learn what was found; most situations do not care."""


Function = Callable[[Any, Situation], Iterable[Finding]]
F = TypeVar("F", bound=Function)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: which requirements it judges, and on which items."""

    requirements: tuple[str, ...]
    items: tuple[type, ...]
    function: Function
    late: bool
    """True: it wants to see the flow after the item has moved it."""

    @property
    def name(self) -> str:
        """Name of the check: module and function."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"


CHECKS: list[Check] = []
"""All checks, in the order in which they run."""


def check(*requirements: str, on: type | tuple[type, ...]) -> Callable[[F], F]:
    """Register a check that sees the flow as it was before the item."""
    return _register(requirements, on, late=False)


def after(*requirements: str, on: type | tuple[type, ...]) -> Callable[[F], F]:
    """Register a check that sees the flow as it is after the item."""
    return _register(requirements, on, late=True)


def _register(
    requirements: tuple[str, ...], on: type | tuple[type, ...], *, late: bool
) -> Callable[[F], F]:
    items = on if isinstance(on, tuple) else (on,)

    def decorate(function: F) -> F:
        CHECKS.append(Check(requirements, items, function, late))
        return function

    return decorate


def finding(
    requirement: str,
    verdict: Verdict,
    item: Item | Place | Iterable[Place],
    expected: str,
    observed: str,
) -> Finding:
    """Make a finding; `item` says where it can be seen."""
    return Finding(requirement, verdict, expected, observed, tuple(_places(item)))


def holds(
    requirement: str,
    condition: bool,  # noqa: FBT001 - the condition is what the call is about
    item: Item | Place | Iterable[Place],
    expected: str,
    observed: str,
) -> Finding:
    """Pass where the condition holds, fail where it does not."""
    return finding(
        requirement, Verdict.PASS if condition else Verdict.FAIL, item, expected, observed
    )


def passes(
    requirement: str, item: Item | Place | Iterable[Place], expected: str, observed: str
) -> Finding:
    """Make a passing finding."""
    return finding(requirement, Verdict.PASS, item, expected, observed)


def fails(
    requirement: str, item: Item | Place | Iterable[Place], expected: str, observed: str
) -> Finding:
    """Make a failing finding."""
    return finding(requirement, Verdict.FAIL, item, expected, observed)


def open_(
    requirement: str, item: Item | Place | Iterable[Place], expected: str, observed: str
) -> Finding:
    """Make a finding that settles nothing: no document decides what was seen."""
    return finding(requirement, Verdict.INCONCLUSIVE, item, expected, observed)


def _places(item: Item | Place | Iterable[Place]) -> Iterator[Place]:
    match item:
        case Place():
            yield item
        case Exchange():
            yield from item.places
        case Urc() | Stray():
            yield item.place
        case Iterable():
            yield from item
        case _:
            return
