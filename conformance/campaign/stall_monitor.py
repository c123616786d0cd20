"""The monitor of stalls: how late the suite's own clock and loop are while it waits for octets."""

from collections.abc import Callable

from atverdict.adapters.pco import Pco, Reception
from atverdict.conformance.evidence.log import Record, Stall
from atverdict.conformance.evidence.transport import SIMULATED

__all__ = ["StallMonitor"]

SLICE_S = 0.05
"""The longest single wait: a late end of it shows a stall."""
LEAST_S = 0.02
"""The least stall that is written down; a shorter one is within the uncertainty of instants."""


class StallMonitor:
    """The waits on a port, in slices; each that ends late is written into the log as a stall.

    It needs no privileges: where the machine is busy, or the process was stopped, it wakes up late.
    """

    def __init__(self, pco: Pco, write: Callable[[Record], None]) -> None:
        """Wait on `pco`; on virtual time, where nothing is late, in one piece."""
        self._pco = pco
        self._write = write
        self._virtual = pco.transport == SIMULATED
        self._looked_s = 0.0
        self.stalled_s = 0.0
        """All stalls so far, in seconds."""

    def sent(self, instant_s: float) -> None:
        """Note that octets were handed over: from now on the suite waits for the answer."""
        self._looked_s = instant_s

    def read(self, until_s: float, *, going_on: bool = False) -> Reception | None:
        """Wait for octets as `Pco.read` does. Raises `PcoClosed`.

        `going_on` tells that the port has been waited on since the octets were sent, or since the
        last read: the time between the two was the suite's own.
        """
        if self._virtual:
            return self._pco.read(until_s)
        begin_s = self._pco.now()
        if going_on:
            self._note(begin_s, begin_s - self._looked_s)
        while True:
            due_s = max(begin_s, min(until_s, begin_s + SLICE_S))
            reception = self._pco.read(due_s)
            self._looked_s = now_s = self._pco.now()
            self._note(now_s, now_s - due_s)
            if reception is not None or now_s >= until_s:
                return reception
            begin_s = now_s

    def _note(self, now_s: float, late_s: float) -> None:
        if late_s >= LEAST_S:
            self.stalled_s += late_s
            self._write(Stall(t=now_s, late_s=round(late_s, 6)))
