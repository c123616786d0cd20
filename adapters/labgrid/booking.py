"""A place that is kept for a run: where its port is, and what cuts its power."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import IO

from atverdict.adapters.labgrid import keeper
from atverdict.adapters.labgrid.client import Client
from atverdict.adapters.labgrid.serial_resource import SerialResource, chosen
from atverdict.adapters.pco import AbsentError, AddressError

__all__ = ["Booking", "booked"]

_TAG = re.compile(r"[a-z][a-z0-9_]*=[^=\s]+")
_PLACE = re.compile(r"[^=\s]+")
_NO_POWER = "no compatible resource"


class Booking:
    """A place of a coordinator, ours until the run is over."""

    def __init__(self, client: Client, place: str) -> None:
        """Ask for its port and its power control. Raises `AddressError`."""
        self._client = client
        self.place = place
        self.port = self._port()
        self.power = client.command("power", "cycle", place=place) if self._has_power() else ()
        """The command that cuts the power and gives it back; empty where labgrid cannot."""

    def url(self) -> str:
        """Return the address of the port now: an exporter opens another one for a new device.

        Raises `AbsentError` while there is none.
        """
        self.port = self._port()
        return self.port.url()

    def _port(self) -> SerialResource:
        return chosen(self._client.show(self.place).ports, self.place)

    def _has_power(self) -> bool:
        try:
            self._client.say("power", "get", place=self.place)
        except AbsentError as error:
            # A switch that cannot tell its state, or is off-line now, is one all the same.
            return _NO_POWER not in str(error)
        return True


@contextlib.contextmanager
def booked(address: str, *, wait_s: float, tell: Callable[[str], None]) -> Iterator[Booking]:
    """Keep the place that ``labgrid:PLACE`` or ``labgrid:TAG=VALUE`` asks for inside a block.

    It is released after the block, or after the death of this process. `tell` is called with what
    the user should know meanwhile. Raises `AbsentError` where no such place is free after `wait_s`
    seconds, and `AddressError` for an address that is none.
    """
    rest = address.partition(":")[2]
    if _TAG.fullmatch(rest):
        wanted = rest
    elif _PLACE.fullmatch(rest):
        wanted = f"name={rest}"
    else:
        raise AddressError(f"{address}: expected labgrid:PLACE or labgrid:TAG=VALUE")
    if sys.platform == "win32":
        raise AddressError(f"{address}: labgrid is not there on Windows")
    client = Client()
    command = [sys.executable, "-P", "-m", keeper.__name__, wanted, str(wait_s)]
    with subprocess.Popen(  # noqa: S603 - this suite itself
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        place = ""
        try:
            place = _place(process.stdout, tell)
            yield Booking(client, place)
        finally:
            process.stdin.close()
            _end(process, process.stdout, place, tell)


def _place(said: IO[bytes], tell: Callable[[str], None]) -> str:
    for line in said:
        match keeper.read(line):
            case keeper.Kept(place):
                return place
            case keeper.Refused(problem, absent):
                raise AbsentError(problem) if absent else AddressError(problem)
            case keeper.Told(text):
                tell(text)
    raise AbsentError("labgrid: the process that keeps the place has died")


def _end(
    process: subprocess.Popen[bytes], said: IO[bytes], place: str, tell: Callable[[str], None]
) -> None:
    """Wait until the place is released, and say so where it is not."""
    for line in said:
        message = keeper.read(line)
        if isinstance(message, keeper.Told):
            tell(message.text)
    if process.wait() and place:
        tell(f"labgrid: the place {place} may still be acquired: labgrid-client -p {place} release")
