"""The setup of a campaign: address, profile, PIXIT, PICS, and what is wanted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from atverdict.conformance.evidence.log import Effort
from atverdict.conformance.preparation.pixit import Pics, Pixit
from atverdict.conformance.preparation.replay_steps import Step
from atverdict.conformance.preparation.resumption import Resumption
from atverdict.spec.model import DEFAULT_ROLE, Role

__all__ = ["Setup"]


@dataclass(frozen=True, slots=True)
class Setup:
    """The input of a campaign."""

    address: str
    profile: str
    pixit: Pixit = field(default_factory=Pixit)
    pics: Pics = field(default_factory=Pics)
    effort: Effort = Effort.STANDARD
    selection: tuple[str, ...] = ()
    role: Role = DEFAULT_ROLE
    budget_s: float | None = None
    """The budget in seconds on the PCO's clock; None for no limit."""
    replay: tuple[Step, ...] = ()
    """The steps that are sent instead of the test purposes."""
    resumption: Resumption | None = None
    """The interrupted run that goes on."""
    package_path: Path | None = None
    """The path of the suite's own package, for laboratories whose PIXIT names none."""
    power: tuple[str, ...] = ()
    """The program, with its arguments, that cuts the power where no control agent does."""
    wait_s: float = 0.0
    """The time to wait for an IUT that another run uses, in seconds."""
    found_baudrate: int | None = None
    """The rate in bit/s at which the line answered when the usual ones were tried."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Versions and platform, for the header of the log."""
