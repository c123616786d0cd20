"""Times of contestants, measured in turns, and the table that shows them."""

import datetime as dt
import gc
import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import click

__all__ = ["Timing", "compare", "show_machine", "show_table"]


@dataclass(frozen=True)
class Timing:
    """The time that one contestant needed."""

    name: str
    median_s: float
    """Of one turn, in seconds."""
    ratio: float
    """Median over all rounds of its time by the first contestant's time in the same round."""


def compare(contestants: Mapping[str, Callable[[], object]], *, rounds: int) -> list[Timing]:
    """Let each contestant run once a round, in turns; the first one is the floor.

    Ratios are taken within a round: a machine that slows down slows all of them down. One round
    before the first one warms up.
    """
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, run in contestants.items():
            gc.collect()
            started_s = perf_counter()
            run()
            if number:
                times[name].append(perf_counter() - started_s)
    floor = next(iter(times.values()))
    return [
        Timing(
            name,
            statistics.median(taken),
            statistics.median(mine / least for mine, least in zip(taken, floor, strict=True)),
        )
        for name, taken in times.items()
    ]


def show_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table; columns after the first one are numbers."""
    click.echo(f"\n{title}\n")
    click.echo(f"| {' | '.join(columns)} |")
    click.echo(f"|---|{'---:|' * (len(columns) - 1)}")
    for row in rows:
        click.echo(f"| {' | '.join(row)} |")


def show_machine() -> None:
    """Print what was measured on, and when."""
    today = dt.datetime.now(tz=dt.UTC).date()
    click.echo(
        f"{today}, {_processor()}, {os.cpu_count()} CPUs, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
