"""One upgrade as the wire shows it: offer, decision, each component's way to its outcome."""

import hashlib
import zlib
from dataclasses import dataclass, field

from atverdict.conformance.trace import Exchange, Place, Urc
from atverdict.grammar.message import DownloadStarted, Offer, PieceReady

__all__ = ["ComponentRun", "Coverage", "OfferSeen", "Read", "Upgrade"]


class Coverage:
    """Which octets of a package have been read, and what they are."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._octets = bytearray()
        self._spans: list[tuple[int, int]] = []

    def add(self, start: int, octets: bytes) -> int | None:
        """Take in the octets read from `start`.

        Returns the first offset at which they differ from what had been read there before.
        """
        end = start + len(octets)
        if len(self._octets) < end:
            self._octets.extend(bytes(end - len(self._octets)))
        conflict = self._first_conflict(start, octets)
        self._octets[start:end] = octets
        self._merge(start, end)
        return conflict

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether any octet from `start` up to `end` has been read already."""
        return any(low < end and start < high for low, high in self._spans)

    def _first_conflict(self, start: int, octets: bytes) -> int | None:
        for low, high in self._spans:
            begin, end = max(low, start), min(high, start + len(octets))
            if begin < end:
                known, new = self._octets[begin:end], octets[begin - start : end - start]
                if known != new:
                    return begin + next(
                        i for i, (a, b) in enumerate(zip(known, new, strict=True)) if a != b
                    )
        return None

    def _merge(self, start: int, end: int) -> None:
        if self._spans and self._spans[-1][1] == start:  # the usual case: one read after another
            self._spans[-1] = (self._spans[-1][0], end)
            return
        merged: list[tuple[int, int]] = []
        for low, high in sorted([*self._spans, (start, end)]):
            if merged and low <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
            else:
                merged.append((low, high))
        self._spans = merged

    def covers(self, length: int) -> bool:
        """Tell whether all octets from 0 up to `length` have been read."""
        return bool(self._spans) and self._spans[0][0] == 0 and self._spans[0][1] >= length

    def next_gap(self, start: int) -> int:
        """Return the first offset from `start` on that has not been read."""
        for low, high in self._spans:
            if low <= start < high:
                return high
        return start

    def octets(self, length: int) -> bytes:
        """Return the first `length` octets; unread ones are zero."""
        return bytes(self._octets[:length])

    @property
    def size(self) -> int:
        """Where the last octet that was read ends."""
        return self._spans[-1][1] if self._spans else 0


@dataclass(slots=True)
class OfferSeen:
    """A 10700."""

    offer: Offer
    urc: Urc


@dataclass(frozen=True, slots=True)
class Read:
    """A block that was read, and how it agrees with what had been read before."""

    exchange: Exchange
    start: int
    length_octets: int
    overlaps: bool
    """Some of its octets had been read before."""
    repeats: bool
    """Exactly this range had been read before."""
    conflict: int | None
    """The first offset at which it differs from what had been read before."""

    @property
    def end(self) -> int:
        """The offset behind its last octet."""
        return self.start + self.length_octets


