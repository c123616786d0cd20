"""Time stamps of RFC 3161: query, response, and the check of the authority."""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from atverdict.reports.bundle import der
from atverdict.reports.bundle.archive import BundleError

__all__ = ["TIME_STAMP", "TIME_STAMP_OCTETS", "TimeStamp", "fetch", "read_time_stamp", "vouched"]

TIME_STAMP = "time-stamp.tsr"
TIME_STAMP_OCTETS = 1 << 20
"""The most octets of a response."""
LIMIT_S = 30.0
GRANTED = (0, 1)
_SHA256 = bytes.fromhex("608648016503040201")
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_TIME_STAMP = bytes.fromhex("2a864886f70d0109100104")
_FIRST_FIELD = 0xA0


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """The statement of an authority: these octets existed at this time."""

    sha256: str
    """Of the stamped octets, in hex."""
    time: datetime


def request(sha256: str) -> bytes:
    """Return the query for a time stamp; it asks for the authority's certificate, too."""
    algorithm = der.element(
        der.SEQUENCE, der.element(der.IDENTIFIER, _SHA256), der.element(der.NULL)
    )
    imprint = der.element(der.SEQUENCE, algorithm, der.element(der.OCTETS, bytes.fromhex(sha256)))
    version, with_certificate = der.element(der.INTEGER, b"\x01"), der.element(der.BOOLEAN, b"\xff")
    return der.element(der.SEQUENCE, version, imprint, with_certificate)


def fetch(url: str, sha256: str) -> bytes:
    """Get a time stamp from an authority. Raises `BundleError` when none comes."""
    if not url.startswith(("http://", "https://")):
        raise BundleError(f"{url}: a time stamp comes from a file, or from http:// or https://")
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        asked = Request(url, request(sha256), headers)  # noqa: S310 - http or https, as seen above
        with urlopen(asked, timeout=LIMIT_S) as answer:  # noqa: S310
            octets = answer.read(TIME_STAMP_OCTETS + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise BundleError(f"{url}: no time stamp came: {error}") from error
    assert isinstance(octets, bytes)
    return octets


def read_time_stamp(octets: bytes) -> TimeStamp:
    """Read the response of an authority. Raises `BundleError` for a refusal or anything else."""
    try:
        return _read(octets)
    except (der.DerError, ValueError) as error:
        raise BundleError(f"this is no time stamp of RFC 3161: {error}") from error


def _read(octets: bytes) -> TimeStamp:
    parts = list(der.elements(der.first(octets[: TIME_STAMP_OCTETS + 1], der.SEQUENCE)))
    status = int.from_bytes(der.first(parts[0].content if parts else b"", der.INTEGER), "big")
    if status not in GRANTED:
        raise BundleError(f"the authority granted no time stamp (status {status})")
    kind, content = _fields(parts[1].content if len(parts) > 1 else b"", 2)
    if kind.content != _SIGNED_DATA:
        raise der.DerError("it holds nothing signed")
    _, _, encapsulated = _fields(der.first(content.content, der.SEQUENCE), 3)
    kind, content = _fields(encapsulated.content, 2)
    if kind.content != _TIME_STAMP or content.tag != _FIRST_FIELD:
        raise der.DerError("what was signed is no time stamp")
    info = der.first(content.content, der.OCTETS, der.SEQUENCE)
    _, _, imprint, _, time = _fields(info, 5)
    algorithm, digest = _fields(imprint.content, 2)
    if der.first(algorithm.content, der.IDENTIFIER) != _SHA256 or time.tag != der.TIME:
        raise der.DerError("it is not over a SHA-256")
    text = time.content.decode("ascii").partition(".")[0].rstrip("Z")
    return TimeStamp(
        digest.content.hex(), datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    )


def _fields(octets: bytes, count: int) -> list[der.Element]:
    """Return the first fields of a sequence. Raises `DerError` where there are fewer."""
    found = list(der.elements(octets))[:count]
    if len(found) < count:
        raise der.DerError("a field is missing")
    return found


def vouched(octets: bytes, sha256: str, authorities: Path) -> str:
    """Check the response against certificates with OpenSSL; returns what is wrong, or nothing.

    Raises `BundleError` where that cannot be done.
    """
    program = shutil.which("openssl")
    if program is None:
        raise BundleError("openssl is not there; it checks the authority's certificate")
    if not authorities.is_file():
        raise BundleError(f"{authorities}: cannot be read")
    with TemporaryDirectory() as folder:
        path = Path(folder) / TIME_STAMP
        path.write_bytes(octets)
        try:
            done = subprocess.run(  # noqa: S603 - OpenSSL's own program, without a shell
                [program, "ts", "-verify", "-in", path, "-digest", sha256, "-CAfile", authorities],
                capture_output=True,
                timeout=LIMIT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BundleError(f"openssl did not check the time stamp: {error}") from error
    if not done.returncode:
        return ""
    return f"the certificates in {authorities} do not confirm its authority"
