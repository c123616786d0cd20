"""The run of one scenario: octets between the port and the simulated module."""

from collections.abc import Mapping

from atverdict.adapters.pco import Control, Pco, PcoClosed
from atverdict.adapters.simulator.host_trial.world import World
from atverdict.conformance.campaign.host.instants import Instants
from atverdict.conformance.campaign.host.known_host import KnownHost
from atverdict.conformance.campaign.host.plan_offer import UNMET, PlanOffer
from atverdict.conformance.campaign.host.scenario import Scenario
from atverdict.conformance.campaign.host.stop_rule import StopRule
from atverdict.conformance.evidence.log import (
    ControlAction,
    LogWriter,
    Port,
    Received,
    Reset,
    Sent,
    Unanswered,
    to_text,
)
from atverdict.conformance.preparation.setup import Setup

__all__ = ["HostGone", "ScenarioRun"]

BOOT_S = 0.5
READ_TIMEOUT_S = 200.0
"""No document promises the timer of 60 s for reads. With a long one, long pauses can be seen."""
HANGS_S = 1190.0
"""A module gives up an update after 1,200 s (SDK29): a host that was silent until then hangs."""
PORT_BACK_S = 60.0
LINK_AWAY_S = 20.0
CHATTER_S = 0.7
CHATTER = (
    *("+CEREG: 5", "+QIND: PB DONE", "+CSQ: 20,99", '+QIURC: "pdpdeact",2'),
    *("+QIOTEVT: 4,10200", '+QIND: "csq",20,99'),
)
UPGRADE_EVENT = b"+QIOTEVT: 7,"
MET = {"battery": 100, "signal": -60, "free_space": 100_000_000}


class HostGone(Exception):
    """The host's port was lost and did not come back."""


