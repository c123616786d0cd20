"""The start of a run, where what comes may still be the last user's: half a line, noise."""

from atverdict.conformance.interconnection import BASIC
from atverdict.conformance.log import Begin
from atverdict.conformance.trace import Asked, Exchange, Item
from atverdict.grammar.message import CommandLine

__all__ = ["Settling"]


class Settling:
    """Knows whether an item may be spoiled by what was on the line before the run.

    It may from the beginning of the basic interconnection test until the first `AT` that is
    answered with OK; anything but `AT` is sent only on a line that is settled.
    """

    def __init__(self) -> None:
        """Start with a line that is settled: a log need not begin with the basic test."""
        self._settled = True

    def spoils(self, item: Item) -> bool:
        """Take the next item and tell whether it is no evidence against the IUT."""
        match item:
            case Begin(purpose=purpose) if purpose == BASIC:
                self._settled = False
            case Asked(exchange=exchange) if not _is_at(exchange):
                self._settled = True
            case Exchange() if item.succeeded:
                before, self._settled = self._settled, True
                return not before
            case _:
                pass
        return not self._settled


def _is_at(exchange: Exchange) -> bool:
    return isinstance(exchange.command, CommandLine) and exchange.command.name == ""
