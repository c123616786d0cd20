"""Races: an answer that was wrong only because an event was still on its way."""

from collections.abc import Iterable
from dataclasses import replace

from atverdict.conformance.evidence.log import Footer
from atverdict.conformance.evidence.trace import Item, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.grammar.message import Event

__all__ = ["Races"]

SOON_S = 0.5
"""The time within which an event may belong to the state in which the answer was made."""
AWAITED = {
    "SOTA-CMD-OTARD-014": (7, 10703),
    "SOTA-CMD-UPDATE-010": (7, 10700),
    "SOTA-CMD-UPDATE-011": (7, 10700),
}
"""The event that makes the answer right, by the requirement that it seemed to break."""


class Races:
    """Failures that wait for the event that may excuse them.

    A module changes its state first and prints the event then. A host that asks in between, as a
    replay may that makes no pauses, gets the answer of the new state.
    """

    def __init__(self) -> None:
        self._held: list[Finding] = []

    def pass_on(self, findings: Iterable[Finding], item: Item, now_s: float) -> list[Finding]:
        """Take the findings on an item, and return those that are certain by now."""
        certain = self._decided(item, now_s)
        for found in findings:
            may_be_early = found.verdict is Verdict.FAIL and found.requirement in AWAITED
            (self._held if may_be_early else certain).append(found)
        return certain

    def rest(self) -> list[Finding]:
        """Return what is still held back, as it is: nothing more follows."""
        held, self._held = self._held, []
        return held

    def _decided(self, item: Item, now_s: float) -> list[Finding]:
        event = item.message if isinstance(item, Urc) else None
        pair = (event.type, event.code) if isinstance(event, Event) else None
        decided, held = [], []
        for found in self._held:
            late_s = now_s - found.places[-1].instant_s
            if late_s < SOON_S and pair == AWAITED[found.requirement]:
                assert isinstance(item, Urc)
                decided.append(_excused(found, item, late_s))
            elif late_s >= SOON_S or isinstance(item, Footer):
                decided.append(found)
            else:
                held.append(found)
        self._held = held
        return decided


def _excused(found: Finding, urc: Urc, late_s: float) -> Finding:
    event = urc.message
    assert isinstance(event, Event)
    name = f"{event.type},{event.code}"
    observed = (
        f"{found.observed}; {name} came {late_s:.3f} s later, so it became true while the answer "
        "was being sent, perhaps"
    )
    places = (*found.places, urc.place)
    return replace(found, verdict=Verdict.INCONCLUSIVE, observed=observed, places=places)
