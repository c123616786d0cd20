"""Power and network lost at every step: what runs where, and what a module may do that goes on."""

import io
from pathlib import Path
from types import MappingProxyType

import pytest

from atverdict.adapters.simulator import pco
from atverdict.adapters.simulator.fault import Fault
from atverdict.adapters.simulator.messages import Address
from atverdict.adapters.simulator.module.upgrade import State, Upgrade
from atverdict.conformance.campaign.module.engine import offered_purposes
from atverdict.conformance.campaign.self_test import run_simulator
from atverdict.conformance.evidence.log import Effort
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.pixit import Pixit
from atverdict.conformance.preparation.programme import estimated_s, programme
from atverdict.conformance.preparation.selection import Given
from atverdict.conformance.preparation.setup import Setup
from atverdict.conformance.preparation.suite_package import suite_package

DECLARED = {purpose.name: purpose.declared for purpose in offered_purposes()}
MEANS = frozenset({"arm_plan", "withdraw_plans", "power_cycle", "link_down", "link_up"})
BEFORE = "persistence.power_loss_before_reading"
WHILE = "persistence.power_loss_while_reading"


def _running(effort: Effort, *, virtual: bool) -> set[str]:
    setup = Setup(address="bench", profile="cellular-2025", effort=effort)
    given = Given.by(setup, MEANS, virtual=virtual)
    return {purpose.name for purpose in programme(setup, offered_purposes(), given).running}


def test_on_a_real_clock_the_last_steps_need_effort_deep() -> None:
    standard = _running(Effort.STANDARD, virtual=False)
    assert BEFORE in standard
    assert not standard & {WHILE, "timers.push_cadence"}
    assert _running(Effort.DEEP, virtual=False) >= {WHILE, "timers.push_cadence"}
    assert _running(Effort.STANDARD, virtual=True) >= {WHILE, "timers.push_cadence"}


def test_every_restart_is_estimated() -> None:
    timing = Pixit().timing
    once, often = DECLARED["persistence.mode_one"], DECLARED[BEFORE]
    restart_s = (timing.boot + timing.connect) * 0.1
    assert (once.restarts, often.restarts) == (1, 3)
    plain_s = often.commands * 0.15 + often.silences * timing.silence
    upgrades_s = often.plans * (timing.offer + timing.download + timing.outcome) * 0.1
    assert estimated_s(often, timing) == pytest.approx(plain_s + upgrades_s + 3 * restart_s)


class _GoesOn(Upgrade):
    """A module that takes up a download again by itself, which no document forbids."""

    kept: Address | None = None

    def power_off(self) -> None:
        """Keep what is under way."""
        fetching = self.state in {State.STARTED, State.DOWNLOADING}
        self.kept = self.address if fetching else None
        super().power_off()

    def power_on(self) -> None:
        """Take it up again when the connection may be back."""
        record, kept = self.storage.upgrade, self.kept
        if record is None or kept is None:
            super().power_on()
            return
        self.awaiting = True
        self.clock.call_later(3.0, lambda: self.address_arrived(kept))


def _judged(part: type, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Judgement:
    """Run everything against the reference with another part."""
    own = Fault("own", "SOTA-PER-008", "SHOULD", "bench", part)
    monkeypatch.setattr(pco, "FAULTS", MappingProxyType({"own": own}))
    package = folder / "package.bin"
    package.write_bytes(suite_package())
    return run_simulator("sim:?fault=own", io.BytesIO(), package)


def test_a_module_that_goes_on_by_itself_breaks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judgement = _judged(_GoesOn, tmp_path, monkeypatch)
    failed = {i for i, v in judgement.requirements.items() if v.outcome is Outcome.FAIL}
    assert not failed
    assert judgement.exit_code == 0


class _FailsWithPower(Upgrade):
    """A module that reports an attempt which the loss of power ended with 7,10706."""

    def power_on(self) -> None:
        """Fail what was under way."""
        if self.storage.upgrade is not None and not self.storage.upgrade.updating:
            self.fail()
        super().power_on()


def test_a_module_that_reports_the_end_breaks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judgement = _judged(_FailsWithPower, tmp_path, monkeypatch)
    failed = {i for i, v in judgement.requirements.items() if v.outcome is Outcome.FAIL}
    assert not failed
    assert judgement.exit_code == 0
