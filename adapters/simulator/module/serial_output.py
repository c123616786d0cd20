"""The module's serial output: line time, chunks, and what waits for the host."""

from collections import deque

from atverdict.adapters.pco import Reception
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["SerialOutput"]

_BITS_PER_OCTET = 10


class SerialOutput:
    """Octets on their way to the host; nothing overtakes, nothing is lost."""

    def __init__(self, clock: Clock, options: Options) -> None:
        self.clock = clock
        self.options = options
        self.free_s = 0.0
        """When the last octet handed over so far will have arrived."""
        self._underway: deque[Reception] = deque()

    def send(self, octets: bytes) -> None:
        """Hand over octets now; each chunk arrives with its last octet."""
        baudrate = self.options.baudrate
        octet_s = 0.0 if baudrate is None else _BITS_PER_OCTET / baudrate
        size = self.options.chunk or max(len(octets), 1)
        begin_s = max(self.free_s, self.clock.now_s)
        for offset in range(0, len(octets), size):
            chunk = octets[offset : offset + size]
            self.free_s = begin_s + (offset + len(chunk)) * octet_s
            self._underway.append(Reception(chunk, self.free_s))

    def next_arrival_s(self) -> float | None:
        """Return when the next chunk arrives or arrived; None when nothing is underway."""
        return self._underway[0].instant_s if self._underway else None

    def take(self) -> Reception | None:
        """Return the next chunk that has arrived by now."""
        if self._underway and self._underway[0].instant_s <= self.clock.now_s:
            return self._underway.popleft()
        return None

    def power_off(self) -> None:
        """Lose what has not arrived."""
        arrived = [each for each in self._underway if each.instant_s <= self.clock.now_s]
        self._underway = deque(arrived)
        self.free_s = self.clock.now_s
