"""Declarations of test purposes: the requirements that they exercise, and their needs."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from atverdict.conformance.evidence.log import Effort

__all__ = ["Effort", "Purpose", "negative", "purpose"]

F = TypeVar("F", bound=Callable[..., None])

USUAL_COMMANDS = 10


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a test purpose declares."""

    requirements: tuple[str, ...]
    """Those that it brings about a situation for."""
    chances: tuple[str, ...] = ()
    """Those whose situation arises only if the IUT gives it: a large package, a slow download."""
    needs: tuple[str, ...] = ()
    """Actions of the control agent that it cannot do without; ``product`` is the PIXIT's table."""
    effort: Effort = Effort.STANDARD
    """The least effort with which it runs."""
    plans: int = 0
    """Upgrade plans that it uses up."""
    silences: int = 0
    """How often it listens for the time that the PIXIT calls silence."""
    commands: int = USUAL_COMMANDS
    """About how many command lines it sends, blocks that are read in a row aside."""
    restarts: int = 1
    """How often it restarts the IUT, where it needs an action that does."""
    slow_s: float = 0.0
    """Seconds that it waits for the IUT alone: only on virtual time, or with effort deep."""
    watched_s: float = 0.0
    """Seconds that it usually watches the IUT."""
    negative: bool = False
    """It provokes refusals, between two sanity dialogues."""
    always: bool = False
    """It runs whatever is selected: the others mean nothing without it."""


def purpose(*requirements: str, **declared: Any) -> Callable[[F], F]:  # noqa: ANN401
    """Declare a test purpose; the parameters are the fields of `Purpose`."""
    return pytest.mark.purpose(Purpose(requirements, **declared))


negative = functools.partial(purpose, negative=True)
"""Declare a test purpose that provokes refusals."""
