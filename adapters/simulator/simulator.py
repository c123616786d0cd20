"""The simulator: module and platform in one virtual world, which the caller's clock moves."""

import random

from atverdict.adapters.pco import Reception
from atverdict.adapters.simulator.fault import Fault
from atverdict.adapters.simulator.module.assembly import Assembly
from atverdict.adapters.simulator.module.module import Module
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["Simulator"]


class Simulator:
    """Octets in, octets out, and a virtual clock that only `advance_to` moves.

    The same options, fault, octets and instants give the same receptions.
    """

    def __init__(self, options: Options, fault: Fault | None = None) -> None:
        """Build the world; the module is booted and knows no plan."""
        self.options = options
        rng = random.Random(options.seed)  # noqa: S311 - reproducible on purpose, no secret
        assembly = Assembly() if fault is None else Assembly().exchanged(fault.part)
        self.clock = Clock()
        self.platform = assembly.platform(self.clock, options)
        self.module = Module(self.clock, options, rng, self.platform, assembly)

    @property
    def now_s(self) -> float:
        """Virtual seconds since the start."""
        return self.clock.now_s

    def write(self, octets: bytes) -> None:
        """Give octets of the host to the module at the current instant."""
        self.module.feed(octets)

    def advance_to(self, instant_s: float) -> None:
        """Let everything happen up to and including an instant; a past one does nothing."""
        self.clock.advance_to(instant_s)

    def next_event_s(self) -> float | None:
        """Return the next instant at which anything happens or arrives; None when nothing will."""
        instants = [self.clock.next_event_s(), self.module.output.next_arrival_s()]
        return min((instant for instant in instants if instant is not None), default=None)

    def receive(self) -> Reception | None:
        """Return the next octets that have arrived by now; None when there are none."""
        return self.module.output.take()

    def collect(self) -> list[Reception]:
        """Return everything that has arrived by now and was not handed out yet."""
        receptions = []
        while (reception := self.receive()) is not None:
            receptions.append(reception)
        return receptions
