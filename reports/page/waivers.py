"""The page's waivers: requirement, reason, person, last day."""

from atverdict.reports.markup import Html, tag
from atverdict.reports.page.parts import section, see, table
from atverdict.reports.waiver import Waived

__all__ = ["waivers"]


def waivers(waived: Waived) -> Html:
    """Return what is waived, and what is wrong with waivers; a waiver changes no verdict."""
    rows = [
        (
            see(each.requirement),
            each.reason,
            each.why,
            each.who,
            str(each.expires),
            tag("a", each.link, href=each.link) if each.link else "",
        )
        for each in waived.requirements
    ]
    shown = table(
        "Waived, but still broken",
        ("Requirement", "Reason of the fail", "Why it is waived", "By", "Until", "Link"),
        rows,
    )
    problems = [tag("li", problem) for problem in waived.problems]
    wrong = tag("p", tag("strong", "Waivers that cover nothing:"))
    return section(
        "waivers",
        "Waivers",
        *((shown,) if rows else ()),
        *((wrong, tag("ul", *problems)) if problems else ()),
        *(() if rows or problems else (tag("p", "There is no waiver in the file."),)),
    )
