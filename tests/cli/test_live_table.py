"""The live table of a bench, and the progress that it is fed from."""

import io
import sys
from pathlib import Path

import msgspec
import pytest

from atverdict.cli.bench.device_run import DeviceRun, State
from atverdict.cli.bench.live_table import BenchTable, table_lines
from atverdict.cli.bench.table import Device
from atverdict.cli.progress import PROGRESS_FILE, ProgressLine, newest_progress, timed_text
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
    names = ("one", "another")
    runs = [DeviceRun(Device(name, f"/dev/{name}"), tmp_path / name) for name in names]
    runs[0].state = State.RUNNING
    runs[0].progress = PROGRESS
    return runs


@pytest.mark.parametrize("remaining_s", [None, 60.0])
def test_what_a_run_shows_is_read_by_its_bench(
    remaining_s: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "progress"
    monkeypatch.setenv(PROGRESS_FILE, str(path))
    monkeypatch.setattr(sys, "stderr", said := io.StringIO())
    line = ProgressLine("/dev/one")
    line.show(PROGRESS)
    progress = Progress(4, 20, "a: [1/2]\nb", 12.25, 34, 5, remaining_s)
    line.show(progress)
    assert newest_progress(path) == progress
    assert said.getvalue() == "".join(
        f"{timed_text(each, '/dev/one')}\n" for each in (PROGRESS, progress)
    )


@pytest.mark.parametrize("text", ["", "\n", "{", '{"number":', '{"number":3}\n', "[1/2] x: 3\n"])
def test_a_cut_line_is_no_progress(text: str, tmp_path: Path) -> None:
    (tmp_path / "progress").write_text(text, encoding="utf-8")
    assert newest_progress(tmp_path / "progress") is None


def test_a_cut_line_leaves_the_one_before_it(tmp_path: Path) -> None:
    octets = msgspec.json.encode(PROGRESS)
    (tmp_path / "progress").write_bytes(octets + b"\n" + octets[:-1])
    assert newest_progress(tmp_path / "progress") == PROGRESS


def test_a_run_goes_on_where_its_bench_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROGRESS_FILE, str(tmp_path / "gone" / "progress"))
    monkeypatch.setattr(sys, "stderr", said := io.StringIO())
    ProgressLine("/dev/one").show(PROGRESS)
    assert "registration.connects" in said.getvalue()


def test_seconds_are_told_on_a_real_clock_alone() -> None:
    words = "[3/20] registration.connects: 34 hold, 5 broken"
    assert timed_text(PROGRESS, "/dev/one") == f"{words}, 12 s, about 60 s left"
    assert timed_text(PROGRESS, "sim:?fault=x") == words


def test_the_table_has_no_seconds_of_a_simulator(tmp_path: Path) -> None:
    run = DeviceRun(Device("one", "sim:"), tmp_path)
    run.state, run.progress = State.RUNNING, PROGRESS
    assert table_lines([run], 79)[1].rstrip().endswith(" 34       5")


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
    assert log.getvalue() == f"one: {timed_text(PROGRESS, '/dev/one')}\n"


@pytest.mark.parametrize(
    ("codes", "worst"),
    [((0, 2, 1, 3, 4), 4), ((0, 3, 1), 3), ((0, 2, 1), 1), ((0, 2), 2), ((0,), 0)],
)
def test_the_worst_exit_code_counts(codes: tuple[int, ...], worst: int) -> None:
    assert worst_code([DeviceResult("a", "sim:", code, "", None) for code in codes]) == worst
