"""The page's findings: what is broken and what is open, with all that is known of it."""

from collections.abc import Iterator, Mapping, Sequence

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Place
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.finding import Circumstances, Finding
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.reports.case import strength_text
from atverdict.reports.dossier import Dossier
from atverdict.reports.markup import LINE, Html, join, prose, tag
from atverdict.reports.page.parts import chip, entries, figure, scrolling, section, see
from atverdict.reports.reason import (
    HEX_OCTETS,
    NEIGHBOURS,
    NOTHING,
    SHOWN_OCTETS,
    by_reason,
    deciding,
    first_difference,
    last_good,
    repeat_command,
    shown_places,
)
from atverdict.reports.text import counted

__all__ = ["findings", "not_judged"]

LISTED = 3
"""The least number of cards that get a list before them."""
FOLDED = 12
"""The least number of requirements with one reason whose list is folded."""
NEAR = 3
"""How many octets beside the one that differs have room on a phone."""
_SECTIONS = (
    (Outcome.FAIL, "failed", "Failed"),
    (Outcome.WARNING, "warnings", "Warnings: a SHOULD is broken"),
    (Outcome.INCONCLUSIVE, "inconclusive", "Inconclusive"),
)


def findings(run: Dossier, pictures: Mapping[str, str]) -> Iterator[Html]:
    """Yield a section each for what failed, for warnings and for what is inconclusive."""
    for outcome, identifier, title in _SECTIONS:
        those = run.judgement.causes(outcome)
        if those:
            follow = run.judgement.count(outcome) - len(those)
            more = f", and {follow} in consequence" if follow else ""
            heading = f"{title} ({len(those)}{more})"
            yield section(identifier, heading, *_cards(those, run, pictures))


def _those(judgement: Judgement, outcome: Outcome) -> list[RequirementVerdict]:
    return [v for v in judgement.requirements.values() if v.outcome is outcome]


def _cards(
    those: Sequence[RequirementVerdict], run: Dossier, pictures: Mapping[str, str]
) -> Iterator[Html]:
    """Yield a card for each finding; requirements without one are grouped by reason."""
    found = [(v, deciding(v)) for v in those if run.judgement.proved]
    told = [(v, finding) for v, finding in found if finding is not None]
    if len(told) >= LISTED:
        yield tag("p", "In the order of time; what follows from a finding is folded under it.")
        yield tag("ol", *(_entry(v, finding) for v, finding in told), class_="index")
    for verdict, finding in told:
        yield _card(verdict, finding, run, pictures)
    shown = {v.requirement.id for v, _ in told}
    others = [v for v in those if v.requirement.id not in shown]
    yield from _groups(others)
    if others and others[0].outcome is Outcome.INCONCLUSIVE:
        yield _repeat(repeat_command(run.judgement.header, others[0].requirement.id))


def _seen(found: Finding) -> tuple[int, float]:
    """Return line and instant of the last place of a finding; zeros where it has none."""
    return max(((place.line, place.instant_s) for place in found.places), default=(0, 0.0))


def _entry(verdict: RequirementVerdict, found: Finding) -> Html:
    identifier = verdict.requirement.id
    return tag(
        "li",
        tag("a", identifier, href=f"#{identifier}"),
        " ",
        _text(verdict),
        " ",
        tag("small", f"{_seen(found)[1]:.3f} s") if found.places else "",
    )


def _text(verdict: RequirementVerdict) -> Html:
    return prose(verdict.requirement.text)


