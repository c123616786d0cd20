"""The command `atverdict judge`."""

from pathlib import Path

import click

from atverdict.cli.problems import writing
from atverdict.cli.stored_run import stored
from atverdict.reports.files import write_reports
from atverdict.reports.formats.summary import summary

__all__ = ["command"]


@click.command("judge")
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write all reports there; without it only the summary is shown.",
)
def command(log: Path, out: Path | None) -> None:
    """Judge a stored conformance log again.

    LOG is a log or the folder of a run. The same log gives the same result.json, and the same exit
    code, as the run did. A log that was cut off is judged as far as it goes.
    """
    dossier = stored(log)
    if out is not None:
        with writing(out):
            out.mkdir(parents=True, exist_ok=True)
            write_reports(dossier, out)
    click.echo(summary(dossier.judgement), nl=False)
    raise click.exceptions.Exit(dossier.judgement.exit_code)
