"""A small host that knows nothing of the suite: pyserial, the flow, and the package's MD5.

    python serial_host.py PORT FILE

Takes the plan that is armed for STM32, writes the package to FILE and announces its version.
"""

import hashlib
import re
import sys
from pathlib import Path

import serial


class Host:
    """A host at a serial port; events that come between answers are kept."""

    def __init__(self, port: serial.Serial) -> None:
        """Use this port."""
        self.port = port
        self.events: list[str] = []

    def line(self) -> str:
        """Read one line that is not empty."""
        while True:
            octets = self.port.read_until(b"\r\n")
            if not octets.endswith(b"\n"):
                raise SystemExit(f"silence after {octets!r}")
            text = octets.decode("latin-1").strip()
            if text:
                return text

    def ask(self, command: str) -> list[str]:
        """Send a command; return what stands in front of its OK."""
        self.port.write(command.encode() + b"\r")
        lines: list[str] = []
        while True:
            text = self.line()
            if text == "OK":
                return lines
            if text == "ERROR":
                raise SystemExit(f"{command}: ERROR")
            if text.startswith("+QIOTEVT: "):
                self.events.append(text)
            elif text != command:
                lines.append(text)

    def event(self, code: str) -> str:
        """Wait for an event, and return its parameters."""
        while True:
            while self.events:
                found = re.fullmatch(rf"\+QIOTEVT: {code},?(.*)", self.events.pop(0))
                if found:
                    return found[1]
            text = self.line()
            if text.startswith("+QIOTEVT: "):
                self.events.append(text)

    def block(self, start: int, length: int) -> bytes:
        """Read a block."""
        self.port.write(f"AT+QIOTOTARD={start},{length}\r".encode())
        while not (header := re.fullmatch(r"\+QIOTOTARD: (\d+),(\d+)", text := self.line())):
            if text.startswith("+QIOTEVT: "):
                self.events.append(text)
        if int(header[1]) != start:
            raise SystemExit(f"asked for {start}, got {header[1]}")
        octets = self.port.read(int(header[2]))
        while self.line() != "OK":
            pass
        return octets


def upgrade(host: Host) -> bytes:
    """Go through the flow and return the package."""
    host.ask("ATE0")
    host.ask("AT+QIOTREG=1")
    host.event("3,10200")
    host.ask('AT+QIOTMCUVER="STM32","1_0_0"')
    host.ask("AT+QIOTOTAREQ=0")
    offer = host.event("7,10700").split(",")
    host.ask("AT+QIOTUPDATE=1")
    _, size, md5, _ = host.event("7,10701").split(",")
    package = b""
    while len(package) < int(size):
        if package:
            host.ask("AT+QIOTUPDATE=2")
        _, _, start, piece = host.event("7,10703").split(",")
        end = int(start) + int(piece)
        while len(package) < end:
            package += host.block(len(package), min(1024, end - len(package)))
    digest = hashlib.md5(package, usedforsecurity=False).hexdigest()
    if digest != md5.strip('"').lower():
        raise SystemExit(f"MD5 is {digest}, not {md5}")
    host.ask("AT+QIOTUPDATE=3")
    host.event("7,10704")
    host.ask(f'AT+QIOTMCUVER="STM32",{offer[2]}')
    host.event("7,10705")
    return package


if __name__ == "__main__":
    with serial.serial_for_url(sys.argv[1], baudrate=115200, timeout=10) as opened:
        Path(sys.argv[2]).write_bytes(upgrade(Host(opened)))
    sys.stdout.write(f"pyserial {serial.__version__}: success\n")
