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
    """Decide if the firmware of a stored run may pass.

    RUN is the folder of a run, or its log. The level is no-new-fail with a baseline, else no-fail.
    A waived fail does not close the gate. A waiver that has expired or covers nothing closes it.
    Exit codes: see `atverdict --help`.
    """
    dossier = with_waivers(stored(run), gating.waivers)
    raise click.exceptions.Exit(gating.show(dossier, log_path(run)))
