"""Odd reads: a piece is cut as no host does, in the same way each time."""

import random
from collections.abc import Iterator
from itertools import islice

__all__ = ["odd_reads"]

Range = tuple[int, int]
"""Start and length of a read."""

_SEED = "atverdict partitions 1"
_SMALL_ODD = (3, 5, 7, 9, 11, 13, 15)


def odd_reads(piece_start: int, piece_end: int, maximum: int, count: int) -> list[Range]:
    """Return `count` reads of the octets from `piece_start` up to `piece_end`.

    Most of them follow one another, from within the first block on. Now and then some octets are
    read again, the same ones or with another cut. The lengths are of every class: one, two, small
    and odd, around a power of two, around the maximum and above it, and any other.

    Spec: SOTA-INT-005, SOTA-CMD-OTARD-018.
    """
    seed = f"{_SEED} {piece_start} {piece_end} {maximum}"
    dice = random.Random(seed)  # noqa: S311 - the same reads every time is the point
    return list(islice(_endless(dice, piece_start, piece_end, maximum), count))


def _endless(dice: random.Random, low: int, high: int, maximum: int) -> Iterator[Range]:
    lengths = _lengths(dice, maximum)
    done: list[Range] = []
    start = high
    while True:
        if start >= high:  # another way through the piece
            start = min(low + dice.randint(1, maximum), high - 1)
        length = next(lengths)
        yield start, length
        returned = min(length, maximum, high - start)
        done.append((start, returned))
        start += returned
        if dice.random() < 1 / 3:
            yield _again(dice, done, next(lengths))


def _again(dice: random.Random, done: list[Range], length: int) -> Range:
    """Return a read of octets that were read before: the same, or one from within it on."""
    start, before = dice.choice(done)
    return (start, before) if dice.random() < 1 / 2 else (start + dice.randrange(before), length)


def _lengths(dice: random.Random, maximum: int) -> Iterator[int]:
    """Yield lengths of all classes, each class as often as the others."""
    powers = [2**n for n in range(2, maximum.bit_length()) if 2**n + 1 <= maximum]
    while True:
        power = dice.choice(powers or [1])
        classes = [
            1,
            2,
            dice.choice(_SMALL_ODD),
            power - 1,
            power,
            power + 1,
            dice.randint(1, maximum),
            max(1, maximum - 1),
            maximum,
            maximum + dice.randint(1, maximum),
        ]
        dice.shuffle(classes)
        yield from (length for length in classes if length > 0)
