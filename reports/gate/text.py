"""The gate for a terminal or a CI log."""

from collections.abc import Iterator

from atverdict.reports.gate.gate import Gate
from atverdict.reports.text import counted, paragraph

__all__ = ["gate_text"]

SHOWN_REASONS = 40


def gate_text(gate: Gate) -> str:
    """Return whether the gate is open, and each reason why not."""
    return "\n".join(_lines(gate)) + "\n"


def _lines(gate: Gate) -> Iterator[str]:
    reasons = (*gate.broken, *gate.lacking)
    for reason in reasons[:SHOWN_REASONS]:
        yield from paragraph(f"Gate: {reason}", further="  ")
    if len(reasons) > SHOWN_REASONS:
        yield f"Gate: ... and {len(reasons) - SHOWN_REASONS} more"
    state = f"closed, {counted(len(reasons), 'reason')}" if reasons else "open"
    yield f"Gate {gate.level}: {state}."
