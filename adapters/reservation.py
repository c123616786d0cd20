"""The reservation of an IUT for a run: a lease on its port, or a place of labgrid."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from atverdict.adapters.labgrid.booking import booked
from atverdict.adapters.lease import leased
from atverdict.adapters.pco import Pco
from atverdict.adapters.ports.port import RealTimePort

__all__ = ["Reservation", "is_place", "reserved"]


@dataclass(frozen=True, slots=True)
class Reservation:
    """An IUT that is ours: where it is reached, and what came with it."""

    name: str
    """The address for the log: the place itself where any with a tag was asked for."""
    address: str
    """To be opened."""
    find: Callable[[], str] | None = None
    """Returns where it is now; None for an address that stays what it is."""
    power: tuple[str, ...] = ()
    """A command that cuts its power; empty where none is known."""
    remarks: Mapping[str, str] = field(default_factory=dict)
    """What the log should say of it, by name."""

    def attend(self, pco: Pco) -> None:
        """Have a port that is lost be looked for where it is by then."""
        if self.find is not None and isinstance(pco, RealTimePort):
            pco.follow(self.find)


@contextlib.contextmanager
def reserved(
    address: str, *, wait_s: float = 0.0, tell: Callable[[str], None] = lambda _text: None
) -> Iterator[Reservation]:
    """Hold the IUT that `address` names inside a block, and release it whatever happens.

    Raises `AbsentError` when another run or user still has it after `wait_s` seconds.
    """
    if is_place(address):
        with booked(address, wait_s=wait_s, tell=tell) as booking:
            tell(f"labgrid: {booking.place} is acquired, its port is {booking.url}")
            name = f"labgrid:{booking.place}"
            remarks = {"labgrid_port": f"{booking.path} at {booking.url}"}
            yield Reservation(name, booking.url, booking.find, booking.power, remarks)
        return
    with leased(address, wait_s=wait_s):
        yield Reservation(address, address)


def is_place(address: str) -> bool:
    """Tell whether the address is a place of labgrid, or a tag of places."""
    return address.lower().startswith("labgrid:")
