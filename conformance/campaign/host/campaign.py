"""A campaign of the host role: scenario by scenario a simulated module answers the host."""

from atverdict.adapters.pco import Control, ControlError, Pco
from atverdict.adapters.simulator.host_trial.world import World
from atverdict.conformance.campaign.host.known_host import Acquaintance
from atverdict.conformance.campaign.host.programme import host_programme
from atverdict.conformance.campaign.host.scenario import Scenario
from atverdict.conformance.campaign.host.scenario_run import HostGone, Performance
from atverdict.conformance.campaign.host.scenarios import SCENARIOS
from atverdict.conformance.evidence.log import Begin, End, Footer, LogWriter, Record
from atverdict.conformance.judge.judge import Judge, Judgement
from atverdict.conformance.preparation.budget import Budget
from atverdict.conformance.preparation.log_header import heading
from atverdict.conformance.preparation.programme import Programme
from atverdict.conformance.preparation.progress import Progress, Watcher
from atverdict.conformance.preparation.setup import Setup

__all__ = ["HostCampaign"]

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}

PROVING_SCENARIOS = 2
"""So many a peer has to show that it is a host, if it says command lines at all."""
SILENT_SCENARIOS = 2
"""A host that says nothing in so many scenarios, one after the other, is gone."""
INTERRUPTED = "interrupted by the user"
NOBODY = Watcher()


class HostCampaign:
    """One run against one host."""

    def __init__(
        self,
        setup: Setup,
        pco: Pco,
        control: Control | None,
        log: LogWriter,
        watcher: Watcher = NOBODY,
    ) -> None:
        """Prepare a run; nothing is sent yet."""
        self._setup = setup
        self._pco = pco
        self._control = control
        self._actions = control.actions() if control else frozenset[str]()
        self._log = log
        self._watcher = watcher
        self._judge = Judge()
        self._unjudged: list[Record] = []
        log.attach(self._unjudged.append)
        self._known = Acquaintance()
        self._stage: World | None = None
        self._silent = 0
        self._budget = Budget(setup.budget_s)

    def run(self) -> Judgement:
        """Run the scenarios and return the judgement; the log gets its header and footer."""
        self._log.write(heading(self._setup, self._pco, plan_control=bool(self._control)))
        shown = host_programme(self._setup, self._actions, virtual=self._pco.transport == "sim")
        for untested in shown.not_tested:
            self._log.write(untested)
        self._watcher.programme(shown)
        reason = shown.problem
        try:
            reason = reason or self._play(shown)
        except KeyboardInterrupt:
            reason = INTERRUPTED
        for untested in self._budget.reasons():
            self._log.write(untested)
        self._log.write(Footer(t=self._pco.now(), complete=not reason, reason=reason))
        return self._judged()

    def _play(self, shown: Programme) -> str:
        """Play the scenarios, and say why not all of them were; empty where they were."""
        for number, offered in enumerate(shown.running, start=1):
            judgement, now_s = self._judged(), self._pco.now()
            if not self._budget.affords(offered, now_s, shown.estimated_s(offered)):
                continue
            self._budget.begin(offered)
            at = Progress.at(offered.name, number, len(shown.running), now_s, judgement)
            self._watcher.progress(at)
            reason = self._perform(BY_NAME[offered.name]) or self._pointless(number)
            if reason:
                return reason
        return ""

    def _perform(self, scenario: Scenario) -> str:
        """Run one scenario, and say why the run cannot go on; empty where it can."""
        self._log.write(
            Begin(
                t=self._pco.now(),
                purpose=scenario.name,
                sentence=scenario.sentence,
                requirements=scenario.requirements,
            )
        )
        performance = Performance(
            scenario, self._setup, self._pco, self._control, self._log, self._known, self._stage
        )
        problem = lost = ""
        try:
            performance.run()
        except HostGone as gone:
            problem = lost = str(gone)
        except ControlError as broken:
            problem = str(broken)
        self._stage = performance.stage
        self._log.write(End(t=self._pco.now(), purpose=scenario.name, problem=problem))
        self._judged()
        self._silent = 0 if performance.heard else self._silent + 1
        return lost

    def _pointless(self, played: int) -> str:
        """Say why no further scenario makes sense; empty where the next one does."""
        may_prove = played < PROVING_SCENARIOS and self._judge.promising
        if not self._judge.proved and not may_prove:
            return "the peer did not behave as a host does"
        if self._silent == SILENT_SCENARIOS:
            return f"the host has said nothing in the last {SILENT_SCENARIOS} scenarios"
        return ""

    def _judged(self) -> Judgement:
        for record in self._unjudged:
            self._judge.observe(record)
        self._unjudged.clear()
        judgement = self._judge.judgement()
        self._watcher.judged(judgement)
        return judgement
