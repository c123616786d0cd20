"""The envelope of a signed statement: DSSE, version 1."""

import msgspec

from atverdict.reports.bundle.archive import BundleError
from atverdict.reports.bundle.statement import PAYLOAD_TYPE

__all__ = ["ENVELOPE", "ENVELOPE_OCTETS", "Envelope", "Signature", "enveloped", "read_envelope"]

ENVELOPE = "statement.dsse.json"
ENVELOPE_OCTETS = 4 << 20
"""A longer envelope is none."""


class Signature(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One signature."""

    keyid: str
    """The fingerprint as OpenSSH shows it."""
    sig: bytes
    """Of Ed25519: its 64 octets. Of OpenSSH: the octets of its signature file."""
    public_key: bytes = b""
    """Of Ed25519: what checks the signature; it says nothing about whose it is."""


class Envelope(msgspec.Struct, frozen=True, rename="camel"):
    """A payload and who signed it."""

    payload: bytes
    payload_type: str
    signatures: list[Signature]

    @property
    def signed(self) -> bytes:
        """The octets that the signature is over: type and payload, each behind its length."""
        kind = self.payload_type.encode()
        return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(self.payload), self.payload)


def enveloped(payload: bytes) -> Envelope:
    """Return an envelope that nobody has signed yet."""
    return Envelope(payload, PAYLOAD_TYPE, [])


def read_envelope(octets: bytes) -> Envelope:
    """Read an envelope with one signature. Raises `BundleError` for any other."""
    try:
        envelope = msgspec.json.decode(octets, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(f"{ENVELOPE} is no DSSE envelope: {error}") from error
    if envelope.payload_type != PAYLOAD_TYPE or len(envelope.signatures) != 1:
        raise BundleError(f"{ENVELOPE} is not one statement with one signature")
    return envelope
