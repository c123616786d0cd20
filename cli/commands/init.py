"""The command `atverdict init`."""

import shlex
import sys
from pathlib import Path

import click

from atverdict.adapters.ports.port_finder import known_ports
from atverdict.cli import templates
from atverdict.cli.problems import Problem, explained
from atverdict.conformance.preparation.pixit import Plan, load_pixit

__all__ = ["command"]

SIMULATOR = "sim:"
PICS_NAME = "pics.toml"


@click.command("init")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("pixit.toml"),
    show_default=True,
    metavar="FILE",
    help=f"The PIXIT. The PICS goes beside it, as {PICS_NAME}.",
)
@click.option("--template", is_flag=True, help="Ask nothing and write the templates as they are.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
def command(
    out: Path,
    template: bool,  # noqa: FBT001 - click passes every option by its name
    force: bool,  # noqa: FBT001 - click passes every option by its name
) -> None:
    """Write a PIXIT and a PICS to begin with.

    It asks on a terminal. Elsewhere, and with --template, it writes templates with comments.
    """
    pics = out.with_name(PICS_NAME)
    if pics == out:
        raise Problem(f"--out {out}: this is the name of the PICS; the PIXIT needs another one")
    for path in (out, pics):
        if path.exists() and not force:
            raise Problem(f"{path} exists already; --force overwrites it")
    address, answers = _asked() if _on_terminal() and not template else (SIMULATOR, {})
    _write(out, templates.filled(templates.template("pixit.toml"), answers))
    try:
        with explained():
            load_pixit(out)
    except Problem:
        out.unlink()
        raise
    _write(pics, templates.template(PICS_NAME))
    click.echo(f"Wrote {out} and {pics}. Then:")
    names = f"--pixit {shlex.quote(str(out))} --pics {shlex.quote(str(pics))}"
    click.echo(f"atverdict run --iut {shlex.quote(address)} {names} --dry-run")


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _asked() -> tuple[str, dict[str, object]]:
    """Ask for what each laboratory has of its own; return the address and the entries."""
    ports = known_ports()
    for number, (path, description) in enumerate(ports, start=1):
        click.echo(f"{number}: {path} {description}".rstrip())
    address = click.prompt("Address of the IUT, or a number", default=SIMULATOR)
    if address.isdecimal() and 1 <= int(address) <= len(ports):
        address = ports[int(address) - 1][0]
    usual = Plan()
    answers: dict[str, object] = {
        "iut.name": click.prompt("Name of the IUT", default=""),
        "plan.component": click.prompt("Component of the plan", default=usual.component),
        "plan.source_version": click.prompt("Version before", default=usual.source_version),
        "plan.target_version": click.prompt("Version after", default=usual.target_version),
    }
    key = click.prompt("Product key, if the IUT is not provisioned", default="")
    if key:
        answers["product.key"] = key
        answers["product.secret"] = click.prompt("Product secret", hide_input=True)
    agent = click.prompt("Command of the control agent, if there is one", default="")
    if agent:
        answers["control.command"] = _words(agent)
    return address, answers


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise Problem(f"the command of the control agent: {error}") from error


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}") from error
