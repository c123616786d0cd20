"""Checks on the platform: what it records, in which order it serves: SOTA-PLT, SOTA-SEQ-017."""

from collections.abc import Iterator

from atverdict.conformance.evidence.log import ControlAction, Expected, Footer, Resumed, Waited
from atverdict.conformance.evidence.trace import Item, Place, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.check import after, check
from atverdict.conformance.judge.finding import Finding, fails, finding, holds, passes
from atverdict.conformance.judge.module.platform_requests import refusal_of
from atverdict.conformance.judge.module.situation import ModuleSituation
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import is_ota
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun
from atverdict.grammar.message import DownloadStarted, Event

GRID_S = 600.0
GRID_EARLY_S = 30.0
"""The laboratory's clock may be late by so much."""
GRID_LATE_S = 90.0
"""A push needs time to arrive, and the laboratory's clock may be fast."""
OFFERS = (
    *("SOTA-PLT-001", "SOTA-PLT-002", "SOTA-PLT-003", "SOTA-PLT-004", "SOTA-PLT-005"),
    *("SOTA-PLT-006", "SOTA-PLT-007", "SOTA-PLT-008", "SOTA-PLT-010", "SOTA-PLT-011"),
    *("SOTA-PLT-012", "SOTA-PLT-013", "SOTA-PLT-014", "SOTA-PLT-015", "SOTA-PLT-018"),
    *("SOTA-PLT-019", "SOTA-PLT-021"),
)


@after(*OFFERS, on=(Expected, Urc, Waited, ControlAction, Footer, Resumed))
def offers_by_the_rules(_item: Item, now: ModuleSituation) -> Iterator[Finding]:
    """A plan is offered where nothing keeps it back, and not where a rule does."""
    yield from now.rules.take()


@check("SOTA-PLT-009", "SOTA-PLT-020", on=ControlAction)
def recorded_outcome(action: ControlAction, now: ModuleSituation) -> Iterator[Finding]:
    """The platform records success if and only if the target version was reported."""
    status, run, upgrade = action.reply.get("status"), now.flow.run, now.flow.upgrade
    if action.action != "platform_status" or run is None or upgrade is None:
        return
    offered = upgrade.offer_for(run.component)
    if offered is None or len(upgrade.offers) != 1 or not isinstance(status, str):
        return
    if run.of_module:
        return  # its version is in no command of the flow
    reported = now.flow.versions.get(offered.component)
    succeeded = reported == offered.target_version
    if succeeded and (not run.outcomes or status not in ("success", "failed")):
        return
    if not succeeded and (not (run.announced or run.outcomes) or status == "unknown"):
        return
    plan = now.rules.plan
    over = plan is not None and plan.over_in_progress
    requirement = "SOTA-PLT-020" if over else "SOTA-PLT-009"
    due = "success" if succeeded else "no success"
    expected = f"{due}, since {reported} was reported for the target {offered.target_version}"
    place = Place(now.line, action.t, b"")
    usual = not over or now.requests.has_kept("SOTA-PLT-009", due)
    if succeeded != (status == "success"):
        verdict = Verdict.FAIL if usual else Verdict.INCONCLUSIVE
        yield finding(requirement, verdict, [*_outcome_of(run), place], expected, status)
    elif requirement == "SOTA-PLT-020":
        yield passes(requirement, [*_outcome_of(run), place], expected, status)
    elif places := now.requests.both("SOTA-PLT-009", due, place):
        both = "success for the target version, and none for another one"
        yield passes("SOTA-PLT-009", places, both, "both")


def _outcome_of(run: ComponentRun) -> list[Place]:
    return [urc.place for urc in run.outcomes[-1:]]


@check("SOTA-PLT-008", on=Urc)
def pushed_on_the_grid(urc: Urc, now: ModuleSituation) -> Iterator[Finding]:
    """What the platform pushes by itself comes on the grid of ten minutes."""
    pushed_at = now.rules.pushed_by_itself(urc)
    if pushed_at is not None:
        into_s = (pushed_at.timestamp() + GRID_EARLY_S) % GRID_S - GRID_EARLY_S
        yield holds(
            "SOTA-PLT-008",
            into_s <= GRID_LATE_S,
            urc,
            f"a push at 0, 10, ... 50 minutes past the hour, at most {GRID_LATE_S:g} s later",
            f"one at {pushed_at:%H:%M:%S} on the laboratory's clock",
        )


@check("SOTA-PLT-016", on=ControlAction)
def unique_components(action: ControlAction, now: ModuleSituation) -> Iterator[Finding]:
    """A plan with one component twice is refused; with two different ones it is taken."""
    if action.action != "arm_components":
        return
    plan = action.arguments.get("plan")
    parts = plan.get("components") if isinstance(plan, dict) else None
    names = [each.get("component") for each in parts or [] if isinstance(each, dict)]
    if len(names) > 1:
        unique = len(set(names)) == len(names)
        sentence = "a plan with one component twice refused, and one with two taken"
        yield from _refused("SOTA-PLT-016", action, now, sentence, refuse=not unique)


@check("SOTA-PLT-017", on=ControlAction)
def activation_is_final(action: ControlAction, now: ModuleSituation) -> Iterator[Finding]:
    """A plan can be deleted as long as it is not activated, and then no more."""
    plan = now.rules.plan
    if action.action != "delete_plan" or plan is None:
        return
    if plan.component == action.arguments.get("component"):
        sentence = "an activated plan not deleted, and another one deleted"
        yield from _refused("SOTA-PLT-017", action, now, sentence, refuse=plan.activated)


def _refused(
    requirement: str, action: ControlAction, now: ModuleSituation, sentence: str, *, refuse: bool
) -> Iterator[Finding]:
    """Judge a request that the platform must refuse, or its sibling that it must take."""
    refusal = refusal_of(action)
    if refusal is None:
        return
    place = Place(now.line, action.t, b"")
    if refuse and not refusal:
        yield fails(requirement, place, sentence, f"{action.action} was taken")
    elif refuse == bool(refusal):
        half = "refused" if refuse else "taken"
        if places := now.requests.both(requirement, half, place):
            yield passes(requirement, places, sentence, "both")


@check("SOTA-SEQ-017", on=Urc)
def one_component_after_another(urc: Urc, now: Situation) -> Iterator[Finding]:
    """The next component starts in the plan's order, after the outcome of the last one."""
    event, upgrade = urc.message, now.flow.upgrade
    if not is_ota(urc, 10701) or not isinstance(event, Event) or upgrade is None or upgrade.ended:
        return
    if len(upgrade.offers) < 2 or not isinstance(event.payload, DownloadStarted):
        return
    order = [seen.offer.component for seen in upgrade.offers]
    done = sum(1 for run in upgrade.runs if run.outcomes)
    due = order[done] if done < len(order) else "none"
    expected = f"{due} as number {done + 1} of {', '.join(order)}"
    started = event.payload.component
    own = all(now.flow.of_module(component) is False for component in order)
    verdict = Verdict.PASS if started == due else Verdict.FAIL
    if verdict is Verdict.FAIL and not own and not now.flow.plans.keys() >= set(order):
        verdict = Verdict.INCONCLUSIVE  # the module's own firmware may have a plan of its own
    yield finding("SOTA-SEQ-017", verdict, urc, expected, started)
