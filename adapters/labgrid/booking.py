"""A place that is kept for a run: where its port is, and what cuts its power."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import IO

from atverdict.adapters.labgrid import keeper
from atverdict.adapters.labgrid.client import Client
from atverdict.adapters.labgrid.resource import power_switch, serial_port
from atverdict.adapters.pco import AbsentError, AddressError

__all__ = ["Booking", "booked"]

_TAG = r"[a-z][a-z0-9_][^=,\s]*=[^=,\s]+"
_TAGS = re.compile(rf"{_TAG}(,{_TAG})*")
_PLACE = re.compile(r"[^=,\s]+")
_PROXY = "LG_PROXY"
_ASK_S = 10.0
_RELEASE_S = 60.0


class Booking:
    """A place of a coordinator, ours until the run is over."""

    def __init__(self, client: Client, kept: keeper.Kept) -> None:
        """Ask for its port and its power switch. Raises `AddressError`."""
        self._client = client
        self._holder = kept.holder
        self.place = kept.place
        resources = client.show(self.place).resources
        self._port = serial_port(resources, self.place)
        self.path = self._port.path
        """Of the serial port, as labgrid names it: EXPORTER/GROUP/CLASS/NAME."""
        switch = power_switch(resources, self.place)
        cycle = ("power", f"--name={switch.name}", "cycle") if switch else ()
        self.power = client.command(*cycle, place=self.place) if cycle else ()
        """The command that cuts the power and gives it back; empty where labgrid cannot."""
        self.url = self._port.url()
        """The address of the port when it was booked."""

    def find(self) -> str:
        """Return the address of the port now: an exporter opens another one for a new device.

        Raises `AbsentError` while there is none, and where the place is not ours any more.
        """
        shown = self._client.show(self.place, timeout_s=_ASK_S)
        if shown.holder != self._holder:
            raise AbsentError(f"labgrid: the place {self.place} is no longer acquired for this run")
        for resource in shown.resources:
            if resource.path == self.path:
                return resource.url()
        raise AbsentError(f"labgrid: {self.path} is not there now")


@contextlib.contextmanager
def booked(address: str, *, wait_s: float, tell: Callable[[str], None]) -> Iterator[Booking]:
    """Keep the place that ``labgrid:PLACE`` or ``labgrid:TAG=VALUE`` asks for inside a block.

    It is released after the block, or after the death of this process. `tell` is called with what
    the user should know meanwhile. Raises `AbsentError` where no such place is free after `wait_s`
    seconds, and `AddressError` for an address that is none.
    """
    rest = address.partition(":")[2]
    if not _TAGS.fullmatch(rest) and not _PLACE.fullmatch(rest):
        raise AddressError(f"{address}: expected labgrid:PLACE or labgrid:TAG=VALUE[,TAG=VALUE]...")
    if sys.platform == "win32":
        raise AddressError(f"{address}: labgrid is not there on Windows")
    if os.environ.get(_PROXY):
        raise AddressError(f"{address}: {_PROXY} is set; run the suite where no proxy is needed")
    client = Client()
    wanted = rest if "=" in rest else f"name={rest}"
    process = subprocess.Popen(  # noqa: S603 - this suite itself
        [sys.executable, "-P", "-m", keeper.__name__, wanted, str(wait_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # What ends the run does not end its keeper, which has to release the place.
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    place = ""
    with process.stdout as said:
        try:
            kept = _kept(said, tell)
            place = kept.place
            yield Booking(client, kept)
        finally:
            process.stdin.close()
            _end(process, said, place, tell)


def _kept(said: IO[bytes], tell: Callable[[str], None]) -> keeper.Kept:
    for line in said:
        match keeper.read(line):
            case keeper.Kept() as kept:
                return kept
            case keeper.Refused(problem, absent):
                raise AbsentError(problem) if absent else AddressError(problem)
            case keeper.Told(text):
                tell(text)
    raise AbsentError("labgrid: the process that keeps the place has died")


def _end(
    process: subprocess.Popen[bytes], said: IO[bytes], place: str, tell: Callable[[str], None]
) -> None:
    """Wait until the place is released, but not for ever; the keeper goes on without us."""
    if place:
        tell(f"labgrid: releasing {place}")
    try:
        code = process.wait(_RELEASE_S)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        tell(
            f"labgrid: {place or 'the place'} is not released yet; process {process.pid} sees to it"
        )
        return
    for line in said:
        message = keeper.read(line)
        if isinstance(message, keeper.Told):
            tell(message.text)
    if place and code:
        tell(f"labgrid: {place} may still be acquired: labgrid-client -p {place} release")
