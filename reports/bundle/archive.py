"""The zip of a bundle: the same octets each time; a foreign one is read with care."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from atverdict.conformance.evidence.printable import printable

__all__ = [
    "Archive",
    "BundleError",
    "DamagedEntry",
    "chunks_of",
    "decoded",
    "open_archive",
    "shown",
    "write_archive",
]

CHUNK_OCTETS = 1 << 18
MOST_ENTRIES = 10_000
MOST_OCTETS = 2 << 30
"""Of all files together, and of the zip itself."""
MOST_RATIO = 100
"""How many octets may come out of one, beyond `FREE_OCTETS`."""
FREE_OCTETS = 16 << 20
MOST_DIRECTORY_OCTETS = 8 << 20

_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_ENCRYPTED = 0x41
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,127}(/[A-Za-z0-9_][A-Za-z0-9_.+-]{0,127}){0,7}")
_END = struct.Struct("<4s4H2LH")
_END_OF_LARGE = b"PK\x06\x07"
_LOCAL_HEADER_OCTETS = 30
T = TypeVar("T")


class BundleError(Exception):
    """A file that is no bundle, or a run that cannot be packed; the message is for the user."""


class DamagedEntry(Exception):
    """A file of a bundle whose octets are not those that were put in."""


def write_archive(path: Path, files: Mapping[str, Path | bytes]) -> None:
    """Write the files in their order; the same files give the same octets.

    Raises `OSError`.
    """
    with zipfile.ZipFile(path, "w", allowZip64=False) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.compress_type = _method(content)
            entry.file_size = sum(map(len, chunks_of(content)))
            with archive.open(entry, "w") as stream:
                for chunk in chunks_of(content):
                    stream.write(chunk)


def chunks_of(content: Path | bytes) -> Iterator[bytes]:
    """Yield the octets of a file in parts."""
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as stream:
        while chunk := stream.read(CHUNK_OCTETS):
            yield chunk


def _method(content: Path | bytes) -> int:
    """Choose the method; a log full of padding stays as it is: it would look like a zip bomb."""
    deflate = zlib.compressobj()
    octets = came = 0
    for chunk in chunks_of(content):
        octets += len(chunk)
        came += len(deflate.compress(chunk))
    came += len(deflate.flush())
    bomb = octets > FREE_OCTETS and octets > came * MOST_RATIO // 2
    return zipfile.ZIP_STORED if bomb else zipfile.ZIP_DEFLATED


class Archive:
    """A zip that was checked; its files are read in parts and are never unpacked onto the disk."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Check an open zip. Raises `BundleError` for one that cannot be a bundle."""
        self._archive = archive
        self._entries = _entries(archive)
        self._came = 0

    @property
    def names(self) -> list[str]:
        """The names of all files."""
        return list(self._entries)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the octets of a file in parts.

        Raises `DamagedEntry`, and `BundleError` when more comes out than a bundle has.
        """
        entry = self._entries[name]
        try:
            with self._archive.open(entry) as stream:
                while chunk := stream.read(CHUNK_OCTETS):
                    self._came += len(chunk)
                    if self._came > MOST_OCTETS:
                        raise BundleError(f"its files have more than {MOST_OCTETS} octets")
                    yield chunk
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            struct.error,
        ) as error:
            raise DamagedEntry(f"{name}: {error}") from error

    def octets(self, name: str, limit: int) -> bytes:
        """Return a whole file. Raises `BundleError` for one of more than `limit` octets."""
        if self._entries[name].file_size > limit:
            raise BundleError(f"{name} has more than {limit} octets")
        return b"".join(self.chunks(name))


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a zip of unknown origin inside a block.

    Raises `BundleError` for what is no zip, and for all that a bundle never is: nothing has been
    read of its files by then.
    """
    with ExitStack() as cleanup:
        try:
            stream = cleanup.enter_context(path.open("rb"))
            _check_end(stream)
            archive = Archive(cleanup.enter_context(zipfile.ZipFile(stream)))
        except OSError as error:
            raise BundleError(f"cannot be read: {error.strerror}") from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise BundleError(f"this is no bundle: it is not a whole zip file ({error})") from error
        yield archive


def _check_end(stream: BinaryIO) -> None:
    """Check the directory of the zip before anything else reads it."""
    size = stream.seek(0, 2)
    if size > MOST_OCTETS:
        raise BundleError(f"it has more than {MOST_OCTETS} octets")
    stream.seek(max(0, size - _END.size - 20))
    tail = stream.read()
    end = tail[-_END.size :]
    if len(end) < _END.size or not end.startswith(b"PK\x05\x06"):
        raise BundleError("this is no bundle: it does not end as a zip file, or it has a comment")
    *_, count, directory_octets, _offset, comment = _END.unpack(end)
    if comment or _END_OF_LARGE in tail[: -_END.size] or count > MOST_ENTRIES:
        raise BundleError(f"a bundle has at most {MOST_ENTRIES} files and no comment")
    if directory_octets > MOST_DIRECTORY_OCTETS:
        raise BundleError("its directory is too large for a bundle")


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the files by name. Raises `BundleError` where one is not a plain file."""
    found: dict[str, zipfile.ZipInfo] = {}
    folded: set[str] = set()
    listed = archive.infolist()
    if len(listed) > MOST_ENTRIES:
        raise BundleError(f"a bundle has at most {MOST_ENTRIES} files")
    for entry in listed:
        problem = _problem(entry)
        if not problem and entry.filename.casefold() in folded:
            problem = "stands in it twice"
        if problem:
            raise BundleError(f"{shown(entry.orig_filename)}: {problem}")
        folded.add(entry.filename.casefold())
        found[entry.filename] = entry
    if sum(entry.file_size for entry in listed) > MOST_OCTETS:
        raise BundleError(f"its files have more than {MOST_OCTETS} octets")
    _check_places(listed, archive.start_dir)
    return found


def _problem(entry: zipfile.ZipInfo) -> str:
    """Return why a bundle cannot have this entry; empty where it can."""
    mode = entry.external_attr >> 16
    name = entry.filename
    grown = max(FREE_OCTETS, entry.compress_size * MOST_RATIO)
    problems = {
        "is a symbolic link": stat.S_ISLNK(mode),
        "is a folder, and a bundle lists files alone": name.endswith("/") or stat.S_ISDIR(mode),
        "is no plain file": stat.S_IFMT(mode) not in (0, stat.S_IFREG),
        "is no plain relative name": entry.orig_filename != name or not _NAME.fullmatch(name),
        "is encrypted": bool(entry.flag_bits & _ENCRYPTED),
        "is compressed by another method than a bundle": entry.compress_type not in _METHODS,
        f"would grow to more than {MOST_RATIO} times its size": entry.file_size > grown,
    }
    return next((problem for problem, found in problems.items() if found), "")


def _check_places(entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Raise `BundleError` for files that share octets: a small zip could hold endless files."""
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end:
            raise BundleError(f"{shown(entry.orig_filename)}: shares its octets with another file")
        end = entry.header_offset + _LOCAL_HEADER_OCTETS + entry.compress_size
    if end > directory:
        raise BundleError("its files reach into its directory")


def shown(text: str) -> str:
    """Return text of a bundle without what a terminal obeys."""
    return printable(text.encode("utf-8", "replace"))


def decoded(octets: bytes, kind: type[T], problem: str) -> T:
    """Decode JSON. Raises `BundleError` with the problem for any other octets."""
    try:
        return msgspec.json.decode(octets, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(f"{problem}: {error}") from error
