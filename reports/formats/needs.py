"""`needs.json`: requirements and test purposes with their verdicts, for Sphinx-Needs."""

from pathlib import Path

import msgspec

from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.judge.purpose_run import PurposeRun
from atverdict.reports.formats.matrix import MatrixRow, lines_text, rows
from atverdict.reports.formats.result import purpose_verdict
from atverdict.reports.markup import plain

__all__ = ["needs", "write_needs"]

PROJECT = "atverdict"


def needs(judgement: Judgement) -> dict[str, object]:
    """Return the file's content: one version, which is that of the suite.

    A test purpose links to the requirements that it exercises. What an IUT has said stands in
    `reason` alone, and never in a field that Sphinx reads as reStructuredText.
    """
    header = judgement.header
    purposes = {_purpose_id(purpose.name): _purpose(purpose) for purpose in judgement.purposes}
    requirements = {row.verdict.requirement.id: _requirement(row) for row in rows(judgement)}
    version = {
        "created": _inert(header.opened_at),
        "needs": requirements | purposes,
        "needs_amount": len(requirements) + len(purposes),
    }
    return {
        "created": _inert(header.opened_at),
        "current_version": _inert(header.suite_version),
        "project": PROJECT,
        "versions": {_inert(header.suite_version): version},
    }


def _requirement(row: MatrixRow) -> dict[str, object]:
    verdict = row.verdict
    requirement = verdict.requirement
    return {
        "id": requirement.id,
        "type": "req",
        "title": _inert(requirement.text),
        "content": _literal(requirement.text),
        "status": verdict.outcome.value,
        "tags": [
            requirement.area,
            requirement.strength.value,
            *(["mandatory"] if verdict.mandatory else []),
        ],
        "links": [],
        "sources": "; ".join(requirement.sources),
        "checks": "; ".join(row.checks),
        "reason": _inert(verdict.reason),
        "evidence": lines_text(row.lines),
    }


def _purpose(purpose: PurposeRun) -> dict[str, object]:
    return {
        "id": _purpose_id(purpose.name),
        "type": "test",
        "title": _inert(purpose.name),
        "content": _literal(purpose.sentence),
        "status": purpose_verdict(purpose),
        "tags": ["test-purpose"],
        "links": [_inert(requirement) for requirement in purpose.requirements],
        "reason": _inert(purpose.problem),
    }


def _purpose_id(name: str) -> str:
    """Make an identifier of a purpose's name: a dot would name a part of a need."""
    return "TP-" + "".join(c if c.isascii() and c.isalnum() else "-" for c in name).upper()


def _inert(text: str) -> str:
    """Break up what Sphinx-Needs would run in a field: ``[[function()]]`` and ``<<variant>>``."""
    return plain(text).replace("[[", "[ [").replace("<<", "< <")


def _literal(text: str) -> str:
    """Return text with everything escaped that is markup in reStructuredText."""
    return "".join(f"\\{c}" if c in "\\*`|_[]<>" else c for c in plain(text))


def write_needs(judgement: Judgement, path: Path) -> None:
    """Write `needs.json`."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(needs(judgement)), indent=2) + b"\n")
