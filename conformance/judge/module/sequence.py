"""Checks on the order of an upgrade: SOTA-SEQ."""

from collections.abc import Iterator
from dataclasses import replace

from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Exchange, Urc
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.check import after, check
from atverdict.conformance.judge.finding import Finding, fails, finding, holds, inconclusive, passes
from atverdict.conformance.judge.module.answers import ACCEPTANCE
from atverdict.conformance.judge.module.framing import answered
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Flow, Phase, is_ota
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun, Upgrade
from atverdict.grammar.message import CommandForm, CommandLine, DownloadStarted, Event, Offer

UPDATE = "QIOTUPDATE"
WITHOUT_OFFER = {
    10702: "SOTA-SEQ-002",
    10703: "SOTA-SEQ-002",
    10704: "SOTA-SEQ-006",
    10705: "SOTA-SEQ-009",
    10706: "SOTA-SEQ-013",
}
"""The requirement that an event breaks for which there is no offer or no consent."""


def _asking(flow: Flow, action: int) -> bool:
    """Tell whether ``AT+QIOTUPDATE=<action>`` is not answered yet; events may come first."""
    asked = flow.asked
    return asked is not None and asked.name == UPDATE and asked.parameters == (action,)


def _bare(urc: Urc) -> bool:
    return isinstance(urc.message, Event) and not urc.message.values


def _code(urc: Urc) -> int:
    return urc.message.code if isinstance(urc.message, Event) else 0


def _live(flow: Flow) -> Upgrade | None:
    """Return the upgrade under way, if there is one."""
    return flow.upgrade if flow.upgrade and not flow.upgrade.ended else None


@check("SOTA-SEQ-001", "SOTA-CMD-UPDATE-005", on=Urc, errata=("E-37",))
def nothing_without_consent(urc: Urc, now: Situation) -> Iterator[Finding]:
    """A download begins after an offer and a consent, and never after a refusal."""
    if not is_ota(urc, 10701, 10702, 10703, 10704, 10705):
        return
    flow = now.flow
    upgrade = flow.upgrade
    if upgrade is not None and upgrade.refused is not None:
        places = [upgrade.refused.sent, urc.place]
        yield fails(
            "SOTA-CMD-UPDATE-005", places, "nothing after the refusal", printable(urc.place.octets)
        )
    elif is_ota(urc, 10701):
        live = _live(flow)
        if upgrade is not None and upgrade.cut_short and upgrade.ended:
            return  # offer and consent came before the restart
        if live is None and not flow.idle_certain:
            yield inconclusive(
                "SOTA-SEQ-001",
                urc,
                "10701 after an offer",
                "one, perhaps of an upgrade begun before this run",
            )
            return
        offered = live is not None
        consent = live is not None and (live.accepted is not None or _asking(flow, 1))
        if offered and not consent and _bare(urc) and flow.awaits_module():
            return  # a plan may let the module consent for itself
        observed = "both" if offered and consent else "no consent" if offered else "no offer"
        expected = "10700 and OK to UPDATE=1 before 10701"
        if live is not None and live.offered_late and not consent:
            yield inconclusive(
                "SOTA-SEQ-001", urc, expected, "the consent before a repetition, perhaps"
            )
            return
        yield holds("SOTA-SEQ-001", offered and consent, urc, expected, observed)


@check("SOTA-SEQ-002", "SOTA-SEQ-006", "SOTA-SEQ-009", "SOTA-SEQ-013", on=Urc)
def nothing_without_an_offer(urc: Urc, now: Situation) -> Iterator[Finding]:
    """Without an offer, or without a consent to it, an upgrade has nothing to report."""
    if not is_ota(urc, *WITHOUT_OFFER):
        return
    flow = now.flow
    upgrade = flow.upgrade
    if upgrade is None:
        certain, what = flow.idle_certain, "no offer"
    else:
        undecided = flow.phase is Phase.OFFERED and not (upgrade.runs or _asking(flow, 1))
        certain = undecided and not upgrade.offered_late and not flow.awaits_module()
        what = "no consent"
    if certain:
        expected = f"10700 and OK to UPDATE=1 before {_code(urc)}"
        yield fails(WITHOUT_OFFER[_code(urc)], urc, expected, what)


@check("SOTA-SEQ-002", on=Urc, errata=("E-30",))
def order_of_events(urc: Urc, now: Situation) -> Iterator[Finding]:
    """Events come in the order 10701, 10702, 10703, 10704, outcome; some may be absent."""
    if not is_ota(urc, 10701, 10702, 10703, 10704, 10705):
        return
    flow, code = now.flow, _code(urc)
    upgrade = flow.upgrade
    if upgrade is None or upgrade.refused is not None:
        return
    if upgrade.ended is not None:
        # SOTA-SEQ-001 judges a second download, SOTA-SEQ-013 a second outcome.
        if code not in (10701, 10705) and not (upgrade.restarted or upgrade.abandoned):
            yield fails("SOTA-SEQ-002", urc, "nothing after the outcome", f"{code}")
        return
    run = upgrade.run
    if run is None or run.disturbed or run.outcomes:
        return
    if code == 10703 and _fetched_unasked(urc, run, flow):
        return  # SOTA-SEQ-005 judges it
    problem = _out_of_order(urc, run, flow)
    if code == 10704 and run.updating and now.profile.updating_before_reading:
        problem = "" if now.profile.updating_repeats else "a second 10704"
    yield holds(
        "SOTA-SEQ-002",
        not problem,
        urc,
        "10701, 10702, 10703, 10704, outcome",
        problem or f"{code} in its place",
    )


def _next_asked(run: ComponentRun, flow: Flow) -> bool:
    """Tell whether the host has asked for the next piece, answered or not."""
    return run.next_piece_asked is not None or _asking(flow, 2)


def _fetched_unasked(urc: Urc, run: ComponentRun, flow: Flow) -> bool:
    """Tell whether this is a further piece that was not asked for; the same one is none."""
    further = bool(run.pieces) and not run.updating and not _repeats_the_piece(urc, run)
    return further and not _next_asked(run, flow)


def _repeats_the_piece(urc: Urc, run: ComponentRun) -> bool:
    """Tell whether this 10703 is the last one again."""
    return isinstance(urc.message, Event) and urc.message.payload == run.piece is not None


def _out_of_order(urc: Urc, run: ComponentRun, flow: Flow) -> str:
    """Return what is out of order; empty where nothing is."""
    waiting = _next_asked(run, flow)
    match _code(urc):
        case 10701 if run.piece_urcs and run.started_urc is None:
            return "10701 after 10703"
        case (10702 | 10703) as code if run.updating:
            return f"{code} after 10704"
        case 10702 if run.pieces and not waiting:
            return "10702 after 10703"
        case 10703 if _repeats_the_piece(urc, run) and not waiting:
            return "the same 10703 once more"
        case 10704 if not run.piece_urcs:
            return "10704 before 10703"
        case _:
            return ""


@check("SOTA-SEQ-003", "SOTA-INT-009", on=Urc, errata=("E-43",))
def one_start(urc: Urc, now: Situation) -> Iterator[Finding]:
    """Each accepted component starts once."""
    upgrade = _live(now.flow)
    run = upgrade.run if upgrade else None
    if run is None or run.outcomes:
        return
    expected = "one 10701 for each accepted component"
    retried = bool(run.disturbed) or now.flow.downloads_failed
    verdict = Verdict.INCONCLUSIVE if retried else Verdict.FAIL  # E-43
    event = urc.message
    if is_ota(urc, 10701) and run.of_module and run.started_urc is not None:
        yield finding("SOTA-SEQ-003", verdict, urc, expected, "another one")
    elif is_ota(urc, 10701) and isinstance(event, Event) and run.started is not None:
        payload = event.payload
        component = payload.component if isinstance(payload, DownloadStarted) else None
        if component in (None, run.component):
            yield finding("SOTA-SEQ-003", verdict, urc, expected, "another one")
            if run.pieces:
                valid = "the digests of the first 10701 for all pieces"
                yield finding("SOTA-INT-009", verdict, urc, valid, "another 10701 between pieces")
    elif is_ota(urc, 10703) and run.started_urc is not None and not run.pieces:
        yield passes("SOTA-SEQ-003", [run.started_urc.place, urc.place], expected, "one")
    elif is_ota(urc, 10705, 10706) and run.piece_urcs and run.started_urc is None:
        yield finding("SOTA-SEQ-003", verdict, urc, expected, "none before the outcome")


@check("SOTA-SEQ-004", on=Urc)
def progress_is_shown(urc: Urc, now: Situation) -> Iterator[Finding]:
    """At least one 10702 precedes the first 10703."""
    run = now.flow.run
    if run is None or run.of_module:
        return  # the seed shows it for components of the MCU
    if is_ota(urc, 10703) and _live(now.flow) and not run.piece_urcs and not run.disturbed:
        count = len(run.progress)
        yield holds("SOTA-SEQ-004", count > 0, urc, "a 10702 before the first 10703", f"{count}")


