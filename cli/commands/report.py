"""The command `atverdict report`."""

from pathlib import Path

import click

from atverdict.cli.gate_options import read_waivers, waivers_option, with_waivers
from atverdict.cli.problems import Problem, explained, writing
from atverdict.cli.stored_run import log_path, stored
from atverdict.reports.certificate.certificate import Options, write_certificate
from atverdict.reports.certificate.laboratory import Identification, load_laboratory
from atverdict.reports.certificate.languages import LANGUAGES
from atverdict.reports.certificate.typesetting import TypesetterMissingError, TypesettingError
from atverdict.reports.dossier import Dossier
from atverdict.reports.files import CERTIFICATE, REPORTS, write_reports
from atverdict.reports.scenes.diagram_svg import pictures

__all__ = ["command"]

NAME = "certificate"
"""The name of the one report that needs Typst."""


@click.command("report")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--only",
    "only",
    type=click.Choice([*REPORTS, NAME]),
    multiple=True,
    help="Make only this report; can be given several times.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder for the reports.  [default: the folder of the log]",
)
@waivers_option
@click.option(
    "--language",
    type=click.Choice(list(LANGUAGES)),
    default="en",
    show_default=True,
    help="The language of the certificate.",
)
@click.option(
    "--fonts",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Take the fonts of the certificate only from this folder.",
)
@click.option(
    "--laboratory",
    "laboratory_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Who tested for whom (TOML), for the certificate.",
)
def command(  # noqa: PLR0913, PLR0917 - click passes every option by its name
    run: Path,
    only: tuple[str, ...],
    out: Path | None,
    language: str,
    fonts: Path | None,
    laboratory_path: Path | None,
    waivers_path: Path | None,
) -> None:
    """Make the reports of a run again, from its stored log alone.

    RUN is the folder of a run, or its log. A log that was cut off is reported as incomplete. The
    certificate is a PDF to be signed. It needs the extra [report]. The exit code is 0 for every
    verdict.
    """
    with explained():
        identification = load_laboratory(laboratory_path) if laboratory_path else Identification()
    dossier = with_waivers(stored(run), read_waivers(waivers_path))
    options = Options(
        language=language,
        fonts=fonts,
        identification=identification,
        pictures=pictures(dossier.scenes),
        waived=dossier.waived.requirements if dossier.waived else (),
    )
    folder = out or log_path(run).parent
    names = [name for name in only or REPORTS if name != NAME]
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for path in write_reports(dossier, folder, names):
            click.echo(path)
        if not only or NAME in only:
            _certify(dossier, folder / CERTIFICATE, options, demanded=NAME in only)


def _certify(dossier: Dossier, path: Path, options: Options, *, demanded: bool) -> None:
    """Write the certificate. Without Typst it is left out, but an error if `demanded`."""
    try:
        write_certificate(dossier, path, options)
    except TypesetterMissingError as error:
        if demanded:
            raise Problem(str(error)) from error
        click.echo(f"{CERTIFICATE} is left out: {error}", err=True)
    except TypesettingError as error:
        raise Problem(f"{CERTIFICATE}: {error}") from error
    else:
        click.echo(path)
