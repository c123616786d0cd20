"""The reference host as an IUT: a port on virtual time, and a control agent of its own."""

from collections import deque

from atverdict.adapters.pco import Control, Pco, PcoClosed, Reception
from atverdict.adapters.simulator.fault import named
from atverdict.adapters.simulator.host.faults.catalogue import FAULTS
from atverdict.adapters.simulator.host.host import Host
from atverdict.adapters.simulator.host.options import HostOptions
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["HostLaboratory", "SimulatedHostPco", "open_simulated_host", "simulated_host"]

_BITS_PER_OCTET = 10
_BAUDRATE = 115_200
_SETTINGS = ("battery", "signal", "free_space")


class SimulatedHostPco:
    """The serial port of the reference host; reading is what makes virtual time pass."""

    transport = "sim"
    line_baudrate: int | None = None
    opened_at = "2025-01-01T09:55:00.000+08:00"

    def __init__(self, options: HostOptions, fault: str = "") -> None:
        """Give the host power. Raises `AddressError` for an unknown fault."""
        self._clock = Clock()
        self._said: deque[Reception] = deque()
        self._closed = False
        self.host = Host(self._clock, self._say, options, fault)
        self._clock.call_later(0.0, self.host.start)

    def now(self) -> float:
        """Return the virtual seconds since the start."""
        return self._clock.now_s

    def write(self, octets: bytes) -> float:
        """Give octets to the host at the current instant and return it."""
        self._check()
        self.host.receive(octets)
        return self._clock.now_s

    def read(self, until_s: float) -> Reception | None:
        """Let time pass until the host has said something or the instant `until_s` is reached."""
        while not (self._said and self._said[0].instant_s <= max(until_s, self._clock.now_s)):
            self._check()
            due_s = self._clock.next_event_s()
            if due_s is None or due_s > until_s:
                self._clock.advance_to(until_s)
                return None
            self._clock.advance_to(due_s)
        reception = self._said.popleft()
        self._clock.advance_to(reception.instant_s)
        return Reception(reception.octets, self._clock.now_s)

    def reopen(self, until_s: float) -> bool:
        """Open the port again; the instant does not matter."""
        del until_s
        self._closed = False
        return True

    def close(self) -> None:
        """Close the port; the host goes on."""
        self._closed = True

    def _say(self, octets: bytes) -> None:
        duration_s = len(octets) * _BITS_PER_OCTET / _BAUDRATE
        self._said.append(Reception(octets, self._clock.now_s + duration_s))

    def _check(self) -> None:
        if self._closed:
            raise PcoClosed("the host's port was closed")


class HostLaboratory:
    """What the contract lets a control agent do in the host role."""

    def __init__(self, pco: SimulatedHostPco) -> None:
        self._host = pco.host

    def actions(self) -> frozenset[str]:
        """Return the names of the actions."""
        return frozenset({"reset_host", "host_status", "host_set"})

    def perform(self, action: str, arguments: dict[str, object]) -> dict[str, object]:
        """Do one action."""
        match action:
            case "reset_host":
                self._host.reset()
            case "host_status":
                return {"ok": True, "version": self._host.version}
            case "host_set":
                values = {k: v for k in _SETTINGS if isinstance(v := arguments.get(k), int)}
                self._host.set(**values)
            case _:
                return {"ok": False, "error": "unsupported"}
        return {"ok": True}

    def close(self) -> None:
        """Nothing is to be released."""


def open_simulated_host(query: dict[str, str]) -> tuple[Pco, Control]:
    """Open the reference host that a ``sim:`` address describes; key ``fault`` names a fault.

    Raises `AddressError` for an option or a fault that does not exist.
    """
    options, fault = simulated_host(query)
    pco = SimulatedHostPco(options, fault)
    return pco, HostLaboratory(pco)


def simulated_host(query: dict[str, str]) -> tuple[HostOptions, str]:
    """Return options and fault of the reference host that a query describes.

    Raises `AddressError` for an option or a fault that does not exist.
    """
    wanted = dict(query)
    fault = wanted.pop("fault", "")
    implied = named(fault, FAULTS, "the host").needs if fault else {}
    return HostOptions.from_query({**implied, **wanted}), fault
