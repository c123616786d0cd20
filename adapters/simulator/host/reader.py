"""The reader of a host: octets become lines, and blocks by their count."""

import re
from dataclasses import dataclass

__all__ = ["Reader", "ReceivedBlock"]

_HEADER = re.compile(rb"\+QIOTOTARD: ?(\d{1,9}),(\d{1,7})")
_DELIVERY = re.compile(rb"\+QIOTEVT: ?5,102[01]0,(\d{1,5})")
_LINE_END = re.compile(rb"[\r\n]")
_LONGEST_LINE = 4096


@dataclass(frozen=True)
class ReceivedBlock:
    """The octets behind the header of a read."""

    start: int
    data: bytes


class Reader:
    """Octets in portions of any size; CR and LF end a line, and empty lines are nothing.

    Spec: SOTA-HST-015, SOTA-HST-017, SOTA-HST-018
    """

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.expects_block = False
        """Whether the command in progress is a read; nothing else is answered by a block."""
        self.missing: int | None = None
        """Octets that are counted, not read; None outside of them."""
        self.start: int | None = None
        """The start of the block in progress; None for octets that were not asked for."""

    def feed(self, octets: bytes) -> None:
        """Take octets."""
        self.buffer += octets

    def next_item(self) -> bytes | ReceivedBlock | None:
        """Return the next whole line or block; None until more has arrived."""
        while True:
            if self.missing is not None:
                if len(self.buffer) < self.missing:
                    return None
                block = self.take_block(self.missing)
                if block is not None:
                    return block
                continue
            end = _LINE_END.search(self.buffer)
            if end is None:
                del self.buffer[: max(0, len(self.buffer) - _LONGEST_LINE)]
                return None
            line = bytes(self.buffer[: end.start()])
            if self.begins_octets(line):
                if len(self.buffer) < end.start() + 2:
                    return None  # the LF belongs to the header, and is not here yet
                whole = self.buffer[end.start() : end.start() + 2] == b"\r\n"
                del self.buffer[: end.start() + 1 + whole]
                self.count(line)
                continue
            del self.buffer[: end.end()]
            if line:
                return line

    def begins_octets(self, line: bytes) -> bool:
        """Tell whether counted octets follow a line."""
        if self.expects_block and _HEADER.fullmatch(line):
            return True
        return _DELIVERY.fullmatch(line) is not None

    def count(self, line: bytes) -> None:
        """Begin to count the octets behind a header."""
        header = _HEADER.fullmatch(line)
        if header is not None:
            self.start, self.missing = int(header[1]), int(header[2])
            return
        delivery = _DELIVERY.fullmatch(line)
        self.start, self.missing = None, int(delivery[1]) if delivery is not None else 0

    def take_block(self, length: int) -> ReceivedBlock | None:
        """Cut counted octets out; None where they are no block."""
        start, self.start, self.missing = self.start, None, None
        data = bytes(self.buffer[:length])
        del self.buffer[:length]
        return None if start is None else ReceivedBlock(start, data)

    def resynchronise(self) -> None:
        """Give up octets that were announced and never came."""
        if self.missing is not None:
            self.missing = self.start = None
            self.buffer.clear()
