"""An edit: what turns one octet string into another one, where that is an octet or two."""

from typing import NamedTuple

__all__ = ["Edit", "edit_between"]

MOST_OCTETS = 2
"""The most octets that one disturbance of a line loses, doubles or alters."""


LEAST_EQUAL = 4
"""The equal octets for each other one: short strings are no copies of each other."""


class Edit(NamedTuple):
    """The place where two octet strings differ."""

    start: int
    """The octets before it, which are equal."""
    rest: int
    """The octets behind it, which are equal."""


def edit_between(left: bytes, right: bytes) -> Edit | None:
    """Return the edit between two strings; None where they are equal, or no copies of each other.

    Copies of each other differ in an octet or two at one place, and in no other.
    """
    if left == right or abs(len(left) - len(right)) > MOST_OCTETS:
        return None
    shorter = min(len(left), len(right))
    start = _equal(left, right, shorter)
    rest = _equal(left[::-1], right[::-1], shorter - start)
    edited = max(len(left), len(right)) - start - rest
    if edited > MOST_OCTETS or start + rest < LEAST_EQUAL * edited:
        return None
    return Edit(start, rest)


def _equal(left: bytes, right: bytes, most: int) -> int:
    """Return how many octets are equal from the start on, at most so many."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
