"""The command `atverdict compare`."""

from pathlib import Path

import click

from atverdict.cli.gate_options import read_waivers, waivers_option, with_waivers
from atverdict.cli.problems import Problem
from atverdict.cli.stored_run import stored_run
from atverdict.reports.comparison.as_json import write_comparison_json
from atverdict.reports.comparison.as_page import write_comparison_html
from atverdict.reports.comparison.as_text import comparison_text
from atverdict.reports.comparison.comparison import Run, compare

__all__ = ["command"]


@click.command("compare")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@waivers_option
@click.option(
    "--html",
    "html_path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the comparison also as a page.",
)
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the comparison also for programs.",
)
def command(
    old: Path, new: Path, waivers_path: Path | None, html_path: Path | None, json_path: Path | None
) -> None:
    """Compare a run with an earlier one.

    OLD and NEW are folders of runs, or their logs. This version of the suite judges both.
    Exit codes: see `atverdict --help`.
    """
    waivers = read_waivers(waivers_path)
    before, after = stored_run(old), stored_run(new)
    after = Run(with_waivers(after.dossier, waivers), after.behaviour)
    comparison = compare(before, after, after.dossier.waived)
    for path, write in ((html_path, write_comparison_html), (json_path, write_comparison_json)):
        if path is not None:
            try:
                write(comparison, path)
            except OSError as error:
                raise Problem(f"{path}: {error.strerror}") from error
    click.echo(comparison_text(comparison), nl=False)
    raise click.exceptions.Exit(comparison.code)
