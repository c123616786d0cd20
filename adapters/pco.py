"""The point of control and observation (PCO): octets to and from an IUT, and its clock."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol, runtime_checkable

__all__ = [
    "AbsentError",
    "AddressError",
    "Control",
    "ControlError",
    "Described",
    "Pco",
    "PcoClosed",
    "Reception",
    "network_round_trip_s",
    "remarks",
]


class Reception(NamedTuple):
    """Octets that arrived together, and when."""

    octets: bytes
    instant_s: float
    """Seconds since the PCO was opened, taken when the octets were seen."""


class PcoClosed(Exception):
    """The port is gone: unplugged, closed by the peer, or lost with the IUT's power."""


class AddressError(Exception):
    """An address that names no IUT, or one that cannot be opened; the message is for the user."""


class AbsentError(AddressError):
    """A well-formed address behind which there is no IUT now: no such port, or no listener."""


class ControlError(Exception):
    """The control agent cannot be started, died, or broke the contract."""


class Pco(Protocol):
    """One IUT's port. Only a PCO reads a clock or waits; everything else asks it.

    Nothing is lost between calls: octets that arrive between two reads are
    handed out by the next `read`.
    """

    @property
    def transport(self) -> str:
        """What carries the octets, for the log: ``sim``, ``serial``, ``pty``, ``tcp`` ..."""
        ...

    @property
    def line_baudrate(self) -> int | None:
        """Rate of the IUT's line in bit/s; None where there is none, or the adapter cannot know."""
        ...

    @property
    def opened_at(self) -> str:
        """Date and time of the clock's zero, ISO 8601; a simulator has a calendar of its own."""
        ...

    def now(self) -> float:
        """Return the seconds since the PCO was opened; never goes back."""
        ...

    def write(self, octets: bytes) -> float:
        """Hand over all octets and return the instant in seconds when that was done.

        Raises `PcoClosed` when the port is gone.
        """
        ...

    def read(self, until_s: float) -> Reception | None:
        """Wait for octets, until the clock shows `until_s` at the latest.

        Returns what is there as soon as anything is there; None when the instant
        passed in silence. An instant that has passed already asks for what is
        there now. Raises `PcoClosed` when the port is gone and nothing is left to hand out.
        """
        ...

    def reopen(self, until_s: float) -> bool:
        """Try to get a lost port back until the clock shows `until_s`; True when it is open."""
        ...

    def close(self) -> None:
        """Release the port; may be called twice."""
        ...


@runtime_checkable
class Described(Protocol):
    """A PCO that has something to say of itself."""

    @property
    def remarks(self) -> Mapping[str, str]:
        """What the log should say of the port as it is now, by name."""
        ...


def remarks(pco: Pco) -> Mapping[str, str]:
    """Return what a PCO says of itself; most have nothing to say."""
    return pco.remarks if isinstance(pco, Described) else {}


@runtime_checkable
class Networked(Protocol):
    """A PCO whose octets travel through a network."""

    @property
    def network_s(self) -> float | None:
        """What a round trip through the network alone took when it was opened, in seconds."""
        ...


def network_round_trip_s(pco: Pco) -> float | None:
    """Return what a round trip through the network takes; None where that is not known."""
    return pco.network_s if isinstance(pco, Networked) else None


class Control(Protocol):
    """The control agent of the test environment (``contract.md``), or the simulator's own."""

    def actions(self) -> frozenset[str]:
        """Return the names of the actions that this agent can do."""
        ...

    def perform(self, action: str, arguments: dict[str, object]) -> dict[str, object]:
        """Do one action and return the agent's reply, `ok` included.

        A refusal is a reply with ``"ok": false``; `ControlError` means that the agent is broken.
        """
        ...

    def close(self) -> None:
        """End the agent; may be called twice."""
        ...
