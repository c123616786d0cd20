"""The catalogue of faults: modems that are wrong in exactly one way, by name."""

from collections.abc import Mapping
from types import MappingProxyType

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
from atverdict.adapters.simulator.fault import Fault

__all__ = ["FAULTS"]


def _by_name() -> Mapping[str, Fault]:
    areas = (
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
    faults: dict[str, Fault] = {}
    for area in areas:
        for fault in area.CATALOGUE.faults:
            if fault.name in faults:
                raise ValueError(f"two faults are called {fault.name}")
            faults[fault.name] = fault
    return MappingProxyType(faults)


FAULTS: Mapping[str, Fault] = _by_name()
"""Every fault by its name."""
