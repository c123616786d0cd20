"""The search for the rate of a line, before a run: the usual ones are tried until one answers."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from atverdict.adapters.pco import Pco, PcoClosed

__all__ = ["USUAL_RATES", "Search", "Tunable", "search"]

USUAL_RATES = (115200, 9600, 921600, 460800, 230400, 57600, 38400, 19200)
"""In bit/s, the likeliest first."""
_ATTEMPTS = 2
"""The first line at a rate may end what was noise at the rate before."""
_PATIENCE_S = 0.4


@runtime_checkable
class Tunable(Pco, Protocol):
    """A port whose line can be set to another rate."""

    def tune(self, baudrate: int) -> None:
        """Set the line to `baudrate` bit/s. Raises `PcoClosed` where it cannot be."""
        ...


class Search(NamedTuple):
    """What came of a search."""

    baudrate: int | None
    """At which rate ``AT`` was answered; None where it was at none."""
    tried: str
    """Each rate that was tried and what came, for the log."""


def search(port: Tunable, configured: int, rates: Sequence[int] = USUAL_RATES) -> Search:
    """Send ``AT`` at the configured rate and the others until one is answered with ``OK``.

    The line keeps the rate that was found, else the configured one.
    """
    tried: list[str] = []
    for baudrate in dict.fromkeys((configured, *rates)):
        what = _heard(port, baudrate)
        tried.append(f"{baudrate}: {what}")
        if what == "OK":
            return Search(baudrate, ", ".join(tried))
    port.tune(configured)
    return Search(None, ", ".join(tried))


def _heard(port: Tunable, baudrate: int) -> str:
    """Say what came at one rate: ``OK``, ``noise`` or ``silence``."""
    try:
        port.tune(baudrate)
    except PcoClosed:
        return "not possible"
    octets = b""
    for _ in range(_ATTEMPTS):
        port.write(b"AT\r")
        until_s = port.now() + _PATIENCE_S
        while reception := port.read(until_s):
            octets += reception.octets
            if b"OK\r\n" in octets:
                return "OK"
            if port.now() >= until_s:
                break  # one that babbles without end
    return "noise" if octets else "silence"
