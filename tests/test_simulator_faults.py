"""The catalogue of faults: each deviates visibly, and says what it breaks."""

import re
from functools import cache

import pytest
from simulator_bench import Bench, full_script

from atverdict.adapters.pco import Reception
from atverdict.adapters.simulator.faults import FAULTS


@cache
def reference(needs: tuple[tuple[str, str], ...]) -> list[Reception]:
    """Return what the reference sends under the script."""
    return full_script(Bench(echo="yes", **dict(needs)))


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_visible(name: str) -> None:
    expected = reference(tuple(FAULTS[name].needs.items()))
    assert full_script(Bench(echo="yes", fault=name)) != expected


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_described(name: str) -> None:
    fault = FAULTS[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)
    assert re.fullmatch(r"SOTA-[A-Z]+(-[A-Z]+)?-\d{3}", fault.requirement)
    assert fault.strength in {"SHALL", "SHOULD"}
    assert fault.description
    assert not fault.description.endswith(".")


def test_state_of_a_fault_belongs_to_one_simulator() -> None:
    first = full_script(Bench(fault="second-upgrade-impossible"))
    assert first == full_script(Bench(fault="second-upgrade-impossible"))


def test_there_are_enough() -> None:
    assert len(FAULTS) >= 45
