"""A comparison as one page that loads nothing and needs no script."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from atverdict.reports.comparison.as_text import TITLES, milliseconds, verdict_line
from atverdict.reports.comparison.comparison import GROUPS, ChangedVerdict, Comparison, Side
from atverdict.reports.comparison.difference import Change

__all__ = ["comparison_html", "write_comparison_html"]

LISTED_CHANGES = 200
RUNS = ("Run", "IUT", "Firmware", "Address", "Date", "Verdict", "Log, SHA-256")
CHANGED = ("Requirement", "Sentence", "Was", "Is", "Reason")
STYLE = """
:root { color-scheme: light dark; --line: #8886; --bad: #b3261e; --good: #1b6e3c; --soft: #8882; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7ddc9f; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; min-width: 5rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; background: var(--soft); }
.verdict { font-size: 1.2rem; font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; } .good { color: var(--good); font-weight: 600; }
small { opacity: .8; }
@media (max-width: 45rem) {
  thead { position: absolute; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; } tr { border-bottom: 1px solid var(--line); }
  td { border: 0; padding: .15rem 0; } td::before { content: attr(data-of) ": "; opacity: .8; }
}
@media print { body { max-width: none; } .wide { overflow: visible; } }
"""


def comparison_html(comparison: Comparison) -> str:
    """Return the page; all that comes from an IUT or a log is text in it."""
    return "\n".join(_page(comparison)) + "\n"


def write_comparison_html(comparison: Comparison, path: Path) -> None:
    """Write the page."""
    path.write_text(comparison_html(comparison), encoding="utf-8")


def _page(comparison: Comparison) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>atverdict: comparison of two runs</title>\n<style>{STYLE}</style>"
    yield "</head>\n<body>\n<main>\n<h1>Comparison of two runs</h1>"
    mood = "bad" if comparison.regressions else "good"
    yield f'<p class="verdict {mood}">{escape(verdict_line(comparison))}</p>'
    sides = (("old", comparison.old), ("new", comparison.new))
    yield from _table("The runs", RUNS, (_side(*each) for each in sides))
    if comparison.unlike:
        yield "<h2>Not alike</h2>\n<ul>"
        yield from (f"<li>{escape(sentence)}</li>" for sentence in comparison.unlike)
        yield "</ul>"
    for group in GROUPS:
        those = comparison.those(group)
        title = f"{TITLES[group]}: {len(those)}"
        yield from _table(title, CHANGED, (_verdicts(each) for each in those))
    yield from _latencies(comparison)
    yield from _behaviour(comparison)
    yield "</main>\n</body>\n</html>"


def _latencies(comparison: Comparison) -> Iterator[str]:
    rows = (
        (
            f"<code>{escape(s.command)}</code>",
            escape(milliseconds(s.old)),
            escape(milliseconds(s.new)),
        )
        for s in comparison.latencies
    )
    title = f"Response times that moved: {len(comparison.latencies)}"
    yield from _table(title, ("Command line", "Median was", "Median is"), rows)


def _behaviour(comparison: Comparison) -> Iterator[str]:
    difference = comparison.difference
    changes = difference.unexplained
    columns = ("Where", "Purpose", "Was", "Is", "Places")
    title = f"Other behaviour without another verdict: {len(changes)}"
    yield from _table(title, columns, (_change(change) for change in changes[:LISTED_CHANGES]))
    if len(changes) > LISTED_CHANGES:
        yield f"<p>The first {LISTED_CHANGES} are shown.</p>"
    told = len(difference.changes) - len(changes)
    yield f"<p>Changes of behaviour with another verdict: {told}.</p>"
    if difference.another_package:
        yield "<p>Another package: lengths, digests and data are not compared.</p>"
    yield (
        f"<p>Not compared, since only one run came to it: {difference.only_old} places of the old "
        f"run, {difference.only_new} of the new one.</p>"
    )


def _table(title: str, columns: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield a section; cells are HTML already. Without rows it is a title alone."""
    yield f"<h2>{escape(title)}</h2>"
    starts = [f'<td data-of="{escape(column)}">' for column in columns]
    body = [
        "<tr>" + "".join(f"{start}{cell}</td>" for start, cell in zip(starts, row, strict=True))
        for row in rows
    ]
    if not body:
        return
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    yield f'<div class="wide"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>'
    yield from (f"{row}</tr>" for row in body)
    yield "</tbody>\n</table></div>"


def _side(name: str, side: Side) -> Iterator[str]:
    texts = (name, side.iut, side.firmware, side.address, side.opened_at, side.verdict)
    yield from (escape(text) for text in texts)
    yield f"<code>{escape(side.log_sha256)}</code>"


def _verdicts(each: ChangedVerdict) -> Iterator[str]:
    marks = [escape(each.strength)]
    if each.regression:
        marks.append('<span class="bad">regression</span>')
    if each.waived:
        marks.append("<strong>waived</strong>")
    yield f"{escape(each.requirement)}<br><small>{', '.join(marks)}</small>"
    yield from (escape(t) for t in (each.sentence, each.old.value, each.new.value, each.new_reason))


def _change(change: Change) -> Iterator[str]:
    yield f"<code>{escape(change.where)}</code>"
    yield escape(change.purpose)
    for text, line in ((change.old, change.old_line), (change.new, change.new_line)):
        place = f"<br><small>log line {line}</small>" if line else ""
        yield f"<code>{escape(text)}</code>{place}"
    yield str(change.count)
