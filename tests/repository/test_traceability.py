"""From requirement to check to purpose: nothing is claimed that nobody judges or provokes."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from atverdict.conformance.campaign.module.engine import offered_purposes
from atverdict.conformance.judge.module.catalogue import MODULE_CHECKS as CHECKS
from atverdict.conformance.preparation.selection import Offered
from atverdict.spec.loader import load_specification

CAMPAIGN = Path(__file__).parents[2] / "conformance" / "campaign" / "module"
SPECIFICATION = load_specification()
OF_THE_MODULE = {
    name for name, each in SPECIFICATION.requirements.items() if each.role.value == "module"
}

WITHOUT_CHECK = {
    "SOTA-ROB-008": "a rule for the suite itself, which checks it in every run",
}
"""Requirements of the module's role that no log can break, and why."""

WITHOUT_PURPOSE = WITHOUT_CHECK
"""Requirements that no purpose brings about, and why."""


@cache
def _purposes() -> tuple[Offered, ...]:
    return tuple(offered_purposes())


def _identifiers(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and each.value in SPECIFICATION.requirements:
            yield str(each.value)


def _expected(path: Path) -> Iterator[str]:
    """Yield the requirements that a file states expectations for: those that its bodies name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            for statement in node.body:
                yield from _identifiers(statement)


def _judged() -> set[str]:
    drivers = (CAMPAIGN / f"{name}.py" for name in ("body", "disturbances", "preambles"))
    expected = {
        name
        for path in (*(CAMPAIGN / "purposes").glob("test_*.py"), *drivers)
        for name in _expected(path)
    }
    return expected | {name for check in CHECKS for name in check.requirements}


def test_every_requirement_has_a_check_or_an_expectation() -> None:
    assert OF_THE_MODULE - _judged() == WITHOUT_CHECK.keys()


def test_every_requirement_has_a_purpose() -> None:
    named = {name for purpose in _purposes() for name in purpose.requirements}
    assert OF_THE_MODULE - named == WITHOUT_PURPOSE.keys()


def test_every_purpose_names_what_a_module_can_break() -> None:
    for purpose in _purposes():
        assert purpose.requirements, purpose.name
        assert len(set(purpose.requirements)) == len(purpose.requirements), purpose.name
        assert set(purpose.requirements) <= OF_THE_MODULE - WITHOUT_PURPOSE.keys(), purpose.name


def test_every_purpose_has_a_sentence() -> None:
    paths = list((CAMPAIGN / "purposes").glob("test_*.py"))
    assert paths
    for path in paths:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert (ast.get_docstring(node) or "").endswith("."), (path.name, node.name)


def test_what_is_excused_is_not_judged_in_secret() -> None:
    named = {name for purpose in _purposes() for name in purpose.requirements}
    assert not WITHOUT_CHECK.keys() & _judged()
    assert not WITHOUT_PURPOSE.keys() & named
    assert all(reason and not reason.endswith(".") for reason in WITHOUT_PURPOSE.values())
