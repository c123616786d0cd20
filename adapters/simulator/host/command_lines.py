"""The command lines of a host, as it spells them."""

from atverdict.adapters.simulator.host.options import HostOptions

__all__ = ["CommandLines"]


class CommandLines:
    """Every command line of the flow, without its terminator.

    Spec: SOTA-HST-001, SOTA-HST-023
    """

    def __init__(self, options: HostOptions) -> None:
        self.options = options

    def line(self, tail: str) -> str:
        """Put the prefix in front."""
        return self.options.prefix + tail

    def octets(self, line: str) -> bytes:
        """Return a line as it is sent."""
        end = "\r\n" if self.options.terminator == "crlf" else "\r"
        return (line + end).encode("latin-1", "replace")

    def attention(self) -> str:
        """Ask whether a module is there."""
        return self.line("")

    def echo_off(self) -> str:
        """Switch the echo off."""
        return self.line("E0")

    def others(self) -> tuple[str, ...]:
        """Return what hosts ask besides: the network, the data format, data, the device."""
        network = ("+CSQ", "+CEREG?", "+CGMR")
        product = ('+QIOTCFG="tsl"', "+QIOTINFO?", "+QIOTMCUVER?", "+QIOTMODELRD?")
        return tuple(map(self.line, network + product))

    def longest_block(self) -> str:
        """Ask for the most octets of one read."""
        return self.line("+QIOTOTARD=?")

    def state(self) -> str:
        """Ask for the state of the connection."""
        return self.line("+QIOTSTATE?")

    def register(self) -> str:
        """Connect."""
        return self.line(f"+QIOTREG={self.options.registration}")

    def announce(self, component: str, version: str) -> str:
        """Say what a component runs."""
        return self.line(f'+QIOTMCUVER="{component}","{version}"')

    def request(self) -> str:
        """Ask for a plan."""
        form = {"digest": "=1", "plain": "=0", "execute": ""}[self.options.request_form]
        return self.line(f"+QIOTOTAREQ{form}")

    def update(self, action: int) -> str:
        """Move the upgrade: 0 refuses, 1 accepts, 2 fetches the next piece, 3 updates."""
        return self.line(f"+QIOTUPDATE={action}")

    def read(self, start: int, length: int) -> str:
        """Read octets of the package."""
        return self.line(f"+QIOTOTARD={start},{length}")
