"""The line discipline: octets become command lines, which are answered one at a time."""

import random
from collections import deque
from collections.abc import Callable

from atverdict.adapters.simulator.module.events import EventQueue
from atverdict.adapters.simulator.module.wording import ERROR, Answer
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.virtual_time import Clock, Timer

__all__ = ["LineDiscipline"]

_CR = 0x0D
_LF = 0x0A


class LineDiscipline:
    """The command interpreter's input: CR ends a line; LF behind it means nothing.

    Lines that do not start with AT are no commands and earn nothing. A line that
    arrives while another waits for its answer is kept.

    Spec: SOTA-FRM-001, SOTA-FRM-002, SOTA-FRM-004, SOTA-FRM-009, SOTA-ROB-005, SOTA-ROB-006
    """

    def __init__(
        self, clock: Clock, options: Options, rng: random.Random, events: EventQueue
    ) -> None:
        """Listen; `execute` must be set before the first octet."""
        self.clock = clock
        self.options = options
        self.rng = rng
        self.events = events
        self.output = events.output
        self.echo = options.echo
        self.execute: Callable[[str], Answer] = lambda _line: ERROR
        self._line = bytearray()
        self._length = 0
        self._lines: deque[str | None] = deque()
        self._timer: Timer | None = None

    def feed(self, octets: bytes) -> None:
        """Take octets from the host, in any portions."""
        echo = bytearray()
        for octet in octets:
            if octet == _LF and not self._length:
                continue
            echo.append(octet)
            if octet == _CR:
                self._send_echo(echo)
                self._line_ends()
                continue
            self._length += 1
            if self._length <= self.options.line_limit:
                self._line.append(octet)
        self._send_echo(echo)
        if self.echo and self._length:
            self.events.typing(begun=True)

    def latency_s(self, line: str) -> float:
        """Return how long the answer to a command line takes, in seconds."""
        del line  # the reference is equally fast at everything
        return self.options.latency_s + self.rng.uniform(0.0, self.options.latency_jitter_s)

    def echo_octets(self, octets: bytes) -> bytes:
        """Return what echoes octets of the host."""
        return octets

    def is_command(self, line: str) -> bool:
        """Tell whether a line asks for an answer."""
        return line[:2].upper() == "AT"

    def respond(self, line: str) -> Answer:
        """Answer a command line."""
        return self.execute(line)

    def refuse_overlong(self) -> Answer:
        """Answer a line that did not fit into the buffer."""
        return ERROR

    @property
    def idle(self) -> bool:
        """Whether no line is half typed, and none waits for its answer."""
        return self._timer is None and not self._lines and not self._length

    def power_off(self) -> None:
        """Forget half lines, waiting lines and the echo setting."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._line.clear()
        self._length = 0
        self._lines.clear()
        self.echo = self.options.echo

    def _send_echo(self, echo: bytearray) -> None:
        if self.echo and echo:
            self.output.send(self.echo_octets(bytes(echo)))
        echo.clear()

    def _line_ends(self) -> None:
        line = self._line.decode("latin-1")
        overlong = self._length > self.options.line_limit
        self._line.clear()
        self._length = 0
        if self.is_command(line):
            self._lines.append(None if overlong else line)
            self._begin()
        self.events.typing(begun=False)

    def _begin(self) -> None:
        if self._timer is None and self._lines:
            line = self._lines.popleft()
            self.events.command_begins()
            latency_s = self.latency_s(line or "")
            self._timer = self.clock.call_later(latency_s, lambda: self._answer(line))

    def _answer(self, line: str | None) -> None:
        self.events.execution_begins()
        answer = self.refuse_overlong() if line is None else self.respond(line)
        wording, pause_s = self.events.wording, self.options.block_pause_s
        octets = wording.answer(answer, line or "")
        if answer.block is None or not pause_s:
            self._answered(octets)
            return
        end = len(octets) - len(wording.block_end() + wording.final(answer.final))
        self.output.send(octets[:end])
        self._timer = self.clock.call_later(pause_s, lambda: self._answered(octets[end:]))

    def _answered(self, octets: bytes) -> None:
        self._timer = None
        self.events.answered(octets)
        self._begin()