def _card(
    verdict: RequirementVerdict, found: Finding, run: Dossier, pictures: Mapping[str, str]
) -> Html:
    requirement = verdict.requirement
    summary = tag(
        "summary",
        chip(verdict.outcome),
        tag("span", requirement.id, class_="id"),
        tag("span", strength_text(verdict), class_="strength"),
        tag("span", _text(verdict), class_="sentence"),
        # What is folded tells in a line what is in it.
        tag("span", found.reason, class_="reason") if verdict.outcome is not Outcome.FAIL else "",
    )
    parts = [
        _due_and_got(found),
        _where(found, verdict),
        *_wire(found, run.sent_lines),
        *_difference(found),
        *_last_good(found, verdict, run.sent_lines),
        *_picture(pictures.get(requirement.id, ""), requirement.id),
        *_circumstances(found.circumstances),
        _repeat(repeat_command(run.judgement.header, requirement.id)),
        tag("p", "By ", "; ".join(requirement.sources), class_="by"),
        *_effects(verdict, run, pictures),
    ]
    opened = {"open": ""} if verdict.outcome is Outcome.FAIL and not verdict.follows else {}
    return tag(
        "details",
        summary,
        LINE,
        tag("div", join(parts, LINE), class_="body"),
        class_=f"card {verdict.outcome.value}",
        id=requirement.id,
        **opened,
    )


def _effects(
    cause: RequirementVerdict, run: Dossier, pictures: Mapping[str, str]
) -> Iterator[Html]:
    """Yield what follows from a finding, each in a folded card of its own."""
    effects = [(v, deciding(v)) for v in run.judgement.effects_of(cause)]
    cards = [_card(v, found, run, pictures) for v, found in effects if found]
    if cards:
        yield tag("h3", f"What follows from it ({len(cards)})")
        yield tag("div", LINE, join(cards, LINE), LINE, class_="effects")


def _due_and_got(found: Finding) -> Html:
    return tag(
        "dl",
        tag("div", tag("dt", "Expected"), tag("dd", found.expected), class_="due"),
        tag("div", tag("dt", "Got"), tag("dd", found.observed), class_="got"),
        class_="versus",
    )


def _where(found: Finding, verdict: RequirementVerdict) -> Html:
    count = verdict.counts[found.verdict]
    often = "Seen once" if count == 1 else f"Seen {count} times; this is the first"
    place = found.places[-1] if found.places else None
    where = f", at {place.instant_s:.3f} s, log line {place.line}" if place else ""
    purpose = found.circumstances.purpose if found.circumstances else ""
    during = (", in ", tag("code", purpose)) if purpose else ()
    return tag("p", often, where, *during, ".", class_="where")


def _wire(found: Finding, sent_lines: frozenset[int]) -> Iterator[Html]:
    """Yield the excerpt as lines with their instant and direction, and the last one in hex."""
    if found.places:
        yield tag("h3", "On the wire")
        yield _excerpt(found.places, sent_lines, "Wire excerpt")


def _last_good(
    found: Finding, verdict: RequirementVerdict, sent_lines: frozenset[int]
) -> Iterator[Html]:
    """Yield the excerpt of the last time that the requirement was kept, before it was broken."""
    good = last_good(found, verdict)
    if good is not None:
        often = counted(verdict.history.before, "time")
        yield tag("h3", f"Right {often} before; the last time")
        yield _excerpt(good.places, sent_lines, "Wire excerpt of the last time it was right")


def _excerpt(places: tuple[Place, ...], sent_lines: frozenset[int], name: str) -> Html:
    shown = shown_places(places)
    at_fault = shown[-1].line
    rows: list[Html] = []
    for number, place in enumerate(shown):
        if number == 1 and len(shown) < len(places):
            gap = f"{len(places) - len(shown)} further places"
            rows.append(tag("tr", tag("td", gap, colspan="4", class_="gap")))
        sent = place.line in sent_lines
        rows.append(_line(place, sent=sent, last=place.line == at_fault))
    columns = ("line", "instant", "", "octets")
    return scrolling(
        name,
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", column, scope="col") for column in columns))),
            tag("tbody", *rows),
            class_="wire",
        ),
    )


