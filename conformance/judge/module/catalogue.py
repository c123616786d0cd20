"""The checks on a module, in the order in which they look at an item."""

from atverdict.conformance.judge.check import checks_of
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

__all__ = ["MODULE_CHECKS"]

MODULE_CHECKS = checks_of(
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
