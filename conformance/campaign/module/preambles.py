"""The preamble: the way to the state that a test purpose starts from."""

from collections.abc import Callable
from dataclasses import dataclass

from atverdict.conformance.campaign.module.body import OUTCOMES, Body
from atverdict.conformance.campaign.module.commands import Commands, Inconclusive, ota
from atverdict.conformance.campaign.module.laboratory import Laboratory
from atverdict.conformance.campaign.patience import Mute
from atverdict.conformance.campaign.session import Mark, Pair
from atverdict.conformance.judge.state.flow import Link, Phase
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun

__all__ = ["CONNECTION_ERRORS", "LINK_LOST", "OFFLINE", "ONLINE", "REGISTERED", "Preamble"]

REGISTERED: Pair = (2, 10200)
ONLINE: Pair = (3, 10200)
CONNECTION_ERRORS: tuple[Pair, ...] = ((1, 0), (2, 0), (3, 0))
OFFLINE: Pair = (6, 10200)
LINK_LOST: tuple[Pair, ...] = ((2, 10473), (2, 10474))
DONE = ("none", "offered", "refused", "success", "failed")
"""The answers of the platform while no upgrade is under way."""


def _give_up(cause: str) -> None:
    raise Inconclusive(cause)


@dataclass(slots=True)
class Preamble:
    """The shortest known way to each state; nothing is done where the module is there already."""

    _commands: Commands
    _laboratory: Laboratory
    _body: Body
    recover: Callable[[str], None] = _give_up
    """The way back to an offer from whatever is stuck, and why; set by the IUT."""
    _restart_helps: bool = True
    """False once a loss of power has not led to a connection."""

    def disconnected(self) -> None:
        """Bring the IUT to registration mode 0."""
        session, within_s = self._commands.session, self._commands.pixit.timing.connect
        mark = session.mark()
        online = self.is_online
        exchange = self._commands.write("QIOTREG", 0)
        if not exchange.succeeded:
            raise Inconclusive("AT+QIOTREG=0 was not accepted")
        if online:
            session.expect(
                "SOTA-CMD-REG-007",
                OFFLINE,
                within_s=within_s,
                after=exchange,
                because="AT+QIOTREG=0 was accepted online",
            )
            session.wait(OFFLINE, within_s=within_s, since=mark)

    @property
    def is_online(self) -> bool:
        """True while the IUT is connected, as far as is known."""
        return self._commands.flow.link is Link.ONLINE

    def online(self) -> None:
        """Connect the IUT to the platform, unless it is connected."""
        if self.is_online:
            return
        self._commands.read("QIOTSTATE")
        if self.is_online:
            return
        try:
            self._connect()
        except Inconclusive:
            if not self._restart_helps or not self._commands.session.can("power_cycle"):
                raise
            self._restart_helps = False
            self._laboratory.restart("power_cycle")
            self._connect()
            self._restart_helps = True

    def _connect(self) -> None:
        """Register, and wait for the connection."""
        if self._commands.flow.provisioned is False:
            self.provisioned()
        mark = self._commands.session.mark()
        exchange = self._commands.insist("QIOTREG", 1)
        if exchange.refused and self.provisioned():
            mark = self._commands.session.mark()
            exchange = self._commands.write("QIOTREG", 1)
        if not exchange.succeeded:
            sim = self._commands.sim_state()
            raise Inconclusive(
                f"AT+QIOTREG=1 was not accepted, so the platform cannot be reached{sim}"
            )
        self.wait_online(mark)

    def provisioned(self) -> bool:
        """Write the product of the PIXIT where the IUT has none; True where it was written."""
        if self._commands.pixit.product is None or self._commands.flow.provisioned:
            return False
        if self._commands.flow.provisioned is None:
            self._commands.write("QIOTCFG", "productinfo")
        if self._commands.flow.provisioned:
            return False
        return self._commands.provision().succeeded

    def wait_online(self, mark: Mark) -> None:
        """Wait until the connection stands."""
        within_s = self._commands.pixit.timing.connect
        self._commands.session.wait_patiently(
            "3,10200", (ONLINE,), lambda _: self.is_online, within_s=within_s, since=mark
        )
        for _ in range(2):  # it may be connected without a word
            if not self.is_online:
                self._commands.read("QIOTSTATE")
        if not self.is_online:
            sim = self._commands.sim_state()
            raise Inconclusive(f"no 3,10200 within {within_s:g} s after AT+QIOTREG=1{sim}")

    def registered(self, mode: int) -> None:
        """Bring the IUT online in registration mode 1 or 2."""
        self.disconnected()
        mark = self._commands.session.mark()
        if not self._commands.write("QIOTREG", mode).succeeded:
            sim = self._commands.sim_state()
            raise Inconclusive(f"AT+QIOTREG={mode} was not accepted{sim}")
        self.wait_online(mark)

    def announced(self) -> None:
        """Announce the source version of the plan's component, unless it is announced."""
        plan = self._commands.pixit.plan
        stored = self._commands.flow.versions.get(plan.component) == plan.source_version
        if stored and plan.component in self._commands.flow.announced:
            return
        if not self._commands.announce(plan.component, plan.source_version).succeeded:
            raise Inconclusive("the version of the MCU was not accepted")

    def offered(self, info: int | None = 1, *, large: bool = False) -> None:
        """Bring the IUT to an undecided offer; `info` 1 asks for a SHA-256, None for nothing."""
        upgrade = self._commands.flow.upgrade
        if self._commands.flow.phase is Phase.OFFERED and upgrade is not None:
            asked = upgrade.request_certain and upgrade.requested_with == info
            wanted = asked or not self._laboratory.controls_plans
            if wanted and not self._body.offers_firmware:
                return
        if self._body.no_offer:
            raise Inconclusive(self._body.no_offer)
        self.idle()
        self.online()
        if not self._laboratory.controls_plans:
            if self._commands.flow.upgrades:
                raise Inconclusive(
                    "the one plan that was armed is used up, and no control agent can arm another"
                )
            self._request_offer(info)
            return
        try:
            self._request_offer(info, large=large)
        except Inconclusive as none:
            self.recover(str(none))
            if info != 1 or large:
                self.idle()
                self._request_offer(info, large=large)

    def _request_offer(self, info: int | None, *, large: bool = False) -> None:
        """Have a plan armed, where that is possible, ask for it and wait for its offer."""
        if self._laboratory.controls_plans:
            self._laboratory.withdraw()
            self.announced()
            self._laboratory.arm(large=large)
        else:
            self.announced()
        mark = self._commands.session.mark()
        self._commands.request(info)
        self._body.wait_offer(mark)

    def offered_after(self, because: str, info: int = 1, *, large: bool = False) -> None:
        """Bring the IUT to an offer after the end of an upgrade; this must be possible.

        After a restart it must be possible only if the platform, too, counts the upgrade as ended.
        """
        self.idle()
        self.online()
        self._laboratory.withdraw()
        self.announced()
        self._laboratory.arm(large=large)
        last = self._commands.flow.upgrade
        unsettled = last is not None and last.cut_short and not self._platform_has_done
        mark = self._commands.session.mark()
        exchange = self._commands.request(info)
        if not unsettled:
            self._commands.session.expect(
                "SOTA-SEQ-014",
                *ota(10700),
                within_s=self._commands.pixit.timing.offer,
                after=exchange,
                certain=any(u.accepted and u.ended for u in self._commands.flow.upgrades),
                because=f"a new plan is armed, and {because}",
            )
        self._body.wait_offer(mark)

    @property
    def _platform_has_done(self) -> bool:
        """Ask the platform whether it counts the last upgrade as ended."""
        asked = self._commands.session.perform("platform_status")
        return asked and self._commands.flow.platform_status in DONE

    def offered_hastily(self) -> None:
        """Bring the IUT to an offer, and accept it without any pause."""
        self.online()
        self._laboratory.withdraw()
        self.announced()
        self._laboratory.arm()
        mark = self._commands.session.mark()
        self._commands.request(1)
        self._body.wait_offer(mark)
        if not self._commands.session.command(b"AT+QIOTUPDATE=1", at_once=True).succeeded:
            self._body.consent()

    def ready(self, info: int | None = 1) -> ComponentRun:
        """Bring the IUT to a piece that can be read."""
        if not self._body.has_piece:
            if self._commands.flow.phase not in (Phase.CONFIRMED, Phase.DOWNLOADING):
                self.offered(info)
                mark = self._commands.session.mark()
                self._body.consent()
            else:
                mark = self._commands.session.mark()
            self._body.wait_piece(mark)
        return self._body.run()

    def updating(self, info: int | None = 1) -> None:
        """Bring the IUT to the state in which the MCU writes its flash."""
        asked = (
            self._commands.updating_first or self._body.run().update_asked
            if self._commands.flow.run
            else None
        )
        if self._commands.flow.phase is Phase.UPDATING and asked and not self._body.has_piece:
            return
        self.ready(info)
        try:
            self._body.read_package(self._body.block_octets)
        except Mute:
            raise
        except Inconclusive:
            # An answer that is not whole does not matter for the update; a refusal may be its end.
            last = self._commands.flow.last
            if (last and last.refused) or not (
                self._body.has_piece and self._body.run().last_piece
            ):
                raise
        self._body.begin_update()

    def succeeded(self, info: int | None = 1) -> None:
        """Bring an upgrade to its success."""
        self.updating(info)
        self._body.report_success()

    def idle(self) -> None:
        """Bring an upgrade that is under way to its end."""
        try:
            match self._commands.flow.phase:
                case Phase.IDLE:
                    return
                case Phase.OFFERED:
                    self._refused()
                case Phase.UPDATING if (
                    self._commands.flow.run and self._commands.flow.run.of_module
                ):
                    self._installed()
                case Phase.UPDATING:
                    self._body.report_success()
                case _:
                    self.succeeded()
        except Inconclusive as stuck:
            self.ended(str(stuck))
        if self._commands.flow.phase is Phase.OFFERED:  # the recovery ends with an offer
            self._refused()

    def _installed(self) -> None:
        """Wait until the module has installed its own firmware, and is connected again."""
        mark = self._commands.session.mark()
        within_s = self._commands.pixit.timing.connect + self._commands.pixit.timing.outcome
        self._commands.session.wait(*OUTCOMES, within_s=within_s, since=mark)

    def _refused(self) -> None:
        """Refuse the offer; where that is not possible, go through it."""
        refused = self._commands.write("QIOTUPDATE", 0).succeeded
        if not refused and not self._body.offers_firmware:
            self._body.consent()
            self.succeeded()

    def ended(self, cause: str) -> None:
        """End an upgrade that is stuck: its target version ends it on every known module."""
        if self._body.is_upgrading:
            mark = self._commands.session.mark()
            within_s = self._commands.pixit.timing.outcome
            if self._body.announce_target().succeeded:
                self._commands.session.wait(*OUTCOMES, within_s=within_s, since=mark)
        if self._body.is_upgrading:
            self.recover(cause)

    def certainly_idle(self) -> None:
        """Make sure that no upgrade from before the run is still under way."""
        if self._commands.flow.idle_certain:
            return
        self.offered()
        self.idle()
        self._laboratory.withdraw()

    def two_components(self) -> None:
        """Bring a plan of two components to its end."""
        components = self._laboratory.arm_two()
        for component in components:
            self._commands.announce(component, "1")
        mark = self._commands.session.mark()
        self._commands.request(1)
        self._body.wait_offer(mark)
        mark = self._commands.session.mark()
        self._commands.session.listen(1.0)  # one 10700 a component
        self._body.consent()
        for component in components:
            self._body.wait_piece(mark)
            self._body.read_package(self._body.block_octets)
            self._body.begin_update()
            mark = self._commands.session.mark()
            self._commands.announce(component, "2")
            outcome = self._commands.session.wait(
                *OUTCOMES, within_s=self._commands.pixit.timing.outcome, since=mark
            )
            if outcome is None or outcome.code != 10705:
                raise Inconclusive(f"the upgrade of {component} did not succeed")
            mark = self._commands.session.mark()
        for component in components:
            self._commands.announce(component, "")
