"""The campaign against a host: scenario by scenario a simulated module answers it."""

from atverdict.adapters.pco import Control, ControlError, Pco
from atverdict.adapters.simulator.host_trial.world import World
from atverdict.conformance.campaign.campaign import SILENT_WATCHER, Campaign
from atverdict.conformance.campaign.host.known_host import KnownHost
from atverdict.conformance.campaign.host.programme import host_programme
from atverdict.conformance.campaign.host.scenario import Scenario
from atverdict.conformance.campaign.host.scenario_run import HostGone, ScenarioRun
from atverdict.conformance.campaign.host.scenarios import SCENARIOS
from atverdict.conformance.evidence.log import Begin, End, LogWriter
from atverdict.conformance.preparation.progress import Watcher
from atverdict.conformance.preparation.setup import Setup

__all__ = ["HostCampaign"]

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}

PROVING_SCENARIOS = 2
"""The most scenarios in which a peer that says command lines can prove to be a host."""
SILENT_SCENARIOS = 2
"""A host that says nothing in so many scenarios in a row is gone."""


class HostCampaign(Campaign):
    """One run against one host."""

    def __init__(
        self,
        setup: Setup,
        pco: Pco,
        control: Control | None,
        log: LogWriter,
        watcher: Watcher = SILENT_WATCHER,
    ) -> None:
        super().__init__(setup, pco, control, log, watcher)
        self._actions = control.actions() if control else frozenset[str]()
        self._known = KnownHost()
        self._world: World | None = None
        self._silent = 0

    def _carry_out(self) -> str:
        shown = host_programme(self._setup, self._actions, virtual=self.virtual)
        for untested in shown.not_tested:
            self._log.write(untested)
        self._watcher.programme(shown)
        if shown.problem:
            return shown.problem
        count = len(shown.running)
        for number, offered in enumerate(shown.running, start=1):
            if not self._budget.affords(offered, self._pco.now(), shown.estimated_s(offered)):
                continue
            self._budget.begin(offered)
            self._show_progress(offered, number, count)
            reason = self._perform(BY_NAME[offered.name]) or self._end_reason(number)
            if reason:
                return reason
        return ""

    def _perform(self, scenario: Scenario) -> str:
        """Run one scenario. Return why the run cannot go on; empty where it can."""
        self._log.write(
            Begin(
                t=self._pco.now(),
                purpose=scenario.name,
                sentence=scenario.sentence,
                requirements=scenario.requirements,
            )
        )
        run = ScenarioRun(
            scenario, self._setup, self._pco, self._control, self._log, self._known, self._world
        )
        problem = lost = ""
        try:
            run.run()
        except HostGone as gone:
            problem = lost = str(gone)
        except ControlError as broken:
            problem = str(broken)
        self._world = run.world
        self._log.write(End(t=self._pco.now(), purpose=scenario.name, problem=problem))
        self._judged()
        self._silent = 0 if run.heard else self._silent + 1
        return lost

    def _end_reason(self, played: int) -> str:
        """Return why no further scenario makes sense; empty where the next one does."""
        may_prove = played < PROVING_SCENARIOS and self._judge.promising
        if not self._judge.proved and not may_prove:
            return "the peer did not behave as a host does"
        if self._silent == SILENT_SCENARIOS:
            return f"the host has said nothing in the last {SILENT_SCENARIOS} scenarios"
        return ""