@dataclass(slots=True)
class ComponentRun:
    """One component from its 10701 to its outcome."""

    started: DownloadStarted | None
    """None where the 10701 had no or malformed data, or was not seen."""
    started_urc: Urc | None
    progress: list[Urc] = field(default_factory=list)
    pieces: list[PieceReady] = field(default_factory=list)
    piece_urcs: list[Urc] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)
    reads: list[Read] = field(default_factory=list)
    ranges: set[tuple[int, int]] = field(default_factory=set)
    ends: set[int] = field(default_factory=set)
    """Where blocks that were read end: a read from there goes on where one has stopped."""
    again: Coverage = field(default_factory=Coverage)
    """What has been read a second time."""
    cut_otherwise: bool = False
    """Whether any of that was in blocks that begin or end elsewhere."""
    served: int = 0
    """How many commands were answered while it was downloaded."""
    misread: str = ""
    """The requirement that the first block broke which differs from the uploaded package."""
    judged_reads: int = 0
    """How many reads there were when the digests were compared last."""
    next_piece_asked: Exchange | None = None
    """The last accepted ``UPDATE=2`` that no 10703 has followed yet."""
    update_asked: Exchange | None = None
    """The accepted ``UPDATE=3``."""
    updating: list[Urc] = field(default_factory=list)
    announced: list[tuple[str, Exchange]] = field(default_factory=list)
    """Versions of this component that were announced since 10701."""
    outcomes: list[Urc] = field(default_factory=list)
    disturbed: str = ""
    """What happened to it from outside (loss of power or link); most rules are then open."""
    restarted: bool = False

    def read(self, exchange: Exchange, start: int, octets: bytes) -> None:
        """Take in a block."""
        end = start + len(octets)
        overlaps = self.coverage.overlaps(start, end)
        repeats = (start, end) in self.ranges
        conflict = self.coverage.add(start, octets)
        if overlaps:
            self.again.add(start, octets)
            self.cut_otherwise = self.cut_otherwise or not repeats
        self.ranges.add((start, end))
        self.ends.add(end)
        self.reads.append(Read(exchange, start, len(octets), overlaps, repeats, conflict))

    @property
    def piece(self) -> PieceReady | None:
        """The piece that can be read now."""
        return self.pieces[-1] if self.pieces else None

    @property
    def length_octets(self) -> int | None:
        """Length of the whole package, as far as it has been said."""
        if self.piece:
            return self.piece.length_octets
        return self.started.length_octets if self.started else None

    @property
    def component(self) -> str | None:
        """The component's identifier, as far as it has been said."""
        if self.started:
            return self.started.component
        return self.piece.component if self.piece else None

    @property
    def last_piece(self) -> bool:
        """Tell whether the current piece reaches the package's end."""
        piece = self.piece
        length = self.length_octets
        return bool(
            piece and length is not None and piece.start + piece.piece_length_octets >= length
        )

    def package(self) -> bytes | None:
        """Return the package, if all of it has been read."""
        length = self.length_octets
        if length is None or not self.coverage.covers(length):
            return None
        return self.coverage.octets(length)

    def digests(self) -> tuple[str, str, int] | None:
        """Return MD5, SHA-256 and CRC-32 of what was read, if all of it has been read."""
        package = self.package()
        if package is None:
            return None
        return (
            hashlib.md5(package, usedforsecurity=False).hexdigest(),
            hashlib.sha256(package).hexdigest(),
            zlib.crc32(package),
        )


@dataclass(slots=True)
class Upgrade:
    """All that follows from one offer, up to the outcome of its last component."""

    offers: list[OfferSeen] = field(default_factory=list)
    """One for each component, repetitions left out."""
    requested_with: int | None = None
    """``<info>`` of the request that led to it; None for the execute form or no request at all."""
    requested: Exchange | None = None
    offered_late: bool = False
    """Whether the offer came after the consent to the one before: that was dropped, or this is only
    its repetition, printed late. No document tells which."""
    request_certain: bool = False
    """Whether it is certain which request led to it, and with which ``<info>``."""
    accepted: Exchange | None = None
    refused: Exchange | None = None
    runs: list[ComponentRun] = field(default_factory=list)
    fuzzed: int = 0
    """How many malformed lines were sent since the offer."""
    ended: Place | None = None

    @property
    def run(self) -> ComponentRun | None:
        """The component that is being upgraded now."""
        return self.runs[-1] if self.runs else None

    def offer_for(self, component: str | None) -> Offer | None:
        """Return the offer for a component."""
        for seen in self.offers:
            if seen.offer.component == component:
                return seen.offer
        return None

    @property
    def components_left(self) -> int:
        """How many of the offered components have no outcome yet."""
        return len(self.offers) - sum(1 for run in self.runs if run.outcomes)
