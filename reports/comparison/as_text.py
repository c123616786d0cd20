"""A comparison for a terminal or a CI log."""

from collections.abc import Iterator

from atverdict.reports.comparison.comparison import GROUPS, ChangedVerdict, Comparison, Side
from atverdict.reports.comparison.difference import Change
from atverdict.reports.comparison.shift import Shift, Times
from atverdict.reports.text import counted, paragraph

__all__ = ["TITLES", "comparison_text", "milliseconds", "verdict_line"]

SHOWN_CHANGES = 10
SHOWN_REQUIREMENTS = 40
TITLES = {
    "worse": "Worse",
    "no longer judged": "No longer judged",
    "newly judged": "Newly judged",
    "better": "Better",
}


def comparison_text(comparison: Comparison) -> str:
    """Return what changed, the worst first, and whether it is a regression."""
    return "\n".join(_lines(comparison)) + "\n"


def verdict_line(comparison: Comparison) -> str:
    """Return the outcome of the comparison in a sentence."""
    names = [each.requirement for each in comparison.regressions]
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        return f"{counted(len(names), 'regression')}: {', '.join(names[:3])}{more}."
    if comparison.no_evidence:
        return f"No regression is seen, but the new run is no evidence: {comparison.no_evidence}."
    return "No regression."


def milliseconds(times: Times) -> str:
    """Show response times: the median, and the range of eight in ten."""
    low, median, high = (t * 1000 for t in (times.low_s, times.median_s, times.high_s))
    return f"{median:.0f} ms ({low:.0f} to {high:.0f} ms, {counted(times.count, 'answer')})"


def _lines(comparison: Comparison) -> Iterator[str]:
    yield from paragraph(f"Old: {_side(comparison.old)}", "", "     ")
    yield from paragraph(f"New: {_side(comparison.new)}", "", "     ")
    for sentence in comparison.unlike:
        yield from paragraph(f"Not alike: {sentence}.", "", "  ")
    yield ""
    for group in GROUPS:
        those = comparison.those(group)
        if those:
            yield f"{TITLES[group]}: {len(those)}"
            for each in those[:SHOWN_REQUIREMENTS]:
                yield from _verdicts(each)
            if len(those) > SHOWN_REQUIREMENTS:
                yield f"  ... and {len(those) - SHOWN_REQUIREMENTS} more"
            yield ""
    if comparison.latencies:
        yield f"Response times that moved: {len(comparison.latencies)}"
        for shift in comparison.latencies:
            yield from _shift(shift)
        yield ""
    yield from _changes(comparison)
    yield from paragraph(verdict_line(comparison))


def _side(side: Side) -> str:
    named = ", ".join(text for text in (side.iut, side.firmware, side.address) if text)
    return f"{named}; {side.opened_at}; {side.verdict.upper()}"


def _verdicts(each: ChangedVerdict) -> Iterator[str]:
    marks = [each.strength]
    if each.regression:
        marks.append("regression")
    if each.waived:
        marks.append("waived")
    yield from paragraph(f"{each.requirement} ({', '.join(marks)}) {each.sentence}", "  ")
    yield from paragraph(
        f"was {each.old.value}, is {each.new.value}: {each.new_reason}", "    ", "      "
    )


def _shift(shift: Shift) -> Iterator[str]:
    text = f"{shift.command}: was {milliseconds(shift.old)}, is {milliseconds(shift.new)}"
    yield from paragraph(text, "  ", "    ")


def _changes(comparison: Comparison) -> Iterator[str]:
    difference = comparison.difference
    changes = difference.unexplained
    if changes:
        yield f"Other behaviour without another verdict: {len(changes)}"
        for change in changes[:SHOWN_CHANGES]:
            yield from _change(change)
        if len(changes) > SHOWN_CHANGES:
            yield f"  ... and {len(changes) - SHOWN_CHANGES} more"
    told = len(difference.changes) - len(changes)
    if told:
        yield f"{counted(told, 'change')} of behaviour with another verdict, above."
    if difference.another_package:
        yield from paragraph("Another package: lengths, digests and data are not compared.")
    if difference.only_old or difference.only_new:
        text = (
            f"Not compared, since only one run came to it: {difference.only_old} places of the "
            f"old run, {difference.only_new} of the new one."
        )
        yield from paragraph(text)
    if changes or told:
        yield ""


def _change(change: Change) -> Iterator[str]:
    times = f" and {counted(change.count - 1, 'other place')}" if change.count > 1 else ""
    where = f", in {change.purpose}{times}" if change.purpose else ""
    yield from paragraph(f"{change.where}{where}", "  ")
    for name, text, line in (
        ("was", change.old, change.old_line),
        ("is", change.new, change.new_line),
    ):
        place = f" (log line {line})" if line else ""
        yield from paragraph(f"{name:3} {text}{place}", "    ", "        ")
