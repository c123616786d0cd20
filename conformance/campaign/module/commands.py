"""Commands to a module: command lines, events, and the sanity dialogue around a group."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from atverdict.conformance.campaign.session import Mark, Pair, Session
from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.judge.peer_kind import sim_problem
from atverdict.conformance.judge.state.flow import OTA, Flow
from atverdict.conformance.preparation.pixit import Pixit
from atverdict.grammar.message import CommandForm, CommandLine, Value

__all__ = ["SIM_STATE", "Commands", "Inconclusive", "Insane", "ota"]

SANITY_ATTEMPTS = 3
MISSED_OFTEN = 2
SIM_STATE = (b"AT+CMEE=2", b"AT+CPIN?", b"AT+CMEE=0")
"""The question for the SIM. Without the first line its answer is ERROR alone."""
SHORT_S = 5.0
"""The time to wait for an event that did not come twice before."""


class Inconclusive(Exception):
    """A test purpose cannot get to its point. This says something about the run, not the IUT."""


class Insane(Inconclusive):
    """The sanity dialogue around a negative group failed: failures in the group prove nothing."""


def ota(*codes: int) -> tuple[Pair, ...]:
    """Return the upgrade's events with these codes; 0 stands for all of them."""
    return tuple((OTA, code) for code in codes)


@dataclass(slots=True)
class Commands:
    """The commands to one module."""

    session: Session
    pixit: Pixit
    updating_first: bool = False
    """The profile's 10704 comes before the first read, and UPDATE=3 is not used (E-03)."""
    missed: dict[str, int] = field(default_factory=dict)
    """The number of waits in vain, by event."""
    sim: str | None = None
    """What the SIM was said to be; None before it was asked."""

    @property
    def flow(self) -> Flow:
        """The state of the IUT as the wire has shown it."""
        return self.session.flow

    def test(self, name: str) -> Exchange:
        """Send a test form."""
        return self.session.command(CommandLine(name, CommandForm.TEST))

    def read(self, name: str) -> Exchange:
        """Send a read form."""
        return self.session.command(CommandLine(name, CommandForm.READ))

    def write(self, name: str, *parameters: Value) -> Exchange:
        """Send a write form."""
        return self.session.command(CommandLine(name, CommandForm.WRITE, parameters))

    def execute(self, name: str) -> Exchange:
        """Send an execute form."""
        return self.session.command(CommandLine(name, CommandForm.EXECUTE))

    def announce(self, component: str, version: str) -> Exchange:
        """Announce a component's version."""
        return self.write("QIOTMCUVER", component, version)

    def request(self, info: int | None = 1) -> Exchange:
        """Ask for a plan."""
        exchange = self.execute("QIOTOTAREQ") if info is None else self.write("QIOTOTAREQ", info)
        if not exchange.succeeded:
            raise Inconclusive("the request for a plan was not accepted")
        return exchange

    def block(self, start: int, length: int) -> Exchange:
        """Read a block; like every known host, without a pause before the next."""
        command = CommandLine("QIOTOTARD", CommandForm.WRITE, (start, length))
        return self.session.command(command, at_once=True)

    def poll(self) -> Exchange:
        """Read the state without a pause before it."""
        return self.session.command(CommandLine("QIOTSTATE", CommandForm.READ), at_once=True)

    def alive(self) -> Exchange:
        """Ask whether the interpreter still answers."""
        return self.session.command(b"AT")

    @contextlib.contextmanager
    def sanity(self) -> Iterator[None]:
        """Put the sanity dialogue before and after a negative group."""
        if not self._sane():
            raise Insane("the sanity dialogue before the group failed")
        yield
        if not self._sane():
            raise Insane("the sanity dialogue after the group failed")

    def _sane(self) -> bool:
        answered = any(self.alive().succeeded for _ in range(SANITY_ATTEMPTS))
        return answered and self.read("QIOTSTATE").succeeded

    def expect_silence(
        self,
        requirement: str,
        *pairs: Pair,
        because: str,
        within_s: float | None = None,
        after: Exchange | None = None,
        since: Mark | None = None,
    ) -> None:
        """Listen for events that must not come, for `within_s` or the silence of the PIXIT."""
        duration_s = self.pixit.timing.silence if within_s is None else within_s
        self.session.expect(
            requirement,
            *pairs,
            within_s=duration_s,
            after=after,
            since=since,
            forbidden=True,
            because=because,
        )
        self.session.listen(duration_s)

    def sim_state(self) -> str:
        """Ask once for the SIM; return why it hinders a connection, as the rest of a sentence.

        Empty where nothing is known: a module without SIM, such as one for Wi-Fi, refuses this.
        """
        if self.sim is None:
            asked = [self.session.command(line) for line in SIM_STATE]
            said = b"".join(place.octets for each in asked for place in each.places[1:])
            problem, remedy = sim_problem(said)
            self.sim = f": {problem}. {remedy}" if problem else ""
        return self.sim

    def waiting_time_s(self, event: str, within_s: float) -> float:
        """Return the time to wait for an event, in seconds: less after two waits in vain."""
        return within_s if self.missed.get(event, 0) < MISSED_OFTEN else min(within_s, SHORT_S)

    def note_missed(self, event: str) -> None:
        """Note that an event did not come in the time that it was given."""
        self.missed[event] = self.missed.get(event, 0) + 1
