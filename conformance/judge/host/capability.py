"""The capability of a host: the upgrades that it has completed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from atverdict.conformance.evidence.trace import Place

__all__ = ["Capability", "Feat", "Suspicion"]


class Feat(NamedTuple):
    """One upgrade; None where it did not come so far that it was known."""

    component: str | None = None
    target: str | None = None
    length_octets: int | None = None
    asked: bool | None = None
    """Whether the host, where it is one that asks, has asked for it."""

    def is_like(self, other: "Feat") -> bool:
        """Tell whether who can do the one can do the other, as far as both are known."""
        return all(a == b or None in (a, b) for a, b in zip(self, other, strict=True))


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A scenario that a host did not complete, and the requirement that this speaks against."""

    requirement: str
    feats: tuple[Feat, ...]
    """What shows that the host could have, once it has done one of them."""
    purpose: str
    places: tuple[Place, ...]
    expected: str
    observed: str


@dataclass(slots=True)
class Capability:
    """All upgrades that were completed while the wire was as usual, and all that were not."""

    failed: bool = False
    """Whether one was not completed, though nothing stood in its way."""
    _done: set[Feat] = field(default_factory=set)
    _suspicions: list[Suspicion] = field(default_factory=list)

    @property
    def shown(self) -> bool:
        """Whether any was completed."""
        return bool(self._done)

    def covers(self, feats: Iterable[Feat]) -> bool:
        """Tell whether one like these was completed."""
        return any(feat.is_like(done) for feat in feats for done in self._done)

    def confirmed(self, feats: Iterable[Feat]) -> list[Suspicion]:
        """Return the suspicions that the completion of these makes certain."""
        done = tuple(feats)
        return [e for e in self._suspicions if any(a.is_like(b) for a in e.feats for b in done)]

    def complete(self, feats: Iterable[Feat]) -> None:
        """Have completed these."""
        done = tuple(feats)
        certain = self.confirmed(done)
        self._suspicions = [each for each in self._suspicions if each not in certain]
        self._done.update(done)

    def suspect(self, suspicions: Iterable[Suspicion]) -> None:
        """Keep what may become certain."""
        self._suspicions += suspicions
