"""The digest of the suite: over the files that decide what it finds."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["suite_digest"]

_DECIDING = (".py", ".lark", ".toml")


@cache
def suite_digest() -> str:
    """Return SHA-256, in hex, over path and SHA-256 of the suite's modules, grammar and data."""
    digest = hashlib.sha256()
    for path, file in sorted(_files(files("atverdict"), ""), key=lambda found: found[0]):
        digest.update(f"{hashlib.sha256(file.read_bytes()).hexdigest()} {path}\n".encode())
    return digest.hexdigest()


def _files(folder: Traversable, below: str) -> Iterator[tuple[str, Traversable]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _files(each, f"{below}{each.name}/")
        elif each.name.endswith(_DECIDING):
            yield f"{below}{each.name}", each
