"""The setup of a campaign: address, profile, PIXIT, PICS, and what is wanted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from atverdict.conformance.evidence.log import Effort
from atverdict.conformance.preparation.pixit import Pics, Pixit
from atverdict.conformance.preparation.replay_steps import Step
from atverdict.conformance.preparation.resumption import Resumption
from atverdict.spec.model import Role

__all__ = ["Setup"]


@dataclass(frozen=True, slots=True)
class Setup:
    """What a campaign is run with."""

    address: str
    profile: str
    pixit: Pixit = field(default_factory=Pixit)
    pics: Pics = field(default_factory=Pics)
    effort: Effort = Effort.STANDARD
    selection: tuple[str, ...] = ()
    role: Role = Role.MODULE
    budget_s: float | None = None
    """Seconds on the PCO's clock after which no further purpose begins; None for no limit."""
    replay: tuple[Step, ...] = ()
    """What is sent once more instead of the test purposes."""
    resumption: Resumption | None = None
    """The interrupted run that goes on."""
    package_path: Path | None = None
    """Where the suite's own package lies, for laboratories whose PIXIT names none."""
    power: tuple[str, ...] = ()
    """The program, with its arguments, that cuts the power where no control agent does."""
    wait_s: float = 0.0
    """How long to wait for an IUT that another run has."""
    found_baudrate: int | None = None
    """Rate in bit/s at which the line has answered when the usual ones were tried."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Versions and platform, as they are written into the log's header."""
