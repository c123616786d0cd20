"""A scenario: steps that wait for their triggers, and what each does to a simulated module."""

from collections.abc import Sequence

import msgspec

__all__ = ["Scenario", "Step"]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to do, and its trigger: exactly one of `at_s`, `after` and `before`."""

    do: str
    """An action of the control agent."""
    at_s: float | None = msgspec.field(default=None, name="at")
    """Seconds since the start."""
    after: str | None = None
    """An event that has arrived at the host, as ``7,10703`` or ``RDY``, or a state entered."""
    before: str | None = None
    """An event that the module is about to say."""
    nth: int = 1
    """Which time the trigger counts."""
    delay_s: float = msgspec.field(default=0.0, name="delay")
    """Seconds from the trigger to the action."""
    arguments: dict[str, object] = msgspec.field(default_factory=dict, name="with")
    """What the action is told."""


class Scenario:
    """Steps that are waiting, and those that are due; each is done once."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._waiting = {number: step.nth for number, step in enumerate(steps)}
        self._steps = steps
        self._due: list[tuple[float, int]] = []
        for number, step in enumerate(steps):
            if step.at_s is not None:
                self._trigger(number, step.at_s)

    def said(self, name: str, instant_s: float) -> None:
        """Learn that an event has arrived at the host, or that a state was entered."""
        self._count(instant_s, [n for n in self._waiting if self._steps[n].after == name])

    def about_to_say(self, name: str, instant_s: float) -> None:
        """Learn that the module is about to say an event."""
        self._count(instant_s, [n for n in self._waiting if self._steps[n].before == name])

    def next_due_s(self) -> float | None:
        """Return when the next step is due; None when none is yet."""
        return self._due[0][0] if self._due else None

    def take(self, now_s: float) -> Step | None:
        """Return a step that is due by now."""
        if self._due and self._due[0][0] <= now_s:
            return self._steps[self._due.pop(0)[1]]
        return None

    def _count(self, instant_s: float, numbers: list[int]) -> None:
        for number in numbers:
            self._waiting[number] -= 1
            if not self._waiting[number]:
                self._trigger(number, instant_s)

    def _trigger(self, number: int, instant_s: float) -> None:
        del self._waiting[number]
        self._due.append((instant_s + self._steps[number].delay_s, number))
        self._due.sort()
