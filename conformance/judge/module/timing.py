"""Checks on times: answers and the progress of a download: SOTA-TIM."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from atverdict.conformance.evidence.trace import Exchange, Urc
from atverdict.conformance.evidence.transport import within
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, finding, holds
from atverdict.conformance.judge.module.reading import USUAL_MAXIMUM_OCTETS
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Phase, is_ota
from atverdict.grammar.message import CommandLine

__all__ = ["response_time_s"]


def response_time_s(exchange: Exchange, octet_s: float) -> float | None:
    """Return the time from the last octet of the command to the end of the answer, in seconds.

    The time of the octets of both on the line is left out: `octet_s` for each. None where the
    answer did not end.

    Spec: SOTA-TIM-001.
    """
    if exchange.final_place is None:
        return None
    octets = len(exchange.sent.octets) + exchange.answer_octets
    duration_s = exchange.final_place.instant_s - exchange.sent.instant_s
    return max(0.0, duration_s - octets * octet_s)


@check("SOTA-TIM-001", "SOTA-TIM-002", "SOTA-TIM-003", on=Exchange)
def response_time(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """Every command of the flow is answered within its maximum response time."""
    command = exchange.command
    if not isinstance(command, CommandLine) or command.name not in now.commands or exchange.cut:
        return
    time_s = response_time_s(exchange, now.octet_s)
    if time_s is None:
        return  # SOTA-FRM-005 judges a missing answer
    requirement = "SOTA-TIM-001"
    maximum = now.flow.max_length or USUAL_MAXIMUM_OCTETS
    if now.flow.asked_phase is Phase.DOWNLOADING:
        requirement = "SOTA-TIM-003"
    elif exchange.header is not None and exchange.header.length == maximum:
        requirement = "SOTA-TIM-002"
    limit_s = now.specification.commands[command.name].max_response_time_s
    verdict = within(time_s, limit_s, now.header.uncertainty_s, now.share.delay_s)
    observed = f"one after {time_s * 1000:.0f} ms"
    if verdict is Verdict.INCONCLUSIVE:
        observed += f", of which the transport may have taken {now.share.delay_s * 1000:.0f} ms"
    found = finding(
        requirement,
        verdict,
        exchange,
        f"an answer within {limit_s * 1000:g} ms without the time on the line",
        observed,
    )
    yield replace(found, late_s=time_s - limit_s - now.header.uncertainty_s - now.share.delay_s)


@check("SOTA-TIM-004", on=Urc)
def progress_goes_on(urc: Urc, now: Situation) -> Iterator[Finding]:
    """A download of two periods or more shows its progress at least every two periods."""
    run, upgrade = now.flow.run, now.flow.upgrade
    if not is_ota(urc, 10703) or run is None or upgrade is None or upgrade.ended:
        return
    if run.disturbed or run.outcomes or now.flow.downloads_failed:
        return
    since_s = run.piece_urcs[-1].place.instant_s if run.piece_urcs else 0.0
    shown = [each.place for each in run.progress if each.place.instant_s > since_s]
    period_s = now.timer_s("progress_s")
    limit_s = 2 * period_s
    if not shown or urc.place.instant_s - shown[0].instant_s < limit_s:
        return
    instants_s = [place.instant_s for place in (*shown, urc.place)]
    longest_s = max(later - earlier for earlier, later in pairwise(instants_s))
    late_s = longest_s - limit_s - now.header.uncertainty_s
    found = holds(
        "SOTA-TIM-004",
        late_s <= 0.0,
        [*shown, urc.place],
        f"10702 about every {period_s:g} s while downloading",
        f"{longest_s:.1f} s without one",
    )
    yield replace(found, late_s=late_s)
