"""A bench: the verdicts on several devices, requirement by requirement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement, RequirementVerdict
from atverdict.spec.model import Requirement

__all__ = ["BenchRow", "DeviceResult", "bench_rows", "firmware_of", "worst_code"]

_FROM_BEST_TO_WORST = (0, 2, 1, 3, 4)
"""Exit codes. A failed suite and wrong input leave more open than any fail."""


@dataclass(frozen=True, slots=True)
class DeviceResult:
    """One device of a bench and what came of it."""

    name: str
    address: str
    code: int
    """The exit code of its run; 4 where its process died."""
    ended_by: str
    """What ended the run before its verdict; else empty."""
    judgement: Judgement | None
    """None where there is no log."""


@dataclass(frozen=True, slots=True)
class BenchRow:
    """One requirement on all devices."""

    requirement: Requirement
    verdicts: Mapping[str, RequirementVerdict]
    """By the name of the device; those without a log are left out."""
    differing: Mapping[str, Mapping[Outcome, Sequence[str]]]
    """By firmware: the devices with each verdict, where not all that were judged share one."""

    def differs(self, name: str) -> bool:
        """Tell whether a device of the same firmware has another verdict."""
        return any(
            name in names for outcomes in self.differing.values() for names in outcomes.values()
        )


def firmware_of(judgement: Judgement) -> str:
    """Return name and firmware as the PIXIT has them; empty where it tells no firmware."""
    iut = judgement.header.iut
    firmware = iut.get("firmware", "")
    return f"{iut.get('name', '')} {firmware}".strip() if firmware else ""


def bench_rows(devices: Sequence[DeviceResult]) -> list[BenchRow]:
    """Return the matrix, in the order of the specification."""
    judged = {each.name: each.judgement for each in devices if each.judgement is not None}
    identifiers = dict.fromkeys(i for one in judged.values() for i in one.requirements)
    return [_row(identifier, judged) for identifier in identifiers]


def _row(identifier: str, judged: Mapping[str, Judgement]) -> BenchRow:
    verdicts = {
        name: one.requirements[identifier]
        for name, one in judged.items()
        if identifier in one.requirements
    }
    judged_names: dict[str, dict[Outcome, list[str]]] = {}
    for name, verdict in verdicts.items():
        firmware = firmware_of(judged[name])
        if firmware and verdict.judged:
            outcomes = judged_names.setdefault(firmware, {})
            outcomes.setdefault(verdict.outcome, []).append(name)
    differing = {firmware: those for firmware, those in judged_names.items() if len(those) > 1}
    return BenchRow(next(iter(verdicts.values())).requirement, verdicts, differing)


def worst_code(devices: Sequence[DeviceResult]) -> int:
    """Return the worst exit code: 4, then 3, 1, 2 and 0."""
    return max((each.code for each in devices), key=_FROM_BEST_TO_WORST.index)
