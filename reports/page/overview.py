"""The page's head, and what was tested: verdict, IUT, PICS, PIXIT."""

from collections.abc import Iterator, Mapping

from atverdict.conformance.evidence.log import RoundTrip
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.claim import Claim
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.case import blocked, cases, mandatory_counts, verdict_sentence
from atverdict.reports.dossier import Dossier
from atverdict.reports.markup import Html, tag
from atverdict.reports.page.parts import GLYPH, chip, entries, section, table
from atverdict.reports.text import dotted

__all__ = ["head", "identification", "name_of", "statements"]


def name_of(judgement: Judgement) -> str:
    """Return the IUT's name and firmware, or its address where it has no name."""
    iut = judgement.header.iut
    name = " ".join(part for part in (iut.get("name"), iut.get("firmware")) if part)
    return name or judgement.header.address


def head(run: Dossier) -> Html:
    """Return the verdict, what it rests on, and the counts."""
    judgement = run.judgement
    outcome = judgement.outcome
    counts = mandatory_counts(judgement)
    notes: list[Html] = []
    if judgement.suite_error:
        notes.append(_note("The suite itself failed", f"{judgement.suite_error}."))
    if not judgement.complete:
        reason = judgement.incomplete_reason
        notes.append(_note("This run is not complete", f"{reason}. The page shows a part."))
    notes += [_note("First contact", note) for note in judgement.contact]
    notes += [_note("Not tried again", f"{note}.") for note in judgement.not_again]
    for problem, group in blocked(cases(judgement)):
        notes.append(_note(f"{len(group)} requirements could not be reached", f"{problem}."))
    if counts.open:
        text = f"{counts.open} of {counts.mandatory} mandatory requirements were not judged"
        notes.append(_note(text, "This run says nothing about them; the reasons stand below."))
    if run.waived is not None and run.waived.requirements:
        names = ", ".join(each.requirement for each in run.waived.requirements)
        notes.append(_note("Waived, but still broken", f"{names}."))
    notes += (_note("Around the IUT", sentence) for sentence in judgement.environment)
    if judgement.header.selection:
        chosen = ", ".join(judgement.header.selection)
        notes.append(_note("Only a part was selected", f"{chosen}."))
    wrong = [claim.name for claim in judgement.pics if claim.match is False]
    if wrong:
        notes.append(_note("The PICS does not match the IUT", f"{', '.join(wrong)}."))
    said = verdict_sentence(judgement)
    return tag(
        "header",
        tag("p", "atverdict: conformance to the QuecThing AT SOTA flow", class_="kicker"),
        tag("h1", name_of(judgement)),
        tag(
            "div",
            tag(
                "p",
                tag("span", GLYPH[outcome], aria_hidden="true"),
                f" {outcome.name}",
                class_="word",
            ),
            tag("p", said[:1].upper() + said[1:], class_="said"),
            class_=f"verdict {outcome.value}",
        ),
        tag("ul", *notes, class_="notes") if notes else "",
        _bar(judgement),
        _counts(judgement),
    )


def _note(what: str, more: str) -> Html:
    return tag("li", tag("strong", what, "."), " ", more)


_ANCHOR = {
    Outcome.FAIL: "failed",
    Outcome.WARNING: "warnings",
    Outcome.INCONCLUSIVE: "inconclusive",
    Outcome.NOT_TESTED: "not-tested",
    Outcome.NOT_APPLICABLE: "not-applicable",
    Outcome.PASS: "requirements",
}


def _shown(judgement: Judgement) -> Iterator[tuple[Outcome, int]]:
    return ((o, count) for o in _ANCHOR if (count := judgement.count(o)))


def _bar(judgement: Judgement) -> Html:
    """Return the counts as a bar; the list beside it has them in words."""
    parts = (
        tag("span", class_=outcome.value, style=f"flex-grow:{count}")
        for outcome, count in _shown(judgement)
    )
    return tag("div", *parts, class_="bar", aria_hidden="true")


def _counts(judgement: Judgement) -> Html:
    items = (
        tag("li", tag("a", chip(outcome, f"{count} {outcome.value}"), href=f"#{_ANCHOR[outcome]}"))
        for outcome, count in _shown(judgement)
    )
    return tag("ul", *items, class_="counts")


def identification(run: Dossier) -> Html:
    """Return what was tested, with what, and under which specification."""
    judgement = run.judgement
    header = judgement.header
    pairs = (
        ("IUT", header.iut.get("name") or "not named"),
        ("Firmware", header.iut.get("firmware") or "not told"),
        ("Address", tag("code", header.address)),
        ("Transport", _transport(judgement)),
        ("Role", header.role),
        ("Profile", header.profile),
        ("Effort", header.effort),
        ("Selection", ", ".join(header.selection) or "everything"),
        ("Opened at", header.opened_at or "not told"),
        ("Lasted", f"{judgement.duration_s:.1f} s on the log's clock"),
        ("Upgrade plans used", str(judgement.plans_used)),
        ("Complete", "yes" if judgement.complete else f"no: {judgement.incomplete_reason}"),
        ("Suite", f"atverdict {header.suite_version}"),
        ("Specification (SHA-256)", tag("code", header.specification)),
        ("Conformance log (SHA-256)", tag("code", run.log_sha256 or "not told")),
        ("Conformance log", f"{run.log_octets:,} octets"),
    )
    return section("identification", "What was tested", entries(pairs))


def _transport(judgement: Judgement) -> str:
    header = judgement.header
    rate = f", {header.baudrate} bit/s" if header.baudrate else ""
    doubt = f", instants within {header.uncertainty_s * 1000:g} ms" if header.uncertainty_s else ""
    measured = judgement.round_trip
    took = f", AT answered in {_round_trip(measured)}" if measured else ""
    return f"{header.transport}{rate}{doubt}{took}"


def _round_trip(measured: RoundTrip) -> str:
    times = (measured.least_s, measured.median_s, measured.most_s)
    least, median, most = (f"{time_s * 1000:.1f}" for time_s in times)
    return f"{least} to {most} ms, {median} ms in the median"


def statements(judgement: Judgement) -> Html:
    """Return the PICS beside what was seen, and the PIXIT as used."""
    claims = [*map(_claim, judgement.pics), *_unsupported(judgement.header.pics)]
    pics = table(
        "PICS: what the IUT is declared to be able to do, and what it has shown",
        ("Entry", "Declared", "Seen", "Agree"),
        claims or [("nothing", "nothing", "a host says nothing of itself", "")],
    )
    pixit = table(
        "PIXIT: what the laboratory told the suite; secrets are left out",
        ("Entry", "Value"),
        ((name, _value(value)) for name, value in dotted(judgement.header.pixit)),
    )
    return section("statements", "PICS and PIXIT", pics, pixit)


def _claim(claim: Claim) -> tuple[str, ...]:
    agree = {True: "yes", False: "no", None: "cannot be told"}[claim.match]
    return claim.name, _value(claim.declared), _value(claim.observed), agree


def _unsupported(pics: Mapping[str, object]) -> Iterator[tuple[str, ...]]:
    """Yield the requirements that the PICS does not claim."""
    declared = pics.get("not_supported")
    for name, reason in declared.items() if isinstance(declared, dict) else ():
        yield f"not supported: {name}", str(reason), "", "taken as declared"


def _value(value: object) -> str:
    if value is None or value == "":
        return "not told"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
