"""The command `atverdict gate`."""

from pathlib import Path

import click

from atverdict.cli.gate_options import Gating, gate_options, with_waivers
from atverdict.cli.stored_run import log_path, stored

__all__ = ["command"]


@click.command("gate")
@click.argument("run", type=click.Path(path_type=Path))
@gate_options("--level", always=True)
def command(run: Path, gating: Gating) -> None:
    """Decide whether a stored run lets a firmware through.

    RUN is the folder of a run, or its log. The level is no-new-fail where a baseline is named, else
    no-fail. Waived fails do not close the gate; a waiver that has expired or covers nothing does.

    \b
    Exit code: 0 the gate is open, 1 it is closed,
    2 it is closed for want of evidence alone, 3 the command line or a file is wrong.
    """  # noqa: D301 - click keeps the lines behind \b
    dossier = with_waivers(stored(run), gating.waivers)
    raise click.exceptions.Exit(gating.show(dossier, log_path(run)))
