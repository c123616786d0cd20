"""What a clause may name."""

import pytest

from atverdict.spec.clause import resolve_clause
from atverdict.spec.loader import load_specification

SPECIFICATION = load_specification()


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("SEED", "SEED"),
        ("SEED 3.4", "SEED"),
        ("SEED 3.3.i", "SEED"),
        ("D25C", "D25C"),
        ("D25C/05", "D25C"),
        ("D25C-zh/05", "D25C"),
        ("D25C-en", "D25C"),
        ("D25C/FAQ OTA-9", "D25C"),
        ("V250 6.2.4", "V250"),
        ("PLAT25 part02/page-03", "PLAT25"),
        ("ISO/IEC 9646-1", "ISO/IEC 9646-1"),
    ],
)
def test_a_clause_names_a_source(text: str, tag: str) -> None:
    assert resolve_clause(SPECIFICATION, text) == SPECIFICATION.sources[tag]


def test_a_clause_names_a_requirement_or_an_erratum() -> None:
    requirement = resolve_clause(SPECIFICATION, "SOTA-EVT-016")
    assert requirement == SPECIFICATION.requirements["SOTA-EVT-016"]
    assert resolve_clause(SPECIFICATION, "E-01") == SPECIFICATION.errata["E-01"]


@pytest.mark.parametrize(
    "text",
    ["", "SEED 9.9", "SEED3.4", "SEEDS", "SEED ", "SEED-zh 3.4", "D25C-fr/05", "D25C/", "E-47"],
)
def test_what_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(KeyError) as caught:
        resolve_clause(SPECIFICATION, text)
    assert caught.value.args == (text,)
