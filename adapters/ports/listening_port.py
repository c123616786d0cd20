"""Ports that the suite opens itself for a host: ``pty:LINK`` and ``tcp-listen:PORT``."""

import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

from atverdict.adapters.pco import AbsentError, AddressError
from atverdict.adapters.ports import terminal
from atverdict.adapters.ports.descriptor_channel import DescriptorChannel, of_socket
from atverdict.adapters.ports.port import RealTimePort
from atverdict.adapters.ports.real_clock import RealClock

__all__ = ["Invitation", "ListeningPort", "PtyPort"]

Invitation = Callable[[str], None]
"""Called once a host can come, with what it has to open."""

_LOOPBACK = "127.0.0.1"
CONNECT_S = 60.0
"""How long a host may take to connect."""


def _no_invitation(_place: str) -> None:
    """Invite no host."""


class PtyPort(RealTimePort):
    """A new pty, whose path a link points to; it does not show when a host opens it."""

    def __init__(self, address: str, *, baudrate: int, invite: Invitation = _no_invitation) -> None:
        """Make the pty and the link. Raises `AddressError`."""
        self._link = Path(address.partition(":")[2])
        super().__init__(address, baudrate=baudrate)
        invite(str(self._link))

    def _connect(self, clock: RealClock) -> DescriptorChannel:
        master, slave, path = terminal.open_raw_pty()
        os.set_blocking(master, False)
        try:
            if self._link.is_symlink() and not self._link.exists():
                self._link.unlink()  # it leads nowhere: a run that could not clean up left it
            self._link.symlink_to(path)
        except OSError as error:
            os.close(master)
            os.close(slave)
            raise AddressError(f"{self._link} cannot be made ({error.strerror})") from error

        def release() -> None:
            # The slave was kept open: it holds the raw mode.
            os.close(master)
            os.close(slave)
            with contextlib.suppress(OSError):
                self._link.unlink()

        return DescriptorChannel(
            transport="pty",
            clock=clock,
            number=master,
            take=lambda size: os.read(master, size),
            give=lambda octets: os.write(master, octets),
            release=release,
        )


class ListeningPort(RealTimePort):
    """A TCP port of this machine; the first host that connects is the IUT."""

    def __init__(
        self,
        address: str,
        *,
        baudrate: int,
        connect_s: float = CONNECT_S,
        invite: Invitation = _no_invitation,
    ) -> None:
        """Wait for a host for `connect_s` seconds. Raises `AddressError`, also `AbsentError`."""
        text = address.partition(":")[2]
        if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
            raise AddressError(f"{address}: expected tcp-listen:PORT with a port from 1 to 65535")
        self._port, self._connect_s, self._invite = int(text), connect_s, invite
        super().__init__(address, baudrate=baudrate)

    def _connect(self, clock: RealClock) -> DescriptorChannel:
        try:
            listener = socket.create_server((_LOOPBACK, self._port))
        except OSError as error:
            raise AddressError(f"{self.address} cannot be opened ({error.strerror})") from error
        with listener:
            self._invite(f"{_LOOPBACK}:{self._port}")
            self._invite = _no_invitation
            listener.settimeout(self._connect_s)
            try:
                connection = listener.accept()[0]
            except TimeoutError as error:
                raise AbsentError(
                    f"{self.address}: no host connected within {self._connect_s:g} s"
                ) from error
        return of_socket(connection, clock)
