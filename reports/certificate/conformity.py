"""The statement on conformity: it covers what was judged, and nothing else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.reports.certificate.languages import Text, Wording
from atverdict.spec.loader import load_specification

__all__ = ["SIMULATED", "Status", "status"]

SIMULATED = "sim"
"""The transport of the simulator."""
NAMED = 12
"""How many requirements are named in one sentence."""


@dataclass(frozen=True, slots=True)
class Status:
    """The verdict on the first page of a report."""

    outcome: Outcome
    word: Text
    alerts: list[Text]
    """Restrictions that stand before the verdict."""
    sentences: list[Text]


def status(judgement: Judgement, wording: Wording, waived: Collection[str] = ()) -> Status:
    """Return the verdict and what it covers.

    `waived` are the requirements that a waiver covers: they are named, and change nothing.
    """
    return Status(
        judgement.outcome,
        _word(judgement, wording),
        _alerts(judgement, wording),
        _sentences(judgement, wording, waived),
    )


def _word(judgement: Judgement, wording: Wording) -> Text:
    partly = judgement.outcome is Outcome.PASS and not _everything(judgement)
    return wording.say(f"verdict_{judgement.outcome.value}{'_partly' if partly else ''}")


def _alerts(judgement: Judgement, wording: Wording) -> list[Text]:
    """Return what restricts the whole run."""
    header = judgement.header
    alerts = []
    if not judgement.complete:
        alerts.append(wording.say("alert_incomplete", reason=judgement.incomplete_reason))
    if header.transport == SIMULATED:
        alerts.append(wording.say("alert_simulator"))
    if not judgement.proved:
        alerts.append(wording.say("alert_unproved"))
    if header.replay:
        alerts.append(wording.say("alert_replay"))
    elif header.selection:
        alerts.append(wording.say("alert_selection", selection=", ".join(header.selection)))
    if header.specification != load_specification().digest:
        alerts.append(wording.say("alert_specification"))
    return alerts


def _mandatory(judgement: Judgement) -> list[RequirementVerdict]:
    return [verdict for verdict in judgement.requirements.values() if verdict.mandatory]


def _sentences(judgement: Judgement, wording: Wording, waived: Collection[str]) -> list[Text]:
    """Count the mandatory requirements: judged, broken, and each kind that was not judged."""
    mandatory = _mandatory(judgement)
    profile = load_specification().profile(judgement.header.profile)
    judged = [v for v in mandatory if v.judged]
    broken = [v for v in mandatory if v.outcome is Outcome.FAIL]
    excluded = [v for v in mandatory if v.requirement.id in profile.not_applicable]
    open_ = [v for v in mandatory if not v.judged and v not in excluded]
    unclaimed = [v for v in open_ if v.outcome is Outcome.NOT_APPLICABLE]
    groups = {
        "waived_broken": [v for v in broken if v.requirement.id in waived],
        "not_judged": [v for v in open_ if v not in unclaimed],
        "not_claimed": unclaimed,
        "not_in_profile": excluded,
    }
    key = "judged_none"
    if judged:
        key = "judged_broken" if broken else "judged_all_hold"
    return [
        wording.say(
            key,
            judged=len(judged),
            total=len(mandatory),
            broken=len(broken),
            names=_names(broken, wording),
        ),
        *(
            wording.say(name, count=len(those), names=_names(those, wording))
            for name, those in groups.items()
            if those
        ),
        *_conclusion(judgement, wording),
    ]


def _names(verdicts: Sequence[RequirementVerdict], wording: Wording) -> Text:
    names = ", ".join(verdict.requirement.id for verdict in verdicts[:NAMED])
    if len(verdicts) <= NAMED:
        return wording.choose(names, names)
    return wording.say("and_more", names=names, count=len(verdicts) - NAMED)


def _conclusion(judgement: Judgement, wording: Wording) -> list[Text]:
    if judgement.outcome is Outcome.FAIL:
        return [wording.say("conforms_not")]
    because = []
    if judgement.outcome is Outcome.INCONCLUSIVE:
        because = [wording.say("because", reason=judgement.inconclusive_because)]
    if not _everything(judgement):
        return [*because, wording.say("no_statement")]
    restricted = bool(_alerts(judgement, wording))
    if judgement.header.transport == SIMULATED:
        restricted = len(_alerts(judgement, wording)) > 1  # what was tested is said, and no limit
    if because or restricted:
        return [*because, wording.say("no_statement_conditions")]
    return [wording.say("conforms")]


def _everything(judgement: Judgement) -> bool:
    """Tell whether every mandatory requirement that the profile has was judged."""
    profile = load_specification().profile(judgement.header.profile)
    return all(
        verdict.judged or verdict.requirement.id in profile.not_applicable
        for verdict in _mandatory(judgement)
    )
