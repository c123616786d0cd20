"""An IUT on a serial port: a device path, a pty, a Windows port or a URL that pyserial knows."""

import errno
import functools
import os
import re
import warnings
from collections.abc import Mapping
from pathlib import Path

import serial
from serial.tools import list_ports

from atverdict.adapters import terminal
from atverdict.adapters.pco import AbsentError, AddressError, PcoClosed
from atverdict.adapters.ports import port_finder, port_users
from atverdict.adapters.ports.descriptor_channel import DescriptorChannel
from atverdict.adapters.ports.line_settings import LineSettings
from atverdict.adapters.ports.polled_channel import WRITE_TIMEOUT_S, PolledChannel
from atverdict.adapters.ports.port import Channel, RealTimePort
from atverdict.adapters.real_clock import RealClock

__all__ = ["SerialPort"]

_LISTED_PORTS = 8
_PORTS = "`atverdict ports` tells which one answers AT"
_IN_USE = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EBUSY})
_MISSING = frozenset(
    {
        *(errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR),
        *(errno.ECONNREFUSED, errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH),
    }
)
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
_USUAL_SETTINGS = LineSettings()


class SerialPort(RealTimePort):
    """A `Pco` over pyserial, for us alone; one that vanished is found again by what it is.

    Octets are read and written through the file descriptor where there is one.
    """

    def __init__(
        self, address: str, *, baudrate: int, settings: LineSettings = _USUAL_SETTINGS
    ) -> None:
        """Open the port at once. Raises `AddressError`."""
        self._settings = settings
        self._identity: port_finder.Identity | None = None
        self._remarks: dict[str, str] = {}
        super().__init__(address, baudrate=baudrate)

    @property
    def line_baudrate(self) -> int | None:
        """Rate of the line in bit/s, where this port or the RFC 2217 server sets it."""
        by_server = self.address.lower().startswith("rfc2217:")
        return self.baudrate if by_server else super().line_baudrate

    @property
    def remarks(self) -> Mapping[str, str]:
        """The device that was found instead of the address, and the driver's latency."""
        return self._remarks

    def tune(self, baudrate: int) -> None:
        """Set the line to `baudrate` bit/s. Raises `PcoClosed` where it cannot be."""
        try:
            self._line.baudrate = baudrate
        except terminal.OPEN_ERRORS as error:
            raise PcoClosed(f"the line cannot be set to {baudrate} bit/s ({error})") from error
        self.baudrate = baudrate

    def _connect(self, clock: RealClock) -> Channel:
        url = "://" in self.address
        device = self.address if url else self._device()
        try:
            if not url:
                _refuse_if_open_elsewhere(device)
            line = _open_line(device, self.baudrate, self._settings)
        except terminal.OPEN_ERRORS as error:
            sentence = _url_problem(error) if url else _device_problem(device, error)
            kind = AbsentError if _is_missing(error) else AddressError
            raise kind(f"{device} {sentence}") from error
        self._line = line
        if url:
            return PolledChannel(line, clock, transport="url")
        self._identity = self._identity or port_finder.identify(device, list_ports.comports())
        self._remarks = {} if device == self.address else {"port": f"found as {device}"}
        if os.name != "posix":
            return PolledChannel(line, clock, transport="serial")
        channel = _descriptor(line, clock)
        if channel.transport == "serial":
            self._remarks["latency"] = _latency(line)
        return channel

    def _device(self) -> str:
        """Find the device; the ports are listed only where one must be recognised."""
        by_device = self._settings.usb_serial or self._identity
        ports = list_ports.comports() if by_device else ()
        return port_finder.find(self.address, self._settings, self._identity, ports)


def _latency(line: serial.Serial) -> str:
    """Have the driver hand over octets at once, where it can; say what came of it."""
    try:
        line.set_low_latency_mode(True)
    except (NotImplementedError, ValueError):
        return "as the driver has it"
    return "low"


def _open_line(address: str, baudrate: int, settings: LineSettings) -> serial.Serial:
    with warnings.catch_warnings():
        # pyserial 3.5 starts its RFC 2217 thread in a way that Python has deprecated.
        warnings.filterwarnings(
            "ignore", message=r"set(Daemon|Name)\(\) is", category=DeprecationWarning
        )
        return serial.serial_for_url(
            address,
            baudrate=baudrate,
            bytesize=settings.bytesize,
            parity=settings.parity[0].upper(),
            stopbits=settings.stopbits,
            timeout=0,
            # pyserial's RFC 2217 handler refuses one; its socket has a limit of its own.
            write_timeout=None if "://" in address else WRITE_TIMEOUT_S,
            xonxoff=settings.xonxoff,
            rtscts=settings.rtscts,
            dsrdtr=settings.dsrdtr,
            exclusive=True,
        )


