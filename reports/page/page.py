"""`report.html`: the run for people, in one file that loads nothing and sends nothing."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from atverdict.conformance.judge.roles import part_of
from atverdict.reports.dossier import Dossier
from atverdict.reports.markup import LINE, Html, join, tag
from atverdict.reports.page.document import asset, document
from atverdict.reports.page.findings import findings, not_judged
from atverdict.reports.page.measures import latencies, reactions, upgrade
from atverdict.reports.page.overview import head, identification, name_of, statements
from atverdict.reports.page.tables import foreign_lines, matrix, purposes, requirements
from atverdict.reports.page.waivers import waivers
from atverdict.reports.scenes.collector import UPGRADE

__all__ = ["page", "write_page"]


def page(run: Dossier, pictures: Mapping[str, str]) -> str:
    """Return the page; `pictures` are sequence diagrams as SVG, which are not escaped."""
    judgement = run.judgement
    title = f"{judgement.outcome.name}: {name_of(judgement)}, atverdict report"
    parts = tuple(_sections(run, pictures))
    return document(
        title,
        tag("a", "Skip to the findings", href="#main", class_="skip"),
        head(run),
        _contents(),
        tag("main", LINE, join(parts, LINE), LINE, id="main", tabindex="-1"),
        _foot(run),
        script=asset("page.js"),
    )


def _sections(run: Dossier, pictures: Mapping[str, str]) -> Iterator[Html]:
    """Yield the sections; what is wrong comes first."""
    judgement = run.judgement
    yield from findings(run, pictures)
    yield from not_judged(judgement)
    if run.waived is not None:
        yield waivers(run.waived)
    yield identification(run)
    yield statements(judgement)
    yield upgrade(run.timeline, pictures.get(UPGRADE, ""))
    measures = reactions if part_of(judgement.header.role).iut_asks else latencies
    yield measures(run.latencies, run.limits_s)
    yield foreign_lines(judgement)
    yield requirements(judgement)
    yield purposes(judgement)
    yield matrix(judgement)


def _contents() -> Html:
    places = (
        ("identification", "What was tested"),
        ("statements", "PICS and PIXIT"),
        ("upgrade", "Upgrade"),
        ("latencies", "Response times"),
        ("foreign-lines", "Foreign lines"),
        ("requirements", "Requirements"),
        ("purposes", "Test purposes"),
        ("matrix", "Traceability"),
    )
    items = (tag("li", tag("a", title, href=f"#{name}")) for name, title in places)
    return tag("nav", tag("ul", *items), aria_label="Contents")


def _foot(run: Dossier) -> Html:
    return tag(
        "footer",
        tag(
            "p",
            "Made from the conformance log alone, SHA-256 ",
            tag("code", run.log_sha256 or "not told"),
            ". ",
            tag("code", "atverdict judge FOLDER"),
            " judges it again, without any module.",
        ),
    )


def write_page(run: Dossier, path: Path, pictures: Mapping[str, str]) -> None:
    """Write `report.html`."""
    path.write_bytes(page(run, pictures).encode("utf-8"))
