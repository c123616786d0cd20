"""The traceability matrix: requirement, clause, check, purpose, verdict, evidence; `matrix.csv`."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.conformance.judge.roles import part_of
from atverdict.reports.markup import plain

__all__ = ["EXPECTATION", "Row", "cell", "lines_text", "rows", "write_matrix"]

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
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes spreadsheets take a cell for a formula."""


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement and all that leads to its verdict."""

    verdict: RequirementVerdict
    checks: tuple[str, ...]
    """Names of the checks that judge it; `EXPECTATION` where there is none."""
    lines: tuple[int, ...]
    """The log's lines that show it, in ascending order."""


def rows(judgement: Judgement) -> list[Row]:
    """Return the matrix in the order of the specification."""
    checks: dict[str, list[str]] = {}
    for check in part_of(judgement.header.role).checks:
        for requirement in check.requirements:
            checks.setdefault(requirement, []).append(check.name)
    return [
        Row(
            verdict,
            tuple(
                checks.get(identifier, () if verdict.requirement.unobservable else [EXPECTATION])
            ),
            _lines(verdict),
        )
        for identifier, verdict in judgement.requirements.items()
    ]


def _lines(verdict: RequirementVerdict) -> tuple[int, ...]:
    """Return where the worst finding stands: what was not judged has no evidence."""
    if not verdict.findings or not (verdict.judged or _settled_by_finding(verdict)):
        return ()
    return tuple(sorted({place.line for place in verdict.findings[0].places}))


def _settled_by_finding(verdict: RequirementVerdict) -> bool:
    return verdict.reason.startswith(verdict.findings[0].reason)


def lines_text(lines: Iterable[int]) -> str:
    """Show ascending numbers with runs drawn together: ``12, 14 to 17``."""
    runs: list[tuple[int, int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], line)
        else:
            runs.append((line, line))
    # In words, since a spreadsheet takes 12-14 for a date.
    return ", ".join(f"{low}" if low == high else f"{low} to {high}" for low, high in runs)


def write_matrix(judgement: Judgement, path: Path) -> None:
    """Write the matrix as CSV (RFC 4180, UTF-8, header row), one row a requirement.

    A cell with several entries has them between ``; ``. A cell that a spreadsheet would take for
    a formula has an apostrophe before it, and characters that nobody sees stand by their number.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for row in rows(judgement):
        writer.writerow(map(cell, _fields(row)))
    path.write_bytes(stream.getvalue().encode("utf-8"))


def _fields(row: Row) -> tuple[str, ...]:
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


def cell(text: str) -> str:
    """Return text that a spreadsheet shows as it stands."""
    shown = plain(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown
