"""`manifest.json`: every file of a bundle with its SHA-256, and what they were made by."""

import hashlib
from collections.abc import Iterable

import msgspec

from atverdict.reports.bundle.archive import BundleError

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
"""A longer manifest is none."""
REPORTS_FOLDER = "reports/"
SPECIFICATION_FOLDER = "specification/"
FORMAT = 1


class FileDigest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file as the manifest lists it."""

    sha256: str
    octets: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is in a bundle."""

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
    """Read a manifest. Raises `BundleError` for what is none."""
    try:
        manifest = msgspec.json.decode(octets, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(f"{MANIFEST} is not the manifest of a bundle: {error}") from error
    if manifest.format != FORMAT:
        problem = f"has form {manifest.format}; this version reads form {FORMAT}"
        raise BundleError(f"{MANIFEST} {problem}")
    return manifest
