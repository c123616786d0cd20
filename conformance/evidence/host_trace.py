"""The trace of a log of the host role: the IUT asks, and the suite answers."""

from atverdict.conformance.evidence.log import (
    End,
    Footer,
    GaveUp,
    Port,
    Received,
    Record,
    Reset,
    Resumed,
    Sent,
    Unanswered,
    from_text,
    to_text,
)
from atverdict.conformance.evidence.trace import Asked, Exchange, Item, Place, Trace, Typed
from atverdict.grammar.reader import read_command

__all__ = ["HostExchange", "HostTrace"]

_CR = 0x0D
_LF = 0x0A


class HostExchange(Exchange):
    """A command line of the host and what the suite answered."""

    @property
    def canonical(self) -> bool:
        """True for every line: a host is judged by how it writes, and by the flow all the same."""
        return True


class HostTrace(Trace):
    """The trace of a host: sender and receiver are exchanged, and its octets cut into lines."""

    def __init__(self) -> None:
        super().__init__()
        self._line_octets = bytearray()
        self._after_cr = False

    def feed(self, record: Record) -> list[Item]:
        """Take one record of the log and return what it completes."""
        match record:
            case Sent():
                return super().feed(Received(t=record.t, octets=record.octets))
            case Received():
                self._line += 1
                self.now_s = record.t
                items: list[Item] = []
                self._typed(from_text(record.octets), items)
                return items
            case Unanswered():
                return super().feed(GaveUp(t=record.t, after_s=0.0)) + self._closed()
            case Reset() | Port() | Resumed() | End() | Footer():
                if isinstance(record, Port) and _LF not in self._line_octets:
                    self._line_octets.clear()  # the line was not complete
                rest = self._rest()
                return rest + super().feed(record)
            case _:
                return super().feed(record)

    def _typed(self, octets: bytes, items: list[Item]) -> None:
        for octet in octets:
            if octet == _LF and self._after_cr:
                self._after_cr = False
                continue
            self._after_cr = octet == _CR
            self._line_octets.append(octet)
            if octet == _CR:
                line = bytes(self._line_octets)
                self._line_octets.clear()
                self._sent(Sent(t=self.now_s, octets=to_text(line)), items)

    def _sent(self, record: Sent, items: list[Item]) -> None:
        octets = from_text(record.octets)
        place = Place(self._line, record.t, octets)
        line = octets.removesuffix(b"\r")
        if line[:2].upper() != b"AT":
            items.append(Typed(place))
            return
        self._decoder.sent(octets)
        name, equals, parameters = line.partition(b"=")
        exchange = HostExchange(
            command=read_command(name.upper() + equals + parameters),
            sent=place,
            purpose=self._purpose,
        )
        self._open.append(exchange)
        items.append(Asked(exchange))

    def _rest(self) -> list[Item]:
        """Return the octets of a line without CR."""
        octets = bytes(self._line_octets)
        self._line_octets.clear()
        return [Typed(Place(self._line, self.now_s, octets))] if octets else []

    def _closed(self) -> list[Item]:
        """Close the lines after the one that is not answered: they get no answer either."""
        items: list[Item] = []
        while self._open:
            exchange = self._open[0]
            exchange.gave_up_after_s = 0.0
            self._close(exchange)
            items.append(exchange)
        return items
