"""Causes: which broken requirement explains which, by rules on the order of what came.

One deviation of an IUT often breaks several requirements: octets that are wrong have a wrong
digest, an offer that cannot be read makes the download after it look unasked. A rule says which
requirement, once broken, explains which others, and how far. A requirement follows from others
where they explain each of its failures; one failure of its own keeps it at the top.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

__all__ = ["KEPT_MOMENTS", "Broken", "Explanation", "Moment", "Reach", "settle"]

KEPT_MOMENTS = 2000
"""The number of failures of a requirement whose causes are looked for."""


class Moment(NamedTuple):
    """When something was found, counted in what a log has several of."""

    item: int
    """The item of the trace."""
    exchange: int
    """The command lines so far."""
    upgrade: int
    """The upgrades so far."""
    start: int
    """The restarts so far."""
    consent: int
    """The accepted offers so far."""


class Reach(Enum):
    """How far behind a cause its effects may be."""

    HERE = "in the same octets"
    ANSWER = "until the next command line"
    NEXT = "until the command line after the next one"
    UPGRADE = "until the next offer"
    OFFER = "between two offers, where the cause may be recognised late"
    START = "until the next restart"
    LATER = "in the rest of the run"
    RUN = "anywhere in the run, where the cause may be recognised late"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule: a broken requirement explains others."""

    cause: str
    effects: tuple[str, ...]
    """Requirements, or beginnings of their IDs."""
    reach: Reach
    opens: bool = False
    """True where the effects may be no failures at all: the cause has hidden what really was."""

    def covers(self, identifier: str) -> bool:
        """Tell whether a requirement is among the effects."""
        return identifier != self.cause and identifier.startswith(self.effects)


@dataclass(slots=True)
class Broken:
    """A requirement with a failure, or with something that could not be judged, and its cause."""

    mandatory: bool
    moments: Sequence[Moment]
    certain: bool = True
    """False where it could only not be judged: that explains nothing."""
    follows: str = ""
    """The requirement that explains all of its failures; empty where none does."""
    opened: bool = False
    """True where the failures are open because of their cause."""
    unexplained: Moment | None = None
    """The first failure that nothing explains."""
    seen: dict[Reach, Mapping[int, int]] = field(default_factory=dict)
    """For each reach the first item of a failure, by what bounds the reach."""


def settle(broken: Mapping[str, Broken], rules: Iterable[Explanation]) -> None:
    """Find the cause of each broken requirement.

    Where two explain each other, the rule that stands first decides.
    """
    ranked = [
        (rule, identifier)
        for rule in rules
        if rule.cause in broken and broken[rule.cause].certain
        for identifier in broken
        if rule.covers(identifier)
    ]
    by_effect: dict[str, list[Explanation]] = {}
    for rule, identifier in ranked:
        by_effect.setdefault(identifier, []).append(rule)
    for each in broken.values():
        each.unexplained = each.moments[0]
    for identifier, mine in by_effect.items():
        _explain(identifier, mine, broken)


def _explain(identifier: str, rules: Sequence[Explanation], broken: Mapping[str, Broken]) -> None:
    """Look for rules that explain all failures of a requirement."""
    effect = broken[identifier]
    usable = [rule for rule in rules if identifier not in _chain(rule.cause, broken)]
    first: Explanation | None = None
    opened = False
    for moment in effect.moments:
        rule = next((r for r in usable if _explains(r, broken[r.cause], moment)), None)
        if rule is None:
            effect.unexplained = moment
            return
        first = first or rule
        opened = opened or rule.opens
    if first is None:
        return
    cause = broken[first.cause]
    effect.unexplained = None
    effect.follows = first.cause
    effect.opened = opened or cause.opened or (effect.mandatory and not cause.mandatory)


def _chain(identifier: str, broken: Mapping[str, Broken]) -> Iterator[str]:
    """Yield a requirement, what explains it, and so on."""
    while identifier:
        yield identifier
        identifier = broken[identifier].follows


def _explains(rule: Explanation, cause: Broken, moment: Moment) -> bool:
    """Tell whether a failure is within the reach of a failure of the cause."""
    if rule.reach not in cause.seen:
        first: dict[int, int] = {}
        for each in cause.moments:
            first.setdefault(_bound(rule.reach, each), each.item)
        cause.seen[rule.reach] = first
    seen = cause.seen[rule.reach]
    bounds = [_bound(rule.reach, moment)]
    if rule.reach is Reach.NEXT:
        bounds.append(moment.exchange - 1)
    if rule.reach in _EITHER_WAY:
        return any(bound in seen for bound in bounds)
    return any(seen.get(bound, moment.item + 1) <= moment.item for bound in bounds)


_EITHER_WAY = (Reach.HERE, Reach.ANSWER, Reach.NEXT, Reach.OFFER, Reach.RUN)
"""The reaches in which an effect may be seen before its cause."""


def _bound(reach: Reach, moment: Moment) -> int:
    """Return the number that cause and effect share within a reach."""
    match reach:
        case Reach.HERE:
            return moment.item
        case Reach.ANSWER | Reach.NEXT:
            return moment.exchange
        case Reach.UPGRADE | Reach.OFFER:
            return moment.upgrade
        case Reach.START:
            return moment.start
        case Reach.LATER | Reach.RUN:
            return 0
