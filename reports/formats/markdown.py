"""`summary.md`: the verdict on a CI job's page, in Markdown."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.case import Case, cases, causes, verdict_sentence
from atverdict.reports.foreign import foreign_sentences
from atverdict.reports.markup import plain
from atverdict.reports.reason import by_reason
from atverdict.reports.text import wrapped
from atverdict.reports.waiver import Waived

__all__ = ["markdown", "write_markdown"]

REASON_CHARACTERS = 160
"""The length of a reason on a job's page; the report has the whole of it."""
_TABLES = {
    Outcome.FAIL: "Failed",
    Outcome.WARNING: "Warnings",
    Outcome.INCONCLUSIVE: "Inconclusive",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~!@$])|(://)|(\bwww\.)", re.IGNORECASE)


def markdown(judgement: Judgement, waived: Waived | None = None) -> str:
    """Return the summary: verdict, counts, and every requirement that is no pass."""
    parts = (*_lines(judgement), *_around(judgement), *_waived(waived or Waived()))
    return "\n".join(parts) + "\n"


def _around(judgement: Judgement) -> Iterator[str]:
    """Yield what was seen around the IUT, and the lines that belong to nothing."""
    if judgement.environment:
        yield from ("", "### Around the IUT", "")
        yield from (f"- {_text(sentence)}" for sentence in judgement.environment)
    lines = foreign_sentences(judgement)
    if lines:
        yield from ("", f"### Foreign lines ({len(judgement.foreign_lines)})", "")
        yield from (f"- {_text(_cut(line))}" for line in lines)


def _waived(waived: Waived) -> Iterator[str]:
    if waived.requirements or waived.problems:
        yield from ("", "### Waivers", "")
    for each in waived.requirements:
        by = f"waived by {_text(each.who)} until {each.expires}: {_text(_cut(each.why))}"
        yield f"- {each.requirement}, still broken, {by}"
    for problem in waived.problems:
        yield f"- {_text(_cut(problem))}"


def _lines(judgement: Judgement) -> Iterator[str]:
    header = judgement.header
    shown = cases(judgement)
    outcome = judgement.outcome.name
    yield f"## atverdict: {outcome}"
    yield ""
    yield _text(verdict_sentence(judgement))
    yield ""
    name = " ".join(header.iut.get(key, "") for key in ("name", "firmware")).strip()
    yield f"IUT: {_text(name or 'not named')}, at {_text(header.address)}"
    yield f"by profile {_text(header.profile)}, suite {_text(header.suite_version)}."
    for note in judgement.contact:
        yield from ("", f"First contact: {_text(note)}")
    for note in judgement.not_again:
        yield from ("", f"Not tried again: {_text(note)}.")
    yield ""
    yield "| " + " | ".join(outcome.value for outcome in Outcome) + " |"
    yield "|" + "---:|" * len(Outcome)
    yield "| " + " | ".join(str(judgement.count(outcome)) for outcome in Outcome) + " |"
    for outcome_shown, title in _TABLES.items():
        those = causes(judgement, outcome_shown)
        if those:
            yield from _table(title, those)
    for outcome_shown, title in (
        (Outcome.NOT_TESTED, "Not tested"),
        (Outcome.NOT_APPLICABLE, "Not applicable"),
    ):
        those = [case for case in shown if case.outcome is outcome_shown]
        if those:
            yield from ("", f"### {title} ({len(those)})", "")
            for reason, group in by_reason((case.reason, case) for case in those):
                names = ", ".join(case.identifier for case in group)
                yield f"- {_text(_cut(reason))}: {names}"


def _table(title: str, those: list[Case]) -> Iterator[str]:
    """Yield a table; requirements with the same reason share a row."""
    yield from ("", f"### {title} ({len(those)})", "")
    yield from ("| requirement | sentence | reason |", "|---|---|---|")
    for reason, group in by_reason((case.reason, case) for case in those):
        first = group[0]
        names = ", ".join(f"{case.identifier} ({case.strength})" for case in group)
        said = first.sentence if len(group) == 1 else f"{len(group)} requirements"
        follow = ", ".join(effect.identifier for case in group for effect in case.effects)
        names += f"; from it follow {follow}" if follow else ""
        yield f"| {names} | {_text(said)} | {_text(_cut(reason))} |"


def _cut(text: str) -> str:
    return wrapped(plain(text), REASON_CHARACTERS, 1)[0]


def _text(text: str) -> str:
    """Return text in which Markdown sees no markup, link, mention or end of a cell."""
    marked = _SPECIAL.sub(lambda found: f"\\{found[0]}" if found[1] else _unlinked(found[0]), text)
    return html.escape(plain(marked), quote=False)


def _unlinked(text: str) -> str:
    return text.replace("://", r"\://").replace(".", r"\.")


def write_markdown(judgement: Judgement, path: Path, waived: Waived | None = None) -> None:
    """Write `summary.md`."""
    path.write_bytes(markdown(judgement, waived).encode("utf-8"))
