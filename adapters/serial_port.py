"""An IUT on a serial port: a device path, a pty, a Windows port or a URL that pyserial knows."""

import errno
import functools
import os
import warnings
from pathlib import Path

import serial
from serial.tools import list_ports

from atverdict.adapters import port_holder, terminal
from atverdict.adapters.descriptor import Descriptor
from atverdict.adapters.pco import AbsentError, AddressError
from atverdict.adapters.polled_line import WRITE_TIMEOUT_S, PolledLine
from atverdict.adapters.port import Channel, RealTimePort
from atverdict.adapters.real_clock import RealClock

__all__ = ["SerialPort"]

_LISTED_PORTS = 8
_PTY_FOLDER = "/dev/pts"
_IN_USE = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EBUSY})
_MISSING = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.ENOTDIR})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})


class SerialPort(RealTimePort):
    """A `Pco` over pyserial: 8 data bits, no parity, 1 stop bit, no flow control, for us alone.

    Octets are read and written through the file descriptor where there is one.
    """

    def _connect(self, clock: RealClock) -> Channel:
        url = "://" in self.address
        try:
            if not url:
                _refuse_if_open_elsewhere(self.address)
            line = _open_line(self.address, self.baudrate)
        except terminal.OPEN_ERRORS as error:
            sentence = _url_problem(error) if url else _device_problem(self.address, error)
            kind = AbsentError if _is_missing(error) else AddressError
            raise kind(f"{self.address} {sentence}") from error
        if os.name != "posix" or url:
            return PolledLine(line, clock, transport="url" if url else "serial")
        return _descriptor(line, clock)


def _open_line(address: str, baudrate: int) -> serial.Serial:
    with warnings.catch_warnings():
        # pyserial 3.5 starts its RFC 2217 thread in a way that Python has deprecated.
        warnings.filterwarnings(
            "ignore", message=r"set(Daemon|Name)\(\) is", category=DeprecationWarning
        )
        return serial.serial_for_url(
            address,
            baudrate=baudrate,
            bytesize=serial.EIGHTBITS,
            parity=serial.PARITY_NONE,
            stopbits=serial.STOPBITS_ONE,
            timeout=0,
            # pyserial's RFC 2217 handler refuses one; its socket has a limit of its own.
            write_timeout=None if "://" in address else WRITE_TIMEOUT_S,
            xonxoff=False,
            rtscts=False,
            dsrdtr=False,
            exclusive=True,
        )


def _descriptor(line: serial.Serial, clock: RealClock) -> Descriptor:
    number = line.fileno()
    uart = terminal.has_modem_lines(number)
    if uart:
        terminal.claim(number)

    def release() -> None:
        if uart:
            terminal.unclaim(number)
        line.close()

    return Descriptor(
        transport="serial" if uart else "pty",
        clock=clock,
        number=number,
        take=functools.partial(os.read, number),
        give=functools.partial(os.write, number),
        release=release,
    )


def _refuse_if_open_elsewhere(device: str) -> None:
    """Raise `AddressError` if another process reads a real port: each would get half the octets.

    A pty is often held open by the program behind it; there only a lock says that it is taken.
    """
    path = Path(device)
    if not path.is_char_device() or path.resolve().is_relative_to(_PTY_FOLDER):
        return
    holders = port_holder.openers(device)
    if holders:
        raise AddressError(
            f"{device} is in use by another process ({port_holder.describe(holders)})"
        )


def _url_problem(error: Exception) -> str:
    return f"cannot be opened ({error})"


def _is_missing(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in _MISSING


def _device_problem(device: str, error: Exception) -> str:
    if _is_missing(error):
        return f"does not exist; {_existing_ports()}"
    number = error.errno if isinstance(error, OSError) else None
    if number in _IN_USE:
        holders = port_holder.lock_owners(device) or port_holder.openers(device)
        return "is in use by another process" + (
            f" ({port_holder.describe(holders)})" if holders else ""
        )
    if number in _FORBIDDEN:
        return "may not be opened by this user" + _owning_group(device)
    if os.name == "posix":
        return f"is not a usable serial port ({error})"
    return f"cannot be opened ({error}); {_existing_ports()}"


def _existing_ports() -> str:
    names = sorted(port.device for port in list_ports.comports())
    if not names:
        return "this machine has no serial port"
    shown = ", ".join(names[:_LISTED_PORTS])
    more = len(names) - _LISTED_PORTS
    return f"serial ports of this machine: {shown}" + (f" and {more} more" if more > 0 else "")


def _owning_group(device: str) -> str:
    try:
        group = Path(device).group()
    except (OSError, KeyError, NotImplementedError):
        return ""
    return f"; it belongs to the group {group}"
