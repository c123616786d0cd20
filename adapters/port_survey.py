"""The survey of the serial ports of this machine: what each is, who uses it, what it answers."""

import os
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from atverdict.adapters.lease import lease_file
from atverdict.adapters.pco import AddressError, Pco, PcoClosed
from atverdict.adapters.ports import port_users
from atverdict.adapters.ports.serial_port import SerialPort

__all__ = [
    "ASKED",
    "BAUDRATE",
    "SurveyedPort",
    "ask",
    "lease_holders",
    "stable_name",
    "survey",
]

BAUDRATE = 115200
"""The rate at which ports are asked, in bit/s."""
ASKED = (b"ATI\r", b"AT+QIOTREG=?\r")
"""What a port is asked that answers AT: its name, and a test form that changes nothing."""
KNOCK = b"AT\r"
KNOCK_S = 0.08
"""The time after which AT is sent once more: a module that sleeps loses the first one."""
LISTEN_S = 1.3
"""The time for AT to be answered, and for a GNSS receiver to speak: it does so every second."""
ANSWER_S = 1.0
MOST_OCTETS = 4096
MOST_AT_ONCE = 16
_FINAL = re.compile(rb"(?:^|[\r\n])(?:OK|ERROR|\+CME ERROR:[^\r\n]*)\r")
_OK = re.compile(rb"(?:^|[\r\n])OK\r")

Exchanged = tuple[tuple[bytes, bytes], ...]
"""Octets that were sent and those that came behind them; the first were sent nothing."""


@dataclass(frozen=True)
class SurveyedPort:
    """One port of this machine."""

    info: ListPortInfo
    """What the system says of it; the texts come from the device."""
    users: tuple[int, ...] = ()
    """The processes that use it, or the module behind it; then it was not opened."""
    leased: bool = False
    """True where a run of the suite is the user."""
    problem: str = ""
    """The reason why it could not be opened; empty where it was, or was not to be."""
    exchanged: Exchanged = ()

    @property
    def device(self) -> str:
        """The path of the port, or its name on Windows."""
        return str(self.info.device)


def survey(ports: Sequence[ListPortInfo] | None = None) -> list[SurveyedPort]:
    """Ask each port of this machine that is not in use, all at the same time.

    A port that somebody uses is not opened, nor is another port of a module that a run has leased.
    """
    listed = list(list_ports.comports() if ports is None else ports)
    listed.sort(key=lambda port: _natural(port.device))
    with ThreadPoolExecutor(max(1, min(len(listed), MOST_AT_ONCE))) as pool:
        return list(pool.map(_surveyed, listed))


def _natural(device: str) -> list[tuple[int, str]]:
    """Order ttyUSB10 behind ttyUSB2."""
    return [(int(part or 0), text) for text, part in re.findall(r"(\D*)(\d*)", device)]


def _surveyed(info: ListPortInfo) -> SurveyedPort:
    device = str(info.device)
    try:
        if holders := lease_holders(device):
            return SurveyedPort(info, users=holders, leased=True)
        if used := port_users.users(device) or port_users.suspects(device):
            return SurveyedPort(info, users=used)
        port = SerialPort(device, baudrate=BAUDRATE)
    except AddressError as error:
        return SurveyedPort(info, problem=str(error))
    try:
        return SurveyedPort(info, exchanged=ask(port))
    except PcoClosed as closed:
        return SurveyedPort(info, problem=str(closed))
    finally:
        port.close()


def lease_holders(address: str) -> tuple[int, ...]:
    """Return the processes that hold the lease on an IUT, without touching it.

    Empty where the system does not tell. Raises `AddressError`.
    """
    path = lease_file(address)
    return () if path is None else port_users.lock_owners(str(path))


def ask(port: Pco) -> Exchanged:
    """Send AT, and the questions of `ASKED` where it is answered with OK. Raises `PcoClosed`."""
    end_s = port.now() + LISTEN_S
    told = [(b"", _heard(port, port.now() + KNOCK_S, lambda _: False))]
    for until_s in (port.now() + KNOCK_S, end_s):
        port.write(KNOCK)
        came = _heard(port, until_s, bool)
        if came:
            came += _heard(port, end_s, _ended, came)
        told.append((KNOCK, came))
        if came:
            break
    if _OK.search(told[-1][1]):
        for question in ASKED:
            port.write(question)
            told.append((question, _heard(port, port.now() + ANSWER_S, _ended)))
    return tuple(told)


def _ended(octets: bytes) -> bool:
    return _FINAL.search(octets) is not None


def _heard(
    port: Pco, until_s: float, enough: Callable[[bytes], bool], before: bytes = b""
) -> bytes:
    """Return what comes until an instant, or until it is enough; the beginning of a flood."""
    came = b""
    while not enough(before + came) and len(came) < MOST_OCTETS:
        reception = port.read(until_s)
        if reception is None:
            break
        came += reception.octets
        if port.now() >= until_s:
            break
    return came[:MOST_OCTETS]


def stable_name(device: str, folder: Path = Path("/dev/serial/by-id")) -> str:
    """Return the name that the port keeps when it is plugged in again; itself without one."""
    try:
        names = sorted(folder.iterdir())
    except OSError:
        return device
    real = os.path.realpath(device)
    return next((str(name) for name in names if os.path.realpath(name) == real), device)
