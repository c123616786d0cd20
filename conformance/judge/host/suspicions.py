"""Suspicions: what a scenario that was not completed says of a host."""

from atverdict.conformance.evidence.log import End
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.judge.host.capability import Suspicion
from atverdict.conformance.judge.host.host_state import HostState
from atverdict.conformance.judge.host.meaning import (
    COMPLETED,
    MISLEADING,
    OTHER_OCTETS,
    SEVERAL,
    UNREAD,
    WAY_BACK,
)

__all__ = ["came_to_point", "conclude", "suspected"]


def conclude(host: HostState, end: End) -> None:
    """Add the end of a scenario to the capability of its host."""
    if end.problem:
        return
    if host.complete and host.usual and not host.disturbed:
        host.capability.complete(host.tasks)
    elif not host.complete and host.certain and host.last_line is not None:
        host.capability.failed = host.capability.failed or host.usual
        if not host.capable and host.refused is None:
            host.capability.suspect(suspected(host))


def suspected(host: HostState) -> list[Suspicion]:
    """Return the suspicions from a scenario that ends without its completion."""
    scenario, last = host.scenario, host.last_line
    if scenario is None or last is None or host.complete or host.spoiled:
        return []
    observed = f"no 7,10705; the last command line was {printable(last.octets)}"
    meant = {
        _spoken_against(each, host) for each in scenario.requirements if came_to_point(each, host)
    }
    found = [
        Suspicion(each, host.tasks, scenario.purpose, (last,), COMPLETED[each], observed)
        for each in sorted(meant & set(COMPLETED))
    ]
    left = _left_unread(host, scenario.purpose) if UNREAD in meant else None
    return [*found, *([left] if left else [])]


def came_to_point(requirement: str, host: HostState) -> bool:
    """Tell whether a scenario has come to the point that it was made for."""
    if requirement == WAY_BACK:
        return bool(host.disturbed)
    return requirement != SEVERAL or len(host.offers) > 1


def _spoken_against(requirement: str, host: HostState) -> str:
    """Return the requirement that a scenario without completion speaks against.

    A host that has read all of a package that spells events, and does not go on, has not obeyed the
    events: it has read other octets than the module sent.
    """
    read = host.serving is not None and host.serving.whole
    return OTHER_OCTETS if requirement == MISLEADING and read else requirement


def _left_unread(host: HostState, purpose: str) -> Suspicion | None:
    """Return the suspicion of unread octets, where all reads before the last one were good."""
    serving = host.serving
    if serving is None or serving.last is None or serving.disturbed:
        return None
    gap, length = serving.coverage.next_gap(0), serving.started.length_octets
    if serving.unread or serving.short_reads or serving.odd or gap >= length:
        return None
    return Suspicion(
        UNREAD,
        tuple(task._replace(length_octets=None) for task in host.tasks),
        purpose,
        (serving.last.exchange.sent,),
        "no octet of the package unread",
        f"no read behind {gap} of {length} octets",
    )
