"""The steps of a replay."""

import hashlib
from dataclasses import dataclass

from atverdict.conformance.evidence.log import Expected
from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.judge.state.flow import Phase

__all__ = ["Await", "Expect", "Perform", "Prepare", "Send", "Settle", "Step", "answer_of"]

DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Send:
    """Octets to the IUT, with the terminator."""

    octets: bytes
    line: int
    """Their line in the file, from 1."""
    succeeded: bool | None = None
    """True where they were answered with OK; None where that is not known."""
    answer: str = ""
    """What was answered, as `answer_of` says it; empty where that is not known."""


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
    line: str = ""
    """The whole line, one character an octet; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class Expect:
    """An expectation of the recorded run."""

    expected: Expected


@dataclass(frozen=True, slots=True)
class Settle:
    """The run listened until the expected events had come, or their time was over."""


Step = Prepare | Send | Perform | Await | Expect | Settle


def answer_of(exchange: Exchange) -> str:
    """Return a digest of an answer: its lines, octets and result code, without echo and line ends.

    Two answers are the same where their digests are.
    """
    final = exchange.final.code if exchange.final else "none"
    told = [each.place.octets.strip(b"\r\n") for each in (*exchange.answers, *exchange.malformed)]
    blocks = [each.place.octets for each in exchange.blocks]
    whole = b"\n".join([*told, *blocks, final.encode("ascii")])
    return hashlib.sha256(whole).hexdigest()[:DIGEST_DIGITS]
