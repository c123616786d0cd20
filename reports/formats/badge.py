"""`badge.json`: the verdict in the form that the endpoint badge of shields.io reads."""

from pathlib import Path

import msgspec

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.case import mandatory_counts

__all__ = ["badge", "write_badge"]

_COLOUR = {Outcome.PASS: "brightgreen", Outcome.FAIL: "red", Outcome.INCONCLUSIVE: "yellow"}


def badge(judgement: Judgement) -> dict[str, object]:
    """Return the badge: verdict and counts, and no text of an IUT."""
    counts = mandatory_counts(judgement)
    outcome = judgement.outcome
    covers = f"{counts.judged} of {counts.mandatory} judged"
    what = f"{counts.broken} broken" if outcome is Outcome.FAIL else ""
    partly = "" if judgement.complete else "incomplete run"
    colour = "green" if outcome is Outcome.PASS and counts.open else _COLOUR[outcome]
    return {
        "schemaVersion": 1,
        "label": "AT SOTA conformance",
        "message": ", ".join(part for part in (outcome.value, what, covers, partly) if part),
        "color": colour,
        "isError": bool(judgement.suite_error),
    }


def write_badge(judgement: Judgement, path: Path) -> None:
    """Write `badge.json`."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(badge(judgement)), indent=2) + b"\n")