@check("SOTA-SEQ-005", on=Urc)
def next_piece_on_request(urc: Urc, now: Situation) -> Iterator[Finding]:
    """A further piece is fetched only when the host has asked for it."""
    run = now.flow.run
    if not is_ota(urc, 10703) or run is None or run.outcomes or run.disturbed or not run.pieces:
        return
    if run.updating or _repeats_the_piece(urc, run):
        return  # SOTA-SEQ-002 judges it
    expected = "a further piece after UPDATE=2 alone"
    if _fetched_unasked(urc, run, now.flow):
        yield fails("SOTA-SEQ-005", urc, expected, f"{_code(urc)} unasked")
        run.disturbed = "the next piece was fetched unasked"
    else:
        yield passes("SOTA-SEQ-005", urc, expected, "one after it")


@check("SOTA-SEQ-006", on=Urc, errata=("E-03",))
def updating_on_request(urc: Urc, now: Situation) -> Iterator[Finding]:
    """10704 comes after the host has said that it updates."""
    run, upgrade = now.flow.run, now.flow.upgrade
    if not is_ota(urc, 10704) or run is None or run.outcomes or now.profile.updating_before_reading:
        return
    if run.of_module:
        return  # the module updates itself unasked (D25C/EX031)
    if upgrade is not None and upgrade.abandoned:
        return
    restarted = upgrade is not None and upgrade.restarted
    if restarted and run.update_asked is not None:
        return
    asked = run.update_asked is not None or _asking(now.flow, 3)
    repeated = bool(run.updating) and not restarted
    observed = (
        "a second 10704"
        if repeated and asked
        else "10704 after it"
        if asked
        else "10704 without it"
    )
    yield holds(
        "SOTA-SEQ-006", asked and not repeated, urc, "one 10704 after OK to UPDATE=3", observed
    )


@check("SOTA-SEQ-007", on=Urc, errata=("E-27",))
def answer_before_its_event(urc: Urc, now: Situation) -> Iterator[Finding]:
    """The OK of a decision comes before the event that it causes."""
    exchange, flow = urc.during, now.flow
    if not is_ota(urc, 10701, 10703, 10704):
        return
    upgrade, run = _live(flow), flow.run
    if upgrade is None or upgrade.offered_late or (_bare(urc) and flow.awaits_module()):
        return
    # A repeated decision does not cause the event: the first one has had its OK.
    action, decided = {
        10701: (1, upgrade.accepted),
        10703: (2, run.next_piece_asked if run else None),
        10704: (3, run.update_asked if run else None),
    }[_code(urc)]
    expected = "OK, then the event"
    if decided is not None:
        yield passes("SOTA-SEQ-007", [decided.sent, urc.place], expected, "that")
    elif exchange is not None and _asking(flow, action):
        yield fails("SOTA-SEQ-007", [exchange.sent, urc.place], expected, "the event first")


@check("SOTA-SEQ-009", "SOTA-SEQ-012", on=Urc, errata=("E-04",))
def success_after_announcement(urc: Urc, now: Situation) -> Iterator[Finding]:
    """10705 needs the announcement of the target version, and nothing else."""
    upgrade = _live(now.flow)
    if not is_ota(urc, 10705) or upgrade is None or upgrade.accepted is None:
        return
    run = upgrade.run
    offered = upgrade.offer_for(run.component) if run else None
    if run is None or run.of_module or offered is None:
        return  # firmware of the module itself needs no announcement
    if offered.component not in now.flow.versions:
        return  # firmware of the module itself needs no announcement
    asked = now.flow.asked
    pending = asked is not None and asked.parameters == (offered.component, offered.target_version)
    announced = pending or any(version == offered.target_version for version, _ in run.announced)
    expected = f'"{offered.component}","{offered.target_version}" announced before 10705'
    yield holds(
        "SOTA-SEQ-009", announced, urc, expected, "that" if announced else "10705 without it"
    )
    if announced and run.update_asked is None:
        yield passes("SOTA-SEQ-012", urc, "success without UPDATE=3, perhaps", "that")


