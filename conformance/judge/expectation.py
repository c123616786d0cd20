"""Expectations of test purposes: events that must follow, or must not."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from atverdict.conformance.evidence.log import (
    CutShort,
    End,
    Expected,
    Port,
    Reset,
    Resumed,
    Waited,
)
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Asked, Item, Place, Stray, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.finding import Finding, finding
from atverdict.conformance.judge.state.flow import OTA, Flow
from atverdict.grammar.message import Event, Malformed, Offer

__all__ = ["Expectations", "matches"]

ANY_ERROR = 0
"""The code that stands for every code of type 7, and for every error of other types."""
FIRST_ERROR = 10300
ACCESS = 2
NETWORK_LOST = (10473, 10474)
ONLINE = (3, 10200)
PERSISTENCE = "SOTA-PER-"
"""The area of the requirements that say what happens without network."""
WITHOUT_NETWORK = "; it had said that the network was lost"
REMEMBERED = 64
"""The number of events and command lines that are kept for expectations."""
SHOWN = 5
"""The number of events that are shown where the expected one did not come."""


def matches(event: Event, pairs: tuple[tuple[int, int], ...]) -> bool:
    """Tell whether an event is one of the pairs."""
    return any(
        event.type == event_type and (event.code == code or (code == ANY_ERROR and _any(event)))
        for event_type, code in pairs
    )


def _any(event: Event) -> bool:
    return event.type == OTA or event.code >= FIRST_ERROR


@dataclass(slots=True)
class _Open:
    expected: Expected
    place: Place


class Expectations:
    """The open expectations; they are judged as the trace goes on."""

    def __init__(self, flow: Flow) -> None:
        """Judge the events of an IUT with this state."""
        self._flow = flow
        self._open: list[_Open] = []
        self._unreadable = Place(0, 0.0, b"")
        self._gone_line = 0
        self._offline = False
        self._lost_line = 0
        self._recent: deque[tuple[Urc, Event]] = deque(maxlen=REMEMBERED)
        self._asked: deque[Place] = deque(maxlen=REMEMBERED)

    def observe(self, item: Item, line: int) -> Iterator[Finding]:
        """Take the next item and judge the expectations that it decides; `line` is its line."""
        match item:
            case Expected():
                self._open.append(_Open(item, Place(line, item.t, b"")))
                # The event may have come before the OK of the command that causes it (E-27).
                for urc, event in self._recent:
                    yield from self._event(urc, event)
            case Urc(message=Event() as event):
                self._recent.append((item, event))
                self._network(item, event)
                yield from self._event(item, event)
            case Stray(message=Malformed(resembles="QIOTEVT")):
                self._unreadable = item.place
            case Asked():
                self._asked.append(item.exchange.sent)
            case Waited():
                yield from self._silence(item, line)
            case CutShort():
                yield from self._cut_short(item)
            case Port() | End():
                yield from self._ended(item, line)
            case Reset() | Resumed():
                # A restart ends all that was due.
                what = "a restart" if isinstance(item, Reset) else "an interruption of the run"
                yield from self.cut_short(what, item.t)
                self._open.clear()
            case _:
                pass

    def cut_short(self, what: str, now_s: float) -> Iterator[Finding]:
        """Yield the open expectations as findings that `what` has ended."""
        for pending in self._open:
            yield _cut_by(pending, what, now_s)

    def _ended(self, item: Port | End, line: int) -> Iterator[Finding]:
        """End what was forbidden: what is done to recover may cause it."""
        if isinstance(item, Port) and not item.open:
            self._gone_line = line
            yield from self._permitted_again("the loss of the port", item.t)
        elif isinstance(item, End) and item.problem:
            yield from self._permitted_again("the end of its test purpose", item.t)

    def _permitted_again(self, what: str, now_s: float) -> Iterator[Finding]:
        """End the expectations that forbid events."""
        for pending in [each for each in self._open if each.expected.forbidden]:
            self._open.remove(pending)
            yield _cut_by(pending, what, now_s)

    def _event(self, urc: Urc, event: Event) -> Iterator[Finding]:
        for pending in list(self._open):
            expected = pending.expected
            met = matches(event, expected.events)
            if urc.place.line <= expected.since or not (met or matches(event, expected.instead)):
                continue
            self._open.remove(pending)
            good = met != expected.forbidden
            verdict = Verdict.PASS if good else _otherwise(expected)
            observed = f"{event.type},{event.code}"
            if not good and not expected.forbidden and self._unreadable.line > expected.since:
                verdict = Verdict.INCONCLUSIVE  # it may have been the expected event
                observed += f" after {self._damaged()}"
            elif not good and expected.forbidden and self._of_the_module(event):
                verdict = Verdict.INCONCLUSIVE
                observed += " of the module's own firmware"
            elif not good and not expected.forbidden and self._without_network(expected):
                verdict = Verdict.INCONCLUSIVE
                observed += WITHOUT_NETWORK
            yield _judged(pending, verdict, urc, observed)

    def _cut_short(self, cut: CutShort) -> Iterator[Finding]:
        """Close what is not waited for any longer: what the suite does next may prevent it."""
        for pending in [p for p in self._open if not p.expected.forbidden]:
            if not set(cut.events).intersection(pending.expected.events):
                continue
            self._open.remove(pending)
            observed = f"none of them for {cut.after_s:.1f} s; it was not waited for any longer"
            yield _cut(pending, observed)

    def _damaged(self) -> str:
        return f"an event that cannot be read: {printable(self._unreadable.octets, 60)}"

    def _silence(self, waited: Waited, line: int) -> Iterator[Finding]:
        for pending in [
            p for p in self._open if p.expected.t + p.expected.within_s <= waited.t + 1e-6
        ]:
            self._open.remove(pending)
            expected = pending.expected
            if self._gone_line > expected.since:
                # Events may have come while the port was gone.
                yield _cut(pending, "cut short by the loss of the port")
                continue
            came = [urc for urc, _ in self._recent if urc.place.line > expected.since]
            observed = _came(came, waited.t)
            verdict = Verdict.PASS if expected.forbidden else _otherwise(expected)
            if self._unreadable.line > expected.since:
                # It may have been the expected event, in a wrong form.
                verdict = Verdict.INCONCLUSIVE
                observed += f", but {self._damaged()}"
            elif self._without_network(expected):
                verdict = Verdict.INCONCLUSIVE
                observed += WITHOUT_NETWORK
            places = [*self._cause(pending), *(urc.place for urc in came[-SHOWN:])]
            if self._unreadable.line > expected.since:
                places.append(self._unreadable)
                places.sort(key=lambda place: place.line)
            places.append(Place(line, waited.t, b""))
            yield _judged(pending, verdict, places, observed)

    def _network(self, urc: Urc, event: Event) -> None:
        """Note whether the IUT says that the network is lost, or back."""
        if event.type == ACCESS and event.code in NETWORK_LOST:
            self._lost_line = urc.place.line
            self._offline = True
        elif (event.type, event.code) == ONLINE:
            self._offline = False

    def _of_the_module(self, event: Event) -> bool:
        """Tell whether an event belongs to an upgrade of the module's own firmware."""
        if isinstance(event.payload, Offer):
            return self._flow.of_module(event.payload.component) is True
        run, upgrade = self._flow.run, self._flow.upgrade
        of_run = run is not None and run.of_module and not run.outcomes
        starts = event.code == 10701 and not event.values and self._flow.awaits_module()
        return event.type == OTA and bool(upgrade and not upgrade.ended) and (of_run or starts)

    def _without_network(self, expected: Expected) -> bool:
        """Tell whether an event of an upgrade was due while the IUT had no network."""
        of_upgrade = all(event_type == OTA for event_type, _ in expected.events)
        lost = self._offline or self._lost_line > expected.since
        return of_upgrade and lost and not expected.requirement.startswith(PERSISTENCE)

    def _cause(self, pending: _Open) -> list[Place]:
        """Return the command line that was to cause the events: the last one before them."""
        since = pending.expected.since
        sent = [p for p in self._asked if p.line <= max(since, pending.place.line)]
        exact = [p for p in sent if p.line == since]
        return (exact or sent)[-1:]


