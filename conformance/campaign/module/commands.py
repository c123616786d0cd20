"""How an IUT under test is spoken to: command lines, its connection, the sanity dialogue."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from atverdict.conformance.campaign.session import Mark, Pair, Session
from atverdict.conformance.evidence.log import Effort
from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.judge.state.flow import OTA, Flow, Link
from atverdict.conformance.preparation.pixit import Pixit
from atverdict.grammar.message import CommandForm, CommandLine, Value

__all__ = [
    "CONNECTION_ERRORS",
    "LINK_LOST",
    "OFFLINE",
    "ONLINE",
    "REGISTERED",
    "Handling",
    "Inconclusive",
    "Insane",
    "ota",
]

REGISTERED: Pair = (2, 10200)
ONLINE: Pair = (3, 10200)
CONNECTION_ERRORS: tuple[Pair, ...] = ((1, 0), (2, 0), (3, 0))
OFFLINE: Pair = (6, 10200)
LINK_LOST: tuple[Pair, ...] = ((2, 10473), (2, 10474))
SANITY_ATTEMPTS = 3
IN_VAIN = 2
SHORT_S = 5.0
"""How long an event is waited for that did not come twice before."""


class Inconclusive(Exception):
    """A test purpose cannot get to its point: a statement about the run, not about the IUT."""


class Insane(Inconclusive):
    """The sanity dialogue around a negative group failed: its failures prove nothing."""


def ota(*codes: int) -> tuple[Pair, ...]:
    """Return the upgrade's events with these codes; 0 stands for all of them."""
    return tuple((OTA, code) for code in codes)


@dataclass(slots=True)
class Handling:
    """One IUT under test."""

    session: Session
    pixit: Pixit
    effort: Effort = Effort.STANDARD
    updating_first: bool = False
    """The profile's 10704 comes before the first read, and UPDATE=3 is not used (E-03)."""
    waits_in_vain: dict[str, int] = field(default_factory=dict)
    """How often an event was waited for in vain."""
    package_path: Path | None = None
    """The suite's own package, armed where the PIXIT names none and the laboratory takes it."""

    @property
    def flow(self) -> Flow:
        """The state of the IUT, as the wire has shown it."""
        return self.session.flow

    # Command lines

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

    # Connection

    def disconnected(self) -> None:
        """Bring the IUT to registration mode 0."""
        mark = self.session.mark()
        online = self.is_online
        if not self.write("QIOTREG", 0).succeeded:
            raise Inconclusive("AT+QIOTREG=0 was not accepted")
        if online:
            self.session.wait(OFFLINE, within_s=self.pixit.timing.connect, since=mark)

    @property
    def is_online(self) -> bool:
        """Tell whether the IUT is connected, as far as is known."""
        return self.flow.link is Link.ONLINE

    def online(self) -> None:
        """Bring the IUT to the platform, and do nothing where it is there."""
        if self.is_online:
            return
        self.read("QIOTSTATE")
        if self.is_online:
            return
        mark = self.session.mark()
        if not self.write("QIOTREG", 1).succeeded:
            raise Inconclusive("AT+QIOTREG=1 was not accepted, so the platform cannot be reached")
        self.wait_online(mark)

    def wait_online(self, mark: Mark) -> None:
        """Wait until the connection stands."""
        within_s = self.pixit.timing.connect
        patience_s = self.patience("3,10200", within_s)
        self.session.wait_until(lambda _: self.is_online, within_s=patience_s, since=mark)
        if not self.is_online:
            self.in_vain("3,10200")
            raise Inconclusive(f"no 3,10200 within {within_s:g} s after AT+QIOTREG=1")

    def patience(self, event: str, within_s: float) -> float:
        """Return how long to wait for an event: less after waiting in vain twice."""
        return within_s if self.waits_in_vain.get(event, 0) < IN_VAIN else min(within_s, SHORT_S)

    def in_vain(self, event: str) -> None:
        """Note that an event did not come in the time that it was given."""
        self.waits_in_vain[event] = self.waits_in_vain.get(event, 0) + 1

    # Version

    def announce(self, component: str, version: str) -> Exchange:
        """Announce a component's version."""
        return self.write("QIOTMCUVER", component, version)

    def announced(self) -> None:
        """Have the source version of the plan's component announced."""
        plan = self.pixit.plan
        stored = self.flow.versions.get(plan.component) == plan.source_version
        if stored and plan.component in self.flow.announced:
            return
        if not self.announce(plan.component, plan.source_version).succeeded:
            raise Inconclusive("the version of the MCU was not accepted")

    def registered(self, mode: int) -> None:
        """Bring the IUT online in registration mode 1 or 2."""
        self.disconnected()
        mark = self.session.mark()
        if not self.write("QIOTREG", mode).succeeded:
            raise Inconclusive(f"AT+QIOTREG={mode} was not accepted")
        self.wait_online(mark)

    def poll(self) -> Exchange:
        """Read the state without a pause before it."""
        return self.session.command(CommandLine("QIOTSTATE", CommandForm.READ), at_once=True)

    def expect_silence(
        self,
        requirement: str,
        *pairs: Pair,
        because: str,
        within_s: float | None = None,
        after: Exchange | None = None,
        since: Mark | None = None,
    ) -> None:
        """Listen for events that must not come; for as long as the PIXIT says, if not told."""
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

    # Sanity

    def alive(self) -> Exchange:
        """Ask whether the interpreter still answers."""
        return self.session.command(b"AT")

    @contextlib.contextmanager
    def sanity(self) -> Iterator[None]:
        """Surround a negative group with a sanity dialogue, without which it proves nothing."""
        if not self._sane():
            raise Insane("the sanity dialogue before the group failed")
        yield
        if not self._sane():
            raise Insane("the sanity dialogue after the group failed")

    def _sane(self) -> bool:
        answered = any(self.alive().succeeded for _ in range(SANITY_ATTEMPTS))
        return answered and self.read("QIOTSTATE").succeeded
