"""The replayer: it sends recorded steps, without the pauses between them."""

from collections import Counter
from pathlib import Path

from atverdict.conformance.campaign.module.body import DECISION_S
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.campaign.module.replay import awaited, line_of
from atverdict.conformance.campaign.session import Mark, Pair
from atverdict.conformance.evidence.log import Expected
from atverdict.conformance.judge.state.flow import Phase
from atverdict.conformance.preparation.replay_steps import (
    Await,
    Expect,
    Perform,
    Prepare,
    Send,
    Settle,
    Step,
    answer_of,
)
from atverdict.grammar.message import Event

__all__ = ["Replayer"]

OFFER = (7, 10700)
DOWNLOADED = frozenset({(7, 10701), (7, 10703)})
RESTARTS = frozenset({"power_cycle", "factory_reset"})


class Replayer:
    """The replay on one IUT: its steps in their order, each as soon as possible."""

    def __init__(self, iut: Iut) -> None:
        """Begin now; earlier events do not count."""
        self._iut = iut
        self._session = iut.session
        self._start = self._session.mark()
        self._awaited: dict[Pair, int] = {}
        self._missing: set[Pair] = set()
        self._lines: dict[int, int] = {}
        """The line in the new log by the line in the file, for command lines."""
        self._last_sent = self._start
        self._open: list[tuple[Expected, Mark]] = []
        self._as_recorded = True
        """True while every answer, event and read value is the recorded one; after the first
        difference nothing is due for certain."""
        self._recorded: Counter[Pair] = Counter()
        """The events of the whole record."""

    def run(self, steps: tuple[Step, ...]) -> None:
        """Do all steps. Raises what the session raises."""
        self._recorded = Counter(step.pair for step in steps if isinstance(step, Await))
        for step in steps:
            match step:
                case Prepare():
                    self._prepare(step)
                case Send():
                    self._send(step)
                case Perform():
                    self._perform(step.action, step.arguments)
                case Await():
                    self._await(step)
                case Expect():
                    self._expect(step.expected)
                case Settle():
                    self._settle()
        self._settle()
        self._session.listen(self._iut.pixit.timing.silence)

    def _prepare(self, step: Prepare) -> None:
        """Bring the IUT to the state that it had before the first purpose."""
        if step.online:
            self._iut.preamble.online()
        for component, version in step.versions:
            self._iut.commands.announce(component, version)
        match step.phase:
            case Phase.IDLE:
                pass
            case Phase.OFFERED:
                self._iut.preamble.offered()
            case Phase.UPDATING:
                self._iut.preamble.updating()
            case _:
                self._iut.preamble.ready()
        self._start = self._session.mark()
        self._awaited.clear()

    def _send(self, step: Send) -> None:
        self._last_sent = self._session.mark()
        line = step.octets.lstrip(b"\r\n")
        if line[:2].upper() == b"AT" and b"\r" in line:
            exchange = self._session.command(step.octets, terminator=b"")
            self._lines[step.line] = exchange.sent.line
            same = step.succeeded in (None, exchange.succeeded)
            if not same or step.answer not in ("", answer_of(exchange)):
                self._as_recorded = False
        else:
            self._session.send_raw(step.octets)

    def _perform(self, action: str, arguments: dict[str, object]) -> None:
        """Repeat an action where the agent can, with the package of this laboratory."""
        plan = arguments.get("plan")
        octets: bytes | None = None
        if isinstance(plan, dict) and "image" in plan:
            path = self._iut.laboratory.package_named(Path(str(plan["image"])).name)
            octets = path.read_bytes()
            arguments = arguments | {"plan": plan | {"image": str(path)}}
        done = self._session.perform(action, **arguments)
        if done and octets is not None and isinstance(plan, dict):
            self._session.package(str(plan.get("component", "")), octets)
        if done and action in RESTARTS:
            self._iut.laboratory.wait_boot()

    def _await(self, step: Await) -> None:
        """Wait until an event has come as often as in the record; for a missing event once only."""
        pair = step.pair
        self._awaited[pair] = self._awaited.get(pair, 0) + 1
        if pair in self._missing:
            return
        left = self._awaited[pair]

        def enough(event: Event) -> bool:
            nonlocal left
            left -= (event.type, event.code) == pair
            return left <= 0

        within_s = self._limit_s(pair)
        event = self._session.wait_until(enough, within_s=within_s, since=self._start)
        if event is None:
            self._missing.add(pair)
        if event is None or step.line not in ("", line_of(event)):
            self._as_recorded = False

    def _notice(self) -> None:
        """Notice events that the record does not have."""
        events = self._session.events(self._start)
        came = Counter((event.type, event.code) for event in events)
        if any(awaited(pair) and count > self._recorded[pair] for pair, count in came.items()):
            self._as_recorded = False

    def _limit_s(self, pair: Pair) -> float:
        timing = self._iut.pixit.timing
        if pair[0] != OFFER[0]:
            return timing.connect
        if pair == OFFER:
            return timing.offer
        return timing.download if pair in DOWNLOADED else timing.outcome

    def _expect(self, expected: Expected) -> None:
        """Expect the same, after the same command line.

        Where the IUT has not done what was recorded, the expectation may have no cause any more:
        then nothing is certain to be due.
        """
        self._notice()
        earlier = [line for line in self._lines if line <= expected.since]
        since = Mark(0, self._lines[max(earlier)] if earlier else self._start.line)
        self._session.expect(
            expected.requirement,
            *expected.events,
            within_s=expected.within_s,
            since=since,
            because=expected.because,
            instead=expected.instead,
            forbidden=expected.forbidden,
            certain=self._as_recorded and expected.otherwise == "fail",
        )
        self._open.append((expected, self._last_sent))

    def _settle(self) -> None:
        """Listen until the expected events have come, or their time is over."""
        if not self._open:
            self._session.listen(DECISION_S)  # a faster decision is a race with the offer
        for expected, since in self._open:
            if expected.forbidden:
                self._session.listen(expected.within_s)
            else:
                wanted = (*expected.events, *expected.instead)
                self._session.wait(*wanted, within_s=expected.within_s, since=since)
        self._open.clear()
