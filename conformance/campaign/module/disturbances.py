"""Brings an IUT to the state that a test purpose starts from, along the shortest way known."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from atverdict.adapters.pco import PcoClosed
from atverdict.conformance.campaign.module.commands import (
    CONNECTION_ERRORS,
    LINK_LOST,
    OFFLINE,
    ONLINE,
    REGISTERED,
    Inconclusive,
    Insane,
    ota,
)
from atverdict.conformance.campaign.module.preambles import DOWNLOAD_BEGINS, OUTCOMES, Upgrading
from atverdict.conformance.judge.state.flow import Link, Phase

__all__ = [
    "CONNECTION_ERRORS",
    "DOWNLOAD_BEGINS",
    "LINK_LOST",
    "OFFLINE",
    "ONLINE",
    "OUTCOMES",
    "REGISTERED",
    "Driver",
    "Inconclusive",
    "Insane",
    "ota",
]

DONE = ("none", "offered", "refused", "success", "failed")
"""What the platform says where no upgrade is under way."""
LINK_S = 20.0
"""How long a module may take to notice that its network is gone."""


@dataclass(slots=True)
class Driver(Upgrading):
    """One IUT under test, and everything that can be done with it."""

    @property
    def silent_offer_s(self) -> float:
        """How long no offer must come before it is believed that none will.

        Three times as long as the slowest offer of this run took.
        """
        seen = [
            offered.urc.place.instant_s - upgrade.requested.sent.instant_s
            for upgrade in self.flow.upgrades
            if upgrade.requested is not None
            for offered in upgrade.offers
        ]
        usual_s = 3 * max(seen) if seen else self.pixit.timing.offer
        return max(self.pixit.timing.silence, min(self.pixit.timing.offer, usual_s))

    def settle(self) -> None:
        """End an upgrade that is still under way, whatever it takes."""
        if self.flow.phase is Phase.OFFERED:
            self.write("QIOTUPDATE", 0)
        elif self.is_upgrading:
            mark = self.session.mark()
            self.announce_target()
            self.session.wait(*OUTCOMES, within_s=self.pixit.timing.outcome, since=mark)

    def certainly_idle(self) -> None:
        """Make sure that no upgrade from before the run is still under way."""
        if self.flow.idle_certain:
            return
        self.offered()
        self.idle()
        self.withdraw()

    def offered_after(self, because: str, info: int = 1, *, large: bool = False) -> None:
        """Bring the IUT to an offer after the end of an upgrade, which must be possible.

        After a restart it must be where the platform, too, has done with the upgrade.
        """
        self.idle()
        self.online()
        self.withdraw()
        self.announced()
        self.arm(large=large)
        last = self.flow.upgrade
        unsettled = last is not None and last.cut_short and not self._platform_has_done
        mark = self.session.mark()
        exchange = self.request(info)
        if not unsettled:
            self.session.expect(
                "SOTA-SEQ-014",
                *ota(10700),
                within_s=self.pixit.timing.offer,
                after=exchange,
                certain=any(u.accepted and u.ended for u in self.flow.upgrades),
                because=f"a new plan is armed, and {because}",
            )
        self.wait_offer(mark)

    @property
    def _platform_has_done(self) -> bool:
        """Ask the platform whether it counts the last upgrade as ended."""
        asked = self.session.perform("platform_status")
        return asked and self.flow.platform_status in DONE

    def offered_hastily(self) -> None:
        """Consent within the instant of the offer."""
        self.online()
        self.withdraw()
        self.announced()
        self.arm()
        mark = self.session.mark()
        self.request(1)
        self.wait_offer(mark)
        if not self.session.command(b"AT+QIOTUPDATE=1", at_once=True).succeeded:
            self.consent()

    def request_quietly(self) -> None:
        """Ask for a plan while an upgrade is under way, which must bring no offer."""
        exchange = self.write("QIOTOTAREQ", 1)
        self.expect_silence(
            "SOTA-CMD-OTAREQ-011",
            *ota(10700),
            after=exchange,
            because="an upgrade is under way",
        )

    def other_component(self) -> None:
        """Announce a component that the upgrade is not about, which must change nothing."""
        exchange = self.announce("ATVERDICT-1", "1")
        self.expect_silence(
            "SOTA-SEQ-011",
            *OUTCOMES,
            after=exchange,
            because="the version of another component was announced",
        )
        self.announce("ATVERDICT-1", "")

    def two_components(self) -> None:
        """Take a plan of two components to its end."""
        components = self.arm_two()
        for component in components:
            self.announce(component, "1")
        mark = self.session.mark()
        self.request(1)
        self.wait_offer(mark)
        mark = self.session.mark()
        self.session.listen(1.0)  # one 10700 a component
        self.consent()
        for component in components:
            self.wait_piece(mark)
            self.read_package(self.block_octets)
            self.begin_update()
            mark = self.session.mark()
            self.announce(component, "2")
            outcome = self.session.wait(*OUTCOMES, within_s=self.pixit.timing.outcome, since=mark)
            if outcome is None or outcome.code != 10705:
                raise Inconclusive(f"the upgrade of {component} did not succeed")
            mark = self.session.mark()
        for component in components:
            self.announce(component, "")

    # Disturbances

    def power_cycle(self) -> None:
        """Have the IUT lose its power and start again, and wait until it answers."""
        self.control("power_cycle")
        self.wait_boot()

    def wait_boot(self) -> None:
        """Wait until the IUT answers AT after a start; its port may vanish meanwhile."""
        end_s = self.session.now() + self.pixit.timing.boot
        while self.session.now() < end_s:
            try:
                if self.session.command(b"AT", patience_s=1.0).succeeded:
                    return
            except PcoClosed as closed:
                if not self.session.port_lost(closed, end_s):
                    raise
        raise Inconclusive(f"AT was not answered within {self.pixit.timing.boot:g} s of the start")

    @contextlib.contextmanager
    def network_away(self) -> Iterator[None]:
        """Have the IUT lose its network, and regain it whatever happens."""
        self.control("link_down")
        try:
            yield
        finally:
            self.control("link_up")

    def offline_read(self) -> None:
        """Wait until the loss of the network is noticed, and read on."""
        self.session.wait_until(lambda _: self.flow.link is not Link.ONLINE, within_s=LINK_S)
        self.block(self.piece_start(), self.block_octets)

    def factory_fresh(self) -> None:
        """Have nothing stored and nothing announced, and the product written anew."""
        self.factory_reset()
        self.provision()

    def factory_reset(self) -> None:
        """Have nothing stored, not even the product."""
        self.idle()
        if self.controls_plans:
            self.withdraw()
        self.control("factory_reset")
        self.wait_boot()

    def provision(self) -> None:
        """Write the product of the PIXIT."""
        product = self.pixit.product
        assert product is not None
        if not self.write("QIOTCFG", "productinfo", product.key, product.secret).succeeded:
            raise Inconclusive("the product was not accepted after the factory reset")
