"""An IUT behind a TCP port: ``socket://host:port``.

pyserial has a handler for the same URL; it hands out octet by octet and needs 0.3 s to close.
"""

import socket
from urllib.parse import SplitResult, urlsplit

from atverdict.adapters.pco import AbsentError, AddressError
from atverdict.adapters.ports.descriptor_channel import DescriptorChannel, of_socket
from atverdict.adapters.ports.port import RealTimePort
from atverdict.adapters.ports.real_clock import RealClock

__all__ = ["SocketPort"]

_CONNECT_TIMEOUT_S = 5.0


class SocketPort(RealTimePort):
    """A `Pco` over TCP, without Nagle's delay."""

    def __init__(self, address: str, *, baudrate: int) -> None:
        """Connect to ``socket://host:port``. Raises `AddressError`, also `AbsentError`."""
        self.network_s: float | None = None
        """What the handshake took, in seconds: one round trip through the network."""
        super().__init__(address, baudrate=baudrate)

    def _connect(self, clock: RealClock) -> DescriptorChannel:
        host, number = _host_and_port(self.address)
        begin_s = clock.now()
        connection = self._connected_socket(host, number)
        self.network_s = clock.now() - begin_s
        return of_socket(connection, clock)

    def _connected_socket(self, host: str, number: int) -> socket.socket:
        try:
            return socket.create_connection((host, number), _CONNECT_TIMEOUT_S)
        except socket.gaierror as error:
            raise AddressError(
                f"{self.address}: the host {host!r} is not known ({error.strerror})"
            ) from error
        except ConnectionRefusedError as error:
            raise AbsentError(
                f"{self.address}: nobody listens on port {number} of {host}"
            ) from error
        except TimeoutError as error:
            raise AbsentError(
                f"{self.address}: no answer from {host} within {_CONNECT_TIMEOUT_S:g} s"
            ) from error
        except OSError as error:
            raise AbsentError(f"{self.address}: cannot connect ({error.strerror})") from error


def _host_and_port(address: str) -> tuple[str, int]:
    parts = _split(address)
    if parts is None or not parts.hostname or not parts.port:
        raise AddressError(f"{address}: expected socket://HOST:PORT with a port from 1 to 65535")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username is not None:
        raise AddressError(f"{address}: nothing may stand beside HOST:PORT")
    return parts.hostname, parts.port


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError:
        return None
    return parts
