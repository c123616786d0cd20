"""Messages between the module and the Developer Center: plans, addresses, statuses."""

import hashlib
import zlib
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Protocol

__all__ = ["Address", "Downlink", "Offer", "OfferedComponent", "Status", "Uplink"]


class Status(Enum):
    """What the module tells the platform about a component's upgrade."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    STARTED = "started"
    DOWNLOADING = "downloading"
    DOWNLOAD_ERROR = "download error"
    DOWNLOADED = "downloaded"
    UPDATING = "updating"
    SUCCESS = "success"
    FAILED = "failed"
    ABORTED = "aborted"
    """A restart ended the attempt."""


@dataclass(frozen=True)
class OfferedComponent:
    """One component of an offered plan, as 7,10700 prints it."""

    component: str
    source_version: str
    """Empty for a full package."""
    target_version: str
    battery_limit: int
    min_signal: int
    use_space_octets: int
    of_module: bool = False
    """Whether it is the module's own firmware."""


@dataclass(frozen=True)
class Offer:
    """A plan on its way to the module: one decision for all its components."""

    plan: int
    """The platform's number of the plan."""
    components: tuple[OfferedComponent, ...]


@dataclass(frozen=True)
class Address:
    """Where one component's package lies, with what is behind the address."""

    component: str
    target_version: str
    content: bytes
    of_module: bool = False
    """Whether it is the module's own firmware."""

    @cached_property
    def md5(self) -> str:
        """MD5 of the package, 32 lower-case hex digits."""
        return hashlib.md5(self.content, usedforsecurity=False).hexdigest()

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the package, 64 lower-case hex digits."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def crc(self) -> int:
        """CRC-32 of the package, an unsigned number of 32 bits."""
        return zlib.crc32(self.content)


class Downlink(Protocol):
    """The module as the platform reaches it."""

    @property
    def online(self) -> bool:
        """Whether a message reaches the module now."""
        ...

    def offer_arrived(self, offer: Offer) -> None:
        """Take a plan."""
        ...

    def address_arrived(self, address: Address) -> None:
        """Take a download address."""
        ...


class Uplink(Protocol):
    """The platform as the module reaches it while it is online."""

    def firmware_reported(self, version: str) -> None:
        """Take the version of the module's own firmware; a connection and a request begin so."""
        ...

    def came_online(self, versions: dict[str, str]) -> None:
        """Take the versions that a device reports when it has connected."""
        ...

    def requested(self, versions: dict[str, str]) -> None:
        """Take a request for a plan."""
        ...

    def version_reported(self, component: str, version: str) -> None:
        """Take one component's new version; empty when it is gone."""
        ...

    def status_reported(self, status: Status, component: str) -> None:
        """Take how the upgrade of a component goes."""
        ...
