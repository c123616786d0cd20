"""The command lines that the host has sent and the module has not answered yet."""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

from atverdict.grammar.message import CommandLine
from atverdict.grammar.reader import supposed_command

__all__ = ["Outstanding"]


@dataclass(slots=True)
class _Sent:
    """One sent line: with its terminator, and as the command that must be answered, if any."""

    octets: bytes
    command: CommandLine | None
    echoed: bool = False


class Outstanding:
    """Sent lines in their order; each final result code answers the first that needs one.

    A line that does not begin with AT needs no answer but may be echoed.

    Spec: SOTA-FRM-005, SOTA-FRM-009.
    """

    def __init__(self) -> None:
        self._typed = b""
        self._sent: deque[_Sent] = deque()
        self.pending: CommandLine | None = None
        """The first command that has no final result code yet."""
        self.echoes: tuple[bytes, ...] = ()
        """The lines that may come back now, with their terminators.

        Echoes keep the order. Lines that need no answer may be passed over, a command may not.
        """

    def add(self, octets: bytes) -> None:
        """Add octets that were sent: a line, several, or the beginning of one.

        CR ends a line; an LF behind it belongs to the terminator (SOTA-FRM-004).
        """
        if octets.startswith(b"\n") and not self._typed and self._sent:
            self._sent[-1].octets += b"\n"
        parts = (self._typed + octets).split(b"\r")
        for line, after in pairwise(parts):
            line_octets = line.lstrip(b"\n")
            terminator = b"\r\n" if after.startswith(b"\n") else b"\r"
            self._sent.append(_Sent(line_octets + terminator, supposed_command(line_octets)))
        self._typed = parts[-1].lstrip(b"\n")
        self._renew()

    def echoed(self, line: bytes) -> None:
        """Note that a line, without its terminator, came back."""
        for sent in self._sent:
            if not sent.echoed and sent.octets.partition(b"\r")[0] == line:
                sent.echoed = True
                break
        self._renew()

    def answered(self) -> None:
        """Drop the pending command and whatever was sent before it."""
        if self.pending is not None:
            while self._sent.popleft().command is None:
                pass
            self._renew()

    def clear(self) -> None:
        """Forget everything: no command is pending."""
        self._typed = b""
        self._sent.clear()
        self._renew()

    def _renew(self) -> None:
        """Find the pending command, and the lines whose echo may come next."""
        self.pending = next((s.command for s in self._sent if s.command is not None), None)
        echoes = []
        for sent in self._sent:
            if not sent.echoed:
                echoes.append(sent.octets)
                if sent.command is not None:
                    break
        self.echoes = tuple(echoes)
