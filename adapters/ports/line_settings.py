"""Settings of a serial line, but for its rate, and marks by which its port is found again."""

from dataclasses import dataclass

__all__ = ["LineSettings"]


@dataclass(frozen=True, slots=True)
class LineSettings:
    """8 data bits, no parity, one stop bit and no flow control, unless told otherwise."""

    bytesize: int = 8
    """Data bits, 5 to 8."""
    parity: str = "none"
    """``none``, ``even``, ``odd``, ``mark`` or ``space``."""
    stopbits: int = 1
    rtscts: bool = False
    xonxoff: bool = False
    dsrdtr: bool = False
    usb_serial: str = ""
    """Serial number of the USB device that the port belongs to."""
    port_pattern: str = ""
    """Glob pattern of the path that the port may have instead of its address."""

    @property
    def octet_bits(self) -> int:
        """Bit times that an octet takes on the line, its start bit included."""
        return 1 + self.bytesize + (self.parity != "none") + self.stopbits
