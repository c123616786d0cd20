"""Failing sequences are shortened on a simulator, stored, and fail again when they are sent."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from support.campaigns import atverdict

from atverdict.conformance.campaign.module.shrinking import shrunk


@pytest.mark.parametrize("needed", [set(), {0}, {7}, {0, 9}, {2, 3, 5}, set(range(10))])
def test_what_is_needed_stays_and_nothing_else(needed: set[int]) -> None:
    def fails(some: Sequence[int]) -> bool:
        return needed <= set(some)

    assert shrunk(range(10), fails) == sorted(needed)


@pytest.mark.parametrize(
    ("fault", "requirement", "at_most"),
    [
        ("octets-behind-quote-ignored", "SOTA-ROB-001", 1),
        ("version-not-replaced", "SOTA-CMD-MCUVER-005", 3),
    ],
)
def test_a_shortened_sequence_breaks_the_requirement_again(
    fault: str, requirement: str, at_most: int, tmp_path: Path
) -> None:
    address = f"sim:?fault={fault}"
    assert atverdict(tmp_path, "run", "--iut", address, "--select", requirement).code == 1
    done = atverdict(tmp_path, "shrink", "run", requirement)
    assert done.code == 0, done.err
    text = (tmp_path / "run" / f"{requirement}.txt").read_text()
    lines = [line for line in text.splitlines() if line.startswith("AT")]
    assert 1 <= len(lines) <= at_most, text
    words = ("run", "--iut", address, "--replay", f"run/{requirement}.txt")
    again = atverdict(tmp_path, *words, out="again")
    verdicts = (tmp_path / "again" / "result.json").read_text()
    assert again.code == 1, verdicts


def test_what_holds_on_the_simulator_stays_as_it_was_recorded(tmp_path: Path) -> None:
    words = ("run", "--iut", "sim:?fault=version-not-replaced", "--select", "version")
    assert atverdict(tmp_path, *words).code == 1
    shrink = ("shrink", "run", "SOTA-CMD-MCUVER-005", "--iut", "sim:", "--out", "all.txt")
    done = atverdict(tmp_path, *shrink)
    assert done.code == 0
    assert "holds on sim:" in done.out
    text = (tmp_path / "all.txt").read_text()
    assert len([line for line in text.splitlines() if line.startswith("AT")]) > 8


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("SOTA-CMD-MCUVER-005",), "nothing to shorten"),
        (("SOTA-NO-001",), "no requirement"),
        (("SOTA-FRM-001", "--iut", "/dev/null"), "nothing to shorten"),
    ],
)
def test_what_cannot_be_shortened(words: tuple[str, ...], problem: str, tmp_path: Path) -> None:
    assert atverdict(tmp_path, "run", "--select", "version").code in {0, 2}
    done = atverdict(tmp_path, "shrink", "run", *words)
    assert done.code == 3
    assert problem in done.err
