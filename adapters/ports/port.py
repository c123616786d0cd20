"""A port in real time: open, lost, open again. A channel behind it carries the octets."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol

from atverdict.adapters.pco import AddressError, PcoClosed, Reception
from atverdict.adapters.ports.real_clock import RealClock

__all__ = ["Channel", "RealTimePort"]

_RETRY_S = 0.05
"""Between two attempts to get a lost port back."""


class Channel(Protocol):
    """One open connection to an IUT, from its opening to its loss."""

    @property
    def transport(self) -> str:
        """What carries the octets: ``serial``, ``pty``, ``tcp`` or ``url``."""
        ...

    def read(self, until_s: float) -> Reception | None:
        """Wait for octets, as `Pco.read` does."""
        ...

    def write(self, octets: bytes) -> float:
        """Hand over all octets, as `Pco.write` does."""
        ...

    def close(self) -> None:
        """Release the connection; called once."""
        ...


class RealTimePort(ABC):
    """A `Pco` with the machine's clock; a kind of port says how it is opened."""

    def __init__(self, address: str, *, baudrate: int) -> None:
        """Open the port at once. Raises `AddressError`.

        `baudrate` is the line's, in bit/s. Ports without a line of their own keep it
        because the octets may well travel over one behind them.
        """
        self.address = address
        self.baudrate = baudrate
        self._find: Callable[[], str] = self._same_address
        self._clock = RealClock()
        self._channel: Channel | None = None
        self._channel = self._connect(self._clock)
        self._transport = self._channel.transport

    @abstractmethod
    def _connect(self, clock: RealClock) -> Channel:
        """Open the address; raises `AddressError` with a sentence for the user."""

    @property
    def transport(self) -> str:
        """What carries the octets: ``serial``, ``pty``, ``tcp`` or ``url``."""
        return self._transport

    @property
    def line_baudrate(self) -> int | None:
        """Rate of the line in bit/s, where this port is the line's end."""
        return self.baudrate if self._transport == "serial" else None

    @property
    def opened_at(self) -> str:
        """Date and time when the port was opened for the first time, ISO 8601."""
        return self._clock.opened_at

    def now(self) -> float:
        """Return the seconds since the port was opened for the first time."""
        return self._clock.now()

    def write(self, octets: bytes) -> float:
        """Hand over all octets and return the instant in seconds when that was done.

        They are then in the hands of the operating system, not yet on the line.
        Raises `PcoClosed` when the port is gone.
        """
        channel = self._channel
        if channel is None:
            raise self._not_open()
        return channel.write(octets)

    def read(self, until_s: float) -> Reception | None:
        """Wait for octets, until the clock shows `until_s` at the latest.

        Returns None when nothing came. Raises `PcoClosed` when the port is gone and nothing
        is left to hand out.
        """
        channel = self._channel
        if channel is None:
            raise self._not_open()
        return channel.read(until_s)

    def follow(self, find: Callable[[], str]) -> None:
        """Ask `find` for the address each time that the port is opened again.

        It raises `AbsentError` while that is not known.
        """
        self._find = find

    def _same_address(self) -> str:
        return self.address

    def reopen(self, until_s: float) -> bool:
        """Open the port again, until the clock shows `until_s`; True when it is open.

        Octets that the lost connection had received and that were not read are gone with it.
        """
        self.close()
        while True:
            try:
                self.address = self._find()
                self._channel = self._connect(self._clock)
            except AddressError:
                remaining_s = until_s - self._clock.now()
                if remaining_s <= 0.0:
                    return False
                self._clock.pause(min(_RETRY_S, remaining_s))
            else:
                return True

    def close(self) -> None:
        """Release the port; may be called twice."""
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.close()

    def _not_open(self) -> PcoClosed:
        return PcoClosed(f"{self.address} is not open")
