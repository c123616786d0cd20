"""The flash of a host: its firmware, and how far an upgrade is."""

from dataclasses import dataclass, field
from enum import Enum, auto

from atverdict.adapters.simulator.host.events import AnnouncedPackage, Piece, ReceivedOffer
from atverdict.adapters.simulator.host.options import HostOptions

__all__ = ["HostStorage", "Stage"]


class Stage(Enum):
    """What a restart must know of the upgrade."""

    NONE = auto()
    ACCEPTED = auto()
    """A plan was accepted; its end is not known."""
    UPDATING = auto()
    """The package is complete and verified, and the module knows it."""
    FLASHED = auto()
    """The new firmware runs; the module has not said yet what it thinks of it."""


@dataclass
class HostStorage:
    """The flash of the MCU.

    Spec: SOTA-HST-012
    """

    versions: dict[str, str]
    stage: Stage = Stage.NONE
    plan: tuple[ReceivedOffer, ...] = ()
    """The components that were accepted and are not upgraded yet, in their order."""
    package: AnnouncedPackage | None = None
    piece: Piece | None = None
    received: bytearray = field(default_factory=bytearray)
    previous: str = ""
    """The version that a component ran before; its firmware is still there."""
    longest_block: int | None = None
    """Most octets of one read, by the module's own word; None before it was asked."""
    restarted: bool = False
    """Whether it has restarted on demand."""

    @classmethod
    def delivered(cls, options: HostOptions) -> "HostStorage":
        """Return the flash as the factory left it."""
        return cls(options.components())

    def target_version(self, component: str) -> str | None:
        """Return what a component of the accepted plan is to become; None for any other."""
        for offer in self.plan:
            if offer.component == component:
                return offer.target_version
        return None

    def install(self, component: str, version: str) -> None:
        """Have a component's new firmware in place."""
        self.previous = self.versions[component]
        self.versions[component] = version
        self.stage = Stage.FLASHED

    def roll_back(self) -> None:
        """Run the earlier firmware again: the upgrade failed before the new one was announced."""
        if self.package is not None:
            self.versions[self.package.component] = self.previous

    def accept(self, offers: tuple[ReceivedOffer, ...]) -> None:
        """Remember a plan, before the module hears of it."""
        self.drop()
        self.plan = offers
        self.stage = Stage.ACCEPTED

    def component_done(self) -> None:
        """Have one component behind; the rest of its plan is to come."""
        if self.package is not None:
            self.plan = tuple(e for e in self.plan if e.component != self.package.component)
        self.forget_package()
        self.stage = Stage.ACCEPTED if self.plan else Stage.NONE

    def forget_package(self) -> None:
        """Have nothing of any package."""
        self.package = self.piece = None
        self.received = bytearray()

    def drop(self) -> None:
        """Know of no upgrade."""
        self.forget_package()
        self.plan = ()
        self.stage = Stage.NONE
