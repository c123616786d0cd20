"""The program `atverdict`: its commands, each loaded when it is asked for."""

import importlib
import traceback

import click

import atverdict

__all__ = ["main"]

WRONG_INPUT = 3
SUITE_FAILED = 4
COMMANDS = {
    "agent": "Be the control agent of a served simulator.",
    "bench": "Test many devices at once, each in its own process.",
    "bundle": "Pack a run with all that is needed to judge it again.",
    "compare": "Compare a run with an earlier one.",
    "faults": "Measure the suite with modems that are each wrong in one way.",
    "gate": "Decide if the firmware of a stored run may pass.",
    "host": "Be the MCU: take an upgrade from a module, verify and store it.",
    "init": "Write a PIXIT and a PICS to begin with.",
    "judge": "Judge a stored conformance log again.",
    "ports": "List the serial ports, and say which one is the module's.",
    "report": "Make the reports of a run again, from its log.",
    "run": "Run a test campaign against an implementation under test (IUT).",
    "shrink": "Shorten the command lines that broke a requirement.",
    "show": "Show one requirement of a run: verdict, reason, wire, diagram.",
    "simulate": "Serve simulated modules in real time.",
    "spec": "Show the specification: requirements, commands, events, the flow.",
    "verify": "Check a bundle, and judge its log again.",
    "version": "Show the version.",
}

EXIT_CODES = """\b
Exit codes:
     run, judge, bench  compare        gate              verify    host
  0  conformant         no regression  open              verified  upgraded
  1  not conformant     a regression   closed            wrong     failed
  2  inconclusive       nothing known  evidence missing  open      no offer
  3  the command line or a file is wrong; nothing was sent to the IUT
  4  the suite itself failed; this is never a verdict

An IUT that is absent or in use by another run is inconclusive. So is a run that
was interrupted, if nothing is broken. `faults run` ends with 1 if the suite has
judged a fault or a variant wrongly, and `ports` with 2 if no port answers AT.
All other commands end with 0 when they
have done their work.
"""


class LazyGroup(click.Group):
    """Knows its commands by name, so that `version` does not load a test engine."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"atverdict.cli.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES
)
@click.version_option(atverdict.__version__, prog_name="atverdict")
def atverdict_command() -> None:
    """Conformance test suite of the QuecThing AT SOTA flow.

    It tests a module or a host behind a serial port or a network port. It tells which documented
    requirements hold, which are broken and where on the wire, and which could not be judged.

    \b
    atverdict run                          test the built-in simulator
    atverdict run --iut /dev/ttyUSB2 --pixit pixit.toml
    atverdict run --iut socket://192.0.2.7:4000 --select SOTA-CMD-OTARD
    atverdict simulate --pty /tmp/modem    a modem for people who write hosts
    """  # noqa: D301 - click keeps the lines behind \b


def main() -> None:
    """Run the command line; a wrong one ends with exit code 3 (``contract.md``)."""
    try:
        code = atverdict_command.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        code = end.exit_code
    except click.ClickException as error:
        error.show()
        code = SUITE_FAILED if error.exit_code == SUITE_FAILED else WRONG_INPUT
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = 2
    except Exception:  # noqa: BLE001 - whatever it is, it is no verdict on an IUT
        traceback.print_exc()
        click.echo("the suite itself failed; please report this", err=True)
        code = SUITE_FAILED
    raise SystemExit(code if isinstance(code, int) else 0)
