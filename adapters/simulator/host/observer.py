"""The observer of a host: it is told of every step, and ignores it here."""

__all__ = ["HostObserver"]


class HostObserver:
    """What a host reports of every step; a subclass keeps what it wants."""

    def said(self, text: str) -> None:
        """Hear what the host does now, in words."""

    def progressed(self, received: int, size_octets: int) -> None:
        """Hear how many octets of a package were received."""

    def verified(self, component: str, version: str, octets: bytes) -> None:
        """Get a package whose digests are right."""

    def ended(self, *, upgraded: bool) -> None:
        """Hear that an upgrade, or an attempt at one, has ended."""
