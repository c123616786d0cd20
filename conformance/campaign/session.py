"""The session with an IUT: one command line at a time. It writes the log and judges nothing."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from atverdict.adapters.pco import Control, Pco, PcoClosed, network_round_trip_s, remarks
from atverdict.conformance.campaign.live_trace import LiveTrace
from atverdict.conformance.campaign.patience import Mute, Patience, kind_of
from atverdict.conformance.campaign.records import round_trip, without_folders
from atverdict.conformance.campaign.second_try import LATE, SecondTries
from atverdict.conformance.campaign.stall_monitor import StallMonitor
from atverdict.conformance.evidence.log import (
    Abandoned,
    ControlAction,
    CutShort,
    Expected,
    GaveUp,
    LogWriter,
    NotAgain,
    Package,
    Port,
    Received,
    Reset,
    Sent,
    Waited,
    to_text,
)
from atverdict.conformance.evidence.secrecy import Redactor
from atverdict.conformance.evidence.trace import Exchange, Place
from atverdict.conformance.evidence.transport import SIMULATED
from atverdict.conformance.judge.expectation import matches
from atverdict.conformance.judge.first_contact import KNOCK_S
from atverdict.conformance.judge.module.proof import ModuleProof
from atverdict.conformance.judge.state.flow import Flow, is_ota
from atverdict.grammar.message import CommandLine, Event
from atverdict.grammar.reader import read_command
from atverdict.grammar.writer import write_command

__all__ = ["Mark", "Pair", "Session"]

Pair = tuple[int, int]
"""An event's type and code."""


class Mark(NamedTuple):
    """A place in a run."""

    urcs: int
    """The number of URCs before it."""
    line: int
    """The number of lines of the log before it."""


ANSWER_TIMEOUT_S = 5.0
"""The time to wait for a final result code. It is far above the documented 300 ms, so that a slow
answer is judged as a slow one."""
LONGEST_BLOCK_S = 60.0
"""The additional time for a block that is still arriving."""
KNOCK = b"AT\r"
SECOND_ANSWER_S = 0.4
"""The time for the answer to the second of two `AT`: above the documented 300 ms."""
LATE_S = 0.3
"""The time for an answer that comes behind a late one: else all answers were of the line before."""
ALIVE_S = 1.0
"""The time for AT where several lines were not answered."""
CLOCK_S = 1e-6
"""The rounding of instants."""
RESTARTS = frozenset({"power_cycle", "factory_reset"})
"""Actions that end everything that was begun."""
ROUND_TRIPS = 10
SECOND_TRIES = 2
"""The most times that a late or damaged answer is asked for again."""
SETTLING_S = 0.3
"""The time for the rest of a damaged answer to come before the line is sent again."""
LONGEST_GAP_S = 5.0
"""The longest pause before a line that is kept before it is sent again."""
HOST_PAUSE_S = 0.1
"""The pause between a result code and the next command line (SOTA-TIM-009)."""


