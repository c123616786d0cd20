"""Stations: simulated modules in real time, each at its endpoint, and one loop for all."""

import contextlib
import select
import signal
import socket
from collections.abc import Callable, Collection, Iterator, Sequence
from types import FrameType
from typing import Protocol, Self

from atverdict.adapters.pco import Reception
from atverdict.adapters.ports.real_clock import RealClock
from atverdict.adapters.simulator.served.control_socket import ControlSocket
from atverdict.adapters.simulator.served.endpoint import Endpoint

__all__ = ["Simulated", "Station", "Stop", "serve"]


class Simulated(Protocol):
    """The simulator as it is driven here: octets in and out, and a virtual time to move."""

    def write(self, octets: bytes) -> None:
        """Receive octets of the host at the present instant."""
        ...

    def advance_to(self, instant_s: float) -> None:
        """Do everything that is due up to an instant in virtual seconds."""
        ...

    def next_event_s(self) -> float | None:
        """Return the instant of the next thing that is due; None when nothing is."""
        ...

    def collect(self) -> list[Reception]:
        """Return what has arrived at the host since the last call."""
        ...


class Stop:
    """A request to end: it makes a descriptor readable, and is not taken back."""

    def __init__(self) -> None:
        self._heard, self._said = socket.socketpair()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._heard.close()
        self._said.close()

    def say(self) -> None:
        """Ask for the end; from any thread or signal handler, any number of times."""
        self._said.send(b".")

    def fileno(self) -> int:
        """Return the descriptor that becomes readable by the request."""
        return self._heard.fileno()

    @contextlib.contextmanager
    def on_signals(self, *signals: signal.Signals) -> Iterator[Self]:
        """Let signals ask for the end inside a block; main thread only."""

        def handle(_number: int, _frame: FrameType | None) -> None:
            self.say()

        before = [(number, signal.signal(number, handle)) for number in signals]
        try:
            yield self
        finally:
            for number, handler in before:
                signal.signal(number, handler)


class Station:
    """A simulated module, the endpoint to it, and the socket of its control agent."""

    def __init__(
        self,
        simulated: Simulated,
        endpoint: Endpoint,
        control: ControlSocket | None = None,
        present: Callable[[], bool] = lambda: True,
    ) -> None:
        """Put them together; `present` tells whether the module's port is there now."""
        self._simulated = simulated
        self._endpoint = endpoint
        self._control = control
        self._present = present

    def catch_up(self, now_s: float) -> None:
        """Let the module do what is due, and pass on what it says."""
        self._simulated.advance_to(now_s)
        self._follow()
        for reception in self._simulated.collect():
            self._endpoint.send(reception.octets)

    def due_s(self) -> float | None:
        """Return when `catch_up` has something to do next."""
        return self._simulated.next_event_s()

    def readers(self) -> list[int]:
        """Return the descriptors to read from."""
        return self._endpoint.readers() + ([] if self._control is None else self._control.readers())

    def writers(self) -> list[int]:
        """Return the descriptors to write to."""
        return self._endpoint.writers() + ([] if self._control is None else self._control.writers())

    def attend(self, readable: Collection[int], writable: Collection[int], now_s: float) -> None:
        """Move octets from and to those that are ready."""
        self._endpoint.flush(writable)
        octets = self._endpoint.receive(readable)
        if octets:
            self.catch_up(now_s)
            self._simulated.write(octets)
        if self._control is not None and self._control.ready(readable, writable):
            self.catch_up(now_s)
            self._control.attend(readable, writable)
            self._follow()

    def _follow(self) -> None:
        """Open or close the endpoint, as the module's port comes and goes."""
        if self._present():
            self._endpoint.open()
        else:
            self._endpoint.close()


def serve(stations: Sequence[Station], stop: Stop) -> None:
    """Keep virtual time with the real one and octets moving until `stop`."""
    clock = RealClock()
    while True:
        for station in stations:
            station.catch_up(clock.now())
        dues_s = [due_s for station in stations if (due_s := station.due_s()) is not None]
        wait_s = max(0.0, min(dues_s) - clock.now()) if dues_s else None
        readers = [number for station in stations for number in station.readers()]
        writers = [number for station in stations for number in station.writers()]
        readable, writable, _ = select.select([stop.fileno(), *readers], writers, [], wait_s)
        if stop.fileno() in readable:
            return
        for station in stations:
            station.attend(readable, writable, clock.now())
