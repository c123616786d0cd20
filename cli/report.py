"""`atverdict report`."""

from pathlib import Path

import click

from atverdict.cli.gating import read_waivers, waivers_option, with_waivers
from atverdict.cli.problems import writing
from atverdict.cli.stored import log_path, stored
from atverdict.reports.files import REPORTS, write_reports

__all__ = ["command"]


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--only",
    "only",
    type=click.Choice(list(REPORTS)),
    multiple=True,
    help="Make this report alone; may be given several times.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the reports go.  [default: the folder of the log]",
)
@waivers_option
def command(run: Path, only: tuple[str, ...], out: Path | None, waivers_path: Path | None) -> None:
    """Make the reports of a run again, from its stored log alone.

    RUN is the folder of a run, or its log. A log that was cut off is reported as incomplete. The
    exit code is 0 whatever the verdict.
    """
    waivers = read_waivers(waivers_path)
    dossier = with_waivers(stored(run), waivers)
    folder = out or log_path(run).parent
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for path in write_reports(dossier, folder, only or tuple(REPORTS)):
            click.echo(path)
