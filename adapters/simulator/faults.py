"""The catalogue of faults: modems that are wrong in exactly one way, by name."""

from collections.abc import Mapping

from atverdict.adapters.simulator import (
    faults_blocks,
    faults_commands,
    faults_decisions,
    faults_events,
    faults_fields,
    faults_flow,
    faults_framing,
    faults_integrity,
    faults_interruptions,
    faults_lines,
    faults_octets,
    faults_platform,
    faults_product,
    faults_reading,
    faults_restarts,
    faults_robustness,
    faults_sequence,
    faults_timing,
    faults_versions,
    faults_wording,
)
from atverdict.adapters.simulator.fault import Fault, by_name

__all__ = ["FAULTS"]

FAULTS: Mapping[str, Fault] = by_name(
    area.CATALOGUE
    for area in (
        faults_lines,
        faults_framing,
        faults_wording,
        faults_commands,
        faults_product,
        faults_versions,
        faults_decisions,
        faults_reading,
        faults_blocks,
        faults_octets,
        faults_integrity,
        faults_events,
        faults_fields,
        faults_flow,
        faults_sequence,
        faults_robustness,
        faults_restarts,
        faults_interruptions,
        faults_platform,
        faults_timing,
    )
)
"""Every fault by its name."""
