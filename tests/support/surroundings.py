"""Surroundings that misbehave, between suite and simulator, on virtual time and from a seed."""

import random
from collections import deque
from dataclasses import dataclass

from atverdict.adapters.pco import PcoClosed, Reception
from atverdict.adapters.simulator.pco import SimulatorPco

__all__ = ["KINDS", "SAID", "Misbehaving", "Surrounding"]

NEGOTIATION = b"\xff\xfb\x01\xff\xfb\x03\xff\xfd\x00"
IAC = b"\xff"


@dataclass(frozen=True)
class Surrounding:
    """What happens between suite and module; times are seconds on the suite's clock."""

    suite_stalls_s: tuple[float, float] = (0.0, 0.0)
    """Every so often, on average, the suite itself is stopped for so long."""
    module_stalls_s: tuple[float, float] = (0.0, 0.0)
    """Every so often, on average, nothing comes from the module for so long."""
    loses: float = 0.0
    doubles: float = 0.0
    flips: float = 0.0
    """The probability for each octet, in both directions."""
    telnet: bool = False
    foreign: tuple[bytes, ...] = ()
    """Command lines that another program sends to the module."""
    foreign_every_s: float = 30.0
    lost_every_s: float = 0.0
    """The port is lost and comes back every so often."""
    latency_s: tuple[float, float] = (0.0, 0.0)
    """The least and the most delay of what comes."""
    octets_per_s: float = 0.0
    """The rate of the line; 0: that of the simulator."""


KINDS = {
    "stalls of the suite": Surrounding(suite_stalls_s=(40.0, 0.8)),
    "stalls of the module": Surrounding(module_stalls_s=(60.0, 0.5)),
    "lost octets": Surrounding(loses=1e-4),
    "doubled octets": Surrounding(doubles=1e-4),
    "flipped octets": Surrounding(flips=1e-4),
    "telnet": Surrounding(telnet=True),
    "another program": Surrounding(foreign=(b"AT+CREG?\r", b"AT+CSQ\r", b"AT+COPS?\r")),
    "a port that goes and comes": Surrounding(lost_every_s=70.0),
    "latency": Surrounding(latency_s=(0.15, 0.35)),
    "a slow line": Surrounding(octets_per_s=1500.0),
}
"""One surrounding of each kind."""
SAID = {
    "stalls of the suite": "The suite itself was late",
    "stalls of the module": "",
    "lost octets": "The line between suite and IUT loses, doubles or alters octets",
    "doubled octets": "The line between suite and IUT loses, doubles or alters octets",
    "flipped octets": "The line between suite and IUT loses, doubles or alters octets",
    "telnet": "A Telnet server answers at this port",
    "another program": "Another program talks on this port",
    "a port that goes and comes": "",
    "latency": "",
    "a slow line": "The line carries 1594 octets a second",
}
"""The begin of the sentence about each; empty where nothing tells it from the module."""


class Misbehaving:
    """A `Pco` over a simulator; what stands between misbehaves as the surrounding says."""

    transport = "pty"

    def __init__(self, inner: SimulatorPco, surrounding: Surrounding, seed: int) -> None:
        self._inner = inner
        self._around = surrounding
        self._dice = random.Random(seed)
        self._queue: deque[tuple[float, bytes]] = deque()
        self._free_s = 0.0
        self._stall_s = self._next(surrounding.suite_stalls_s[0])
        self._hold_s = self._next(surrounding.module_stalls_s[0])
        self._held_until_s = 0.0
        self._talk_s = self._next(surrounding.foreign_every_s if surrounding.foreign else 0.0)
        self._lose_s = self._next(surrounding.lost_every_s)
        self._lost = False
        if surrounding.telnet:
            self._queue.append((0.0, NEGOTIATION))

    def _next(self, period_s: float) -> float:
        """Return the next instant of something that happens every so often."""
        wait_s = period_s * self._dice.uniform(0.5, 1.5)
        return self._inner.now() + wait_s if period_s else float("inf")

    @property
    def line_baudrate(self) -> int | None:
        """The usual rate."""
        return 115_200

    @property
    def opened_at(self) -> str:
        """The simulator's date and time."""
        return self._inner.opened_at

    def now(self) -> float:
        """Return the virtual instant."""
        return self._inner.now()

    def write(self, octets: bytes) -> float:
        """Give octets to the module, as far as the line lets them through."""
        self._check()
        damaged = self._damaged(octets)
        if self._around.telnet:
            damaged = damaged.replace(IAC, b"")
        self._inner.write(damaged)
        return self.now()

    def read(self, until_s: float) -> Reception | None:
        """Wait for what the line lets through."""
        while True:
            self._check()
            self._let_things_happen()
            if self._queue and self._queue[0][0] <= self.now():
                octets = self._queue.popleft()[1]
                while self._queue and self._queue[0][0] <= self.now():
                    octets += self._queue.popleft()[1]
                return Reception(octets, self.now())
            if self.now() >= until_s and not self._take(self.now()):
                return None
            marks = (until_s, self._stall_s, self._hold_s, self._talk_s, self._lose_s)
            due_s = self._queue[0][0] if self._queue else until_s
            self._take(max(self.now(), min(*marks, due_s)))

    def _take(self, until_s: float) -> bool:
        """Take what the module says by an instant, and let it come when it comes."""
        reception = self._inner.read(until_s)
        if reception is None:
            return False
        octets = self._damaged(reception.octets)
        if self._around.telnet:
            octets = octets.replace(IAC, IAC + IAC)
        low_s, high_s = self._around.latency_s
        at_s = self.now() + self._dice.uniform(low_s, high_s)
        at_s = max(at_s, self._held_until_s, self._free_s)
        rate = self._around.octets_per_s
        size = 16 if rate else len(octets)
        for start in range(0, len(octets), max(1, size)):
            part = octets[start : start + size]
            at_s += len(part) / rate if rate else 0.0
            self._queue.append((at_s, part))
        self._free_s = at_s
        return True

    def _damaged(self, octets: bytes) -> bytes:
        around = self._around
        if not (around.loses or around.doubles or around.flips):
            return octets
        come = bytearray()
        for octet in octets:
            dice = self._dice.random()
            if dice < around.loses:
                continue
            come.append(octet)
            if dice < around.loses + around.doubles:
                come.append(octet)
            elif dice < around.loses + around.doubles + around.flips:
                come[-1] ^= 1 << self._dice.randrange(8)
        return bytes(come)

    def _let_things_happen(self) -> None:
        around, now_s = self._around, self.now()
        if now_s >= self._stall_s:
            self._inner.simulator.advance_to(now_s + around.suite_stalls_s[1])
            self._stall_s = self._next(around.suite_stalls_s[0])
        if now_s >= self._hold_s:
            self._held_until_s = now_s + around.module_stalls_s[1]
            self._hold_s = self._next(around.module_stalls_s[0])
        if now_s >= self._talk_s:
            self._inner.write(self._dice.choice(around.foreign))
            self._talk_s = self._next(around.foreign_every_s)
        if now_s >= self._lose_s:
            self._lose_s = self._next(around.lost_every_s)
            self._lost = True
            self._queue.clear()
            self._check()

    def reopen(self, until_s: float) -> bool:
        """Get the port back; what the module said meanwhile is lost."""
        self._inner.simulator.advance_to(min(until_s, self.now() + 1.0))
        self._inner.simulator.collect()
        self._lost = False
        return self._inner.reopen(until_s)

    def close(self) -> None:
        """Close the port."""
        self._inner.close()

    def _check(self) -> None:
        if self._lost:
            raise PcoClosed("the port is gone")
