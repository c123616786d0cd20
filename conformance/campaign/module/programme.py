"""The programme of a campaign against a module: its test purposes in the order of their areas."""

from atverdict.conformance.campaign.module.engine import offered_purposes
from atverdict.conformance.preparation.programme import Programme, programme
from atverdict.conformance.preparation.selection import Given, Offered
from atverdict.conformance.preparation.setup import Setup

__all__ = ["ORDER", "module_programme", "programme_of"]

ORDER = (
    "interconnection",
    "registration",
    "version",
    "decision",
    "upgrade",
    "pieces",
    "refusals",
    "robustness",
    "endings",
    "persistence",
    "platform",
    "timers",
    "firmware",
)
"""The areas in their order: one leaves the IUT in the state from which the next begins."""


def module_programme(setup: Setup, actions: frozenset[str], *, virtual: bool) -> Programme:
    """Decide which test purposes run with these actions of the control agent.

    Raises `SuiteError` where they cannot be loaded.
    """
    return programme_of(setup, offered_purposes(), Given.by(setup, actions, virtual=virtual))


def programme_of(setup: Setup, offered: list[Offered], given: Given) -> Programme:
    """Decide which of these purposes run; an area keeps the order of its file."""
    return programme(setup, sorted(offered, key=_rank), given)


def _rank(purpose: Offered) -> int:
    return ORDER.index(purpose.name.partition(".")[0])
