"""The second decoding of a log, octet by octet: chunk boundaries must mean nothing to the suite."""

from atverdict.conformance.evidence.log import (
    GaveUp,
    Port,
    Received,
    Record,
    Reset,
    Resumed,
    Sent,
    from_text,
)
from atverdict.grammar.decoder import Decoded, Decoder

__all__ = ["Redecoding"]

EDGE_OCTETS = 4


class Redecoding:
    """Two decoders of one log: one takes the octets as they came, the other one by one.

    Spec: SOTA-ROB-008
    """

    def __init__(self) -> None:
        self._as_they_came, self._one_by_one = Decoder(), Decoder()
        self._line = 0
        self.difference = ""
        """Where the two differ, as a sentence; empty as long as they do not."""

    def observe(self, record: Record) -> None:
        """Take the next record of the log."""
        self._line += 1
        match record:
            case Received():
                octets = from_text(record.octets)
                self._compare(self._as_they_came.feed(octets), self._fed_singly(octets))
            case Sent():
                self._as_they_came.sent(from_text(record.octets))
                self._one_by_one.sent(from_text(record.octets))
            case GaveUp() | Reset() | Port() | Resumed():
                self._compare(self._as_they_came.abandon(), self._one_by_one.abandon())
            case _:
                pass

    def _fed_singly(self, octets: bytes) -> list[Decoded]:
        """Decode octet by octet; of the octets of a block all but the first and last at once.

        Nothing looks at these, and they are nearly all of a log.
        """
        decoded: list[Decoded] = []
        start = 0
        while start < len(octets):
            due = self._one_by_one.due
            inside = due > EDGE_OCTETS and start > 0
            end = start + (due - EDGE_OCTETS if inside else 1)
            decoded += self._one_by_one.feed(octets[start:end])
            start = end
        return decoded

    def _compare(self, whole: list[Decoded], single: list[Decoded]) -> None:
        if whole != single and not self.difference:
            self.difference = (
                f"line {self._line} of the log means something else when it is decoded octet by "
                f"octet (SOTA-ROB-008)"
            )
