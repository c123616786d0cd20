"""The command `atverdict faults`."""

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
from atverdict.cli.problems import Problem
from atverdict.conformance.campaign.roles import campaign_of
from atverdict.conformance.campaign.self_test import run_simulator, seen_on, try_fault
from atverdict.conformance.evidence.log import Effort
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.preparation.suite_package import suite_package
from atverdict.reports.formats.kill_table import FaultRow, VariantRow, kill_table
from atverdict.spec.model import DEFAULT_ROLE, Role

__all__ = ["command"]

T = TypeVar("T")
BROKEN = 1


role_option = click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=DEFAULT_ROLE.value,
    callback=lambda _context, _option, value: Role(value),
    show_default=True,
    help="Whether modules or hosts are wrong.",
)


@click.group("faults")
def command() -> None:
    """Measure the suite with modems or hosts that are each wrong in one way."""


@command.command("list")
@role_option
def list_(role: Role) -> None:
    """List all faults and the conformant variants."""
    for fault in campaign_of(role).faults.values():
        click.echo(f"{fault.name:36} {fault.requirement:22} {fault.strength}")
    for name in campaign_of(role).variants:
        click.echo(f"{name:36} conformant variant")


@command.command("show")
@role_option
@click.argument("name")
def show(name: str, role: Role) -> None:
    """Show one fault."""
    fault = campaign_of(role).faults.get(name)
    if fault is None:
        raise Problem(f"{name} is no fault; `atverdict faults list` lists them")
    click.echo(f"{fault.name}: {fault.description}.")
    click.echo(f"It breaks {fault.requirement} ({fault.strength}).")
    for option, value in fault.needs.items():
        click.echo(f"It needs the simulator's option {option}={value}.")
    words = "" if role is DEFAULT_ROLE else f"--role {role} "
    click.echo(f"atverdict run {words}--iut 'sim:?fault={fault.name}' --select {fault.requirement}")


@command.command("run")
@role_option
@click.argument("names", nargs=-1)
@click.option(
    "--effort",
    type=click.Choice([effort.value for effort in Effort]),
    default=Effort.STANDARD.value,
    callback=lambda _context, _option, value: Effort(value),
    show_default=True,
    help="How much is tried.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=os.cpu_count() or 1,
    help="How many to run at once.  [default: one a core]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the kill table also to this file.",
)
def run(names: tuple[str, ...], role: Role, effort: Effort, jobs: int, out: Path | None) -> None:
    """Run faults and variants, and print the kill table.

    NAMES are those to run; without any, all run. The suite is wrong if a fault is not found or is
    found for a wrong reason, if its requirement passes on a bench on whose wire it shows, or if a
    variant raises an alarm.
    """
    peers = campaign_of(role)
    unknown = [name for name in names if name not in peers.faults and name not in peers.variants]
    if unknown:
        raise Problem(
            f"{unknown[0]} is no fault and no variant; `atverdict faults list` lists them"
        )
    faults = [name for name in peers.faults if not names or name in names]
    variants = [name for name in peers.variants if not names or name in names]
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(jobs) as pool:
        package = Path(folder) / "package.bin"
        package.write_bytes(suite_package())
        rows = list(_watched(pool.map(partial(_fault, package, effort, role), faults), len(faults)))
        plain = _judged(package, effort, role, "sim:") if variants else frozenset()
        tried = pool.map(partial(_variant, package, effort, role, plain), variants)
        shown = list(_watched(tried, len(variants)))
    table = kill_table(rows, shown)
    click.echo(table, nl=False)
    if out is not None:
        out.write_text(table, encoding="utf-8")
    good = all(row.kill.right and not row.passes for row in rows) and not any(
        variant.alarms for variant in shown
    )
    raise click.exceptions.Exit(0 if good else BROKEN)


def _watched(results: Iterable[T], count: int) -> Iterator[T]:
    """Yield the results, and show on a terminal how many there are."""
    for number, each in enumerate(results, start=1):
        if sys.stderr.isatty():
            click.echo(f"\r{number} of {count}", err=True, nl=number == count)
        yield each


def _fault(package: Path, effort: Effort, role: Role, name: str) -> FaultRow:
    clock = RealClock()
    fault = campaign_of(role).faults[name]
    kill = try_fault(fault, io.BytesIO(), package, effort, role)
    wall_s = clock.now()
    benches = campaign_of(role).benches
    return FaultRow(kill, wall_s, {each.name: seen_on(each, fault, package) for each in benches})


def _judged(package: Path, effort: Effort, role: Role, address: str) -> frozenset[str]:
    """Return the requirements that a conformant simulator passes."""
    verdicts = run_simulator(address, io.BytesIO(), package, effort, role=role).requirements.items()
    return frozenset(i for i, v in verdicts if v.outcome is Outcome.PASS)


def _variant(
    package: Path, effort: Effort, role: Role, plain: frozenset[str], name: str
) -> VariantRow:
    clock = RealClock()
    peers = campaign_of(role)
    address = f"sim:?{peers.variants[name]}"
    judgement = run_simulator(address, io.BytesIO(), package, effort, role=role)
    verdicts = judgement.requirements
    raised = {i for i, v in verdicts.items() if v.outcome in (Outcome.FAIL, Outcome.WARNING)}
    alarms = sorted(raised - set(peers.deserved.get(name, ())))
    unjudged = [i for i in plain if verdicts[i].outcome is not Outcome.PASS]
    return VariantRow(name, tuple(alarms), tuple(sorted(set(unjudged) - raised)), clock.now())
