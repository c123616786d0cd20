"""Harmful zips that are no bundles: they are refused before anything is read."""

import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from support.campaigns import atverdict

from atverdict.reports.bundle import archive
from atverdict.reports.bundle.archive import BundleError, DamagedEntry, open_archive

Fill = Callable[[zipfile.ZipFile], object]


def _zip(path: Path, fill: Fill) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        fill(made)
    return path


def _named(name: str) -> Fill:
    def fill(made: zipfile.ZipFile) -> None:
        made.writestr(zipfile.ZipInfo(name), b"content")

    return fill


def _of_mode(mode: int) -> Fill:
    def fill(made: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("manifest.json")
        entry.create_system = 3
        entry.external_attr = mode << 16
        made.writestr(entry, b"/etc/passwd")

    return fill


def _twice(*names: str) -> Fill:
    def fill(made: zipfile.ZipFile) -> None:
        for name in names:
            made.writestr(name, name)

    return fill


def _bomb(made: zipfile.ZipFile) -> None:
    made.writestr("manifest.json", bytes(archive.FREE_OCTETS + 1))


def _compressed_otherwise(made: zipfile.ZipFile) -> None:
    made.writestr("manifest.json", b"content", zipfile.ZIP_LZMA)


def _commented(made: zipfile.ZipFile) -> None:
    made.comment = b"a comment"


@pytest.mark.parametrize(
    ("fill", "reason"),
    [
        (_named("../manifest.json"), "no plain relative name"),
        (_named("reports/../../x"), "no plain relative name"),
        (_named("/etc/passwd"), "no plain relative name"),
        (_named("C:/x"), "no plain relative name"),
        (_named("..\\x"), "no plain relative name"),
        (_named("a\x1b[31mb"), "no plain relative name"),
        (_named(""), "no plain relative name"),
        (_named("a//b"), "no plain relative name"),
        (_named(".hidden"), "no plain relative name"),
        (_named("a" * 200), "no plain relative name"),
        (_named("a/" * 20 + "b"), "no plain relative name"),
        (_named("r\u00e9sultat"), "no plain relative name"),
        (_named("folder/"), "is a folder"),
        (_of_mode(0o120777), "is a symbolic link"),
        (_of_mode(0o040755), "is a folder"),
        (_of_mode(0o020644), "is no plain file"),
        (_twice("manifest.json", "Manifest.json"), "stands in it twice"),
        (_bomb, "would grow to more than 100 times"),
        (_compressed_otherwise, "is compressed by another method"),
        (_commented, "does not end as a zip file"),
    ],
    ids=range(20),
)
def test_what_no_bundle_has_is_refused(fill: Fill, reason: str, tmp_path: Path) -> None:
    path = _zip(tmp_path / "b.zip", fill)
    done = atverdict(tmp_path, "verify", path.name)
    assert done.code == 3
    assert reason in done.err
    assert done.err.count("\n") == 1
    assert done.err.strip().isprintable()
    assert [each.name for each in tmp_path.iterdir()] == ["b.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice(tmp_path: Path) -> None:
    path = _zip(tmp_path / "b.zip", _twice("manifest.json", "manifest.json"))
    done = atverdict(tmp_path, "verify", path.name)
    assert (done.code, "stands in it twice" in done.err) == (3, True)


def _patched(path: Path, marker: bytes, offset: int, octets: bytes) -> None:
    """Change a field of the last record that begins with a marker."""
    content = bytearray(path.read_bytes())
    place = content.rindex(marker) + offset
    content[place : place + len(octets)] = octets
    path.write_bytes(content)


def test_a_name_that_ends_before_its_end(tmp_path: Path) -> None:
    path = _zip(tmp_path / "b.zip", _named("manifest.json_x"))
    path.write_bytes(path.read_bytes().replace(b"json_x", b"json\0x"))
    done = atverdict(tmp_path, "verify", path.name)
    assert (done.code, "manifest.json<NUL>x: is no plain relative name" in done.err) == (3, True)


def test_an_encrypted_file(tmp_path: Path) -> None:
    path = _zip(tmp_path / "b.zip", _named("manifest.json"))
    _patched(path, b"PK\x01\x02", 8, b"\x01\x00")
    done = atverdict(tmp_path, "verify", path.name)
    assert (done.code, "is encrypted" in done.err) == (3, True)


def test_a_size_that_is_declared_wrong(tmp_path: Path) -> None:
    path = _zip(tmp_path / "b.zip", lambda made: made.writestr("manifest.json", bytes(1 << 20)))
    _patched(path, b"PK\x01\x02", 24, struct.pack("<L", 100))
    with open_archive(path) as opened, pytest.raises(DamagedEntry, match=r"manifest\.json"):
        opened.octets("manifest.json", 1 << 20)
    _patched(path, b"PK\x01\x02", 24, struct.pack("<L", (1 << 32) - 2))
    with pytest.raises(BundleError), open_archive(path):
        pass


def test_files_that_share_their_octets(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(1000)

    def fill(made: zipfile.ZipFile) -> None:
        for name in ("one", "two"):
            made.writestr(name, noise, zipfile.ZIP_STORED)

    path = _zip(tmp_path / "b.zip", fill)
    _patched(path, b"PK\x01\x02", 42, struct.pack("<L", 0))
    with pytest.raises(BundleError, match="shares its octets"), open_archive(path):
        pass


def test_more_than_a_bundle_has(tmp_path: Path) -> None:
    path = _zip(tmp_path / "b.zip", _twice("a", "b", "c"))
    for limit, most in (("MOST_ENTRIES", 2), ("MOST_OCTETS", 2), ("MOST_DIRECTORY_OCTETS", 50)):
        patched = mock.patch.object(archive, limit, most)
        with patched, pytest.raises(BundleError), open_archive(path):
            pass
    path = _zip(
        tmp_path / "b.zip", lambda made: made.writestr("a", random.Random(1).randbytes(2000))
    )
    with open_archive(path) as opened:
        with mock.patch.object(archive, "MOST_OCTETS", 1000), pytest.raises(BundleError):
            list(opened.chunks("a"))
        with pytest.raises(BundleError, match="more than 1999 octets"):
            opened.octets("a", 1999)


def test_a_directory_of_a_larger_kind_is_refused(tmp_path: Path) -> None:
    path = _zip(tmp_path / "b.zip", _twice("a"))
    content = path.read_bytes()
    end = content.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07" + bytes(16)
    path.write_bytes(content[:end] + locator + content[end:])
    with pytest.raises(BundleError, match="at most"), open_archive(path):
        pass


def test_what_is_no_zip(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        made.writestr("manifest.json", b"{}")
    octets = whole.getvalue()
    end = octets.rindex(b"PK\x05\x06")
    for content in (b"", b"PK", b"text" * 100, octets[:-1], octets[end:-4] + bytes(4), octets[9:]):
        (tmp_path / "b.zip").write_bytes(content)
        done = atverdict(tmp_path, "verify", "b.zip")
        assert done.code == 3, content
        assert done.err.count("\n") == 1
    assert atverdict(tmp_path, "verify", "nowhere.zip").code == 3
    assert atverdict(tmp_path, "verify", ".").code == 3


def test_any_damage_is_a_sentence(tmp_path: Path) -> None:
    def fill(made: zipfile.ZipFile) -> None:
        made.writestr("manifest.json", b"{}")
        made.writestr("conformance.log.jsonl", b"{}\n" * 50)

    whole = _zip(tmp_path / "whole.zip", fill).read_bytes()
    path = tmp_path / "b.zip"
    for offset in range(len(whole)):
        for mask in (0x01, 0x80):
            other = bytearray(whole)
            other[offset] ^= mask
            path.write_bytes(other)
            try:
                with open_archive(path) as opened:
                    for name in opened.names:
                        list(opened.chunks(name))
            except (BundleError, DamagedEntry) as refused:
                assert str(refused).isprintable(), offset  # noqa: PT017 - any of the two will do
