"""An observed upgrade: offer, decision, and the way of each component to its outcome."""

import hashlib
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from atverdict.conformance.evidence.trace import Exchange, Place, Urc
from atverdict.grammar.message import DownloadStarted, Offer, PieceReady

__all__ = ["ComponentRun", "Coverage", "OfferSeen", "Read", "ReadSeen", "Upgrade"]


class Coverage:
    """The octets of a package that have been read.

    Its size in memory depends on the octets that were read, not on their place in a package of up
    to 4 GiB.
    """

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._parts: list[bytes] = []
        """The octets, by their start in `_starts`: sorted, and no octet twice."""
        self._spans: list[tuple[int, int]] = []
        """The ranges without a gap, from and up to: sorted, and not adjacent."""
        self.changes = 0
        """The number of times that octets were added or changed."""

    def add(self, start: int, octets: bytes) -> int | None:
        """Add the octets read from `start`.

        Returns the first offset at which they differ from octets that were read before.
        """
        end, position = start + len(octets), start
        conflict: int | None = None
        index = max(bisect_right(self._starts, start) - 1, 0)
        if self._starts and self._starts[index] + len(self._parts[index]) <= start:
            index += 1
        changed = False
        while position < end:
            known_from = self._starts[index] if index < len(self._starts) else end
            if position < known_from:
                stop = min(known_from, end)
                self._starts.insert(index, position)
                self._parts.insert(index, octets[position - start : stop - start])
                changed = True
            else:
                stop = min(end, known_from + len(self._parts[index]))
                new = octets[position - start : stop - start]
                different = self._replace(index, position - known_from, new)
                if different is not None:
                    conflict = position + different if conflict is None else conflict
                    changed = True
            position = stop
            index += 1
        self.changes += changed
        self._merge(start, end)
        return conflict

    def _replace(self, index: int, offset: int, new: bytes) -> int | None:
        """Put octets into a part; returns the first one that is different now."""
        part = self._parts[index]
        known = part[offset : offset + len(new)]
        if known == new:
            return None
        self._parts[index] = part[:offset] + new + part[offset + len(new) :]
        return next(i for i, (a, b) in enumerate(zip(known, new, strict=True)) if a != b)

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether any octet from `start` up to `end` has been read already."""
        index = bisect_right(self._spans, start, key=_end)
        return index < len(self._spans) and self._spans[index][0] < end

    def _merge(self, start: int, end: int) -> None:
        first = bisect_left(self._spans, start, key=_end)
        last = bisect_right(self._spans, end, key=_start)
        if first < last:
            start = min(start, self._spans[first][0])
            end = max(end, self._spans[last - 1][1])
        self._spans[first:last] = [(start, end)]

    def covers(self, length: int) -> bool:
        """Tell whether all octets from 0 up to `length` have been read."""
        return bool(self._spans) and self._spans[0][0] == 0 and self._spans[0][1] >= length

    def next_gap(self, start: int) -> int:
        """Return the first offset from `start` on that has not been read."""
        index = bisect_right(self._spans, start, key=_end)
        if index < len(self._spans) and self._spans[index][0] <= start:
            return self._spans[index][1]
        return start

    def parts(self, length: int) -> Iterator[bytes]:
        """Yield the first `length` octets in parts; all of them must have been read."""
        for start, part in zip(self._starts, self._parts, strict=True):
            if start >= length:
                return
            yield part[: length - start]

    @property
    def size(self) -> int:
        """The offset behind the last octet that was read."""
        return self._spans[-1][1] if self._spans else 0


def _start(span: tuple[int, int]) -> int:
    return span[0]


def _end(span: tuple[int, int]) -> int:
    return span[1]


@dataclass(slots=True)
class OfferSeen:
    """A 10700."""

    offer: Offer
    urc: Urc


@dataclass(frozen=True, slots=True)
class Read:
    """A block that was read, compared with the octets that were read before."""

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


class ReadSeen(NamedTuple):
    """The record of a block that was read."""

    instant_s: float
    line: int
    """The line of the log where its answer ends."""
    length_octets: int
    overlaps: bool


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
    reads: list[ReadSeen] = field(default_factory=list)
    last_read: Read | None = None
    longest_octets: int = 0
    """The length of the longest block that was read."""
    conflicts: int = 0
    """The number of blocks that differed from octets that were read before."""
    ranges: set[tuple[int, int]] = field(default_factory=set)
    ends: set[int] = field(default_factory=set)
    """The ends of blocks that were read one after another from the start of a piece on."""
    again: Coverage = field(default_factory=Coverage)
    """The octets that were read a second time."""
    cut_otherwise: bool = False
    """True where any of them was in a block with another start or end."""
    served: int = 0
    """The number of commands that were answered during its download."""
    misread: str = ""
    """The requirement that the first wrong block broke."""
    unaltered: frozenset[int] = frozenset()
    """The special octets that came unaltered in any block."""
    judged_conflicts: int | None = None
    """The number of conflicts at the last comparison of digests; None before it."""
    compared: tuple[int, bytes, bool] | None = None
    """The last comparison: changes of the coverage, package, and whether both were equal."""
    next_piece_asked: Exchange | None = None
    """The accepted ``UPDATE=2``; None after its 10703."""
    update_asked: Exchange | None = None
    """The accepted ``UPDATE=3``."""
    updating: list[Urc] = field(default_factory=list)
    announced: list[tuple[str, Exchange]] = field(default_factory=list)
    """Versions of this component that were announced since 10701."""
    outcomes: list[Urc] = field(default_factory=list)
    of_module: bool = False
    """True where it is the firmware of the module itself: its 10701 has no data, and no component
    of the MCU is due."""
    indications: list[Urc] = field(default_factory=list)
    """``+QIND: "FOTA","END"`` since its 10701."""
    replaced: bool = False
    """True where one of them has stood in for the outcome, as far as is known."""
    disturbed: str = ""
    """A disturbance from outside (loss of power or link); after it most rules are open."""

    network_lost: bool = False
    """True from a loss of the network to the next block: only SOTA-PER-006 says that it is there
    all the same."""

    def read(self, exchange: Exchange, start: int, octets: bytes) -> None:
        """Add a block."""
        end = start + len(octets)
        overlaps = self.coverage.overlaps(start, end)
        repeats = (start, end) in self.ranges
        conflict = self.coverage.add(start, octets)
        if overlaps:
            self.again.add(start, octets)
            self.cut_otherwise = self.cut_otherwise or not repeats
        self.ranges.add((start, end))
        if start in self.ends or (self.piece and start == self.piece.start):
            self.ends.add(end)
        self.longest_octets = max(self.longest_octets, len(octets))
        self.conflicts += conflict is not None
        end_place = exchange.final_place or exchange.sent
        self.reads.append(ReadSeen(end_place.instant_s, end_place.line, len(octets), overlaps))
        # Only the last exchange is kept: there is one for each block.
        self.last_read = Read(exchange, start, len(octets), overlaps, repeats, conflict)

    @property
    def piece(self) -> PieceReady | None:
        """The piece that can be read now."""
        return self.pieces[-1] if self.pieces else None

    @property
    def length_octets(self) -> int | None:
        """The length of the whole package, where it is known."""
        if self.piece:
            return self.piece.length_octets
        return self.started.length_octets if self.started else None

    @property
    def component(self) -> str | None:
        """The component's identifier, where it is known."""
        if self.started:
            return self.started.component
        return self.piece.component if self.piece else None

    @property
    def last_piece(self) -> bool:
        """True where the current piece reaches the package's end."""
        piece = self.piece
        length = self.length_octets
        return bool(
            piece and length is not None and piece.start + piece.piece_length_octets >= length
        )

    def is_package(self, package: bytes) -> bool:
        """Tell whether `package` is what was read; all of it must have been read."""
        changes = self.coverage.changes
        if self.compared is None or self.compared[0] != changes or self.compared[1] is not package:
            position = 0
            same = True
            for part in self.coverage.parts(len(package)):
                same = same and package.startswith(part, position)
                position += len(part)
            self.compared = changes, package, same
        return self.compared[2]

    @property
    def read_whole(self) -> bool:
        """True where every octet of the package has been read."""
        length = self.length_octets
        return length is not None and self.coverage.covers(length)

    def digests(self) -> tuple[str, str, int] | None:
        """Return MD5, SHA-256 and CRC-32 of the package; None where it was not read whole."""
        length = self.length_octets
        if length is None or not self.coverage.covers(length):
            return None
        md5, sha256, crc = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
        for part in self.coverage.parts(length):
            md5.update(part)
            sha256.update(part)
            crc = zlib.crc32(part, crc)
        return md5.hexdigest(), sha256.hexdigest(), crc


