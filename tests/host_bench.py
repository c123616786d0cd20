"""The reference host and the simulator on one clock, for the tests of the host."""

from urllib.parse import parse_qsl

from atverdict.adapters.host.host import Host
from atverdict.adapters.host.options import HostOptions
from atverdict.adapters.simulator.laboratory import Laboratory
from atverdict.adapters.simulator.pco import build_simulator

__all__ = ["HostBench"]


class HostBench:
    """A host, a module, and the octets between them."""

    def __init__(self, host: str = "", simulator: str = "", fault: str = "") -> None:
        """Build both from queries."""
        self.simulator = build_simulator({"plan": "armed", **dict(parse_qsl(simulator))})
        self.laboratory = Laboratory(self.simulator)
        self.clock = self.simulator.clock
        options = HostOptions.from_query(dict(parse_qsl(host)))
        self.wire: list[tuple[float, str, bytes]] = []
        self.host = Host(self.clock, self._send, options, fault)

    def _send(self, octets: bytes) -> None:
        self.wire.append((self.clock.now_s, ">", octets))
        self.simulator.write(octets)

    def run(self, duration_s: float) -> "HostBench":
        """Let time pass."""
        until_s = self.clock.now_s + duration_s
        while (next_s := self.simulator.next_event_s()) is not None and next_s <= until_s:
            self.simulator.advance_to(next_s)
            for reception in self.simulator.collect():
                self.wire.append((self.clock.now_s, "<", reception.octets))
                self.host.receive(reception.octets)
        self.simulator.advance_to(until_s)
        return self
