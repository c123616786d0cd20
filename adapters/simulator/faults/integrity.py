"""Faults of the package as a whole: reused buffers, caches, pieces, digests of other octets."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.messages import Address
from atverdict.adapters.simulator.module.upgrade import Upgrade
from atverdict.adapters.simulator.module.wording import Block

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


class _Digests(Upgrade):
    """An upgrade whose 7,10701 is computed over something else."""

    def other(self, address: Address) -> Address:
        """Return the package that is digested."""
        return Address(
            address.component, address.target_version, address.content[: self.piece_size()]
        )


@CATALOGUE.breaks("SOTA-INT-001")
class TotalCountsTrailer(Upgrade):
    """7,10701 and 7,10703 count four octets of a trailer that cannot be read."""

    def start_line(self, address: Address) -> str:
        size = len(address.content)
        return super().start_line(address).replace(f",{size},", f",{size + 4},", 1)

    def piece_line(self) -> str:
        size, length = self.size_octets, self.piece_end - self.piece_start
        length += 4 * self.is_last_piece()
        start = self.piece_start
        return f'+QIOTEVT: 7,10703,"{self.component}",{size + 4},{start},{length}'


@CATALOGUE.breaks("SOTA-INT-009", piece_limit_octets="10000")
class Md5OfFirstPiece(_Digests):
    """The MD5 is that of the first piece."""

    def start_line(self, address: Address) -> str:
        return super().start_line(address).replace(address.md5, self.other(address).md5)


@CATALOGUE.breaks("SOTA-INT-003", piece_limit_octets="10000")
class Sha256OfFirstPiece(_Digests):
    """The SHA-256 is that of the first piece."""

    def start_line(self, address: Address) -> str:
        return super().start_line(address).replace(address.sha256, self.other(address).sha256)


@CATALOGUE.breaks("SOTA-INT-002")
class Md5OfTheLastPackage(Upgrade):
    """The MD5 is that of the package before, where there was another one."""

    before: Address | None = None

    def start_line(self, address: Address) -> str:
        shown, self.before = self.before or address, address
        return super().start_line(address).replace(address.md5, shown.md5)


@CATALOGUE.breaks("SOTA-INT-003")
class Sha256FromPreviousUpgrade(Upgrade):
    """From the second upgrade on the SHA-256 goes on counting where the first ended."""

    before = b""

    def start_line(self, address: Address) -> str:
        both = Address(address.component, address.target_version, self.before + address.content)
        self.before = address.content
        return super().start_line(address).replace(address.sha256, both.sha256)


@CATALOGUE.breaks("SOTA-INT-004", "SHOULD")
class CrcWithoutFinalInversion(Upgrade):
    """The CRC lacks its final inversion."""

    def start_line(self, address: Address) -> str:
        wrong = address.crc ^ 0xFFFF_FFFF
        return super().start_line(address).replace(f",{address.crc}", f",{wrong}")


@CATALOGUE.breaks("SOTA-INT-005")
class ReadsAcrossSectorsWrap(Upgrade):
    """A read that is not aligned and crosses 2048 goes on at the start of that sector."""

    def content(self, start: int, end: int) -> bytes:
        border = (start // 2048 + 1) * 2048
        if start % 1024 == 0 or end <= border:
            return super().content(start, end)
        sector = border - 2048
        return super().content(start, border) + super().content(sector, sector + end - border)


@CATALOGUE.breaks("SOTA-INT-006")
class SecondPackageEndsLikeTheFirst(Upgrade):
    """In the second upgrade the octets around 12,000 are left over from the buffer's last use."""

    upgrades = 0

    def address_arrived(self, address: Address) -> None:
        self.upgrades += 1
        super().address_arrived(address)

    def content(self, start: int, end: int) -> bytes:
        octets = super().content(start, end)
        if self.upgrades < 2 or not start <= 12_000 < end:
            return octets
        at = 12_000 - start
        return octets[:at] + bytes(octet ^ 0x55 for octet in octets[at : at + 8]) + octets[at + 8 :]


@CATALOGUE.breaks("SOTA-INT-006")
class SameFirstBlockForEver(Upgrade):
    """The first 64 octets of the first package are served for every later one."""

    first = b""

    def content(self, start: int, end: int) -> bytes:
        octets = super().content(start, end)
        if start == 0 and len(octets) >= 64:
            self.first = self.first or octets[:64]
            return self.first + octets[64:]
        return octets


@CATALOGUE.breaks("SOTA-INT-006", piece_limit_octets="10000")
class ThirdPieceShifted(Upgrade):
    """In the third piece all octets are shifted by one."""

    def content(self, start: int, end: int) -> bytes:
        third = self.piece_start == 2 * self.piece_size()
        return super().content(start - third, end - third)


@CATALOGUE.breaks("SOTA-INT-007")
class HexTextInLastBlock(Upgrade):
    """A block that ends the package is returned as hex text, half of it."""

    def content(self, start: int, end: int) -> bytes:
        octets = super().content(start, end)
        return octets.hex().encode()[: len(octets)] if end == self.size_octets else octets


@CATALOGUE.breaks("SOTA-INT-008", "SHOULD")
class OverlapReadsZeros(Upgrade):
    """The octets that the read before has returned are zero in a read that begins within them."""

    last_start = -1
    last_end = -1

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        if block is None or not block.length:
            return block
        overlap = self.last_end - start if self.last_start < start < self.last_end else 0
        self.last_start, self.last_end = start, start + block.length
        overlap = min(overlap, block.length)
        return Block(start, block.length, bytes(overlap) + block.data[overlap:])


@CATALOGUE.breaks("SOTA-CMD-OTARD-016", "SHOULD")
class RereadInvertsLastOctet(Upgrade):
    """A range that is read twice in a row has its last octet inverted the second time."""

    last: tuple[int, int] | None = None

    def read(self, start: int, length: int) -> Block | None:
        block = super().read(start, length)
        if block is None or not block.length:
            return block
        again = self.last == (start, length) and length > 1
        self.last = None if again else (start, length)
        if not again:
            return block
        return Block(start, block.length, block.data[:-1] + bytes([block.data[-1] ^ 0xFF]))


@CATALOGUE.breaks("SOTA-INT-009", piece_limit_octets="10000")
class StartAgainForEveryPiece(Upgrade):
    """7,10701 is printed again for every later piece, with the digest of the rest."""

    def announce_resumption(self) -> None:
        address = self.address
        if address is not None:
            rest = address.content[self.piece_start :]
            rest_address = Address(address.component, address.target_version, rest)
            line = self.start_line(address).replace(address.md5, rest_address.md5)
            self.emit(line)
        super().announce_resumption()


@CATALOGUE.breaks("SOTA-CMD-OTARD-020", piece_limit_octets="10000")
class OffsetsRelativeInThirdPiece(Upgrade):
    """From the third piece on a start counts from that of the piece."""

    def content(self, start: int, end: int) -> bytes:
        back = self.piece_start if self.piece_start >= 2 * self.piece_size() else 0
        return super().content(start - back, end - back)


@CATALOGUE.breaks("SOTA-CMD-OTARD-006", piece_limit_octets="10000")
class PieceOneOctetShort(Upgrade):
    """The last octet of every piece but the last cannot be read."""

    def read(self, start: int, length: int) -> Block | None:
        last = self.piece_end - 1
        if not self.is_last_piece() and start < last < start + length:
            length = last - start
        return super().read(start, length)
