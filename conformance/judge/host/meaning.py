"""The meaning of scenarios: which requirement their end speaks for, or against."""

__all__ = [
    "COMPLETED",
    "MISLEADING",
    "OF_THE_WIRE",
    "OTHER_OCTETS",
    "REFUSED",
    "SEVERAL",
    "SPOILING",
    "UNREAD",
    "WAY_BACK",
]

UNREAD = "SOTA-HST-006"
"""Octets of the package are left unread."""
OTHER_OCTETS = "SOTA-HST-017"
"""The package is taken for another, by what it spells."""
MISLEADING = "SOTA-HST-018"
"""Events are obeyed that the package spells."""
WAY_BACK = "SOTA-HST-021"
"""Something from outside ends the upgrade, and the host finds back."""
REFUSED = "SOTA-HST-022"
"""The host refuses an offer."""
SEVERAL = "SOTA-HST-024"
"""A plan has several components."""

COMPLETED = {
    "SOTA-HST-015": "the flow completed with this framing",
    "SOTA-HST-016": "the flow completed with these URCs",
    OTHER_OCTETS: "the package accepted, whatever it spells",
    MISLEADING: "no event obeyed that the package spells",
    "SOTA-HST-020": "the flow completed with short answers to long requests",
    WAY_BACK: "the way back to an offer, and its end",
    SEVERAL: "every component served in turn",
}
"""What a scenario shows by its completion, by the requirement that it was made for."""
OF_THE_WIRE = frozenset({"SOTA-HST-015", "SOTA-HST-016"})
"""Scenarios of these are not as the wire usually is: what they complete, others need not."""
SPOILING = frozenset(f"SOTA-HST-{number:03}" for number in (6, 7, 8, 9, 11, 12, 14))
"""What ends an upgrade where it is broken."""
