"""The bundle of a run: one zip with all that it takes to judge the run again."""

import hashlib
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import atverdict
from atverdict.reports.bundle.archive import BundleError, chunks_of, write_archive
from atverdict.reports.bundle.dsse import ENVELOPE
from atverdict.reports.bundle.manifest import (
    MANIFEST,
    REPORTS_FOLDER,
    SPECIFICATION_FOLDER,
    Manifest,
    file_digest,
)
from atverdict.reports.bundle.parts_of_log import made_from
from atverdict.reports.bundle.signing import signed
from atverdict.reports.bundle.statement import statement
from atverdict.reports.bundle.suite import suite_digest
from atverdict.reports.bundle.time_stamp import TIME_STAMP, read_time_stamp
from atverdict.reports.dossier import Dossier, read_dossier
from atverdict.reports.files import CERTIFICATE, LOG
from atverdict.spec.loader import load_specification, specification_files

__all__ = ["Seal", "write_bundle"]


@dataclass(frozen=True, slots=True)
class Seal:
    """The signature and the time stamp that a bundle gets."""

    key: Path | None = None
    passphrase: bytes | None = None
    """Of an Ed25519 key in a PEM file; OpenSSH asks for its own."""
    stamp: Callable[[str], bytes] | None = None
    """Returns the time stamp for a SHA-256 in hex."""


def write_bundle(log: Path, out: Path, seal: Seal) -> Manifest:
    """Pack the run whose log is named; the same run gives the same octets.

    The reports are made from the log; the certificate is taken from its folder. Raises
    `BundleError`, `LogError`, and `OSError` where it cannot be written.
    """
    with TemporaryDirectory() as folder:
        # A copy: what is digested, judged and packed must be the same log, also of a run under way.
        copy = Path(folder) / LOG
        shutil.copyfile(log, copy)
        run = read_dossier(copy)
        files = _files(run, copy, log.with_name(CERTIFICATE))
        manifest = Manifest(
            suite_version=atverdict.__version__,
            suite_sha256=suite_digest(),
            specification_sha256=load_specification().digest,
            files={name: file_digest(chunks_of(files[name])) for name in sorted(files)},
        )
        packed = _sealed(manifest, run, seal)
        packed |= {name: files[name] for name in manifest.files}
        part = out.with_name(f"{out.name}.part")
        try:
            write_archive(part, packed)
            part.replace(out)
        except zipfile.LargeZipFile as error:
            raise BundleError("the run is too large for a bundle: 2 GiB is the limit") from error
        finally:
            part.unlink(missing_ok=True)
    return manifest


def _files(run: Dossier, log: Path, certificate: Path) -> dict[str, Path | bytes]:
    """Return the files that the manifest lists, by name."""
    header = run.judgement.header
    if header.specification != load_specification().digest:
        raise BundleError(
            f"the run was made by another specification than this version has; pack it with "
            f"version {header.suite_version} of the suite"
        )
    files: dict[str, Path | bytes] = {LOG: log, **made_from(run, log)}
    if certificate.is_file():
        files[f"{REPORTS_FOLDER}{CERTIFICATE}"] = certificate
    for name, octets in specification_files().items():
        files[f"{SPECIFICATION_FOLDER}{name}"] = octets
    return files


def _sealed(manifest: Manifest, run: Dossier, seal: Seal) -> dict[str, Path | bytes]:
    """Return the manifest, the signature and the time stamp: the manifest cannot list these."""
    octets = manifest.encoded()
    files: dict[str, Path | bytes] = {MANIFEST: octets}
    if seal.key is not None:
        digest = hashlib.sha256(octets).hexdigest()
        payload = statement(manifest, digest, run.judgement)
        octets = signed(payload, seal.key, seal.passphrase)
        files[ENVELOPE] = octets
    if seal.stamp is not None:
        digest = hashlib.sha256(octets).hexdigest()
        stamp = seal.stamp(digest)
        if read_time_stamp(stamp).sha256 != digest:
            what = ENVELOPE if seal.key is not None else MANIFEST
            raise BundleError(
                f"the time stamp is over something else; it must be over {what} of the bundle, "
                f"whose SHA-256 is {digest}"
            )
        files[TIME_STAMP] = stamp
    return files
