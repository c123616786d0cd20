"""The command `atverdict version`."""

import click

import atverdict

__all__ = ["command"]


@click.command("version")
def command() -> None:
    """Show the version of the suite."""
    click.echo(f"atverdict {atverdict.__version__}")
