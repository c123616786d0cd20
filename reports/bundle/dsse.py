"""The envelope of a signed statement: DSSE, version 1."""

import msgspec

from atverdict.reports.bundle.archive import BundleError, decoded
from atverdict.reports.bundle.statement import PAYLOAD_TYPE

__all__ = ["ENVELOPE", "ENVELOPE_OCTETS", "Envelope", "Signature", "enveloped", "read_envelope"]

ENVELOPE = "statement.dsse.json"
ENVELOPE_OCTETS = 4 << 20
"""The most octets of an envelope."""


class Signature(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A signature and the key that made it."""

    keyid: str
    """The fingerprint as OpenSSH shows it."""
    sig: bytes
    """Of Ed25519: its 64 octets. Of OpenSSH: the octets of its signature file."""
    public_key: bytes = b""
    """Of Ed25519: checks the signature; it does not tell who signed."""


class Envelope(msgspec.Struct, frozen=True, rename="camel"):
    """A payload and its signatures."""

    payload: bytes
    payload_type: str
    signatures: list[Signature]

    @property
    def signed(self) -> bytes:
        """The octets that are signed: type and payload, each behind its length."""
        kind = self.payload_type.encode()
        return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(self.payload), self.payload)


def enveloped(payload: bytes) -> Envelope:
    """Return an envelope without a signature."""
    return Envelope(payload, PAYLOAD_TYPE, [])


def read_envelope(octets: bytes) -> Envelope:
    """Read an envelope with one signature. Raises `BundleError` for any other."""
    envelope = decoded(octets, Envelope, f"{ENVELOPE} is no DSSE envelope")
    if envelope.payload_type != PAYLOAD_TYPE or len(envelope.signatures) != 1:
        raise BundleError(f"{ENVELOPE} is not one statement with one signature")
    return envelope
