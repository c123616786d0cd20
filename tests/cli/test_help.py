"""`--help` of every command: it fits the screen, and exit codes are explained in one place."""

from collections.abc import Iterator

import click
import pytest

from atverdict.cli.main import atverdict_command


def _commands(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None, name
            yield from _commands(found, click.Context(found, context, name, max_content_width=80))


WHOLE = click.Context(atverdict_command, info_name="atverdict", max_content_width=80)
CONTEXTS = {each.command_path: each for each in _commands(atverdict_command, WHOLE)}


@pytest.mark.parametrize("path", CONTEXTS)
def test_help_fits_a_screen_of_80_columns(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = CONTEXTS[path].get_help().splitlines()
    assert max(map(len, lines)) <= 80
    assert not any(line.endswith("...") for line in lines[1:])  # no help is cut


def test_every_option_has_a_help() -> None:
    for path, context in CONTEXTS.items():
        for parameter in context.command.get_params(context):
            if isinstance(parameter, click.Option):
                assert parameter.help, (path, parameter.name)


def test_exit_codes_are_explained_in_one_place() -> None:
    explaining = [path for path, each in CONTEXTS.items() if "Exit codes:\n" in each.get_help()]
    assert explaining == ["atverdict"]
    assert "  4  the suite itself failed" in WHOLE.get_help()
    for path, context in CONTEXTS.items():
        if path != "atverdict":
            text = context.get_help().lower()
            assert "exit code:" not in text, path
