"""Faults of what was read: octets that change, octets that are obeyed, digests."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.host.dialogue import Dialogue
from atverdict.adapters.simulator.host.download import Download
from atverdict.adapters.simulator.host.events import AnnouncedPackage
from atverdict.adapters.simulator.host.reader import Reader, ReceivedBlock
from atverdict.adapters.simulator.host.verifier import Verifier

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-HST-009")
class DigestSkipped(Verifier):
    """Only the length of the package is compared."""

    def is_right(self, package: AnnouncedPackage, octets: bytes) -> bool:
        return len(octets) == package.size_octets


@CATALOGUE.breaks("SOTA-HST-009")
class Sha256Skipped(Verifier):
    """The SHA-256 is never looked at."""

    def has_sha256(self, package: AnnouncedPackage, octets: bytes) -> bool:
        del package, octets
        return True


@CATALOGUE.breaks("SOTA-HST-009")
class Md5SkippedBesideSha256(Verifier):
    """Where there is a SHA-256, the MD5 is not looked at."""

    def has_md5(self, package: AnnouncedPackage, octets: bytes) -> bool:
        return bool(package.sha256) or super().has_md5(package, octets)


@CATALOGUE.breaks("SOTA-HST-009")
class SecondMismatchBelieved(Verifier):
    """The second package with a wrong digest is taken for right."""

    mismatches = 0

    def is_right(self, package: AnnouncedPackage, octets: bytes) -> bool:
        right = super().is_right(package, octets)
        self.mismatches += not right
        return right or self.mismatches > 1


@CATALOGUE.breaks("SOTA-HST-017")
class CrlfLosesLf(Download):
    """CR LF in the package arrives as CR and a zero."""

    def keep(self, data: bytes) -> None:
        super().keep(data.replace(b"\r\n", b"\r\x00"))


@CATALOGUE.breaks("SOTA-HST-017")
class ZeroEndsBlock(Download):
    """From the first zero on a block is zero."""

    def keep(self, data: bytes) -> None:
        super().keep(data.partition(b"\x00")[0].ljust(len(data), b"\x00"))


@CATALOGUE.breaks("SOTA-HST-017")
class FlowControlSwallowed(Reader):
    """0x11 and 0x13 are taken for flow control."""

    def feed(self, octets: bytes) -> None:
        super().feed(octets.translate(None, b"\x11\x13"))


@CATALOGUE.breaks("SOTA-HST-017")
class SubstituteReplaced(Download):
    """0x1A arrives as a blank."""

    def keep(self, data: bytes) -> None:
        super().keep(data.replace(b"\x1a", b" "))


@CATALOGUE.breaks("SOTA-HST-017")
class SevenBits(Download):
    """The highest bit of every octet is lost."""

    def keep(self, data: bytes) -> None:
        super().keep(bytes(octet & 0x7F for octet in data))


@CATALOGUE.breaks("SOTA-HST-017")
class OkEndsBlock(Reader):
    """A line OK inside a block ends it."""

    def take_block(self, length: int) -> ReceivedBlock | None:
        block = super().take_block(length)
        if block is None or b"\r\nOK\r\n" not in block.data:
            return block
        return ReceivedBlock(block.start, block.data.partition(b"\r\nOK\r\n")[0])


class _Obedient(Dialogue):
    """Obeys lines inside the payload that begin as it likes."""

    obeyed: tuple[str, ...] = ()

    def take_block(self, block: ReceivedBlock) -> None:
        super().take_block(block)
        for line in block.data.decode("latin-1").split("\r\n"):
            if line.startswith(self.obeyed):
                self.heard(line)


@CATALOGUE.breaks("SOTA-HST-018")
class EventsInPayloadObeyed(_Obedient):
    """Every event inside the payload is obeyed."""

    obeyed = ("+QIOTEVT: ",)


@CATALOGUE.breaks("SOTA-HST-018")
class FailureInPayloadObeyed(_Obedient):
    """7,10706 inside the payload ends the upgrade."""

    obeyed = ("+QIOTEVT: 7,10706",)


@CATALOGUE.breaks("SOTA-HST-018")
class OfferInPayloadObeyed(_Obedient):
    """A new offer inside the payload begins a new upgrade."""

    obeyed = ("+QIOTEVT: 7,10700",)


@CATALOGUE.breaks("SOTA-HST-018")
class RestartInPayloadObeyed(_Obedient):
    """RDY inside the payload is taken for a restart of the module."""

    obeyed = ("RDY",)