def _judged(
    pending: _Open, verdict: Verdict, item: Item | Iterable[Place], observed: str
) -> Finding:
    expected = pending.expected
    found = finding(expected.requirement, verdict, item, _sentence(expected), observed)
    return replace(found, part=_part(expected))


def _cut_by(pending: _Open, what: str, now_s: float) -> Finding:
    return _cut(pending, f"cut short by {what} at {now_s:.3f} s")


def _cut(pending: _Open, observed: str) -> Finding:
    return replace(
        _judged(pending, Verdict.INCONCLUSIVE, [pending.place], observed), cut_short=True
    )


def _part(expected: Expected) -> str:
    """Name the part of a rule: its first event, or the silence about it."""
    event_type, code = expected.events[0]
    return f"{'no ' if expected.forbidden else ''}{event_type},{code}"


def _otherwise(expected: Expected) -> Verdict:
    return Verdict.FAIL if expected.otherwise == "fail" else Verdict.INCONCLUSIVE


def _came(urcs: list[Urc], until_s: float) -> str:
    """Say which events came instead, and until when there was no other."""
    names = list(dict.fromkeys(_event_name(urc) for urc in urcs))
    if not names:
        return f"no event until {until_s:.3f} s"
    shown = ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")
    return f"{shown}, and no other event until {until_s:.3f} s"


def _event_name(urc: Urc) -> str:
    event = urc.message
    return f"{event.type},{event.code}" if isinstance(event, Event) else ""


def _sentence(expected: Expected) -> str:
    names = " or ".join(_name(*pair) for pair in expected.events)
    what = f"no {names}" if expected.forbidden else names
    because = f" ({expected.because})" if expected.because else ""
    return f"{what} within {expected.within_s:g} s{because}"


def _name(event_type: int, code: int) -> str:
    if code != ANY_ERROR:
        return f"{event_type},{code}"
    return "event of the upgrade" if event_type == OTA else f"an error of type {event_type}"
