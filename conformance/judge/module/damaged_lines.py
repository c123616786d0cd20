"""Damaged lines of an answer: torn by a URC, glued to the final result code, ended by half."""

from atverdict.conformance.evidence.trace import Exchange, Place, PlacedMessage
from atverdict.conformance.judge.interconnection import FLOW
from atverdict.grammar.message import CommandLine, Malformed

__all__ = ["glued_code", "half_ended", "swallowed_urc", "torn_answer", "torn_echo"]

SHORTEST_TEAR = 4
"""The least octets of a torn line; a shorter beginning fits many lines."""


def torn_answer(exchange: Exchange) -> Place | None:
    """Return the place of a line that is only the beginning of the answer."""
    name = exchange.command.name if isinstance(exchange.command, CommandLine) else ""
    prefix = f"+{name}: ".encode("ascii")
    lines = [urc.place for urc in exchange.urcs] + [told.place for told in exchange.malformed]
    for place in lines:
        text = place.octets.strip(b"\r\n")
        if len(text) > SHORTEST_TEAR and name.startswith(FLOW) and prefix.startswith(text):
            return place
    return None


def torn_echo(exchange: Exchange) -> Place | None:
    """Return the place of the beginning of an echo that an event cuts."""
    sent = exchange.sent.octets.strip(b"\r\n")
    for told in exchange.malformed:
        begun, event, _ = told.place.octets.strip(b"\r\n").partition(b"+QIOTEVT")
        begun = begun.rstrip(b"\r\n")
        behind = event or any(urc.place.line >= told.place.line for urc in exchange.urcs)
        cut = len(begun) < len(sent) and sent.startswith(begun)
        if cut and behind and len(begun) > 1:
            return told.place
    return None


def swallowed_urc(exchange: Exchange) -> Place | None:
    """Return the place of an information line that a URC ends."""
    for told in exchange.answers:
        if b"+QIOTEVT" in told.place.octets.lstrip(b"\r\n")[1:]:
            return told.place
    return None


def glued_code(exchange: Exchange) -> Place | None:
    """Return the place of an answer that the final result code stands behind, on the same line."""
    if exchange.final is not None or exchange.cut:
        return None
    command = exchange.command
    name = command.name if isinstance(command, CommandLine) else command.resembles
    for told in reversed(exchange.order):
        text = told.place.octets.strip(b"\r\n")
        if text.startswith(b"+" + name.encode("ascii") + b":") and text.endswith((b"OK", b"ERROR")):
            return told.place
    return None


def half_ended(told: PlacedMessage, exchange: Exchange) -> bool:
    """Tell whether a line is the answer, and CR or LF alone ends it."""
    command, message = exchange.command, told.message
    if not isinstance(command, CommandLine) or not isinstance(message, Malformed):
        return False
    if message.resembles != command.name or command.name == "":
        return False
    octets = told.place.octets
    return octets.endswith((b"\r", b"\n")) and not octets.endswith(b"\r\n")
