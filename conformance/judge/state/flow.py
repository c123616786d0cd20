"""The flow: the state of the module as the wire shows it, item by item.

It follows what was seen. Where the documents leave two states possible, it does not change. It does
not read the transition tables: they describe what must be, and the flow what has been.
"""

from base64 import b64decode

from atverdict.conformance.evidence.log import (
    Abandoned,
    ControlAction,
    Package,
    Port,
    Reset,
    Resumed,
    Waited,
)
from atverdict.conformance.evidence.trace import Asked, Exchange, Item, Place, Typed, Urc
from atverdict.conformance.judge.state.by_answer import apply_answer
from atverdict.conformance.judge.state.by_event import apply_event
from atverdict.conformance.judge.state.state import (
    OTA,
    UPGRADING,
    ArmedPlan,
    Link,
    Phase,
    State,
    highest,
    is_ota,
)
from atverdict.grammar.message import (
    CommandForm,
    CommandLine,
    Event,
    FotaIndication,
    Literal,
    Malformed,
)

__all__ = ["OTA", "UPGRADING", "Flow", "Link", "Phase", "highest", "is_ota"]

ACTIONS = range(4)
"""What ``AT+QIOTUPDATE`` asks for in a direct device."""
LEAVING_S = 30.0
"""The time to leave; after it the IUT counts as offline without 6,10200."""


def _is_odd(command: CommandLine | Malformed) -> bool:
    """Tell whether a command line, or its list of parameters, is malformed for every command."""
    if isinstance(command, Malformed):
        return True
    values = command.parameters
    if command.name == "QIOTUPDATE" and command.form is CommandForm.WRITE:
        return len(values) != 1 or values[0] not in ACTIONS
    return any(value is None or isinstance(value, Literal) for value in values)


