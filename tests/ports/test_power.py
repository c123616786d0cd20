"""The power command: alone, beside a control agent, and in a run."""

import sys
from pathlib import Path

import pytest
from support.campaigns import atverdict
from support.peers import peer

from atverdict.adapters.address import open_address
from atverdict.adapters.pco import ControlError
from atverdict.adapters.power import PowerCommand


def _command(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_it_cuts_the_power_and_knows_nothing_else(tmp_path: Path) -> None:
    mark = tmp_path / "cut"
    power = PowerCommand(_command(f"open({str(mark)!r}, 'w').close()"))
    assert power.actions() == {"power_cycle"}
    assert power.perform("link_down", {})["ok"] is False
    assert not mark.exists()
    assert power.perform("power_cycle", {}) == {"ok": True}
    assert mark.exists()
    power.close()


def test_a_failure_is_a_refusal_with_its_last_words() -> None:
    power = PowerCommand(_command("raise SystemExit('no such hub')"))
    assert power.perform("power_cycle", {}) == {"ok": False, "error": "ended with 1: no such hub"}


def test_one_that_does_not_end_is_broken() -> None:
    power = PowerCommand(_command("import signal; signal.pause()"), timeout_s=0.0)
    with pytest.raises(ControlError, match="did not end within 0 s"):
        power.perform("power_cycle", {})


def test_the_agent_beside_it_goes_first() -> None:
    pco, control = open_address("sim:")
    power = PowerCommand(_command("raise SystemExit(1)"), control)
    assert "arm_plan" in power.actions()
    assert power.perform("withdraw_plans", {})["ok"] is True
    assert power.perform("power_cycle", {})["ok"] is True
    power.close()
    pco.close()


@pytest.mark.parametrize("command", ["atverdict-no-such-program", "'"])
def test_a_wrong_command_is_wrong_input(command: str, tmp_path: Path) -> None:
    with peer("mute") as address:
        ran = atverdict(tmp_path, "run", "--iut", address, "--power", command)
    assert ran.code == 3, ran.err
    assert "power" in ran.err


def test_a_dry_run_counts_on_it(tmp_path: Path) -> None:
    arguments = ("run", "--iut", "socket://192.0.2.1:1", "--dry-run", "--select", "persistence")
    without = atverdict(tmp_path, *arguments)
    with_it = atverdict(tmp_path, *arguments, "--power", "true")
    assert "power_cycle" in without.out
    assert without.out != with_it.out
