"""A scenario of the host role."""

from dataclasses import dataclass, field

from atverdict.conformance.evidence.log import Effort

__all__ = ["Scenario"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One module, one plan, and what happens to them."""

    name: str
    sentence: str
    requirements: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)
    """The options of the simulated module."""
    part: str = ""
    """The part of the module that is exchanged, by its name in `PROVOCATIONS`."""
    package: str = "plain"
    """The kind of package, by its name in `PACKAGES`."""
    components: int = 1
    unmet: str = ""
    """The limit that the host does not meet: ``battery``, ``signal`` or ``free_space``."""
    falls: bool = False
    """True where the host meets it at first, and no longer once it is online."""
    again_s: float = 0.0
    """The time from the first offer to the offer of another plan; 0: there is no other."""
    at: str = ""
    """The step of the upgrade at which `then` happens, once."""
    then: str = ""
    """``fail``, ``link``, ``power_cycle`` or ``reset_host``; empty: nothing."""
    chatter: bool = False
    """Unrelated URCs come all the time."""
    boots: bool = False
    """True where it is about how the module connects: then the module is switched on."""
    watch_s: float = 0.0
    """The time for which the host is watched after the step; 0: until the upgrade succeeds."""
    needs: tuple[str, ...] = ()
    """Actions of the control agent that it needs."""
    effort: Effort = Effort.STANDARD
