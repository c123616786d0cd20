"""The timeline of an upgrade: its steps from the request to the outcome."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf

from atverdict.conformance.evidence.trace import Exchange, Place, Urc
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun, ReadSeen, Upgrade
from atverdict.grammar.message import Event, PieceReady
from atverdict.reports.text import counted

__all__ = ["Lane", "Timeline", "TimelineStep", "timeline"]

SHOWN_PIECES = 4
"""How many of the first pieces are shown one by one."""


class Lane(Enum):
    """The phases of an upgrade, in the order of the flow."""

    OFFER = "Offer"
    CONSENT = "Consent"
    DOWNLOAD = "Download"
    READING = "Reading"
    UPDATE = "Update"
    VERSION = "Version"
    OUTCOME = "Outcome"


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """A step of an upgrade, with its begin and end."""

    lane: Lane
    begin_s: float
    end_s: float
    line: int
    """The log's line that ends it."""
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of one upgrade."""

    number: int
    """Which of the run's upgrades it is, from 1."""
    count: int
    """How many upgrades the run had."""
    successful: bool
    disturbed: str
    """The disturbance from outside; empty where there was none."""
    steps: tuple[TimelineStep, ...]
    """In the order in which they ended."""
    reads_s: tuple[float, ...]
    """The instants at which blocks had been read."""

    @property
    def begin_s(self) -> float:
        """The instant of the first step."""
        return min(step.begin_s for step in self.steps)

    @property
    def end_s(self) -> float:
        """The instant of the last step."""
        return max(step.end_s for step in self.steps)


def timeline(upgrades: Sequence[Upgrade]) -> Timeline | None:
    """Return the first upgrade that succeeded; without one, the first that came furthest."""
    told = [upgrade for upgrade in upgrades if upgrade.offers or upgrade.runs]
    if not told:
        return None
    # max() keeps the first of equals.
    upgrade = max(told, key=_progress)
    runs = upgrade.runs
    steps = sorted(_steps(upgrade), key=lambda step: (step.end_s, step.line))
    return Timeline(
        number=upgrades.index(upgrade) + 1,
        count=len(upgrades),
        successful=_successful(upgrade),
        disturbed=next((run.disturbed for run in runs if run.disturbed), ""),
        steps=tuple(steps),
        reads_s=tuple(read.instant_s for run in runs for read in run.reads),
    )


def _progress(upgrade: Upgrade) -> tuple[bool, bool, bool, bool, bool]:
    runs = upgrade.runs
    return (
        _successful(upgrade),
        any(run.outcomes for run in runs),
        any(run.reads for run in runs),
        any(run.pieces for run in runs),
        upgrade.accepted is not None,
    )


def _successful(upgrade: Upgrade) -> bool:
    """Tell whether every component that was offered got 10705."""
    good = [run for run in upgrade.runs if any(_code(urc) == 10705 for urc in run.outcomes)]
    return bool(upgrade.offers) and len(good) >= len(upgrade.offers)


def _code(urc: Urc) -> int:
    return urc.message.code if isinstance(urc.message, Event) else 0


def _end(exchange: Exchange) -> Place:
    """Return the end of an exchange; of one that was given up, its command."""
    return exchange.final_place or exchange.sent


def _steps(upgrade: Upgrade) -> Iterator[TimelineStep]:
    if upgrade.requested is not None:
        yield _exchange(Lane.OFFER, upgrade.requested, "plan requested")
    asked_s = _end(upgrade.requested).instant_s if upgrade.requested else None
    for seen in upgrade.offers:
        offer = seen.offer
        versions = f"{offer.source_version or 'any version'} to {offer.target_version}"
        text = f"offer of {offer.component}, {versions}, {offer.use_space_octets} octets"
        yield _urc(Lane.OFFER, seen.urc, text, asked_s)
    first = upgrade.offers[0].urc.place.instant_s if upgrade.offers else None
    for decision, text in ((upgrade.accepted, "consent"), (upgrade.refused, "refusal")):
        if decision is not None:
            yield _exchange(Lane.CONSENT, decision, text, since_s=first)
    begin_s = _end(upgrade.accepted).instant_s if upgrade.accepted else None
    for run in upgrade.runs:
        yield from _run(run, begin_s)


def _exchange(
    lane: Lane, exchange: Exchange, text: str, since_s: float | None = None
) -> TimelineStep:
    sent, end = exchange.sent, _end(exchange)
    return TimelineStep(
        lane, sent.instant_s if since_s is None else since_s, end.instant_s, end.line, text
    )


