"""The recovery of a module that has ended an upgrade without a word, or takes no offer any more.

What it takes is tried from the least to the most: a new request, a new plan of the control agent, a
loss of power, a factory reset. Only a new offer shows that it has helped.
"""

from collections.abc import Callable
from dataclasses import dataclass

from atverdict.conformance.campaign.module.body import Body
from atverdict.conformance.campaign.module.commands import Commands, Inconclusive, ota
from atverdict.conformance.campaign.module.laboratory import Laboratory
from atverdict.conformance.campaign.module.preambles import Preamble
from atverdict.conformance.judge.expectation import matches

__all__ = ["Recovery"]


@dataclass(slots=True)
class Recovery:
    """The ways back of one module."""

    _commands: Commands
    _laboratory: Laboratory
    _body: Body
    _preamble: Preamble
    _helped: int = 0
    """The number of the step that helped last: what did not help before is not tried again."""

    def recover(self, cause: str) -> None:
        """Bring the IUT to an undecided offer, which shows that nothing else is under way.

        Raises `Inconclusive` with the cause where nothing helps; then nothing is tried again.
        """
        if self._body.no_offer:
            raise Inconclusive(self._body.no_offer)
        if self._body.is_upgrading:
            self._commands.session.abandon(cause)
        tried: list[str] = []
        for number, (name, possible, step) in enumerate(self._steps()):
            if number < self._helped or not possible:
                continue
            tried.append(name)
            if self._helps(step):
                self._helped = number
                return
        what = ", ".join(tried)
        self._body.no_offer = f"{cause}; and after {what} there was no offer any more"
        raise Inconclusive(self._body.no_offer)

    def _steps(self) -> tuple[tuple[str, bool, Callable[[], None]], ...]:
        """Return the steps: name, whether this laboratory can take it, and what it does."""
        session = self._commands.session
        power, reset = session.can("power_cycle"), session.can("factory_reset")
        product = self._commands.pixit.product is not None
        return (
            ("a new request", True, lambda: None),
            ("a new plan", self._laboratory.controls_plans, self._new_plan),
            ("a loss of power", power, self._power_cycle),
            ("a factory reset", reset and product, self._factory_reset),
        )

    def _helps(self, step: Callable[[], None]) -> bool:
        """Take a step, and ask for a plan."""
        plan = self._commands.pixit.plan
        try:
            step()
            self._preamble.online()
            self._commands.announce(plan.component, plan.source_version)
            mark = self._commands.session.mark()
            self._commands.request(1)
        except Inconclusive:
            return False
        within_s = self._body.silent_offer_s
        offer = self._commands.session.wait_until(
            lambda event: matches(event, ota(10700)), within_s=within_s, since=mark
        )
        return offer is not None

    def _new_plan(self) -> None:
        plan = self._commands.pixit.plan
        self._preamble.online()
        self._laboratory.withdraw()
        self._commands.announce(plan.component, plan.source_version)
        self._laboratory.arm()

    def _power_cycle(self) -> None:
        self._laboratory.restart("power_cycle")
        self._again()

    def _factory_reset(self) -> None:
        self._laboratory.restart("factory_reset")
        self._commands.provision()
        self._again()

    def _again(self) -> None:
        if self._laboratory.controls_plans:
            self._new_plan()
