"""`atverdict run`."""

import contextlib
import dataclasses
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import BinaryIO, cast

import click

from atverdict.adapters.address import open_address
from atverdict.adapters.control_agent import ControlAgent
from atverdict.adapters.pco import AbsentError, Control, Pco
from atverdict.cli.problems import Problem, SuiteProblem, explained, known_profile
from atverdict.cli.progress import ProgressLine
from atverdict.conformance.campaign import Campaign, Setup, SuiteError, absent
from atverdict.conformance.judge import Judgement
from atverdict.conformance.log import LogWriter
from atverdict.conformance.package import suite_package
from atverdict.conformance.pixit import InputError, load_pics, load_pixit
from atverdict.conformance.selection import parse_selection
from atverdict.reports.files import LOG, write_reports
from atverdict.reports.summary import summary
from atverdict.spec.loader import load_specification

__all__ = ["command"]

DEFAULT_PROFILE = "cellular-2025"
DEFAULT_BAUDRATE = 115200
FOLDER = "atverdict-run"
PACKAGE = "package.bin"


@click.command("run")
@click.option(
    "--iut",
    "address",
    default="sim:",
    show_default=True,
    metavar="ADDRESS",
    help="The IUT: sim:, a serial port or pty, socket://HOST:PORT, any pyserial URL.",
)
@click.option(
    "--role",
    type=click.Choice(["module", "host"]),
    default="module",
    show_default=True,
    help="What the IUT is.",
)
@click.option(
    "--pixit",
    "pixit_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What the tester must be told: plan, product, times, control agent (TOML).",
)
@click.option(
    "--pics",
    "pics_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What the IUT is declared to be able to do (TOML).",
)
@click.option(
    "--profile",
    metavar="NAME",
    help=f"A profile of the specification.  [default: the PIXIT's, else {DEFAULT_PROFILE}]",
)
@click.option(
    "--effort",
    type=click.Choice(["quick", "standard", "deep"]),
    default="standard",
    show_default=True,
    help="How much is tried.",
)
@click.option(
    "--select",
    "selected",
    metavar="EXPR",
    help="Requirement IDs, beginnings of IDs or purposes, separated by commas.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the files go.  [default: a new folder]",
)
def command(  # noqa: PLR0913, PLR0917 - the options of the contract
    address: str,
    role: str,
    pixit_path: Path | None,
    pics_path: Path | None,
    profile: str | None,
    effort: str,
    selected: str | None,
    out: Path | None,
) -> None:
    """Run a test campaign against an implementation under test (IUT).

    Writes result.json, conformance.log.jsonl, junit.xml and allure-results/.

    \b
    Exit code: 0 conformant, 1 not conformant, 2 inconclusive,
    3 the command line, the PIXIT or a file it names is wrong, 4 the suite failed.
    """  # noqa: D301 - click keeps the lines behind \b
    if not address.isprintable():
        raise Problem("--iut: the address has characters that no address has")
    if selected is not None and not parse_selection(selected):
        raise Problem("--select names nothing; leave it out to select everything")
    if role == "host":
        raise Problem("--role host is not in this version of the suite; it tests modules")
    with explained():
        pixit = load_pixit(pixit_path, address)
        pics = load_pics(pics_path, load_specification().requirements)
        setup = Setup(
            address=address,
            profile=known_profile(profile or pixit.iut.profile or DEFAULT_PROFILE),
            pixit=pixit,
            pics=pics,
            effort=effort,
            selection=parse_selection(selected),
            role=role,
        )
        folder = _folder(out)
        with _interruptible():
            judgement = _judgement(setup, pixit_path, folder)
    write_reports(judgement, folder)
    click.echo(summary(judgement), nl=False)
    click.echo(f"Evidence: {folder}")
    raise click.exceptions.Exit(judgement.exit_code)


def _judgement(setup: Setup, pixit_path: Path | None, folder: Path) -> Judgement:
    """Open what is needed, run the campaign, and release it."""
    with contextlib.ExitStack() as cleanup:
        try:
            pco, control = _open(setup, pixit_path, cleanup)
        except AbsentError as absent:
            return _absent(setup, str(absent), folder)
        return _run(_with_package(setup, control, folder), pco, control, folder)


def _absent(setup: Setup, problem: str, folder: Path) -> Judgement:
    """Write down that there is no IUT: a run without one is inconclusive, and no wrong input."""
    with _log(folder) as stream:
        return absent(setup, LogWriter(stream), problem)


def _open(
    setup: Setup, pixit_path: Path | None, cleanup: contextlib.ExitStack
) -> tuple[Pco, Control | None]:
    """Open the IUT, and the control agent that the PIXIT names."""
    pixit = setup.pixit
    baudrate = pixit.serial.baudrate if pixit.serial else DEFAULT_BAUDRATE
    pco, control = open_address(setup.address, baudrate=baudrate)
    cleanup.callback(pco.close)
    if pixit.control is not None:
        folder = (pixit_path or Path()).resolve().parent
        control = ControlAgent(pixit.control.command, folder=folder)
    if control is not None:
        cleanup.callback(control.close)
    return pco, control


def _folder(out: Path | None) -> Path:
    """Make the folder of the run: the one that was asked for, or a new one."""
    folder = out
    number = 1
    while folder is None:
        candidate = Path(f"{FOLDER}-{number:03}")
        if not candidate.exists():
            folder = candidate
        number += 1
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--out {folder}: {error.strerror}") from error
    return folder


def _with_package(setup: Setup, control: Control | None, folder: Path) -> Setup:
    """Put the suite's own package into the folder, where a laboratory can arm a plan with it."""
    if setup.pixit.plan.image or control is None or "arm_plan" not in control.actions():
        return setup
    path = (folder / PACKAGE).resolve()
    path.write_bytes(suite_package())
    return dataclasses.replace(setup, package_path=path)


def _run(setup: Setup, pco: Pco, control: Control | None, folder: Path) -> Judgement:
    """Run the campaign, with its progress shown."""
    line = ProgressLine()
    with _log(folder) as stream:
        try:
            return Campaign(setup, pco, control, LogWriter(stream), line.show).run()
        except SuiteError as error:
            problem = f"the suite itself failed: {error}; the log is {folder / LOG}"
            raise SuiteProblem(problem) from error
        finally:
            line.end()


def _log(folder: Path) -> BinaryIO:
    """Open the log so that each record reaches the operating system at once."""
    path = folder / LOG
    try:
        return cast("BinaryIO", path.open("wb", buffering=0))
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: cleanly, with what was judged so far."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
