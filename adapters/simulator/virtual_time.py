"""Virtual time: an event queue that jumps from one instant to the next."""

import heapq
from collections.abc import Callable

__all__ = ["Clock", "Timer"]


class Timer:
    """One action that waits for its instant, in seconds of virtual time."""

    __slots__ = ("action", "instant_s")

    def __init__(self, instant_s: float, action: Callable[[], None]) -> None:
        self.instant_s = instant_s
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Forget the action; harmless when it ran already."""
        self.action = None


class Clock:
    """Virtual seconds since the start, and everything that is due later.

    Actions of the same instant run in the order in which they were asked for.
    """

    def __init__(self) -> None:
        self.now_s = 0.0
        self._queue: list[tuple[float, int, Timer]] = []
        self._sequence = 0

    def call_at(self, instant_s: float, action: Callable[[], None]) -> Timer:
        """Run `action` at an instant in seconds; an instant that has passed means now."""
        timer = Timer(max(instant_s, self.now_s), action)
        self._sequence += 1
        heapq.heappush(self._queue, (timer.instant_s, self._sequence, timer))
        return timer

    def call_later(self, delay_s: float, action: Callable[[], None]) -> Timer:
        """Run `action` after a delay in seconds, never negative."""
        return self.call_at(self.now_s + delay_s, action)

    def next_event_s(self) -> float | None:
        """Return the instant of the next action; None when nothing is due."""
        while self._queue and self._queue[0][2].action is None:
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def advance_to(self, until_s: float) -> None:
        """Run everything due up to and including an instant, then stand at it."""
        while (due_s := self.next_event_s()) is not None and due_s <= until_s:
            timer = heapq.heappop(self._queue)[2]
            self.now_s = timer.instant_s
            action, timer.action = timer.action, None
            if action is not None:
                action()
        self.now_s = max(self.now_s, until_s)
