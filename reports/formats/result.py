"""`result.json`: the verdicts for other programs (``contract.md``)."""

from pathlib import Path

import msgspec

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Place
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.conformance.judge.purpose_run import PurposeRun
from atverdict.reports.reason import report
from atverdict.reports.waiver import Waived

__all__ = ["purpose_verdict", "result", "write_result"]

FORMAT = 1
EXCERPT_OCTETS = 200


def purpose_verdict(purpose: PurposeRun) -> str:
    """Return a purpose's verdict in the words of the contract."""
    if not purpose.ended or purpose.verdict in (Verdict.NONE, Verdict.INCONCLUSIVE):
        return "inconclusive"
    return purpose.verdict.name.lower()


def result(judgement: Judgement, waived: Waived | None = None) -> dict[str, object]:
    """Return the run's verdicts in the form of the contract, and the fails that are waived."""
    header = judgement.header
    return {
        "format": FORMAT,
        "iut": {
            "name": header.iut.get("name", ""),
            "firmware": header.iut.get("firmware", ""),
            "address": header.address,
            "profile": header.profile,
        },
        "verdict": judgement.outcome.value,
        "inconclusive_because": judgement.inconclusive_because,
        "complete": judgement.complete,
        "requirements": {
            identifier: _requirement(verdict, judgement)
            for identifier, verdict in judgement.requirements.items()
        },
        "tests": [
            {
                "id": purpose.name,
                "verdict": purpose_verdict(purpose),
                "requirements": list(purpose.requirements),
                "duration_s": round(purpose.duration_s, 6),
                "problem": purpose.problem,
            }
            for purpose in judgement.purposes
        ],
        "pics": {
            claim.name: {
                "declared": claim.declared,
                "observed": claim.observed,
                "match": claim.match,
            }
            for claim in judgement.pics
        },
        "environment": [*judgement.contact, *judgement.environment],
        "foreign_lines": [
            {"line": each.line, "count": each.count, "first_s": each.first_s}
            for each in judgement.foreign_lines
        ],
        "not_again": list(judgement.not_again),
        "plans_used": judgement.plans_used,
        "duration_s": round(judgement.duration_s, 6),
        "suite_version": header.suite_version,
        "specification": header.specification,
        **({} if waived is None else {"waived": msgspec.to_builtins(waived.requirements)}),
    }


def _requirement(verdict: RequirementVerdict, judgement: Judgement) -> dict[str, object]:
    shown: dict[str, object] = {
        "verdict": verdict.outcome.value,
        "reason": verdict.reason,
        "tests": list(verdict.purposes),
    }
    if verdict.follows:
        shown["follows_from"] = verdict.follows
    if verdict.findings:
        shown["evidence"] = [_place(place) for place in verdict.findings[0].places]
    told = report(verdict, judgement)
    if told:
        shown["report"] = told
    return shown


def _place(place: Place) -> dict[str, object]:
    return {
        "line": place.line,
        "t": round(place.instant_s, 6),
        "octets": printable(place.octets, EXCERPT_OCTETS),
    }


def write_result(judgement: Judgement, path: Path, waived: Waived | None = None) -> None:
    """Write `result.json`."""
    encoded = msgspec.json.encode(result(judgement, waived))
    path.write_bytes(msgspec.json.format(encoded, indent=2) + b"\n")
