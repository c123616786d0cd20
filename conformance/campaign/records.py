"""Records of a session, as they are written: what is measured in short, and no folder of a run."""

import math
import statistics
from collections.abc import Sequence
from pathlib import Path

from atverdict.conformance.evidence.log import RoundTrip

__all__ = ["round_trip", "without_folders"]


def round_trip(now_s: float, times_s: Sequence[float], network_s: float | None) -> RoundTrip:
    """Return the record of round trips; `times_s` are at least one, the shortest first."""
    return RoundTrip(
        t=now_s,
        count=len(times_s),
        least_s=times_s[0],
        median_s=statistics.median(times_s),
        p95_s=times_s[math.ceil(0.95 * len(times_s)) - 1],
        most_s=times_s[-1],
        network_s=network_s,
    )


def without_folders(arguments: dict[str, object]) -> dict[str, object]:
    """Leave out the folders of packages: equal runs in different folders have equal logs."""
    plan = arguments.get("plan")
    if not isinstance(plan, dict):
        return arguments
    shown = _named_only(plan)
    components = plan.get("components")
    if isinstance(components, list):
        shown["components"] = [_named_only(each) for each in components]
    return arguments | {"plan": shown}


def _named_only(described: dict[str, object]) -> dict[str, object]:
    """Replace the image's path by its name."""
    image = described.get("image")
    return described | ({"image": Path(str(image)).name} if image else {})
