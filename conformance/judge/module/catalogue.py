"""All checks of the oracle: importing this module registers them."""

from atverdict.conformance.judge.check import CHECKS
from atverdict.conformance.judge.module import (
    decision,
    events,
    framing,
    integrity,
    persistence,
    platform,
    reading,
    registration,
    robustness,
    sequence,
    timing,
    version,
)

__all__ = ["CHECKS", "MODULES"]

MODULES = (
    framing,
    registration,
    version,
    decision,
    reading,
    integrity,
    events,
    sequence,
    robustness,
    persistence,
    platform,
    timing,
)
"""In the order in which their checks look at an item."""
