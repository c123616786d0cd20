"""Changes of the state by an answer: what an accepted command line changes."""

from collections.abc import Callable, Sequence

from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.judge.state.state import UPGRADING, Link, Phase, State, highest, is_ota
from atverdict.grammar.message import (
    CommandForm,
    CommandLine,
    ConfigurationItem,
    Malformed,
    McuVersion,
)
from atverdict.grammar.reader import without_blanks

__all__ = ["ONLINE_STATE", "apply_answer"]

ONLINE_STATE = 8
OFFLINE_STATES = (0, 1, 11)
SILENTLY_ONLINE = 2


def apply_answer(state: State, exchange: Exchange) -> None:
    """Change the state by a command line that was answered OK."""
    command = exchange.command
    if isinstance(command, Malformed):
        _perhaps_announced(state, exchange)
        return
    if command.form is CommandForm.TEST:
        state.ranges[command.name] = tuple(v for line in exchange.responses for v in line.values)
    if command.name in _EFFECTS:
        _EFFECTS[command.name](state, exchange, command)


def _echo(state: State, _exchange: Exchange, command: CommandLine) -> None:
    state.echo = command.name == "E1"


def _errors(state: State, _exchange: Exchange, command: CommandLine) -> None:
    if command.form is CommandForm.WRITE:
        state.plain_errors = command.parameters == (0,)


def _registration(state: State, exchange: Exchange, command: CommandLine) -> None:
    match command:
        case CommandLine(_, CommandForm.WRITE, (int(mode),)):
            _registered(state, mode, exchange.sent.instant_s)
        case CommandLine(_, CommandForm.READ):
            for response in exchange.responses:
                if response.values and isinstance(response.values[0], int):
                    state.reg_mode = response.values[0]
        case _:
            pass


def _registered(state: State, mode: int, instant_s: float) -> None:
    state.reg_mode = state.reg_written = mode
    state.powered_up = state.connect_failed = False
    if mode == 0:
        state.link = Link.LEAVING if state.link is Link.ONLINE else Link.OFF
        state.left_s = instant_s
    elif state.link in (Link.OFF, Link.UNKNOWN, Link.LEAVING):
        state.connect_asked = True
        state.link = Link.ONLINE if state.online_codes >= {2, 3} else Link.CONNECTING


def _state(state: State, exchange: Exchange, _command: CommandLine) -> None:
    """Take the link from a read of the state, where nothing better is known.

    While it connects, two reads in a row say that it has done so without a word.
    """
    for response in exchange.responses:
        if not response.values or state.restarting:
            continue
        silent = state.link is Link.CONNECTING and response.values[0] == ONLINE_STATE
        state.online_reads = state.online_reads + 1 if silent else 0
        if state.online_reads >= SILENTLY_ONLINE:
            state.link = Link.ONLINE
        if state.link is not Link.UNKNOWN:
            continue
        if response.values[0] == ONLINE_STATE:
            state.link = Link.ONLINE
        elif response.values[0] in OFFLINE_STATES:
            state.link = Link.OFF


def _configuration(state: State, exchange: Exchange, command: CommandLine) -> None:
    if command.parameters[:1] != ("productinfo",):
        return
    values: Sequence[object] = command.parameters[1:]
    if values:
        state.provisioned = all(isinstance(value, str) and value for value in values[:2])
        state.product_key = values[0] if isinstance(values[0], str) else None
        if state.product_key and state.provisioned:
            state.product_shown = (state.product_key, state.restarts)
        return
    for response in exchange.responses:
        item = response.payload
        if isinstance(item, ConfigurationItem) and item.keyword == "productinfo":
            key = item.values[0] if item.values else ""
            text = str(getattr(key, "text", key) or "")
            state.provisioned = bool(text)
            state.product_shown = (text, state.restarts)


def _version(state: State, exchange: Exchange, command: CommandLine) -> None:
    match command:
        case CommandLine(_, CommandForm.WRITE, (str(component), str(version))):
            _announced(state, exchange, component, version)
        case CommandLine(_, CommandForm.READ):
            for response in exchange.responses:
                listed = response.payload
                if isinstance(listed, McuVersion):
                    state.versions.setdefault(listed.component, listed.version)
        case _:
            pass


