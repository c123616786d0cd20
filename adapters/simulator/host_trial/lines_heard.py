"""The lines of the host under test, whatever portions they came in."""

import re
from dataclasses import dataclass, field

__all__ = ["LinesHeard"]

_READ = re.compile(rb"\+QIOTOTARD=\d+,(\d{1,9})", re.IGNORECASE)
_REGISTRATION = re.compile(rb"\+QIOTREG=[12]", re.IGNORECASE)
_REQUEST = re.compile(rb"\+QIOTOTAREQ(?!=\?|\?)", re.IGNORECASE)
_JUDGEMENT = re.compile(rb"\+QIOT(?:UPDATE=3|MCUVER=[^?].*,)", re.IGNORECASE)
_MOVE = re.compile(
    rb"\+QIOT(?:REG=\d|OTAREQ(?!=\?|\?)|MCUVER=[^?].*,|UPDATE=\d|OTARD=[-\d])", re.IGNORECASE
)


@dataclass
class LinesHeard:
    """Follows a host without judging it, to know what its next scenario needs."""

    registrations: int = 0
    longest_octets: int = 0
    """The most that a read asked for."""
    requests: int = 0
    moved_s: float | None = None
    """When it last said a line that moves the flow; questions do not."""
    judgements_s: list[float] = field(default_factory=list)
    """When it said what it made of a package: that it updates, or what version it runs now."""
    _line: bytearray = field(default_factory=bytearray)

    def hear(self, octets: bytes, instant_s: float) -> None:
        """Take octets of the host."""
        self._line += octets
        *lines, rest = self._line.split(b"\r")
        self._line = bytearray(rest)
        for line in lines:
            self._line_ended(bytes(line), instant_s)

    def _line_ended(self, line: bytes, instant_s: float) -> None:
        read = _READ.search(line)
        if read is not None:
            self.longest_octets = max(self.longest_octets, int(read[1]))
        self.registrations += _REGISTRATION.search(line) is not None
        self.requests += _REQUEST.search(line) is not None
        if _JUDGEMENT.search(line):
            self.judgements_s.append(instant_s)
        if _MOVE.search(line):
            self.moved_s = instant_s

    def judged_s(self, read_s: float) -> float | None:
        """Return how long the host took to judge a package that was read at `read_s`; None: never.

        Both are in seconds.
        """
        return next((each - read_s for each in self.judgements_s if each >= read_s), None)
