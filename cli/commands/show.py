"""The command `atverdict show`."""

import difflib
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from atverdict.cli.problems import Problem
from atverdict.cli.stored_run import stored
from atverdict.cli.watch import wants_colour
from atverdict.reports.dossier import Dossier
from atverdict.reports.formats.show import Line, evidence, overview, scene_lines
from atverdict.reports.scenes.collector import UPGRADE

__all__ = ["command"]

HINT = """
`atverdict show RUN REQUIREMENT` tells why. `atverdict show RUN upgrade` shows
the first upgrade that ended with success."""
NEAR = 4
"""How many names are offered for one that does not exist."""
COLOURS = {
    "pass": "green",
    "fail": "red",
    "warning": "yellow",
    "inconclusive": "yellow",
    "expected": "blue",
    "came": "red",
}


@click.command("show")
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("requirement", required=False)
def command(run: Path, requirement: str | None) -> None:
    """Show one requirement of a run: verdict, reason, wire, diagram.

    RUN is the folder of a run, or its log. REQUIREMENT is an ID such as SOTA-EVT-016, or `upgrade`
    for the first upgrade that ended with success. Without it all verdicts are shown in short. The
    exit code is 0 for every verdict.
    """
    dossier = stored(run)
    if requirement is None:
        _echo(overview(dossier.judgement))
        click.echo(HINT)
    elif requirement.lower() == UPGRADE:
        scene = dossier.scenes.get(UPGRADE)
        if scene is None:
            raise Problem("no upgrade of this run ended with success")
        _echo(scene_lines(scene))
    else:
        _echo(evidence(dossier, _known(dossier, requirement.upper())))


def _known(dossier: Dossier, name: str) -> str:
    """Return the ID of a requirement of the run. Raises `Problem` for any other name."""
    known = list(dossier.judgement.requirements)
    if name in known:
        return name
    near = [each for each in known if name in each][:NEAR]
    near = near or difflib.get_close_matches(name, known, NEAR)
    hint = f"similar ones are {', '.join(near)}" if near else "`atverdict spec list` lists what is"
    shown = name if name.isprintable() else "this"
    raise Problem(f"{shown} is no requirement of this run; {hint}")


def _echo(lines: Iterable[Line]) -> None:
    coloured = wants_colour(sys.stdout)
    for text, what in lines:
        click.echo(click.style(text, fg=COLOURS.get(what)) if coloured and what else text)
