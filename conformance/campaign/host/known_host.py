"""The known host: what a campaign has learned of it. It shortens scenarios and makes no verdict."""

from dataclasses import dataclass

__all__ = ["KnownHost"]


@dataclass(slots=True)
class KnownHost:
    """One host, as far as scenarios have shown it."""

    asks: bool = False
    """True once it has asked for a plan by itself."""
    block_octets: int = 1024
    """The longest read that it has asked for."""
    judges_s: float | None = None
    """The longest time from its last read to its answer to the package; None: never seen."""
    silent: bool = False
    """True where it said nothing at all in the scenario before."""
    hangs_updating: bool = False
    """True where it once said nothing more in the time that an update may take."""
