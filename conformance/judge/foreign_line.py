"""A foreign line, for the judgement and the reports."""

from dataclasses import dataclass

__all__ = ["ForeignLine"]


@dataclass(slots=True)
class ForeignLine:
    """A line of which no rule says anything."""

    line: str
    """As a person can read it."""
    count: int
    first_s: float
    """The instant at which it came first, in seconds on the PCO's clock."""
    guess: str = ""
    """What it may be; empty where nothing is known."""
