"""The waivers for a terminal or a CI log."""

from collections.abc import Iterator

from atverdict.reports.text import paragraph
from atverdict.reports.waiver import Waived

__all__ = ["waived_text"]


def waived_text(waived: Waived) -> str:
    """Return the fails that are waived, and the waivers that cover nothing."""
    return "".join(f"{line}\n" for line in _lines(waived))


def _lines(waived: Waived) -> Iterator[str]:
    if waived.requirements:
        yield f"Waived, but still broken: {len(waived.requirements)}"
    for each in waived.requirements:
        yield from paragraph(f"{each.requirement} by {each.who} until {each.expires}", "  ")
        yield from paragraph(each.why, "    ")
        if each.link:
            yield f"    {each.link}"
    for problem in waived.problems:
        yield from paragraph(f"Waiver: {problem}", further="  ")
