"""The identification summary: client, laboratory, IUT, environment, scope, assumptions."""

from collections.abc import Iterator

import atverdict
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.judge.roles import part_of
from atverdict.reports.certificate.conformity import SIMULATED
from atverdict.reports.certificate.laboratory import Identification
from atverdict.reports.certificate.languages import Text, Wording
from atverdict.reports.dossier import Dossier
from atverdict.spec.loader import load_specification

__all__ = ["NOTHING", "Entry", "assumptions", "environment", "implementation", "parties", "scope"]

NOTHING = "–"  # noqa: RUF001 - a dash in a table
Entry = tuple[Text, Text | str]
"""A label and what stands beside it; an empty text is a line to fill in by hand."""


def parties(given: Identification, wording: Wording) -> Iterator[Entry]:
    """Yield report, laboratory and client, from the laboratory's file."""
    laboratory = given.laboratory
    yield wording.say("report_number"), laboratory.report.number
    yield wording.say("laboratory"), laboratory.laboratory.name
    yield wording.say("address"), laboratory.laboratory.address
    yield wording.say("accreditation"), laboratory.laboratory.accreditation
    yield wording.say("client"), laboratory.client.name
    yield wording.say("address"), laboratory.client.address
    if laboratory.report.remarks:
        yield wording.say("remarks"), laboratory.report.remarks


def implementation(judgement: Judgement, wording: Wording) -> Iterator[Entry]:
    """Yield what identifies the IUT."""
    header = judgement.header
    yield wording.say("iut_name"), header.iut.get("name", "")
    yield wording.say("iut_firmware"), header.iut.get("firmware", "")
    versions = [c.observed for c in judgement.pics if c.name == "sdk_version" and c.observed]
    if versions:
        yield wording.say("iut_says"), str(versions[0])
    yield wording.say("iut_address"), header.address
    rate = f", {header.baudrate} bit/s" if header.baudrate is not None else ""
    yield wording.say("transport"), header.transport + rate
    yield wording.say("role"), header.role
    profile = load_specification().profile(header.profile)
    told = wording.say("profile_told", name=profile.name, vintage=profile.vintage)
    yield wording.say("profile"), told


def environment(dossier: Dossier, wording: Wording) -> Iterator[Entry]:
    """Yield the means of testing, and the digests of what the report rests on."""
    judgement = dossier.judgement
    header = judgement.header
    digest = load_specification().digest
    date: Text | str = header.opened_at.replace("T", " ", 1) or NOTHING
    if header.transport == SIMULATED:
        date = wording.say("date_virtual", date=date)
    yield wording.say("date"), date
    yield wording.say("duration"), f"{judgement.duration_s:.1f} s"
    yield wording.say("suite"), f"atverdict {header.suite_version}"
    yield wording.say("specification"), header.specification
    yield wording.say("judged_with"), f"atverdict {atverdict.__version__}"
    same = header.specification == digest
    yield wording.say("judged_by"), wording.say("same") if same else digest
    yield wording.say("log"), dossier.log_sha256
    yield wording.say("log_octets"), wording.say("octets", count=f"{dossier.log_octets:,}")


def scope(judgement: Judgement, wording: Wording) -> Iterator[Entry]:
    """Yield what was selected, and how much of it ran."""
    header = judgement.header
    selected = ", ".join(header.selection)
    yield wording.say("selection"), selected or wording.say("everything")
    yield wording.say("effort"), header.effort
    whole = sum(1 for purpose in judgement.purposes if purpose.ended and not purpose.problem)
    count = len(judgement.purposes)
    yield wording.say("purposes"), wording.say("purposes_counted", count=count, whole=whole)
    yield wording.say("plans_used"), str(judgement.plans_used)
    yield wording.say("agent"), wording.say("yes" if header.plan_control else "no")


def assumptions(judgement: Judgement, wording: Wording) -> list[Text]:
    """Return what the verdicts assume, and what they do not say."""
    header = judgement.header
    limits = ["limit_item", "limit_log", "limit_pass", "limit_declared", "limit_wire"]
    if part_of(header.role).iut_asks:
        limits.append("limit_host")
        limits.append("limit_host_agent" if header.plan_control else "limit_host_no_agent")
    else:
        limits.append("limit_agent" if header.plan_control else "limit_no_agent")
    if header.transport == SIMULATED:
        limits.append("limit_virtual")
    shown = [wording.say(limit) for limit in limits]
    if header.uncertainty_s:
        uncertainty = f"{header.uncertainty_s * 1000:g}"
        shown.append(wording.say("limit_uncertainty", uncertainty=uncertainty))
    if judgement.round_trip is not None:
        times = (judgement.round_trip.least_s, judgement.round_trip.most_s)
        least, most = (f"{time_s * 1000:.1f}" for time_s in times)
        shown.append(wording.say("limit_transport", least=least, most=most))
    if header.baudrate is not None:
        shown.append(wording.say("limit_baudrate", baudrate=header.baudrate))
    if "zh" in wording.languages:
        shown.append(wording.say("limit_language"))
    return shown
