"""One scenario as it is played to a host: octets between the port and the simulated module."""

from collections.abc import Mapping

from atverdict.adapters.pco import Control, Pco
from atverdict.adapters.simulator.stage import PlanWanted, Stage
from atverdict.adapters.simulator.storage import Storage
from atverdict.conformance.host.packages import (
    events_package,
    large_package,
    plain_package,
    spelling_package,
)
from atverdict.conformance.host.scenarios import Scenario
from atverdict.conformance.log import (
    ControlAction,
    LogWriter,
    Received,
    Reset,
    Sent,
    Unanswered,
    to_text,
)
from atverdict.conformance.setup import Setup

__all__ = ["Performance"]

BOOT_S = 0.5
STALL_S = 150.0
"""A host that has said nothing for so long has nothing more to say,"""
UPDATE_S = 1250.0
"""unless it is writing its flash."""
LONGEST_S = 500.0
"""A host that talks on without an end in sight shows nothing more,"""
LONGEST_UPDATE_S = 2000.0
"""unless it has accepted an upgrade."""
SETTLE_S = 2.0
"""Between the end of an upgrade and that of the scenario."""
PUSH_S = 70.0
"""After so long without an offer the platform pushes."""
LINK_AWAY_S = 20.0
CHATTER_S = 0.7
CHATTER = ("+CEREG: 5", "+CSQ: 20,99", '+QIURC: "pdpdeact",2', "+QIOTEVT: 4,10200")
PACKAGES = {
    "plain": plain_package,
    "large": large_package,
    "answers": spelling_package,
    "events": events_package,
}
MET = {"battery": 100, "signal": -60, "free_space": 100_000_000}
UNMET = {"battery": 30, "signal": -110, "free_space": 100}
LIMITS = {"battery": (60, -200), "signal": (0, -90), "free_space": (0, -200)}


