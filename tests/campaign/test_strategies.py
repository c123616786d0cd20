"""Malformed command lines: Hypothesis draws them, none is right, and they are always the same."""

import subprocess
import sys

import pytest

from atverdict.conformance.campaign.module.strategies import (
    IDLE_LINES,
    KINDS,
    OFFERED_LINES,
    READY_LINES,
    malformed_lines,
)

ALL = (IDLE_LINES, OFFERED_LINES, READY_LINES)
RIGHT = {line.replace(b"#", number) for lines in ALL for line, number in lines}
PRINT = """
from atverdict.conformance.campaign.module.strategies import IDLE_LINES, malformed_lines
print(malformed_lines(IDLE_LINES, 130))
"""


@pytest.mark.parametrize("lines", ALL)
@pytest.mark.parametrize("count", [1, 12, 130, 500])
def test_as_many_as_the_budget_allows_all_different_and_none_right(
    lines: tuple[tuple[bytes, bytes], ...], count: int
) -> None:
    made = malformed_lines(lines, count)
    assert len(set(made)) == len(made) == count
    assert not RIGHT & set(made)
    names = {line.partition(b"=")[0] for line, _ in lines}
    for line in made:
        assert line.partition(b"=")[0] in names
        assert b"\r" not in line
        assert b"\n" not in line


def test_every_command_and_every_kind_of_mistake_comes_early() -> None:
    made = malformed_lines(IDLE_LINES, 3 * len(KINDS))
    commands = {line.partition(b"=")[0] for line, _ in IDLE_LINES}
    assert {line.partition(b"=")[0] for line in made} == commands
    for mark in (b"-", b"x", b"h", b'"', b"??", b",,", b"|", b":"):
        assert any(mark in line for line in malformed_lines(IDLE_LINES, 130)), mark
    assert any(max(line) >= 0x80 for line in made)


def test_a_larger_budget_adds_lines_with_two_mistakes() -> None:
    few, many = malformed_lines(IDLE_LINES, 60), malformed_lines(IDLE_LINES, 500)
    assert many[:60] == few
    assert len({line for line in many if line.count(b'"') % 2 and b",," in line}) > 5


def test_they_are_the_same_in_every_process() -> None:
    said = subprocess.run([sys.executable, "-c", PRINT], capture_output=True, check=True).stdout
    assert said.decode().strip() == repr(malformed_lines(IDLE_LINES, 130))