@check("SOTA-SEQ-013", on=Urc, errata=("E-32", "E-44"))
def one_outcome(urc: Urc, now: Situation) -> Iterator[Finding]:
    """An accepted offer ends once."""
    if not is_ota(urc, 10705, 10706):
        return
    upgrade = now.flow.upgrade
    if upgrade is None:
        return
    expected = "exactly one of 10705 and 10706 for an accepted offer"
    own = all(seen.offer.component in now.flow.announced for seen in upgrade.offers)
    if upgrade.ended is None:
        under_way = upgrade.run is not None and not upgrade.run.outcomes
        several = any(run.outcomes for run in upgrade.runs) and not under_way
        if upgrade.accepted is not None and not own and several:
            yield inconclusive("SOTA-SEQ-013", urc, expected, f"{_code(urc)} of some component")
        elif upgrade.accepted is not None:
            yield passes("SOTA-SEQ-013", urc, expected, f"{_code(urc)}")
        elif not upgrade.runs:
            yield fails(
                "SOTA-SEQ-013", urc, expected, f"{_code(urc)} for an offer that nobody accepted"
            )
    elif upgrade.accepted is not None:
        if upgrade.cut_short:
            return  # the outcome of the upgrade that a restart interrupted
        certain = own and upgrade.offers and not upgrade.restarted
        verdict = Verdict.FAIL if certain else Verdict.INCONCLUSIVE
        yield finding("SOTA-SEQ-013", verdict, urc, expected, f"{_code(urc)} after the end")
    elif upgrade.refused is not None and is_ota(urc, 10706):
        yield fails("SOTA-SEQ-013", urc, expected, "10706 for an offer that was refused")


@after("SOTA-SEQ-014", on=Urc)
def a_further_upgrade(urc: Urc, now: Situation) -> Iterator[Finding]:
    """After the end of an upgrade another one is possible."""
    upgrades = now.flow.upgrades
    if not is_ota(urc, 10705) or not upgrades or upgrades[-1].ended is None:
        return
    if any(u.ended is not None and u.accepted is not None for u in upgrades[:-1]):
        found = passes(
            "SOTA-SEQ-014", urc, "a further upgrade from offer to outcome", "10705 for it"
        )
        yield replace(found, part="outcome")


@check("SOTA-SEQ-016", on=Urc)
def repeated_offer(urc: Urc, now: Situation) -> Iterator[Finding]:
    """An offer may be repeated while it is undecided, with the same contents."""
    event, upgrade = urc.message, _live(now.flow)
    if (
        not is_ota(urc, 10700)
        or not isinstance(event, Event)
        or not isinstance(event.payload, Offer)
    ):
        return
    if upgrade is None or now.flow.phase is not Phase.OFFERED:
        return
    known = upgrade.offer_for(event.payload.component)
    if known is not None:
        verdict = Verdict.PASS if known == event.payload else Verdict.INCONCLUSIVE
        yield finding(
            "SOTA-SEQ-016",
            verdict,
            urc,
            "the same offer again",
            "the same" if known == event.payload else "another one",
        )


@after("SOTA-SEQ-018", on=(Urc, Exchange))
def commands_while_downloading(item: Urc | Exchange, now: Situation) -> Iterator[Finding]:
    """Commands are answered during the download, and it comes to its end."""
    flow = now.flow
    run = flow.run
    if run is None:
        return
    if isinstance(item, Exchange):
        if flow.asked_phase is Phase.DOWNLOADING and not item.cut:
            if item.final is None:
                yield fails("SOTA-SEQ-018", item, "an answer while downloading", answered(item))
            else:
                run.served += 1
    elif is_ota(item, 10703) and run.served and len(run.piece_urcs) == 1:
        yield passes("SOTA-SEQ-018", item, "answers while downloading", f"{run.served}, then 10703")


@check("SOTA-SEQ-019", on=Exchange)
def consent_after_refusal(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """An offer that was refused can be accepted when it is made again."""
    flow = now.flow
    command = exchange.command
    consent = (
        isinstance(command, CommandLine) and command.name == UPDATE and command.parameters == (1,)
    )
    if (
        not consent
        or flow.asked_phase is not Phase.OFFERED
        or len(flow.upgrades) < 2
        or exchange.cut
    ):
        return
    if flow.upgrades[-2].refused is not None:
        found = holds(
            "SOTA-SEQ-019",
            exchange.succeeded,
            exchange,
            "OK to UPDATE=1 after an earlier refusal",
            answered(exchange),
        )
        yield replace(found, part=ACCEPTANCE)


@check("SOTA-SEQ-021", on=Exchange)
def readable_after_refused_next(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A refused ``=2`` on the last piece leaves the piece readable."""
    last = now.flow.last
    if (
        last is None
        or not last.refused
        or not exchange.is_command("QIOTOTARD", CommandForm.WRITE)
        or exchange.cut
    ):
        return
    command, run = last.command, now.flow.run
    refused_next = (
        isinstance(command, CommandLine) and command.name == UPDATE and command.parameters == (2,)
    )
    if refused_next and run and run.last_piece and now.flow.phase is Phase.READY:
        good = exchange.succeeded and exchange.header is not None
        yield holds(
            "SOTA-SEQ-021", good, exchange, "a block after the refused UPDATE=2", answered(exchange)
        )
