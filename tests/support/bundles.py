"""Bundles to be tampered with: made once, and packed again with other files in them."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

__all__ = ["changed", "contents", "forged", "packed"]


def contents(bundle: Path) -> dict[str, bytes]:
    """Return all files of a bundle."""
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(bundle: Path, files: Mapping[str, bytes]) -> Path:
    """Pack files as any zip program does."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    bundle.write_bytes(octets.getvalue())
    return bundle


def changed(bundle: Path, out: Path, changes: Mapping[str, bytes | None]) -> Path:
    """Pack a bundle again with other files in it; None takes a file away."""
    files = {**contents(bundle), **changes}
    return packed(out, {name: octets for name, octets in files.items() if octets is not None})


def forged(bundle: Path, out: Path, changes: Mapping[str, bytes], **manifest: str) -> Path:
    """Pack a bundle again with other files, and a manifest that lists those."""
    files = contents(bundle) | dict(changes)
    listing = json.loads(files.pop("manifest.json"))
    listing |= manifest
    listing["files"] = {
        name: {"sha256": hashlib.sha256(octets).hexdigest(), "octets": len(octets)}
        for name, octets in files.items()
        if name not in {"statement.dsse.json", "time-stamp.tsr"}
    }
    return packed(out, {"manifest.json": json.dumps(listing).encode(), **files})
