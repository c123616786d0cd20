"""The summary of a run for a terminal or a CI log."""

from collections.abc import Iterator

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.case import Case, blocked, cases, causes, verdict_sentence
from atverdict.reports.foreign import foreign_sentences
from atverdict.reports.reason import by_reason
from atverdict.reports.text import WIDTH, paragraph, wrapped

__all__ = ["summary"]

SHOWN_LINES = 4
SHOWN_NOT_TESTED = 6
WIRE = "      | "
"""Before a line of the wire, which is kept on one line of the terminal."""
_TITLE = {
    Outcome.FAIL: "Broken",
    Outcome.INCONCLUSIVE: "Could not be judged",
    Outcome.WARNING: "Warnings (broken SHOULD)",
}
_WORDS = {
    Outcome.FAIL: "broken, too",
    Outcome.WARNING: "broken, which is a warning",
    Outcome.INCONCLUSIVE: "cannot be told",
}


def summary(judgement: Judgement) -> str:
    """Return the verdict, each requirement that did not pass, and what was not judged."""
    return "\n".join(_lines(judgement)) + "\n"


def _lines(judgement: Judgement) -> Iterator[str]:
    shown = cases(judgement)
    if judgement.proved:
        for outcome, title in _TITLE.items():
            those = causes(judgement, outcome)
            if those:
                follow = judgement.count(outcome) - len(those)
                yield f"{title}: {len(those)}{f', and {follow} in consequence' if follow else ''}"
                yield from _cases(those)
                yield ""
    yield from _not_tested([case for case in shown if case.outcome is Outcome.NOT_TESTED])
    yield from _around(judgement)
    for note in judgement.contact:
        yield from paragraph(f"First contact: {note}")
    for claim in judgement.pics:
        if claim.match is False:
            seen = f"the IUT says {claim.observed}"
            text = f"PICS: {claim.name} is declared as {claim.declared}; {seen}."
            yield from paragraph(text)
    counts = ", ".join(
        f"{judgement.count(outcome)} {outcome.value}"
        for outcome in Outcome
        if judgement.count(outcome)
    )
    yield from paragraph(f"{len(shown)} requirements: {counts}.")
    yield from paragraph(_verdict(judgement))


def _around(judgement: Judgement) -> Iterator[str]:
    """Yield what was not tried again, what was seen around the IUT, and foreign lines."""
    for note in judgement.not_again:
        yield from paragraph(f"Not tried again: {note}.")
    for sentence in judgement.environment:
        yield from paragraph(f"Around the IUT: {sentence}")
    count = len(judgement.foreign_lines)
    if count:
        yield f"Foreign lines, which answer nothing and are no event: {count}"
        for line in foreign_sentences(judgement):
            yield from paragraph(line, "  ", "    ")
        yield ""


def _cases(those: list[Case]) -> Iterator[str]:
    """Yield one block for what one problem has kept from being judged, and one for each other."""
    together = blocked(those)
    for problem, group in together:
        yield from paragraph(f"{len(group)} requirements: {problem}", "  ")
        yield from paragraph(_names(group), "    ")
    grouped = {case.identifier for _, group in together for case in group}
    for case in those:
        if case.identifier not in grouped:
            yield from _case(case)


def _case(case: Case) -> Iterator[str]:
    yield from paragraph(f"{case.identifier} ({case.strength}) {case.sentence}", "  ")
    yield from paragraph(case.reason, "    ")
    if case.excerpt:
        for line in _ends(case.excerpt.splitlines()):
            yield f"{WIRE}{wrapped(line, WIDTH - len(WIRE), 1)[0]}"
    yield f"    Repeat: {case.repeat}"
    for effect in case.effects:
        follows = f"{effect.identifier} follows from it: {_WORDS[effect.outcome]}"
        yield from paragraph(follows, "    ", "      ")


def _ends(lines: list[str]) -> list[str]:
    """Keep the first line, which is the command, and the last ones."""
    left_out = len(lines) - SHOWN_LINES
    if left_out <= 0:
        return lines
    return [lines[0], f"... {left_out} further lines", *lines[1 - SHOWN_LINES :]]


def _not_tested(those: list[Case]) -> Iterator[str]:
    groups = by_reason((case.blocked or case.reason, case) for case in those)
    for reason, group in sorted(groups, key=lambda group: -len(group[1])):
        yield from paragraph(f"Not tested, {reason}: {_names(group)}.")
    if those:
        yield ""


def _names(group: list[Case]) -> str:
    names = ", ".join(case.identifier for case in group[:SHOWN_NOT_TESTED])
    left_out = len(group) - SHOWN_NOT_TESTED
    return f"{names} and {left_out} more" if left_out > 0 else names


def _verdict(judgement: Judgement) -> str:
    mark = ":" if judgement.outcome is Outcome.INCONCLUSIVE else "."
    return f"Verdict: {judgement.outcome.name}{mark} {verdict_sentence(judgement)}"
