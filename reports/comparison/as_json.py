"""A comparison for other programs (``docs/comparison.md``)."""

import dataclasses
from pathlib import Path

import msgspec

from atverdict.reports.comparison.comparison import GROUPS, ChangedVerdict, Comparison
from atverdict.reports.comparison.difference import Change
from atverdict.reports.comparison.shift import Times

__all__ = ["comparison_result", "write_comparison_json"]

FORMAT = 1
LISTED_CHANGES = 500


def comparison_result(comparison: Comparison) -> dict[str, object]:
    """Return the comparison as `docs/comparison.md` lays it down."""
    difference = comparison.difference
    return {
        "format": FORMAT,
        "old": dataclasses.asdict(comparison.old),
        "new": dataclasses.asdict(comparison.new),
        "unlike": list(comparison.unlike),
        "no_evidence": comparison.no_evidence,
        "regressions": [each.requirement for each in comparison.regressions],
        "requirements": {
            group.replace(" ", "_"): [_verdicts(each) for each in comparison.those(group)]
            for group in GROUPS
        },
        "latencies": [
            {
                "command": shift.command,
                "old": _times(shift.old),
                "new": _times(shift.new),
                "shift_s": round(shift.shift_s, 6),
            }
            for shift in comparison.latencies
        ],
        "behaviour": {
            "count": len(difference.unexplained),
            "changes": [_change(change) for change in difference.changes[:LISTED_CHANGES]],
            "another_package": difference.another_package,
            "only_old": difference.only_old,
            "only_new": difference.only_new,
        },
    }


def _verdicts(each: ChangedVerdict) -> dict[str, object]:
    return {
        "requirement": each.requirement,
        "strength": each.strength,
        "mandatory": each.mandatory,
        "old": {"verdict": each.old.value, "reason": each.old_reason},
        "new": {"verdict": each.new.value, "reason": each.new_reason},
        "regression": each.regression,
        "waived": each.waived,
    }


def _times(times: Times) -> dict[str, object]:
    return {
        "count": times.count,
        "median_s": round(times.median_s, 6),
        "low_s": round(times.low_s, 6),
        "high_s": round(times.high_s, 6),
    }


def _change(change: Change) -> dict[str, object]:
    return dataclasses.asdict(change)


def write_comparison_json(comparison: Comparison, path: Path) -> None:
    """Write the comparison as JSON."""
    encoded = msgspec.json.encode(comparison_result(comparison))
    path.write_bytes(msgspec.json.format(encoded, indent=2) + b"\n")
