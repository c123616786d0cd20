"""The start of the program, against a Python that does nothing.

python -m benchmarks.start_up
"""

import functools
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import compare, show_machine, show_table

_ROUNDS = 10
_EXIT_CODE_NOTHING_SELECTED = 2


def _run(arguments: list[str], exit_code: int) -> None:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603  ourselves
    if done.returncode != exit_code:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stderr.decode()}")


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        suite = ["-m", "atverdict"]
        nothing = ["run", "--select", "SOTA-NONE-000", "--out", str(Path(folder) / "run")]
        timings = compare(
            {
                "python -c pass (floor)": functools.partial(_run, ["-c", "pass"], 0),
                "atverdict version": functools.partial(_run, [*suite, "version"], 0),
                "atverdict run, nothing selected": functools.partial(
                    _run, [*suite, *nothing], _EXIT_CODE_NOTHING_SELECTED
                ),
            },
            rounds=_ROUNDS,
        )
    show_machine()
    rows = [
        [timing.name, f"{timing.median_s * 1000:.0f}", f"{timing.ratio:.1f}"] for timing in timings
    ]
    show_table("Start-up", ["what", "ms", "ratio"], rows)


if __name__ == "__main__":
    main()