def _line(place: Place, *, sent: bool, last: bool) -> Html:
    """Return one place; the last line is marked and shown in hex, too."""
    octets = place.octets
    arrow, said = ("\u2192", "to the IUT") if sent else ("\u2190", "from the IUT")
    if not octets:
        arrow, said = "", ""
    more = " ..." if len(octets) > HEX_OCTETS else ""
    hex_ = tag("code", octets[:HEX_OCTETS].hex(" "), more, class_="hex") if last else ""
    return tag(
        "tr",
        tag("td", str(place.line)),
        tag("td", f"{place.instant_s:.3f} s"),
        tag("td", tag("span", arrow, aria_hidden="true"), tag("span", said, class_="heard")),
        tag("td", tag("code", printable(octets, SHOWN_OCTETS)) if octets else NOTHING, hex_),
        class_=" ".join((("sent" if sent else "came"), *(["last"] if last else []))),
    )


def _difference(found: Finding) -> Iterator[Html]:
    """Yield what was due and what came around the first octet that differs."""
    if found.compared is None:
        return
    due, came = found.compared
    offset = first_difference(due, came)
    if offset is None:
        return
    yield tag("h3", f"First diverging octet: offset {offset}")
    first = max(0, offset - NEIGHBOURS)
    rows = (
        tag(
            "tr",
            tag("th", name, scope="row"),
            *(_octet(octets, at, offset) for at in range(first, offset + NEIGHBOURS)),
        )
        for name, octets in (("due", due), ("came", came))
    )
    label = "Octets around the first that differs"
    yield scrolling(label, tag("table", tag("tbody", *rows), class_="octets"))


def _octet(octets: bytes, at: int, differing: int) -> Html:
    """Return one octet in hex and as text; the one that differs is marked."""
    differs = at == differing
    there = at < len(octets)
    hex_ = f"{octets[at]:02X}" if there else ("none" if differs else "")
    shown = printable(octets[at : at + 1]) if there else ""
    far = {"class_": "far"} if abs(at - differing) > NEAR else {}
    return tag("td", tag("mark", hex_) if differs else hex_, tag("small", shown), **far)


def _picture(picture: str, identifier: str) -> Iterator[Html]:
    if picture:
        yield tag("h3", "Sequence")
        yield figure(f"Sequence diagram of {identifier}", Html(picture))


def _circumstances(found: Circumstances | None) -> Iterator[Html]:
    if found is None:
        return
    yield tag("h3", "State of the flow")
    yield entries((("upgrade", found.phase), ("connection", found.link)), class_="state")
    if found.commands:
        yield tag("p", "Commands that lead there, in their order:")
        commands = (printable(place.octets, SHOWN_OCTETS) for place in found.commands)
        yield tag("ol", *(tag("li", tag("code", command)) for command in commands), class_="course")


def _repeat(command: str) -> Html:
    return tag("p", "Repeat: ", tag("code", command, class_="command"), class_="repeat")


def not_judged(judgement: Judgement) -> Iterator[Html]:
    """Yield what was not tested or does not apply, by reason."""
    for outcome, identifier, title in (
        (Outcome.NOT_TESTED, "not-tested", "Not tested"),
        (Outcome.NOT_APPLICABLE, "not-applicable", "Not applicable"),
    ):
        those = _those(judgement, outcome)
        if those:
            yield section(identifier, f"{title} ({len(those)})", *_groups(those))


def _groups(those: Sequence[RequirementVerdict]) -> Iterator[Html]:
    for reason, group in by_reason((verdict.reason, verdict) for verdict in those):
        yield tag(
            "div",
            tag("p", tag("strong", reason[:1].upper() + reason[1:]), class_="reason"),
            *_names(group),
            class_=f"group {group[0].outcome.value}",
        )


def _names(group: Sequence[RequirementVerdict]) -> Iterator[Html]:
    """Yield the number of requirements, and their names; long lists are folded."""
    mandatory = sum(1 for verdict in group if verdict.mandatory)
    number = f"{counted(len(group), 'requirement')}, {mandatory} of them mandatory"
    items = (
        tag("li", see(v.requirement.id), " ", tag("span", _text(v), class_="sentence"))
        for v in group
    )
    names = tag("ul", LINE, join(items, LINE), LINE, class_="names")
    if len(group) >= FOLDED:
        yield tag("details", tag("summary", number), names)
    else:
        yield tag("p", number, class_="where")
        yield names
