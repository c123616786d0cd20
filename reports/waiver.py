"""Waivers (TOML): which fail is waived, by whom, why, and until when."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import msgspec

from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.conformance.preparation.firmware import in_range, is_range
from atverdict.conformance.preparation.pixit import InputError, load_table

__all__ = ["Waived", "WaivedRequirement", "Waiver", "applied", "load_waivers"]


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[[waiver]]``; only the link may be left out."""

    requirement: str
    reason_contains: str
    """A part of the reason of the fail; a fail for another reason is not waived."""
    firmware: str
    """A range of `atverdict.conformance.preparation.firmware`; ``*`` is any."""
    who: str
    why: str
    expires: dt.date
    """The last day on which it holds."""
    link: str = ""
    """An http or https address."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    waiver: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class WaivedRequirement:
    """A broken requirement that a waiver covers; its verdict stays fail."""

    requirement: str
    reason: str
    """Why the verdict is fail."""
    who: str
    why: str
    link: str
    expires: dt.date


@dataclass(frozen=True, slots=True)
class Waived:
    """The effect of waivers on one run."""

    requirements: tuple[WaivedRequirement, ...] = ()
    """In the order of the waivers."""
    problems: tuple[str, ...] = ()
    """One sentence for each waiver that covers nothing."""

    def covers(self, requirement: str) -> bool:
        """Tell whether the fail of a requirement is waived."""
        return any(each.requirement == requirement for each in self.requirements)


def load_waivers(path: Path, known: Collection[str]) -> tuple[Waiver, ...]:
    """Read a file of waivers. Raises `InputError`.

    `known` are the identifiers of all requirements.
    """
    waivers = load_table(path, _File, "waivers").waiver
    for number, waiver in enumerate(waivers):
        entry = f"waivers {path}: waiver[{number}]"
        for name in ("requirement", "reason_contains", "firmware", "who", "why"):
            value: str = getattr(waiver, name)
            if not value.strip() or not value.isprintable():
                raise InputError(f"{entry}.{name}: must be printable text, and not empty")
        if waiver.requirement not in known:
            raise InputError(f"{entry}.requirement: {waiver.requirement} is no requirement")
        if not is_range(waiver.firmware):
            raise InputError(f"{entry}.firmware: {waiver.firmware} has a term that is empty")
        web = waiver.link.startswith(("https://", "http://"))
        if waiver.link and not (web and waiver.link.isprintable()):
            raise InputError(f"{entry}.link: must begin with https:// or http://")
    return waivers


def applied(judgement: Judgement, waivers: Collection[Waiver]) -> Waived:
    """Find the fails that are waived, and the waivers that cover nothing.

    The day that counts is that of the run in its log, not today: the same log and the same waivers
    always give the same result.
    """
    day = _day(judgement.header.opened_at)
    covered: dict[str, WaivedRequirement] = {}
    problems = []
    for waiver in waivers:
        problem = _problem(waiver, judgement, day)
        if problem:
            problems.append(f"the waiver by {waiver.who} for {waiver.requirement} {problem}")
            continue
        covered.setdefault(
            waiver.requirement,
            WaivedRequirement(
                waiver.requirement,
                judgement.requirements[waiver.requirement].reason,
                waiver.who,
                waiver.why,
                waiver.link,
                waiver.expires,
            ),
        )
    return Waived(tuple(covered.values()), tuple(problems))


def _day(opened_at: str) -> dt.date | None:
    try:
        return dt.datetime.fromisoformat(opened_at).date()
    except ValueError:
        return None


def _problem(waiver: Waiver, judgement: Judgement, day: dt.date | None) -> str:
    """Return why a waiver covers nothing, as the end of a sentence; else an empty text."""
    if day is None:
        return "cannot be checked: the log has no date"
    if day > waiver.expires:
        return f"has expired: it ends on {waiver.expires}, the run is of {day}"
    firmware = judgement.header.iut.get("firmware", "")
    if not in_range(waiver.firmware, firmware):
        tested = "the run is of another one" if firmware else "the PIXIT names none"
        return f"matches nothing: it is for firmware {waiver.firmware}, {tested}"
    verdict = judgement.requirements.get(waiver.requirement)
    if verdict is None:
        return "matches nothing: the requirement is not of this role"
    if verdict.outcome is not Outcome.FAIL:
        return f"matches nothing: the verdict on the requirement is {verdict.outcome.value}"
    return _uncovered(waiver.reason_contains, verdict)


def _uncovered(part: str, verdict: RequirementVerdict) -> str:
    """Return what a waiver does not cover: every reason of the fail must contain its text."""
    reasons = [found.reason for found in verdict.findings if found.verdict is Verdict.FAIL]
    others = [reason for reason in reasons if part not in reason]
    if not others:
        return ""
    if len(others) == len(reasons):
        return f"matches nothing: the reason does not contain {part!r}"
    return f"does not cover all of it: the requirement fails in another way too: {others[0]}"
