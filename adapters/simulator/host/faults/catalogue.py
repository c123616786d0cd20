"""The catalogue of host faults: MCUs that are wrong in exactly one way, by name."""

from collections.abc import Mapping

from atverdict.adapters.simulator.fault import Fault, by_name
from atverdict.adapters.simulator.host.faults import (
    decisions,
    download,
    flow,
    framing,
    lines,
    octets,
)

__all__ = ["FAULTS"]

FAULTS: Mapping[str, Fault] = by_name(
    area.CATALOGUE
    for area in (
        lines,
        decisions,
        download,
        octets,
        framing,
        flow,
    )
)
"""Every fault by its name."""
