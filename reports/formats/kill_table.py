"""The kill table: each fault, whether it was killed, and what failed besides."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from atverdict.conformance.campaign.self_test import NOT_PROVOKED, Kill
from atverdict.conformance.evidence.verdict import Outcome

__all__ = ["FaultRow", "VariantRow", "kill_table"]


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A fault's row, with the time that it took."""

    kill: Kill
    wall_s: float
    benches: Mapping[str, str] = field(default_factory=dict)
    """What came of it on other benches, by their names."""

    @property
    def passes(self) -> list[str]:
        """The benches on which the requirement passes although the wire shows the fault."""
        return [bench for bench, came in self.benches.items() if came == Outcome.PASS.value]


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
    benches = list(rows[0].benches) if rows else []
    heads = ["fault", "breaks", "killed", *benches, "named first", "collateral"]
    lines = [f"| {' | '.join(heads)} | s |", f"|{'---|' * len(heads)}---:|"]
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
        *("**pass**" if came == Outcome.PASS.value else came for came in row.benches.values()),
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
    for bench in rows[0].benches if rows else ():
        passes = [row.kill.fault for row in rows if bench in row.passes]
        shown = sum(1 for row in rows if row.benches[bench] != NOT_PROVOKED)
        lines.append(f"{bench}: {shown} faults show on the wire, {len(passes)} of them pass.")
        if passes:
            lines.append(f"They pass: {', '.join(passes)}.")
    if variants:
        loud = [variant.name for variant in variants if variant.alarms]
        lines.append(f"{len(variants) - len(loud)} of {len(variants)} variants raise no alarm.")
        if loud:
            lines.append(f"False alarms: {', '.join(loud)}.")
    return lines
