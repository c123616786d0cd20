"""The command `atverdict ports`."""

import contextlib
from pathlib import Path

import click
import msgspec

from atverdict.adapters.port_survey import survey
from atverdict.adapters.ports import port_users
from atverdict.cli.port_table import MODEM_MANAGER, chosen, port_json, port_lines, row_of
from atverdict.cli.problems import writing

__all__ = ["command"]

NONE = 2


@click.command("ports")
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the list also for programs.",
)
def command(json_path: Path | None) -> None:
    """List the serial ports of this machine, and say which one to give to --iut.

    \b
    A module has several ports. Most of them answer no AT:
      DIAG    binary frames for the vendor's tools
      NMEA    positions of the GNSS receiver, a few lines a second
      AT      this one is for --iut
      modem   AT too; used for data calls

    Each port that is not in use is opened at 115200 bit/s and sent AT, and if it answers OK, ATI
    and AT+QIOTREG=?, which change nothing. A port that another program has open is not touched,
    and neither is a module that a run of atverdict tests: the list says whose it is. Programs of
    other users are seen as far as the system shows them; with sudo it shows all.

    Exit codes: see `atverdict --help`.
    """  # noqa: D301 - click keeps the lines behind \b
    with contextlib.ExitStack() as cleanup:
        stream = None
        if json_path is not None:  # opened first: nothing is sent if it cannot be written
            cleanup.enter_context(writing(json_path))
            stream = cleanup.enter_context(json_path.open("wb"))
        rows = [row_of(port) for port in survey()]
        managers = port_users.running(MODEM_MANAGER)
        if stream is not None:
            stream.write(msgspec.json.format(msgspec.json.encode(port_json(rows, managers))))
    for line in port_lines(rows, managers):
        click.echo(line)
    raise click.exceptions.Exit(0 if chosen(rows) else NONE)
