"""The live table of a bench, and the progress lines that it is fed from."""

import io
import sys
from pathlib import Path

import pytest

from atverdict.cli.bench.device_run import DeviceRun, State
from atverdict.cli.bench.live_table import BenchTable, table_lines
from atverdict.cli.bench.table import Device
from atverdict.cli.progress import progress_text, read_progress
from atverdict.conformance.preparation.progress import Progress
from atverdict.reports.bench.bench import DeviceResult, worst_code

PROGRESS = Progress(3, 20, "registration.connects", 12.0, 34, 5, 60.0)


class Terminal(io.StringIO):
    """Takes what is written, and says that somebody watches."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def runs(tmp_path: Path) -> list[DeviceRun]:
    runs = [DeviceRun(Device(name, "sim:"), tmp_path / name) for name in ("one", "another")]
    runs[0].state = State.RUNNING
    runs[0].progress = PROGRESS
    return runs


@pytest.mark.parametrize("remaining_s", [None, 60.0])
def test_what_a_progress_line_says_is_read_again(remaining_s: float | None) -> None:
    progress = Progress(3, 20, "a: [1/2] b", 12.0, 34, 5, remaining_s)
    assert read_progress(progress_text(progress)) == progress


@pytest.mark.parametrize("text", ["", "Campaign: 12 test purposes", "[1/2] x: 3 hold", "\x1b[K"])
def test_other_lines_are_no_progress(text: str) -> None:
    assert read_progress(text) is None


def test_the_table_has_a_line_for_each_device(runs: list[DeviceRun]) -> None:
    assert table_lines(runs, 79) == [
        "device   purpose                       hold  broken  time",
        "one      [3/20] registration.connects    34       5  12 s",
        "another  waits",
    ]
    assert max(map(len, table_lines(runs, 20))) == 20


def test_a_terminal_is_drawn_over(runs: list[DeviceRun], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "3")
    table = BenchTable(runs)
    table.show([])
    table.show([])
    first, again = terminal.getvalue().split("\x1b[2A\r\x1b[J")
    assert first == again
    assert first.count("\n") == 2  # as many as there is room for, and the cursor's own line
    table.say("interrupted")
    table.show([])
    assert terminal.getvalue().endswith(f"interrupted\n{first}")


def test_a_log_gets_plain_lines_of_what_is_new(
    runs: list[DeviceRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", log := io.StringIO())
    table = BenchTable(runs)
    table.show(runs[:1])
    table.show([])
    assert log.getvalue() == f"one: {progress_text(PROGRESS)}\n"


@pytest.mark.parametrize(
    ("codes", "worst"),
    [((0, 2, 1, 3, 4), 4), ((0, 3, 1), 3), ((0, 2, 1), 1), ((0, 2), 2), ((0,), 0)],
)
def test_the_worst_exit_code_counts(codes: tuple[int, ...], worst: int) -> None:
    assert worst_code([DeviceResult("a", "sim:", code, "", None) for code in codes]) == worst
