"""A channel over a pyserial object without a file descriptor: it is asked again and again."""

import serial

from atverdict.adapters.pco import PcoClosed, Reception
from atverdict.adapters.ports.real_clock import RealClock

__all__ = ["WRITE_TIMEOUT_S", "PolledChannel"]

WRITE_TIMEOUT_S = 10.0
"""How long such a port may take to accept a write."""
_POLL_S = 0.001
"""Between two questions. pyserial's own blocking read cannot tell silence from a lost peer."""


class PolledChannel:
    """A `Channel` over RFC 2217, a Windows port or any other URL handler of pyserial.

    What arrives over RFC 2217 directly before the peer closes may be lost: pyserial hands out
    nothing once its reader thread has ended.
    """

    def __init__(self, line: serial.Serial, clock: RealClock, *, transport: str) -> None:
        """Use the open `line`, which then belongs to this channel."""
        self.transport = transport
        self._line = line
        self._clock = clock

    def read(self, until_s: float) -> Reception | None:
        """Wait for octets until `until_s`, exact to about a millisecond. Raises `PcoClosed`."""
        while True:
            octets = self._waiting_octets()
            now_s = self._clock.now()
            if octets:
                return Reception(octets, now_s)
            if now_s >= until_s:
                return None
            self._clock.pause(min(_POLL_S, until_s - now_s))

    def write(self, octets: bytes) -> float:
        """Hand over all octets. Raises `PcoClosed`."""
        try:
            self._line.write(octets)
        except OSError as error:
            raise PcoClosed(f"the port is gone ({error})") from error
        return self._clock.now()

    def close(self) -> None:
        """Release the port."""
        self._line.close()

    def _waiting_octets(self) -> bytes:
        try:
            count = self._line.in_waiting
            octets = self._line.read(count) if count else b""
        except OSError as error:
            raise PcoClosed(f"the port is gone ({error})") from error
        if count and not octets:
            # The reader thread of pyserial's RFC 2217 handler queues an empty entry at the end.
            raise PcoClosed("the other side closed the port")
        return octets
