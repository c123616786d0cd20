"""The upgrade of the module's own firmware: it reads, checks and installs it by itself."""

from collections.abc import Callable

from atverdict.adapters.simulator.messages import Address, Status
from atverdict.adapters.simulator.module.upgrade import State, Upgrade

__all__ = ["FirmwareUpgrade"]


class FirmwareUpgrade:
    """One component of a plan that the module serves without its host.

    It moves the machine of the upgrade, which has the offer and the decision, and no piece is ever
    ready to be read.

    Spec: SOTA-EVT-011
    """

    def __init__(self, upgrade: Upgrade, restart: Callable[[float], None]) -> None:
        """Serve this upgrade; `restart` switches the module off and on, for some seconds more."""
        self.upgrade = upgrade
        self.options = upgrade.options
        self.restart = restart

    def begin(self, _address: Address) -> None:
        """Download the package."""
        upgrade = self.upgrade
        if not upgrade.started:
            upgrade.started = True
            self.say(10701)
        upgrade.state = State.STARTED
        upgrade.report(Status.STARTED, upgrade.component)
        if upgrade.fetch():
            upgrade.timers.start("download", self.options.download_start_s, self.first_octets)
        else:
            upgrade.timers.start(
                "download", self.options.first_octets_timeout_s, upgrade.download_failed
            )

    def first_octets(self) -> None:
        """Have the first octets."""
        upgrade = self.upgrade
        upgrade.state = State.DOWNLOADING
        upgrade.report(Status.DOWNLOADING, upgrade.component)
        self.progress()
        duration_s = upgrade.size_octets / self.options.download_rate_octets_per_s
        upgrade.timers.start("download", duration_s, self.downloaded)

    def progress(self) -> None:
        """Print progress, now and every period.

        Spec: SOTA-TIM-004
        """
        self.say(10702)
        self.upgrade.timers.start("progress", self.options.progress_period_s, self.progress)

    def downloaded(self) -> None:
        """Have the whole package, and check it."""
        upgrade = self.upgrade
        upgrade.timers.cancel_all()
        upgrade.report(Status.DOWNLOADED, upgrade.component)
        self.say(10703)
        upgrade.timers.start("update", self.options.firmware_check_s, self.update)

    def update(self) -> None:
        """Begin to update, without the host."""
        upgrade = self.upgrade
        upgrade.state = State.UPDATING
        upgrade.remember(updating=True)
        upgrade.report(Status.UPDATING, upgrade.component)
        self.say(10704)
        upgrade.timers.start("update", self.options.firmware_delay_s, self.install)

    def install(self) -> None:
        """Restart; the new firmware is written before the module answers again."""
        self.restart(self.options.firmware_install_s)

    def booted(self) -> None:
        """Run the new firmware, where one was to be installed."""
        record = self.upgrade.storage.upgrade
        if record is not None and record.of_module and record.updating:
            self.upgrade.storage.firmware = record.target_version
            if self.options.firmware_qind:
                for line in ('"START"', '"UPDATING",50', '"END",0'):
                    self.upgrade.emit(f'+QIND: "FOTA",{line}')

    def went_online(self) -> None:
        """Say how it ended: the module knows once it is connected again."""
        upgrade = self.upgrade
        if upgrade.of_module and upgrade.state is State.UPDATING:
            component = upgrade.component
            upgrade.finish()
            self.say(10705)
            upgrade.report(Status.SUCCESS, component)

    def say(self, code: int) -> None:
        """Print one event."""
        self.upgrade.emit(self.upgrade.firmware_line(code))
