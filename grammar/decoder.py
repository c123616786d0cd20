"""The decoder: octets of an IUT to messages. It knows the pending command."""

from dataclasses import dataclass, field

from atverdict.grammar.framing import Frame, FrameKind, Framer, Limits
from atverdict.grammar.message import (
    Block,
    CommandLine,
    Echo,
    FinalResultCode,
    Malformed,
    Message,
    Prompt,
    UnsolicitedResultCode,
)
from atverdict.grammar.outstanding import Outstanding
from atverdict.grammar.reader import (
    announced_octets,
    announces_line,
    read_response_line,
    resembles_of,
)

__all__ = ["Decoded", "Decoder", "Limits"]

_FINAL = ("OK", "ERROR")
_READ = "QIOTOTARD"
_FAMILY = "+QI"
_USUAL_FINALS = 2
"""The number of result codes after which their usual form is known."""


@dataclass(slots=True)
class Decoded:
    """One message and where it stood in the stream of received octets.

    `start` and `end` are offsets in octets since the decoder was made: the message is
    ``stream[start:end]``, its terminator included. `leading_crlf` tells whether an empty line
    stood directly before it. `octets` are that part of the stream, for those who have not kept
    it; two messages at the same place are the same without them.
    """

    message: Message
    start: int
    end: int
    leading_crlf: bool = False
    octets: bytes = field(default=b"", compare=False, repr=False)


class Decoder:
    """Reads the stream of one IUT; raises nothing, whatever the IUT sends.

    Spec: SOTA-FRM-005, SOTA-FRM-006, SOTA-FRM-009, SOTA-ROB-008.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._framer = Framer(self._limits)
        self._outstanding = Outstanding()
        self._block_of = ""
        self._behind_block = False
        self._first_line: Frame | None = None
        self._foreign = False
        self._after_block = False
        self._spaced_finals = 0
        self._withheld: Decoded | None = None

    @property
    def pending(self) -> CommandLine | None:
        """The command that has no final result code yet.

        Of a malformed command line it has the name and the form as far as they can be told.
        """
        return self._outstanding.pending

    @property
    def incomplete(self) -> bytes:
        """The octets received that form no message yet."""
        return self._framer.incomplete

    @property
    def due(self) -> int:
        """The number of octets of a block that are still to come."""
        return self._framer.due

    def sent(self, octets: bytes) -> None:
        """Take note of octets that the host has just sent, terminators included."""
        self._outstanding.add(octets)
        self._withheld = None

    def feed(self, octets: bytes) -> list[Decoded]:
        """Take received octets, in any chunking, and return the messages that they complete.

        Empty lines are no messages.
        """
        self._framer.feed(octets)
        decoded: list[Decoded] = []
        take, outstanding = self._framer.take, self._outstanding
        while (frame := take(outstanding.echoes)) is not None:
            self._decode(frame, decoded)
        return decoded

    def abandon(self) -> list[Decoded]:
        """Give up on the pending command: what is half there comes out as `Malformed`.

        The stream is at the start of a line again and no command is pending.
        """
        decoded: list[Decoded] = []
        for frame in self._framer.close():
            self._decode(frame, decoded)
        if self._first_line is not None:
            decoded.append(_foreign_line(self._first_line))
        if self.pending is not None and self._withheld is not None:
            decoded.append(self._withheld)
        self._outstanding.clear()
        self._behind_block = self._foreign = self._after_block = False
        self._first_line = self._withheld = None
        return decoded

    def _decode(self, frame: Frame, decoded: list[Decoded]) -> None:
        """Append the message of a frame; the echo of an empty line is none."""
        if self._first_line is not None:
            decoded.append(_foreign_line(self._first_line, frame))
            self._first_line = None
            return
        message = self._message(frame)
        if message is None:
            return
        if isinstance(message, FinalResultCode) and self._is_text(frame):
            self._withheld = Decoded(message, frame.start, frame.end, octets=frame.octets)
            decoded.append(_foreign_line(frame))
            return
        self._foreign = isinstance(message, UnsolicitedResultCode) and not message.text.startswith(
            _FAMILY
        )
        self._after_block = frame.kind is FrameKind.BLOCK
        if self._foreign and announces_line(message):
            self._first_line = frame
            return
        if isinstance(message, FinalResultCode):
            self._answered()
        if isinstance(message, Malformed) and message.resembles in _FINAL:
            # In the wrong form, but an answer all the same: the next line answers the next command.
            self._answered()
        decoded.append(Decoded(message, frame.start, frame.end, frame.after_blank, frame.octets))

    def _is_text(self, frame: Frame) -> bool:
        """Tell whether what looks like a result code is the second line of a foreign URC.

        It is one where it follows a foreign line directly, though an empty line has stood before
        all result codes so far. Where no other code follows, it was a result code all the same.
        """
        if self._after_block:
            return False
        if frame.after_blank:
            self._spaced_finals += self._spaced_finals >= 0
            return False
        if self._foreign and self._spaced_finals >= _USUAL_FINALS:
            return True
        self._spaced_finals = -1
        return False

    def _answered(self) -> None:
        self._outstanding.answered()
        self._behind_block = False
        self._withheld = None

    def _message(self, frame: Frame) -> Message | None:
        match frame.kind:
            case FrameKind.LINE:
                return self._line(frame)
            case FrameKind.BLOCK:
                self._behind_block = not frame.terminated and self._block_of == _READ
                return Block(frame.content, terminated=frame.terminated)
            case FrameKind.ECHO:
                self._outstanding.echoed(frame.content)
                return Echo(frame.content) if frame.content else None
            case FrameKind.PROMPT:
                return Prompt()
            case _:
                return Malformed(frame.octets, frame.fault, self._resembles(frame))

    def _resembles(self, frame: Frame) -> str:
        """Name what a frame with a fault was meant to be; a stray line end is nothing."""
        if frame.kind is FrameKind.CUT_BLOCK:
            return self._block_of
        if frame.kind is FrameKind.FAULTY_LINE:
            return resembles_of(read_response_line(frame.content, self.pending))
        return ""

    def _line(self, frame: Frame) -> Message:
        """Read a line that is framed as it must be, and follow what it means for the stream."""
        message = read_response_line(frame.content, self._outstanding.pending)
        if isinstance(message, FinalResultCode):
            return message
        if isinstance(message, Malformed):
            return Malformed(frame.octets, message.reason, message.resembles)
        if self._behind_block and isinstance(message, UnsolicitedResultCode):
            return Malformed(frame.octets, "behind a block that CR LF did not end")
        announced = announced_octets(message)
        if announced is None:
            return message
        self._block_of = resembles_of(message)
        if announced > self._limits.block_octets:
            limit = self._limits.block_octets
            fault = f"block of {announced} octets announced, the limit is {limit}"
            return Malformed(frame.octets, fault, self._block_of)
        self._framer.count(announced)
        return message


def _foreign_line(first: Frame, second: Frame | None = None) -> Decoded:
    """Return a line that is not of the flow, with the line of text that belongs to it."""
    end, octets, content = first.end, first.octets, first.content
    if second is not None:
        end, octets = second.end, octets + second.octets
        content += b"\r\n" + second.content
    text = UnsolicitedResultCode(content.decode("latin-1"))
    return Decoded(text, first.start, end, first.after_blank, octets)
