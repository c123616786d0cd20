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
    help="The folder for all reports. Without it only the summary is shown.",
)
def command(log: Path, out: Path | None) -> None:
    """Judge a stored conformance log again.

    LOG is a log, or the folder of a run. The result.json and the exit code are the same as those of
    the run. A log that was cut off is judged up to its last line.
    """
    dossier = stored(log)
    if out is not None:
        with writing(out):
            out.mkdir(parents=True, exist_ok=True)
            write_reports(dossier, out)
    click.echo(summary(dossier.judgement), nl=False)
    raise click.exceptions.Exit(dossier.judgement.exit_code)
