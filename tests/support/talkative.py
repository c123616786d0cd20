"""A module that speaks of other things as well: before its answers, and behind them."""

import itertools
import random
from collections.abc import Sequence

from atverdict.adapters.pco import Pco, Reception
from atverdict.grammar.decoder import Decoder

__all__ = ["TalkativePco"]


class TalkativePco:
    """The port of an IUT that prints other traffic wherever the documents allow it."""

    def __init__(self, pco: Pco, traffic: Sequence[bytes], seed: int, share: float = 0.2) -> None:
        """Put a part of `traffic` before or behind about one chunk in `share`."""
        self._pco = pco
        self._traffic = itertools.cycle(traffic)
        self._dice = random.Random(seed)
        self._share = share
        self._decoder = Decoder()
        self._begun = False
        self.said = 0
        """The number of times that it spoke of something else."""

    def __getattr__(self, name: str) -> object:
        return getattr(self._pco, name)

    def write(self, octets: bytes) -> float:
        """Send octets."""
        self._decoder.sent(octets)
        self._begun = False
        return self._pco.write(octets)

    def read(self, until_s: float) -> Reception | None:
        """Read octets, and other traffic where no line, answer or block is cut by it."""
        reception = self._pco.read(until_s)
        if reception is None:
            return None
        octets, fresh = reception.octets, not self._begun and not self._decoder.incomplete
        self._begun = True
        self._decoder.feed(octets)
        if fresh and self._speaks():
            octets = next(self._traffic) + octets
        if self._decoder.pending is None and not self._decoder.incomplete and self._speaks():
            octets += next(self._traffic)
        return Reception(octets, reception.instant_s)

    def _speaks(self) -> bool:
        speaks = self._dice.random() < self._share
        self.said += speaks
        return speaks
