"""What a test purpose declares: the requirements that it exercises and what it needs."""

from collections.abc import Callable
from typing import TypeVar

import pytest

__all__ = ["purpose"]

F = TypeVar("F", bound=Callable[..., None])


def purpose(*requirements: str, needs: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Declare a test purpose.

    `requirements` are those that it brings about a situation for; `needs` are the actions of the
    control agent without which it does not run; ``product`` is the PIXIT's table of that name.
    """
    return pytest.mark.purpose(requirements=requirements, needs=needs)
