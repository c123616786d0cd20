"""Limits of time: an excess counts only where it is seen again in the same state."""

from dataclasses import dataclass, replace

from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.surroundings.stalls import Stalls
from atverdict.grammar.message import CommandLine

__all__ = ["Limits"]

OFTEN = ((3, 25), (6, 60))
"""So many excesses of one kind of command line count without one behind another, where they are
more than one in so many: rarer ones may be a busy machine each time."""
KEPT = 4096
"""The number of command lines of which the last duration is remembered."""

_Key = tuple[object, ...]


@dataclass(slots=True)
class _Kind:
    seen: int = 0
    exceeded: int = 0

    @property
    def often(self) -> bool:
        """True where so many were late that no busy machine explains it."""
        return any(
            self.exceeded >= count and self.exceeded * rare >= self.seen for count, rare in OFTEN
        )


class Limits:
    """The durations so far, by command line and state.

    One outlier may be due to a machine or a line between suite and IUT. It is tried again in the
    same state, and only what repeats is a fail: the same line or the same kind of line late twice
    in a row, or a kind late again and again.
    """

    def __init__(self, stalls: Stalls) -> None:
        self._stalls = stalls
        self._late: dict[_Key, bool] = {}
        self._kinds: dict[_Key, _Kind] = {}

    def weigh(self, exchange: Exchange, found: Finding, state: object) -> Finding | None:
        """Return a finding about the duration of an answer as far as it proves anything.

        None where the suite itself was late by as much: the line was sent again, and that counts.
        """
        late_s = found.late_s
        if late_s is None:
            return found
        kind, keys = self._keys(exchange, found, state)
        kind.seen += 1
        if found.verdict is not Verdict.FAIL:
            self._remember(keys, late=False)
            return found
        if 0.0 < self._stalled_s(exchange) >= late_s:
            return None
        kind.exceeded += 1
        again = any(self._late.get(key) for key in keys)
        self._remember(keys, late=True)
        if again or kind.often:
            return found
        return _doubted(found, "one outlier, which proves nothing until it is seen again")

    def of_events(self, found: Finding) -> Finding | None:
        """Return a finding about a time between events; None where a stall explains it."""
        late_s, places = found.late_s, found.places
        if late_s is None or found.verdict is not Verdict.FAIL or not places:
            return found
        stalled_s = self._stalls.overlap_s(places[0].instant_s, places[-1].instant_s)
        return None if 0.0 < stalled_s >= late_s else found

    def _keys(
        self, exchange: Exchange, found: Finding, state: object
    ) -> tuple[_Kind, tuple[_Key, _Key]]:
        command = exchange.command
        named = (command.name, command.form) if isinstance(command, CommandLine) else ()
        kind = (found.requirement, *named)
        line = (found.requirement, state, exchange.sent.octets)
        return self._kinds.setdefault(kind, _Kind()), (line, (*kind, state))

    def _remember(self, keys: tuple[_Key, _Key], *, late: bool) -> None:
        if len(self._late) > KEPT:
            self._late.clear()
        for key in keys:
            self._late[key] = late

    def _stalled_s(self, exchange: Exchange) -> float:
        if exchange.final_place is None:
            return 0.0
        return self._stalls.overlap_s(exchange.sent.instant_s, exchange.final_place.instant_s)


def _doubted(found: Finding, why: str) -> Finding:
    return replace(found, verdict=Verdict.INCONCLUSIVE, observed=f"{found.observed}, {why}")
