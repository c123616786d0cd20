"""A campaign: one run against one IUT, from the log's header to its footer."""

from abc import ABC, abstractmethod

from atverdict.adapters.pco import Control, Pco
from atverdict.conformance.evidence.log import Footer, LogWriter, Record
from atverdict.conformance.judge.judge import Judge
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.judge.roles import part_of
from atverdict.conformance.preparation.budget import Budget
from atverdict.conformance.preparation.log_header import log_header
from atverdict.conformance.preparation.progress import Progress, Watcher
from atverdict.conformance.preparation.selection import Offered
from atverdict.conformance.preparation.setup import Setup

__all__ = ["INTERRUPTED", "Campaign", "SuiteError", "absent"]

INTERRUPTED = "interrupted by the user"
SILENT_WATCHER = Watcher()


class SuiteError(Exception):
    """The suite itself failed; never a verdict."""


class Campaign(ABC):
    """The common part of the campaigns of all roles; each role carries out its own programme."""

    def __init__(
        self,
        setup: Setup,
        pco: Pco,
        control: Control | None,
        log: LogWriter,
        watcher: Watcher = SILENT_WATCHER,
    ) -> None:
        self._setup = setup
        self._pco = pco
        self._control = control
        self._log = log
        self._watcher = watcher
        self._judge = Judge(part_of(setup.role))
        self._unjudged: list[Record] = []
        log.attach(self._unjudged.append)
        self._budget = Budget(setup.budget_s)

    @property
    def virtual(self) -> bool:
        """True on virtual time, where waiting costs nothing."""
        return self._pco.transport == "sim"

    def run(self) -> Judgement:
        """Carry out the programme and return the judgement; the log gets its header and footer.

        Raises `SuiteError` when the suite itself failed, and `LogLost` when there was no room.
        """
        self._log.write(self._opening())
        failure: SuiteError | None = None
        try:
            reason = self._carry_out()
        except KeyboardInterrupt:
            reason = INTERRUPTED
        except SuiteError as failed:
            failure, reason = failed, str(failed)
        for untested in self._budget.reasons():
            self._log.write(untested)
        self._log.write(Footer(t=self._pco.now(), complete=not reason, reason=reason))
        if failure is not None:
            raise failure
        return self._judged()

    def _opening(self) -> Record:
        """Return the first record of this run."""
        return log_header(self._setup, self._pco, plan_control=bool(self._control))

    @abstractmethod
    def _carry_out(self) -> str:
        """Do the programme. Return why it is not complete; empty where it is."""

    def _judged(self) -> Judgement:
        """Judge what was written since the last time; this is done between purposes."""
        for record in self._unjudged:
            self._judge.observe(record)
        self._unjudged.clear()
        judgement = self._judge.judgement()
        self._watcher.judged(judgement)
        return judgement

    def _show_progress(self, offered: Offered, number: int, count: int) -> None:
        """Tell the watcher which purpose begins, and what was judged before it."""
        judgement = self._judged()
        at = Progress.at(offered.name, number, count, self._pco.now(), judgement)
        self._watcher.progress(at)


def absent(setup: Setup, log: LogWriter, problem: str) -> None:
    """Write the log of a run that found no IUT: nothing was sent, so nothing is known."""
    log.write(log_header(setup, None, plan_control=False))
    log.write(Footer(t=0.0, complete=False, reason=problem))