@dataclass(slots=True)
class Upgrade:
    """An upgrade: from its offer to the outcome of its last component."""

    offers: list[OfferSeen] = field(default_factory=list)
    """One offer for each component, without repetitions."""
    requested_with: int | None = None
    """The ``<info>`` of its request; None for the execute form, and where there was no request."""
    requested: Exchange | None = None
    offered_late: bool = False
    """True where the offer came after the consent to the one before. That one was dropped, or this
    is its repetition, printed late: no document tells which."""
    request_certain: bool = False
    """True where it is certain which request led to it, with which ``<info>``."""
    accepted: Exchange | None = None
    refused: Exchange | None = None
    runs: list[ComponentRun] = field(default_factory=list)
    restarted: bool = False
    """True where the IUT was restarted after the consent and before the end."""
    abandoned: str = ""
    """The reason why the suite counts it as ended without a word of the IUT; else empty."""
    fuzzed: int = 0
    """The number of malformed lines since the offer."""
    ended: Place | None = None

    @property
    def run(self) -> ComponentRun | None:
        """The component that is upgraded now."""
        return self.runs[-1] if self.runs else None

    def offer_for(self, component: str | None) -> Offer | None:
        """Return the offer for a component."""
        for seen in self.offers:
            if seen.offer.component == component:
                return seen.offer
        return None

    def left(self) -> list[str]:
        """Return the offered components whose download was not seen yet, in order."""
        begun = {run.component for run in self.runs}
        return [s.offer.component for s in self.offers if s.offer.component not in begun]

    @property
    def cut_short(self) -> bool:
        """True where only a restart ended it, or the suite, as far as is known."""
        cut = self.restarted or bool(self.abandoned)
        return cut and not any(run.outcomes for run in self.runs)

    @property
    def components_left(self) -> int:
        """The number of offered components without an outcome."""
        return len(self.offers) - sum(1 for run in self.runs if run.outcomes)
