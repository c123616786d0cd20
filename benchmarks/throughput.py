"""The throughput of a bench: eight modules at once, against one of them alone.

python -m benchmarks.throughput
"""

import contextlib
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.measure import show_machine, show_table

_ROUNDS = 3
_MODULES = 8
_SERVED = re.compile(r"socket://\S+:\d+")
_PIXIT = """
[timing]
boot = 5.0
connect = 10.0
offer = 10.0
download = 30.0
outcome = 10.0
silence = 0.2
"""


@contextlib.contextmanager
def _served() -> Iterator[str]:
    """Serve a simulated module in a process of its own; yield its address."""
    command = [sys.executable, "-m", "atverdict", "simulate", "--tcp", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
        assert process.stderr is not None
        try:
            found = _SERVED.search(process.stderr.readline())
            assert found is not None
            yield found[0].rstrip(";")
        finally:
            process.terminate()


def _bench(folder: Path, addresses: Sequence[str]) -> float:
    """Return how many seconds a bench with these modules takes."""
    (folder / "pixit.toml").write_text(_PIXIT, encoding="utf-8")
    devices = (
        f'[[device]]\nname = "m{number}"\naddress = "{address}"\n'
        'pixit = "pixit.toml"\neffort = "quick"\n'
        for number, address in enumerate(addresses)
    )
    bench = folder / "bench.toml"
    bench.write_text("".join(devices), encoding="utf-8")
    command = [sys.executable, "-m", "atverdict", "bench", str(bench), "--out", str(folder / "out")]
    started_s = perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    duration_s = perf_counter() - started_s
    if done.returncode:
        raise RuntimeError(f"the bench ended with {done.returncode}: {done.stdout}{done.stderr}")
    return duration_s


def _round(modules: int) -> float:
    """Return how many seconds a bench with so many fresh modules takes."""
    with contextlib.ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(TemporaryDirectory()))
        return _bench(folder, [cleanup.enter_context(_served()) for _ in range(modules)])


def main() -> None:
    """Measure and print."""
    alone, together = [], []
    for _ in range(_ROUNDS):
        alone.append(_round(1))
        together.append(_round(_MODULES))
    show_machine()
    rows = [
        _row("one module alone (floor)", 1, alone, alone),
        _row(f"{_MODULES} modules at once", _MODULES, together, alone),
    ]
    columns = ["quick run over TCP", "s", "s by floor", "modules a minute", "throughput by floor"]
    show_table("Throughput of a bench", columns, rows)


def _row(name: str, modules: int, taken: Sequence[float], floor: Sequence[float]) -> list[str]:
    took_s = statistics.median(taken)
    ratio = statistics.median(mine / least for mine, least in zip(taken, floor, strict=True))
    each = 60.0 * modules / took_s
    return [name, f"{took_s:.1f}", f"{ratio:.2f}", f"{each:.1f}", f"{modules / ratio:.1f}"]


if __name__ == "__main__":
    main()
