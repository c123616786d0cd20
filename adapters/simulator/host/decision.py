"""The decision of a host on an offer: battery, signal and space against their limits."""

from atverdict.adapters.simulator.host.events import ReceivedOffer
from atverdict.adapters.simulator.host.options import HostOptions

__all__ = ["Decision", "Surroundings"]


class Surroundings:
    """What the host measures at itself."""

    def __init__(self, options: HostOptions) -> None:
        self.battery_percent = options.battery_percent
        self.signal_dbm = options.signal_dbm
        self.free_space_octets = options.free_space_octets


class Decision:
    """The limits of an offer against what is measured.

    Spec: SOTA-HST-005
    """

    def __init__(self, options: HostOptions, surroundings: Surroundings) -> None:
        self.options = options
        self.surroundings = surroundings

    def decide(self, offers: tuple[ReceivedOffer, ...]) -> str:
        """Return ``accept``, ``refuse`` or ``ignore`` for a plan."""
        if not all(self.is_met(offer) for offer in offers) or not self.has_space(offers):
            return self.options.unmet
        return self.options.decision

    def is_met(self, offer: ReceivedOffer) -> bool:
        """Tell whether battery and signal are good enough for one component."""
        return self.has_battery(offer) and self.has_signal(offer)

    def has_battery(self, offer: ReceivedOffer) -> bool:
        """Tell whether the battery is charged enough."""
        return self.surroundings.battery_percent >= offer.battery_limit

    def has_signal(self, offer: ReceivedOffer) -> bool:
        """Tell whether the signal is strong enough."""
        return self.surroundings.signal_dbm >= offer.min_signal

    def has_space(self, offers: tuple[ReceivedOffer, ...]) -> bool:
        """Tell whether the largest package of a plan fits; they come one after another."""
        largest = max((offer.space_octets for offer in offers), default=0)
        return largest <= self.surroundings.free_space_octets