class ScenarioRun:
    """The run of one scenario; its results are in the log alone."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a scenario is played with
        self,
        scenario: Scenario,
        setup: Setup,
        pco: Pco,
        control: Control | None,
        log: LogWriter,
        known: KnownHost,
        before: World | None,
    ) -> None:
        """Switch the module on, or take it as the scenario `before` has left it."""
        self._scenario = scenario
        self._pco = pco
        self._control = control
        self._actions = control.actions() if control else frozenset[str]()
        self._log = log
        self._known = known
        boots = self._switches_on(before)
        self.world = World(self._options(), scenario.part, before, boots)
        self._instants = Instants.beginning(pco.now())
        if boots:
            self._log.write(Reset(t=self._instants.begin_s))
        self._stop_rule = StopRule(scenario, self.world, self._instants, known)
        self._plan_offer = PlanOffer(
            scenario,
            setup.pixit,
            self._actions,
            known,
            self.world,
            self._instants,
            at_once=before is not None and not boots,
            write=self._log.write,
        )
        self._chattered_s = self._instants.begin_s
        self._chatter = 0
        self._progress = self.world.progress
        self._silent = self._begun = self._link_away = self._accepted = self._updating = False

    @property
    def heard(self) -> bool:
        """True once the host has said anything."""
        return self._instants.heard_s is not None

    def run(self) -> None:
        """Play until the scenario is over. Raises `HostGone` and `ControlError`."""
        self._set_measurements()
        while not self._stop_rule.is_over(self._pco.now()):
            try:
                self._step()
            except PcoClosed as closed:
                if not self._reopened(str(closed)):
                    break
        self._remember()
        if "host_status" in self._actions:
            self._act_on_host("host_status", {})

    def _switches_on(self, before: World | None) -> bool:
        """Tell whether the module is switched on for the scenario.

        Where the agent restarts hosts, both begin each scenario anew. Any other host cannot be
        restarted together with the module: the module is on before it is asked anything, and stays
        on where it can.
        """
        if "reset_host" in self._actions:
            return True
        if before is None:
            return False
        return self._scenario.boots or self._known.silent or not before.online or before.busy

    def _options(self) -> dict[str, str]:
        options = {"boot_s": str(BOOT_S), "read_timeout_s": str(READ_TIMEOUT_S)}
        options |= self._scenario.options
        if self._pco.transport == "serial":
            options.setdefault("baudrate", "none")  # the real line has its own delay
        return options

    def _set_measurements(self) -> None:
        """Make the host measure what the scenario wants."""
        if "host_set" in self._actions:
            unmet = self._scenario.unmet if not self._scenario.falls else ""
            self._act_on_host("host_set", MET | ({unmet: UNMET[unmet]} if unmet else {}))

    def _act_on_host(self, action: str, arguments: Mapping[str, object]) -> None:
        assert self._control is not None
        reply = self._control.perform(action, dict(arguments))
        self._log.write(ControlAction(self._pco.now(), action, dict(arguments), reply))

    # Time

    def _step(self) -> None:
        """Let time pass until the host says something or the module has something to do."""
        world, begin_s = self.world, self._instants.begin_s
        due_s = world.due_s()
        until_s = self._pco.now() + CHATTER_S
        if due_s is not None:
            until_s = min(until_s, begin_s + due_s)
        reception = self._pco.read(until_s)
        instant_s = reception.instant_s if reception else self._pco.now()
        reached_s = instant_s - begin_s
        if due_s is not None and instant_s >= begin_s + due_s:
            reached_s = max(reached_s, due_s)  # rounding may make the difference smaller
        world.advance_to(reached_s)
        self._forward()
        if reception is not None:
            self._log.write(Received(t=instant_s, octets=to_text(reception.octets)))
            self._instants.heard_s = instant_s
            heard = world.write(reception.octets, instant_s - begin_s)
            if not heard and b"\r" in reception.octets:
                self._log.write(Unanswered(t=instant_s))
        self._act(instant_s)
        self._forward()

    def _forward(self) -> None:
        """Send the host what the module has said."""
        for reception in self.world.said():
            instant_s = self._pco.write(reception.octets)
            self._log.write(Sent(t=instant_s, octets=to_text(reception.octets)))
            self._instants.spoken_s = instant_s
            if UPGRADE_EVENT in reception.octets:
                self._instants.told_s = instant_s
        if self.world.silent and not self._silent:
            self._silent = True
            self._log.write(Unanswered(t=self._pco.now()))

    def _reopened(self, reason: str) -> bool:
        """Wait for the port of a host that restarts; False where the scenario is over without it.

        What the module says meanwhile is lost, as on an open line.
        """
        self._log.write(Port(t=self._pco.now(), open=False, reason=reason))
        if self._instants.succeeded_s is not None:
            return False
        if not self._pco.reopen(self._pco.now() + PORT_BACK_S):
            raise HostGone(f"the port was lost ({reason}) and did not come back")
        self.world.advance_to(self._pco.now() - self._instants.begin_s)
        self.world.said()
        self._log.write(Port(t=self._pco.now(), open=True))
        return True

    # What happens to the module

    def _act(self, now_s: float) -> None:
        """Do what is due: begin, offer a plan, send unrelated URCs, disturb the upgrade."""
        world, scenario, instants = self.world, self._scenario, self._instants
        self._prepare(now_s)
        self._plan_offer.offer(now_s)
        if scenario.chatter and now_s - self._chattered_s >= CHATTER_S:
            self._chattered_s = now_s
            world.chatter(CHATTER[self._chatter % len(CHATTER)])
            self._chatter += 1
        if world.accepted != self._accepted:
            self._accepted, instants.turned_s = world.accepted, now_s
        if world.progress != self._progress:
            self._note_progress(now_s)
        if instants.read_s is None and world.at("read"):
            instants.read_s = now_s
        if scenario.at and instants.happened_s is None and world.at(scenario.at) and world.idle:
            instants.happened_s = now_s
            self._disturb(scenario.then)
        if self._link_away and now_s - (instants.happened_s or now_s) >= LINK_AWAY_S:
            self._link_away = False
            self._act_on_module("link_up")
        if world.succeeded and instants.succeeded_s is None:
            instants.succeeded_s = now_s

    def _note_progress(self, now_s: float) -> None:
        """Note that the upgrade came to another state; an update may have timed out."""
        instants, updating = self._instants, self._updating
        lasted_s = now_s - instants.advanced_s
        self._known.hangs_updating = self._known.hangs_updating or (
            updating and lasted_s >= HANGS_S
        )
        self._progress, self._updating = self.world.progress, self.world.updating
        instants.advanced_s = now_s

    def _prepare(self, now_s: float) -> None:
        """Restart the host when the module is there, and change what it measures."""
        if not self._begun and self.world.running:
            self._begun = True
            if "reset_host" in self._actions:
                self._act_on_host("reset_host", {})
        scenario, instants = self._scenario, self._instants
        if scenario.falls and instants.fallen_s is None and self.world.online:
            instants.fallen_s = now_s
            self._act_on_host("host_set", {scenario.unmet: UNMET[scenario.unmet]})

    def _disturb(self, what: str) -> None:
        match what:
            case "":
                pass
            case "fail":
                self.world.act("fail")
            case "link":
                self._link_away = True
                self._act_on_module("link_down")
            case "power_cycle":
                self._log.write(Reset(t=self._pco.now()))
                self._act_on_module("power_cycle")
            case _:
                self._act_on_host(what, {})

    def _act_on_module(self, action: str) -> None:
        self.world.act(action)
        self._log.write(ControlAction(t=self._pco.now(), action=action, reply={"ok": True}))

    def _remember(self) -> None:
        """Remember what shortens the next scenarios."""
        known, heard, instants = self._known, self.world.lines_heard, self._instants
        known.silent = not self.heard
        known.asks = known.asks or heard.requests > 0
        known.block_octets = heard.longest_octets or known.block_octets
        if instants.succeeded_s is not None and instants.read_s is not None:
            judged_s = heard.judged_s(instants.read_s - instants.begin_s)
            if judged_s is not None:
                known.judges_s = max(known.judges_s or 0.0, judged_s)
