"""Commands to a module: command lines, events, and the sanity dialogue around a group."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from atverdict.conformance.campaign.patience import Inconclusive, Mute
from atverdict.conformance.campaign.session import Mark, Pair, Session
from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.judge.peer_kind import SIM_STATE, sim_problem
from atverdict.conformance.judge.state.flow import OTA, Flow
from atverdict.conformance.preparation.pixit import Pixit
from atverdict.grammar.message import CommandForm, CommandLine, Value

__all__ = ["Commands", "Inconclusive", "Insane", "ota"]

SANITY_ATTEMPTS = 3


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
        return self.insist("QIOTMCUVER", component, version)

    def insist(self, name: str, *parameters: Value) -> Exchange:
        """Send a write form on which much depends: once more where no answer came."""
        exchange = self.write(name, *parameters)
        return exchange if exchange.final is not None else self.write(name, *parameters)

    def provision(self) -> Exchange:
        """Write the product of the PIXIT, which must have one."""
        product = self.pixit.product
        assert product is not None
        return self.write("QIOTCFG", "productinfo", product.key, product.secret)

    def request(self, info: int | None = 1) -> Exchange:
        """Ask for a plan."""
        exchange = self.execute("QIOTOTAREQ") if info is None else self.insist("QIOTOTAREQ", info)
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
        try:
            if not self._sane():
                raise Insane("the sanity dialogue before the group failed")
            yield
            if not self._sane():
                raise Insane("the sanity dialogue after the group failed")
        except Mute as mute:
            raise Insane(str(mute)) from mute

    def _sane(self) -> bool:
        answered = any(self.alive().succeeded for _ in range(SANITY_ATTEMPTS))
        # One query that is never answered says nothing about the group.
        return answered and any(self.read(name).succeeded for name in ("QIOTSTATE", "QIOTREG"))

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
