"""The catalogue of host faults: MCUs that are wrong in exactly one way, by name."""

from collections.abc import Mapping

from atverdict.adapters.host import (
    faults_decisions,
    faults_download,
    faults_flow,
    faults_framing,
    faults_lines,
    faults_octets,
)
from atverdict.adapters.simulator.fault import Fault, by_name

__all__ = ["FAULTS"]

FAULTS: Mapping[str, Fault] = by_name(
    area.CATALOGUE
    for area in (
        faults_lines,
        faults_decisions,
        faults_download,
        faults_octets,
        faults_framing,
        faults_flow,
    )
)
"""Every fault by its name."""
