"""`manifest.json`: the files of a bundle with their SHA-256, and the suite that made them."""

import hashlib
from collections.abc import Iterable

import msgspec

from atverdict.reports.bundle.archive import BundleError, decoded

__all__ = [
    "MANIFEST",
    "MANIFEST_OCTETS",
    "REPORTS_FOLDER",
    "SPECIFICATION_FOLDER",
    "FileDigest",
    "Manifest",
    "file_digest",
    "read_manifest",
]

MANIFEST = "manifest.json"
MANIFEST_OCTETS = 8 << 20
"""The most octets of a manifest."""
REPORTS_FOLDER = "reports/"
SPECIFICATION_FOLDER = "specification/"
FORMAT = 1


class FileDigest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """SHA-256 (hex) and size of a file."""

    sha256: str
    octets: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The list of the files in a bundle."""

    format: int = FORMAT
    suite_version: str
    suite_sha256: str
    """Of the suite that made the bundle (`suite.suite_digest`)."""
    specification_sha256: str
    """Of the specification's data, which the bundle carries."""
    files: dict[str, FileDigest]

    def encoded(self) -> bytes:
        """Return the file's octets."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def file_digest(chunks: Iterable[bytes]) -> FileDigest:
    """Count and digest the octets of a file."""
    digest, octets = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        octets += len(chunk)
    return FileDigest(digest.hexdigest(), octets)


def read_manifest(octets: bytes) -> Manifest:
    """Read a manifest. Raises `BundleError` for anything else."""
    manifest = decoded(octets, Manifest, f"{MANIFEST} is not the manifest of a bundle")
    if manifest.format != FORMAT:
        problem = f"has form {manifest.format}; this version reads form {FORMAT}"
        raise BundleError(f"{MANIFEST} {problem}")
    return manifest
