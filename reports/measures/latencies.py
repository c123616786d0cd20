"""Response times by kind of command line: of an IUT that answers, and of a host that asks."""

import math
from collections.abc import Mapping, Sequence

from atverdict.conformance.evidence.trace import Asked, Exchange, Item, Urc
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.module.timing import response_time_s
from atverdict.grammar.message import CommandForm, CommandLine
from atverdict.spec.model import Command

__all__ = ["Latencies", "Reactions", "quantile"]

_FORM = {
    CommandForm.BASIC: "",
    CommandForm.EXECUTE: "",
    CommandForm.READ: "?",
    CommandForm.TEST: "=?",
    CommandForm.WRITE: "=",
}


class Latencies:
    """The response times of an IUT that answers; a listener of the judge."""

    def __init__(self, octet_s: float, commands: Mapping[str, Command]) -> None:
        """Subtract `octet_s` seconds for each octet on the line; `commands` have the limits."""
        self._octet_s = octet_s
        self._commands = commands
        self.limits_s: dict[str, float] = {}
        """Maximum response times in seconds by kind of command line, of the flow's commands."""
        self.by_command: dict[str, list[float]] = {}
        """Seconds by kind of command line, such as ``AT+QIOTREG?``, in the order of the log."""

    def observe(self, item: Item, _findings: list[Finding]) -> None:
        """Take the next item."""
        if not isinstance(item, Exchange) or not isinstance(item.command, CommandLine):
            return
        time_s = response_time_s(item, self._octet_s)
        if time_s is None or item.cut:
            return
        kind, known = _kind(item.command), self._commands.get(item.command.name)
        self.by_command.setdefault(kind, []).append(time_s)
        if known is not None:
            self.limits_s[kind] = known.max_response_time_s


class Reactions:
    """The response times of a host, from the suite's last message on; a listener of the judge."""

    def __init__(self) -> None:
        self.by_command: dict[str, list[float]] = {}
        """Seconds by kind of command line, in the order of the log."""
        self._spoken_s: float | None = None

    def observe(self, item: Item, _findings: list[Finding]) -> None:
        """Take the next item."""
        match item:
            case Asked(exchange=Exchange(command=CommandLine() as command, sent=sent)):
                if self._spoken_s is not None:
                    reaction_s = max(0.0, sent.instant_s - self._spoken_s)
                    self.by_command.setdefault(_kind(command), []).append(reaction_s)
                self._spoken_s = None
            case Exchange(final_place=place) if place is not None:
                self._spoken_s = place.instant_s
            case Urc(place=place):
                self._spoken_s = place.instant_s
            case _:
                pass


def _kind(command: CommandLine) -> str:
    plus = "" if command.form is CommandForm.BASIC or not command.name else "+"
    return f"AT{plus}{command.name}{_FORM[command.form]}"


def quantile(values: Sequence[float], part: float) -> float:
    """Return the smallest value that at least `part` (0 to 1) of the values do not exceed.

    Raises `ValueError` where there are none.
    """
    if not values:
        raise ValueError("no values have no quantile")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]
