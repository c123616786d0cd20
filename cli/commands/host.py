"""The command `atverdict host`."""

import contextlib
import re
import shutil
import sys
import typing
from pathlib import Path
from urllib.parse import parse_qsl

import click

from atverdict.adapters.address import DEFAULT_BAUDRATE, open_address
from atverdict.adapters.pco import AbsentError, Pco
from atverdict.adapters.reservation import reserved
from atverdict.adapters.simulator.host.host import Host
from atverdict.adapters.simulator.host.observer import HostObserver
from atverdict.adapters.simulator.host.options import HostOptions, Step
from atverdict.adapters.simulator.host.run_at_port import run_at_port
from atverdict.adapters.simulator.virtual_time import Clock
from atverdict.cli.problems import Problem, explained, writing
from atverdict.cli.progress import BACK_AND_CLEAR, tell
from atverdict.conformance.evidence.printable import printable

__all__ = ["command"]

UPGRADED, FAILED, NOTHING_OFFERED = 0, 1, 2
_REOPEN_S = 60.0
_LAST_WORDS_S = 10.0
"""How long to wait for the answer to the last command line."""
_BAR_WIDTH = 30
_NAME_LIMIT = 80
_STEPS = tuple(step for step in typing.get_args(Step) if step)


@click.command("host")
@click.option(
    "--iut", required=True, metavar="ADDRESS", help="The module: an address as for `run`."
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="The folder for verified packages: COMPONENT-VERSION.bin.",
)
@click.option(
    "--component", default="STM32", show_default=True, help="The component that it announces."
)
@click.option(
    "--version", "version", default="1_0_0", show_default=True, help="The version that it runs."
)
@click.option("--refuse", is_flag=True, help="Refuse the offer.")
@click.option("--stall", type=click.Choice(_STEPS), help="Fall silent at this step.")
@click.option("--restart-at", type=click.Choice(_STEPS), help="Restart once at this step.")
@click.option(
    "--patience",
    type=click.FloatRange(1.0),
    default=180.0,
    show_default=True,
    metavar="SECONDS",
    help="End when nothing has happened for so long.",
)
@click.option(
    "--baud",
    type=click.IntRange(300),
    default=DEFAULT_BAUDRATE,
    show_default=True,
    metavar="RATE",
    help="The rate of the line in bit/s.",
)
@click.option(
    "--options",
    "query",
    default="",
    metavar="QUERY",
    help="More options, and a fault: block_octets=256&fault=NAME.",
)
def command(  # noqa: PLR0913  click hands over one argument an option
    *,
    iut: str,
    store: Path,
    component: str,
    version: str,
    refuse: bool,
    stall: str | None,
    restart_at: str | None,
    patience: float,
    baud: int,
    query: str,
) -> None:
    """Be the MCU: take an upgrade from a module, verify and store it.

    It connects, announces its component, takes the package that is offered, and reports the result.
    A refused upgrade counts as failed. Exit codes: see `atverdict --help`.
    """
    wanted = {"component": component, "version": version}
    wanted |= {"decision": "refuse"} if refuse else {}
    wanted |= {"stall": stall or "", "restart_at": restart_at or ""}
    wanted |= dict(parse_qsl(query, keep_blank_values=True))
    fault = wanted.pop("fault", "")
    for name in (wanted["component"], wanted["version"]):
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", name):
            raise Problem(
                f"{name!r} is no component and no version: use letters, digits, _ - and ."
            )
    with writing(store):
        store.mkdir(parents=True, exist_ok=True)
    with explained():
        options = HostOptions.from_query(wanted)
        with contextlib.ExitStack() as cleanup:
            try:
                held = cleanup.enter_context(reserved(iut, tell=tell))
                port, _ = open_address(held.address, baudrate=baud)
            except AbsentError as error:
                click.echo(str(error), err=True)
                raise click.exceptions.Exit(NOTHING_OFFERED) from error
            cleanup.callback(port.close)
            held.attend(port)
            code = _run(port, options, fault, store, patience)
    raise click.exceptions.Exit(code)


def _run(port: Pco, options: HostOptions, fault: str, store: Path, patience_s: float) -> int:
    clock = Clock()
    clock.advance_to(port.now())
    report = _Report(port, store)

    def send(octets: bytes) -> None:
        port.write(octets)

    host = Host(clock, send, options, fault, report)

    def over() -> bool:
        now_s = port.now()
        if report.upgraded is None:
            return now_s > report.last_s + patience_s
        return host.dialogue.idle or now_s > report.last_s + _LAST_WORDS_S

    try:
        there = run_at_port(host, clock, port, over, _REOPEN_S)
    finally:
        report.end_bar()
    if not there:
        report.line("the port is gone")
    elif report.upgraded is None:
        report.line(f"nothing has happened for {patience_s:g} s")
    if report.upgraded:
        return UPGRADED
    return FAILED if report.offered else NOTHING_OFFERED


class _Report(HostObserver):
    """Shows what the host does and how far it is, and stores what it gets."""

    def __init__(self, port: Pco, store: Path) -> None:
        self.port = port
        self.store = store
        self.terminal = sys.stderr.isatty()
        self.upgraded: bool | None = None
        self.offered = False
        self.last_s = port.now()
        self.last_text = ""
        self.bar = False

    def line(self, text: str) -> None:
        """Print one line with its instant; the words of a module are made harmless."""
        shown = printable(text.encode("latin-1", "replace"))
        click.echo(f"{self.port.now():9.3f} s  {shown}", err=True)

    def said(self, text: str) -> None:
        """Print a text that differs from the last one."""
        self.end_bar()
        if text != self.last_text:
            self.last_text = text
            self.last_s = self.port.now()
            self.offered = self.offered or text.startswith("offered")
            self.line(text)

    def progressed(self, received: int, size_octets: int) -> None:
        """Draw a bar on a terminal."""
        self.last_s = self.port.now()
        if not self.terminal:
            return
        full = _BAR_WIDTH * received // max(size_octets, 1)
        text = f"[{'#' * full:{_BAR_WIDTH}}] {received} of {size_octets} octets"
        width = shutil.get_terminal_size().columns - 1
        click.echo(BACK_AND_CLEAR + text[:width], err=True, nl=False)
        self.bar = True

    def end_bar(self) -> None:
        """Begin a new line after a bar."""
        if self.bar:
            click.echo(err=True)
        self.bar = False

    def verified(self, component: str, version: str, octets: bytes) -> None:
        """Store a package, whole or not at all."""
        path = self.store / f"{_name(component)}-{_name(version)}.bin"
        part = path.with_suffix(".part")
        with writing(path):
            part.write_bytes(octets)
            part.replace(path)
        self.line(f"stored as {path.name}, {len(octets)} octets")

    def ended(self, *, upgraded: bool) -> None:
        """Keep the result of the first upgrade that has ended."""
        self.last_s = self.port.now()
        if self.upgraded is None:
            self.upgraded = upgraded


def _name(text: str) -> str:
    """Turn words of a module into a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9_.-]|^[.-]", "_", text)[:_NAME_LIMIT] or "_"
