"""What a scenario as a whole says of a host, by whether the upgrade came to its end."""

from atverdict.conformance.evidence.log import End
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.judge.host.capability import COMPLETED, Suspicion
from atverdict.conformance.judge.host.host_state import HostSide

__all__ = ["conclude", "suspected", "was_made"]


def conclude(side: HostSide, end: End) -> None:
    """Keep what a scenario that ends has shown of what its host can do."""
    if end.problem:
        return
    if side.complete and side.usual and not side.disturbed:
        side.ability.complete(side.feats)
    elif not side.complete and side.certain and side.last_line is not None:
        side.ability.failed = side.ability.failed or side.usual
        if not side.capable and side.refused is None:
            side.ability.suspect(suspected(side))


def suspected(side: HostSide) -> list[Suspicion]:
    """Return what a scenario speaks against, at its end and without its completion."""
    scenario, last = side.scenario, side.last_line
    if scenario is None or last is None or side.complete or side.spoiled:
        return []
    observed = f"no 7,10705; the last command line was {printable(last.octets)}"
    meant = {_meant(each, side) for each in scenario.requirements if was_made(each, side)}
    found = [
        Suspicion(each, side.feats, scenario.purpose, (last,), COMPLETED[each], observed)
        for each in sorted(meant & set(COMPLETED))
    ]
    left = _left_unread(side, scenario.purpose) if "SOTA-HST-006" in meant else None
    return [*found, *([left] if left else [])]


def was_made(requirement: str, side: HostSide) -> bool:
    """Tell whether a scenario has come to what it was made for."""
    if requirement == "SOTA-HST-021":
        return bool(side.disturbed)
    return requirement != "SOTA-HST-024" or len(side.offers) > 1


def _meant(requirement: str, side: HostSide) -> str:
    """Return what the end of a scenario speaks against that was made for a requirement.

    A host that has read all of a package that spells events, and does not go on, has not obeyed
    them: it has other octets than the module.
    """
    read = side.serving is not None and side.serving.whole
    return "SOTA-HST-017" if requirement == "SOTA-HST-018" and read else requirement


def _left_unread(side: HostSide, purpose: str) -> Suspicion | None:
    """Say which octets nobody has read, where reading went well until it stopped."""
    serving = side.serving
    if serving is None or serving.last is None or serving.disturbed:
        return None
    gap, length = serving.coverage.next_gap(0), serving.started.length_octets
    if serving.unread or serving.short_reads or serving.odd or gap >= length:
        return None
    return Suspicion(
        "SOTA-HST-006",
        tuple(feat._replace(length_octets=None) for feat in side.feats),
        purpose,
        (serving.last.exchange.sent,),
        "no octet of the package unread",
        f"no read behind {gap} of {length} octets",
    )
