"""Checks: the sentence of a requirement, turned into findings over the items of a trace."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from atverdict.conformance.evidence.trace import Item
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.situation import Situation

__all__ = ["Check", "after", "check", "checks_of"]

Function = Callable[[Any, Any], Iterable[Finding]]
"""A function of an item and the situation of its role."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check: the requirements that it judges, and on which items."""

    requirements: tuple[str, ...]
    items: tuple[type, ...]
    function: Function
    late: bool
    """True where it sees the situation as it is after the item."""
    errata: tuple[str, ...] = ()
    """The errata whose choice it carries out."""

    @property
    def name(self) -> str:
        """The module and the function: ``framing.letter_case``."""
        return f"{self.function.__module__.rpartition('.')[2]}.{self.function.__name__}"

    def __call__(self, item: Item, situation: Situation) -> Iterable[Finding]:
        """Judge one item."""
        return self.function(item, situation)


def check(
    *requirements: str, on: type | tuple[type, ...], errata: tuple[str, ...] = ()
) -> Callable[[Function], Check]:
    """Make a check that sees the situation as it was before the item."""
    return _made(requirements, on, errata, late=False)


def after(
    *requirements: str, on: type | tuple[type, ...], errata: tuple[str, ...] = ()
) -> Callable[[Function], Check]:
    """Make a check that sees the situation as it is after the item."""
    return _made(requirements, on, errata, late=True)


def _made(
    requirements: tuple[str, ...],
    on: type | tuple[type, ...],
    errata: tuple[str, ...],
    *,
    late: bool,
) -> Callable[[Function], Check]:
    items = on if isinstance(on, tuple) else (on,)
    return lambda function: Check(requirements, items, function, late, errata)


def checks_of(*modules: ModuleType) -> tuple[Check, ...]:
    """Return the checks of these modules, in the order of their definition."""
    return tuple(each for m in modules for each in vars(m).values() if isinstance(each, Check))
