"""Errata that the judge carries out, and the requirements that it judges by them."""

from functools import cache

from atverdict.conformance.judge.roles import PARTS

__all__ = ["carried_out"]

OF_EXPECTATIONS = {
    "E-21": ("SOTA-PLT-008", "SOTA-SEQ-015"),
    "E-35": ("SOTA-PLT-003",),
    "E-40": ("SOTA-PER-002",),
    "E-42": ("SOTA-SEQ-010",),
}
"""Errata that test purposes carry out with what they expect, or that must not come."""


@cache
def carried_out() -> dict[str, frozenset[str]]:
    """Return the requirements that are judged by each erratum, by its id."""
    found = {name: set(requirements) for name, requirements in OF_EXPECTATIONS.items()}
    for part in PARTS.values():
        for check in part.checks:
            for name in check.errata:
                found.setdefault(name, set()).update(check.requirements)
    return {name: frozenset(requirements) for name, requirements in found.items()}
