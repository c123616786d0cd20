"""Parts that several sections of the page share: verdict marks, tables, lists of entries."""

from collections.abc import Iterable, Sequence

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.reports.markup import LINE, Html, join, tag

__all__ = ["GLYPH", "chip", "entries", "figure", "scrolling", "section", "see", "table"]

GLYPH = {
    Outcome.PASS: "\u2713",
    Outcome.FAIL: "\u2717",
    Outcome.INCONCLUSIVE: "?",
    Outcome.WARNING: "!",
    Outcome.NOT_TESTED: "\u2013",
    Outcome.NOT_APPLICABLE: "\u00d7",
}
"""A sign beside the word: the colour is not needed to tell verdicts apart."""


def chip(outcome: Outcome, text: str = "") -> Html:
    """Return a verdict with its sign."""
    return tag(
        "span",
        tag("span", GLYPH[outcome], aria_hidden="true"),
        f" {text or outcome.value}",
        class_=f"chip {outcome.value}",
    )


def section(identifier: str, title: str, *children: str) -> Html:
    """Return a section with its heading, which names it for screen readers."""
    heading = f"{identifier}-title"
    return tag(
        "section",
        LINE,
        tag("h2", title, id=heading),
        LINE,
        join(children, LINE),
        LINE,
        id=identifier,
        aria_labelledby=heading,
    )


def table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]], class_: str = "plain"
) -> Html:
    """Return a table in a box that scrolls; its first column heads the rows."""
    head = tag("tr", *(tag("th", column, scope="col") for column in columns))
    body = [
        tag("tr", tag("th", first, scope="row"), *(tag("td", cell) for cell in others))
        for first, *others in rows
    ]
    inner = tag(
        "table",
        tag("caption", caption),
        tag("thead", head),
        tag("tbody", LINE, join(body, LINE), LINE),
        class_=class_,
    )
    return scrolling(caption, inner)


def scrolling(label: str, inner: Html) -> Html:
    """Return a box that scrolls where its content is wider than the screen."""
    return tag("div", inner, class_="scroll", tabindex="0", role="region", aria_label=label)


def figure(label: str, picture: Html) -> Html:
    """Return a picture in a box that scrolls."""
    return tag("figure", scrolling(label, picture))


def entries(pairs: Iterable[tuple[str, str]], class_: str = "entries") -> Html:
    """Return names with their values."""
    items = (tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs)
    return tag("dl", *items, class_=class_)


def see(identifier: str) -> Html:
    """Return a requirement's ID as a link to its row."""
    return tag("a", identifier, href=f"#row-{identifier}")
