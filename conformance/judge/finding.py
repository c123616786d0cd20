"""Findings: what one observation says about one requirement."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Exchange, Item, Place, Stray, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.cause import Moment

__all__ = [
    "Circumstances",
    "Finding",
    "Sibling",
    "fails",
    "finding",
    "holds",
    "inconclusive",
    "not_offered",
    "passes",
    "warns",
]


@dataclass(frozen=True, slots=True)
class Sibling:
    """A well-formed line of a command that an IUT accepts in one kind of state."""

    command: str
    state: str
    """The kind of state, as the end of a sentence: ``while an offer stands``.

    Empty where the state refuses whatever comes: then the line has no sibling.
    """

    def __str__(self) -> str:
        return f"a well-formed AT+{self.command} {self.state or 'in that state'}"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The circumstances of a finding: the state of the flow, and the last command lines."""

    phase: str
    """The phase of the upgrade: a value of `Phase`."""
    link: str
    """The link to the platform: a value of `Link`."""
    purpose: str
    """The running test purpose; empty between two of them."""
    commands: tuple[Place, ...]
    """The last command lines of that purpose, the oldest first."""
    moment: Moment


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation about one requirement."""

    requirement: str
    verdict: Verdict
    expected: str
    """The demand of the document, for this observation."""
    observed: str
    """The observation."""
    places: tuple[Place, ...] = ()
    purpose: str = ""
    circumstances: Circumstances | None = None
    """The circumstances; the judge adds them to every finding but a pass."""
    warns: bool = False
    """True where a fail is a warning at most: no document forbids what came."""
    compared: tuple[bytes, bytes] | None = None
    """The octets that were due and those that came, where the two can be compared."""
    part: str = ""
    """The part of its rule that this is about, where the requirement has parts (`Occasion`)."""
    sibling: Sibling | None = None
    """The well-formed line that must be accepted in the same state before a refusal counts."""
    cut_short: bool = False
    """True where the observation was ended before it was decided; it counts only alone."""

    late_s: float | None = None
    """The time beyond a limit, in seconds, negative where it was kept; None where it is no limit.

    The limit has the uncertainty of instants and the share of the transport in it.
    """

    @property
    def reason(self) -> str:
        """The finding as a sentence."""
        return f"expected {self.expected}; got {self.observed}"


def finding(
    requirement: str,
    verdict: Verdict,
    item: Item | Place | Iterable[Place],
    expected: str,
    observed: str,
) -> Finding:
    """Make a finding; its places are those of `item`, and no octet of the IUT controls a screen."""
    places = tuple(_places(item))
    return Finding(requirement, verdict, _legible(expected), _legible(observed), places)


def _legible(text: str) -> str:
    """Return a sentence with the octets of a string of the IUT in it named, where it has any."""
    if text.isascii() and text.isprintable():
        return text
    return printable(text.encode("latin-1", "replace"), len(text))


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


def warns(
    requirement: str, item: Item | Place | Iterable[Place], expected: str, observed: str
) -> Finding:
    """Make a failing finding that is a warning at most, whatever the requirement's strength."""
    return replace(finding(requirement, Verdict.FAIL, item, expected, observed), warns=True)


def inconclusive(
    requirement: str, item: Item | Place | Iterable[Place], expected: str, observed: str
) -> Finding:
    """Make an inconclusive finding: no document decides this case."""
    return finding(requirement, Verdict.INCONCLUSIVE, item, expected, observed)


def not_offered(
    requirement: str, item: Item | Place | Iterable[Place], expected: str, observed: str
) -> Finding:
    """Make a finding without a verdict: what a MAY permits was asked for, and is not offered."""
    return finding(requirement, Verdict.NONE, item, expected, observed)


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