class Flow(State):
    """The state of the module, for the judge and for the session."""

    @property
    def in_pieces(self) -> bool:
        """True where any package was downloaded in more than one piece."""
        return any(
            run.pieces[0].piece_length_octets != run.length_octets
            for upgrade in self.upgrades
            for run in upgrade.runs
            if run.pieces
        )

    def observe(self, item: Item) -> None:
        """Change the state by the next item of the trace."""
        match item:
            case Exchange():
                self._answered(item)
            case Urc(message=Event() as event):
                apply_event(self, item, event)
            case Urc(message=FotaIndication(stage="END")):
                if self.run is not None and not self.run.outcomes:
                    self.run.indications.append(item)
            case Asked():
                command = item.exchange.command
                self.asked = command if isinstance(command, CommandLine) else None
                self.asked_phase, self.asked_link = self.phase, self.link
            case ControlAction():
                self._control(item)
            case _:
                self._other(item)

    def _answered(self, exchange: Exchange) -> None:
        self.asked = self.typed = None
        self.booting = self.booting and exchange.final is None
        if exchange.succeeded:
            apply_answer(self, exchange)
        if _is_odd(exchange.command) and self.upgrade and not self.upgrade.ended:
            self.upgrade.fuzzed += 1
        self.last = exchange

    def _other(self, item: Item) -> None:
        """Change the state by an item that is not of the IUT or the control agent."""
        match item:
            case Waited():
                self._time_passed(item.t)
            case Typed():
                self.typed = item.place
            case Package():
                self.packages[item.component] = b64decode(item.octets)
            case Abandoned():
                self._abandon(item.reason)
            case Reset():
                self._restart("the IUT was restarted")
                self.powered_up = True
            case Resumed():
                self._restart("the run was interrupted")
                self._forget()
            case Port(open=False):
                self._restart("the port was lost")
            case _:
                pass

    def _time_passed(self, now_s: float) -> None:
        """End what should have come by now."""
        if self.link is Link.LEAVING and now_s - self.left_s >= LEAVING_S:
            self.link = Link.OFF
        run = self.run
        if run and run.disturbed and run.announced and self.upgrade and not self.upgrade.ended:
            _, exchange = run.announced[-1]
            if now_s - exchange.sent.instant_s >= LEAVING_S:
                self.end(self.upgrade, exchange.sent)

    def _abandon(self, reason: str) -> None:
        """End an upgrade of whose end the IUT has said nothing: nothing of it is due any more."""
        upgrade = self.upgrade
        if upgrade is None or upgrade.ended or self.phase not in UPGRADING:
            return
        upgrade.abandoned = reason
        run = upgrade.run
        if self.phase is not Phase.UPDATING and not (run and run.last_piece):
            self.downloads_failed = True
        if upgrade.run and not upgrade.run.outcomes:
            upgrade.run.disturbed = upgrade.run.disturbed or reason
        self.end(upgrade, Place(0, 0.0, b""))
        self.idle_certain = False

    def _control(self, action: ControlAction) -> None:
        """Change the state by an action of the laboratory."""
        if action.reply.get("ok") is not True:
            return
        plan = action.arguments.get("plan")
        match action.action:
            case "arm_plan" | "verify_package" | "arm_module_plan" | "arm_components":
                self._armed(plan, of_module=action.action == "arm_module_plan")
            case "withdraw_plans":
                self.plans.clear()
            case "fail_downloads":
                self.downloads_failed = True
            case "link_down":
                self.cut_off()
            case "link_up":
                # Where the IUT has said that the network was lost, it says so when it is back.
                self.network = self.network or self.link is not Link.CONNECTING
            case "platform_status":
                self.platform_status = str(action.reply.get("status", ""))
            case "factory_reset":
                self._factory_reset()
            case _:
                pass

    def _factory_reset(self) -> None:
        self.versions.clear()
        self.announced.clear()
        self.removed.clear()
        self.reg_mode, self.provisioned, self.product_key = 0, False, None
        self.product_shown = None
        self.link, self.phase = Link.OFF, Phase.IDLE
        self.idle_certain = self.fresh = True

    def _forget(self) -> None:
        """Forget all that was stored: others may have used the IUT meanwhile."""
        self.versions.clear()
        self.announced.clear()
        self.removed.clear()
        self.plans.clear()
        if self.upgrade and not self.upgrade.ended:
            self.end(self.upgrade, Place(0, 0.0, b""))
        self.reg_mode = self.provisioned = self.product_key = self.product_shown = None
        self.idle_certain = self.fresh = False
        self.network, self.phase = True, Phase.IDLE

    def _armed(self, described: object, *, of_module: bool) -> None:
        parts = described.get("components", [described]) if isinstance(described, dict) else []
        for plan in parts:
            if isinstance(plan, dict):
                armed = ArmedPlan(
                    str(plan.get("component", "")),
                    str(plan.get("source_version", "")),
                    str(plan.get("target_version", "")),
                    (plan.get("battery_limit"), plan.get("min_signal")),
                    of_module or plan.get("of_module") is True or plan.get("type") == "module",
                )
                self.plans[armed.component] = armed

    def _restart(self, what: str) -> None:
        """Forget all that does not survive the loss of power or of the port."""
        self.restarts += 1
        self.asked = self.echo = self.echoes = self.reg_written = self.last = None
        self.product_key = None
        self.booting, self.plain_errors, self.restarting = True, False, False
        self.connect_asked = False
        self.online_codes.clear()
        self.link = Link.UNKNOWN
        self.forget_offer()
        if self.phase not in UPGRADING or self.upgrade is None:
            return
        if self.phase is Phase.UPDATING and self.run and self.run.of_module:
            return  # its own firmware needs the restart
        self.upgrade.restarted = True
        if self.run:
            self.run.disturbed = what
        asked = self.run is not None and self.run.update_asked is not None
        if self.phase is not Phase.UPDATING or not asked:
            # No document says whether the module goes on by itself: nothing is due now.
            self.end(self.upgrade, Place(0, 0.0, b""))
            self.idle_certain = False
