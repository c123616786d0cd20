"""`atverdict init`: templates that can be loaded as they are, and answers that get into them."""

import re
import tomllib
from pathlib import Path
from typing import get_args
from unittest import mock

import msgspec
import pytest
from click.testing import CliRunner
from support.campaigns import atverdict

from atverdict.cli.commands import init
from atverdict.cli.templates import filled, template
from atverdict.conformance.preparation.pixit import Pics, Pixit, load_pics, load_pixit
from atverdict.spec.loader import load_specification

PIXIT, PICS = template("pixit.toml"), template("pics.toml")
UNUSUAL = 'EC"200\\U'


def _entries(text: str) -> dict[str, set[str]]:
    """Return the keys of each table of a template, those that are comments too, by the table."""
    keys: set[str] = set()
    tables = {"": keys}
    for line in text.splitlines():
        if header := re.match(r"#?\[(\w+)\]", line):
            keys = tables.setdefault(header[1], set())
        elif entry := re.match(r'#?"?([\w-]+)"? = ', line):
            keys.add(entry[1])
    return tables


def test_the_template_has_every_key_of_the_pixit_and_no_other() -> None:
    types = {field.name: field.type for field in msgspec.structs.fields(Pixit)}
    tables = {}
    for name, kind in types.items():
        struct = next(t for t in (kind, *get_args(kind)) if isinstance(t, type))
        tables[name] = {field.encode_name for field in msgspec.structs.fields(struct)}
    assert _entries(PIXIT) == tables | {"": set()}


def test_the_template_has_every_key_of_the_pics_and_no_other() -> None:
    shown = _entries(PICS)
    known = {field.encode_name for field in msgspec.structs.fields(Pics)}
    assert shown[""] | {"not_supported"} == known


def test_the_templates_are_written_as_they_are(tmp_path: Path) -> None:
    done = atverdict(tmp_path, "init", "--template")
    assert done.code == 0, done.err
    assert (tmp_path / "pixit.toml").read_text() == PIXIT
    assert (tmp_path / "pics.toml").read_text() == PICS
    loaded = load_pixit(tmp_path / "pixit.toml")
    assert (loaded.plan, loaded.timing, loaded.product) == (Pixit().plan, Pixit().timing, None)
    assert load_pics(tmp_path / "pics.toml", load_specification().requirements) == Pics()


def test_every_entry_that_is_a_comment_is_a_valid_one(tmp_path: Path) -> None:
    path = tmp_path / "pics.toml"
    lines = [line.removeprefix("#") if " = " in line else line for line in PICS.splitlines()]
    path.write_text("\n".join(lines))
    pics = load_pics(path, load_specification().requirements)
    assert None not in (pics.max_length, pics.multi_piece, pics.sdk_version, pics.update_values)
    assert set(pics.not_supported) == {"SOTA-FRM-015"}


def test_the_printed_command_works(tmp_path: Path) -> None:
    done = atverdict(tmp_path, "init", "--template", "--out", "bench 1.toml")
    words = done.out.splitlines()[-1]
    assert words == ("atverdict run --iut sim: --pixit 'bench 1.toml' --pics pics.toml --dry-run")
    arguments = ("run", "--pixit", "bench 1.toml", "--pics", "pics.toml", "--dry-run")
    assert atverdict(tmp_path, *arguments, out="").code == 0


@pytest.mark.parametrize("name", ["pixit.toml", "pics.toml"])
def test_nothing_is_written_over(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    done = atverdict(tmp_path, "init", "--template")
    assert done.code == 3
    assert name in done.err
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"
    assert atverdict(tmp_path, "init", "--template", "--force").code == 0
    assert (tmp_path / name).read_text() != "mine"


@pytest.mark.parametrize("out", ["pics.toml", "nosuch/pixit.toml"])
def test_a_place_where_nothing_can_be_written(out: str, tmp_path: Path) -> None:
    done = atverdict(tmp_path, "init", "--template", "--out", out)
    assert done.code == 3
    assert len(done.err.splitlines()) == 1


def _ask(folder: Path, *answers: str) -> str:
    """Answer the questions of a terminal, and return what was printed."""
    ports = [("/dev/ttyUSB0", "Modem"), ("/dev/ttyUSB2", "AT port")]
    with (
        mock.patch.object(init, "known_ports", return_value=ports),
        mock.patch.object(init, "_on_terminal", return_value=True),
    ):
        arguments = ["--out", str(folder / "pixit.toml")]
        result = CliRunner().invoke(init.command, arguments, input="\n".join(answers) + "\n")
    return result.output


def test_answers_get_into_the_pixit(tmp_path: Path) -> None:
    answers = ("2", "EC200U", "MCU1", "1.0", "2.0", "p11abc", "secret", "python3 'my agent.py' -v")
    out = _ask(tmp_path, *answers)
    assert "run --iut /dev/ttyUSB2 --pixit" in out
    assert "secret" not in out.replace("Product secret", "")
    pixit = load_pixit(tmp_path / "pixit.toml")
    assert pixit.iut.name == "EC200U"
    assert (pixit.plan.component, pixit.plan.source_version) == ("MCU1", "1.0")
    assert pixit.plan.target_version == "2.0"
    assert pixit.product is not None
    assert (pixit.product.key, pixit.product.secret) == ("p11abc", "secret")
    assert pixit.control is not None
    assert pixit.control.command == ("python3", "my agent.py", "-v")


def test_no_answers_are_the_defaults(tmp_path: Path) -> None:
    out = _ask(tmp_path, "", "", "", "", "", "", "")
    assert "--iut sim:" in out
    loaded = load_pixit(tmp_path / "pixit.toml")
    assert (loaded.plan, loaded.product, loaded.control) == (Pixit().plan, None, None)


def test_an_answer_that_no_pixit_may_hold_leaves_none(tmp_path: Path) -> None:
    _ask(tmp_path, "sim:", "", 'a"b', "", "", "", "")
    assert not (tmp_path / "pixit.toml").exists()


def test_any_text_stays_what_it_is() -> None:
    table = tomllib.loads(filled(PIXIT, {"iut.name": UNUSUAL, "control.command": [UNUSUAL]}))
    assert table["iut"]["name"] == UNUSUAL
    assert table["control"]["command"] == [UNUSUAL]


def test_an_entry_that_the_template_does_not_have() -> None:
    with pytest.raises(KeyError, match="nosuch"):
        filled(PIXIT, {"plan.nosuch": 1})
