"""The steps of a replay."""

from dataclasses import dataclass

from atverdict.conformance.evidence.log import Expected
from atverdict.conformance.judge.state.flow import Phase

__all__ = ["Await", "Expect", "Perform", "Prepare", "Send", "Settle", "Step"]


@dataclass(frozen=True, slots=True)
class Send:
    """Octets to the IUT, its terminator included."""

    octets: bytes
    line: int
    """Where they stand in the file, from 1."""
    succeeded: bool | None = None
    """Whether they were answered with OK; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Prepare:
    """What had been brought about before the purposes that are taken."""

    online: bool
    versions: tuple[tuple[str, str], ...]
    """Component and version of everything that was announced."""
    phase: Phase
    """Where the upgrade stood."""


@dataclass(frozen=True, slots=True)
class Perform:
    """An action of the control agent."""

    action: str
    arguments: dict[str, object]


@dataclass(frozen=True, slots=True)
class Await:
    """An event that had come before the next command line was sent."""

    pair: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Expect:
    """What was due by a requirement."""

    expected: Expected


@dataclass(frozen=True, slots=True)
class Settle:
    """The run listened until what was expected had come, or its time was over."""


Step = Prepare | Send | Perform | Await | Expect | Settle
