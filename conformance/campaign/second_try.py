"""The second try: an answer that is late or damaged is asked for again, in the same state."""

from collections import Counter

from atverdict.conformance.campaign.live_trace import LiveTrace
from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.judge.module.framing import PAUSE_S, longest_pause_s
from atverdict.conformance.judge.module.timing import response_time_s
from atverdict.grammar.message import CommandForm, CommandLine, UnsolicitedResultCode
from atverdict.spec.loader import load_specification

__all__ = ["LATE", "SecondTries"]

IN_VAIN = 2
"""The number of second tries without another result; then a kind of line is not tried again."""
MOST = 200
"""The most second tries of a run: no run becomes much longer by them."""
READ = "QIOTOTARD"
LATE = frozenset({"late", "a pause"})
"""The reasons for which the pause before a line belongs to the state."""


class SecondTries:
    """The second tries of a run: which command line is sent again, and why.

    What is due to the machine or the line between suite and IUT is right the next time, and what is
    due to the IUT is not. Only lines that change nothing are sent again.
    """

    def __init__(self, seen: LiveTrace) -> None:
        self._seen = seen
        self._commands = load_specification().commands
        self._in_vain: Counter[tuple[object, ...]] = Counter()
        self._count = 0

    def why(self, exchange: Exchange) -> str:
        """Return why a line is to be sent again; empty where there is no reason, or no use."""
        if exchange.cut or self._count >= MOST:
            return ""
        why = self._damaged(exchange) or self._late(exchange)
        if not why or not _harmless(exchange):
            return ""
        return "" if self._in_vain[_kind(why, exchange)] >= IN_VAIN else why

    def note(self, why: str, exchange: Exchange, again: Exchange) -> None:
        """Note what a second try has led to: in vain, the same thing came once more."""
        self._count += 1
        late = why in LATE and why == self._late(again)
        if late or (why not in LATE and _octets(exchange) == _octets(again)):
            self._in_vain[_kind(why, again)] += 1

    def _damaged(self, exchange: Exchange) -> str:
        cut_short = exchange.final is None and bool(exchange.chunks)
        if exchange.malformed or cut_short or _answers_another(exchange):
            return "damaged"
        return "another block" if self._differs(exchange) else ""

    def _differs(self, exchange: Exchange) -> bool:
        """Tell whether a block is another one than was read before, or than was uploaded."""
        run, block, header = self._seen.flow.run, exchange.block, exchange.header
        if run is None or block is None or header is None:
            return False
        package = self._seen.flow.packages.get(run.component or "", b"")
        if package and len(package) == run.length_octets:
            return block.octets != package[header.start : header.start + len(block.octets)]
        read = run.last_read
        return read is not None and read.exchange is exchange and read.conflict is not None

    def _late(self, exchange: Exchange) -> str:
        command, header = exchange.command, self._seen.header
        if header is None or exchange.final is None or not isinstance(command, CommandLine):
            return ""
        known = self._commands.get(command.name)
        time_s = response_time_s(exchange, header.octet_s)
        share = self._seen.share
        if known is not None and time_s is not None:
            limit_s = known.max_response_time_s + header.uncertainty_s + share.delay_s
            if time_s > limit_s:
                return "late"
        pause_s = longest_pause_s(exchange, header.octet_s) if exchange.answers else 0.0
        return "a pause" if pause_s >= PAUSE_S + header.uncertainty_s + share.jitter_s else ""

    def earlier_range(self, exchange: Exchange) -> tuple[int, int] | None:
        """Return start and length of an earlier read with other octets at the same place."""
        run = self._seen.flow.run
        read = run.last_read if run else None
        if run is None or read is None or read.exchange is not exchange or read.conflict is None:
            return None
        own = (read.start, read.end)
        others = [r for r in run.ranges if r[0] <= read.conflict < r[1] and r != own]
        start, end = min(others, default=own)
        return None if (start, end) == own else (start, end - start)


def _answers_another(exchange: Exchange) -> bool:
    """Tell whether a result code may belong to a command of another program."""
    foreign = any(isinstance(urc.message, UnsolicitedResultCode) for urc in exchange.urcs)
    command = exchange.command
    asks = isinstance(command, CommandLine) and command.name and _harmless(exchange)
    return bool(foreign and asks and exchange.succeeded and not exchange.answers)


def _octets(exchange: Exchange) -> list[bytes]:
    return [told.place.octets for told in exchange.order]


def _harmless(exchange: Exchange) -> bool:
    """Tell whether a line can be sent again without changing anything."""
    command = exchange.command
    if exchange.refused:
        return True
    if not isinstance(command, CommandLine):
        return False
    asks = command.form in (CommandForm.TEST, CommandForm.READ) or command.name == ""
    version = command.name == "QIOTMCUVER" and len(command.parameters) == 1
    return asks or version or (command.name == READ and command.form is CommandForm.WRITE)


def _kind(why: str, exchange: Exchange) -> tuple[object, ...]:
    command = exchange.command
    named = (command.name, command.form) if isinstance(command, CommandLine) else ()
    return (why, *named)
