"""The process that keeps a place for a run: it releases the place when the run is over or dead.

    python -m atverdict.adapters.labgrid.keeper name=PLACE|TAG=VALUE[,TAG=VALUE]... SECONDS

It says on standard output what it does, a message a line, and goes on until its standard input
ends. It alone reserves, acquires and releases, so that no death of a run comes in between.

Which place is whose, the coordinator says: a run's place is allocated to the reservation of the
run, whose token stands in the lease. A place that its user has acquired by hand has none, or the
one in LG_TOKEN.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys

import msgspec

from atverdict.adapters.labgrid.client import Client, LabgridReservation, Place
from atverdict.adapters.lease import Lease, leased
from atverdict.adapters.pco import AbsentError, AddressError
from atverdict.adapters.ports.real_clock import RealClock

__all__ = ["Keeper", "Kept", "Message", "Refused", "Told", "read"]

_NAME = "name="
_ALLOCATED = "allocated"
_INPUT, _OUTPUT = 0, 1
_LOOK_S = 0.1
_LEASE_S = 10.0
"""How long a run that has released a place may take to give up its lease too."""
_PAUSES_S = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0)
"""Between the attempts to release a place: a coordinator that restarts is back by then."""


class Told(msgspec.Struct, tag=True):
    """Something for the user to know."""

    text: str


class Kept(msgspec.Struct, tag=True):
    """The place is acquired."""

    place: str
    holder: str
    """By whom, as HOST/USER."""


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
    """The place is not needed any more."""


class Keeper:
    """Gets one place and gives it back."""

    def __init__(self) -> None:
        """Look for the client. Raises `AddressError`."""
        self._client = Client()
        self._clock = RealClock()
        self._own_token = os.environ.get("LG_TOKEN", "")
        """Of a reservation that the user has made."""
        self._released = True

    def keep(self, wanted: tuple[str, ...], wait_s: float) -> bool:
        """Keep a place for as long as the run lasts; tell whether nothing is left acquired.

        Raises `AddressError` where there is none.
        """
        with contextlib.ExitStack() as cleanup:
            _say(self._got(wanted, wait_s, cleanup))
            while not _is_over(None):
                pass
        return self._released

    def _got(self, wanted: tuple[str, ...], wait_s: float, cleanup: contextlib.ExitStack) -> Kept:
        """Get a place, and have `cleanup` undo it."""
        name = wanted[0].removeprefix(_NAME) if wanted[0].startswith(_NAME) else ""
        if name:
            shown = self._client.show(name)
            name, wanted = shown.name, (f"{_NAME}{shown.name}",)
            if self._own_token and shown.reservation == self._own_token:
                return self._by_own_reservation(shown, cleanup)
        elif not self._client.some_place_has(wanted):
            raise AbsentError(f"labgrid: no place has {' and '.join(wanted)}")
        until_s = self._clock.now() + wait_s
        while True:
            with contextlib.ExitStack() as reserved:
                token = self._client.reserve(wanted)
                reserved.callback(self._cancel, token)
                reservation = self._client.reservation(token)
                if reservation.state != _ALLOCATED:
                    kept = self._taken_over(name, reservation.owner, cleanup) if name else None
                    if kept:
                        return kept
                    self._wait(token, wanted, until_s)
                    reservation = self._client.reservation(token)
                if reservation.state == _ALLOCATED:
                    cleanup.push(reserved.pop_all())
                    return self._acquired(reservation, token, cleanup)
                if self._clock.now() >= until_s:
                    raise AbsentError(self._refusal(wanted, name, reservation.owner, wait_s))
            # A coordinator that was started anew has forgotten it.

    def _by_own_reservation(self, shown: Place, cleanup: contextlib.ExitStack) -> Kept:
        """Use a place that LG_TOKEN says is the user's; the reservation stays."""
        if not shown.holder:
            owner = self._client.reservation(self._own_token).owner
            reservation = LabgridReservation(_ALLOCATED, owner, shown.name)
            return self._acquired(reservation, self._own_token, cleanup)
        cleanup.enter_context(_leased(shown.name))
        return _as_it_is(shown)

    def _taken_over(self, name: str, me: str, cleanup: contextlib.ExitStack) -> Kept | None:
        """Use a place that this user has already, unless another run of the same user has it."""
        if self._client.show(name).holder != me:
            return None
        with contextlib.ExitStack() as held:
            try:
                lease = held.enter_context(_leased(name))
            except AbsentError:
                return None
            shown = self._client.show(name)  # the other run may have released it meanwhile
            if shown.holder != me or shown.reservation not in {"", lease.left}:
                return None
            cleanup.push(held.pop_all())
        if not shown.reservation:
            return _as_it_is(shown)
        _say(Told(f"labgrid: {name} was left behind by a run that died; it is taken over"))
        lease.note(shown.reservation)
        cleanup.callback(self._cancel, shown.reservation)
        cleanup.callback(self._release, name, me, shown.reservation, lease)
        return Kept(name, me)

    def _wait(self, token: str, wanted: tuple[str, ...], until_s: float) -> None:
        """Let the client wait: it asks each second, and so keeps the reservation alive."""
        if self._clock.now() >= until_s:
            return
        _say(Told(f"labgrid: waiting for a place with {' and '.join(wanted)} ..."))
        with subprocess.Popen(  # noqa: S603 - labgrid's client, by its path
            self._client.command("wait", token),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as waiting:
            try:
                while self._clock.now() < until_s and waiting.poll() is None:
                    if _is_over(_LOOK_S):
                        raise _RunIsOver
            finally:
                waiting.kill()

    def _refusal(self, wanted: tuple[str, ...], name: str, me: str, wait_s: float) -> str:
        hint = f"not within {wait_s:g} s" if wait_s else "--wait SECONDS waits for it"
        if not name:
            return f"labgrid: no place with {' and '.join(wanted)} is free; {hint}"
        shown = self._client.show(name)
        if shown.holder == me:
            hint += f"; if no run of yours uses it any more: labgrid-client -p {name} release"
        if shown.holder:
            return f"labgrid: the place {name} is in use by {shown.holder}; {hint}"
        owner = self._client.reservation(shown.reservation).owner if shown.reservation else ""
        return f"labgrid: the place {name} is reserved by {owner or 'somebody else'}; {hint}"

    def _acquired(
        self, reservation: LabgridReservation, token: str, cleanup: contextlib.ExitStack
    ) -> Kept:
        """Acquire the place that a reservation has got."""
        name, me = self._client.show(reservation.place).name, reservation.owner
        lease = cleanup.enter_context(_leased(name, wait_s=_LEASE_S))
        lease.note(token)
        with contextlib.ExitStack() as acquired:
            acquired.callback(self._release, name, me, token, lease)
            try:
                said = self._client.say("acquire", place=name)
            except AbsentError as error:
                if "already acquired" in str(error):
                    acquired.pop_all()  # by another user, who was faster and keeps it
                raise
            # Exit code 0 is also that of a client which was terminated.
            if f"acquired place {name}" not in said.splitlines():
                raise AbsentError(f"labgrid: {name} was not acquired")
            cleanup.push(acquired.pop_all())
        return Kept(name, me)

    def _release(self, name: str, me: str, token: str, lease: Lease) -> None:
        """Release the place, for as long as it takes; it may be another user's by now."""
        problem = ""
        for pause_s in (0.0, *_PAUSES_S):
            self._clock.pause(pause_s)
            try:
                if not self._is_ours(name, me, token):
                    return
                self._client.say("release-from", me, place=name)
                if not self._is_ours(name, me, token):
                    return
            except AddressError as error:
                problem = str(error)
        _say(Told(problem or f"labgrid: {name} is not released"))
        # The next run will know it by this.
        lease.kept = True
        self._released = False

    def _is_ours(self, name: str, me: str, token: str) -> bool:
        shown = self._client.show(name)
        return shown.holder == me and shown.reservation in {"", token}

    def _cancel(self, token: str) -> None:
        """Cancel a reservation; one that cannot be cancelled ends in a minute by itself."""
        if self._released:
            with contextlib.suppress(AddressError):
                self._client.say("cancel-reservation", token)


def _as_it_is(shown: Place) -> Kept:
    _say(Told(f"labgrid: {shown.name} is yours already; it is not released after the run"))
    return Kept(shown.name, shown.holder)


def _leased(name: str, wait_s: float = 0.0) -> contextlib.AbstractContextManager[Lease]:
    return leased(f"labgrid:{name}", wait_s=wait_s)


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
        released = Keeper().keep(tuple(wanted.split(",")), float(wait_s))
    except _RunIsOver:
        return 0
    except AddressError as error:
        _say(Refused(str(error), absent=isinstance(error, AbsentError)))
        return 1
    return 0 if released else 1


if __name__ == "__main__":
    sys.exit(_main())
