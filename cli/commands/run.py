"""The command `atverdict run`."""

import dataclasses
import shlex
from pathlib import Path

import click
import msgspec
from click.core import ParameterSource

from atverdict.cli.gate_options import Gating, gate_options, with_waivers
from atverdict.cli.problems import Problem, SuiteProblem, explained, known_profile, writing
from atverdict.cli.running import carry_out, dry_run, folder_of, interruptible
from atverdict.conformance.campaign.module.replay import read_replay
from atverdict.conformance.campaign.roles import campaign_of
from atverdict.conformance.evidence.log import Effort
from atverdict.conformance.preparation.environment import environment
from atverdict.conformance.preparation.pixit import SIMULATOR, load_pics, load_pixit
from atverdict.conformance.preparation.resumption import read_resumption
from atverdict.conformance.preparation.selection import parse_selection
from atverdict.conformance.preparation.setup import Setup
from atverdict.reports.dossier import read_dossier
from atverdict.reports.files import LOG, write_reports
from atverdict.reports.formats.summary import summary
from atverdict.spec.loader import load_specification
from atverdict.spec.model import DEFAULT_PROFILE, DEFAULT_ROLE, Role

__all__ = ["command"]

NOT_WITH_RESUME = {
    "address": "--iut",
    "role": "--role",
    "profile": "--profile",
    "effort": "--effort",
    "selected": "--select",
    "out": "--out",
    "replay": "--replay",
}
"""Options that an interrupted run brings with it."""


@click.command("run")
@click.option(
    "--iut",
    "address",
    default="sim:",
    show_default=True,
    metavar="ADDRESS",
    help="The IUT: sim:, a serial port or pty, socket://HOST:PORT, any pyserial URL, "
    "labgrid:PLACE, labgrid:TAG=VALUE. A host also: pty:LINK, tcp-listen:PORT.",
)
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=DEFAULT_ROLE.value,
    show_default=True,
    help="What the IUT is.",
)
@click.option(
    "--pixit",
    "pixit_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="What the tester must be told (TOML): plan, product, times, control agent.",
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
    type=click.Choice([effort.value for effort in Effort]),
    default=Effort.STANDARD.value,
    show_default=True,
    help="How much is tried.",
)
@click.option(
    "--select",
    "selected",
    metavar="EXPR",
    help="Requirement IDs, beginnings of IDs or test purposes, separated by commas.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder for the files.  [default: a new folder]",
)
@click.option(
    "--budget",
    "budget_s",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Leave out test purposes that would end after this time.  [default: no limit]",
)
@click.option(
    "--power",
    metavar="COMMAND",
    help="A program that cuts the power and gives it back, if no control agent does; "
    "quoted as in a shell.",
)
@click.option(
    "--wait",
    "wait_s",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="How long to wait for an IUT that another run has.  [default: not at all]",
)
@click.option(
    "--dry-run",
    "dry",
    is_flag=True,
    help="Show what would run. Send nothing to the IUT.",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Send the command lines of a log or of a text again, instead of test purposes.",
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Go on with the interrupted run in this folder, with its own options.",
)
@click.option(
    "--watch",
    "watched",
    is_flag=True,
    help="Show the wire on standard error, and each requirement when it is judged.",
)
@click.option(
    "--try-baud-rates",
    is_flag=True,
    help="First send AT at the usual baud rates. Use the rate that is answered.",
)
@gate_options("--gate")
@click.pass_context
def command(  # noqa: PLR0913, PLR0917 - the options of the contract
    context: click.Context,
    address: str,
    role: str,
    pixit_path: Path | None,
    pics_path: Path | None,
    profile: str | None,
    effort: str,
    selected: str | None,
    out: Path | None,
    budget_s: float | None,
    power: str | None,
    wait_s: float,
    dry: bool,  # noqa: FBT001 - click passes every option by its name
    replay: Path | None,
    resume: Path | None,
    watched: bool,  # noqa: FBT001 - see above
    try_baud_rates: bool,  # noqa: FBT001 - see above
    gating: Gating,
) -> None:
    """Run a test campaign against an implementation under test (IUT).

    It writes the conformance log, report.html, result.json and all other reports into a folder.
    With --gate or --judged the exit code is that of the gate. Exit codes: see `atverdict --help`.
    """
    if not address.isprintable():
        raise Problem("--iut: the address has characters that cannot be printed")
    if selected is not None and not parse_selection(selected):
        raise Problem("--select names nothing; leave it out to select everything")
    kind = campaign_of(Role(role))
    if (replay or resume) and not kind.replays:
        raise Problem(f"--role {role}: a run with a {role} can be neither replayed nor resumed")
    with explained():
        pixit = load_pixit(pixit_path, address)
        if pixit is SIMULATOR:
            pixit = kind.simulated_pixit(address)
        pics = load_pics(pics_path, load_specification().requirements)
        steps = read_replay(replay, parse_selection(selected), pixit.product) if replay else ()
        setup = Setup(
            address=address,
            profile=known_profile(profile or pixit.iut.profile or DEFAULT_PROFILE),
            pixit=pixit,
            pics=pics,
            effort=Effort(effort),
            selection=parse_selection(selected),
            role=Role(role),
            budget_s=budget_s,
            replay=steps,
            power=_words(power),
            wait_s=wait_s,
            environment=environment(),
        )
        if resume is not None:
            setup = _resumed(setup, resume, context)
        if dry:
            raise click.exceptions.Exit(dry_run(setup, pixit_path))
        folder = folder_of(resume or out)
        with interruptible():
            carry_out(setup, pixit_path, folder, watched=watched, try_baud_rates=try_baud_rates)
        dossier = read_dossier(folder / LOG)
    dossier = with_waivers(dossier, gating.waivers)
    with writing(folder, SuiteProblem):
        write_reports(dossier, folder)
    click.echo(summary(dossier.judgement), nl=False)
    code = gating.show(dossier, folder / LOG)
    click.echo(f"Evidence: {folder}")
    raise click.exceptions.Exit(code)


def _words(command: str | None) -> tuple[str, ...]:
    """Split a command as a shell does. Raises `Problem`."""
    try:
        return tuple(shlex.split(command or ""))
    except ValueError as error:
        raise Problem(f"--power: {error}") from error


def _resumed(setup: Setup, folder: Path, context: click.Context) -> Setup:
    """Take over what the interrupted run was started with. PIXIT and PICS must be the same."""
    for name, option in NOT_WITH_RESUME.items():
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise Problem(
                f"--resume and {option}: a run goes on with the options that it was started with"
            )
    resumption = read_resumption(folder / LOG)
    header = resumption.header
    if header.specification != load_specification().digest:
        raise Problem(f"--resume {folder}: the run was made with another specification")
    pixit = setup.pixit
    if context.get_parameter_source("pixit_path") is ParameterSource.DEFAULT:
        pixit = load_pixit(None, header.address)
    if msgspec.to_builtins(pixit.public()) != header.pixit:
        raise Problem(f"--resume {folder}: the PIXIT is not that of the run; give it with --pixit")
    if setup.pics.public() != header.pics:
        raise Problem(f"--resume {folder}: the PICS is not that of the run; give it with --pics")
    return dataclasses.replace(
        setup,
        address=header.address,
        profile=header.profile,
        pixit=pixit,
        effort=header.effort,
        selection=header.selection,
        role=header.role,
        resumption=resumption,
    )
