"""A scenario of the host role."""

from dataclasses import dataclass, field

from atverdict.conformance.evidence.log import Effort

__all__ = ["Scenario"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One module, one plan, and what befalls the two."""

    name: str
    sentence: str
    requirements: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)
    """Of the simulated module."""
    part: str = ""
    """What is exchanged in it, by its name in `PROVOCATIONS`."""
    package: str = "plain"
    """What the package is made of, by its name in `PACKAGES`."""
    components: int = 1
    unmet: str = ""
    """The limit that the host does not meet: ``battery``, ``signal`` or ``free_space``."""
    falls: bool = False
    """Whether the host meets it at first, and no more once it is online."""
    again_s: float = 0.0
    """So long after the first offer another plan is offered; 0: none is."""
    at: str = ""
    """The step of the upgrade at which something happens once, and"""
    then: str = ""
    """what: ``fail``, ``link``, ``power_cycle`` or ``reset_host``; empty: nothing."""
    chatter: bool = False
    """Unrelated URCs come all the time."""
    boots: bool = False
    """Whether it is about how the module connects, so that it must be switched on."""
    watch_s: float = 0.0
    """For how long the host is watched behind the step; 0: until the upgrade has succeeded."""
    needs: tuple[str, ...] = ()
    """Actions of the control agent that it cannot do without."""
    effort: Effort = Effort.STANDARD
