"""Siblings: in which states a module accepts a well-formed line of a command.

A refusal says something only where the well-formed line is accepted: in a state that refuses
everything, a module that reads no parameter at all answers ERROR too.
"""

from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.judge.finding import Sibling
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Flow, Link, Phase
from atverdict.grammar.message import CommandForm, CommandLine, Malformed

__all__ = ["accepted_sibling", "sibling_of"]

ALWAYS = "at any time"
ACTIONS = {
    Phase.OFFERED: "while an offer stands",
    Phase.READY: "while a piece can be read",
    Phase.UPDATING: "while the MCU updates",
}


def sibling_of(exchange: Exchange, now: Situation) -> Sibling:
    """Return the sibling of a line that must be refused; its state is empty where all is."""
    name = _name(exchange, now)
    return Sibling(name, _state(name, now) if name and now.flow.steady else "")


def accepted_sibling(exchange: Exchange, now: Situation) -> Sibling | None:
    """Return what an accepted line shows: that its command is accepted in this state."""
    command = exchange.command
    if not exchange.succeeded or not isinstance(command, CommandLine):
        return None
    takes = (CommandForm.WRITE, CommandForm.READ, CommandForm.EXECUTE)
    if command.form not in takes or command.name not in now.commands:
        return None
    if command.name in ("QIOTREG", "QIOTMCUVER") and command.form is not CommandForm.WRITE:
        return None  # a module that takes no parameter at all can still be read
    state = _state(command.name, now)
    return Sibling(command.name, state) if state else None


def _name(exchange: Exchange, now: Situation) -> str:
    """Return the command that a line is meant for; empty where that is none of the flow's."""
    command = exchange.command
    name = command.name if isinstance(command, CommandLine) else command.resembles
    if name in now.commands:
        return name
    line = exchange.sent.octets.upper()
    fits = (each for each in now.commands if line.startswith(b"AT+" + each.encode("ascii")))
    return max(fits, key=len, default="") if isinstance(command, Malformed) else "QIOTSTATE"


def _state(name: str, now: Situation) -> str:
    """Name the state, as it was when the line was sent; empty where it refuses every line."""
    flow = now.flow
    match name:
        case "QIOTUPDATE":
            return ACTIONS.get(flow.asked_phase, "") if _undisturbed(flow) else ""
        case "QIOTOTARD":
            return _readable(now)
        case "QIOTOTAREQ":
            idle = flow.asked_link is Link.ONLINE and flow.asked_phase is Phase.IDLE
            return "online, without an upgrade" if idle else ""
        case "QIOTINFO":
            return "online" if flow.asked_link is Link.ONLINE else ""
        case _:
            return ALWAYS


def _readable(now: Situation) -> str:
    phases = {Phase.READY, Phase.UPDATING} if now.profile.updating_before_reading else {Phase.READY}
    flow = now.flow
    sure = flow.asked_phase in phases and flow.network and _undisturbed(flow)
    return ACTIONS[Phase.READY] if sure else ""


def _undisturbed(flow: Flow) -> bool:
    return not (flow.run and flow.run.disturbed and flow.upgrade and not flow.upgrade.ended)
