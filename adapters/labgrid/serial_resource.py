"""A serial port that a labgrid exporter offers, and the address behind which it is."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from atverdict.adapters.pco import AbsentError, AddressError

__all__ = ["SerialResource", "chosen"]

_HOST = re.compile(r"[A-Za-z0-9_.:-]+")
_AT = "at"
"""What a place calls the port for AT commands where its module has several."""


class SerialResource(NamedTuple):
    """A serial port of a place, as the coordinator describes it."""

    name: str
    path: str
    """EXPORTER/GROUP/CLASS/NAME."""
    available: bool
    host: str
    number: int
    """Of the TCP port; 0 while the exporter has opened none."""
    protocol: str
    """``rfc2217`` or ``raw``."""
    proxy: str
    """The only machine from which the exporter can be reached; empty where any can."""

    def url(self) -> str:
        """Return the address of the port, as of now.

        Raises `AbsentError` while there is none, and `AddressError` where it cannot be reached.
        """
        if self.proxy:
            raise AddressError(
                f"labgrid: {self.path} is only reached through {self.proxy}; run the suite there"
            )
        if not self.available or not self.number:
            raise AbsentError(f"labgrid: {self.path} is not there now")
        if not _HOST.fullmatch(self.host):
            raise AddressError(f"labgrid: {self.path} is on {self.host!r}, which is no host")
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.protocol == "raw":
            return f"socket://{host}:{self.number}"
        # ser2net, as the exporter starts it, acknowledges no control line that a port has not.
        return f"rfc2217://{host}:{self.number}?ign_set_control"


def chosen(ports: Sequence[SerialResource], place: str) -> SerialResource:
    """Return the port for AT commands: the only one of a place, or the one named so.

    Raises `AbsentError` where there is none, and `AddressError` where nobody can tell.
    """
    named = [port for port in ports if port.name.lower() == _AT]
    fitting = named if len(ports) > 1 else list(ports)
    if not ports:
        raise AbsentError(f"labgrid: the place {place} has no serial port now")
    if len(fitting) != 1:
        names = ", ".join(port.name for port in ports)
        raise AddressError(
            f"labgrid: the place {place} has several serial ports ({names}); name the one for AT "
            f"commands: labgrid-client -p {place} add-named-match EXPORTER/GROUP/CLASS/NAME {_AT}"
        )
    return fitting[0]
