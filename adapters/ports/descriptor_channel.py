"""A channel over a file descriptor or a socket: the kernel waits, octets are taken as they come."""

import select
import socket
from collections import deque
from collections.abc import Callable

from atverdict.adapters.pco import PcoClosed, Reception
from atverdict.adapters.ports.real_clock import RealClock

__all__ = ["DescriptorChannel", "of_socket"]

_READ_OCTETS = 16384
_LONGEST_WAIT_S = 3600.0
"""Of one call to select, which refuses durations beyond the range of time_t."""
_STALL_S = 10.0
"""How long a port may take no octet at all before a write gives it up."""


class DescriptorChannel:
    """A `Channel` over something non-blocking that select understands."""

    def __init__(  # noqa: PLR0913  six facts of one connection, all of them needed to use it
        self,
        *,
        transport: str,
        clock: RealClock,
        number: int,
        take: Callable[[int], bytes],
        give: Callable[[memoryview], int],
        release: Callable[[], None],
    ) -> None:
        """Use the descriptor `number`, read by `take` and written by `give`, never blocking."""
        self.transport = transport
        self._now = clock.now
        self._watched = (number,)
        self._take = take
        self._give = give
        self._release = release
        self._backlog: deque[Reception] = deque()
        """Octets that came while a write had to wait."""

    def read(self, until_s: float) -> Reception | None:
        """Wait for octets until `until_s`. Raises `PcoClosed`."""
        if self._backlog:
            return self._backlog.popleft()
        while True:
            left_s = until_s - self._now()
            wait_s = 0.0 if left_s <= 0.0 else min(left_s, _LONGEST_WAIT_S)
            if select.select(self._watched, (), (), wait_s)[0]:
                reception = self._receive()
                if reception is not None:
                    return reception
            elif left_s <= 0.0:
                return None

    def write(self, octets: bytes) -> float:
        """Hand over all octets; what the IUT sends meanwhile is kept. Raises `PcoClosed`.

        A port that takes nothing for ten seconds counts as gone.
        """
        count = self._send(memoryview(octets))
        instant_s = self._now()
        if count < len(octets):
            instant_s = self._write_rest(memoryview(octets)[count:], instant_s)
        return instant_s

    def close(self) -> None:
        """Release the descriptor."""
        self._release()

    def _write_rest(self, rest: memoryview, instant_s: float) -> float:
        """Hand over what the operating system did not take at `instant_s`."""
        while rest:
            self._wait_for_room(instant_s + _STALL_S)
            count = self._send(rest)
            if count:
                rest = rest[count:]
                instant_s = self._now()
        return instant_s

    def _receive(self) -> Reception | None:
        try:
            octets = self._take(_READ_OCTETS)
        except BlockingIOError:
            return None
        except OSError as error:
            raise PcoClosed(f"the port is gone ({error.strerror})") from error
        if not octets:
            raise PcoClosed("the other side closed the port")
        return Reception(octets, self._now())

    def _send(self, octets: memoryview) -> int:
        try:
            return self._give(octets)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise PcoClosed(f"the port is gone ({error.strerror})") from error

    def _wait_for_room(self, give_up_s: float) -> None:
        wait_s = give_up_s - self._now()
        if wait_s <= 0.0:
            raise PcoClosed(f"the port has taken no octet for {_STALL_S:g} s")
        # A peer that echoes stops taking when its own octets are not taken: read meanwhile.
        readable, _, _ = select.select(self._watched, self._watched, (), wait_s)
        if readable:
            reception = self._receive()
            if reception is not None:
                self._backlog.append(reception)


def of_socket(connection: socket.socket, clock: RealClock) -> DescriptorChannel:
    """Make a channel of a TCP connection, without Nagle's delay."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(0.0)
    return DescriptorChannel(
        transport="tcp",
        clock=clock,
        number=connection.fileno(),
        take=connection.recv,
        give=connection.send,
        release=connection.close,
    )
