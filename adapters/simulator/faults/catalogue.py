"""The catalogue of faults: modems that are wrong in exactly one way, by name."""

from collections.abc import Mapping

from atverdict.adapters.simulator.fault import Fault, by_name
from atverdict.adapters.simulator.faults import (
    blocks,
    commands,
    decisions,
    events,
    fields,
    flow,
    framing,
    integrity,
    interruptions,
    lines,
    octets,
    platform,
    product,
    reading,
    restarts,
    robustness,
    sequence,
    timing,
    versions,
    wording,
)

__all__ = ["FAULTS"]

FAULTS: Mapping[str, Fault] = by_name(
    area.CATALOGUE
    for area in (
        lines,
        framing,
        wording,
        commands,
        product,
        versions,
        decisions,
        reading,
        blocks,
        octets,
        integrity,
        events,
        fields,
        flow,
        sequence,
        robustness,
        restarts,
        interruptions,
        platform,
        timing,
    )
)
"""Every fault by its name."""
