"""Checks on the platform: what it records, in which order it serves: SOTA-PLT, SOTA-SEQ-017."""

from collections.abc import Iterator

from atverdict.conformance.evidence.log import ControlAction
from atverdict.conformance.evidence.trace import Urc
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, holds
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import is_ota
from atverdict.grammar.message import DownloadStarted, Event


@check("SOTA-PLT-009", on=ControlAction)
def recorded_outcome(action: ControlAction, now: Situation) -> Iterator[Finding]:
    """The platform records success if and only if the target version was reported."""
    status, run, upgrade = action.reply.get("status"), now.flow.run, now.flow.upgrade
    if action.action != "platform_status" or run is None or upgrade is None or not run.outcomes:
        return
    offered = upgrade.offer_for(run.component)
    if offered is None or len(upgrade.offers) != 1 or status not in ("success", "failed"):
        return
    reported = now.flow.versions.get(offered.component)
    due = "success" if reported == offered.target_version else "failed"
    expected = f"{due}, since {reported} was reported for the target {offered.target_version}"
    places = [run.outcomes[-1].place]
    yield holds("SOTA-PLT-009", status == due, places, expected, str(status))


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
    yield holds(
        "SOTA-SEQ-017", event.payload.component == due, urc, expected, event.payload.component
    )
