"""The OTA machine of the module: offer, decision, pieces, reads, updating, outcome."""

from collections.abc import Callable
from enum import IntEnum

from atverdict.adapters.simulator.messages import Address, Offer, Status
from atverdict.adapters.simulator.module.storage import Storage, UpgradeRecord
from atverdict.adapters.simulator.module.upgrade_lines import UpgradeLines
from atverdict.adapters.simulator.module.wording import Block
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.timers import Timers
from atverdict.adapters.simulator.virtual_time import Clock

__all__ = ["State", "Upgrade"]


class State(IntEnum):
    """Where an upgrade stands, with the numbers that the vendor's module reports."""

    IDLE = 0
    OFFERED = 1
    CONFIRMED = 2
    STARTED = 4
    DOWNLOADING = 5
    READY = 8
    UPDATING = 9


class Upgrade(UpgradeLines):
    """One upgrade at a time, moved by the host, the platform, and its own timers.

    Every line that it prints and every decision that it takes has a method of its
    own, so that a fault can change exactly one.

    Spec: SOTA-SEQ-001, SOTA-SEQ-002, SOTA-SEQ-003, SOTA-SEQ-013, SOTA-SEQ-017
    """

    def __init__(
        self,
        clock: Clock,
        options: Options,
        storage: Storage,
        emit: Callable[[str], None],
        report: Callable[[Status, str], None],
    ) -> None:
        """Start idle; `fetch` must be set before the first download."""
        super().__init__(options, storage)
        self.clock = clock
        self.emit = emit
        self.report = report
        self.fetch: Callable[[], bool] = lambda: False
        """Open the package at the object store; False when no octets will come."""
        self.firmware_arrived: Callable[[Address], None] = lambda _: None
        """Take a package of the module's own firmware."""
        self.timers = Timers(clock)
        self.state = State.IDLE
        self.offer = Offer(0, ())
        self.address: Address | None = None
        self.started = False
        """Whether 7,10701 was printed for this component."""
        self.piece_start = 0
        self.piece_end = 0
        self.last_read_s = 0.0
        self.read_up_to = 0
        """Behind the last octet that was read out."""
        self.awaiting = False
        """Whether the platform may still send an address for the accepted plan."""

    # From the platform

    def offer_arrived(self, offer: Offer) -> None:
        """Take a plan while none is decided.

        Spec: SOTA-CMD-OTAREQ-003, SOTA-SEQ-015, SOTA-SEQ-016
        """
        if self.state not in {State.IDLE, State.OFFERED}:
            return
        self.offer = offer
        self.awaiting = False
        self.state = State.OFFERED
        for component in offer.components:
            self.emit(self.offer_line(component))

    def address_arrived(self, address: Address) -> None:
        """Take a download address, also for a retry and for the next component."""
        if self.state is State.IDLE and not self.awaiting:
            self.report(Status.ABORTED, address.component)
            return
        if self.state not in {State.IDLE, State.CONFIRMED}:
            return
        self.timers.cancel_all()
        self.address = address
        self.remember(updating=False)
        if address.of_module:
            self.firmware_arrived(address)
            return
        if self.started:
            self.announce_resumption()
        else:
            self.started = True
            self.piece_start = 0
            self.emit(self.start_line(address))
        self.start_piece()

    # From the host

    def refuse(self) -> bool:
        """Refuse the offer; False when there is none to decide."""
        if self.state is not State.OFFERED:
            return False
        self.decided(Status.REFUSED)
        self.state = State.IDLE
        return True

    def confirm(self) -> bool:
        """Accept the offer; False when there is none to decide."""
        if self.state is State.CONFIRMED:
            return True
        if self.state is not State.OFFERED:
            return False
        self.started = False
        self.piece_start = 0
        if self.storage.failures_plan != self.offer.plan:
            self.storage.failures = 0
            self.storage.failures_plan = self.offer.plan
        first = self.offer.components[0]
        self.storage.upgrade = UpgradeRecord(
            self.offer.plan, first.component, first.target_version, of_module=first.of_module
        )
        self.state = State.CONFIRMED
        self.awaiting = True
        self.decided(Status.CONFIRMED)
        self.timers.start("address", self.options.address_timeout_s, self.fail)
        return True

    def next_piece(self) -> bool:
        """Drop the piece and fetch the next; False when none is left or none is there."""
        if self.state is not State.READY or self.is_last_piece():
            return False
        self.piece_start = self.piece_end
        self.timers.cancel_all()
        self.announce_resumption()
        self.start_piece()
        return True

    def begin_update(self) -> bool:
        """Enter updating; False before the last piece is there."""
        if self.state is State.UPDATING:
            return not self.of_module
        if self.state is not State.READY or not self.is_last_piece():
            return False
        self.enter_updating()
        if not self.options.updating_first:
            self.say_updating()
        return True

    def say_updating(self) -> None:
        """Say that updating has begun.

        Spec: SOTA-CMD-UPDATE-008
        """
        self.emit(self.updating_line())

    def read(self, start: int, length: int) -> Block | None:
        """Cut a block out of the current piece; None when nothing can be read at all.

        A block without octets is a range outside the piece.
        """
        readable = self.state is State.READY or (
            self.options.updating_first and self.state is State.UPDATING
        )
        if not readable or self.address is None:
            return None
        end = min(start + length, self.piece_end)
        if start < self.piece_start or start >= end:
            return Block(start, 0, b"")
        self.last_read_s = self.clock.now_s
        self.read_up_to = max(self.read_up_to, end)
        return Block(start, end - start, self.content(start, end))

    def version_announced(self, component: str, version: str) -> None:
        """End the upgrade of that component, by what its version is now.

        Spec: SOTA-SEQ-008, SOTA-SEQ-009, SOTA-SEQ-010, SOTA-SEQ-011
        """
        record = self.storage.upgrade
        if record is None or self.state < State.CONFIRMED or self.of_module:
            return
        if component != record.component:
            return
        if self.is_target(version, record.target_version):
            self.succeed()
        elif self.options.old_version_fails:
            self.fail()

    def is_target(self, version: str, target_version: str) -> bool:
        """Tell whether an announced version is the one that the upgrade leads to."""
        return version == target_version

    # Downloading

    def start_piece(self) -> None:
        """Begin to fetch the piece at `piece_start`."""
        self.state = State.STARTED
        self.report(Status.STARTED, self.component)
        if self.fetch():
            self.timers.start("download", self.options.download_start_s, self.first_octets)
        else:
            self.timers.start("download", self.options.first_octets_timeout_s, self.download_failed)

    def announce_resumption(self) -> None:
        """Print what a later piece and a retry begin with."""
        if self.options.progress_count is None:
            self.emit(self.progress_line())

    def first_octets(self) -> None:
        """Have the first octets of a piece."""
        self.state = State.DOWNLOADING
        self.report(Status.DOWNLOADING, self.component)
        self.piece_end = min(self.piece_start + self.piece_size(), self.size_octets)
        duration_s = (self.piece_end - self.piece_start) / self.options.download_rate_octets_per_s
        count = self.options.progress_count
        if count is None:
            self.progress()
        else:
            for index in range(count):
                self.timers.start(
                    f"progress {index}",
                    duration_s * index / count,
                    lambda: self.emit(self.progress_line()),
                )
        self.timers.start("download", duration_s, self.piece_complete)

    def progress(self) -> None:
        """Print progress, now and every period.

        Spec: SOTA-SEQ-004, SOTA-TIM-004
        """
        self.emit(self.progress_line())
        self.timers.start("progress", self.options.progress_period_s, self.progress)

    def piece_complete(self) -> None:
        """Have a whole piece."""
        self.timers.cancel_all()
        self.state = State.READY
        self.report(Status.DOWNLOADED, self.component)
        self.emit(self.piece_line())
        if self.options.updating_first and self.is_last_piece():
            self.emit(self.updating_line())
        self.last_read_s = self.clock.now_s
        self.timers.start("read", self.options.read_timeout_s, self.read_overdue)

    def download_failed(self) -> None:
        """Give up this attempt without a word, or the upgrade after too many."""
        self.timers.cancel_all()
        self.storage.failures += 1
        if self.storage.failures > self.options.max_download_failures:
            self.fail()
            return
        self.state = State.IDLE
        self.storage.upgrade = None
        self.report(Status.DOWNLOAD_ERROR, self.component)

    def link_lost(self) -> None:
        """Lose the octets of a running download."""
        if self.state in {State.STARTED, State.DOWNLOADING}:
            self.timers.cancel_all()
            self.timers.start("download", self.options.first_octets_timeout_s, self.download_failed)

    # Timers and outcome

    def read_overdue(self) -> None:
        """Fail when the host has not read for the whole time, else wait on.

        Spec: SOTA-TIM-005, SOTA-TIM-006
        """
        left_s = self.last_read_s + self.options.read_timeout_s - self.clock.now_s
        if left_s > 0:
            self.timers.start("read", left_s, self.read_overdue)
        else:
            self.fail()

    def enter_updating(self) -> None:
        """Wait for the new version; the host has the package."""
        self.state = State.UPDATING
        self.timers.cancel_all()
        self.remember(updating=True)
        self.report(Status.UPDATING, self.component)
        self.timers.start("update", self.options.update_timeout_s, self.fail)

    def succeed(self) -> None:
        """End with success."""
        component = self.component
        self.finish()
        for line in self.success_lines():
            self.emit(line)
        self.successes += 1
        self.report(Status.SUCCESS, component)

    def fail(self) -> None:
        """End with failure."""
        component = self.component
        self.finish()
        self.awaiting = False
        self.emit(self.failure_line())
        self.report(Status.FAILED, component)

    def finish(self) -> None:
        """Forget the upgrade; the next component or plan may come."""
        self.timers.cancel_all()
        self.state = State.IDLE
        self.started = False
        self.piece_start = self.piece_end = self.read_up_to = 0
        self.address = None
        self.storage.upgrade = None
        self.storage.failures = 0

    def decided(self, status: Status) -> None:
        """Tell the platform the decision, and the host where a plan has several components."""
        for component in self.offer.components:
            self.report(status, component.component)
        if self.options.decision_event and len(self.offer.components) > 1:
            self.emit(self.decision_line())

    def remember(self, *, updating: bool) -> None:
        """Write to flash how far this component is."""
        if self.address is not None:
            self.storage.upgrade = UpgradeRecord(
                self.offer.plan,
                self.address.component,
                self.address.target_version,
                updating,
                self.address.of_module,
            )
        elif self.storage.upgrade is not None:
            self.storage.upgrade.updating = updating

    # Power

    def power_off(self) -> None:
        """Lose everything that flash does not hold."""
        self.timers.cancel_all()
        self.state = State.IDLE
        self.started = self.awaiting = False
        self.piece_start = self.piece_end = self.read_up_to = 0
        self.address = None

    def power_on(self) -> None:
        """Resume updating, or count an interrupted download as failed.

        Spec: SOTA-PER-007, SOTA-PER-008
        """
        record = self.storage.upgrade
        if record is None:
            return
        if record.updating:
            self.offer = Offer(record.plan, ())
            self.awaiting = True
            if record.of_module:
                self.state = State.UPDATING
            else:
                self.emit(self.updating_line())
                self.enter_updating()
        else:
            self.storage.upgrade = None
            self.storage.failures += 1
            self.report(Status.ABORTED, record.component)

    # What is known about the component in progress

    @property
    def component(self) -> str:
        """The component in progress."""
        record = self.storage.upgrade
        if record is not None:
            return record.component
        return "" if self.address is None else self.address.component

    @property
    def of_module(self) -> bool:
        """Whether the component in progress is the module's own firmware."""
        return self.storage.upgrade is not None and self.storage.upgrade.of_module

    @property
    def size_octets(self) -> int:
        """The size of the package."""
        return 0 if self.address is None else len(self.address.content)

    def piece_size(self) -> int:
        """Return how many octets fit into the memory for a piece."""
        return self.options.piece_limit_octets or self.size_octets

    def is_last_piece(self) -> bool:
        """Tell whether the current piece ends the package."""
        return self.piece_end >= self.size_octets

    def content(self, start: int, end: int) -> bytes:
        """Return octets of the package, by absolute offsets."""
        return b"" if self.address is None else self.address.content[start:end]

    def piece_line(self) -> str:
        """Return 7,10703."""
        piece = self.piece_end - self.piece_start
        fields = f'"{self.component}",{self.size_octets},{self.piece_start},{piece}'
        return f"+QIOTEVT: 7,10703,{fields}"
