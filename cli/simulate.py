"""`atverdict simulate`."""

import signal
from pathlib import Path
from urllib.parse import parse_qsl

import click

from atverdict.adapters.simulator.pco import build_simulator
from atverdict.adapters.simulator.serve import DEFAULT_HOST, Stop, serve_pty, serve_tcp
from atverdict.cli.problems import Problem, explained

__all__ = ["command"]


@click.command("simulate")
@click.option(
    "--pty",
    "link",
    type=click.Path(path_type=Path),
    metavar="LINK",
    help="Make a pty and let LINK point to it.",
)
@click.option(
    "--tcp",
    "port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Listen on a TCP port; 0 takes any free one.",
)
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="The address to listen on.")
@click.option(
    "--options",
    "query",
    default="",
    metavar="QUERY",
    help="The simulator's options, as after sim:?, such as fault=NAME&echo=false.",
)
def command(link: Path | None, port: int | None, host: str, query: str) -> None:
    """Serve the simulator in real time, for others to connect to.

    One upgrade plan is armed: component STM32, to version 2_0_0. Ends with Ctrl-C or SIGTERM.
    """
    if (link is None) == (port is None):
        raise Problem("give either --pty LINK or --tcp PORT")
    with explained():
        simulator = build_simulator(
            {"plan": "armed", **dict(parse_qsl(query, keep_blank_values=True))}
        )
        with Stop() as stop, stop.on_signals(signal.SIGINT, signal.SIGTERM):
            if link is not None:
                serve_pty(simulator, link, stop, _announce)
            elif port is not None:
                serve_tcp(simulator, port, stop, _announce, host=host)
    click.echo("the simulator has ended", err=True)


def _announce(address: str) -> None:
    click.echo(f"the simulator answers at {address}; end it with Ctrl-C", err=True)
