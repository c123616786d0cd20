"""Faults of timing: answers that come late, and timers that are wrong."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.line_discipline import LineDiscipline
from atverdict.adapters.simulator.module.serial_output import SerialOutput
from atverdict.adapters.simulator.module.upgrade import Upgrade
from atverdict.adapters.simulator.module.wording import Block

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()

_LATE_S = 0.6


@CATALOGUE.breaks("SOTA-TIM-001")
class StateLate(LineDiscipline):
    """The read form of QIOTSTATE takes 600 ms."""

    def latency_s(self, line: str) -> float:
        late = line.upper().startswith("AT+QIOTSTATE")
        return super().latency_s(line) + (_LATE_S if late else 0.0)


@CATALOGUE.breaks("SOTA-TIM-002")
class ReadsLate(LineDiscipline):
    """A read of a full block takes 600 ms."""

    def latency_s(self, line: str) -> float:
        late = line.upper().startswith("AT+QIOTOTARD=") and line.endswith(",1024")
        return super().latency_s(line) + (_LATE_S if late else 0.0)


@CATALOGUE.breaks("SOTA-FRM-016", "SHOULD")
class PauseInsideBlocks(SerialOutput):
    """Every full block stops for 250 ms in its middle."""

    def send(self, octets: bytes) -> None:
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
        super().piece_complete()
        self.piece_since_s = self.clock.now_s

    def read_overdue(self) -> None:
        self.last_read_s = self.piece_since_s
        super().read_overdue()


@CATALOGUE.breaks("SOTA-TIM-007", "SHOULD")
class UpdatingNeverEnds(Upgrade):
    """Updating waits for ever for a version."""

    def enter_updating(self) -> None:
        super().enter_updating()
        self.timers.cancel("update")


@CATALOGUE.breaks("SOTA-TIM-001")
class RefusalsLate(LineDiscipline):
    """A command that is refused takes 600 ms."""

    def latency_s(self, line: str) -> float:
        bad = line.upper().startswith(("AT+QIOTREG=3", "AT+QIOTNO", "AT+QIOTSTATE="))
        return super().latency_s(line) + (_LATE_S if bad else 0.0)


@CATALOGUE.breaks("SOTA-TIM-001")
class FirstAnswerAfterSleepLate(LineDiscipline):
    """After four seconds without a command the module sleeps, and needs 600 ms to wake up."""

    last_s = 0.0

    def latency_s(self, line: str) -> float:
        slept = self.clock.now_s - self.last_s >= 4.0 and "+QIOT" in line
        self.last_s = self.clock.now_s
        return super().latency_s(line) + (_LATE_S if slept else 0.0)


@CATALOGUE.breaks("SOTA-TIM-002")
class EveryTwentiethReadLate(LineDiscipline):
    """Every twentieth read of a full block waits 600 ms for the flash."""

    reads = 0

    def latency_s(self, line: str) -> float:
        full = line.upper().startswith("AT+QIOTOTARD=") and line.endswith(",1024")
        self.reads += full
        late = full and self.reads % 20 == 0
        return super().latency_s(line) + (_LATE_S if late else 0.0)


@CATALOGUE.breaks("SOTA-TIM-003")
class SlowAfterConsent(LineDiscipline):
    """In the two seconds after a consent every answer takes 400 ms longer."""

    until_s = 0.0

    def latency_s(self, line: str) -> float:
        busy = self.clock.now_s < self.until_s
        if line.upper() == "AT+QIOTUPDATE=1":
            self.until_s = self.clock.now_s + 2.0
        return super().latency_s(line) + (0.4 if busy else 0.0)


@CATALOGUE.breaks("SOTA-TIM-004", "SHOULD", download_rate_octets_per_s="1000")
class ProgressOnlyOnce(Upgrade):
    """7,10702 is printed with the first octets and never again."""

    def progress(self) -> None:
        self.emit(self.progress_line())


@CATALOGUE.breaks("SOTA-TIM-005", "SHOULD")
class ReadTimerNeverEnds(Upgrade):
    """A piece waits for ever to be read."""

    def read_overdue(self) -> None:
        """Wait on."""


@CATALOGUE.breaks("SOTA-TIM-005", "SHOULD")
class ReadTimerOfTwoMinutes(Upgrade):
    """A piece that is not read fails only after 120 s."""

    waited = False

    def read_overdue(self) -> None:
        waited, self.waited = self.waited, not self.waited
        if waited:
            super().read_overdue()
        else:
            self.timers.start("read", self.options.read_timeout_s, self.read_overdue)


@CATALOGUE.breaks("SOTA-TIM-006", "SHOULD")
class OnlyFirstReadRestartsTheTimer(Upgrade):
    """Of the reads of a piece only the first restarts the 60 seconds."""

    first_read_s = 0.0

    def piece_complete(self) -> None:
        super().piece_complete()
        self.first_read_s = 0.0

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        self.first_read_s = self.first_read_s or self.last_read_s
        self.last_read_s = self.first_read_s
        return block


@CATALOGUE.breaks("SOTA-TIM-007", "SHOULD")
class UpdatingLastsAnHour(Upgrade):
    """Updating waits for an hour."""

    def enter_updating(self) -> None:
        super().enter_updating()
        self.timers.start("update", 3600.0, self.fail)


@CATALOGUE.breaks("SOTA-TIM-008", "SHOULD")
class AddressTimerNeverEnds(Upgrade):
    """After the consent the module waits for ever for an address."""

    def confirm(self) -> bool:
        accepted = super().confirm()
        self.timers.cancel("address")
        return accepted


@CATALOGUE.breaks("SOTA-FRM-016", "SHOULD")
class PauseInListOfThree(SerialOutput):
    """A version list of three components or more stops for 250 ms in its middle."""

    def send(self, octets: bytes) -> None:
        middle = len(octets) // 2
        if octets.count(b"+QIOTMCUVER: ") < 3:
            super().send(octets)
            return
        super().send(octets[:middle])
        self.free_s = max(self.free_s, self.clock.now_s) + 0.25
        super().send(octets[middle:])


@CATALOGUE.breaks("SOTA-TIM-004", "SHOULD", download_rate_octets_per_s="1000")
class ProgressSlowsDown(Upgrade):
    """Each 7,10702 of a download takes twice as long to come as the one before it."""

    period_s = 0.0

    def first_octets(self) -> None:
        self.period_s = self.options.progress_period_s / 2
        super().first_octets()

    def progress(self) -> None:
        super().progress()
        self.period_s *= 2
        self.timers.start("progress", self.period_s, self.progress)
