"""Instants of a scenario: the moment of each thing that happened in it."""

from dataclasses import dataclass

__all__ = ["Instants"]


@dataclass(slots=True)
class Instants:
    """Instants on the PCO's clock, in seconds; None for what has not happened yet."""

    begin_s: float
    told_s: float
    """The module's last event of an upgrade."""
    turned_s: float
    """An upgrade was accepted, or came to an end."""
    advanced_s: float
    """The upgrade came to another state, or octets were read for the first time."""
    spoken_s: float
    """The module's last octet."""
    heard_s: float | None = None
    """The host's last octet."""
    offered_s: float | None = None
    happened_s: float | None = None
    """The upgrade came to the step that the scenario is about."""
    read_s: float | None = None
    """The host had read the whole package."""
    fallen_s: float | None = None
    """The host stopped meeting the limit."""
    succeeded_s: float | None = None

    @classmethod
    def beginning(cls, now_s: float) -> "Instants":
        """Return the instants of a scenario that begins now."""
        return cls(now_s, now_s, now_s, now_s, now_s)
