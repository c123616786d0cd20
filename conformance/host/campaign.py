"""A campaign of the host role: scenario by scenario a simulated module answers the host."""

from atverdict.adapters.pco import Control, ControlError, Pco
from atverdict.adapters.simulator.stage import Stage
from atverdict.conformance.heading import heading
from atverdict.conformance.host.acquaintance import Acquaintance
from atverdict.conformance.host.offering import declared_limit
from atverdict.conformance.host.packages import LARGE_OCTETS
from atverdict.conformance.host.performance import HostGone, Performance
from atverdict.conformance.host.scenario import Scenario
from atverdict.conformance.host.scenarios import SCENARIOS
from atverdict.conformance.judge import NOT_SELECTED, Judge, Judgement
from atverdict.conformance.log import Begin, End, Footer, LogWriter, NotTested, Record
from atverdict.conformance.progress import Progress, Watcher
from atverdict.conformance.purpose import EFFORTS
from atverdict.conformance.selection import covers
from atverdict.conformance.setup import Setup
from atverdict.spec.loader import load_specification

__all__ = ["HostCampaign", "chosen"]

PROVING_SCENARIOS = 2
"""So many a peer has to show that it is a host, if it says command lines at all."""
SILENT_SCENARIOS = 2
"""A host that says nothing in so many scenarios, one after the other, is gone."""
INTERRUPTED = "interrupted by the user"
NOBODY = Watcher()


def chosen(setup: Setup) -> tuple[Scenario, ...]:
    """Return the scenarios that a setup asks for; the first one runs always."""
    able = EFFORTS[: EFFORTS.index(setup.effort) + 1]
    return tuple(
        each
        for number, each in enumerate(SCENARIOS)
        if number == 0 or (each.effort in able and _selected(setup, each))
    )


def _selected(setup: Setup, scenario: Scenario) -> bool:
    if not setup.selection:
        return True
    return any(
        token == scenario.name or covers(token, requirement)
        for token in setup.selection
        for requirement in scenario.requirements
    )


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
        self._stage: Stage | None = None
        self._silent = 0

    def run(self) -> Judgement:
        """Run the scenarios and return the judgement; the log gets its header and footer."""
        self._log.write(heading(self._setup, self._pco, plan_control=bool(self._control)))
        reason = ""
        scenarios = chosen(self._setup)
        running = [each for each in scenarios if not self._missing(each)]
        self._explain(running, scenarios)
        try:
            for number, scenario in enumerate(running, start=1):
                if self._setup.budget_s is not None and self._pco.now() >= self._setup.budget_s:
                    break
                self._progress(number, len(running), scenario)
                reason = self._perform(scenario) or self._pointless(number)
                if reason:
                    break
        except KeyboardInterrupt:
            reason = INTERRUPTED
        self._log.write(Footer(t=self._pco.now(), complete=not reason, reason=reason))
        return self._judged()

    def _missing(self, scenario: Scenario) -> str:
        """Say what a scenario needs and does not get; empty where it has everything."""
        lacking = sorted(set(scenario.needs) - self._actions)
        if lacking:
            return f"a control agent that can do {', '.join(lacking)}"
        host = self._setup.pixit.host
        if "host_set" in self._actions:
            return ""
        if scenario.unmet and declared_limit(scenario.unmet, host) is None:
            return f"host_set of a control agent, or the PIXIT's host.{scenario.unmet}"
        space = host.free_space if host else None
        if scenario.package == "large" and space is not None and space < LARGE_OCTETS:
            return f"a host with {LARGE_OCTETS} octets of free space"
        return ""

    def _explain(self, running: list[Scenario], scenarios: tuple[Scenario, ...]) -> None:
        """Write down why requirements are not tested."""
        specification = load_specification()
        tried = {requirement for each in running for requirement in each.requirements}
        for identifier, requirement in specification.requirements.items():
            if requirement.role.value != self._setup.role:
                continue
            refused = self._setup.pics.not_supported.get(identifier)
            if refused is not None:
                reason = f"not claimed by the PICS: {refused}"
                self._log.write(NotTested(identifier, reason, applicable=False))
            elif not self._wanted(identifier):
                self._log.write(NotTested(identifier, NOT_SELECTED))
            elif identifier not in tried:
                self._log.write(NotTested(identifier, self._reason(identifier, scenarios)))

    def _wanted(self, identifier: str) -> bool:
        names = {r for s in SCENARIOS if s.name in self._setup.selection for r in s.requirements}
        selection = self._setup.selection
        return (
            not selection
            or identifier in names
            or any(covers(token, identifier) for token in selection)
        )

    def _reason(self, identifier: str, scenarios: tuple[Scenario, ...]) -> str:
        for scenario in scenarios:
            if identifier in scenario.requirements and self._missing(scenario):
                return f"{scenario.name} needs {self._missing(scenario)}"
        return f"effort {self._setup.effort} leaves it out"

    def _progress(self, number: int, count: int, scenario: Scenario) -> None:
        judgement, now_s = self._judged(), self._pco.now()
        self._watcher.progress(Progress.at(scenario.name, number, count, now_s, judgement))

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
