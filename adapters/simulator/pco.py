"""The simulator as a point of control and observation, in virtual time."""

from atverdict.adapters.pco import Control, Pco, PcoClosed, Reception
from atverdict.adapters.simulator.fault import named
from atverdict.adapters.simulator.faults.catalogue import FAULTS
from atverdict.adapters.simulator.laboratory import Laboratory
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.simulator import Simulator

__all__ = ["SimulatorPco", "build_simulator", "open_simulator"]


class SimulatorPco:
    """The simulator's port; reading is what makes virtual time pass."""

    transport = "sim"

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._closed = False
        self._losses = simulator.module.power_losses

    @property
    def line_baudrate(self) -> int | None:
        """Rate of the virtual line in bit/s; None where octets take no time."""
        return self.simulator.options.baudrate

    @property
    def opened_at(self) -> str:
        """Date and time of the virtual start, ISO 8601."""
        return self.simulator.options.start_time.isoformat(timespec="milliseconds")

    def now(self) -> float:
        """Return the virtual seconds since the start."""
        return self.simulator.now_s

    def write(self, octets: bytes) -> float:
        """Give octets to the module at the current instant and return it."""
        self._check()
        self.simulator.write(octets)
        return self.simulator.now_s

    def read(self, until_s: float) -> Reception | None:
        """Let time pass until octets arrive or the instant `until_s` is reached."""
        simulator = self.simulator
        begun_s = simulator.now_s
        while (reception := simulator.receive()) is None:
            self._check()
            if not self._pass_time(until_s):
                return None
        return Reception(reception.octets, max(reception.instant_s, begun_s))

    def reopen(self, until_s: float) -> bool:
        """Open the port again, when the module has started by the instant `until_s`."""
        while self.simulator.options.port_vanishes and not self.simulator.module.running:
            if not self._pass_time(until_s):
                return False
        self._closed = False
        self._losses = self.simulator.module.power_losses
        return True

    def close(self) -> None:
        """Close the port; the module goes on."""
        self._closed = True

    def _pass_time(self, until_s: float) -> bool:
        """Go to the next event; False when there is none by then, and the clock stands there."""
        next_s = self.simulator.next_event_s()
        if next_s is None or next_s > until_s:
            self.simulator.advance_to(until_s)
            return False
        self.simulator.advance_to(next_s)
        return True

    def _check(self) -> None:
        if self._closed:
            raise PcoClosed("the simulator's port was closed")
        vanishes = self.simulator.options.port_vanishes
        if vanishes and self._losses != self.simulator.module.power_losses:
            raise PcoClosed("the module lost power, and its port with it")


def build_simulator(query: dict[str, str]) -> Simulator:
    """Build what the query of a ``sim:`` address describes; key ``fault`` names a fault.

    Raises `AddressError` for what does not exist.
    """
    wanted = dict(query)
    name = wanted.pop("fault", None)
    fault = None if name is None else named(name, FAULTS, "sim:")
    implied = {} if fault is None else fault.needs
    options = Options.from_query({**implied, **wanted})
    simulator = Simulator(options, fault)
    if options.plan == "armed":
        plan: dict[str, object] = {"component": "STM32", "target_version": "2_0_0"}
        Laboratory(simulator).perform("arm_plan", {"plan": plan})
    return simulator


def open_simulator(query: dict[str, str]) -> tuple[Pco, Control]:
    """Open the simulator that a ``sim:`` address describes, with its control agent.

    Raises `AddressError` for an option or a fault that does not exist.
    """
    simulator = build_simulator(query)
    return SimulatorPco(simulator), Laboratory(simulator)
