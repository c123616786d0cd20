"""A simulated module on a line: its laboratory, a scenario, and an observer."""

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from atverdict.adapters.pco import Reception
from atverdict.adapters.simulator.laboratory import Laboratory
from atverdict.adapters.simulator.module.upgrade import State
from atverdict.adapters.simulator.module.wording import Answer, Wording
from atverdict.adapters.simulator.served.scenario import Scenario, Step
from atverdict.adapters.simulator.simulator import Simulator

__all__ = ["STATES", "ModuleObserver", "ModuleOnALine"]

_CONNECTION = {
    **dict.fromkeys((2, 3, 4, 5, 6), "connecting"),
    7: "waiting",
    8: "online",
    10: "leaving",
}
_OFFLINE = "offline"
STATES = frozenset([*_CONNECTION.values(), _OFFLINE, *(state.name.lower() for state in State)])
"""The states for which a scenario can wait: of the connection, and of the upgrade."""
_EVENT = re.compile(r"\+QIOTEVT: ?(\d+), ?(\d+)|(RDY)$")


class ModuleObserver(Protocol):
    """What looks on; instants are seconds of virtual time."""

    def to_module(self, instant_s: float, octets: bytes) -> None:
        """See octets of the host."""
        ...

    def from_module(self, instant_s: float, octets: bytes) -> None:
        """See octets that have arrived at the host."""
        ...

    def changed(self, instant_s: float, what: str, state: str) -> None:
        """See connection or upgrade in another state."""
        ...

    def acted(
        self, instant_s: float, action: str, arguments: dict[str, object], reply: dict[str, object]
    ) -> None:
        """See what the laboratory has done."""
        ...


class ModuleOnALine:
    """Octets in and out, and a real time that only `advance_to` moves.

    A power cycle skips the second without power. Virtual time, by which scenarios and observers
    count, runs ahead of the real one by what was skipped.
    """

    def __init__(
        self,
        simulator: Simulator,
        steps: Sequence[Step] = (),
        observer: ModuleObserver | None = None,
    ) -> None:
        self.simulator = simulator
        self._laboratory = Laboratory(simulator)
        self._scenario = Scenario(steps)
        self._observer = observer
        self._skipped_s = 0.0
        self._collected: list[Reception] = []
        self._said: list[str] = []
        self._states: dict[str, str] = {}
        self._overhear()
        self._look()

    def write(self, octets: bytes) -> None:
        """Give octets of the host to the module."""
        if self._observer is not None:
            self._observer.to_module(self.simulator.now_s, octets)
        self.simulator.write(octets)
        self._look()

    def advance_to(self, instant_s: float) -> None:
        """Let everything happen up to an instant, and the steps of the scenario in between."""
        while (due_s := self._next_s()) is not None and due_s <= instant_s + self._skipped_s:
            self._step(due_s)
        self._step(instant_s + self._skipped_s)

    def next_event_s(self) -> float | None:
        """Return when something happens next, or a step is due."""
        next_s = self._next_s()
        return None if next_s is None else next_s - self._skipped_s

    def collect(self) -> list[Reception]:
        """Return what has arrived at the host and was not handed out yet."""
        collected, self._collected = self._collected, []
        return collected

    def perform(self, action: str, arguments: dict[str, object]) -> dict[str, object]:
        """Do what the control agent is asked for."""
        begun_s = self.simulator.now_s
        reply = self._laboratory.perform(action, arguments)
        self._skipped_s += self.simulator.now_s - begun_s
        if self._observer is not None:
            self._observer.acted(begun_s, action, arguments, reply)
        self._look()
        return reply

    def present(self) -> bool:
        """Tell whether the module's port is there: one over USB goes with the power."""
        return self.simulator.module.running or not self.simulator.options.port_vanishes

    # From here on, virtual time

    def _next_s(self) -> float | None:
        dues_s = (self.simulator.next_event_s(), self._scenario.next_due_s())
        return min((due_s for due_s in dues_s if due_s is not None), default=None)

    def _step(self, instant_s: float) -> None:
        """Go to an instant, see what has happened, and do what the scenario wants by then."""
        self.simulator.advance_to(instant_s)
        self._look()
        while (step := self._scenario.take(self.simulator.now_s)) is not None:
            self.perform(step.do, dict(step.arguments))

    def _look(self) -> None:
        module = self.simulator.module
        connection = _CONNECTION.get(module.connection.state, _OFFLINE)
        self._enter("connection", connection)
        self._enter("upgrade", module.upgrade.state.name.lower())
        for reception in self.simulator.collect():
            self._collected.append(reception)
            if self._observer is not None:
                self._observer.from_module(reception.instant_s, reception.octets)
        said, self._said = self._said, []
        for name in said:
            self._scenario.said(name, max(module.output.free_s, self.simulator.now_s))

    def _enter(self, what: str, state: str) -> None:
        before, self._states[what] = self._states.get(what), state
        if before is not None and before != state:
            self._scenario.said(state, self.simulator.now_s)
            if self._observer is not None:
                self._observer.changed(self.simulator.now_s, what, state)

    # Listening to the module from within

    def _overhear(self) -> None:
        module = self.simulator.module
        module.events.wording = _Overheard(module.events.wording, self._notice)
        module.upgrade.emit = self._foreseeing(module.upgrade.emit)
        module.connection.emit = self._foreseeing(module.connection.emit)

    def _notice(self, line: str) -> None:
        name = _name(line)
        if name is not None:
            self._said.append(name)

    def _foreseeing(self, emit: Callable[[str], None]) -> Callable[[str], None]:
        def foresee(line: str) -> None:
            name = _name(line)
            if name is not None:
                self._scenario.about_to_say(name, self.simulator.now_s)
            emit(line)

        return foresee


class _Overheard(Wording):
    """A module's wording that reports every event."""

    def __init__(self, wording: Wording, hear: Callable[[str], None]) -> None:
        super().__init__(wording.options)
        self._wording = wording
        self._hear = hear

    def answer(self, answer: Answer, line: str) -> bytes:
        return self._wording.answer(answer, line)

    def event(self, line: bytes) -> bytes:
        self._hear(line.decode("latin-1"))
        return self._wording.event(line)


def _name(line: str) -> str | None:
    """Return how a scenario calls an unsolicited line."""
    match = _EVENT.match(line)
    if match is None:
        return None
    return match[3] or f"{match[1]},{match[2]}"
