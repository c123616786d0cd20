"""Disturbances of a module: the loss of power and network, and the factory reset."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from atverdict.adapters.pco import PcoClosed
from atverdict.conformance.campaign.module.body import OUTCOMES, Body
from atverdict.conformance.campaign.module.commands import Commands, Inconclusive
from atverdict.conformance.campaign.module.laboratory import Laboratory
from atverdict.conformance.campaign.module.preambles import Preamble
from atverdict.conformance.campaign.session import Mark
from atverdict.conformance.judge.state.flow import Link

__all__ = ["Disturbances"]

LINK_S = 20.0
"""The time that a module may take to notice that its network is gone."""


@dataclass(slots=True)
class Disturbances:
    """The disturbances of one module, and the way back from each."""

    _commands: Commands
    _laboratory: Laboratory
    _body: Body
    _preamble: Preamble

    def power_cycle(self) -> None:
        """Switch the power of the IUT off and on, and wait until it answers."""
        self._laboratory.restart("power_cycle")

    def wait_installed(self, mark: Mark) -> None:
        """Wait for the outcome of the module's own upgrade; its port may vanish meanwhile."""
        timing = self._commands.pixit.timing
        within_s = timing.download + timing.boot + timing.connect + timing.outcome
        session = self._commands.session
        end_s = session.now() + within_s
        while True:
            try:
                left_s, own = end_s - session.now(), "the module's own upgrade"
                if session.wait(*OUTCOMES, within_s=left_s, since=mark, after=own) is None:
                    raise Inconclusive(f"neither 10705 nor 10706 within {within_s:g} s")
            except PcoClosed as closed:
                if not session.port_lost(closed, end_s):
                    raise
            else:
                return

    @contextlib.contextmanager
    def network_away(self) -> Iterator[None]:
        """Take the network away for a while; it always comes back at the end."""
        self._laboratory.control("link_down")
        try:
            yield
        finally:
            self._laboratory.control("link_up")

    def offline_read(self) -> None:
        """Wait until the loss of the network is noticed, then read a block."""
        self._commands.session.wait_until(
            lambda _: self._commands.flow.link is not Link.ONLINE, within_s=LINK_S
        )
        self._commands.block(self._body.piece_start(), self._body.block_octets)

    def factory_fresh(self) -> None:
        """Reset the IUT to its factory state, and write the product."""
        self.factory_reset()
        self.provision()

    def factory_reset(self) -> None:
        """Reset the IUT to its factory state, without a product."""
        self._preamble.idle()
        if self._laboratory.controls_plans:
            self._laboratory.withdraw()
        self._laboratory.restart("factory_reset")

    def provision(self) -> None:
        """Write the product of the PIXIT."""
        if not self._commands.provision().succeeded:
            raise Inconclusive("the product was not accepted after the factory reset")
