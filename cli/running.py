"""A run, from the opening of its port to the end of its log; and its dry run."""

import contextlib
import dataclasses
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import BinaryIO, cast

import click

from atverdict.adapters.address import DEFAULT_BAUDRATE
from atverdict.adapters.control_agent import ControlAgent
from atverdict.adapters.pco import AbsentError, Control, Pco, PcoClosed
from atverdict.adapters.ports.baud_search import Tunable, search
from atverdict.adapters.power import PowerCommand
from atverdict.adapters.reservation import Reservation, is_place, reserved
from atverdict.cli.problems import SuiteProblem
from atverdict.cli.progress import ProgressLine, tell
from atverdict.cli.watch import Watch
from atverdict.conformance.campaign.campaign import Campaign, SuiteError, absent
from atverdict.conformance.campaign.roles import campaign_of
from atverdict.conformance.evidence.log import LogLost, LogWriter
from atverdict.conformance.judge.first_contact import BAUD_RATES_TRIED
from atverdict.conformance.judge.roles import part_of
from atverdict.conformance.preparation.pixit import InputError
from atverdict.conformance.preparation.programme import Programme
from atverdict.conformance.preparation.progress import Watcher
from atverdict.conformance.preparation.resumption import ContinuedPco
from atverdict.conformance.preparation.setup import Setup
from atverdict.conformance.preparation.suite_package import suite_package
from atverdict.reports.files import LOG
from atverdict.reports.formats.dry_run import estimate, plan

__all__ = ["carry_out", "dry_run", "folder_of", "interruptible"]

FOLDER = "atverdict-run"
PACKAGE = "package.bin"
SIMULATOR = "sim:"
INCONCLUSIVE = 2


def dry_run(setup: Setup, pixit_path: Path | None) -> int:
    """Show the campaign and return the exit code. Only the control agent is asked something."""
    if is_place(setup.address) and not setup.power:
        tell("A dry run does not ask labgrid. With a power switch of the place more would run.")
    kind = campaign_of(setup.role)
    with contextlib.ExitStack() as cleanup:
        simulated = setup.address.startswith(SIMULATOR)
        control = kind.open(setup.address)[1] if simulated else None
        control = _with_power(setup, _agent(setup, pixit_path) or control)
        if control is not None:
            cleanup.callback(control.close)
        actions = control.actions() if control is not None else frozenset()
        shown = kind.programme(setup, actions, virtual=simulated)
        if setup.resumption is not None:
            shown = shown.without(setup.resumption.done)
    click.echo(plan(shown), nl=False)
    return INCONCLUSIVE if shown.problem else 0


def carry_out(
    setup: Setup,
    pixit_path: Path | None,
    folder: Path,
    *,
    watched: bool = False,
    try_baud_rates: bool = False,
) -> None:
    """Open what the campaign needs, run it, and close everything. Only the log is left.

    `watched` shows the wire on standard error. `try_baud_rates` first looks for the baud rate at
    which the IUT answers.
    """
    try:
        _carry_out(setup, pixit_path, folder, watched=watched, try_baud_rates=try_baud_rates)
    except LogLost as lost:
        what_is_left = f"what was written can be judged: atverdict judge {folder}"
        raise SuiteProblem(f"{lost}; {what_is_left}") from lost


def _carry_out(
    setup: Setup, pixit_path: Path | None, folder: Path, *, watched: bool, try_baud_rates: bool
) -> None:
    with contextlib.ExitStack() as cleanup:
        try:
            held = cleanup.enter_context(reserved(setup.address, wait_s=setup.wait_s, tell=tell))
            setup = _with_holding(setup, held)
            pco, control = _open(setup, held, pixit_path, cleanup)
            if try_baud_rates:
                setup = _tuned(setup, pco)
        except AbsentError as absent:
            _absent(setup, str(absent), folder)
            return
        if setup.resumption is not None:
            pco = ContinuedPco(pco, setup.resumption.now_s)
        run = _run_watched if watched else _run
        run(_with_package(setup, control, folder), pco, control, folder)


def _absent(setup: Setup, problem: str, folder: Path) -> None:
    """Write down that there is no IUT: a run without one is inconclusive, and no wrong input.

    A run that was to be resumed keeps its log as it is.
    """
    if setup.resumption is not None:
        raise InputError(problem)
    with _log(setup, folder) as log:
        absent(setup, log, problem)


def _with_holding(setup: Setup, held: Reservation) -> Setup:
    """Take over what came with the IUT. A power command of the user goes first."""
    return dataclasses.replace(
        setup,
        address=held.name,
        environment={**setup.environment, **held.remarks},
        power=setup.power or held.power,
    )