def _urc(lane: Lane, urc: Urc, text: str, since_s: float | None = None) -> TimelineStep:
    place = urc.place
    begin_s = place.instant_s if since_s is None else since_s
    return TimelineStep(lane, begin_s, place.instant_s, place.line, text)


def _run(run: ComponentRun, begin_s: float | None) -> Iterator[TimelineStep]:
    """Yield the steps of one component; `begin_s` is the instant of the consent."""
    name = run.component or "a component"
    if run.started_urc is not None:
        length = f", {run.length_octets} octets" if run.length_octets is not None else ""
        yield _urc(Lane.DOWNLOAD, run.started_urc, f"download of {name} begins{length}", begin_s)
        begin_s = run.started_urc.place.instant_s
    yield from _folded(list(_pieces(run, begin_s)))
    updating = run.updating[0].place.instant_s if run.updating else None
    if run.update_asked is not None:
        yield _exchange(Lane.UPDATE, run.update_asked, "update requested")
        asked_s = run.update_asked.sent.instant_s
    else:
        asked_s = None
    for urc in run.updating[:1]:
        yield _urc(Lane.UPDATE, urc, "the MCU may update", asked_s)
    for version, exchange in run.announced:
        yield _exchange(Lane.VERSION, exchange, f"{name} announces {version}", updating)
    for urc in run.outcomes:
        text = "success" if _code(urc) == 10705 else "failure"
        announced = _end(run.announced[-1][1]).instant_s if run.announced else None
        since_s = announced if announced and announced <= urc.place.instant_s else None
        yield _urc(Lane.OUTCOME, urc, f"{text} of {name}", since_s)


def _pieces(run: ComponentRun, begin_s: float | None) -> Iterator[tuple[TimelineStep, ...]]:
    """Yield the steps of each piece: its download, and the reading of its blocks."""
    urcs = [(urc, piece) for urc in run.piece_urcs if (piece := _piece(urc)) is not None]
    ends = [read.instant_s for read in run.reads]
    progress = [urc.place.instant_s for urc in run.progress]
    for number, (urc, piece) in enumerate(urcs, start=1):
        there_s = urc.place.instant_s
        begins = bisect_left(progress, begin_s) if begin_s is not None and number > 1 else None
        if begins is not None:  # a later piece: its first 10702 after the reads of the one before
            begin_s = progress[begins] if begins < len(progress) else None
        text = f"piece {number} is there: {piece.piece_length_octets} octets from {piece.start}"
        in_order = begin_s if begin_s is None or begin_s <= there_s else None
        steps = [_urc(Lane.DOWNLOAD, urc, text, in_order)]
        until_s = urcs[number][0].place.instant_s if number < len(urcs) else inf
        reads = run.reads[bisect_left(ends, there_s) : bisect_left(ends, until_s)]
        if reads:
            steps.append(_reading(number, there_s, reads))
        begin_s = steps[-1].end_s
        yield tuple(steps)


def _piece(urc: Urc) -> PieceReady | None:
    payload = urc.message.payload if isinstance(urc.message, Event) else None
    return payload if isinstance(payload, PieceReady) else None


def _reading(number: int, since_s: float, reads: Sequence[ReadSeen]) -> TimelineStep:
    last = reads[-1]
    octets = sum(read.length_octets for read in reads)
    count = counted(len(reads), "block")
    again = ", repetitions included" if any(read.overlaps for read in reads) else ""
    text = f"piece {number} is read: {count}, {octets} octets{again}"
    return TimelineStep(Lane.READING, since_s, last.instant_s, last.line, text)


def _folded(pieces: Sequence[tuple[TimelineStep, ...]]) -> Iterable[TimelineStep]:
    """Make one step of the pieces between the first ones and the last."""
    if len(pieces) <= SHOWN_PIECES + 1:
        return [step for steps in pieces for step in steps]
    between = [step for steps in pieces[SHOWN_PIECES:-1] for step in steps]
    fold = TimelineStep(
        Lane.READING,
        between[0].begin_s,
        between[-1].end_s,
        between[-1].line,
        f"pieces {SHOWN_PIECES + 1} to {len(pieces) - 1} are downloaded and read",
    )
    shown = [step for steps in (*pieces[:SHOWN_PIECES], pieces[-1]) for step in steps]
    return [*shown, fold]
