"""A test campaign: which purposes run in which order, and how it goes on when one goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import pytest

import atverdict
from atverdict.adapters.pco import Control, ControlError, Pco, PcoClosed
from atverdict.conformance.driver import OUTCOMES, Driver, Inconclusive
from atverdict.conformance.flow import Phase
from atverdict.conformance.judge import Judge, Judgement
from atverdict.conformance.log import FORMAT, Begin, End, Footer, Header, LogWriter, Record
from atverdict.conformance.pixit import Pics, Pixit
from atverdict.conformance.plugin import INTERRUPTED, CampaignPlugin
from atverdict.conformance.secrecy import Redactor
from atverdict.conformance.selection import BASIC, Given, Offered, Selection
from atverdict.conformance.session import Session
from atverdict.conformance.verdict import Outcome
from atverdict.spec.loader import load_specification

__all__ = ["Campaign", "Progress", "Setup", "SuiteError", "absent"]

PURPOSES = "atverdict.conformance.purposes"
ORDER = (
    "interconnection",
    "registration",
    "version",
    "decision",
    "upgrade",
    "pieces",
    "refusals",
    "robustness",
    "endings",
    "persistence",
    "platform",
    "timers",
)
"""Areas in the order in which one leaves the IUT where the next begins."""
UNCERTAINTY_S = {"sim": 0.0}
"""How far instants may be off, by transport; what is not listed has `REAL_UNCERTAINTY_S`."""
REAL_UNCERTAINTY_S = 0.025
PORT_BACK_S = 30.0


class SuiteError(Exception):
    """The suite itself failed; never a verdict."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the campaign is, for whoever shows it."""

    number: int
    """Of the purpose that begins now, from 1."""
    count: int
    purpose: str
    elapsed_s: float
    passed: int
    failed: int
    remaining_s: float | None
    """An estimate; None before the first purpose has ended."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a campaign is run with."""

    address: str
    profile: str
    pixit: Pixit = field(default_factory=Pixit)
    pics: Pics = field(default_factory=Pics)
    effort: str = "standard"
    selection: tuple[str, ...] = ()
    role: str = "module"
    package_path: Path | None = None
    """Where the suite's own package lies, for laboratories whose PIXIT names none."""


