"""Frames: lines, echoes, prompts and counted blocks, cut from octets in any chunking."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from atverdict.grammar.counted_line import counted_octets

__all__ = ["Frame", "FrameKind", "Framer", "Limits"]

_CR = 0x0D
_LF = 0x0A
_MORE = 0x3E
_PROMPT = b"> "
_LINE_END = re.compile(rb"[\r\n]")
_PLAIN_LINE = re.compile(rb"(?:\r\n)*+([^\r\n>][^\r\n]*+)\r\n")
"""A line that is there as a whole and as it must be, behind any number of empty ones."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the framer keeps before it calls octets malformed; more is never kept.

    Raises ValueError for a line limit outside 64 … 4096 octets or a negative block limit.
    """

    line_octets: int = 4096
    block_octets: int = 1 << 20

    def __post_init__(self) -> None:
        if not 64 <= self.line_octets <= 4096:
            raise ValueError(f"line_octets is {self.line_octets}, not 64 to 4096")
        if self.block_octets < 0:
            raise ValueError(f"block_octets is {self.block_octets}, not 0 or more")


class FrameKind(Enum):
    """The kind of a frame, before its content is read."""

    LINE = "line"
    FAULTY_LINE = "faulty line"
    NO_LINE = "no line"
    ECHO = "echo"
    PROMPT = "prompt"
    BLOCK = "block"
    CUT_BLOCK = "cut block"


@dataclass(slots=True)
class Frame:
    """A piece of the stream: ``stream[start:end]`` is `octets`, `content` without the line end.

    `fault` says what is wrong with a frame of the kinds FAULTY_LINE (its content may still be
    readable), NO_LINE (it is not) and CUT_BLOCK. `terminated` belongs to a block.
    """

    kind: FrameKind
    octets: bytes
    content: bytes
    start: int
    end: int
    after_blank: bool = False
    fault: str = ""
    terminated: bool = True


class Framer:
    """Cuts the stream of received octets; chunk boundaries mean nothing.

    It moves slices and never looks at single octets of a long input. What it keeps is bounded
    by the limits, and by the longest chunk that it is given.

    Spec: SOTA-ROB-008, SOTA-CMD-OTARD-009.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._position = 0
        self._offset = 0
        self._scanned = 0
        self._need: int | None = None
        self._overlong = False
        self._after_blank = False
        self._echo_ended = False
        self._echo_lf_due = False
        self._counts = True

    @property
    def incomplete(self) -> bytes:
        """The octets that form no frame yet."""
        return bytes(self._buffer[self._position :])

    @property
    def due(self) -> int:
        """The number of octets of a block that are still to come."""
        if self._need is None:
            return 0
        return max(0, self._need - len(self._buffer) + self._position)

    def feed(self, octets: bytes) -> None:
        """Add received octets."""
        position = self._position
        if position:
            del self._buffer[:position]
            self._offset += position
            self._scanned = max(0, self._scanned - position)
            self._position = 0
        self._buffer += octets

    def count(self, octets: int) -> None:
        """Take the next octets as a block, whatever they spell."""
        self._need = octets

    def take(self, echoes: Sequence[bytes]) -> Frame | None:
        """Return the next frame, None where the octets do not decide it yet.

        `echoes` are the sent command lines that may come back now, with their terminators. The
        echo of an empty line is a frame without content.
        """
        if self._need is not None:
            return self._take_block(self._need)
        if self._position == len(self._buffer):
            return None
        return self._take_plain_line(echoes) or self._take_any(echoes)

    def _take_plain_line(self, echoes: Sequence[bytes]) -> Frame | None:
        """Take what nearly every frame is, in one step; None where a closer look is needed.

        Only a line that was not searched before. One that comes octet by octet would be searched
        from its beginning each time.
        """
        start = self._position
        if self._scanned > start or self._overlong:
            return None
        found = _PLAIN_LINE.match(self._buffer, start)
        if found is None:
            return None
        content: bytes = found[1]
        length = len(content)
        if length > self._limits.line_octets or counted_octets(content, 0) is not None:
            return None
        for echo in echoes:
            if echo.startswith(content) and echo[length] == _CR:
                return None
        begin, end = found.start(1), found.end()
        frame = Frame(
            FrameKind.LINE,
            content + b"\r\n",
            content,
            self._offset + begin,
            self._offset + end,
            begin > start or self._after_blank,
        )
        self._position = end
        self._after_blank = self._echo_ended = False
        return frame

    def _take_any(self, echoes: Sequence[bytes]) -> Frame | None:
        """Take a frame of any kind, by its first octet."""
        while self._position < len(self._buffer):
            if self._overlong:
                return self._take_line()
            first = self._buffer[self._position]
            if first == _LF:
                if not self._passes_lf():
                    return self._stray("ended by LF alone")
            elif first == _CR:
                if not self._passes_crlf():
                    return self._take_cr(echoes)
            else:
                return self._take_text(first, echoes)
        return None

    def close(self) -> list[Frame]:
        """Return what is half there, and stand at the start of a line again."""
        frames = self._uncounted()
        need, octets = self._need, self.incomplete
        self._need = None
        if need is not None and len(octets) >= need:
            frames.append(self._block(need, terminated=False))
        elif need is not None:
            fault = f"block cut short: {len(octets)} of {need} octets"
            frames.append(self._frame(FrameKind.CUT_BLOCK, len(octets), 0, fault))
        octets = self.incomplete
        if octets:
            ended = octets.endswith(b"\r")
            kind = FrameKind.NO_LINE if self._overlong else FrameKind.FAULTY_LINE
            fault = "ended by CR alone" if ended else "line cut short: its end never came"
            frames.append(self._frame(kind, len(octets), int(ended), fault))
        self._overlong = self._after_blank = self._echo_ended = self._echo_lf_due = False
        return frames

    def _uncounted(self) -> list[Frame]:
        """Take the lines behind a count that never came to its end: it may be a wrong one."""
        frames: list[Frame] = []
        if self._need is None and counted_octets(self._buffer, self._position) is not None:
            self._counts = False
            while (frame := self._take_any(())) is not None:
                frames.append(frame)
            self._counts = True
        return frames

    def _take_block(self, need: int) -> Frame | None:
        """Take the counted octets once it is certain whether CR LF follows them."""
        end = self._position + need
        after = len(self._buffer) - end
        if after < 1:
            return None
        terminated = False
        if self._buffer[end] == _CR:
            if after == 1:
                return None
            terminated = self._buffer[end + 1] == _LF
        self._need = None
        return self._block(need, terminated=terminated)

    def _block(self, need: int, *, terminated: bool) -> Frame:
        line_end = 2 if terminated else 0
        frame = self._frame(FrameKind.BLOCK, need + line_end, line_end)
        frame.terminated = terminated
        return frame

    def _passes_lf(self) -> bool:
        """Pass an LF that still belongs to an echo."""
        if not (self._echo_ended or self._echo_lf_due):
            return False
        self._echo_ended = self._echo_lf_due = False
        self._position += 1
        return True

    def _passes_crlf(self) -> bool:
        """Pass an empty line and remember it."""
        if self._buffer[self._position + 1 : self._position + 2] != b"\n":
            return False
        self._position += 2
        self._after_blank = True
        self._echo_ended = False
        return True

    def _take_cr(self, echoes: Sequence[bytes]) -> Frame | None:
        """Take a CR without LF: the echo of an empty line, or a stray one."""
        if self._position + 1 == len(self._buffer):
            return None
        for echo in echoes:
            if echo[0] == _CR:
                return self._echo(echo, 1)
        return self._stray("ended by CR alone")

    def _take_text(self, first: int, echoes: Sequence[bytes]) -> Frame | None:
        """Take what begins with neither CR nor LF."""
        available = len(self._buffer) - self._position
        for echo in echoes:
            length = echo.index(_CR) + 1
            begun = min(available, length)
            if self._buffer.startswith(echo[:begun], self._position):
                return self._echo(echo, length) if begun == length else None
        if first == _MORE:
            if available == 1:
                return None
            if self._buffer.startswith(_PROMPT, self._position):
                return self._frame(FrameKind.PROMPT, len(_PROMPT), 0)
        counted = counted_octets(self._buffer, self._position) if self._counts else None
        if counted is None or counted > self._limits.block_octets:
            return self._take_line()
        return self._take_counted_line(counted)

    def _take_counted_line(self, counted: int) -> Frame | None:
        """Take a line with counted data once they are there; a wrong count is no count."""
        end = self._position + counted
        if len(self._buffer) < end + 2:
            return None
        if self._buffer.startswith(b"\r\n", end):
            return self._frame(FrameKind.LINE, counted + 2, 2)
        return self._take_line()

    def _take_line(self) -> Frame | None:
        """Take a line up to its end, or a piece of one that is longer than the limit."""
        limit = self._limits.line_octets
        reach = self._position + limit + 1
        found = _LINE_END.search(self._buffer, max(self._position, self._scanned), reach)
        if found is None and len(self._buffer) >= reach:
            self._overlong = True
            fault = f"line longer than {limit} octets"
            return self._frame(FrameKind.NO_LINE, limit, 0, fault)
        if found is None:
            self._scanned = len(self._buffer)
            return None
        self._scanned = end = found.start()
        if self._buffer[end] == _LF:
            return self._ended_line(end, 1, "ended by LF alone")
        if end + 1 == len(self._buffer):
            return None
        if self._buffer[end + 1] == _LF:
            return self._ended_line(end, 2, "")
        return self._ended_line(end, 1, "ended by CR alone")

    def _ended_line(self, end: int, line_end: int, fault: str) -> Frame:
        kind = FrameKind.FAULTY_LINE if fault else FrameKind.LINE
        if self._overlong:
            self._overlong = False
            kind, fault = FrameKind.NO_LINE, "rest of a line that is too long"
        return self._frame(kind, end + line_end - self._position, line_end, fault)

    def _echo(self, echo: bytes, length: int) -> Frame:
        """Take an echo with its CR; an LF right behind is its own, a later one was sent."""
        frame = self._frame(FrameKind.ECHO, length, 1)
        self._echo_ended = True
        self._echo_lf_due = echo.endswith(b"\n")
        return frame

    def _stray(self, fault: str) -> Frame:
        """Take a CR or an LF that ends nothing."""
        return self._frame(FrameKind.NO_LINE, 1, 1, fault)

    def _frame(self, kind: FrameKind, octets: int, line_end: int, fault: str = "") -> Frame:
        """Cut the next octets off as a frame; `line_end` of them are not content."""
        start, end = self._position, self._position + octets
        taken = bytes(self._buffer[start:end])
        content = taken[:-line_end] if line_end else taken
        frame = Frame(
            kind,
            taken,
            content,
            self._offset + start,
            self._offset + end,
            self._after_blank,
            fault,
        )
        self._position = end
        self._after_blank = self._echo_ended = False
        return frame
