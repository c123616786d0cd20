"""The catalogue of host faults: each deviates on the wire, and says what it breaks."""

import re
from pathlib import Path

import pytest
from support.host_rig import Wire, scenarios

from atverdict.adapters.pco import AddressError
from atverdict.adapters.simulator.host.faults.catalogue import FAULTS
from atverdict.adapters.simulator.host.host import Host
from atverdict.adapters.simulator.host.options import HostOptions
from atverdict.adapters.simulator.host.variants import VARIANTS
from atverdict.adapters.simulator.virtual_time import Clock
from atverdict.spec.loader import load_specification
from atverdict.spec.model import Role

REQUIREMENTS = {
    name: requirement
    for name, requirement in load_specification().requirements.items()
    if requirement.role is Role.HOST
}
SHOWN_BY = (
    *("plain", "pieces", "slow", "short blocks", "odd short blocks", "refused read", "terse"),
    *("glued", "authenticates", "no progress", "repeats", "before OK", "nasty package"),
    *("no battery", "weak signal", "no space", "battery falls", "two components"),
    *("offered twice, limits then unmet", "wrong digests", "wrong MD5", "wrong SHA-256"),
    *("read in silence", "reads in silence", "10706: update", "module restart: offer"),
    *("foreign event: offer", "link loss: offer"),
)
"""Scenarios that together show every fault."""


_WIRES: dict[str, Wire] = {}


def reference(name: str, folder: Path) -> Wire:
    """Play a scenario without a fault, once."""
    if name not in _WIRES:
        _WIRES[name] = scenarios(folder)[name]("").wire
    return _WIRES[name]


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_changes_the_wire(name: str, tmp_path: Path) -> None:
    made = scenarios(tmp_path)
    assert any(made[each](name).wire != reference(each, tmp_path) for each in SHOWN_BY)


def test_every_requirement_of_the_host_has_a_fault() -> None:
    assert len(REQUIREMENTS) == 25
    assert {fault.requirement for fault in FAULTS.values()} == set(REQUIREMENTS)
    assert len(FAULTS) >= 50
    assert len(VARIANTS) >= 15


def test_every_fault_names_its_requirement_and_itself() -> None:
    for name, fault in FAULTS.items():
        assert fault.strength == REQUIREMENTS[fault.requirement].strength.name, name
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)
        assert fault.description, name
        assert not fault.description.endswith("."), name
        HostOptions.from_query(dict(fault.needs))  # what it cannot show without is the host's own


def test_an_unknown_fault_is_answered_with_its_neighbours() -> None:
    with pytest.raises(AddressError, match="reads-from-one"):
        Host(Clock(), lambda _octets: None, HostOptions(), "reads-from-onee")
