"""`certificate.pdf`: the conformance test report to be signed (ISO/IEC 9646-5)."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.claim import Claim
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.reports.case import cases
from atverdict.reports.certificate.conformity import status
from atverdict.reports.certificate.identification import (
    NOTHING,
    assumptions,
    environment,
    implementation,
    parties,
    scope,
)
from atverdict.reports.certificate.laboratory import Identification, Laboratory
from atverdict.reports.certificate.languages import Text, Wording
from atverdict.reports.certificate.typesetting import typeset
from atverdict.reports.dossier import Dossier
from atverdict.reports.reason import by_reason
from atverdict.reports.text import dotted
from atverdict.reports.waiver import WaivedRequirement
from atverdict.spec.loader import load_specification
from atverdict.spec.model import Strength

__all__ = ["Options", "content", "write_certificate"]

TEMPLATE = "certificate.typ"
UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""The date of the document where the log has none; PDF/A needs one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Language, fonts, and what a report shows that its log does not tell."""

    language: str = "en"
    """A key of `languages.LANGUAGES`."""
    fonts: Path | None = None
    """A folder that is used instead of the fonts of the system."""
    identification: Identification = field(default_factory=Identification)
    pictures: Mapping[str, str] = field(default_factory=dict)
    """SVG texts by the names of `dossier.scenes`."""
    waived: tuple[WaivedRequirement, ...] = ()


def write_certificate(dossier: Dossier, path: Path, options: Options) -> None:
    """Write the report. Raises `TypesettingError` where Typst or a font is missing."""
    moment = _moment(dossier.judgement.header.opened_at)
    pdf = typeset(
        TEMPLATE,
        content(dossier, options),
        options.pictures,
        moment=moment,
        fonts=options.fonts,
    )
    path.write_bytes(pdf)


def _moment(date: str) -> datetime:
    """Return the log's date to the second; a log without an IUT has none."""
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return UNKNOWN_DATE
    moment = moment.replace(microsecond=0)  # Typst takes no part of a second
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def content(dossier: Dossier, options: Options) -> dict[str, object]:
    """Return the values that the template shows."""
    wording = Wording(options.language)
    judgement = dossier.judgement
    given = options.identification
    shown = status(judgement, wording, {waived.requirement for waived in options.waived})
    source = wording.say("from_nobody")
    if given.name:
        source = wording.say("from_file", name=given.name, sha256=given.sha256)
    return {
        "languages": wording.languages,
        "labels": wording.labels(),
        "number": given.laboratory.report.number,
        "author": given.laboratory.laboratory.name,
        "log_sha256": dossier.log_sha256,
        "outcome": shown.outcome.value,
        "word": shown.word,
        "alerts": shown.alerts,
        "sentences": shown.sentences,
        "source": source,
        "parties": list(parties(given, wording)),
        "implementation": list(implementation(judgement, wording)),
        "environment": list(environment(dossier, wording)),
        "scope": list(scope(judgement, wording)),
        "assumptions": assumptions(judgement, wording),
        "claims": [_claim(claim, wording) for claim in judgement.pics],
        "declared": bool(judgement.header.pics),
        "not_supported": _not_supported(judgement),
        "areas": list(_areas(judgement, wording)),
        "not_judged": list(_not_judged(judgement)),
        "findings": list(_findings(judgement, options, wording)),
        "unproved": _unproved(judgement, wording),
        "requirements": [
            _requirement(verdict, wording) for verdict in judgement.requirements.values()
        ],
        "pixit": [
            (name, " ".join(map(str, value)) if isinstance(value, list) else str(value))
            for name, value in dotted(judgement.header.pixit)
        ],
        "waivers": [_told(waived) for waived in options.waived],
        "signatories": _signatories(given.laboratory, wording),
    }


def _claim(claim: Claim, wording: Wording) -> dict[str, object]:
    agreement: Text | str = NOTHING
    if claim.match is not None:
        agreement = wording.say("agrees" if claim.match else "differs")
    return {
        "name": wording.say(f"claim_{claim.name}"),
        "declared": _value(claim.declared, wording),
        "observed": _value(claim.observed, wording),
        "differs": claim.match is False,
        "agreement": agreement,
    }


def _value(value: object, wording: Wording) -> Text | str:
    match value:
        case None:
            return NOTHING
        case bool():
            return wording.say("yes" if value else "no")
        case list() | tuple():
            return ", ".join(str(entry) for entry in value)
        case _:
            return str(value)


def _not_supported(judgement: Judgement) -> list[tuple[str, str]]:
    """Return the requirements that the PICS does not claim, with the reason."""
    declared = judgement.header.pics.get("not_supported")
    if not isinstance(declared, dict):
        return []
    return [(str(name), str(reason)) for name, reason in declared.items()]


