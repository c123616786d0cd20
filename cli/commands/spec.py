"""The command `atverdict spec`."""

import click

from atverdict.cli.problems import Problem, explained
from atverdict.spec.loader import load_specification
from atverdict.spec.render import render_item, render_list

__all__ = ["command"]


@click.group("spec")
def command() -> None:
    """Show the specification: requirements, commands, events, the flow."""


@command.command("list")
def list_() -> None:
    """List everything that has an identifier."""
    with explained():
        click.echo(render_list(load_specification()), nl=False)


@command.command("show")
@click.argument("identifier")
def show(identifier: str) -> None:
    """Show one item by its identifier.

    Examples: SOTA-EVT-016, QIOTREG, 7,10700, E-01, cellular-2025, ota.
    """
    with explained():
        specification = load_specification()
    try:
        text = render_item(specification, identifier)
    except KeyError as error:
        raise Problem(
            f"{identifier} is not in the specification; `atverdict spec list` lists what is"
        ) from error
    click.echo(text, nl=False)
