"""What has the same reason, drawn together."""

from collections.abc import Callable, Iterable
from typing import TypeVar

__all__ = ["by_reason"]

T = TypeVar("T")


def by_reason(those: Iterable[T], reason: Callable[[T], str]) -> list[tuple[str, list[T]]]:
    """Return the groups in the order in which their reasons come first."""
    groups: dict[str, list[T]] = {}
    for each in those:
        groups.setdefault(reason(each), []).append(each)
    return list(groups.items())
