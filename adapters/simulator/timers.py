"""Timers with names: starting one replaces the one of that name."""

from collections.abc import Callable

from atverdict.adapters.simulator.virtual_time import Clock, Timer

__all__ = ["Timers"]


class Timers:
    """The running timers of one machine."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._timers: dict[str, Timer] = {}

    def start(self, name: str, delay_s: float, action: Callable[[], None]) -> None:
        """Run `action` after a delay in seconds, instead of an earlier one of that name."""
        self.cancel(name)
        self._timers[name] = self._clock.call_later(delay_s, action)

    def cancel(self, name: str) -> None:
        """Stop one timer; harmless when it does not run."""
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def cancel_all(self) -> None:
        """Stop every timer."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
