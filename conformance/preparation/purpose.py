"""What a test purpose declares: the requirements that it exercises and what it needs."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pytest

__all__ = ["EFFORTS", "Purpose", "negative", "purpose"]

F = TypeVar("F", bound=Callable[..., None])

EFFORTS = ("quick", "standard", "deep")
"""In the order of how much is tried."""
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
    effort: str = "standard"
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


def purpose(  # noqa: PLR0913 - what a purpose declares is a table row
    *requirements: str,
    chances: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    effort: str = "standard",
    plans: int = 0,
    silences: int = 0,
    commands: int = USUAL_COMMANDS,
    restarts: int = 1,
    slow_s: float = 0.0,
    negative: bool = False,
    always: bool = False,
) -> Callable[[F], F]:
    """Declare a test purpose; the parameters are those of `Purpose`."""
    return pytest.mark.purpose(
        Purpose(
            requirements,
            chances=chances,
            needs=needs,
            effort=effort,
            plans=plans,
            silences=silences,
            commands=commands,
            restarts=restarts,
            slow_s=slow_s,
            negative=negative,
            always=always,
        )
    )


negative = functools.partial(purpose, negative=True)
"""Declare a test purpose that provokes refusals."""