class Performance:
    """Plays one scenario; what happened is in the log alone."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a scenario is played with
        self,
        scenario: Scenario,
        setup: Setup,
        pco: Pco,
        control: Control | None,
        log: LogWriter,
        storage: Storage | None,
    ) -> None:
        """Power the module on."""
        self._scenario = scenario
        self._setup = setup
        self._pco = pco
        self._control = control
        self._actions = control.actions() if control else frozenset[str]()
        self._log = log
        self._begin_s = pco.now()
        options = {"boot_s": str(BOOT_S), **scenario.options}
        if pco.transport != "sim":
            options.setdefault("baudrate", "none")  # the real line takes its time by itself
        self._stage = Stage(options, scenario.part, storage)
        self._log.write(Reset(t=self._begin_s))
        self._wanted = self._plan()
        self._heard_s = self._begin_s
        self._happened_s: float | None = None
        self._succeeded_s: float | None = None
        self._pushed_s = self._chattered_s = self._begin_s
        self._chatter = 0
        self._silent = self._begun = self._link_away = False

    @property
    def stored(self) -> Storage:
        """What the module has stored."""
        return self._stage.simulator.module.storage

    def run(self) -> None:
        """Play until the scenario is over. Raises `PcoClosed` and `ControlError`."""
        self._condition()
        while not self._over():
            self._step()

    # The plan

    def _plan(self) -> PlanWanted:
        plan, scenario = self._setup.pixit.plan, self._scenario
        known = tuple(self._stage.versions)
        first = plan.component if plan.component in known or not known else known[0]
        battery, signal = LIMITS.get(scenario.unmet, (0, -200))
        host = self._setup.pixit.host
        if scenario.unmet and "host_set" not in self._actions and host is not None:
            battery = min(100, (host.battery or 0) + 1) if scenario.unmet == "battery" else 0
            signal = min(0, (host.signal or 0) + 1) if scenario.unmet == "signal" else -200
        others = tuple(name for name in known if name != first)
        return PlanWanted(
            PACKAGES[scenario.package](),
            (first, *others)[: scenario.components],
            (plan.source_version, plan.target_version),
            battery,
            signal,
        )

    def _condition(self) -> None:
        """Have the host measure what the scenario wants."""
        if "host_set" in self._actions:
            unmet = self._scenario.unmet
            self._act_on_host("host_set", MET | ({unmet: UNMET[unmet]} if unmet else {}))

    def _act_on_host(self, action: str, arguments: Mapping[str, object]) -> None:
        assert self._control is not None
        reply = self._control.perform(action, dict(arguments))
        record = ControlAction(
            t=self._pco.now(), action=action, arguments=dict(arguments), reply=reply
        )
        self._log.write(record)

    # Time

    def _step(self) -> None:
        """Let time pass until the host says something or something is due here."""
        stage, now_s = self._stage, self._pco.now()
        due_s = stage.due_s()
        until_s = now_s + CHATTER_S
        if due_s is not None:
            until_s = min(until_s, self._begin_s + due_s)
        reception = self._pco.read(until_s)
        instant_s = reception.instant_s if reception else self._pco.now()
        reached_s = instant_s - self._begin_s
        if due_s is not None and instant_s >= self._begin_s + due_s:
            reached_s = max(reached_s, due_s)  # the difference of two instants may fall short of it
        stage.advance_to(reached_s)
        self._say()
        if reception is not None:
            self._log.write(Received(t=instant_s, octets=to_text(reception.octets)))
            self._heard_s = instant_s
            heard = stage.write(reception.octets, instant_s - self._begin_s)
            if not heard and b"\r" in reception.octets:
                self._log.write(Unanswered(t=instant_s))
        self._arrange(instant_s)
        self._say()

    def _say(self) -> None:
        """Hand over what the module has said."""
        for reception in self._stage.said():
            instant_s = self._pco.write(reception.octets)
            self._log.write(Sent(t=instant_s, octets=to_text(reception.octets)))
        if self._stage.silent and not self._silent:
            self._silent = True
            self._log.write(Unanswered(t=self._pco.now()))

    # What befalls the module

    def _arrange(self, now_s: float) -> None:
        """Do what is due: begin, arm, push, chatter, and what the scenario is about."""
        stage, scenario = self._stage, self._scenario
        self._prepare(now_s)
        if scenario.chatter and now_s - self._chattered_s >= CHATTER_S:
            self._chattered_s = now_s
            stage.chatter(CHATTER[self._chatter % len(CHATTER)])
            self._chatter += 1
        if scenario.at and self._happened_s is None and stage.at(scenario.at):
            self._happened_s = now_s
            self._befall(scenario.then)
        away_s = now_s - (self._happened_s or now_s)
        if self._link_away and away_s >= LINK_AWAY_S:
            self._link_away = False
            self._act_on_module("link_up")
        if stage.succeeded and self._succeeded_s is None and not stage.busy:
            self._succeeded_s = now_s

    def _prepare(self, now_s: float) -> None:
        """Restart the host once the module is there, and have the platform offer what is due."""
        stage, scenario = self._stage, self._scenario
        if not self._begun and stage.running:
            self._begun = True
            if "reset_host" in self._actions:
                self._act_on_host("reset_host", {})
        if not stage.plan:
            self._wanted = self._plan()
            if len(self._wanted.components) == scenario.components or self._late(now_s):
                stage.arm(self._wanted)
        if now_s - self._pushed_s >= PUSH_S:
            self._pushed_s = now_s
            stage.push()

    def _late(self, now_s: float) -> bool:
        """Tell whether a host has had its time to announce all that it has."""
        return now_s - self._begin_s >= PUSH_S / 2

    def _befall(self, what: str) -> None:
        match what:
            case "":
                pass
            case "fail":
                self._stage.act("fail")
            case "link":
                self._link_away = True
                self._act_on_module("link_down")
            case "power_cycle":
                self._log.write(Reset(t=self._pco.now()))
                self._act_on_module("power_cycle")
            case _:
                self._act_on_host(what, {})

    def _act_on_module(self, action: str) -> None:
        self._stage.act(action)
        self._log.write(ControlAction(t=self._pco.now(), action=action, reply={"ok": True}))

    def _over(self) -> bool:
        """Tell whether the scenario has shown what it can show."""
        now_s, scenario = self._pco.now(), self._scenario
        if self._succeeded_s is not None and now_s - self._succeeded_s >= SETTLE_S:
            return True
        happened_s = self._happened_s
        watched = happened_s is not None and now_s - happened_s >= scenario.watch_s > 0
        if watched and not self._stage.accepted:
            return True
        stage = self._stage
        patience_s = UPDATE_S if stage.updating else STALL_S
        longest_s = LONGEST_UPDATE_S if stage.accepted else LONGEST_S
        return now_s - self._heard_s >= patience_s or now_s - self._begin_s >= longest_s
