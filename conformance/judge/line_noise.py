"""Line noise: octets that may be the rest of something else, at the start and after a lost port."""

from atverdict.conformance.evidence.log import Begin, Port
from atverdict.conformance.evidence.trace import Asked, Exchange, Item, Stray, Typed
from atverdict.conformance.judge.interconnection import BASIC
from atverdict.grammar.message import CommandLine

__all__ = ["LineNoise"]


class LineNoise:
    """The state of the line: an item may be spoiled by octets from before the run.

    This is possible from the beginning of the basic interconnection test until the first `AT` that
    is answered with OK. Anything but `AT` is sent only on a clean line. After a lost port has come
    back, the same is true for items without form: half a message was on its way.
    """

    def __init__(self) -> None:
        """Begin with a clean line: a log need not begin with the basic test."""
        self._clean = True
        self._back = False

    def spoils(self, item: Item) -> bool:
        """Take the next item; True where it is no evidence against the IUT."""
        match item:
            case Begin(purpose=purpose) if purpose == BASIC:
                self._clean = False
            case Port(open=True):
                self._back = True
            case Asked(exchange=exchange) if not _is_at(exchange):
                self._clean, self._back = True, False
            case Exchange() if item.succeeded:
                before, self._clean = self._clean, True
                back, self._back = self._back, False
                return not before or (back and bool(item.malformed))
            case _:
                pass
        return not self._clean or (self._back and _is_formless(item))


def _is_formless(item: Item) -> bool:
    return isinstance(item, Stray | Typed) or (isinstance(item, Exchange) and bool(item.malformed))


def _is_at(exchange: Exchange) -> bool:
    return isinstance(exchange.command, CommandLine) and exchange.command.name == ""
