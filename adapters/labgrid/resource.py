"""Resources of a labgrid place: serial ports, and switches for the power."""

import ast
import re
from collections.abc import Iterable
from typing import NamedTuple

from atverdict.adapters.pco import AbsentError, AddressError

__all__ = ["Resource", "power_switch", "serial_port"]

_HOST = re.compile(r"[A-Za-z0-9_.:-]+")
_SERIAL = "NetworkSerialPort"
"""What every serial port is called once it is exported."""
_SWITCHES = frozenset(
    {
        *("NetworkPowerPort", "NetworkUSBPowerPort", "NetworkSiSPMPowerPort"),
        *("NetworkYKUSHPowerPort", "PDUDaemonPort", "TasmotaPowerPort"),
    }
)
"""What `labgrid-client power` switches, but for a GPIO: at a modem that may be any of its pins."""
_AT = "at"
"""What a place calls the port for AT commands where its module has several."""
_POWER = "power"


class Resource(NamedTuple):
    """A resource of a place, as the coordinator describes it."""

    name: str
    path: str
    """EXPORTER/GROUP/CLASS/NAME."""
    table: str
    """Its parameters, in Python's notation."""

    @property
    def kind(self) -> str:
        """Its class."""
        return self.path.rsplit("/", 2)[-2] if self.path.count("/") > 1 else ""

    def url(self) -> str:
        """Return the address of a serial port, as of now.

        Raises `AbsentError` while there is none, and `AddressError` where it cannot be reached.
        """
        try:
            entries = ast.literal_eval(self.table.strip())
            parameters = entries["params"]
            extra = parameters.get("extra", {})
            host, number = str(parameters["host"]), int(parameters["port"] or 0)
            raw = parameters.get("protocol") == "raw"
            proxy = extra.get("proxy") if extra.get("proxy_required") else ""
            available = bool(entries["avail"])
        except (SyntaxError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise AddressError(f"labgrid: {self.path} is not described as a serial port") from error
        if proxy:
            raise AddressError(
                f"labgrid: {self.path} is only reached through {proxy}; run the suite there"
            )
        if not available or not number:
            raise AbsentError(f"labgrid: {self.path} is not there now")
        if not _HOST.fullmatch(host):
            raise AddressError(f"labgrid: {self.path} is on {host!r}, which is no host")
        host = f"[{host}]" if ":" in host else host
        if raw:
            return f"socket://{host}:{number}"
        # ser2net, as the exporter starts it, acknowledges no control line that a port has not.
        return f"rfc2217://{host}:{number}?ign_set_control"


def serial_port(resources: Iterable[Resource], place: str) -> Resource:
    """Return the port for AT commands: the only one of a place, or the one named so.

    Raises `AbsentError` where there is none, and `AddressError` where it cannot be told.
    """
    ports = [each for each in resources if each.kind == _SERIAL]
    if not ports:
        raise AbsentError(f"labgrid: the place {place} has no serial port now")
    return _only(ports, _AT, "serial ports", place)


def power_switch(resources: Iterable[Resource], place: str) -> Resource | None:
    """Return what switches a place's power, as `serial_port` does; None where nothing does."""
    switches = [each for each in resources if each.kind in _SWITCHES]
    return _only(switches, _POWER, "power switches", place) if switches else None


def _only(several: list[Resource], name: str, what: str, place: str) -> Resource:
    fitting = [each for each in several if each.name.lower() == name]
    if len(several) == 1 or len(fitting) == 1:
        return (fitting or several)[0]
    names = ", ".join(each.name for each in several)
    raise AddressError(
        f"labgrid: the place {place} has several {what} ({names}); name the one that is meant: "
        f"labgrid-client -p {place} add-named-match EXPORTER/GROUP/CLASS/NAME {name}"
    )
