"""The connection machine of the module: authentication, access, subscription, back-off."""

from collections.abc import Callable

from atverdict.adapters.simulator.messages import Status, Uplink
from atverdict.adapters.simulator.module.storage import Storage
from atverdict.adapters.simulator.options import Options
from atverdict.adapters.simulator.virtual_time import Clock, Timer

__all__ = ["Connection"]

_LATER_BACK_OFFS_S = (30.0, 300.0)
_LONG_BACK_OFF_S = 600.0
_LONGEST_BACK_OFF_S = 1800.0
_MANY_FAILURES = 6
_CATCH_UP_S = 1.0
_NOTICED_BACK_S = 1.0


class Connection:
    """Whether and how the module is connected; the numbers are those of AT+QIOTSTATE.

    Spec: SOTA-CMD-REG-006, SOTA-CMD-REG-007, SOTA-CMD-STATE-002, SOTA-EVT-018, SOTA-PER-005
    """

    def __init__(
        self, clock: Clock, options: Options, storage: Storage, emit: Callable[[str], None]
    ) -> None:
        """Start disabled; `uplink` must be set before the first connection."""
        self.clock = clock
        self.options = options
        self.storage = storage
        self.emit = emit
        self.uplink: Uplink | None = None
        self.went_online: Callable[[], None] = lambda: None
        """What the module does first whenever it has connected."""
        self.state = 0
        self.link = True
        """Whether the network is there."""
        self.failures = 0
        self._timer: Timer | None = None
        self._catch_up: Timer | None = None
        self._unreported: list[tuple[Status, str]] = []

    @property
    def online(self) -> bool:
        """Whether data can be sent (state 8)."""
        return self.state == 8

    @property
    def reachable(self) -> bool:
        """Whether octets really flow: online, and the network is there."""
        return self.online and self.link

    @property
    def active(self) -> bool:
        """Whether the module is connected or tries to be."""
        return self.state not in {0, 1, 10, 11}

    # Modes

    def set_mode(self, mode: int) -> bool:
        """Accept a registration mode; False when it cannot be entered.

        Spec: SOTA-CMD-REG-003, SOTA-CMD-REG-004, SOTA-CMD-REG-005
        """
        if mode and not (
            self.storage.product_key and self.storage.product_secret and self.storage.server_url
        ):
            return False
        self.storage.registration_mode = mode
        if mode and not self.active:
            if self.state != 10:
                self.start()
        elif not mode and self.active:
            self._deregister()
        return True

    def start(self) -> None:
        """Begin to connect."""
        self.failures = 0
        self._attempt()

    def resume(self) -> None:
        """Be connected already, and say nothing about it."""
        self.state = 8
        self._introduce()

    # Steps of an attempt

    def _attempt(self) -> None:
        self.state = 2
        options = self.options
        authenticates = options.auth_event == "always" or (
            options.auth_event == "auto" and not self.storage.device_secret
        )
        if not self.link:
            self._after(options.connect_s, self._attempt_failed)
        elif authenticates:
            self._after(options.connect_s * 0.3, self._authenticated)
        else:
            self._after(options.connect_s * 0.6, self._registered)

    def _authenticated(self) -> None:
        self.state = 3
        self.storage.device_secret = self.storage.device_secret or "5f1d7a60c3b2"
        self.emit("+QIOTEVT: 1,10200")
        self.state = 5
        self._after(self.options.connect_s * 0.3, self._registered)

    def _registered(self) -> None:
        self.state = 6
        self.emit("+QIOTEVT: 2,10200")
        self._after(self.options.connect_s * 0.4, self._subscribed)

    def _subscribed(self) -> None:
        self.state = 8
        self.failures = 0
        self.emit("+QIOTEVT: 3,10200")
        self._timer = None
        self.went_online()
        self._introduce()
        self._catch_up = self.clock.call_later(_CATCH_UP_S, self._report_late)

    def _attempt_failed(self) -> None:
        self.state = 7
        self.failures += 1
        self.emit(self.loss_line())
        self._after(self.back_off_s(), self._attempt)

    def back_off_s(self) -> float:
        """Return the seconds until the next attempt, by the failures in a row."""
        if self.failures <= 1:
            return self.options.back_off_first_s
        if self.failures - 2 < len(_LATER_BACK_OFFS_S):
            return _LATER_BACK_OFFS_S[self.failures - 2]
        if self.failures > _MANY_FAILURES:
            return _LONGEST_BACK_OFF_S
        return _LONG_BACK_OFF_S

    # Deregistration

    def _deregister(self) -> None:
        if self.online:
            self.state = 10
            self._after(self.options.deregister_s, self._deregistered)
        else:
            self._cancel()
            self.state = 11

    def _deregistered(self) -> None:
        self.state = 11
        self.emit("+QIOTEVT: 6,10200")
        if self.storage.registration_mode:
            self.start()

    # The network

    def link_lost(self) -> None:
        """Lose the network; the module notices later."""
        self.link = False
        if self.online:
            self._after(self.options.link_loss_s, self._loss_noticed)
        elif self.active:
            self._after(self.options.connect_s, self._attempt_failed)

    def link_returned(self) -> None:
        """Have the network again; a module that waits for it tries soon."""
        self.link = True
        if self.online:
            self._cancel()
            self._arrive()
        elif self.active:
            self._after(_NOTICED_BACK_S, self._attempt)

    def _arrive(self) -> None:
        """Have what was sent into a loss that was never noticed arrive after all."""
        self._introduce()
        self._report_late()

    def _introduce(self) -> None:
        """Report the version of each component."""
        if self.uplink is not None:
            self.uplink.firmware_reported(self.storage.firmware)
            self.uplink.came_online(dict(self.storage.versions))

    def _loss_noticed(self) -> None:
        self.failures = 1
        self.state = 7
        self.emit(self.loss_line())
        self._after(self.back_off_s(), self._attempt)

    def loss_line(self) -> str:
        """Return how the loss of the network is said."""
        return "+QIOTEVT: 2,10474"

    # Reports

    def report(self, status: Status, component: str) -> None:
        """Tell the platform how an upgrade goes, now or after the next connection, in its order."""
        if self.reachable and self.uplink is not None:
            self._report_late()
            self.uplink.status_reported(status, component)
        else:
            self._unreported.append((status, component))

    def report_version(self, component: str, version: str) -> None:
        """Tell the platform a new version; offline, the next connection does."""
        if self.reachable and self.uplink is not None:
            self.uplink.version_reported(component, version)

    def request(self) -> bool:
        """Ask the platform for a plan; False when not connected."""
        if not self.online or self.uplink is None:
            return False
        if self.link:
            self._report_late()
            self.uplink.firmware_reported(self.storage.firmware)
            self.uplink.requested(dict(self.storage.versions))
        return True

    def _report_late(self) -> None:
        unreported, self._unreported = self._unreported, []
        for status, component in unreported:
            self.report(status, component)

    # Power

    def power_off(self) -> None:
        """Lose the connection with the power; what is not reported yet stays in flash."""
        self._cancel()
        if self._catch_up is not None:
            self._catch_up.cancel()
        self.state = 0

    def forget_reports(self) -> None:
        """Drop what is not reported yet."""
        self._unreported.clear()

    def power_on(self) -> None:
        """Connect by itself in mode 2; a stored mode 1 asks for a new command."""
        mode = self.storage.registration_mode
        if mode == 2:
            self.start()
        elif mode == 1:
            self.storage.registration_mode = int(self.options.reg1_after_reboot)

    def _after(self, delay_s: float, action: Callable[[], None]) -> None:
        self._cancel()
        self._timer = self.clock.call_later(delay_s, action)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
