"""The capability of a host: the upgrades that it has completed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from atverdict.conformance.evidence.trace import Place

__all__ = ["Capability", "Suspicion", "UpgradeTask"]


class UpgradeTask(NamedTuple):
    """One upgrade; a field is None where the upgrade did not show it."""

    component: str | None = None
    target: str | None = None
    length_octets: int | None = None
    asked: bool | None = None
    """True where the host has asked for it, or never asks."""

    def is_like(self, other: "UpgradeTask") -> bool:
        """Tell whether a host that can do one can do the other, as far as both are known."""
        return all(a == b or None in (a, b) for a, b in zip(self, other, strict=True))


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A scenario that a host did not complete, and the requirement that it may have broken."""

    requirement: str
    tasks: tuple[UpgradeTask, ...]
    """A host that can do one of these could have completed the scenario."""
    purpose: str
    places: tuple[Place, ...]
    expected: str
    observed: str


@dataclass(slots=True)
class Capability:
    """The upgrades that were completed on a usual wire, and the suspicions of the others."""

    failed: bool = False
    """True where one was not completed, though nothing prevented it."""
    _done: set[UpgradeTask] = field(default_factory=set)
    _suspicions: list[Suspicion] = field(default_factory=list)

    @property
    def shown(self) -> bool:
        """True where any was completed."""
        return bool(self._done)

    def covers(self, tasks: Iterable[UpgradeTask]) -> bool:
        """Tell whether one like any of these was completed."""
        return any(task.is_like(done) for task in tasks for done in self._done)

    def confirmed(self, tasks: Iterable[UpgradeTask]) -> list[Suspicion]:
        """Return the suspicions that become certain when these are completed."""
        done = tuple(tasks)
        return [e for e in self._suspicions if any(a.is_like(b) for a in e.tasks for b in done)]

    def complete(self, tasks: Iterable[UpgradeTask]) -> None:
        """Add completed upgrades; suspicions that are certain now are dropped."""
        done = tuple(tasks)
        certain = self.confirmed(done)
        self._suspicions = [each for each in self._suspicions if each not in certain]
        self._done.update(done)

    def suspect(self, suspicions: Iterable[Suspicion]) -> None:
        """Keep suspicions that may become certain."""
        self._suspicions += suspicions
