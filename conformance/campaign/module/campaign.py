"""The campaign against a module: test purposes, one after the other, and recovery between them."""

import pytest

from atverdict.adapters.pco import Control, ControlError, Pco, PcoClosed
from atverdict.conformance.campaign.campaign import (
    INTERRUPTED,
    SILENT_WATCHER,
    Campaign,
    SuiteError,
)
from atverdict.conformance.campaign.module.commands import Inconclusive
from atverdict.conformance.campaign.module.engine import run_engine
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.campaign.module.plugin import CampaignPlugin
from atverdict.conformance.campaign.module.programme import programme_of
from atverdict.conformance.campaign.module.redecoding import Redecoding
from atverdict.conformance.campaign.module.replayer import Replayer
from atverdict.conformance.campaign.session import Session
from atverdict.conformance.evidence.log import Begin, End, LogWriter, Record, Resumed
from atverdict.conformance.evidence.secrecy import Redactor
from atverdict.conformance.judge.interconnection import BASIC
from atverdict.conformance.preparation.log_header import log_header
from atverdict.conformance.preparation.programme import Programme
from atverdict.conformance.preparation.progress import Watcher
from atverdict.conformance.preparation.selection import Given, Offered
from atverdict.conformance.preparation.setup import Setup

__all__ = ["ModuleCampaign"]

PORT_BACK_S = 30.0
ALIVE_S = 2.0
BOOT_S = 15.0
"""The time that a module gets to find back by itself."""
REPLAY = "replay"
REPLAYED = "What was recorded is sent once more."


class ModuleCampaign(Campaign):
    """One run against one module: test purposes, as items of pytest."""

    def __init__(
        self,
        setup: Setup,
        pco: Pco,
        control: Control | None,
        log: LogWriter,
        watcher: Watcher = SILENT_WATCHER,
    ) -> None:
        """Prepare a run; nothing is sent yet.

        Where an interrupted run is resumed the log must have its records, and the PCO's clock must
        go on from where they end.
        """
        super().__init__(setup, pco, control, log, watcher)
        self._resumption = setup.resumption
        secret = (setup.pixit.product.secret.encode("ascii"),) if setup.pixit.product else ()
        self._redecoding = Redecoding()
        log.attach(self._redecoding.observe)
        self._session = Session(pco, control, log, Redactor(secret))
        self._iut = Iut(self._session, setup)
        self._lost = ""
        self._programme: Programme | None = None

    def _opening(self) -> Record:
        if self._resumption is not None:
            return Resumed(t=self._pco.now(), opened_at=self._pco.opened_at)
        return log_header(self._setup, self._pco, plan_control=self._iut.laboratory.controls_plans)

    def _carry_out(self) -> str:
        plugin = CampaignPlugin(self)
        code = run_engine(plugin)
        if plugin.problem:
            raise SuiteError(plugin.problem)
        if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
            raise SuiteError("the test engine failed")
        if plugin.interrupted:
            return INTERRUPTED
        if self._setup.replay and not self.stop:
            self._replay()
        if self._redecoding.difference:
            raise SuiteError(self._redecoding.difference)
        return self._lost

    def _replay(self) -> None:
        """Send the replay, as one purpose."""
        self._log.write(
            Begin(t=self._pco.now(), purpose=REPLAY, sentence=REPLAYED, requirements=())
        )
        problem = ""
        try:
            Replayer(self._iut).run(self._setup.replay)
        except PcoClosed as closed:
            problem = f"the port was lost: {closed}"
        except (Inconclusive, ControlError) as met:
            problem = str(met)
        self._log.write(End(t=self._pco.now(), purpose=REPLAY, problem=problem))

    # The part that the plugin uses

    @property
    def iut(self) -> Iut:
        """The IUT of the purposes."""
        return self._iut

    def choose(self, offered: list[Offered]) -> list[Offered]:
        """Return the purposes that run, in their order, and write down why others do not."""
        setup = self._setup
        given = Given.by(setup, self._session.actions, virtual=self.virtual)
        chosen = programme_of(setup, offered, given)
        explained: frozenset[str] = frozenset()
        if self._resumption is not None:
            done = self._resumption.done
            explained = self._resumption.explained
            for purpose in chosen.running:
                if purpose.name in done:
                    self._budget.begin(purpose)
            chosen = chosen.without(done)
        self._programme = chosen
        self._lost = chosen.problem
        for reason in chosen.not_tested:
            if reason.requirement not in explained:
                self._log.write(reason)
        self._watcher.programme(chosen)
        return list(chosen.running)

    def affords(self, purpose: Offered) -> bool:
        """Tell whether the budget still has room for a purpose."""
        assert self._programme is not None
        return self._budget.affords(purpose, self._pco.now(), self._programme.estimated_s(purpose))

    def begin(self, purpose: Offered, sentence: str, number: int, count: int) -> None:
        """Write down that a purpose begins."""
        self._budget.begin(purpose)
        self._show_progress(purpose, number, count)
        self._log.write(
            Begin(
                t=self._pco.now(),
                purpose=purpose.name,
                sentence=sentence,
                requirements=purpose.declared.requirements,
                chances=purpose.declared.chances,
                negative=purpose.declared.negative,
            )
        )

    def end(
        self, purpose: Offered, problem: str, *, error: bool = False, insane: bool = False
    ) -> None:
        """Write down that a purpose has ended, and bring the IUT to where the next can begin."""
        now_s = self._pco.now()
        self._log.write(
            End(t=now_s, purpose=purpose.name, problem=problem, error=error, insane=insane)
        )
        if not problem:
            return
        if error:
            self._lost = f"the suite itself failed in {purpose.name}"
        elif purpose.name != BASIC:
            self._recover(problem)
        elif self._resumption is not None:
            self._lost = "the peer did not pass the basic interconnection test again"

    @property
    def stop(self) -> str:
        """The reason why no further purpose can run; empty while one can."""
        if self._lost or self._log.lost:
            return self._lost or self._log.lost
        proved = self._session.interconnection.proved
        return "" if proved else "the peer did not pass the basic interconnection test"

    def port_lost(self, closed: PcoClosed) -> None:
        """Wait for a port that vanished in a purpose, and give up when it does not come back."""
        if not self._session.port_lost(closed, self._pco.now() + PORT_BACK_S):
            self._lost = (
                f"the port was lost ({closed}) and did not come back within {PORT_BACK_S:g} s"
            )

    def _recover(self, problem: str) -> None:
        """Find out whether the IUT still answers, and end an upgrade that is stuck."""
        if self._lost:
            return
        try:
            if self._answers():
                self._iut.preamble.ended(problem)
            else:
                self._lost = "the IUT answers AT no more"
        except PcoClosed as closed:
            self.port_lost(closed)
        except (Inconclusive, ControlError):
            return  # the next purpose meets the same problem and reports it

    def _answers(self) -> bool:
        """Tell whether the IUT answers AT, if need be after a loss of power."""
        power = self._session.can("power_cycle")
        for _ in range(1 if power else 3):
            if self._session.command(b"AT", timeout_s=ALIVE_S).succeeded:
                return True
        if not power:
            try:  # it may have started by itself
                self._iut.laboratory.wait_boot(max(BOOT_S, self._setup.pixit.timing.boot))
            except Inconclusive:
                return False
            return True
        try:
            self._iut.laboratory.restart("power_cycle")
        except Inconclusive:
            return False
        return True
