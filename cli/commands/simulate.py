"""The command `atverdict simulate`."""

import contextlib
import signal
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import click

from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.served.control_socket import ControlSocket
from atverdict.adapters.simulator.served.endpoint import Endpoint, PtyEndpoint
from atverdict.adapters.simulator.served.network_endpoint import (
    DEFAULT_HOST,
    Rfc2217Endpoint,
    TcpEndpoint,
)
from atverdict.adapters.simulator.served.station import Station, Stop, serve
from atverdict.cli import simulate_input
from atverdict.cli.problems import Problem, explained
from atverdict.cli.watch import ModuleWatch

__all__ = ["command"]

_LAST_PORT = 65535
_FILE = click.Path(path_type=Path)


@click.command("simulate")
@click.option("--pty", "link", type=_FILE, metavar="LINK", help="Make a pty, and a LINK to it.")
@click.option(
    "--tcp",
    type=click.IntRange(0, _LAST_PORT),
    metavar="PORT",
    help="Listen on a TCP port; 0 takes a free one.",
)
@click.option(
    "--rfc2217",
    type=click.IntRange(0, _LAST_PORT),
    metavar="PORT",
    help="Listen on a TCP port with RFC 2217, as remote serial ports do.",
)
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="The address to listen on.")
@click.option(
    "--count",
    type=click.IntRange(1, 200),
    default=1,
    show_default=True,
    help="How many modules: LINK-1, LINK-2 ... or PORT, PORT+1 ...; seeds count up too.",
)
@click.option("--image", type=_FILE, metavar="FILE", help="The package of the armed plan.")
@click.option("--plan", type=_FILE, metavar="FILE", help="Arm these plans instead (TOML).")
@click.option("--profile", metavar="NAME", help="Behave as this profile says.")
@click.option("--fault", metavar="NAME", help="Be wrong in one way; see `atverdict faults list`.")
@click.option(
    "--variant", metavar="NAME", help="Do what is permitted; see `atverdict faults list`."
)
@click.option("--piece", metavar="OCTETS", help="The memory of the module for one piece, or none.")
@click.option("--latency", metavar="SECONDS", help="The time from a command to its answer.")
@click.option(
    "--baud", type=int, metavar="RATE", help="Send as slowly as a line of this rate, in bit/s."
)
@click.option("--seed", type=int, metavar="N", help="Make another package and other delays.")
@click.option(
    "--options", metavar="QUERY", default="", help="More options, as behind sim:? in an address."
)
@click.option(
    "--control",
    metavar="ADDRESS",
    help="Open a socket for a control agent: a path, or HOST:PORT.",
)
@click.option(
    "--scenario", type=_FILE, metavar="FILE", help="Let things happen at given times (TOML)."
)
@click.option("--watch", is_flag=True, help="Show the wire and the state of the module.")
def command(  # noqa: PLR0913 - one parameter an option
    *,
    link: Path | None,
    tcp: int | None,
    rfc2217: int | None,
    host: str,
    count: int,
    image: Path | None,
    plan: Path | None,
    profile: str | None,
    fault: str | None,
    variant: str | None,
    piece: str | None,
    latency: str | None,
    baud: int | None,
    seed: int | None,
    options: str,
    control: str | None,
    scenario: Path | None,
    watch: bool,
) -> None:
    """Serve simulated modules in real time.

    Hosts and suites can connect to them. One upgrade plan is armed: component STM32, to version
    2_0_0. Ctrl-C or SIGTERM ends it, and removes its links and sockets. docs/simulator.md explains
    plans and scenarios, and has a first upgrade by hand.

    \b
    atverdict simulate --pty /tmp/modem --watch
    atverdict simulate --tcp 4321 --image firmware.bin --piece 10000 --baud 9600
    atverdict simulate --rfc2217 4000 --count 8 --variant vendor-shell
    atverdict simulate --tcp 4321 --fault event-inside-block --scenario drop.toml
    atverdict simulate --tcp 4321 --control /tmp/modem.control
    """  # noqa: D301 - click keeps the lines behind \b
    plans = simulate_input.read_plans(plan, image)
    steps = simulate_input.read_scenario(scenario)
    named = {
        "--profile": simulate_input.profiled(profile),
        "--variant": simulate_input.varied(variant),
        "--fault": _given(fault=fault),
        "--piece": _given(piece_limit_octets=piece),
        "--latency": _given(latency_s=latency),
        "--baud": simulate_input.paced(baud),
        "--plan and --image": {"plan": "none"} if plans else {},
        "--seed": _given(seed=seed),
    }
    query = {"plan": "armed", **simulate_input.query(options, named)}
    opened = _opener(link, tcp, rfc2217, host, count)
    with explained(), contextlib.ExitStack() as cleanup:
        stop = cleanup.enter_context(Stop())
        cleanup.enter_context(stop.on_signals(signal.SIGINT, signal.SIGTERM))
        first = Options.from_query({k: v for k, v in query.items() if k != "fault"}).seed
        stations = []
        for index in range(count):
            own = {**query, "seed": str(first + index)} if index else query
            watcher = _watcher(cleanup, str(index + 1) if count > 1 else "") if watch else None
            module = simulate_input.served_module(own, plans, steps, watcher)
            endpoint = cleanup.enter_context(contextlib.closing(opened(index)))
            agent = None
            if control is not None:
                agent = ControlSocket(_numbered_control(control, index, count), module.perform)
                cleanup.callback(agent.close)
            stations.append(Station(module, endpoint, agent, module.present))
            _announce(endpoint.address, own, agent)
        serve(stations, stop)
    click.echo("the simulator has ended", err=True)


def _given(**options: object) -> dict[str, str]:
    return {name: str(value) for name, value in options.items() if value is not None}


def _opener(
    link: Path | None, tcp: int | None, rfc2217: int | None, host: str, count: int
) -> Callable[[int], Endpoint]:
    """Return the function that opens the endpoint of the module with an index."""
    if [link, tcp, rfc2217].count(None) != 2:
        raise Problem("give exactly one of --pty LINK, --tcp PORT and --rfc2217 PORT")
    if link is not None:
        return lambda index: PtyEndpoint(Path(f"{link}-{index + 1}") if count > 1 else link)
    port, kind = (tcp, TcpEndpoint) if tcp is not None else (rfc2217 or 0, Rfc2217Endpoint)
    if port and port + count - 1 > _LAST_PORT:
        raise Problem(f"--count {count}: there are not so many ports from {port} on")
    return lambda index: kind(port + index if port else 0, host)


def _numbered_control(address: str, index: int, count: int) -> str:
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit() and "/" not in address:
        return f"{host}:{int(port) + index}" if int(port) else address
    return f"{address}-{index + 1}" if count > 1 else address


def _watcher(cleanup: contextlib.ExitStack, name: str) -> ModuleWatch:
    watcher = ModuleWatch(name)
    cleanup.callback(watcher.end)
    return watcher


def _announce(address: str, query: dict[str, str], agent: ControlSocket | None) -> None:
    click.echo(
        f"the simulator answers at {address} as sim:?{urlencode(query)}; end it with Ctrl-C",
        err=True,
    )
    if agent is not None:
        click.echo(f"its control agent: atverdict agent --control {agent.address}", err=True)
