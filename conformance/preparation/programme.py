"""The programme of a campaign: what runs, what not and why, and what that costs."""

from dataclasses import dataclass, replace

from atverdict.conformance.evidence.log import NotTested
from atverdict.conformance.judge.interconnection import BASIC
from atverdict.conformance.preparation.pixit import Timing
from atverdict.conformance.preparation.purpose import Purpose
from atverdict.conformance.preparation.selection import Given, Offered, Selection
from atverdict.conformance.preparation.setup import Setup
from atverdict.spec.loader import load_specification

__all__ = ["Programme", "estimated_s", "programme"]

COMMAND_S = 0.15
"""The time of a command line: a pause of 100 ms, and an answer of 50 ms."""
USUAL_SHARE = 0.1
"""The share of a time limit of the PIXIT that is usually used."""
RESTARTS = frozenset({"power_cycle", "factory_reset"})


def estimated_s(declared: Purpose, timing: Timing) -> float:
    """Estimate the time of a purpose on a real port, in seconds; it is a rough guess."""
    restarts = declared.restarts if RESTARTS.intersection(declared.needs) else 0
    limits_s = declared.plans * (timing.offer + timing.download + timing.outcome)
    limits_s += restarts * (timing.boot + timing.connect)
    return (
        declared.commands * COMMAND_S
        + declared.silences * timing.silence
        + declared.slow_s
        + declared.watched_s
        + limits_s * USUAL_SHARE
    )


@dataclass(frozen=True, slots=True)
class Programme:
    """The purposes of a campaign, before the first of them has begun."""

    running: tuple[Offered, ...]
    """The purposes that run, in their order."""
    left_out: tuple[tuple[Offered, str], ...]
    """The purposes that do not run, with the reason."""
    not_tested: tuple[NotTested, ...]
    """The requirements that no running purpose exercises, with the reason."""
    problem: str
    """The error in the selection, as a sentence; then nothing runs."""
    virtual: bool
    """True on virtual time, where waiting costs nothing."""
    timing: Timing

    @property
    def plans(self) -> int:
        """The approximate number of upgrade plans that are used up."""
        return sum(purpose.declared.plans for purpose in self.running)

    @property
    def seconds(self) -> float:
        """The approximate time, in seconds of the real clock."""
        return sum(self.estimated_s(purpose) for purpose in self.running)

    def without(self, done: frozenset[str]) -> "Programme":
        """Leave out purposes that have been run; the basic one is run again."""
        left = tuple(p for p in self.running if p.name == BASIC or p.name not in done)
        return replace(self, running=left)

    def estimated_s(self, purpose: Offered) -> float:
        """Estimate the time of one purpose, in seconds; 0 on virtual time."""
        return 0.0 if self.virtual else estimated_s(purpose.declared, self.timing)


def programme(setup: Setup, offered: list[Offered], given: Given) -> Programme:
    """Decide which of these purposes run; all others get a reason."""
    if setup.replay:
        basic = tuple(purpose for purpose in offered if purpose.name == BASIC)
        return Programme(basic, (), (), "", given.virtual, setup.pixit.timing)
    specification = load_specification()
    selection = Selection(setup.selection, specification, setup.role)
    problem = selection.check(offered)
    running: list[Offered] = []
    left_out: list[tuple[Offered, str]] = []
    for purpose in offered:
        missing = given.missing(purpose.declared)
        if not selection.purpose(purpose):
            left_out.append((purpose, "not selected"))
        elif missing:
            left_out.append((purpose, f"needs {missing}"))
        else:
            running.append(purpose)
    profile = specification.profile(setup.profile)
    reasons = tuple(selection.reasons(offered, running, given, setup.pics, profile))
    return Programme(
        running=() if problem else tuple(running),
        left_out=tuple(left_out),
        not_tested=reasons,
        problem=problem,
        virtual=given.virtual,
        timing=setup.pixit.timing,
    )
