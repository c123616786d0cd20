"""The reference module: its organs put together, and its power."""

import random
import re

from atverdict.adapters.simulator.messages import Address, Offer, Status
from atverdict.adapters.simulator.module.assembly import Assembly
from atverdict.adapters.simulator.module.organs import Organs
from atverdict.adapters.simulator.module.wording import ERROR, Answer
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.platform.platform import Platform
from atverdict.adapters.simulator.virtual_time import Clock, Timer

__all__ = ["Module"]

_EXTENDED = re.compile(r"(\+[A-Za-z0-9]+)(.*)", re.DOTALL)
_SILENT = Answer(silent=True)


class Module:
    """A module that has power and has booted, connected to nothing yet.

    Octets go in by `feed` and come out of `output`.
    """

    def __init__(
        self,
        clock: Clock,
        options: Options,
        rng: random.Random,
        platform: Platform,
        assembly: Assembly,
    ) -> None:
        """Assemble the module and introduce it to the platform."""
        self.clock = clock
        self.options = options
        self.platform = platform
        self.storage = assembly.storage.delivered(options)
        wording = assembly.wording(options)
        self.output = assembly.output(clock, options)
        self.events = assembly.events(clock, options, rng, self.output, wording)
        self.line = assembly.line(clock, options, rng, self.events)
        self.connection = assembly.connection(clock, options, self.storage, self.events.emit)
        self.upgrade = assembly.upgrade(clock, options, self.storage, self.events.emit, self.report)
        self.firmware = assembly.firmware(self.upgrade, self.restart)
        organs = Organs(
            options, self.storage, self.events, self.line, self.connection, self.upgrade
        )
        self.commands = {name: command(organs) for name, command in assembly.commands.items()}
        self.line.execute = self.execute
        self.connection.uplink = platform
        self.connection.went_online = self.firmware.went_online
        self.upgrade.fetch = self.fetch
        self.upgrade.firmware_arrived = self.firmware.begin
        platform.downlink = self
        self.powered = True
        self.power_losses = 0
        self._boot: Timer | None = None

    def feed(self, octets: bytes) -> None:
        """Take octets from the host; without power, or while booting, they are lost."""
        if self.running:
            self.line.feed(octets)

    @property
    def running(self) -> bool:
        """Whether the module has power and has booted."""
        return self.powered and self._boot is None

    def execute(self, line: str) -> Answer:
        """Answer one command line that starts with AT.

        Spec: SOTA-FRM-003, SOTA-FRM-013, SOTA-FRM-014
        """
        extended = _EXTENDED.fullmatch(line[2:])
        if extended is None:
            return self.commands[""].perform(line[2:])
        command = self.commands.get(extended[1].upper())
        if command is None:
            return _SILENT if self.options.unknown_command == "silence" else ERROR
        return command.perform(extended[2])

    # The platform's view

    @property
    def online(self) -> bool:
        """Whether the platform reaches the module."""
        return self.powered and self.connection.reachable

    def offer_arrived(self, offer: Offer) -> None:
        """Take a plan."""
        self.upgrade.offer_arrived(offer)

    def address_arrived(self, address: Address) -> None:
        """Take a download address."""
        self.upgrade.address_arrived(address)

    def report(self, status: Status, component: str) -> None:
        """Tell the platform how an upgrade goes, when the connection lets it."""
        self.connection.report(status, component)

    def fetch(self) -> bool:
        """Open a download; False when no octets will come."""
        return self.connection.reachable and self.platform.deliver()

    # Power and network

    def link_lost(self) -> None:
        """Lose the network."""
        self.connection.link_lost()
        self.upgrade.link_lost()

    def link_returned(self) -> None:
        """Have the network again."""
        self.connection.link_returned()

    def power_off(self) -> None:
        """Lose power."""
        self.powered = False
        self.power_losses += 1
        if self._boot is not None:
            self._boot.cancel()
            self._boot = None
        self.output.power_off()
        self.line.power_off()
        self.events.power_off()
        self.upgrade.power_off()
        self.connection.power_off()

    def power_on(self, longer_s: float = 0.0) -> None:
        """Have power again and boot."""
        self.powered = True
        self._boot = self.clock.call_later(self.options.boot_s + longer_s, self._booted)

    def restart(self, longer_s: float) -> None:
        """Start again by itself; that takes so many seconds more than a usual start."""
        self.power_off()
        self.power_on(longer_s)

    def factory_reset(self) -> None:
        """Forget every stored configuration, without a restart; echo stays as it is."""
        self.upgrade.power_off()
        self.connection.power_off()
        self.connection.forget_reports()
        self.storage.reset(self.options)

    def _booted(self) -> None:
        self._boot = None
        if self.options.banner:
            self.events.emit("RDY")
        self.firmware.booted()
        self.upgrade.power_on()
        self.connection.power_on()
