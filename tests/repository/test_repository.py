"""The repository itself: what is packed, what is named, and what is promised."""

import ast
import configparser
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from atverdict.conformance.campaign.module.engine import offered_purposes
from atverdict.conformance.campaign.module.programme import ORDER
from atverdict.conformance.judge.roles import Part, part_of
from atverdict.spec.clause import resolve_clause
from atverdict.spec.loader import load_specification
from atverdict.spec.model import Role

ROOT = Path(__file__).parents[2]
SPECIFICATION = load_specification()
LAYERS = {
    "namespace": "atverdict",
    "spec": "atverdict/spec",
    "grammar": "atverdict/grammar",
    "adapters": "atverdict/adapters",
    "conformance": "atverdict/conformance",
    "reports": "atverdict/reports",
    "cli": "atverdict/cli",
}
PACKED = (".py", ".toml", ".lark", ".ini", ".css", ".js", ".typ", "py.typed")
PURPOSES = ("conformance", "campaign", "module", "purposes")
CHECKS_OF_ROLES = ("conformance", "judge")
LONGEST_MODULE = 500


def _tracked() -> list[Path]:
    """Return what git tracks or would track, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


TRACKED = _tracked()
MODULE_PATHS = [p for p in TRACKED if p.suffix == ".py" and p.parts[0] in LAYERS]
TEXTS = [p for p in TRACKED if p.suffix not in {".bin", ".png"} and p.name != "test_repository.py"]


def test_the_wheel_holds_the_tracked_files(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for path in TRACKED:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, source / path)
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    expected = {
        f"{LAYERS[path.parts[0]]}/{Path(*path.parts[1:]).as_posix()}"
        for path in TRACKED
        if path.parts[0] in LAYERS and path.name.endswith(PACKED)
    }
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == expected


def _docstrings(path: Path) -> Iterator[str]:
    """Yield every text that stands alone as a statement: docstrings, of attributes too."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            text = node.value.value
            if isinstance(text, str):
                yield text


def _clauses(path: Path) -> Iterator[str]:
    for text in _docstrings(path):
        _, found, named = text.partition("Spec: ")
        if found:
            paragraph = " ".join(named.partition("\n\n")[0].split())
            yield from (clause.strip() for clause in paragraph.rstrip(".").split(", "))


def test_every_clause_that_the_code_names_exists() -> None:
    count = 0
    for path in MODULE_PATHS:
        for clause in _clauses(path):
            count += 1
            try:
                resolve_clause(SPECIFICATION, clause)
            except KeyError:
                pytest.fail(f"{path}: Spec: {clause} names nothing")
    assert count > 50


def test_nothing_names_this_machine_or_a_registry() -> None:
    # Put together from parts, so that this file does not name them either.
    foreign = re.compile(
        rf"{'/work'}/(main|shared)|/{'tmp'}/(venv|dev|bash_jobs)|/ro{'ot'}/|/home/\w+/"
        rf"|{'pypi'}\.org|python{'hosted'}|index-{'url'}|art{'ifactory'}|dev{'pi'}\b"
    )
    for path in TEXTS:
        found = foreign.search((ROOT / path).read_text(encoding="utf-8", errors="replace"))
        assert found is None, (path, found)


def test_every_purpose_file_declares_purposes() -> None:
    paths = [p for p in MODULE_PATHS if p.parts[:-1] == PURPOSES]
    areas = {p.stem.removeprefix("test_") for p in paths} - {"__init__"}
    assert {purpose.name.partition(".")[0] for purpose in offered_purposes()} == areas
    assert areas == set(ORDER)


@pytest.mark.parametrize("part", [part_of(role) for role in Role], ids=lambda part: part.role)
def test_every_check_names_requirements_of_its_role(part: Part) -> None:
    for check in part.checks:
        assert check.requirements, check.name
        assert len(set(check.requirements)) == len(check.requirements), check.name
        for requirement in check.requirements:
            assert SPECIFICATION.requirements[requirement].role is part.role, check.name
    assert len({check.name for check in part.checks}) == len(part.checks) > 20


@pytest.mark.parametrize("part", [part_of(role) for role in Role], ids=lambda part: part.role)
def test_every_check_is_in_the_catalogue_of_its_role(part: Part) -> None:
    written = {
        f"{path.stem}.{name}"
        for path in MODULE_PATHS
        if path.parts[:-1] == (*CHECKS_OF_ROLES, part.role.value)
        for name in re.findall(
            r"^@(?:check|after)\([^@]*?^def (\w+)\(",
            (ROOT / path).read_text(encoding="utf-8"),
            re.MULTILINE | re.DOTALL,
        )
    }
    assert {check.name for check in part.checks} == written


def test_the_version_is_shown_without_an_engine() -> None:
    program = (
        "import sys\n"
        "from atverdict.cli.main import main\n"
        "sys.argv = ['atverdict', 'version']\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print(' '.join(sys.modules))\n"
    )
    path = ":".join(entry for entry in sys.path if entry)
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": path},
    )
    version, modules = ran.stdout.splitlines()
    written = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert written in version
    assert not {"lark", "pytest", "hypothesis", "serial", "allure"} & set(modules.split())


def test_the_readme_has_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^    (python3 -m venv .*)$", readme, re.MULTILINE)
    tests = [command for command in commands if re.search(r"\btox\b", command)]
    runs = [command for command in commands if "atverdict run" in command]
    assert len(tests) == 1
    assert len(runs) == 1
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python3 -m venv .*tox" in ci
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", encoding="utf-8")
    assert "pytest" in tox["testenv"]["commands"]
    assert "atverdict run" in tox["testenv:simulator"]["commands"]
    assert "faults run" in tox["testenv:faults"]["commands"]
    environments = {name.strip() for name in tox["tox"]["env_list"].split(",")}
    assert environments >= {"py311", "simulator", "layers", "types", "style"}
    assert "faults" not in environments


def test_no_module_is_long() -> None:
    long = {
        str(path): count
        for path in MODULE_PATHS
        if (count := len((ROOT / path).read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert not long


def test_every_module_says_what_it_knows() -> None:
    for path in MODULE_PATHS:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), path


def test_nothing_is_called_by_a_forbidden_word() -> None:
    # The vocabulary of the standard has one word a thing.
    forbidden = re.compile(r"\b(device under test|DUT|[Mm]ock)\b")
    for path in MODULE_PATHS:
        found = forbidden.search((ROOT / path).read_text(encoding="utf-8"))
        assert found is None, (path, found)
