"""Time and memory of the default run against the simulator.

python -m benchmarks.whole_run
"""

import os
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.measure import show_machine, show_table

_ROUNDS = 5
_KIB = 1024


def run_program(arguments: list[str]) -> tuple[float, float]:
    """Return the seconds and the most memory in MB that a Python program took."""
    started_s = perf_counter()
    command = [sys.executable, *arguments]
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawn(sys.executable, command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    duration_s = perf_counter() - started_s
    code = os.waitstatus_to_exitcode(status)
    if code:
        raise RuntimeError(f"{command} ended with {code}")
    return duration_s, usage.ru_maxrss * _KIB / 1e6


def _row(name: str, runs: list[tuple[float, float]], floor_s: float) -> list[str]:
    duration_s = statistics.median(run[0] for run in runs)
    memory_mb = max(run[1] for run in runs)
    return [name, f"{duration_s:.2f}", f"{memory_mb:.0f}", f"{duration_s / floor_s:.0f}"]


def main() -> None:
    """Measure and print."""
    floor, suite = [], []
    with TemporaryDirectory() as folder:
        for number in range(_ROUNDS):
            floor.append(run_program(["-c", "import pytest"]))
            out = str(Path(folder) / str(number))
            suite.append(run_program(["-m", "atverdict", "run", "--out", out]))
    floor_s = statistics.median(run[0] for run in floor)
    show_machine()
    rows = [
        _row("python -c 'import pytest' (floor)", floor, floor_s),
        _row("atverdict run", suite, floor_s),
    ]
    show_table("Whole run against sim:", ["what", "s", "MB at most", "ratio"], rows)


if __name__ == "__main__":
    main()
