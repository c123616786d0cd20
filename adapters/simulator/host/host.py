"""The reference host: its organs put together, its power, and what can be set from outside."""

from collections.abc import Callable

from atverdict.adapters.simulator.fault import named
from atverdict.adapters.simulator.host.assembly import HostAssembly
from atverdict.adapters.simulator.host.decision import Surroundings
from atverdict.adapters.simulator.host.events import parse_event
from atverdict.adapters.simulator.host.faults.catalogue import FAULTS
from atverdict.adapters.simulator.host.observer import HostObserver
from atverdict.adapters.simulator.host.options import HostOptions
from atverdict.adapters.simulator.timers import Timers
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["Host"]


class Host:
    """An MCU behind whose serial port a module sits; octets in, octets out, on a given clock.

    The same options, fault, octets and instants give the same octets.
    """

    def __init__(
        self,
        clock: Clock,
        send: Callable[[bytes], None],
        options: HostOptions,
        fault: str = "",
        observer: HostObserver | None = None,
    ) -> None:
        """Assemble the host; `start` gives it power. Raises `AddressError` for an unknown fault."""
        self.clock = clock
        self.options = options
        self.surroundings = Surroundings(options)
        self._send = send
        self._observer = observer or HostObserver()
        self._assembly = (
            HostAssembly().exchanged(named(fault, FAULTS, "the host").part)
            if fault
            else HostAssembly()
        )
        self._timers = Timers(clock)
        self.storage = self._assembly.storage.delivered(options)
        self._stalled = False
        self._assemble()

    def _assemble(self) -> None:
        """Put the organs together, with nothing in their RAM."""
        assembly, options, observer = self._assembly, self.options, self._observer
        reader = assembly.reader()
        self.dialogue = assembly.dialogue(
            self.clock, options, assembly.lines(options), reader, self._say
        )
        self.download = assembly.download(self.dialogue, options, self.storage, observer)
        self.connection = assembly.connection(
            self.clock, options, self.dialogue, self.storage, observer
        )
        self.upgrade = assembly.upgrade(
            clock=self.clock,
            options=options,
            storage=self.storage,
            dialogue=self.dialogue,
            connection=self.connection,
            download=self.download,
            decision=assembly.decision(options, self.surroundings),
            verifier=assembly.verifier(),
            observer=observer,
        )
        self.dialogue.heard = self._heard
        self.connection.connected = self.upgrade.connected
        self.connection.before = self.upgrade.before_registration
        self.connection.restarted = self._module_restarted
        self.upgrade.restart = lambda: self._timers.start("reset", 0.0, self.reset)
        self.upgrade.stalled = lambda: self._timers.start("stall", 0.0, self._stall)

    @property
    def version(self) -> str:
        """The version that the first component says it runs."""
        return self.storage.versions[self.options.component]

    def start(self) -> None:
        """Have power."""
        self.connection.begin()

    def receive(self, octets: bytes) -> None:
        """Take octets of the module; while the host boots they are lost."""
        if not self._stalled:
            self.dialogue.feed(octets)

    def reset(self) -> None:
        """Restart: what is in RAM is lost, what is in flash stays."""
        self._power_off()
        self._timers.start("boot", self.options.boot_s, self._booted)

    def set(
        self, battery: int | None = None, signal: int | None = None, free_space: int | None = None
    ) -> None:
        """Change what the host measures: percent, dBm, octets; None leaves it as it is."""
        around = self.surroundings
        around.battery_percent = around.battery_percent if battery is None else battery
        around.signal_dbm = around.signal_dbm if signal is None else signal
        around.free_space_octets = around.free_space_octets if free_space is None else free_space

    def _booted(self) -> None:
        self._assemble()
        self._stalled = False
        self.start()

    def _power_off(self) -> None:
        self._stalled = True
        for organ in (self.dialogue, self.connection, self.upgrade):
            organ.timers.cancel_all()

    def _stall(self) -> None:
        self._observer.said("stalling, as told")
        self._power_off()

    def _module_restarted(self) -> None:
        self.upgrade.module_restarted()
        self.connection.begin_again()

    def _say(self, octets: bytes) -> None:
        if not self._stalled:
            self._send(octets)

    def _heard(self, line: str) -> None:
        event = parse_event(line)
        if line.startswith("RDY"):
            self._module_restarted()
        elif event is not None and event.kind == 7:
            self.upgrade.heard(event)
        elif event is not None:
            self.connection.heard(event)
