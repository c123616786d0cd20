"""The serial ports that this machine knows."""

from serial.tools import list_ports

__all__ = ["known_ports"]


def known_ports() -> list[tuple[str, str]]:
    """Return the path of each serial port and what the system says of it, in the paths' order."""
    return sorted((port.device, port.description or "") for port in list_ports.comports())
