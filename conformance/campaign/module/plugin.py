"""The pytest plugin of a campaign: it chooses the items and writes their records."""

from collections.abc import Generator
from typing import Protocol

import pytest

from atverdict.adapters.pco import ControlError, PcoClosed
from atverdict.conformance.campaign.campaign import INTERRUPTED
from atverdict.conformance.campaign.module.commands import Inconclusive, Insane
from atverdict.conformance.campaign.module.engine import offered_by
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.evidence.log import LogLost
from atverdict.conformance.preparation.selection import Offered

__all__ = ["CampaignPlugin"]


class _Campaign(Protocol):
    """The part of a campaign that the plugin uses."""

    @property
    def iut(self) -> Iut: ...
    @property
    def stop(self) -> str: ...
    def choose(self, offered: list[Offered]) -> list[Offered]: ...
    def affords(self, purpose: Offered) -> bool: ...
    def begin(self, purpose: Offered, sentence: str, number: int, count: int) -> None: ...
    def end(
        self, purpose: Offered, problem: str, *, error: bool = False, insane: bool = False
    ) -> None: ...
    def port_lost(self, closed: PcoClosed) -> None: ...


class CampaignPlugin:
    """The plugin; it is loaded by `run_engine` alone, and by no other pytest run."""

    def __init__(self, campaign: _Campaign) -> None:
        self._campaign = campaign
        self._running: dict[str, Offered] = {}
        self._numbers: dict[str, int] = {}
        self.problem = ""
        """The failure of the suite itself; empty where there is none."""
        self.interrupted = False
        """True where the user has ended the run."""

    @pytest.fixture
    def iut(self) -> Iut:
        """Give a test purpose its IUT."""
        return self._campaign.iut

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a purpose that cannot be loaded: this is an error of the suite."""
        if report.failed:
            self.problem = (
                f"{report.nodeid} cannot be loaded: {report.longreprtext.strip().splitlines()[-1]}"
            )

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep the items that run, in their order."""
        by_name = {offered_by(item).name: item for item in items}
        chosen = self._campaign.choose([offered_by(item) for item in items])
        running = [by_name[purpose.name] for purpose in chosen]
        config.hook.pytest_deselected(items=[item for item in items if item not in running])
        items[:] = running
        for number, (item, purpose) in enumerate(zip(running, chosen, strict=True), start=1):
            self._running[item.nodeid] = purpose
            self._numbers[item.nodeid] = number

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Leave out a purpose that is over the budget."""
        return None if self._campaign.affords(self._running[item.nodeid]) else True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Write the records before and after a purpose; its exception tells how it ended."""
        purpose = self._running[item.nodeid]
        sentence = " ".join((item.obj.__doc__ or "").split())  # type: ignore[attr-defined]
        self._campaign.begin(purpose, sentence, self._numbers[item.nodeid], len(self._numbers))
        problem, error, insane = "", False, False
        try:
            return (yield)
        except Inconclusive as met:
            problem, insane = str(met), isinstance(met, Insane)
            raise
        except PcoClosed as closed:
            problem = f"the port was lost: {closed}"
            self._campaign.port_lost(closed)
            raise
        except ControlError as met:
            problem = f"the control agent failed: {met}"
            raise
        except KeyboardInterrupt:
            problem = INTERRUPTED
            raise
        except Exception as met:
            problem, error = f"{type(met).__name__}: {met}", True
            raise
        finally:
            if problem != INTERRUPTED:
                self._campaign.end(purpose, problem, error=error, insane=insane)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Hide the loss of the log between two purposes: the campaign reports it."""
        return isinstance(excinfo.value, LogLost)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Stop where further purposes prove nothing."""
        if report.when == "teardown" and self._campaign.stop and self._session is not None:
            self._session.shouldstop = self._campaign.stop

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell Ctrl-C and `shouldstop` apart; pytest reports both in the same way."""
        self.interrupted = not isinstance(excinfo.value, pytest.Session.Interrupted)

    _session: pytest.Session | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember the session of pytest, to stop it."""
        self._session = session
