"""The ADDRESS of the contract: it names the adapter that reaches the IUT.

An adapter is imported when its address is asked for. Third parties add one through the entry-point
group ``atverdict.adapters``. The entry point's name is the scheme; its object is a function like
`open_address`, which gets the whole address and raises `AddressError`.
"""

import re
from collections.abc import Callable
from importlib.metadata import entry_points
from typing import Protocol
from urllib.parse import parse_qsl

from atverdict.adapters.pco import AddressError, Control, Pco
from atverdict.adapters.ports.line_settings import LineSettings

__all__ = [
    "DEFAULT_BAUDRATE",
    "Opener",
    "open_address",
    "open_host_address",
    "simulator_query",
]

DEFAULT_BAUDRATE = 115200
"""In bit/s, 8N1."""

_GROUP = "atverdict.adapters"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_HOSTS_ONLY = frozenset({"pty", "tcp-listen"})
"""Addresses that wait for a host to come."""


class Opener(Protocol):
    """What an entry point of the group ``atverdict.adapters`` must be."""

    def __call__(self, address: str, *, baudrate: int) -> tuple[Pco, Control | None]:
        """Open the IUT; the control agent only where the adapter brings one of its own."""
        ...


def open_address(
    address: str, *, baudrate: int = DEFAULT_BAUDRATE, settings: LineSettings | None = None
) -> tuple[Pco, Control | None]:
    """Open the IUT that `address` names, and its own control agent where it brings one.

    Only the simulator brings one. `baudrate` is in bit/s; `settings` matter to the ports that
    pyserial opens. Raises `AddressError` with one sentence for the user.
    """
    match = _SCHEME.match(address)
    scheme = match[1].lower() if match else ""
    if scheme in _HOSTS_ONLY:
        raise AddressError(f"{address}: waits for a host to connect; it needs --role host")
    if scheme == "sim":
        return _simulator(simulator_query(address))
    if scheme == "socket":
        return _socket(address, baudrate), None
    for entry in entry_points(group=_GROUP, name=scheme) if scheme else ():
        opener: Opener = entry.load()
        return opener(address, baudrate=baudrate)
    if scheme and "://" not in address:
        raise AddressError(
            f"{address}: {scheme}: is no known kind of address; use sim:, a serial port's path, "
            "socket://HOST:PORT or another URL of pyserial, labgrid:PLACE; `atverdict ports` lists "
            "the serial ports"
        )
    return _serial(address, baudrate, settings or LineSettings()), None


def open_host_address(
    address: str,
    *,
    baudrate: int = DEFAULT_BAUDRATE,
    settings: LineSettings | None = None,
    invite: Callable[[str], None] = lambda _place: None,
) -> tuple[Pco, Control | None]:
    """Open the host that `address` names, as `open_address` does for a module.

    ``sim:`` is the reference host; ``pty:`` and ``tcp-listen:`` are opened here for a host to come,
    and `invite` is called with what it has to open, once it can.
    """
    scheme = address.partition(":")[0].lower()
    if scheme == "sim":
        return _host(simulator_query(address))
    if ":" in address and scheme in _HOSTS_ONLY:
        return _listening(scheme, address, baudrate, invite), None
    return open_address(address, baudrate=baudrate, settings=settings)


# One function an adapter: what an address does not need is not imported.


def _simulator(query: dict[str, str]) -> tuple[Pco, Control]:
    from atverdict.adapters.simulator.pco import open_simulator

    return open_simulator(query)


def _host(query: dict[str, str]) -> tuple[Pco, Control]:
    from atverdict.adapters.simulator.host.simulated_host import open_simulated_host

    return open_simulated_host(query)


def _socket(address: str, baudrate: int) -> Pco:
    from atverdict.adapters.ports.socket_port import SocketPort

    return SocketPort(address, baudrate=baudrate)


def _serial(address: str, baudrate: int, settings: LineSettings) -> Pco:
    from atverdict.adapters.ports.serial_port import SerialPort

    if not address:
        raise AddressError(
            "the address of the IUT is empty; `atverdict ports` tells which port answers AT"
        )
    return SerialPort(address, baudrate=baudrate, settings=settings)


def _listening(scheme: str, address: str, baudrate: int, invite: Callable[[str], None]) -> Pco:
    from atverdict.adapters.ports.listening_port import ListeningPort, PtyPort

    kind = PtyPort if scheme == "pty" else ListeningPort
    return kind(address, baudrate=baudrate, invite=invite)


def simulator_query(address: str) -> dict[str, str]:
    """Return what a ``sim:`` address asks for. Raises `AddressError` where it is none."""
    rest = address.partition(":")[2]
    if not rest:
        return {}
    problem = f"{address}: after sim: only ?NAME=VALUE&NAME=VALUE... may stand, each NAME once"
    if not rest.startswith("?"):
        raise AddressError(problem)
    try:
        pairs = parse_qsl(rest[1:], keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise AddressError(problem) from error
    if len(dict(pairs)) != len(pairs):
        raise AddressError(problem)
    return dict(pairs)
