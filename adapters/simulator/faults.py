"""The catalogue of faults: modems that are wrong in exactly one way, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from atverdict.adapters.simulator import (
    faults_commands,
    faults_events,
    faults_flow,
    faults_framing,
    faults_reading,
    faults_timing,
)
from atverdict.adapters.simulator.fault import Fault

__all__ = ["FAULTS"]


def _by_name() -> Mapping[str, Fault]:
    areas = (
        faults_framing,
        faults_commands,
        faults_reading,
        faults_events,
        faults_flow,
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
