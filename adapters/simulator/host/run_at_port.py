"""A host at a real port: its virtual clock follows the port's."""

from collections.abc import Callable

from atverdict.adapters.pco import Pco, PcoClosed
from atverdict.adapters.simulator.host.host import Host
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["run_at_port"]

_GLANCE_S = 0.2
"""How often `over` is asked while nothing happens."""


def run_at_port(
    host: Host, clock: Clock, port: Pco, over: Callable[[], bool], reopen_s: float
) -> bool:
    """Start a host and let it run at a port until it is over; False when the port is gone.

    The host must send to the port. A port that vanishes, as with the power of a module on USB,
    has `reopen_s` seconds to come back.
    """
    clock.call_later(0.0, host.start)
    while not over():
        next_s = clock.next_event_s()
        glance_s = port.now() + _GLANCE_S
        try:
            reception = port.read(glance_s if next_s is None else min(next_s, glance_s))
            clock.advance_to(port.now())
            if reception is not None:
                host.receive(reception.octets)
        except PcoClosed:
            if not port.reopen(port.now() + reopen_s):
                return False
    return True
