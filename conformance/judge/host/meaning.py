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
"""Octets of the package stay unread."""
OTHER_OCTETS = "SOTA-HST-017"
"""The package is treated as another one because of its octets."""
MISLEADING = "SOTA-HST-018"
"""The host obeys events that the package spells."""
WAY_BACK = "SOTA-HST-021"
"""A disturbance ends the upgrade, and the host comes back to an offer."""
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
"""What the completion of a scenario shows, by the requirement that it was made for."""
OF_THE_WIRE = frozenset({"SOTA-HST-015", "SOTA-HST-016"})
"""The wire is unusual in their scenarios: to complete one is no proof for other scenarios."""
SPOILING = frozenset(f"SOTA-HST-{number:03}" for number in (6, 7, 8, 9, 11, 12, 14))
"""A host that breaks one of these ends its own upgrade."""
