"""Line noise: octets that may be the rest of something else, at the start and after a lost port."""

from atverdict.conformance.evidence.log import Begin, Port
from atverdict.conformance.evidence.trace import Asked, Exchange, Item, Stray, Typed
from atverdict.conformance.judge.first_contact import is_contact_line
from atverdict.conformance.judge.interconnection import BASIC

__all__ = ["LineNoise"]


class LineNoise:
    """The state of the line: an item may be spoiled by octets from before the run.

    This is possible from the beginning of the basic interconnection test until the first command
    line behind an `AT` that is answered with OK while no other one is open: that OK may answer the
    last user of the line. Before it only `AT` is sent, and what may help to have it answered. After
    a lost port has come back, the same is true for items without form: half a message was on its
    way.
    """

    def __init__(self) -> None:
        """Begin with a clean line: a log need not begin with the basic test."""
        self._clean = True
        self._answered = False
        """True where the line is clean from the next command line on."""
        self._back = False
        self._early = 0
        """The number of exchanges that began on a line that was not clean, and are open."""

    def spoils(self, item: Item) -> bool:
        """Take the next item; True where it is no evidence against the IUT."""
        match item:
            case Begin(purpose=purpose) if purpose == BASIC:
                self._clean = self._answered = False
            case Port(open=True):
                self._back = True
            case Asked(exchange=exchange) if self._answered or not _is_contact(exchange):
                self._clean, self._answered, self._early = True, False, 0
                self._back = self._back and _is_contact(exchange)
            case Asked() if not self._clean:
                self._early += 1
            case Exchange():
                self._early = max(0, self._early - 1)
                if item.succeeded and not self._early:
                    back, self._back = self._back, False
                    self._answered = not self._clean
                    return not self._clean or (back and bool(item.malformed))
            case _:
                pass
        return not self._clean or (self._back and _is_formless(item))


def _is_formless(item: Item) -> bool:
    return isinstance(item, Stray | Typed) or (isinstance(item, Exchange) and bool(item.malformed))


def _is_contact(exchange: Exchange) -> bool:
    return is_contact_line(exchange.sent.octets)
