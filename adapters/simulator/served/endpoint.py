"""The endpoint at which a host reaches a simulated module, and the one that is a pty."""

import contextlib
import os
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from atverdict.adapters.pco import AddressError
from atverdict.adapters.ports import terminal

__all__ = ["READ_OCTETS", "UNSENT_LIMIT_OCTETS", "Endpoint", "PtyEndpoint"]

READ_OCTETS = 4096
UNSENT_LIMIT_OCTETS = 1 << 18
"""What waits at most for a client that does not read; a line without a listener loses octets."""


class Endpoint(Protocol):
    """A way to a module; it closes and opens again, as a USB port does when its device restarts."""

    @property
    def address(self) -> str:
        """What a host opens."""
        ...

    def readers(self) -> list[int]:
        """Return the descriptors to wait for with `receive`."""
        ...

    def writers(self) -> list[int]:
        """Return the descriptors to wait for with `flush`."""
        ...

    def receive(self, readable: Collection[int]) -> bytes:
        """Return what the host has sent."""
        ...

    def send(self, octets: bytes) -> None:
        """Take octets for the host."""
        ...

    def flush(self, writable: Collection[int]) -> None:
        """Hand over what there is room for."""
        ...

    def open(self) -> None:
        """Let a host in; where it is open nothing happens. Raises `AddressError`."""
        ...

    def close(self) -> None:
        """Drop the host and leave nothing behind; where it is closed nothing happens."""
        ...


class PtyEndpoint:
    """A new pty, whose path a link points to.

    Hosts may come and go. What is sent while no host has the pty open waits in it, as far as
    there is room.
    """

    def __init__(self, link: Path) -> None:
        """Make pty and link. Raises `AddressError`."""
        self._link = link
        self._unsent = bytearray()
        self._opened = contextlib.ExitStack()
        self._master: int | None = None
        self.open()

    @property
    def address(self) -> str:
        """The link."""
        return str(self._link)

    def open(self) -> None:
        """Make pty and link."""
        if self._master is not None:
            return
        with contextlib.ExitStack() as opened:
            master, slave, path = terminal.open_raw_pty()
            opened.callback(os.close, master)
            # Kept open: it holds the raw mode, and the master does not end with its first client.
            opened.callback(os.close, slave)
            os.set_blocking(master, False)
            _make_link(self._link, path)
            opened.callback(_remove_link, self._link, path)
            self._opened = opened.pop_all()
        self._master = master

    def close(self) -> None:
        """Remove the link and hang up."""
        self._master = None
        self._unsent.clear()
        self._opened.close()

    def readers(self) -> list[int]:
        """Return the pty."""
        return [] if self._master is None else [self._master]

    def writers(self) -> list[int]:
        """Return the pty, while something waits."""
        return self.readers() if self._unsent else []

    def receive(self, readable: Collection[int]) -> bytes:
        """Return what the host has sent."""
        if self._master is not None and self._master in readable:
            with contextlib.suppress(BlockingIOError):
                return os.read(self._master, READ_OCTETS)
        return b""

    def send(self, octets: bytes) -> None:
        """Take octets for the host."""
        if self._master is not None and len(self._unsent) < UNSENT_LIMIT_OCTETS:
            self._unsent += octets

    def flush(self, writable: Collection[int]) -> None:
        """Hand over what there is room for."""
        if self._master is not None and self._master in writable:
            with contextlib.suppress(BlockingIOError):
                del self._unsent[: os.write(self._master, self._unsent)]


def _make_link(link: Path, target: str) -> None:
    # One that leads nowhere was left behind by a run that could not clean up; so was one that
    # leads to the pty just made, for the system gives the numbers of ptys out again.
    if link.is_symlink() and (not link.exists() or str(link.readlink()) == target):
        link.unlink()
    try:
        link.symlink_to(target)
    except OSError as error:
        raise AddressError(f"{link} cannot be made ({error.strerror})") from error


def _remove_link(link: Path, target: str) -> None:
    with contextlib.suppress(OSError):
        if str(link.readlink()) == target:
            link.unlink()
