"""What a campaign says before it begins: order, reasons, plans and time, and nothing is sent."""

import json
import sys
from pathlib import Path

import pytest
from support.campaigns import Finished, atverdict
from support.peers import Answer, peer

from atverdict.conformance.campaign.module.engine import offered_purposes
from atverdict.conformance.campaign.module.programme import ORDER, programme_of
from atverdict.conformance.evidence.log import Effort
from atverdict.conformance.judge.interconnection import BASIC
from atverdict.conformance.preparation.pixit import Pixit, Product
from atverdict.conformance.preparation.programme import Programme, estimated_s
from atverdict.conformance.preparation.selection import Given
from atverdict.conformance.preparation.setup import Setup
from atverdict.reports.formats.dry_run import estimate, plan

OFFERED = offered_purposes()
AGENT = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    known = asked["action"] == "capabilities"
    answer = {"id": asked["id"], "ok": known, "actions": ["power_cycle"]}
    if not known:
        open("asked", "a").write(asked["action"])
    print(json.dumps(answer), flush=True)
"""


def _programme(
    *actions: str,
    effort: Effort = Effort.STANDARD,
    virtual: bool = False,
    selection: tuple[str, ...] = (),
) -> Programme:
    setup = Setup(
        address="bench",
        profile="cellular-2025",
        pixit=Pixit(product=Product("key", "secret")),
        effort=effort,
        selection=selection,
    )
    return programme_of(setup, OFFERED, Given.by(setup, frozenset(actions), virtual=virtual))


def test_areas_run_in_their_order_and_the_basic_purpose_first() -> None:
    shown = _programme("arm_plan", "withdraw_plans", "power_cycle")
    assert shown.running[0].name == BASIC
    areas = [purpose.name.partition(".")[0] for purpose in shown.running]
    assert areas == sorted(areas, key=ORDER.index)
    assert {purpose.name for purpose in shown.running}.isdisjoint(p.name for p, _ in shown.left_out)
    assert len(shown.running) + len(shown.left_out) == len(OFFERED)


def test_every_area_has_its_place() -> None:
    assert {purpose.name.partition(".")[0] for purpose in OFFERED} == set(ORDER)


def test_without_an_agent_one_plan_is_enough() -> None:
    assert _programme().plans == 1


def test_quick_uses_one_plan_and_needs_no_agent() -> None:
    shown = _programme(effort=Effort.QUICK)
    assert shown.plans == 1
    names = {purpose.name for purpose in shown.running}
    assert names >= {BASIC, "upgrade.consent", "upgrade.blocks", "upgrade.success"}
    assert names.isdisjoint({"upgrade.push", "upgrade.second"})
    assert not any(purpose.declared.needs for purpose in shown.running)


def test_what_is_left_out_says_why() -> None:
    reasons = {purpose.name: reason for purpose, reason in _programme().left_out}
    assert reasons["persistence.mode_one"] == "needs a control agent that can do power_cycle"
    slow = _programme("arm_plan", "withdraw_plans")
    reasons = {purpose.name: reason for purpose, reason in slow.left_out}
    assert reasons["timers.no_read"].startswith("needs --effort deep")
    named = _programme(selection=("interconnection",))
    assert {reason for _, reason in named.left_out} == {"not selected"}


def test_slow_timers_run_on_real_clocks_with_effort_deep() -> None:
    deep = _programme("arm_plan", "withdraw_plans", effort=Effort.DEEP)
    assert "timers.no_announcement" in {purpose.name for purpose in deep.running}
    assert deep.seconds > _programme("arm_plan", "withdraw_plans").seconds + 1500


def test_the_estimate_counts_what_costs_time() -> None:
    timing = Pixit().timing
    declared = {purpose.name: purpose.declared for purpose in OFFERED}
    silent = declared["decision.no_plan"]
    assert estimated_s(silent, timing) == pytest.approx(
        silent.silences * timing.silence + silent.commands * 0.15
    )
    assert estimated_s(declared["timers.no_read"], timing) > 75
    assert _programme(virtual=True).seconds == 0
    assert "no time on a virtual clock" in estimate(_programme(virtual=True))


def test_a_selection_that_matches_nothing_runs_nothing() -> None:
    shown = _programme(selection=("NOSUCH",))
    assert not shown.running
    assert plan(shown).startswith("Nothing will run: --select: NOSUCH")


def test_every_requirement_is_judged_or_has_its_reason() -> None:
    shown = _programme()
    reasons = {each.requirement for each in shown.not_tested}
    exercised = {r for purpose in shown.running for r in purpose.requirements}
    assert not reasons & exercised
    assert len(reasons) + len(exercised) == 198


@pytest.fixture
def dry(tmp_path: Path) -> Finished:
    return atverdict(tmp_path, "run", "--dry-run", out="")


def test_a_dry_run_shows_the_campaign_and_leaves_nothing_behind(dry: Finished) -> None:
    assert dry.code == 0
    assert "interconnection.basic" in dry.out
    assert "upgrade plans" in dry.out
    assert "SOTA-ROB-008" in dry.out
    assert not list(dry.folder.iterdir())


def test_a_dry_run_sends_nothing_and_asks_the_agent_for_its_means(tmp_path: Path) -> None:
    (tmp_path / "agent.py").write_text(AGENT)
    command = json.dumps([sys.executable, "agent.py"])
    (tmp_path / "pixit.toml").write_text(f"[control]\ncommand = {command}\n")
    heard = bytearray()
    with peer(_listener(heard)) as address:
        words = ("run", "--dry-run", "--iut", address, "--pixit", "pixit.toml")
        done = atverdict(tmp_path, *words, out="")
    assert done.code == 0, done.err
    assert "persistence.mode_two" in done.out.partition("Will not run")[0]
    assert not heard
    assert not (tmp_path / "asked").exists()


def _listener(heard: bytearray) -> Answer:
    def answer(octets: bytes) -> bytes:
        heard.extend(octets)
        return b""

    return answer


def test_a_dry_run_needs_no_port(tmp_path: Path) -> None:
    assert atverdict(tmp_path, "run", "--dry-run", "--iut", "/dev/nosuch", out="").code == 0


def test_a_wrong_selection_is_no_dry_run(tmp_path: Path) -> None:
    done = atverdict(tmp_path, "run", "--dry-run", "--select", "NOSUCH", out="")
    assert done.code == 2
    assert "NOSUCH" in done.out


def test_a_run_says_first_what_it_costs(tmp_path: Path) -> None:
    done = atverdict(tmp_path, "run", "--select", "interconnection.basic")
    assert done.err.startswith("Campaign: 1 test purpose, ")


def test_quick_takes_less_than_a_minute_on_a_module_that_answers_in_50_ms(tmp_path: Path) -> None:
    done = atverdict(tmp_path, "run", "--iut", "sim:?latency_s=0.05", "--effort", "quick")
    assert done.code == 0, done.out
    assert done.result["duration_s"] < 60
    assert done.result["plans_used"] == 1
    verdicts = [shown["verdict"] for shown in done.result["requirements"].values()]
    assert verdicts.count("pass") > 80


def test_a_budget_lets_begin_only_what_fits(tmp_path: Path) -> None:
    done = atverdict(tmp_path, "run", "--budget", "20")
    assert done.code == 2
    shown = done.result["requirements"]
    assert shown["SOTA-TIM-007"]["verdict"] == "not-tested"
    assert shown["SOTA-TIM-007"]["reason"] == "the budget of 20 s left no room for it"
    assert shown["SOTA-CMD-REG-001"]["verdict"] == "pass"
    assert done.result["complete"]


@pytest.mark.parametrize("budget", ["0", "-1", "soon"])
def test_a_budget_that_is_none(budget: str, tmp_path: Path) -> None:
    assert atverdict(tmp_path, "run", "--budget", budget).code == 3
