"""The summary of a run for a terminal or a CI log."""

import textwrap
from collections.abc import Iterator

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.case import Case, cases
from atverdict.reports.standing import sentence

__all__ = ["summary"]

WIDTH = 80
SHOWN_NOT_TESTED = 6
_TITLE = {
    Outcome.FAIL: "Broken",
    Outcome.INCONCLUSIVE: "Could not be judged",
    Outcome.WARNING: "Warnings (broken SHOULD)",
}


def summary(judgement: Judgement) -> str:
    """Return the verdict, each requirement that did not pass, and what was not judged."""
    return "\n".join(_lines(judgement)) + "\n"


def _lines(judgement: Judgement) -> Iterator[str]:
    shown = cases(judgement)
    if judgement.proved:
        for outcome, title in _TITLE.items():
            those = [case for case in shown if case.outcome is outcome]
            if those:
                yield f"{title}: {len(those)}"
                for case in those:
                    yield from _case(case)
                yield ""
    yield from _not_tested([case for case in shown if case.outcome is Outcome.NOT_TESTED])
    for claim in judgement.pics:
        if claim.match is False:
            seen = f"the IUT says {claim.observed}"
            text = f"PICS: {claim.name} is declared as {claim.declared}; {seen}."
            yield from _wrapped(text, "")
    counts = ", ".join(
        f"{judgement.count(outcome)} {outcome.value}"
        for outcome in Outcome
        if judgement.count(outcome)
    )
    yield from textwrap.wrap(f"{len(shown)} requirements: {counts}.", WIDTH)
    # An option that it names must not be torn.
    yield from textwrap.wrap(_verdict(judgement), WIDTH, break_on_hyphens=False)


def _case(case: Case) -> Iterator[str]:
    yield from _wrapped(f"{case.identifier} ({case.strength}) {case.sentence}", "  ")
    yield from _wrapped(case.reason, "    ")
    if case.excerpt:
        for line in case.excerpt.splitlines()[-4:]:
            yield f"      | {_cut(line)}"
    yield f"    Repeat: {case.repeat}"


def _cut(line: str) -> str:
    """Keep a line of the wire on one line of the terminal."""
    room = WIDTH - len("      | ")
    return line if len(line) <= room else line[: room - 4] + " ..."


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _not_tested(those: list[Case]) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for case in those:
        reasons.setdefault(case.reason, []).append(case.identifier)
    for reason, identifiers in sorted(reasons.items(), key=lambda entry: -len(entry[1])):
        names = ", ".join(identifiers[:SHOWN_NOT_TESTED])
        more = (
            f" and {len(identifiers) - SHOWN_NOT_TESTED} more"
            if len(identifiers) > SHOWN_NOT_TESTED
            else ""
        )
        yield from _wrapped(f"Not tested, {reason}: {names}{more}.", "")
    if those:
        yield ""


def _verdict(judgement: Judgement) -> str:
    mark = ":" if judgement.outcome is Outcome.INCONCLUSIVE else "."
    return f"Verdict: {judgement.outcome.name}{mark} {sentence(judgement)}"
