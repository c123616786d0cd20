"""The real clock: nothing else of the suite reads the machine's time, or waits."""

import datetime as dt
from time import monotonic, sleep  # noqa: TID251  this is the clock that everybody else is given

__all__ = ["RealClock"]


class RealClock:
    """Seconds since it was made; never goes back."""

    def __init__(self) -> None:
        self._start_s = monotonic()
        self._opened_at = dt.datetime.now(dt.UTC)

    @property
    def opened_at(self) -> str:
        """Date and time of zero, ISO 8601, in UTC."""
        return self._opened_at.isoformat(timespec="milliseconds")

    def now(self) -> float:
        """Return the seconds that have passed."""
        return monotonic() - self._start_s

    def pause(self, duration_s: float) -> None:
        """Let `duration_s` seconds pass; a negative duration is none."""
        sleep(max(0.0, duration_s))
