"""A socket that speaks the contract's control agent: one JSON object a line, many clients."""

import contextlib
import json
import os
import re
import socket
import stat
from collections.abc import Callable, Collection
from pathlib import Path

from atverdict.adapters.pco import AddressError
from atverdict.adapters.simulator.served.network_endpoint import listening

__all__ = ["ControlSocket", "connect"]

_TCP = re.compile(r"\[?([^/]*?)\]?:(\d{1,5})")
_READ_OCTETS = 65_536
_LINE_LIMIT_OCTETS = 1 << 20
_CONNECT_TIMEOUT_S = 5.0

Perform = Callable[[str, dict[str, object]], dict[str, object]]


class ControlSocket:
    """Listens at a path or at HOST:PORT, and has each request performed at once."""

    def __init__(self, address: str, perform: Perform) -> None:
        """Listen. Raises `AddressError`, also where a file that is no dead socket is in the way."""
        self._perform = perform
        self._clients: dict[int, _Client] = {}
        self._path: Path | None = None
        place = _host_and_port(address)
        if place is None:
            self._path = Path(address)
            self._listener = _listening_at(self._path)
            self._made = self._path.lstat().st_ino
            self.address = address
        else:
            self._listener = listening(*place)
            host = address.rpartition(":")[0]
            self.address = f"{host}:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        """Drop all clients, and remove the socket's file if it is still ours."""
        for client in self._clients.values():
            client.connection.close()
        self._clients.clear()
        self._listener.close()
        if self._path is not None:
            with contextlib.suppress(OSError):
                if self._path.lstat().st_ino == self._made:
                    self._path.unlink()
            self._path = None

    def readers(self) -> list[int]:
        """Return the descriptors to wait for."""
        return [self._listener.fileno(), *self._clients]

    def writers(self) -> list[int]:
        """Return the clients for whom a reply waits."""
        return [number for number, client in self._clients.items() if client.unsent]

    def ready(self, readable: Collection[int], writable: Collection[int]) -> bool:
        """Tell whether there is something to do."""
        return bool(set(self.readers()) & {*readable, *writable})

    def attend(self, readable: Collection[int], writable: Collection[int]) -> None:
        """Take clients and their requests, perform these, and hand over replies."""
        for number, client in list(self._clients.items()):
            alive = number not in writable or client.flush()
            if alive and number in readable:
                alive = client.receive(self._perform)
            if not alive:
                client.connection.close()
                del self._clients[number]
        if self._listener.fileno() in readable:
            with contextlib.suppress(OSError):  # it has gone again already
                connection = self._listener.accept()[0]
                connection.settimeout(0.0)
                self._clients[connection.fileno()] = _Client(connection)


class _Client:
    """One client: what of its line has come, and what of its replies has not gone."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.unsent = bytearray()
        self._line = bytearray()

    def receive(self, perform: Perform) -> bool:
        """Answer the lines that are complete; False when the client is gone."""
        try:
            octets = self.connection.recv(_READ_OCTETS)
        except BlockingIOError:
            return True
        except OSError:
            return False
        *lines, rest = (bytes(self._line) + octets).split(b"\n")
        self._line[:] = rest
        for line in lines:
            if line.strip():
                self.unsent += json.dumps(_reply(line, perform)).encode() + b"\n"
        return octets != b"" and len(rest) <= _LINE_LIMIT_OCTETS and self.flush()

    def flush(self) -> bool:
        """Hand over what there is room for; False when the client is gone."""
        try:
            while self.unsent:
                del self.unsent[: self.connection.send(self.unsent)]
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True


def connect(address: str) -> socket.socket:
    """Connect to a control socket. Raises `AddressError`."""
    place = _host_and_port(address)
    with contextlib.ExitStack() as opened:
        try:
            if place is not None:
                connection = socket.create_connection(place, _CONNECT_TIMEOUT_S)
            else:
                connection = opened.enter_context(socket.socket(socket.AF_UNIX))
                connection.connect(address)
        except OSError as error:
            reason = error.strerror or str(error)
            raise AddressError(f"no simulator listens at {address} ({reason})") from error
        opened.pop_all()
    connection.settimeout(None)
    return connection


def _reply(line: bytes, perform: Perform) -> dict[str, object]:
    try:
        request = json.loads(line.decode())
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict) or not isinstance(request.get("action"), str):
        return {"id": None, "ok": False, "error": "a request is a JSON object with an action"}
    number, action = request.pop("id", None), request.pop("action")
    return {"id": number, **perform(action, request)}


def _host_and_port(address: str) -> tuple[str, int] | None:
    match = _TCP.fullmatch(address)
    if match is None:
        return None
    if not match[1] or int(match[2]) > 65535:
        raise AddressError(f"{address} is neither HOST:PORT nor the path of a socket")
    return match[1], int(match[2])


def _listening_at(path: Path) -> socket.socket:
    _remove_dead_socket(path)
    listener = socket.socket(socket.AF_UNIX)
    # A client can have the simulator read files, so the socket is for this user alone.
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    except OSError as error:
        listener.close()
        raise AddressError(f"{path} cannot be made ({error.strerror or error})") from error
    finally:
        os.umask(before)
    listener.listen()
    listener.settimeout(0.0)
    return listener


def _remove_dead_socket(path: Path) -> None:
    """Remove what a killed run left behind: a socket at which no process listens."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            return
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
    except ConnectionRefusedError:
        path.unlink()
    except OSError:
        return
