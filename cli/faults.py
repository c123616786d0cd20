"""`atverdict faults`."""

import io
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from atverdict.adapters.real_clock import RealClock
from atverdict.adapters.simulator.faults import FAULTS
from atverdict.adapters.simulator.variants import DESERVED, VARIANTS
from atverdict.cli.problems import Problem
from atverdict.conformance.mutant import run_simulator, try_fault
from atverdict.conformance.package import suite_package
from atverdict.conformance.verdict import Outcome
from atverdict.reports.kill_table import Row, Variant, kill_table

__all__ = ["command"]

T = TypeVar("T")
BROKEN = 1


@click.group("faults")
def command() -> None:
    """Measure the suite itself with modems that are wrong in exactly one way."""


@command.command("list")
def list_() -> None:
    """List all faults, and the conformant variants."""
    for fault in FAULTS.values():
        click.echo(f"{fault.name:36} {fault.requirement:22} {fault.strength}")
    for name in VARIANTS:
        click.echo(f"{name:36} conformant variant")


@command.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Show one fault."""
    fault = FAULTS.get(name)
    if fault is None:
        raise Problem(f"{name} is no fault; `atverdict faults list` lists them")
    click.echo(f"{fault.name}: {fault.description}.")
    click.echo(f"It breaks {fault.requirement} ({fault.strength}).")
    for option, value in fault.needs.items():
        click.echo(f"It needs the simulator's option {option}={value}.")
    click.echo(f"atverdict run --iut 'sim:?fault={fault.name}' --select {fault.requirement}")


@command.command("run")
@click.argument("names", nargs=-1)
@click.option(
    "--effort",
    type=click.Choice(["quick", "standard", "deep"]),
    default="standard",
    show_default=True,
    help="How much is tried.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    help="Processes at once.  [default: one a core]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the kill table there as well.",
)
def run(names: tuple[str, ...], effort: str, jobs: int, out: Path | None) -> None:
    """Run all faults and variants, or those that are named, and print the kill table.

    Exit code 1 if a fault survives, is named for another reason, or a variant raises an alarm.
    """
    unknown = [name for name in names if name not in FAULTS and name not in VARIANTS]
    if unknown:
        raise Problem(
            f"{unknown[0]} is no fault and no variant; `atverdict faults list` lists them"
        )
    faults = [name for name in FAULTS if not names or name in names]
    variants = [name for name in VARIANTS if not names or name in names]
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(jobs) as pool:
        package = Path(folder) / "package.bin"
        package.write_bytes(suite_package())
        rows = list(_watched(pool.map(partial(_fault, package, effort), faults), len(faults)))
        plain = _judged(package, effort, "sim:") if variants else frozenset()
        tried = pool.map(partial(_variant, package, effort, plain), variants)
        shown = list(_watched(tried, len(variants)))
    table = kill_table(rows, shown)
    click.echo(table, nl=False)
    if out is not None:
        out.write_text(table, encoding="utf-8")
    good = all(row.kill.right for row in rows) and not any(variant.alarms for variant in shown)
    raise click.exceptions.Exit(0 if good else BROKEN)


def _watched(results: Iterable[T], count: int) -> Iterator[T]:
    """Pass results on, and show on a terminal how many there are."""
    for number, each in enumerate(results, start=1):
        if sys.stderr.isatty():
            click.echo(f"\r{number} of {count}", err=True, nl=number == count)
        yield each


def _fault(package: Path, effort: str, name: str) -> Row:
    clock = RealClock()
    return Row(try_fault(FAULTS[name], io.BytesIO(), package, effort), clock.now())


def _judged(package: Path, effort: str, address: str) -> frozenset[str]:
    """Return the requirements that a conformant simulator passes."""
    verdicts = run_simulator(address, io.BytesIO(), package, effort).requirements.items()
    return frozenset(i for i, v in verdicts if v.outcome is Outcome.PASS)


def _variant(package: Path, effort: str, plain: frozenset[str], name: str) -> Variant:
    clock = RealClock()
    judgement = run_simulator(f"sim:?{VARIANTS[name]}", io.BytesIO(), package, effort)
    verdicts = judgement.requirements
    raised = {i for i, v in verdicts.items() if v.outcome in (Outcome.FAIL, Outcome.WARNING)}
    alarms = sorted(raised - set(DESERVED.get(name, ())))
    unjudged = [i for i in plain if verdicts[i].outcome is not Outcome.PASS]
    return Variant(name, tuple(alarms), tuple(sorted(set(unjudged) - raised)), clock.now())
