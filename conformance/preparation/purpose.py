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
    """The declaration of a test purpose."""

    requirements: tuple[str, ...]
    """The requirements that it exercises."""
    chances: tuple[str, ...] = ()
    """The requirements that it may exercise: with a large package, or a slow download."""
    needs: tuple[str, ...] = ()
    """Actions of the control agent that it needs; ``product`` is the PIXIT's table."""
    effort: Effort = Effort.STANDARD
    """The least effort with which it runs."""
    plans: int = 0
    """The number of upgrade plans that it uses up."""
    silences: int = 0
    """The number of times that it listens for the silence of the PIXIT."""
    commands: int = USUAL_COMMANDS
    """The approximate number of command lines; blocks that are read in a row do not count."""
    restarts: int = 1
    """The number of restarts of the IUT, where it needs an action for them."""
    slow_s: float = 0.0
    """The time in which it only waits, in seconds: on virtual time, or with effort deep."""
    watched_s: float = 0.0
    """The time in which it usually watches the IUT, in seconds."""
    negative: bool = False
    """True where it provokes refusals, between two sanity dialogues."""
    always: bool = False
    """True where it always runs: without it the others prove nothing."""


def purpose(*requirements: str, **declared: Any) -> Callable[[F], F]:  # noqa: ANN401
    """Declare a test purpose; the parameters are the fields of `Purpose`."""
    return pytest.mark.purpose(Purpose(requirements, **declared))


negative = functools.partial(purpose, negative=True)
"""Declare a test purpose that provokes refusals."""
