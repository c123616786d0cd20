"""Requests to the platform: what it takes, what it refuses, and what it has recorded."""

from dataclasses import dataclass, field

from atverdict.conformance.evidence.log import ControlAction
from atverdict.conformance.evidence.trace import Place

__all__ = ["PlatformRequests", "refusal_of"]

OF_THE_AGENT = ("unsupported", "agent:")
"""How a refusal begins that says nothing about the platform."""


def refusal_of(action: ControlAction) -> str | None:
    """Return why the platform has refused a request; empty where it took it.

    None where the control agent did not ask it.
    """
    if action.reply.get("ok") is True:
        return ""
    error = str(action.reply.get("error", ""))
    return None if error.startswith(OF_THE_AGENT) else error or "without a word"


@dataclass(slots=True)
class PlatformRequests:
    """The halves of two-part rules that the platform has kept so far, by requirement."""

    _kept: dict[str, dict[str, Place]] = field(default_factory=dict)

    def both(self, requirement: str, half: str, place: Place) -> list[Place]:
        """Take one half that was kept; return the places of both once the other one is there."""
        kept = self._kept.setdefault(requirement, {})
        kept[half] = place
        return [*kept.values()] if len(kept) > 1 else []

    def has_kept(self, requirement: str, half: str) -> bool:
        """Tell whether one half was kept."""
        return half in self._kept.get(requirement, {})
