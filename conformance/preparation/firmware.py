"""Ranges of firmware versions, such as ``>=EC200UCNAAR03A01,<EC200UCNAAR03A02``."""

import re
from fnmatch import fnmatchcase

__all__ = ["in_range", "is_range"]

_BOUND = re.compile(r"(>=|<=|>|<)\s*(.*)")
_HOLDS = {
    ">=": lambda order: order >= 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    "<": lambda order: order < 0,
}

_Key = list[tuple[int, str]]


def is_range(text: str) -> bool:
    """Tell whether a text is a range: terms separated by commas, none of them empty."""
    return all(term.lstrip("<>=") for term in _terms(text))


def in_range(wanted: str, firmware: str) -> bool:
    """Tell whether a firmware version is in a range.

    A term with ``>=``, ``<=``, ``>`` or ``<`` is a bound, and all bounds must hold. Any other term
    is a version or a pattern with ``*``, ``?`` and ``[...]``, and one of them must match. Runs of
    digits are ordered as numbers, so A01M8 comes before A01M10. An unknown version is in no range
    that has a bound.
    """
    bounds = [m for term in _terms(wanted) if (m := _BOUND.fullmatch(term))]
    patterns = [term for term in _terms(wanted) if not _BOUND.fullmatch(term)]
    if bounds and not firmware:
        return False
    if patterns and not any(fnmatchcase(firmware, pattern) for pattern in patterns):
        return False
    return all(_HOLDS[m[1]](_order(firmware, m[2])) for m in bounds)


def _terms(text: str) -> list[str]:
    return [term.strip() for term in text.split(",")]


def _order(left: str, right: str) -> int:
    one, other = _key(left), _key(right)
    return (one > other) - (one < other)


def _key(version: str) -> _Key:
    """Split at runs of digits; their length without leading zeros is compared first."""
    parts = re.split(r"([0-9]+)", version)
    numbers = (part.lstrip("0") for part in parts[1::2])
    texts = [(0, part) for part in parts[0::2]]
    key: _Key = texts[:1]
    for number, text in zip(numbers, texts[1:], strict=True):
        key += [(len(number), number), text]
    return key
