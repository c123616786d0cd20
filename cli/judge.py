"""`atverdict judge`."""

from pathlib import Path

import click

from atverdict.cli.problems import Problem, explained, known_profile
from atverdict.conformance.judge import judge
from atverdict.conformance.log import Header, Record, read_log
from atverdict.reports.files import LOG, write_reports
from atverdict.reports.summary import summary

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
    path = log / LOG if log.is_dir() else log
    with explained():
        records = _checked(path)
        judgement = judge(records)
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Problem(f"--out {out}: {error.strerror}") from error
        write_reports(judgement, out)
    click.echo(summary(judgement), nl=False)
    raise click.exceptions.Exit(judgement.exit_code)


def _checked(path: Path) -> list[Record]:
    """Read a log and make sure that its profile is known."""
    records = list(read_log(path))
    header = records[0]
    if isinstance(header, Header):
        known_profile(header.profile)
    return records
