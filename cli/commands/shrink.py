"""The command `atverdict shrink`."""

import io
import shlex
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from atverdict.cli.problems import Problem, explained
from atverdict.cli.stored_run import log_path, stored
from atverdict.conformance.campaign.module.replay import read_replay
from atverdict.conformance.campaign.module.replay_text import write_text
from atverdict.conformance.campaign.module.shrinking import shrunk
from atverdict.conformance.campaign.self_test import run_simulator
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.pixit import SIMULATOR
from atverdict.conformance.preparation.replay_steps import Await, Send, Step
from atverdict.conformance.preparation.suite_package import suite_package

__all__ = ["command"]

BROKEN = (Outcome.FAIL, Outcome.WARNING)


@click.command("shrink")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("requirement")
@click.option(
    "--iut",
    "address",
    metavar="ADDRESS",
    help="The simulator to try them on: sim:?fault=NAME.  [default: that of the run]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file for the lines.  [default: REQUIREMENT.txt in the folder of the log]",
)
def command(run: Path, requirement: str, address: str | None, out: Path | None) -> None:
    """Shorten the command lines that broke a requirement.

    RUN is the folder of a run, or its log. Nothing is sent to a module: the lines are tried on a
    simulator. A line is left out if the requirement stays broken without it. If the simulator does
    not break it at all, all lines are written. `atverdict run --replay FILE` sends the lines again,
    also to a module.
    """
    judgement = stored(run).judgement
    purpose = _failing_purpose(judgement, requirement)
    used = address or judgement.header.address
    if not used.startswith("sim:"):
        raise Problem(f"--iut: {used} is no simulator; lines can only be shortened on a simulator")
    with explained():
        steps = tuple(map(_loose, read_replay(log_path(run), (purpose,), SIMULATOR.product)))
        kept = _shortened(steps, requirement, used)
    path = out or log_path(run).parent / f"{requirement}.txt"
    title = f"{requirement} in {purpose}, {'as recorded' if kept is None else f'on {used}'}"
    try:
        path.write_text(write_text(kept or steps, title), encoding="latin-1")
    except OSError as error:
        raise Problem(f"--out {path}: {error.strerror}") from error
    before = _count(steps)
    if kept is None:
        click.echo(f"{requirement} holds on {used}: all {before} command lines are in {path}")
    else:
        click.echo(f"{_count(kept)} of {before} command lines break {requirement}: {path}")
    click.echo(f"atverdict run --iut {shlex.quote(used)} --replay {shlex.quote(str(path))}")


def _failing_purpose(judgement: Judgement, requirement: str) -> str:
    """Return the purpose in which a requirement was broken first."""
    verdict = judgement.requirements.get(requirement)
    if verdict is None:
        raise Problem(f"{requirement} is no requirement of this run")
    course = verdict.findings[0].circumstances if verdict.findings else None
    if verdict.outcome not in BROKEN or course is None or not course.purpose:
        raise Problem(f"{requirement} has the verdict {verdict.outcome.value}: nothing to shorten")
    return course.purpose


def _shortened(steps: Sequence[Step], requirement: str, address: str) -> list[Step] | None:
    """Return the steps that are needed; None where the simulator does not break it at all."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "package.bin"
        package.write_bytes(suite_package())
        tries = 0

        def breaks(some: Sequence[Step]) -> bool:
            nonlocal tries
            tries += 1
            if sys.stderr.isatty():
                click.echo(f"\r{_count(some)} command lines, try {tries} ", err=True, nl=False)
            if not _count(some):
                return False
            judgement = run_simulator(address, io.BytesIO(), package, replay=tuple(some))
            return judgement.requirements[requirement].outcome in BROKEN

        return shrunk(steps, breaks) if breaks(steps) else None


def _loose(step: Step) -> Step:
    """Forget what was answered: it may be another thing once lines are left out."""
    match step:
        case Send():
            return replace(step, answer="")
        case Await():
            return Await(step.pair)
        case _:
            return step


def _count(steps: Sequence[Step]) -> int:
    return sum(1 for step in steps if isinstance(step, Send))
