"""The text of a dry run: what a campaign is going to do, and what it costs."""

from collections.abc import Iterable, Iterator

from atverdict.conformance.preparation.programme import Programme
from atverdict.reports.reason import by_reason
from atverdict.reports.text import counted, paragraph
from atverdict.spec.loader import load_specification

__all__ = ["estimate", "plan"]

NAME_WIDTH = 40


def estimate(programme: Programme) -> str:
    """Return in one line what a campaign is going to cost."""
    purposes = counted(len(programme.running), "test purpose")
    plans = f", about {counted(programme.plans, 'upgrade plan')}" if programme.plans else ""
    took = (
        "no time on a virtual clock" if programme.virtual else f"about {_time(programme.seconds)}"
    )
    return f"{purposes}{plans}, {took}"


def plan(programme: Programme) -> str:
    """Return what will run, what will not run and why, and what will be judged."""
    return "\n".join(_lines(programme)) + "\n"


def _lines(programme: Programme) -> Iterator[str]:
    if programme.problem:
        yield from paragraph(f"Nothing will run: {programme.problem}.")
        return
    yield "Will run, in this order:"
    for number, purpose in enumerate(programme.running, start=1):
        plans = counted(purpose.declared.plans, "plan") if purpose.declared.plans else ""
        seconds = f"{programme.estimated_s(purpose):6.0f} s" if not programme.virtual else ""
        yield f"  {number:3} {purpose.name:{NAME_WIDTH}}{seconds} {plans}".rstrip()
    yield ""
    if programme.left_out:
        yield "Will not run:"
        reasons = ((reason, purpose.name) for purpose, reason in programme.left_out)
        yield from _grouped(reasons)
        yield ""
    yield from _requirements(programme)
    yield from paragraph(f"In all: {estimate(programme)}.")


def _requirements(programme: Programme) -> Iterator[str]:
    """Tell which requirements will be judged, and the reason for each other one."""
    known = load_specification().requirements
    exercised = {r for purpose in programme.running for r in purpose.requirements}
    told = {reason.requirement for reason in programme.not_tested}
    judged = sorted((exercised & known.keys()) - told, key=list(known).index)
    yield f"Requirements that can be judged: {len(judged)}"
    yield from paragraph(", ".join(judged) or "none", "  ")
    yield ""
    if programme.not_tested:
        yield f"Requirements that will not be tested: {len(told)}"
        yield from _grouped((each.reason, each.requirement) for each in programme.not_tested)
        yield ""


def _grouped(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Show what has the same reason together, the most first."""
    for reason, names in sorted(by_reason(entries), key=lambda group: -len(group[1])):
        yield from paragraph(f"{reason}: {', '.join(names)}", "  ")


def _time(seconds: float) -> str:
    """Show a duration roughly: it is an estimate."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
