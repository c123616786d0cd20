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
from atverdict.grammar.reader import announced_octets, read_response_line, resembles_of

__all__ = ["Decoded", "Decoder", "Limits"]

_FINAL = ("OK", "ERROR")


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

    def sent(self, octets: bytes) -> None:
        """Take note of octets that the host has just sent, terminators included."""
        self._outstanding.add(octets)

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
        self._outstanding.clear()
        self._behind_block = False
        return decoded

    def _decode(self, frame: Frame, decoded: list[Decoded]) -> None:
        """Append the message of a frame; the echo of an empty line is none."""
        message = self._message(frame)
        if message is None:
            return
        if isinstance(message, Malformed) and message.resembles in _FINAL:
            # In the wrong form, but an answer all the same: the next line answers the next command.
            self._answered()
        decoded.append(Decoded(message, frame.start, frame.end, frame.after_blank, frame.octets))

    def _answered(self) -> None:
        self._outstanding.answered()
        self._behind_block = False

    def _message(self, frame: Frame) -> Message | None:
        match frame.kind:
            case FrameKind.LINE:
                return self._line(frame)
            case FrameKind.BLOCK:
                self._behind_block = not frame.terminated
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
            self._answered()
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