def _announced(state: State, exchange: Exchange, component: str, version: str) -> None:
    state.announced_in.add(state.link)
    if version:
        state.versions[component] = version
        state.announced.setdefault(component, []).append(version)
        state.kept_since[component] = state.restarts
        state.removed.discard(component)
    else:
        state.versions.pop(component, None)
        state.announced.pop(component, None)
        state.removed.add(component)
    run = state.run
    if run and state.phase in UPGRADING and component == run.component:
        run.announced.append((version, exchange))


def _perhaps_announced(state: State, exchange: Exchange) -> None:
    """Forget the version of a component: a line with a blank may have set another one (E-24)."""
    match without_blanks(exchange.sent.octets.strip(b"\r\n")):
        case CommandLine("QIOTMCUVER", CommandForm.WRITE, (str(component), *_)):
            state.versions.pop(component, None)
            state.announced.pop(component, None)
            if state.run and state.run.component == component:
                state.run.disturbed = "a version was announced with a blank before it"
        case _:
            pass


def _request(state: State, exchange: Exchange, command: CommandLine) -> None:
    if command.form in (CommandForm.READ, CommandForm.TEST):
        return
    if command.form is CommandForm.WRITE:
        state.fresh = False
    upgrade = state.upgrade
    if upgrade and any(u.place == s.urc.place for u in exchange.urcs for s in upgrade.offers):
        upgrade.requested = exchange  # the offer came before the OK (E-27)
        return
    state.requested = exchange
    if upgrade and state.phase is Phase.OFFERED:
        upgrade.request_certain = False  # no document says which of the requests counts


def _action(state: State, exchange: Exchange, command: CommandLine) -> None:
    upgrade = state.upgrade
    if upgrade is None or command.form is not CommandForm.WRITE:
        return
    match command.parameters, state.phase:
        case (0,), Phase.OFFERED:
            upgrade.refused = exchange
            state.end(upgrade, exchange.sent)
        case (0,), Phase.CONFIRMED | Phase.DOWNLOADING | Phase.READY | Phase.UPDATING:
            _late_refusal(state, exchange)
        case (1,), Phase.OFFERED:
            upgrade.accepted = exchange
            state.consents += 1
            state.phase = Phase.CONFIRMED
        case (1,), _ if upgrade.accepted is None and upgrade.runs:
            upgrade.accepted = exchange  # the event came before the OK (E-27)
            state.consents += 1
        case (2,), Phase.READY if any(is_ota(urc, 10703) for urc in exchange.urcs):
            pass  # the next piece came before the OK (E-27)
        case (2,), Phase.READY if upgrade.run and upgrade.run.last_piece:
            # No document says what a module does after this.
            upgrade.run.disturbed = "=2 was accepted though the last piece was there"
        case (2,), Phase.READY if upgrade.run:
            upgrade.run.next_piece_asked = upgrade.run.next_piece_asked or exchange
            state.phase = Phase.DOWNLOADING
        case (3,), Phase.READY | Phase.UPDATING if upgrade.run:
            upgrade.run.update_asked = upgrade.run.update_asked or exchange
        case _:
            pass


def _late_refusal(state: State, exchange: Exchange) -> None:
    """End the upgrade: no document says whether a late refusal ends it."""
    if state.run:
        state.run.disturbed = "=0 was accepted after the consent"
    if state.upgrade:
        state.end(state.upgrade, exchange.sent)
    state.idle_certain = False


def _reading(state: State, exchange: Exchange, command: CommandLine) -> None:
    match command:
        case CommandLine(_, CommandForm.TEST):
            for response in exchange.responses:
                if len(response.values) > 1:
                    state.max_length = highest(response.values[1]) or state.max_length
        case CommandLine(_, CommandForm.WRITE, (int(start), int())) if start >= 0:
            # SOTA-CMD-OTARD-003 judges the start in the header.
            header, block, run = exchange.header, exchange.block, state.run
            if run is None or header is None or block is None or not block.octets:
                return
            if run.piece and start < run.piece.start:
                return  # no document says that octets of an earlier piece are still there
            if run.length_octets is None or start < run.length_octets:  # else no octet is there
                run.read(exchange, start, block.octets)
                run.network_lost = not state.network
        case _:
            pass


_EFFECTS: dict[str, Callable[[State, Exchange, CommandLine], None]] = {
    "CMEE": _errors,
    "E0": _echo,
    "E1": _echo,
    "QIOTCFG": _configuration,
    "QIOTMCUVER": _version,
    "QIOTOTARD": _reading,
    "QIOTOTAREQ": _request,
    "QIOTREG": _registration,
    "QIOTSTATE": _state,
    "QIOTUPDATE": _action,
}
