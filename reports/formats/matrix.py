"""The traceability matrix: requirement, clause, check, purpose, verdict, evidence; `matrix.csv`."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.conformance.judge.roles import part_of
from atverdict.reports.spreadsheet import write_csv

__all__ = ["EXPECTATION", "MatrixRow", "lines_text", "rows", "write_matrix"]

EXPECTATION = "expectation of the purpose"
"""Stands for the check where a requirement is judged by what its test purposes expect."""
_COLUMNS = (
    "requirement",
    "area",
    "strength",
    "mandatory",
    "sentence",
    "sources",
    "checks",
    "purposes",
    "verdict",
    "reason",
    "evidence_log_lines",
)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A requirement, its verdict, and what led to it."""

    verdict: RequirementVerdict
    checks: tuple[str, ...]
    """Names of the checks that judge it; `EXPECTATION` where there is none."""
    lines: tuple[int, ...]
    """The log's lines that show it, in ascending order."""


def rows(judgement: Judgement) -> list[MatrixRow]:
    """Return the matrix in the order of the specification."""
    checks: dict[str, list[str]] = {}
    for check in part_of(judgement.header.role).checks:
        for requirement in check.requirements:
            checks.setdefault(requirement, []).append(check.name)
    return [
        MatrixRow(
            verdict,
            tuple(
                checks.get(identifier, () if verdict.requirement.unobservable else [EXPECTATION])
            ),
            _lines(verdict),
        )
        for identifier, verdict in judgement.requirements.items()
    ]


def _lines(verdict: RequirementVerdict) -> tuple[int, ...]:
    """Return the lines of the worst finding; none for what was not judged."""
    if not verdict.findings or not (verdict.judged or _settled_by_finding(verdict)):
        return ()
    return tuple(sorted({place.line for place in verdict.findings[0].places}))


def _settled_by_finding(verdict: RequirementVerdict) -> bool:
    return verdict.reason.startswith(verdict.findings[0].reason)


def lines_text(lines: Iterable[int]) -> str:
    """Show ascending numbers, consecutive ones as a range: ``12, 14 to 17``."""
    runs: list[tuple[int, int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], line)
        else:
            runs.append((line, line))
    # In words, since a spreadsheet takes 12-14 for a date.
    return ", ".join(f"{low}" if low == high else f"{low} to {high}" for low, high in runs)


def write_matrix(judgement: Judgement, path: Path) -> None:
    """Write the matrix as CSV: a header row, then one row a requirement.

    A cell with several entries has them between ``; ``.
    """
    write_csv((_COLUMNS, *map(_fields, rows(judgement))), path)


def _fields(row: MatrixRow) -> tuple[str, ...]:
    verdict = row.verdict
    requirement = verdict.requirement
    return (
        requirement.id,
        requirement.area,
        requirement.strength.value,
        "yes" if verdict.mandatory else "no",
        requirement.text,
        "; ".join(requirement.sources),
        "; ".join(row.checks),
        "; ".join(verdict.purposes),
        verdict.outcome.value,
        verdict.reason,
        lines_text(row.lines),
    )
