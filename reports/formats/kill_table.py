"""The kill table: each fault, whether it was killed, and what failed besides."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from atverdict.conformance.campaign.self_test import Kill

__all__ = ["FaultRow", "VariantRow", "kill_table"]


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault's row, with the time that it took."""

    kill: Kill
    wall_s: float


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A conformant variant's row: the alarms that it raised, which must be none."""

    name: str
    alarms: tuple[str, ...]
    unjudged: tuple[str, ...]
    """Requirements that the run against the plain simulator judged, and this one did not."""
    wall_s: float


def kill_table(rows: Sequence[FaultRow], variants: Sequence[VariantRow]) -> str:
    """Return the table as Markdown, survivors by name, and the summary."""
    lines = [
        "| fault | breaks | killed | named first | collateral | s |",
        "|---|---|---|---|---|---:|",
    ]
    lines += [_row(row) for row in rows]
    if variants:
        lines += ["", "| variant | alarms | unjudged | s |", "|---|---|---|---:|"]
        lines += [_variant(variant) for variant in variants]
    return "\n".join([*lines, "", *_summary(rows, variants)]) + "\n"


def _row(row: FaultRow) -> str:
    kill = row.kill
    killed = "yes" if kill.killed else "**no**"
    others = ", ".join(kill.collateral) or "none"
    cells = (
        kill.fault,
        f"{kill.requirement} ({kill.strength})",
        killed,
        " ".join(kill.first) or "none",
        others,
        f"{row.wall_s:.2f}",
    )
    return f"| {' | '.join(cells)} |"


def _variant(variant: VariantRow) -> str:
    alarms, unjudged = ", ".join(variant.alarms), ", ".join(variant.unjudged)
    return f"| {variant.name} | {alarms or 'none'} | {unjudged or 'none'} | {variant.wall_s:.2f} |"


def _summary(rows: Sequence[FaultRow], variants: Sequence[VariantRow]) -> list[str]:
    killed = sum(1 for row in rows if row.kill.killed)
    right = sum(1 for row in rows if row.kill.right)
    lines = [f"{killed} of {len(rows)} faults killed, {right} with their requirement named first."]
    if rows:
        median = statistics.median(len(row.kill.collateral) for row in rows)
        lines.append(f"{median:g} other requirements fail with a fault in the median.")
    survivors = [row.kill.fault for row in rows if not row.kill.killed]
    if survivors:
        lines.append(f"Survivors: {', '.join(survivors)}.")
    if variants:
        loud = [variant.name for variant in variants if variant.alarms]
        lines.append(f"{len(variants) - len(loud)} of {len(variants)} variants raise no alarm.")
        if loud:
            lines.append(f"False alarms: {', '.join(loud)}.")
    return lines
