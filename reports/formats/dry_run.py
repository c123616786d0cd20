"""What a campaign is going to do, for people: the text of a dry run, and its estimate."""

import textwrap
from collections.abc import Iterable, Iterator

from atverdict.conformance.preparation.programme import Programme
from atverdict.spec.loader import load_specification

__all__ = ["estimate", "plan"]

WIDTH = 80
NAME_WIDTH = 40


def estimate(programme: Programme) -> str:
    """Say in one line what a campaign is going to cost."""
    purposes = _count(len(programme.running), "test purpose")
    plans = f", about {_count(programme.plans, 'upgrade plan')}" if programme.plans else ""
    took = (
        "no time on a virtual clock" if programme.virtual else f"about {_time(programme.seconds)}"
    )
    return f"{purposes}{plans}, {took}"


def plan(programme: Programme) -> str:
    """Return what will run, in its order, what will not and why, and what will be judged."""
    return "\n".join(_lines(programme)) + "\n"


def _lines(programme: Programme) -> Iterator[str]:
    if programme.problem:
        yield from textwrap.wrap(f"Nothing will run: {programme.problem}.", WIDTH)
        return
    yield "Will run, in this order:"
    for number, purpose in enumerate(programme.running, start=1):
        plans = _count(purpose.declared.plans, "plan") if purpose.declared.plans else ""
        seconds = f"{programme.estimated_s(purpose):6.0f} s" if not programme.virtual else ""
        yield f"  {number:3} {purpose.name:{NAME_WIDTH}}{seconds} {plans}".rstrip()
    yield ""
    if programme.left_out:
        yield "Will not run:"
        reasons = ((reason, purpose.name) for purpose, reason in programme.left_out)
        yield from _grouped(reasons)
        yield ""
    yield from _requirements(programme)
    yield from textwrap.wrap(f"In all: {estimate(programme)}.", WIDTH)


def _requirements(programme: Programme) -> Iterator[str]:
    """Tell which requirements will be judged, and the reason for each other one."""
    known = load_specification().requirements
    exercised = {r for purpose in programme.running for r in purpose.requirements}
    told = {reason.requirement for reason in programme.not_tested}
    judged = sorted((exercised & known.keys()) - told, key=list(known).index)
    yield f"Requirements that can be judged: {len(judged)}"
    yield from _wrapped(", ".join(judged) or "none", "  ")
    yield ""
    if programme.not_tested:
        yield f"Requirements that will not be tested: {len(told)}"
        yield from _grouped((each.reason, each.requirement) for each in programme.not_tested)
        yield ""


def _grouped(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Show what has the same reason together, the most first."""
    groups: dict[str, list[str]] = {}
    for reason, name in entries:
        groups.setdefault(reason, []).append(name)
    for reason, names in sorted(groups.items(), key=lambda entry: -len(entry[1])):
        yield from _wrapped(f"{reason}: {', '.join(names)}", "  ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _time(seconds: float) -> str:
    """Show a duration as nobody takes it too exactly."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