def _open(
    setup: Setup, held: Reservation, pixit_path: Path | None, cleanup: contextlib.ExitStack
) -> tuple[Pco, Control | None]:
    serial = setup.pixit.serial
    settings = serial.line if serial else None
    baudrate = _configured(setup)
    pco, control = campaign_of(setup.role).open(
        held.address, baudrate=baudrate, settings=settings, invite=_invite
    )
    cleanup.callback(pco.close)
    held.attend(pco)
    control = _agent(setup, pixit_path) or control
    if control is not None:
        cleanup.callback(control.close)
    return pco, _with_power(setup, control)


def _invite(place: str) -> None:
    tell(f"Waiting for a host at {place}")


def _configured(setup: Setup) -> int:
    """Return the rate that the PIXIT tells, in bit/s."""
    return setup.pixit.serial.baudrate if setup.pixit.serial else DEFAULT_BAUDRATE


def _tuned(setup: Setup, pco: Pco) -> Setup:
    """Set the line to the rate at which the IUT answers. The log gets what was tried."""
    if not isinstance(pco, Tunable):
        raise InputError(f"--try-baud-rates: the rate of {setup.address} cannot be set from here")
    try:
        found = search(pco, _configured(setup))
    except PcoClosed as closed:
        raise AbsentError(f"{setup.address}: {closed}") from closed
    click.echo(f"Baud rates: {found.tried}", err=True)
    environment = {**setup.environment, BAUD_RATES_TRIED: found.tried}
    return dataclasses.replace(setup, found_baudrate=found.baudrate, environment=environment)


def _agent(setup: Setup, pixit_path: Path | None) -> Control | None:
    """Start the control agent that the PIXIT names, in the PIXIT's folder."""
    if setup.pixit.control is None:
        return None
    folder = (pixit_path or Path()).resolve().parent
    return ControlAgent(setup.pixit.control.command, folder=folder)


def _with_power(setup: Setup, control: Control | None) -> Control | None:
    """Add the power command, if there is one, to what the control agent can do."""
    return PowerCommand(setup.power, control) if setup.power else control


def folder_of(out: Path | None, name: str = FOLDER) -> Path:
    """Make the folder of a run: the one that was asked for, or a new one of that name."""
    folder = out
    number = 1
    while folder is None:
        candidate = Path(f"{name}-{number:03}")
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
    try:
        path.write_bytes(suite_package())
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    return dataclasses.replace(setup, package_path=path)


def _run(setup: Setup, pco: Pco, control: Control | None, folder: Path) -> None:
    line = ProgressLine(setup.address)
    with _log(setup, folder) as log:
        try:
            watcher = Watcher(programme=_show_estimate, progress=line.show)
            _campaign(campaign_of(setup.role).campaign(setup, pco, control, log, watcher), folder)
        finally:
            line.end()


def _run_watched(setup: Setup, pco: Pco, control: Control | None, folder: Path) -> None:
    with _log(setup, folder) as log:
        watch = Watch(earlier=log.lines, part=part_of(setup.role))
        try:
            watcher = Watcher(_show_estimate, watch.progress, watch.judged)
            campaign = campaign_of(setup.role).campaign(setup, pco, control, log, watcher)
            log.attach(watch.observe)
            _campaign(campaign, folder)
        finally:
            watch.end()


def _campaign(campaign: Campaign, folder: Path) -> None:
    """Run a campaign; what goes wrong in the suite itself names the log."""
    try:
        campaign.run()
    except SuiteError as error:
        problem = f"the suite itself failed: {error}; the log is {folder / LOG}"
        raise SuiteProblem(problem) from error


def _show_estimate(shown: Programme) -> None:
    if shown.running:
        click.echo(f"Campaign: {estimate(shown)}", err=True)


@contextlib.contextmanager
def _log(setup: Setup, folder: Path) -> Iterator[LogWriter]:
    """Open the log so that each record reaches the operating system at once."""
    path = folder / LOG
    earlier = setup.resumption.records if setup.resumption is not None else ()
    try:
        if earlier:
            _end_at_last_line(path)
        stream = path.open("ab" if earlier else "wb", buffering=0)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error
    with stream:
        yield LogWriter(cast("BinaryIO", stream), earlier)


def _end_at_last_line(path: Path) -> None:
    """Remove a last line that was cut off: it never became evidence."""
    with path.open("r+b") as stream:
        stream.truncate(stream.read().rfind(b"\n") + 1)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM end a run as Ctrl-C does: cleanly, with what was judged so far."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
