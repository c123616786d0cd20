"""Endpoints on the network: a TCP port, and one that speaks RFC 2217."""

import socket
import struct
from collections.abc import Callable, Collection

import serial
from serial.rfc2217 import IAC, IAC_DOUBLED, PortManager

from atverdict.adapters.pco import AddressError
from atverdict.adapters.simulator.served.endpoint import READ_OCTETS, UNSENT_LIMIT_OCTETS

__all__ = ["DEFAULT_HOST", "Rfc2217Endpoint", "TcpEndpoint", "listening"]

DEFAULT_HOST = "127.0.0.1"
_BROKEN_TELNET = (TypeError, ValueError, KeyError, struct.error)
"""What pyserial's port manager raises at a client that does not speak Telnet properly."""


class TcpEndpoint:
    """A TCP port, for one host at a time; what is sent while there is none is lost."""

    scheme = "socket"

    def __init__(self, port: int, host: str = DEFAULT_HOST) -> None:
        """Listen; port 0 takes any free one and keeps it. Raises `AddressError`."""
        self._host = host
        self._port = port
        self._listener: socket.socket | None = None
        self._client: socket.socket | None = None
        self._unsent = bytearray()
        self.open()

    @property
    def address(self) -> str:
        """The URL."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{self.scheme}://{host}:{self._port}"

    def open(self) -> None:
        """Listen."""
        if self._listener is None:
            self._listener = listening(self._host, self._port)
            self._port = self._listener.getsockname()[1]

    def close(self) -> None:
        """Listen no more and drop the host, in this order: it may come back at once."""
        if self._listener is not None:
            self._listener.close()
        self._listener = None
        self._drop()

    def readers(self) -> list[int]:
        """Return the host's socket, or the one by which a host comes."""
        end = self._client or self._listener
        return [] if end is None else [end.fileno()]

    def writers(self) -> list[int]:
        """Return the host's socket, while something waits."""
        return [self._client.fileno()] if self._client is not None and self._unsent else []

    def receive(self, readable: Collection[int]) -> bytes:
        """Return what the host has sent; let the next one in when there is none."""
        if not set(self.readers()) & set(readable):
            return b""
        if self._client is None:
            self._accept()
            return b""
        try:
            octets = self._client.recv(READ_OCTETS)
        except BlockingIOError:
            return b""
        except OSError:
            octets = b""
        if not octets:
            self._drop()
            return b""
        return self.decoded(octets)

    def send(self, octets: bytes) -> None:
        """Take octets for the host."""
        self.send_raw(self.encoded(octets))

    def send_raw(self, octets: bytes) -> None:
        """Take octets as they go over the network."""
        if self._client is not None and len(self._unsent) < UNSENT_LIMIT_OCTETS:
            self._unsent += octets

    def flush(self, writable: Collection[int]) -> None:
        """Hand over what there is room for."""
        if self._client is None or self._client.fileno() not in writable:
            return
        try:
            del self._unsent[: self._client.send(self._unsent)]
        except BlockingIOError:
            pass
        except OSError:  # the host is gone; the next one is welcome
            self._drop()

    def greet(self) -> None:
        """Say what a new host must know."""

    def decoded(self, octets: bytes) -> bytes:
        """Return what of the network's octets is for the module."""
        return octets

    def encoded(self, octets: bytes) -> bytes:
        """Return the module's octets as they go over the network."""
        return octets

    def _accept(self) -> None:
        assert self._listener is not None
        try:
            client = self._listener.accept()[0]
        except OSError:  # it has gone again already
            return
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.settimeout(0.0)
        self._client = client
        self.greet()

    def _drop(self) -> None:
        self._unsent.clear()
        if self._client is not None:
            self._client.close()
        self._client = None


class Rfc2217Endpoint(TcpEndpoint):
    """A TCP port with the line settings of RFC 2217, which are accepted and change nothing."""

    scheme = "rfc2217"

    def greet(self) -> None:
        """Begin the negotiation."""
        line = serial.serial_for_url("loop://", timeout=0)
        self._manager = PortManager(line, _Raw(self.send_raw), None)  # type: ignore[arg-type] # as in pyserial's own server example

    def decoded(self, octets: bytes) -> bytes:
        """Take out, and answer, what is Telnet's."""
        try:
            return b"".join(self._manager.filter(octets))
        except _BROKEN_TELNET:
            self._drop()
            return b""

    def encoded(self, octets: bytes) -> bytes:
        """Double what Telnet would take for its own."""
        return octets.replace(IAC, IAC_DOUBLED)


class _Raw:
    """The way to the client, as pyserial's port manager wants it."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.write = write


def listening(host: str, port: int) -> socket.socket:
    """Listen on a TCP port without ever blocking. Raises `AddressError`."""
    try:
        listener = socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except OSError as error:
        raise AddressError(f"{host}:{port} cannot be opened ({error.strerror})") from error
    listener.settimeout(0.0)
    return listener
