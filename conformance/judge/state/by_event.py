"""Changes of the state by an event."""

from collections.abc import Callable

from atverdict.conformance.evidence.trace import Urc
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun, OfferSeen, Upgrade
from atverdict.conformance.judge.state.state import UPGRADING, Link, Phase, State
from atverdict.grammar.message import CommandLine, DownloadStarted, Event, Offer, PieceReady

__all__ = ["apply_event"]

SUBSCRIPTION = 3
"""The event type that ends a connection's building: 3,10200."""


def apply_event(state: State, urc: Urc, event: Event) -> None:
    """Change the state by an event."""
    match event.type, event.code:
        case ((1 | 2 | 3), 10200):
            _connected(state, event.type)
        case 2, (10473 | 10474):
            state.online_codes.clear()
            state.link = Link.CONNECTING
            state.cut_off()
            state.connect_failed = True
        case ((1 | 2 | 3), _):
            state.connect_failed = True
        case 6, 10200:
            state.online_codes.clear()
            state.link = Link.OFF
        case 7, code if code in _EFFECTS:
            _EFFECTS[code](state, urc, event)
        case _:
            pass


def _connected(state: State, event_type: int) -> None:
    if state.link is Link.ONLINE and event_type in (1, 2):
        state.online_codes.clear()
        state.link = Link.CONNECTING
    state.online_codes.add(event_type)
    state.network = state.network or event_type == SUBSCRIPTION
    state.restarting = state.restarting and event_type != SUBSCRIPTION
    if state.online_codes >= {2, 3}:
        state.link = Link.ONLINE
    elif state.link is not Link.ONLINE:
        state.link = Link.CONNECTING


def _offered(state: State, urc: Urc, event: Event) -> None:
    upgrade = state.upgrade
    run = state.run
    lost = run is not None and run.network_lost and state.phase in UPGRADING
    if run is not None and lost:
        run.disturbed = run.disturbed or "the network was lost, and the plan offered again"
    beginning = state.phase in (Phase.CONFIRMED, Phase.DOWNLOADING)
    late = upgrade is not None and (beginning or lost)
    if late and upgrade is not None:
        _dropped(state, upgrade, urc)
    if state.phase is Phase.IDLE or upgrade is None:
        upgrade = _new_upgrade(state)
        upgrade.offered_late = late
    if not isinstance(event.payload, Offer):
        return
    if state.phase is Phase.OFFERED and not upgrade.offer_for(event.payload.component):
        upgrade.offers.append(OfferSeen(event.payload, urc))


def _dropped(state: State, upgrade: Upgrade, urc: Urc) -> None:
    """End an attempt after a new offer during a download: it was dropped silently (E-44)."""
    if any(run.pieces and not run.disturbed for run in upgrade.runs):
        return  # after a piece the plan is only repeated
    for run in upgrade.runs:
        run.disturbed = "the attempt was dropped and offered again"
    state.downloads_failed = True
    state.end(upgrade, urc.place)


def _new_upgrade(state: State) -> Upgrade:
    """Begin an upgrade with its first offer; its request is used up."""
    upgrade = Upgrade()
    asking = state.asked if state.asked and state.asked.name == "QIOTOTAREQ" else None
    request = asking or (state.requested.command if state.requested else None)
    if isinstance(request, CommandLine):
        info = request.parameters[0] if request.parameters else None
        upgrade.requested_with = info if isinstance(info, int) else None
        upgrade.request_certain = True
    upgrade.requested, state.requested = state.requested, None
    state.upgrade = upgrade
    state.upgrades.append(upgrade)
    state.phase = Phase.OFFERED
    state.idle_certain = True
    return upgrade


def _started(state: State, urc: Urc, event: Event) -> None:
    upgrade = state.upgrade
    if upgrade is None or upgrade.ended:
        return
    payload = event.payload if isinstance(event.payload, DownloadStarted) else None
    run = upgrade.run
    if run is not None and not run.outcomes and payload is not None:
        if run.started_urc is None:
            run.started, run.started_urc = payload, urc  # out of order: it comes after its 10703
            return
        if run.component == payload.component:
            return  # a repetition changes nothing
    if run is not None and not run.outcomes and payload is None and run.of_module:
        return
    of_module = not event.values and state.awaits_module()
    if payload is not None:
        of_module = state.of_module(payload.component) is True
    upgrade.runs.append(ComponentRun(started=payload, started_urc=urc, of_module=of_module))
    state.phase = Phase.DOWNLOADING


def _progress(state: State, urc: Urc, _event: Event) -> None:
    if state.run:
        state.run.progress.append(urc)


def _piece(state: State, urc: Urc, event: Event) -> None:
    upgrade = state.upgrade
    if upgrade is None or upgrade.ended:
        return
    if upgrade.run is None or upgrade.run.outcomes:
        of_module = not event.values and state.awaits_module()
        upgrade.runs.append(ComponentRun(started=None, started_urc=None, of_module=of_module))
    run = upgrade.runs[-1]
    run.piece_urcs.append(urc)
    if isinstance(event.payload, PieceReady):
        run.pieces.append(event.payload)
    run.next_piece_asked = None
    state.phase = Phase.READY
    state.ever_ready = True


def _updating(state: State, urc: Urc, _event: Event) -> None:
    if state.run and state.upgrade and not state.upgrade.ended:
        state.run.updating.append(urc)
        state.phase = Phase.UPDATING
        if state.run.of_module:
            state.restart_by_itself()


def _outcome(state: State, urc: Urc, event: Event) -> None:
    upgrade = state.upgrade
    if upgrade is None or upgrade.ended:
        return
    if upgrade.run is None:
        upgrade.runs.append(ComponentRun(started=None, started_urc=None))
    upgrade.runs[-1].outcomes.append(urc)
    if event.code == 10705:
        state.downloads_failed = False  # what was to fail has failed
    state.restarting = False
    # Beside firmware of the module it is not known whose failure it is, or what follows it.
    mixed = any(state.of_module(seen.offer.component) is not False for seen in upgrade.offers)
    if upgrade.components_left <= 0 or (event.code == 10706 and not mixed):
        state.end(upgrade, urc.place)
    else:
        state.phase = Phase.CONFIRMED


_EFFECTS: dict[int, Callable[[State, Urc, Event], None]] = {
    10700: _offered,
    10701: _started,
    10702: _progress,
    10703: _piece,
    10704: _updating,
    10705: _outcome,
    10706: _outcome,
}
