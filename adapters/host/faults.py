"""The catalogue of host faults: MCUs that are wrong in exactly one way, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from atverdict.adapters.host import (
    faults_decisions,
    faults_download,
    faults_flow,
    faults_framing,
    faults_lines,
    faults_octets,
)
from atverdict.adapters.simulator.fault import Fault

__all__ = ["FAULTS"]


def _by_name() -> Mapping[str, Fault]:
    areas = (
        faults_lines,
        faults_decisions,
        faults_download,
        faults_octets,
        faults_framing,
        faults_flow,
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