def _areas(judgement: Judgement, wording: Wording) -> Iterator[dict[str, object]]:
    """Yield the areas with a row for each strength, and the sums of all at the end."""
    specification = load_specification()
    verdicts = list(judgement.requirements.values())
    marks = [strength.value for strength in Strength]
    marks.insert(2, f"{Strength.SHOULD.value}*")
    for area in sorted(specification.areas.values(), key=lambda area: area.number):
        those = [v for v in verdicts if v.requirement.area == area.name]
        title = wording.choose(f"{area.name} {area.title}", f"{area.name} {area.title_zh}")
        if those:
            yield {"title": title, "rows": list(_rows(those, marks))}
    yield {"title": wording.say("total"), "rows": list(_rows(verdicts, marks))}


def _rows(verdicts: list[RequirementVerdict], marks: list[str]) -> Iterator[dict[str, object]]:
    for mark in marks:
        those = [verdict for verdict in verdicts if _mark(verdict) == mark]
        if those:
            yield {
                "strength": mark,
                "total": len(those),
                "counts": {o.value: sum(1 for v in those if v.outcome is o) for o in Outcome},
            }


def _mark(verdict: RequirementVerdict) -> str:
    """Return the strength; the asterisk says that the profile makes it mandatory."""
    strength = verdict.requirement.strength
    return strength.value + ("*" if verdict.mandatory and strength is not Strength.SHALL else "")


def _not_judged(judgement: Judgement) -> Iterator[dict[str, object]]:
    """Yield the requirements that were not judged, by outcome and reason."""
    verdicts = judgement.requirements.values()
    for outcome in (Outcome.INCONCLUSIVE, Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE):
        for reason, names in by_reason(
            (v.reason, (v.requirement.id, v.mandatory)) for v in verdicts if v.outcome is outcome
        ):
            yield {"outcome": outcome.value, "reason": reason, "names": names}


def _findings(
    judgement: Judgement, options: Options, wording: Wording
) -> Iterator[dict[str, object]]:
    """Yield what is broken or was left open, the worst first, with its report."""
    if not judgement.proved:
        return
    shown = {case.identifier: case for case in cases(judgement)}
    waived = {entry.requirement: entry for entry in options.waived}
    for outcome in (Outcome.FAIL, Outcome.WARNING, Outcome.INCONCLUSIVE):
        causes = judgement.causes(outcome)
        told = (v for cause in causes for v in (cause, *judgement.effects_of(cause)))
        for name, verdict in ((v.requirement.id, v) for v in told):
            if not verdict.findings:
                continue
            waiver = waived.get(name)
            yield {
                "id": name,
                "strength": _mark(verdict),
                "outcome": verdict.outcome.value,
                "sentence": _sentence(verdict, wording),
                "report": shown[name].report.split("\n")[1:],
                "waived": wording.say("waived_here", **_told(waiver)) if waiver else None,
            }


def _told(waiver: WaivedRequirement) -> dict[str, str]:
    return {key: str(value) for key, value in asdict(waiver).items()}


def _unproved(judgement: Judgement, wording: Wording) -> Text | None:
    if judgement.proved:
        return None
    reason = next((v.reason for v in judgement.requirements.values() if v.reason), "")
    return wording.say("findings_unproved", reason=reason)


def _sentence(verdict: RequirementVerdict, wording: Wording) -> Text:
    return wording.choose(verdict.requirement.text, verdict.requirement.text_zh)


def _requirement(verdict: RequirementVerdict, wording: Wording) -> dict[str, object]:
    return {
        "id": verdict.requirement.id,
        "strength": _mark(verdict),
        "mandatory": verdict.mandatory,
        "sentence": _sentence(verdict, wording),
        "outcome": verdict.outcome.value,
        "evidence": _evidence(verdict, wording),
    }


def _evidence(verdict: RequirementVerdict, wording: Wording) -> str:
    """Return where a pass was seen first, and for everything else the reason."""
    if verdict.outcome is not Outcome.PASS:
        return verdict.reason
    first = verdict.findings[0]
    count = verdict.counts[first.verdict]
    if not first.places:
        return f"{count}×: {first.expected}"  # noqa: RUF001 - times
    place = first.places[-1]
    (told, *_) = wording.say(
        "seen",
        count=count,
        instant=f"{place.instant_s:.3f}",
        line=place.line,
        expected=first.expected,
    )
    return told


def _signatories(laboratory: Laboratory, wording: Wording) -> list[tuple[Text | str, str]]:
    """Return role and name of those who sign; two unnamed ones where the laboratory names none."""
    if not laboratory.signatory:
        return [(wording.say("role_operator"), ""), (wording.say("role_signatory"), "")]
    default = wording.say("role_signatory")
    return [(signatory.role or default, signatory.name) for signatory in laboratory.signatory]
