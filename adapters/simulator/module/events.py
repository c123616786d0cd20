"""Events on their way out: they are said between answers, never inside an echo."""

import random

from atverdict.adapters.simulator.module.serial_output import SerialOutput
from atverdict.adapters.simulator.module.wording import Wording
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["EventQueue"]


class EventQueue:
    """Unsolicited lines in order, held back while the host types or waits for an answer.

    An event that could not be said when it was due waits for the gap behind the
    next final result code. If the host talks again within that gap, the event is
    said between its command and the answer, so a busy host starves nothing.

    Spec: SOTA-FRM-011, SOTA-FRM-012, SOTA-FRM-017, SOTA-SEQ-007
    """

    def __init__(
        self,
        clock: Clock,
        options: Options,
        rng: random.Random,
        output: SerialOutput,
        wording: Wording,
    ) -> None:
        self.clock = clock
        self.options = options
        self.rng = rng
        self.output = output
        self.wording = wording
        self._waiting: list[bytes] = []
        """Held back until the command in progress is answered."""
        self._overdue: list[bytes] = []
        """Held back only because the host is typing with echo."""
        self._caused: list[bytes] | None = None
        self._typing = False
        self._busy = False
        self._quiet_until_s = 0.0
        self._powers = 0

    def emit(self, line: str) -> None:
        """Say one line as soon as it may be said."""
        octets = line.encode("latin-1")
        if self._caused is not None:
            self._caused.append(octets)
            return
        self._waiting.append(octets)
        self._flush()

    def typing(self, *, begun: bool) -> None:
        """Learn that the host's line is half typed and echoed, or complete."""
        self._typing = begun
        if not begun:
            overdue, self._overdue = self._overdue, []
            self._say(overdue)

    def command_begins(self) -> None:
        """Learn that a complete line waits for its answer."""
        self._busy = True

    def execution_begins(self) -> None:
        """Collect what the command causes, until `answered`."""
        self._caused = []

    def answered(self, octets: bytes) -> None:
        """Send the answer, and say what the command caused where the options want it."""
        caused, self._caused = self._caused or [], None
        self._busy = False
        if caused and self.options.urc_before_ok:
            octets = b"".join(map(self.wording.event, caused)) + octets
            caused = []
        if self.options.event_gap_s == 0:
            octets += b"".join(map(self.wording.event, caused))
            caused = []
        if octets:
            self.output.send(octets)
        self._waiting.extend(caused)
        self._quiet_until_s = self._gap_end_s(jitter=bool(caused))
        self._flush()

    def power_off(self) -> None:
        """Forget everything."""
        self._waiting.clear()
        self._overdue.clear()
        self._caused = None
        self._typing = self._busy = False
        self._quiet_until_s = 0.0
        self._powers += 1

    def _gap_end_s(self, *, jitter: bool) -> float:
        extra_s = self.rng.uniform(0.0, self.options.event_jitter_s) if jitter else 0.0
        return max(self.output.free_s, self.clock.now_s) + self.options.event_gap_s + extra_s

    def _flush(self) -> None:
        if not self._waiting or self._busy:
            return
        lines, self._waiting = self._waiting, []
        if self.clock.now_s < self._quiet_until_s:
            power = self._powers
            self.clock.call_at(self._quiet_until_s, lambda: self._say_if_powered(lines, power))
        else:
            self._say(lines)

    def _say_if_powered(self, lines: list[bytes], power: int) -> None:
        if power == self._powers:
            self._say(lines)

    def _say(self, lines: list[bytes]) -> None:
        if self._typing:
            self._overdue.extend(lines)
            return
        for line in lines:
            self.output.send(self.wording.event(line))
