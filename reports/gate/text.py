"""The gate and the waivers for a terminal or a CI log."""

import textwrap
from collections.abc import Iterator

from atverdict.reports.gate.gate import Gate
from atverdict.reports.waiver import Waived

__all__ = ["gate_text", "waived_text"]

WIDTH = 80
SHOWN_REASONS = 40


def gate_text(gate: Gate) -> str:
    """Return whether the gate is open, and each reason why not."""
    return "\n".join(_gate(gate)) + "\n"


def _gate(gate: Gate) -> Iterator[str]:
    reasons = (*gate.broken, *gate.lacking)
    for reason in reasons[:SHOWN_REASONS]:
        yield from _wrapped(f"Gate: {reason}", "")
    if len(reasons) > SHOWN_REASONS:
        yield f"Gate: ... and {len(reasons) - SHOWN_REASONS} more"
    count = f"{len(reasons)} reason{'' if len(reasons) == 1 else 's'}"
    yield f"Gate {gate.level}: closed, {count}." if reasons else f"Gate {gate.level}: open."


def waived_text(waived: Waived) -> str:
    """Return the fails that are waived, and the waivers that cover nothing."""
    return "".join(f"{line}\n" for line in _waived(waived))


def _waived(waived: Waived) -> Iterator[str]:
    if waived.requirements:
        yield f"Waived, and broken all the same: {len(waived.requirements)}"
    for each in waived.requirements:
        yield from _wrapped(f"{each.requirement} by {each.who} until {each.expires}", "  ")
        yield from _wrapped(each.why, "    ")
        if each.link:
            yield f"    {each.link}"
    for problem in waived.problems:
        yield from _wrapped(f"Waiver: {problem}", "")


def _wrapped(text: str, indent: str) -> list[str]:
    further = indent or "  "
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=further, break_on_hyphens=False
    )
