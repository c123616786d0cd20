"""The state of the IUT as the wire shows it, followed item by item.

It follows what was seen and invents nothing; where the documents leave two states possible, it
stays where it is. It does not read the transition tables: those describe what must be, this one
what has been.
"""

from collections.abc import Iterable

from atverdict.conformance.accepted import accept
from atverdict.conformance.log import ControlAction, Package, Port, Reset, Waited
from atverdict.conformance.reported import report
from atverdict.conformance.state import (
    OTA,
    UPGRADING,
    ArmedPlan,
    Link,
    Phase,
    State,
    highest,
    is_ota,
)
from atverdict.conformance.trace import Asked, Exchange, Item, Urc
from atverdict.grammar.message import CommandLine, Event

__all__ = ["OTA", "UPGRADING", "Flow", "Link", "Phase", "highest", "is_ota"]

LEAVING_S = 30.0
"""Without 6,10200 the IUT counts as offline when it had this long to leave."""


class Flow(State):
    """What the judge and the session believe at each instant."""

    def observe(self, item: Item) -> None:
        """Move on by one item of the trace."""
        match item:
            case Exchange():
                self._answered(item)
            case Urc(message=Event() as event):
                report(self, item, event)
            case Asked():
                command = item.exchange.command
                self.asked = command if isinstance(command, CommandLine) else None
                self.asked_phase, self.asked_link = self.phase, self.link
            case ControlAction():
                self._control(item)
            case _:
                self._around(item)

    def _answered(self, exchange: Exchange) -> None:
        self.asked = None
        if exchange.succeeded:
            accept(self, exchange)
        self.last = exchange

    def _around(self, item: Item) -> None:
        """Move on by what is neither of the IUT nor of the control agent."""
        match item:
            case Waited():
                if self.link is Link.LEAVING and item.t - self.left_s >= LEAVING_S:
                    self.link = Link.OFF
            case Package():
                self.packages[item.component] = item.octets
            case Reset():
                self._restart("the IUT was restarted")
            case Port(open=False):
                self._restart("the port was lost")
            case _:
                pass

    def _control(self, action: ControlAction) -> None:
        """Move on by what the laboratory has done."""
        if action.reply.get("ok") is not True:
            return
        plan = action.arguments.get("plan")
        match action.action:
            case "arm_plan":
                self._armed([plan])
            case "arm_components":
                self._armed(plan.get("components", []) if isinstance(plan, dict) else [])
            case "withdraw_plans":
                self.plans.clear()
            case "fail_downloads":
                self.downloads_failed = True
            case "factory_reset":
                self._factory_reset()
            case _:
                pass

    def _factory_reset(self) -> None:
        self.versions.clear()
        self.announced.clear()
        self.removed.clear()
        self.reg_mode, self.provisioned, self.product_key = 0, False, None
        self.link, self.phase = Link.OFF, Phase.IDLE
        self.idle_certain = self.fresh = True

    def _armed(self, components: Iterable[object]) -> None:
        self.plans_armed += 1
        for plan in components:
            if isinstance(plan, dict):
                armed = ArmedPlan(
                    str(plan.get("component", "")),
                    str(plan.get("source_version", "")),
                    str(plan.get("target_version", "")),
                )
                self.plans[armed.component] = armed

    def _restart(self, what: str) -> None:
        """Forget what does not survive the loss of power or of the port."""
        self.restarts += 1
        self.asked = self.echo = self.reg_written = None
        self.connect_asked = False
        self.online_codes.clear()
        self.link = Link.UNKNOWN
        if self.run and self.phase in UPGRADING:
            self.run.disturbed = what
            self.run.restarted = True
        elif self.phase is Phase.OFFERED:
            self.phase = Phase.IDLE
