"""Foreign lines as every report tells them: the line, its guess, how often, and since when."""

from collections.abc import Sequence

from atverdict.conformance.judge.judgement import Judgement

__all__ = ["SHOWN_LINES", "foreign_rows", "foreign_sentences"]

SHOWN_LINES = 12
"""The most foreign lines that a short report lists."""
UNKNOWN = "nothing known"


def foreign_rows(judgement: Judgement) -> list[Sequence[str]]:
    """Return the line, what it may be, how often it came, and the instant of the first one."""
    return [
        (each.line, each.guess or UNKNOWN, str(each.count), f"{each.first_s:.3f} s")
        for each in judgement.foreign_lines
    ]


def foreign_sentences(judgement: Judgement) -> list[str]:
    """Return one sentence for each foreign line, and how many are left out."""
    rows = foreign_rows(judgement)
    told = [
        f"{line} ({guess}; {count} times, first at {first})"
        if count != "1"
        else f"{line} ({guess}; once, at {first})"
        for line, guess, count, first in rows[:SHOWN_LINES]
    ]
    left_out = len(rows) - SHOWN_LINES
    return [*told, f"... and {left_out} more"] if left_out > 0 else told
