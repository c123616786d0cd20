"""Command lines of a host: their parameters, and what they ask of the module."""

from atverdict.conformance.evidence.host_trace import HostExchange
from atverdict.grammar.message import CommandForm, CommandLine

__all__ = ["action_of", "is_odd_read", "moves", "parameters"]

MOVING = frozenset({"QIOTREG", "QIOTOTAREQ", "QIOTMCUVER", "QIOTUPDATE", "QIOTOTARD"})


def parameters(item: HostExchange, name: str) -> tuple[object, ...] | None:
    """Return the parameters of a write command `name`; None for anything else."""
    command = item.command
    if not isinstance(command, CommandLine) or command.name != name:
        return None
    return command.parameters if command.form is CommandForm.WRITE else None


def action_of(item: HostExchange) -> int | None:
    """Return the action of an ``AT+QIOTUPDATE``; None for anything else."""
    match parameters(item, "QIOTUPDATE"):
        case (int(action),):
            return action
        case _:
            return None


def moves(item: HostExchange) -> bool:
    """Tell whether a command line moves the flow; queries do not."""
    command = item.command
    if not isinstance(command, CommandLine) or command.name not in MOVING:
        return False
    if command.name == "QIOTMCUVER":
        return len(command.parameters) > 1
    return command.form in (CommandForm.WRITE, CommandForm.EXECUTE)


def is_odd_read(item: HostExchange) -> bool:
    """Tell whether a read is asked for in a way that is in no document."""
    if b"OTARD=" not in item.sent.octets.upper():
        return False
    match parameters(item, "QIOTOTARD"):
        case (int(start), int()):
            return start < 0
        case _:
            return not item.is_command("QIOTOTARD", CommandForm.TEST)
