"""The process that keeps a place for a run: it releases the place when the run is over or dead.

    python -m atverdict.adapters.labgrid.keeper name=PLACE|TAG=VALUE SECONDS

It says on standard output what it does, a message a line, and goes on until its standard input
ends. It alone reserves, acquires and releases, so that no death of a run comes in between.
"""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from getpass import getuser

import msgspec

from atverdict.adapters.labgrid.client import Client
from atverdict.adapters.lease import leased
from atverdict.adapters.pco import AbsentError, AddressError
from atverdict.adapters.real_clock import RealClock

__all__ = ["Kept", "Message", "Refused", "Told", "read"]

_NAME = "name="
_INPUT, _OUTPUT = 0, 1
_LOOK_S = 0.1
_LEASE_S = 10.0
"""How long a run that has released a place may take to give up its lease too."""


class Told(msgspec.Struct, tag=True):
    """Something for the user to know."""

    text: str


class Kept(msgspec.Struct, tag=True):
    """The place is acquired."""

    place: str


class Refused(msgspec.Struct, tag=True):
    """There is no place, and nothing is kept."""

    problem: str
    absent: bool


Message = Told | Kept | Refused


def read(line: bytes) -> Message:
    """Read what a keeper has said."""
    message: Message = msgspec.json.decode(line, type=Message)
    return message


def _say(message: Message) -> None:
    """Tell the run, if there still is one."""
    with contextlib.suppress(OSError):
        os.write(_OUTPUT, msgspec.json.encode(message) + b"\n")


class _RunIsOver(Exception):
    """Nobody needs the place any more."""


class _Keeper:
    """Gets one place and gives it back."""

    def __init__(self) -> None:
        """Look for the client. Raises `AddressError`."""
        self._client = Client()
        self._me = "/".join(
            (
                os.environ.get("LG_HOSTNAME") or socket.gethostname(),
                os.environ.get("LG_USERNAME") or getuser(),
            )
        )

    def keep(self, wanted: str, wait_s: float) -> None:
        """Keep a place for as long as the run lasts. Raises `AddressError` where there is none."""
        with contextlib.ExitStack() as cleanup:
            name = wanted.removeprefix(_NAME)
            place = ""
            if name != wanted:
                shown = self._client.show(name)
                wanted = f"{_NAME}{shown.name}"
                if shown.holder == self._me and self._taken_over(shown.name, cleanup):
                    place = shown.name
            if not place:
                place = cleanup.enter_context(self._reserved(wanted, wait_s))
                cleanup.enter_context(leased(f"labgrid:{place}", wait_s=_LEASE_S))
                cleanup.enter_context(self._acquired(place))
            _say(Kept(place))
            while not _is_over(None):
                pass

    def _taken_over(self, place: str, cleanup: contextlib.ExitStack) -> bool:
        """Use a place that this user has already, unless another run of the same user has it."""
        with contextlib.ExitStack() as lease:
            try:
                left_behind = lease.enter_context(leased(f"labgrid:{place}"))
            except AbsentError:
                return False
            if self._client.show(place).holder != self._me:
                return False  # the other run has released it meanwhile
            cleanup.push(lease.pop_all())
        if left_behind:
            _say(Told(f"labgrid: {place} was left behind by a run that died; it is taken over"))
            cleanup.callback(self._release, place)
        else:
            _say(Told(f"labgrid: {place} is yours already; it is not released after the run"))
        return True

    @contextlib.contextmanager
    def _reserved(self, wanted: str, wait_s: float) -> Iterator[str]:
        token = self._client.reserve(wanted)
        try:
            reservation = self._client.reservation(token)
            if reservation.state == "waiting":
                if wait_s:
                    _say(Told(f"labgrid: waiting for a place with {wanted} ..."))
                self._wait(token, wait_s)
                reservation = self._client.reservation(token)
            if reservation.state != "allocated":
                raise AbsentError(self._refusal(wanted))
            yield reservation.place
        finally:
            self._quietly("cancel-reservation", token)

    def _wait(self, token: str, wait_s: float) -> None:
        """Let the client wait: it asks each second, and so keeps the reservation alive."""
        clock = RealClock()
        with subprocess.Popen(  # noqa: S603 - labgrid's client, by its path
            self._client.command("wait", token),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as waiting:
            try:
                while clock.now() < wait_s and waiting.poll() is None:
                    if _is_over(_LOOK_S):
                        raise _RunIsOver
            finally:
                waiting.kill()

    def _refusal(self, wanted: str) -> str:
        name = wanted.removeprefix(_NAME)
        if name == wanted:
            return f"labgrid: no place with {wanted} is free; --wait SECONDS waits for one"
        holder = self._client.show(name).holder
        by_whom = f"in use by {holder}" if holder else "reserved by somebody else"
        return f"labgrid: the place {name} is {by_whom}; --wait SECONDS waits for it"

    @contextlib.contextmanager
    def _acquired(self, place: str) -> Iterator[None]:
        try:
            self._client.say("acquire", place=place)
        except AbsentError:
            # A client that failed late has acquired it all the same.
            if self._client.show(place).holder == self._me:
                self._release(place)
            raise
        try:
            yield
        finally:
            self._release(place)

    def _release(self, place: str) -> None:
        """Release it, unless somebody else has it by now."""
        self._quietly("release-from", self._me, place=place)

    def _quietly(self, *words: str, place: str = "") -> None:
        try:
            self._client.say(*words, place=place)
        except AddressError as error:
            _say(Told(f"{error} ({' '.join(words)}{place and ' of '}{place})"))


def _is_over(within_s: float | None) -> bool:
    """Tell whether the run has ended, at the latest after `within_s` seconds."""
    ready, _, _ = select.select([_INPUT], [], [], within_s)
    return bool(ready) and not os.read(_INPUT, 1)


def _main() -> int:
    wanted, wait_s = sys.argv[1:]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # It ends with its run, and with nothing else.
        signal.signal(number, signal.SIG_IGN)
    try:
        _Keeper().keep(wanted, float(wait_s))
    except _RunIsOver:
        return 0
    except AddressError as error:
        _say(Refused(str(error), absent=isinstance(error, AbsentError)))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
