"""Mutants of the judge: how they are made, and that every excuse is one of a mutant that exists.

The mutants themselves are tried by `tox -e mutation`.
"""

import ast
from collections import Counter

import pytest
from support.judge_mutants import JUDGE, Mutant, all_mutants, mutated
from support.mutation import excuses

KINDS = ("comparison", "condition", "constant", "result")


@pytest.fixture(scope="module")
def mutants() -> tuple[Mutant, ...]:
    return all_mutants()


def test_all_parts_of_the_judge_are_changed_in_every_way(mutants: tuple[Mutant, ...]) -> None:
    assert {mutant.kind for mutant in mutants} == set(KINDS)
    folders = {mutant.module.rpartition("/")[0] for mutant in mutants}
    assert folders == {"", "state", "module", "host", "surroundings"}


def test_a_mutant_has_a_name_of_its_own(mutants: tuple[Mutant, ...]) -> None:
    names = Counter((mutant.module, mutant.name) for mutant in mutants)
    assert max(names.values()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_mutant_is_another_module(mutants: tuple[Mutant, ...], kind: str) -> None:
    mutant = next(mutant for mutant in mutants if mutant.kind == kind)
    path = JUDGE / mutant.module
    plain = compile(ast.parse(path.read_text("utf-8")), str(path), "exec")
    assert mutated(mutant) != plain


def test_an_excuse_is_one_of_a_mutant_and_says_why(mutants: tuple[Mutant, ...]) -> None:
    names = {(mutant.module, mutant.name) for mutant in mutants}
    for module, excused in excuses().items():
        for name, why in excused.items():
            assert (module, name) in names
            assert why
