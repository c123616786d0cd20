"""Octets through a file descriptor or a socket: waited for by the kernel, taken as they come."""

import select
from collections import deque
from collections.abc import Callable

from atverdict.adapters.pco import PcoClosed, Reception
from atverdict.adapters.real_clock import RealClock

__all__ = ["Descriptor"]

_READ_OCTETS = 16384
_LONGEST_WAIT_S = 3600.0
"""Of one call to select, which refuses durations beyond the range of time_t."""
_STALL_S = 10.0
"""How long a port may take no octet at all before a write gives it up."""


class Descriptor:
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
        self._clock = clock
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
            wait_s = max(0.0, min(until_s - self._clock.now(), _LONGEST_WAIT_S))
            if select.select(self._watched, (), (), wait_s)[0]:
                reception = self._receive()
                if reception is not None:
                    return reception
            elif self._clock.now() >= until_s:
                return None

    def write(self, octets: bytes) -> float:
        """Hand over all octets; what the IUT sends meanwhile is kept. Raises `PcoClosed`.

        A port that takes nothing for ten seconds counts as gone.
        """
        rest = memoryview(octets)
        give_up_s = self._clock.now() + _STALL_S
        while rest:
            count = self._send(rest)
            if count:
                rest = rest[count:]
                give_up_s = self._clock.now() + _STALL_S
            else:
                self._wait_for_room(give_up_s)
        return self._clock.now()

    def close(self) -> None:
        """Release the descriptor."""
        self._release()

    def _receive(self) -> Reception | None:
        try:
            octets = self._take(_READ_OCTETS)
        except BlockingIOError:
            return None
        except OSError as error:
            raise PcoClosed(f"the port is gone ({error.strerror})") from error
        if not octets:
            raise PcoClosed("the other side closed the port")
        return Reception(octets, self._clock.now())

    def _send(self, octets: memoryview) -> int:
        try:
            return self._give(octets)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise PcoClosed(f"the port is gone ({error.strerror})") from error

    def _wait_for_room(self, give_up_s: float) -> None:
        wait_s = give_up_s - self._clock.now()
        if wait_s <= 0.0:
            raise PcoClosed(f"the port has taken no octet for {_STALL_S:g} s")
        # A peer that echoes stops taking when its own octets are not taken: read meanwhile.
        readable, _, _ = select.select(self._watched, self._watched, (), wait_s)
        if readable:
            reception = self._receive()
            if reception is not None:
                self._backlog.append(reception)