class Campaign:
    """One run against one IUT."""

    def __init__(
        self,
        setup: Setup,
        pco: Pco,
        control: Control | None,
        log: LogWriter,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        """Prepare a run; nothing is sent yet."""
        self._setup = setup
        self._pco = pco
        self._log = log
        self._progress = progress
        self._judge = Judge()
        secret = (setup.pixit.product.secret.encode("ascii"),) if setup.pixit.product else ()
        self._specification = load_specification()
        self._unjudged: list[Record] = []
        log.attach(self._unjudged.append)
        self._session = Session(pco, control, log, Redactor(secret))
        self._driver = Driver(
            self._session,
            setup.pixit,
            effort=setup.effort,
            updating_first=self._specification.profile(setup.profile).updating_before_reading,
            package_path=setup.package_path,
        )
        self._lost = ""
        self._suite_problem = ""

    def run(self) -> Judgement:
        """Run the purposes and return the judgement; the log gets its header and footer.

        Raises `SuiteError` when the suite itself failed.
        """
        self._log.write(self._header())
        plugin = CampaignPlugin(self)
        folder = files(PURPOSES)
        arguments = [
            *("-c", str(folder / "pytest.ini")),
            *("--rootdir", str(folder)),
            *("--import-mode", "importlib"),
            *("-p", "no:terminal"),
            *("-p", "no:cacheprovider"),
            *("-p", "no:logging"),
            "--disable-plugin-autoload",
            "--capture=no",
            *("--pyargs", PURPOSES),
        ]
        code = pytest.ExitCode(pytest.main(arguments, plugins=[plugin]))
        failed = (
            code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR) or plugin.problem
        )
        reason = INTERRUPTED if plugin.interrupted else self._lost
        if failed:
            reason = plugin.problem or "the test engine failed"
        self._log.write(Footer(t=self._pco.now(), complete=not reason, reason=reason))
        if failed:
            raise SuiteError(reason)
        return self._judged()

    def _judged(self) -> Judgement:
        """Judge what was written since the last time; between purposes time is nobody's."""
        for record in self._unjudged:
            self._judge.observe(record)
        self._unjudged.clear()
        return self._judge.judgement()

    def _header(self) -> Header:
        return _header(
            self._setup,
            transport=self._pco.transport,
            opened_at=self._pco.opened_at,
            line_baudrate=self._pco.line_baudrate,
            plan_control=self._driver.controls_plans,
        )

    # What the plugin asks

    @property
    def driver(self) -> Driver:
        """What the purposes move the IUT with."""
        return self._driver

    def choose(self, offered: list[Offered]) -> list[Offered]:
        """Return the purposes that run, in their order, and write down why others do not."""
        setup = self._setup
        selection = Selection(setup.selection, self._specification, setup.role)
        self._lost = selection.check(offered)
        given = Given(
            self._session.actions | ({"product"} if setup.pixit.product else set()),
            setup.effort,
            virtual=self._pco.transport == "sim",
        )
        able = [p for p in offered if not given.missing(p.declared)]
        running = sorted((p for p in able if selection.purpose(p)), key=_rank)
        profile = self._specification.profile(setup.profile)
        for reason in selection.reasons(offered, running, given, setup.pics, profile):
            self._log.write(reason)
        return [] if self._lost else running

    def begin(self, purpose: Offered, sentence: str, number: int, count: int) -> None:
        """Write down that a purpose begins."""
        now_s = self._pco.now()
        judgement = self._judged()
        self._progress(
            Progress(
                number=number,
                count=count,
                purpose=purpose.name,
                elapsed_s=now_s,
                passed=judgement.count(Outcome.PASS),
                failed=judgement.count(Outcome.FAIL),
                remaining_s=now_s / (number - 1) * (count - number + 1) if number > 1 else None,
            )
        )
        self._log.write(
            Begin(
                t=now_s,
                purpose=purpose.name,
                sentence=sentence,
                requirements=purpose.declared.requirements,
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
        if problem and purpose.name != BASIC:
            self._recover()

    @property
    def stop(self) -> str:
        """Why no further purpose can run; empty while one can."""
        if self._lost:
            return self._lost
        proved = self._session.interconnection.proved
        return "" if proved else "the peer did not pass the basic interconnection test"

    def port_lost(self, closed: PcoClosed) -> None:
        """Wait for a port that vanished in a purpose, and give up when it does not come back."""
        if not self._session.port_lost(closed, self._pco.now() + PORT_BACK_S):
            self._lost = (
                f"the port was lost ({closed}) and did not come back within {PORT_BACK_S:g} s"
            )

    def _recover(self) -> None:
        """Find out whether the IUT still answers, and end an upgrade that is stuck."""
        if self._lost:
            return
        try:
            for _ in range(3):
                if self._session.command(b"AT").succeeded:
                    break
            else:
                self._lost = "the IUT answers AT no more"
                return
            if self._driver.flow.phase not in (Phase.IDLE, Phase.OFFERED):
                self._end_upgrade()
        except PcoClosed as closed:
            self.port_lost(closed)
        except (Inconclusive, ControlError):
            return  # the next purpose finds out for itself, and says so

    def _end_upgrade(self) -> None:
        """Announce the target version: on every known module that ends an upgrade."""
        mark = self._session.mark()
        self._driver.announce_target()
        self._session.wait(*OUTCOMES, within_s=self._setup.pixit.timing.outcome, since=mark)


def _rank(purpose: Offered) -> int:
    """Order by area; within an area the order of the file holds, since sorting is stable."""
    area = purpose.name.partition(".")[0]
    return ORDER.index(area) if area in ORDER else len(ORDER)


def _header(
    setup: Setup, *, transport: str, opened_at: str, line_baudrate: int | None, plan_control: bool
) -> Header:
    """Write down what is tested, with what, and under which specification."""
    iut = {"name": setup.pixit.iut.name, "firmware": setup.pixit.iut.firmware}
    return Header(
        format=FORMAT,
        suite_version=atverdict.__version__,
        specification=load_specification().digest,
        profile=setup.profile,
        role=setup.role,
        address=setup.address,
        transport=transport,
        opened_at=opened_at,
        baudrate=setup.pixit.serial.baudrate if setup.pixit.serial else line_baudrate,
        uncertainty_s=UNCERTAINTY_S.get(transport, REAL_UNCERTAINTY_S),
        iut={key: value for key, value in iut.items() if value},
        pixit=setup.pixit.public(),
        effort=setup.effort,
        selection=setup.selection,
        plan_control=plan_control,
    )


def absent(setup: Setup, log: LogWriter, problem: str) -> Judgement:
    """Judge a run that found no IUT: nothing was sent, so nothing is known."""
    judge = Judge()
    log.attach(judge.observe)
    log.write(
        _header(setup, transport="none", opened_at="", line_baudrate=None, plan_control=False)
    )
    log.write(Footer(t=0.0, complete=False, reason=problem))
    return judge.judgement()