class Session:
    """The conversation with an IUT; it is written to the log."""

    def __init__(
        self, pco: Pco, control: Control | None, log: LogWriter, redactor: Redactor
    ) -> None:
        """Talk through `pco` and write to `log`, which has its header or gets it first."""
        self._pco = pco
        self._control = control
        self._log = log
        self._redactor = redactor
        self._seen = LiveTrace()
        self._monitor = StallMonitor(pco, log.write)
        self._second_tries = SecondTries(self._seen)
        self._quiet_until_s = self._answered_s = self._gap_s = 0.0
        self.actions: frozenset[str] = control.actions() if control else frozenset()
        """The actions of the control agent."""
        self._patience = Patience(self._not_again)
        log.attach(self._seen.observe)

    @property
    def flow(self) -> Flow:
        """The state of the IUT as the wire has shown it."""
        return self._seen.flow

    @property
    def interconnection(self) -> ModuleProof:
        """The proof that the peer is an IUT."""
        return self._seen.interconnection

    def now(self) -> float:
        """Return the instant on the PCO's clock, in seconds."""
        return self._pco.now()

    def wall_clock(self) -> datetime:
        """Return date and time on the PCO's clock."""
        opened = datetime.fromisoformat(self._pco.opened_at)
        return opened + timedelta(seconds=self.now() - self._seen.opened_s)

    # Octets

    def command(
        self,
        command: CommandLine | bytes,
        *,
        terminator: bytes = b"\r",
        timeout_s: float | None = None,
        at_once: bool = False,
    ) -> Exchange:
        """Send one command line and wait for its final result code.

        `terminator` is added to the line. `at_once` leaves out the pause that a host makes before
        it. A late or damaged answer is asked for again where that changes nothing. A `timeout_s`
        makes it a question whether there is anybody at all: no answer to it is held against the
        IUT. Without one, a kind of line that was not answered often enough is not sent again; its
        exchange has no result code.

        Raises `PcoClosed` when the port is gone, and `Mute` when nothing is answered any more.
        """
        line = command if isinstance(command, bytes) else write_command(command, b"")
        kind = kind_of(line)
        if timeout_s is None and self._patience.exhausted(kind):
            return _unsent(line)
        octets = line + terminator
        if not at_once:
            self._listen(until_s=self._quiet_until_s)
        exchange = self._converse(octets, timeout_s)
        for _ in range(SECOND_TRIES):
            why = self._second_tries.why(exchange)
            if not why or (timeout_s is None and self._patience.exhausted(kind)):
                break
            exchange = self._try_again(exchange, octets, timeout_s, why)
        return exchange

    def _try_again(
        self, exchange: Exchange, octets: bytes, timeout_s: float | None, why: str
    ) -> Exchange:
        """Send a line once more, after the same pause as before: the state is then the same."""
        earlier = self._second_tries.earlier_range(exchange)
        pause_s = min(self._gap_s, LONGEST_GAP_S) if why in LATE else SETTLING_S
        self._listen(self.now() + pause_s)
        again = self._converse(octets, timeout_s)
        self._second_tries.note(why, exchange, again)
        if earlier is not None:
            start, length = earlier
            self._converse(b"AT+QIOTOTARD=%d,%d\r" % (start, length), timeout_s)
        return again

    def _converse(self, octets: bytes, timeout_s: float | None) -> Exchange:
        """Send a command line and wait until it is answered, or for too long."""
        seen, kind = self._seen, kind_of(octets.rstrip(b"\r\n"))
        count = seen.exchanges
        self._gap_s = self.now() - self._answered_s
        self._send(octets)
        pending = seen.trace.pending
        if pending is None:
            raise ValueError(f"{octets!r} is no command line that an IUT answers")
        limit_s = timeout_s or self._patience.answer_s(kind, ANSWER_TIMEOUT_S)
        deadline_s = self.now() + limit_s
        end_s = deadline_s + LONGEST_BLOCK_S * limit_s / ANSWER_TIMEOUT_S
        stalled_s = self._monitor.stalled_s
        while seen.exchanges == count:
            # The suite's own stalls do not count.
            until_s = deadline_s + self._monitor.stalled_s - stalled_s
            if self.now() >= until_s:
                break
            if self._receive(until_s, going_on=True) and pending.header is not None:
                # A long block on a slow line is no silence: each octet starts the time again.
                deadline_s = min(self.now() + limit_s, end_s)
        answered = seen.exchanges > count
        if not answered:
            self._flush()
            self._log.write(GaveUp(t=self.now(), after_s=limit_s))
        self._answered_s = self.now()
        self._quiet_until_s = self._answered_s + HOST_PAUSE_S
        exchange = seen.last
        assert exchange is not None
        if timeout_s is not None:
            return exchange
        if answered:
            self._patience.answered(kind)
            if self._patience.late():
                self._listen(self.now() + LATE_S)
        elif self._patience.unanswered(kind, limit_s) and self.interconnection.proved:
            self._still_there(since_s=exchange.sent.instant_s)
        return exchange

    def _still_there(self, since_s: float) -> None:
        """Find out whether the IUT answers at all. Raises `Mute` where it does not."""
        if self.command(b"AT", timeout_s=ALIVE_S).succeeded:
            self._patience.alive()
            return
        self._patience.mute()
        raise Mute(f"the IUT answers nothing since {since_s:.3f} s")

    def knock(self, within_s: float, second: bytes = KNOCK) -> bool:
        """Send `AT`, and `second` at once if no octet comes: True when `AT` is answered with OK.

        A module that sleeps loses the first line, and is awake only for a moment. Raises
        `PcoClosed` when the port is gone.
        """
        self._listen(until_s=self._quiet_until_s)
        count = self._seen.exchanges
        self._send(KNOCK)
        begin_s = self.now()
        knocks = 1
        if not self._receive(min(begin_s + KNOCK_S, begin_s + within_s)):
            self._send(second)
            knocks = 2
        self._receive_exchanges(count + 1, begin_s + within_s)
        answered = self._seen.exchanges > count
        if answered and knocks == 2:  # one that was only slow answers both
            patience_s = max(SECOND_ANSWER_S, 2 * (self.now() - begin_s))
            self._receive_exchanges(count + 2, self.now() + patience_s)
        self._flush()
        while self._seen.trace.pending is not None:
            self._log.write(GaveUp(t=self.now(), after_s=self.now() - begin_s))
        self._quiet_until_s = self.now() + HOST_PAUSE_S
        return answered and self.interconnection.answered

    def try_remedy(self, octets: bytes, within_s: float) -> None:
        """Send octets that may have `AT` answered, and wait for an answer of any form.

        A result code as a number ends no exchange. Raises `PcoClosed` when the port is gone.
        """
        self._listen(until_s=self._quiet_until_s)
        self._send(octets)
        begin_s = self.now()
        came = True
        while came and self._seen.trace.pending is not None and self.now() < begin_s + within_s:
            came = self._receive(begin_s + within_s)
        if self._seen.trace.pending is not None:
            self._log.write(GaveUp(t=self.now(), after_s=self.now() - begin_s))
        self._quiet_until_s = self.now() + HOST_PAUSE_S

    def _receive_exchanges(self, count: int, deadline_s: float) -> None:
        while self._seen.exchanges < count and self.now() < deadline_s:
            self._receive(deadline_s)

    def send_raw(self, octets: bytes) -> None:
        """Send octets that get no answer: an empty line, half a line, noise."""
        self._send(octets)

    def _send(self, octets: bytes) -> None:
        self._drain()
        instant_s = self._pco.write(octets)
        self._monitor.sent(instant_s)
        self._log.write(Sent(t=instant_s, octets=to_text(self._redactor.sent(octets))))

    def _drain(self) -> None:
        """Write down what has arrived: it came before the octets that are sent now."""
        while self._receive(self.now()):
            pass

    def _receive(self, until_s: float, *, going_on: bool = False) -> bool:
        """Wait for octets and write them down; False when there were none."""
        reception = self._monitor.read(until_s, going_on=going_on)
        if reception is None:
            return False
        octets = self._redactor.received(reception.octets)
        if octets:
            self._log.write(Received(t=reception.instant_s, octets=to_text(octets)))
        return True

    def _flush(self) -> None:
        """Write down what the redactor holds back, since nothing follows it."""
        octets = self._redactor.flush()
        if octets:
            self._log.write(Received(t=self.now(), octets=to_text(octets)))

    def _listen(self, until_s: float) -> None:
        while self.now() < until_s:
            self._receive(until_s)

    # Events

    def wait(
        self, *pairs: Pair, within_s: float, since: Mark | None = None, after: str = ""
    ) -> Event | None:
        """Wait for one of the events and return it; None when the time has passed without it.

        Events after the mark `since` count, too. What has not come before is waited for less, and
        in the end not at all; `after` tells apart what the same event is waited for.
        """
        kind = " or ".join(f"{event_type},{code}" for event_type, code in pairs)
        return self.wait_patiently(
            f"{kind} after {after}" if after else kind,
            pairs,
            lambda event: matches(event, pairs),
            within_s=within_s,
            since=since,
        )

    def wait_patiently(  # noqa: PLR0913 - what is waited for, how it is called, and for how long
        self,
        kind: str,
        pairs: tuple[Pair, ...],
        wanted: Callable[[Event], bool],
        *,
        within_s: float,
        since: Mark | None = None,
        quiet_s: float | None = None,
    ) -> Event | None:
        """Wait for an event of a kind that is wanted, but no longer than makes sense.

        With `quiet_s` it makes no sense where no event of the upgrade comes for so long. `pairs`
        are the events themselves: where the time is cut short they are not due any more.
        """
        quiet_s = self._patience.limit_s(kind, within_s if quiet_s is None else quiet_s)
        begin_s = self.now()
        event = self.wait_until(wanted, within_s=within_s, since=since, quiet_s=quiet_s)
        if event is not None:
            self._patience.came(kind)
            return event
        waited_s = self.now() - begin_s
        self._patience.missed(kind, waited_s)
        if waited_s < within_s - CLOCK_S:
            self._log.write(CutShort(t=self.now(), events=pairs, after_s=waited_s))
        return None

    def wait_until(
        self,
        wanted: Callable[[Event], bool],
        *,
        within_s: float,
        since: Mark | None = None,
        quiet_s: float | None = None,
    ) -> Event | None:
        """Wait for an event that is wanted; None when the time has passed without it.

        With `quiet_s` each event of the upgrade gives that time anew, up to `within_s` in all.
        """
        index = len(self._seen.urcs) if since is None else since.urcs
        end_s = deadline_s = self.now() + within_s
        if quiet_s is not None:
            deadline_s = min(end_s, self.now() + quiet_s)
        while True:
            while index < len(self._seen.urcs):
                urc = self._seen.urcs[index]
                if isinstance(urc.message, Event) and wanted(urc.message):
                    return urc.message
                if quiet_s is not None and is_ota(urc):
                    deadline_s = min(end_s, self.now() + quiet_s)
                index += 1
            if self.now() < deadline_s:
                self._receive(deadline_s)
            elif not self._receive(self.now()):  # a stall may have left octets in the port
                self._waited()
                return None

    def events(self, since: Mark) -> list[Event]:
        """Return the events after a mark."""
        messages = (urc.message for urc in self._seen.urcs[since.urcs :])
        return [message for message in messages if isinstance(message, Event)]

    def mark(self) -> Mark:
        """Return a mark for `wait` and `expect`: everything that comes from now on."""
        self._drain()
        return Mark(len(self._seen.urcs), self._log.lines)

    def listen(self, duration_s: float) -> None:
        """Listen for a while, whatever comes."""
        self._listen(self.now() + duration_s)
        self._waited()

    def abandon(self, reason: str) -> None:
        """Write down that the upgrade under way counts as ended, though the IUT has not said so."""
        self._log.write(Abandoned(t=self.now(), reason=reason))

    def _not_again(self, reason: str) -> None:
        self._log.write(NotAgain(t=self.now(), reason=reason))

    def _waited(self) -> None:
        self._flush()
        self._log.write(Waited(t=self.now()))

    def expect(  # noqa: PLR0913 - the record's fields
        self,
        requirement: str,
        *pairs: Pair,
        within_s: float,
        after: Exchange | None = None,
        since: Mark | None = None,
        because: str = "",
        instead: tuple[Pair, ...] = (),
        forbidden: bool = False,
        certain: bool = True,
    ) -> None:
        """Write down the events that must follow from now on, or must not, by a requirement.

        `after` is the command that causes them: they may come before its OK. `since` is the mark
        where something else causes them. Where it is not `certain` that they are due, their absence
        is inconclusive and no fail. Nothing follows from a command that was not sent.
        """
        if after is not None and not after.sent.octets:
            return
        line = self._log.lines if since is None else since.line
        self._log.write(
            Expected(
                t=self.now(),
                requirement=requirement,
                events=pairs,
                within_s=within_s,
                since=after.sent.line if after else line,
                instead=instead,
                forbidden=forbidden,
                otherwise="fail" if certain else "inconclusive",
                because=because,
            )
        )

    # Transport, laboratory and port

    def measure_transport(self) -> None:
        """Write down how long `AT` takes; not on virtual time, where the transport adds nothing.

        Raises `PcoClosed` when the port is gone.
        """
        if self._pco.transport == SIMULATED:
            return
        exchanges = [self.command(b"AT") for _ in range(ROUND_TRIPS)]
        times = sorted(
            each.final_place.instant_s - each.sent.instant_s
            for each in exchanges
            if each.succeeded and each.final_place is not None
        )
        if times:
            self._log.write(round_trip(self.now(), times, network_round_trip_s(self._pco)))

    def can(self, *actions: str) -> bool:
        """Tell whether the control agent can do all of these."""
        return self.actions.issuperset(actions)

    def perform(self, action: str, **arguments: object) -> bool:
        """Have the control agent do something; False when it could not.

        Raises `ControlError` when the agent is broken.
        """
        if self._control is None:
            return False
        self._drain()
        if action in RESTARTS:
            self._flush()
            self._log.write(Reset(t=self.now()))
        reply = self._control.perform(action, arguments)
        shown = without_folders(arguments)
        self._log.write(ControlAction(t=self.now(), action=action, arguments=shown, reply=reply))
        return reply.get("ok") is True

    def package(self, component: str, octets: bytes) -> None:
        """Write down the package that the laboratory uploaded for a component."""
        self._log.write(
            Package(
                t=self.now(), component=component, octets=base64.b64encode(octets).decode("ascii")
            )
        )

    def port_lost(self, closed: PcoClosed, until_s: float) -> bool:
        """Write down that the port was lost, and wait for it; False when it does not come back."""
        self._log.write(Port(t=self.now(), open=False, reason=str(closed)))
        back = self._pco.reopen(until_s)
        if back:
            found = remarks(self._pco).get("port", "")
            self._log.write(Port(t=self.now(), open=True, reason=found))
        return back


def _unsent(line: bytes) -> Exchange:
    """Return the exchange of a line that is not sent again: nothing came, for nothing was sent."""
    return Exchange(read_command(line), Place(0, 0.0, b""))
