"""The command `atverdict agent`."""

import contextlib
import sys

import click

from atverdict.adapters.simulator.served.control_socket import connect
from atverdict.cli.problems import Problem, explained

__all__ = ["command"]


@click.command("agent")
@click.option(
    "--control",
    "address",
    required=True,
    metavar="ADDRESS",
    help="The control socket: a path, or HOST:PORT.",
)
def command(address: str) -> None:
    """Be the control agent of a served simulator.

    It passes requests from standard input to the control socket of `atverdict simulate --control`,
    and prints the replies. With these lines in a PIXIT a run can arm plans and cut the power:

    \b
    [control]
    command = ["atverdict", "agent", "--control", "/tmp/modem.control"]
    """  # noqa: D301 - click keeps the lines behind \b
    with explained():
        connection = connect(address)
    with connection, connection.makefile("rwb") as simulator:
        for line in sys.stdin.buffer:
            if not line.strip():
                continue
            reply = b""
            with contextlib.suppress(OSError):
                simulator.write(line.rstrip(b"\r\n") + b"\n")
                simulator.flush()
                reply = simulator.readline()
            if not reply:
                raise Problem(f"the simulator at {address} has ended")
            sys.stdout.buffer.write(reply)
            sys.stdout.buffer.flush()
