"""Faults of timing: answers that come too late, timers that are wrong."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.line_discipline import LineDiscipline
from atverdict.adapters.simulator.port import Port
from atverdict.adapters.simulator.upgrade import Upgrade

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()

_LATE_S = 0.6


@CATALOGUE.breaks("SOTA-TIM-001")
class StateLate(LineDiscipline):
    """The read form of QIOTSTATE takes 600 ms."""

    def latency_s(self, line: str) -> float:
        """Return the seconds until the answer."""
        late = line.upper().startswith("AT+QIOTSTATE")
        return super().latency_s(line) + (_LATE_S if late else 0.0)


@CATALOGUE.breaks("SOTA-TIM-002")
class ReadsLate(LineDiscipline):
    """A read takes 600 ms."""

    def latency_s(self, line: str) -> float:
        """Return the seconds until the answer."""
        late = line.upper().startswith("AT+QIOTOTARD=")
        return super().latency_s(line) + (_LATE_S if late else 0.0)


@CATALOGUE.breaks("SOTA-FRM-016", "SHOULD")
class PauseInsideBlocks(Port):
    """Every full block stops for 250 ms in its middle."""

    def send(self, octets: bytes) -> None:
        """Hand over octets, with a pause in long answers."""
        middle = len(octets) if len(octets) < 1024 else len(octets) // 2
        super().send(octets[:middle])
        if octets[middle:]:
            self.free_s = max(self.free_s, self.clock.now_s) + 0.25
            super().send(octets[middle:])


@CATALOGUE.breaks("SOTA-TIM-006", "SHOULD")
class ReadsDoNotRestartTheTimer(Upgrade):
    """The 60 seconds run from 7,10703, however often the host reads."""

    piece_since_s = 0.0

    def piece_complete(self) -> None:
        """Have a whole piece."""
        super().piece_complete()
        self.piece_since_s = self.clock.now_s

    def read_overdue(self) -> None:
        """Fail although the host has read."""
        self.last_read_s = self.piece_since_s
        super().read_overdue()


@CATALOGUE.breaks("SOTA-TIM-007", "SHOULD")
class UpdatingNeverEnds(Upgrade):
    """Updating waits for ever for a version."""

    def enter_updating(self) -> None:
        """Wait for the new version without a limit."""
        super().enter_updating()
        self.timers.cancel("update")
