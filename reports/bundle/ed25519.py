"""Ed25519 keys in PEM files, through the optional library `cryptography`."""

import base64
import hashlib
from types import ModuleType

from atverdict.reports.bundle.archive import BundleError
from atverdict.reports.bundle.dsse import Signature

__all__ = ["check_ed25519", "fingerprint", "public_octets", "sign_ed25519"]


def _library() -> tuple[ModuleType, ModuleType]:
    try:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
    except ImportError as error:
        raise BundleError(
            "Ed25519 keys in PEM files need the extra: pip install 'atverdict[sign]'; "
            "OpenSSH keys need no more than ssh-keygen"
        ) from error
    return serialization, ed25519


def sign_ed25519(octets: bytes, key: bytes, passphrase: bytes | None) -> Signature:
    """Sign with a private key in PKCS #8. Raises `BundleError` for another key."""
    serialization, ed25519 = _library()
    try:
        locked = b"ENCRYPTED" in key
        private = serialization.load_pem_private_key(key, passphrase if locked else None)
    except TypeError as error:
        raise BundleError("the key has a passphrase, and none was given") from error
    except Exception as error:  # the library has exceptions of its own for foreign keys
        raise BundleError("this is no private key in PEM, or its passphrase is another") from error
    if not isinstance(private, ed25519.Ed25519PrivateKey):
        raise BundleError("the key is not an Ed25519 key")
    public = private.public_key().public_bytes_raw()
    signature = private.sign(octets)
    assert isinstance(public, bytes)
    assert isinstance(signature, bytes)
    return Signature(keyid=fingerprint(public), sig=signature, public_key=public)


def check_ed25519(octets: bytes, signature: Signature, public: bytes) -> bool:
    """Tell whether the signature is that of a public key."""
    _, ed25519 = _library()
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - an extra

    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature.sig, octets)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_octets(key: bytes) -> bytes:
    """Return the 32 octets of a public key in PEM. Raises `BundleError` for another key."""
    serialization, ed25519 = _library()
    try:
        public = serialization.load_pem_public_key(key)
    except Exception as error:  # the library has exceptions of its own for foreign keys
        raise BundleError("this is no public key in PEM") from error
    if not isinstance(public, ed25519.Ed25519PublicKey):
        raise BundleError("the key is not an Ed25519 key")
    octets = public.public_bytes_raw()
    assert isinstance(octets, bytes)
    return octets


def fingerprint(public: bytes) -> str:
    """Return a public key's fingerprint in the form of OpenSSH."""
    parts = (b"ssh-ed25519", public)
    wire = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    digest = base64.b64encode(hashlib.sha256(wire).digest()).decode("ascii")
    return f"SHA256:{digest.rstrip('=')}"
