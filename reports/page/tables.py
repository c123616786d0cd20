"""The page's tables: all requirements, the test purposes, and the traceability matrix."""

from collections.abc import Iterator, Sequence

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.conformance.judge.purpose_run import PurposeRun
from atverdict.reports.foreign import foreign_rows
from atverdict.reports.formats.matrix import MatrixRow, lines_text, rows
from atverdict.reports.formats.result import purpose_verdict
from atverdict.reports.markup import LINE, Html, join, prose, tag
from atverdict.reports.page.parts import chip, section, table
from atverdict.spec.loader import load_specification
from atverdict.spec.model import Strength

__all__ = ["foreign_lines", "matrix", "purposes", "requirements"]

SHOWN_PURPOSES = 3
"""The most purposes in a cell that are not folded."""
_OF_PURPOSE = {
    "pass": Outcome.PASS,
    "fail": Outcome.FAIL,
    "inconclusive": Outcome.INCONCLUSIVE,
    "error": Outcome.INCONCLUSIVE,
}


def requirements(judgement: Judgement) -> Html:
    """Return all requirements by area, with a form that filters them; it needs a script."""
    verdicts = judgement.requirements.values()
    areas = load_specification().areas
    columns = ("Requirement", "Verdict", "Sentence and reason")
    bodies = [
        _area(areas[name].title, [v for v in verdicts if v.requirement.area == name])
        for name in sorted({v.requirement.area for v in verdicts}, key=lambda n: areas[n].number)
    ]
    inner = tag(
        "table",
        tag("caption", "All requirements of this role, by area"),
        tag("thead", tag("tr", *(tag("th", column, scope="col") for column in columns))),
        *bodies,
        class_="reflow",
    )
    return section("requirements", f"Requirements ({len(verdicts)})", _filter(judgement), inner)


def foreign_lines(judgement: Judgement) -> Html:
    """Return the lines that answer nothing and are no event, with a guess at each."""
    rows = foreign_rows(judgement)
    shown = (
        table(
            "Lines that answer nothing and are no event; nothing is held against the IUT for them",
            ("Line", "What it may be", "Times", "First"),
            rows,
        )
        if rows
        else tag("p", "None came.")
    )
    return section("foreign-lines", f"Foreign lines ({len(rows)})", shown)


def _filter(judgement: Judgement) -> Html:
    """Return the form; it is hidden until the script shows it, and sends nothing."""
    outcomes = [("", "every verdict"), ("other", "all but pass")]
    outcomes += [
        (outcome.value, f"{outcome.value} ({judgement.count(outcome)})") for outcome in Outcome
    ]
    strengths = [("", "every strength"), *((s.value, s.value) for s in Strength)]
    return tag(
        "form",
        tag("label", "Verdict ", _choice("filter-verdict", outcomes)),
        tag("label", "Strength ", _choice("filter-strength", strengths)),
        tag("label", "Text ", tag("input", type="search", id="filter-text", autocomplete="off")),
        tag("output", id="filter-count", aria_live="polite"),
        id="filter",
        role="search",
        aria_label="Filter the requirements",
        hidden="",
    )


def _choice(identifier: str, options: Sequence[tuple[str, str]]) -> Html:
    # An empty value must be written out: without one the option's text would be its value.
    values = (
        tag("option", text, value=value)
        if value
        else Html(f'<option value="">{join([text])}</option>')
        for value, text in options
    )
    return tag("select", *values, id=identifier)


def _area(title: str, those: Sequence[RequirementVerdict]) -> Html:
    counts = ", ".join(
        f"{count} {outcome.value}"
        for outcome in Outcome
        if (count := sum(1 for v in those if v.outcome is outcome))
    )
    head = tag(
        "tr",
        tag("th", title, " ", tag("small", counts), colspan="3", scope="rowgroup"),
        class_="area",
    )
    return tag("tbody", head, LINE, join(map(_requirement, those), LINE), LINE)


def _requirement(verdict: RequirementVerdict) -> Html:
    requirement = verdict.requirement
    strength = requirement.strength.value
    card = verdict.outcome in (Outcome.FAIL, Outcome.WARNING)
    name = tag("a", requirement.id, href=f"#{requirement.id}") if card else requirement.id
    return tag(
        "tr",
        tag("th", name, " ", tag("small", strength), scope="row"),
        tag("td", chip(verdict.outcome)),
        tag("td", prose(requirement.text), " ", tag("span", verdict.reason, class_="reason")),
        id=f"row-{requirement.id}",
        data_verdict=verdict.outcome.value,
        data_strength=strength,
    )


def purposes(judgement: Judgement) -> Html:
    """Return the test purposes as they ran."""
    title = f"Test purposes ({len(judgement.purposes)})"
    if not judgement.purposes:
        return section("purposes", title, tag("p", "No test purpose ran."))
    columns = ("Test purpose", "Verdict", "Lasted", "Sentence")
    shown = table(
        "Test purposes in the order in which they ran", columns, map(_purpose, judgement.purposes)
    )
    return section("purposes", title, shown)


def _purpose(purpose: PurposeRun) -> tuple[str, ...]:
    verdict = purpose_verdict(purpose)
    problem = "" if purpose.ended else "it did not end"
    because = purpose.problem or problem
    return (
        tag("code", purpose.name),
        chip(_OF_PURPOSE[verdict], verdict),
        f"{purpose.duration_s:.3f} s",
        join(
            [purpose.sentence, *([tag("span", " ", because, class_="reason")] if because else [])]
        ),
    )


def matrix(judgement: Judgement) -> Html:
    """Return the traceability matrix."""
    columns = ("Requirement", "Clauses", "Checks", "Test purposes", "Verdict", "Evidence")
    shown = table("Traceability matrix", columns, map(_row, rows(judgement)), class_="matrix")
    note = tag(
        "p",
        "Evidence is the line of the conformance log. The same table for spreadsheets is ",
        tag("code", "matrix.csv"),
        ".",
    )
    return section("matrix", "Traceability", note, shown)


def _row(row: MatrixRow) -> tuple[str, ...]:
    verdict = row.verdict
    return (
        verdict.requirement.id,
        "; ".join(verdict.requirement.sources),
        join(_codes(row.checks), " "),
        _purposes(verdict.purposes),
        chip(verdict.outcome),
        f"line {lines_text(row.lines)}" if row.lines else "none",
    )


def _codes(names: Sequence[str]) -> Iterator[Html]:
    return (tag("code", name) for name in names)


def _purposes(names: Sequence[str]) -> Html:
    if len(names) <= SHOWN_PURPOSES:
        return join(_codes(names) if names else ["none"], " ")
    return tag(
        "details", tag("summary", f"{len(names)} purposes"), tag("p", join(_codes(names), " "))
    )
