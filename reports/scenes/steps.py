"""Steps of a diagram, made from the items of a log."""

from dataclasses import replace

from atverdict.conformance.evidence.log import ControlAction
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Exchange, Place, PlacedMessage
from atverdict.grammar.message import (
    Block,
    CommandForm,
    CommandLine,
    Echo,
    Malformed,
)
from atverdict.reports.scenes.scene import Kind, Party, Step
from atverdict.reports.scenes.turns import Reads, silence
from atverdict.reports.text import counted

__all__ = [
    "action",
    "answer",
    "collapsed",
    "come",
    "given_up",
    "line_of",
    "reads",
    "sent",
]

SHOWN_OCTETS = 160
SHOWN_OF_BLOCK = 16
ON_THE_IUT = frozenset(
    {
        *("power_cycle", "link_down", "link_up", "factory_reset"),
        *("reset_host", "host_set", "host_status"),
    }
)
"""Actions on the IUT; the others are on the platform."""
OF_A_PLAN = ("component", "source_version", "target_version")
"""The entries of a plan that are shown."""
SHOWN_OF_ACTION = 110


def sent(place: Place) -> Step:
    """Return the step of a command line, or of octets that are none."""
    octets = place.octets
    text = printable(octets[:-1] if octets.endswith(b"\r") and len(octets) > 1 else octets)
    return _message(Party.SUITE, place, text)


def come(place: Place, text: str = "") -> Step:
    """Return the step of what the IUT has sent; without `text` its octets."""
    return _message(Party.IUT, place, text or printable(place.octets, SHOWN_OCTETS))


def _message(sender: Party, place: Place, text: str) -> Step:
    receiver = Party.IUT if sender is Party.SUITE else Party.SUITE
    at_s, line = place.instant_s, place.line
    return Step(Kind.MESSAGE, sender, receiver, text, at_s, at_s, line, line)


def line_of(place: Place) -> str:
    """Return a well-formed line as text, without its CR LF."""
    return printable(place.octets.removesuffix(b"\r\n"), SHOWN_OCTETS)


def answer(told: PlacedMessage, exchange: Exchange) -> Step:
    """Return the step of one message of an answer."""
    place, message = told.place, told.message
    match message:
        case Block(octets=octets):
            start = exchange.header.start if exchange.header else _asked_from(exchange)
            where = f" from {start}" if start is not None else ""
            shown = printable(octets[:SHOWN_OF_BLOCK])
            more = " ..." if len(octets) > SHOWN_OF_BLOCK else ""
            unended = "" if message.terminated else ", no CR LF behind them"
            return come(place, f"{counted(len(octets), 'octet')}{where}{unended}: {shown}{more}")
        case Malformed() | Echo():
            return come(place)
        case _:
            return come(place, line_of(place))


def _asked_from(exchange: Exchange) -> int | None:
    match exchange.command:
        case CommandLine("QIOTOTARD", CommandForm.WRITE, (int(start), int())):
            return start
        case _:
            return None


def given_up(exchange: Exchange, since_s: float) -> Step:
    """Return the step for a missing final result code; `since_s`: when the last message came."""
    if exchange.gave_up_after_s is None:
        text = "no final result code before the IUT was restarted or its port was lost"
        return replace(silence(since_s, since_s), text=text)
    text = f"no final result code within {exchange.gave_up_after_s:.1f} s"
    until_s = exchange.sent.instant_s + exchange.gave_up_after_s
    return replace(silence(since_s, max(since_s, until_s)), text=text)


def collapsed(exchange: Exchange) -> Step | None:
    """Return a whole answer as one step; None where it has no end."""
    if exchange.final_place is None:
        return None
    shown = reads(exchange)
    told = [each for each in exchange.order if not isinstance(each.message, Echo)]
    texts = [answer(each, exchange).text for each in told]
    if shown is not None:
        return come(exchange.final_place, shown.text)
    return come(exchange.final_place, " / ".join([*texts, line_of(exchange.final_place)]))


def reads(exchange: Exchange) -> Reads | None:
    """Return what a flawless read has read; None for all else."""
    header, block = exchange.header, exchange.block
    start = _asked_from(exchange)
    told = [each for each in exchange.order if not isinstance(each.message, Echo)]
    if header is None or block is None or start != header.start or len(told) != 2:
        return None
    if not (exchange.succeeded and exchange.canonical and block.terminated):
        return None
    length = len(block.octets)
    return Reads(start, length, start + length) if length == header.length else None


def action(item: ControlAction) -> Step:
    """Return the step of an action of the laboratory."""
    words = [item.action]
    plan = item.arguments.get("plan", item.arguments)
    components = plan.get("components", [plan]) if isinstance(plan, dict) else []
    plans = [each for each in components if isinstance(each, dict) and "target_version" in each]
    if plans:
        words += [f"{name}={each[name]}" for each in plans for name in OF_A_PLAN if each.get(name)]
    else:
        words += [f"{name}={value}" for name, value in item.arguments.items()]
    if item.reply.get("ok") is not True:
        words.append("(refused)")
    elif "status" in item.reply:
        words.append(f"-> {item.reply['status']}")
    text = printable(" ".join(words).encode("utf-8", "replace"), SHOWN_OF_ACTION)
    receiver = Party.IUT if item.action in ON_THE_IUT else Party.LABORATORY
    return Step(Kind.ACTION, Party.LABORATORY, receiver, text, item.t, item.t, 0, 0)
