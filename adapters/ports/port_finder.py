"""The serial ports of this machine, and the one that an address means now."""

import os
from collections.abc import Iterable, Sequence
from glob import glob
from pathlib import Path
from typing import NamedTuple, Protocol

from serial.tools import list_ports

from atverdict.adapters.pco import AbsentError, AddressError
from atverdict.adapters.ports.line_settings import LineSettings

__all__ = ["Identity", "ListedPort", "find", "identify", "known_ports"]


class ListedPort(Protocol):
    """What pyserial knows of a port of this machine."""

    device: str
    serial_number: str | None
    location: str | None


class Identity(NamedTuple):
    """A port of a USB device, whatever name it has today."""

    serial_number: str
    interface: str = ""
    """Which of the device's ports, such as ``1.2``; empty where any will do."""


def known_ports() -> list[tuple[str, str]]:
    """Return the path of each serial port and what the system says of it, in the paths' order."""
    return sorted((port.device, port.description or "") for port in list_ports.comports())


def identify(device: str, ports: Iterable[ListedPort]) -> Identity | None:
    """Return what `device` can be recognised by; None where it has no USB serial number."""
    for port in ports:
        if port.serial_number and _same(port.device, device):
            return Identity(port.serial_number, _interface(port))
    return None


def find(
    address: str,
    settings: LineSettings,
    identity: Identity | None,
    ports: Sequence[ListedPort],
) -> str:
    """Return the path of the device that `address` means now.

    A pattern given counts more than the `identity` that the port had when it was opened, and a
    USB serial number given more than both. Raises `AbsentError` where it is not there, and
    `AddressError` where several ports fit.
    """
    pattern = settings.port_pattern
    if settings.usb_serial or (identity is not None and not pattern):
        wanted = identity or Identity(settings.usb_serial)
        return _only(_of_device(wanted, pattern, ports), address, _described(wanted, pattern))
    if not pattern or Path(address).exists():
        return address
    return _only(sorted(glob(pattern)), address, f"port_pattern {pattern}")  # noqa: PTH207  a pattern may be absolute


def _of_device(wanted: Identity, pattern: str, ports: Iterable[ListedPort]) -> list[str]:
    fitting = {os.path.realpath(path) for path in glob(pattern)}  # noqa: PTH207  see above
    return [
        port.device
        for port in ports
        if port.serial_number == wanted.serial_number
        and wanted.interface in {"", _interface(port)}
        and (not pattern or os.path.realpath(port.device) in fitting)
    ]


def _only(devices: Sequence[str], address: str, what: str) -> str:
    """Return the one that is meant: the address itself, or the only one there is."""
    if any(_same(device, address) for device in devices):
        return address
    if not devices:
        raise AbsentError(f"{address}: no port fits {what}")
    if len(devices) > 1:
        raise AddressError(f"{address}: several ports fit {what}: {', '.join(devices)}")
    return devices[0]


def _described(wanted: Identity, pattern: str) -> str:
    interface = f", interface {wanted.interface}" if wanted.interface else ""
    narrowed = f" and port_pattern {pattern}" if pattern else ""
    return f"the USB serial number {wanted.serial_number}{interface}{narrowed}"


def _interface(port: ListedPort) -> str:
    """Return the part of ``1-1.4:1.2`` that a device keeps in whatever socket it is."""
    return (port.location or "").partition(":")[2]


def _same(one: str, other: str) -> bool:
    return one == other or os.path.realpath(one) == os.path.realpath(other)
