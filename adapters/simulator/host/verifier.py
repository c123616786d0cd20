"""The verification of a package: its length and its digests."""

import hashlib

from atverdict.adapters.simulator.host.events import AnnouncedPackage

__all__ = ["Verifier"]


class Verifier:
    """Length and digests; the CRC proves nothing more, and no document says which it is.

    Spec: SOTA-HST-009
    """

    def is_right(self, package: AnnouncedPackage, octets: bytes) -> bool:
        """Tell whether the octets are the package's."""
        return (
            len(octets) == package.size_octets
            and self.has_md5(package, octets)
            and self.has_sha256(package, octets)
        )

    def has_md5(self, package: AnnouncedPackage, octets: bytes) -> bool:
        """Tell whether the MD5 is right."""
        return hashlib.md5(octets, usedforsecurity=False).hexdigest() == package.md5

    def has_sha256(self, package: AnnouncedPackage, octets: bytes) -> bool:
        """Tell whether the SHA-256 is right, where one was said."""
        return not package.sha256 or hashlib.sha256(octets).hexdigest() == package.sha256
