"""The verification of a bundle: digests, signature, time stamp, and the log judged again."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.bundle.archive import Archive, BundleError, DamagedEntry, open_archive, shown
from atverdict.reports.bundle.dsse import ENVELOPE, ENVELOPE_OCTETS, read_envelope
from atverdict.reports.bundle.manifest import (
    MANIFEST,
    MANIFEST_OCTETS,
    SPECIFICATION_FOLDER,
    file_digest,
    read_manifest,
)
from atverdict.reports.bundle.rejudging import BUNDLED_RESULT, BundleContent, judge_again
from atverdict.reports.bundle.signing import Signer, Trust, check_signature
from atverdict.reports.bundle.statement import Statement, predicate, read_statement
from atverdict.reports.bundle.time_stamp import (
    TIME_STAMP,
    TIME_STAMP_OCTETS,
    read_time_stamp,
    vouched,
)
from atverdict.reports.bundle.verification_result import VerificationResult
from atverdict.reports.files import LOG

__all__ = ["verify"]

KEPT_OCTETS = 32 << 20
"""The most octets that are read into memory: result and specification."""
_SEALS = {MANIFEST: MANIFEST_OCTETS, ENVELOPE: ENVELOPE_OCTETS, TIME_STAMP: TIME_STAMP_OCTETS}


def verify(path: Path, trust: Trust, authorities: Path | None) -> VerificationResult:
    """Check a bundle; `authorities` are the certificates that a time stamp is checked against.

    Raises `BundleError` for what is no bundle, and for keys that cannot be read.
    """
    found = VerificationResult()
    with open_archive(path) as archive, TemporaryDirectory() as folder:
        if MANIFEST not in archive.names:
            raise BundleError(f"this is no bundle: there is no {MANIFEST} in it")
        seals = _seals(archive, found)
        if MANIFEST not in seals:
            return found
        manifest = read_manifest(seals[MANIFEST])
        content = BundleContent(manifest, Path(folder) / LOG)
        _take_out(archive, content, found)
        _listing(archive, content, found)
        statement = _signature(seals, trust, found)
        _time_stamp(seals, authorities, found)
        judgement = judge_again(content, found)
    if statement is not None and judgement is not None:
        _claims(statement, judgement, found)
    return found


def _seals(archive: Archive, found: VerificationResult) -> dict[str, bytes]:
    """Return the files that the manifest cannot list."""
    seals = {}
    for name, limit in _SEALS.items():
        if name in archive.names:
            try:
                seals[name] = archive.octets(name, limit)
            except DamagedEntry as damage:
                found.problems.append(str(damage))
    return seals


def _take_out(archive: Archive, content: BundleContent, found: VerificationResult) -> None:
    """Digest every file, and keep those that are needed to judge again."""
    room = KEPT_OCTETS
    for name in archive.names:
        if name in _SEALS:
            continue
        chunks = archive.chunks(name)
        kept = bytearray()
        try:
            if name == LOG:
                with content.log.open("wb") as stream:
                    content.digests[name] = file_digest(_written(chunks, stream))
                content.log_whole = True
            elif name == BUNDLED_RESULT or name.startswith(SPECIFICATION_FOLDER):
                content.digests[name] = file_digest(_kept(chunks, kept, room))
                content.kept[name] = bytes(kept)
                room -= len(kept)
            else:
                content.digests[name] = file_digest(chunks)
        except DamagedEntry as damage:
            found.problems.append(str(damage))


def _written(chunks: Iterable[bytes], stream: BinaryIO) -> Iterator[bytes]:
    for chunk in chunks:
        stream.write(chunk)
        yield chunk


def _kept(chunks: Iterable[bytes], kept: bytearray, limit: int) -> Iterator[bytes]:
    for chunk in chunks:
        kept += chunk
        if len(kept) > limit:
            raise BundleError(
                f"its result and its specification have more than {KEPT_OCTETS} octets"
            )
        yield chunk


def _listing(archive: Archive, content: BundleContent, found: VerificationResult) -> None:
    """Compare the files with what the manifest lists."""
    files = content.manifest.files
    before = len(found.problems)
    found.wrong([f"{shown(name)} is missing" for name in files if name not in archive.names])
    found.wrong(
        [
            f"{shown(name)} was changed: its SHA-256 is not the one in {MANIFEST}"
            for name, due in files.items()
            if name in content.digests and content.digests[name] != due
        ]
    )
    added = [name for name in archive.names if name not in files and name not in _SEALS]
    found.wrong([f"{name} was added: {MANIFEST} does not list it" for name in added])
    if len(found.problems) == before:
        found.facts.append(f"All {len(files)} files have the digests that {MANIFEST} lists.")


def _signature(
    seals: dict[str, bytes], trust: Trust, found: VerificationResult
) -> Statement | None:
    """Check the signature; return the statement that was signed, or None where there is none."""
    if ENVELOPE not in seals:
        if trust.given:
            found.problems.append("the bundle is not signed")
        else:
            found.facts.append(
                "It is not signed: nothing shows who made it, or that its log is genuine."
            )
        return None
    try:
        envelope = read_envelope(seals[ENVELOPE])
        statement = read_statement(envelope.payload)
    except BundleError as error:
        found.problems.append(str(error))
        return None
    by = check_signature(envelope, trust)
    if not isinstance(by, Signer):
        found.problems.append(by)
        return None
    subjects = {(subject.name, subject.digest.sha256) for subject in statement.subject}
    if subjects != {(MANIFEST, hashlib.sha256(seals[MANIFEST]).hexdigest())}:
        found.problems.append(f"{MANIFEST} was changed: it is not the one that was signed")
    elif by.vouched_by:
        found.signer_known = True
        found.facts.append(f"It is signed by {by.fingerprint}, the key of {by.vouched_by}.")
    else:
        found.facts.append(
            f"It is signed by {by.fingerprint}. No signer was named to compare it with: "
            "use --key or --allowed-signers."
        )
    return statement


def _claims(statement: Statement, judgement: Judgement, found: VerificationResult) -> None:
    """Compare the signed statement with the log."""
    claimed = statement.predicate
    due = predicate(judgement, claimed.configuration)
    for name in ("result", "verdict", "passed_tests", "warned_tests", "failed_tests"):
        if getattr(claimed, name) != getattr(due, name):
            what = name.replace("_", " ")
            found.problems.append(f"the {what} of the signed statement are not those of the log")


def _time_stamp(
    seals: dict[str, bytes], authorities: Path | None, found: VerificationResult
) -> None:
    if TIME_STAMP not in seals:
        if authorities is not None:
            found.problems.append("the bundle has no time stamp")
        return
    stamped = ENVELOPE if ENVELOPE in seals else MANIFEST
    digest = hashlib.sha256(seals.get(stamped, b"")).hexdigest()
    try:
        stamp = read_time_stamp(seals[TIME_STAMP])
    except BundleError as error:
        found.problems.append(f"{TIME_STAMP}: {error}")
        return
    if stamp.sha256 != digest:
        found.problems.append(f"the time stamp is not over {stamped} of this bundle")
        return
    when = f"{stamp.time:%Y-%m-%d %H:%M:%S} UTC"
    if authorities is None:
        found.facts.append(
            f"A time stamp says that {stamped} existed on {when}. Its authority was not checked: "
            "give certificates with --tsa-ca."
        )
        return
    problem = vouched(seals[TIME_STAMP], digest, authorities)
    if problem:
        found.problems.append(f"the time stamp cannot be trusted: {problem}")
    else:
        found.facts.append(
            f"{stamped} existed on {when}: the certificates in {authorities} confirm its time."
        )