def _descriptor(line: serial.Serial, clock: RealClock) -> DescriptorChannel:
    number = line.fileno()
    uart = terminal.has_modem_lines(number)
    if uart:
        terminal.claim(number)

    def release() -> None:
        if uart:
            terminal.unclaim(number)
        line.close()

    return DescriptorChannel(
        transport="serial" if uart else "pty",
        clock=clock,
        number=number,
        take=functools.partial(os.read, number),
        give=functools.partial(os.write, number),
        release=release,
    )


def _refuse_if_open_elsewhere(device: str) -> None:
    """Raise `AddressError` if another process reads the port: each would get half the octets."""
    if not Path(device).is_char_device():
        return
    holders = port_users.users(device)
    if holders:
        raise AddressError(
            f"{device} is in use by another process ({port_users.describe(holders)})"
        )


def _url_problem(error: Exception) -> str:
    # An RFC 2217 server in front of a pty or a line without DTR never acknowledges it.
    hint = "; ?ign_set_control behind it may help" if "timeout while waiting" in str(error) else ""
    if "invalid URL" in str(error):
        hint = "; a network port is socket://HOST:PORT or rfc2217://HOST:PORT, a serial port a path"
    return f"cannot be opened ({error}){hint}"


def _is_missing(error: Exception) -> bool:
    # pyserial's URL handlers name what has stopped them in words only.
    causes = (error, error.__cause__, error.__context__)
    return any(
        isinstance(each, TimeoutError) or (isinstance(each, OSError) and each.errno in _MISSING)
        for each in causes
    )


def _device_problem(device: str, error: Exception) -> str:
    if _is_missing(error):
        meant = _meant(device)
        return f"does not exist; {f'do you mean {meant}? ' if meant else ''}{_existing_ports()}"
    number = error.errno if isinstance(error, OSError) else None
    if number in _IN_USE:
        holders = port_users.lock_owners(device) or port_users.users(device)
        return "is in use by another process" + (
            f" ({port_users.describe(holders)})" if holders else ""
        )
    if number in _FORBIDDEN:
        return "may not be opened by this user" + _owning_group(device)
    if os.name == "posix":
        return f"is not a usable serial port{_instead(device, error)}; {_PORTS}"
    return f"cannot be opened ({error}); {_existing_ports()}"


def _meant(device: str) -> str:
    """Return the address that was probably meant; empty where none is near."""
    name = device.strip().rstrip("/")
    if name.lower() == "sim":
        return "sim:, the simulator"
    if re.fullmatch(r"[\w.-]+:\d+", name):
        return f"socket://{name}"
    near = (name, f"/dev/{name}")
    return next((path for path in near if path != device and Path(path).is_char_device()), "")


def _instead(device: str, error: Exception) -> str:
    """Say what a path is that is no terminal."""
    path = Path(device)
    if path.is_dir():
        return ", it is a folder"
    if path.is_file():
        return ", it is a file"
    # pyserial hands on what termios says, as text.
    if "Inappropriate ioctl" in str(error):
        return ", it is another kind of device"
    if "Input/output error" in str(error):
        return f" ({error}), there is no device behind it, or it went away"
    return f" ({error})"


def _existing_ports() -> str:
    names = [device for device, _ in port_finder.known_ports()]
    if not names:
        return f"this machine has no serial port; {_PORTS}"
    shown = ", ".join(names[:_LISTED_PORTS])
    more = len(names) - _LISTED_PORTS
    rest = f" and {more} more" if more > 0 else ""
    return f"serial ports of this machine: {shown}{rest}; {_PORTS}"


def _owning_group(device: str) -> str:
    try:
        group = Path(device).group()
    except (OSError, KeyError, NotImplementedError):
        return ""
    return (
        f"; it belongs to the group {group} (sudo usermod -aG {group} $USER, then log in again)"
        if group != "root"
        else "; it belongs to the group root (sudo opens it)"
    )
