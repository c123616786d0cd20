"""A sample of the faults on benches that have less than a full laboratory; all: `faults run`."""

from pathlib import Path

import pytest

from atverdict.adapters.simulator.faults.catalogue import FAULTS
from atverdict.conformance.campaign.benches import BENCHES, ELSEWHERE
from atverdict.conformance.campaign.self_test import KILLED, NOT_PROVOKED, Kill, seen_on
from atverdict.conformance.preparation.suite_package import suite_package
from atverdict.reports.formats.kill_table import FaultRow, kill_table

BY_NAME = {bench.name: bench for bench in BENCHES}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("benches") / "package.bin"
    path.write_bytes(suite_package())
    return path


@pytest.mark.parametrize(
    ("bench", "name", "result"),
    [
        ("quick", "last-octet-missing", KILLED),
        ("one armed plan", "last-octet-missing", KILLED),
        ("one armed plan", "action-four-accepted", NOT_PROVOKED),
        ("no agent, no plan", "last-octet-missing", NOT_PROVOKED),
        ("quick", "refusals-late", NOT_PROVOKED),
        ("quick", "echo-garbled-after-error", KILLED),
        ("quick", "no-echo-of-one-command", KILLED),
    ],
)
def test_a_fault_that_shows_on_the_wire_never_passes(
    bench: str, name: str, result: str, package: Path
) -> None:
    assert seen_on(BY_NAME[bench], FAULTS[name], package) == result


def test_what_shows_elsewhere_is_a_fault_on_a_bench_and_says_why() -> None:
    for (name, bench), why in ELSEWHERE.items():
        assert name in FAULTS
        assert bench in BY_NAME
        assert why


def test_the_table_has_a_column_a_bench_and_names_what_passes() -> None:
    kill = Kill("lame", "SOTA-TIM-001", "SHALL", killed=True, first=(), collateral=())
    table = kill_table([FaultRow(kill, 1.0, {"quick": "pass", "bare": NOT_PROVOKED})], ())
    assert "| killed | quick | bare | named first |" in table
    assert "| **pass** | not provoked |" in table
    assert "quick: 1 faults show on the wire, 1 of them pass.\nThey pass: lame." in table
    assert "bare: 0 faults show on the wire, 0 of them pass." in table
