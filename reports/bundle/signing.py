"""Signatures on a statement: Ed25519 keys in PEM files, or keys of OpenSSH."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from atverdict.reports.bundle.archive import BundleError
from atverdict.reports.bundle.dsse import Envelope, Signature, enveloped
from atverdict.reports.bundle.ed25519 import check_ed25519, fingerprint, public_octets, sign_ed25519
from atverdict.reports.bundle.ssh_signature import ARMOUR, check_ssh, sign_ssh, signer_ssh

__all__ = ["Signer", "Trust", "check_signature", "signed"]

KEY_OCTETS = 1 << 16
"""The most octets of a key."""
_OPENSSH = (b"-----BEGIN OPENSSH PRIVATE KEY-----", b"ssh-", b"sk-ssh-", b"ecdsa-", b"sk-ecdsa-")


@dataclass(frozen=True, slots=True)
class Trust:
    """The signers who count: one key, or a file of allowed signers of OpenSSH, or none."""

    key: Path | None = None
    signers: Path | None = None

    @property
    def given(self) -> bool:
        """True where a key or a file of signers was given."""
        return self.key is not None or self.signers is not None


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signed, and what vouches for it."""

    fingerprint: str
    vouched_by: str
    """The file that names the signer; empty where none was given."""


def signed(payload: bytes, key: Path, passphrase: bytes | None) -> bytes:
    """Return the signed envelope of a payload. Raises `BundleError` for a key that cannot sign."""
    envelope = enveloped(payload)
    octets = _key(key)
    try:
        signature = (
            sign_ssh(envelope.signed, key)
            if octets.startswith(_OPENSSH)
            else sign_ed25519(envelope.signed, octets, passphrase)
        )
    except BundleError as error:
        raise BundleError(f"{key}: {error}") from error
    envelope.signatures.append(signature)
    return msgspec.json.format(msgspec.json.encode(envelope), indent=2) + b"\n"


def check_signature(envelope: Envelope, trust: Trust) -> Signer | str:
    """Return who signed an envelope, or a sentence why the signature does not count.

    Raises `BundleError` for a key that cannot be read.
    """
    (signature,) = envelope.signatures
    if signature.sig.startswith(ARMOUR):
        return _by_openssh(envelope, signature, trust)
    return _by_ed25519(envelope, signature, trust)


def _by_openssh(envelope: Envelope, signature: Signature, trust: Trust) -> Signer | str:
    signer = signer_ssh(envelope.signed, signature.sig)
    if not signer:
        return "the signature is not over this statement"
    if not trust.given:
        return Signer(signer, "")
    key = b""
    if trust.key is not None:
        key = _key(trust.key)
        if not key.startswith(_OPENSSH[1:]):
            return f"the signature is by the OpenSSH key {signer}, and {trust.key} is no such key"
    principal = check_ssh(envelope.signed, signature.sig, key=key, signers=trust.signers)
    if not principal:
        return f"the signature is by another key, {signer}, and not by {_named(trust)}"
    return Signer(signer, _named(trust) + (f" as {principal}" if trust.signers else ""))


def _by_ed25519(envelope: Envelope, signature: Signature, trust: Trust) -> Signer | str:
    if trust.signers is not None:
        return "the signature is by a key in PEM, which a file of allowed signers does not name"
    public = public_octets(_key(trust.key)) if trust.key is not None else signature.public_key
    if check_ed25519(envelope.signed, signature, public):
        return Signer(fingerprint(public), _named(trust))
    if public != signature.public_key:
        other = fingerprint(signature.public_key)
        if check_ed25519(envelope.signed, signature, signature.public_key):
            return f"the signature is by another key, {other}, and not by {_named(trust)}"
    return "the signature is not over this statement"


def _named(trust: Trust) -> str:
    return str(trust.key or trust.signers or "")


def _key(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            octets = stream.read(KEY_OCTETS)
    except OSError as error:
        raise BundleError(f"{path}: cannot be read: {error.strerror}") from error
    return octets.lstrip()
