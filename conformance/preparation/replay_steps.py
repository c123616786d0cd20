"""The steps of a replay."""

from dataclasses import dataclass

from atverdict.conformance.evidence.log import Expected
from atverdict.conformance.judge.state.flow import Phase

__all__ = ["Await", "Expect", "Perform", "Prepare", "Send", "Settle", "Step"]


@dataclass(frozen=True, slots=True)
class Send:
    """Octets to the IUT, with the terminator."""

    octets: bytes
    line: int
    """Their line in the file, from 1."""
    succeeded: bool | None = None
    """True where they were answered with OK; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Prepare:
    """The state before the first of the purposes that are replayed."""

    online: bool
    versions: tuple[tuple[str, str], ...]
    """The announced components, with their versions."""
    phase: Phase
    """The phase of the upgrade."""


@dataclass(frozen=True, slots=True)
class Perform:
    """An action of the control agent."""

    action: str
    arguments: dict[str, object]


@dataclass(frozen=True, slots=True)
class Await:
    """An event that came before the next command line."""

    pair: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Expect:
    """An expectation of the recorded run."""

    expected: Expected


@dataclass(frozen=True, slots=True)
class Settle:
    """The run listened until the expected events had come, or their time was over."""


Step = Prepare | Send | Perform | Await | Expect | Settle
