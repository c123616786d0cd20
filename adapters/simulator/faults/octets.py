"""Faults of single octet values inside a block, such as zero, 0x1A, 0xFF and LF."""

from atverdict.adapters.simulator.fault import Catalogue
from atverdict.adapters.simulator.module.wording import CRLF, Block, Wording

__all__ = ["CATALOGUE"]

CATALOGUE = Catalogue()


@CATALOGUE.breaks("SOTA-CMD-OTARD-008")
class BlankBeforeData(Wording):
    """A blank stands between header and octets."""

    def block_data(self, block: Block) -> bytes:
        return b" " + block.data


@CATALOGUE.breaks("SOTA-CMD-OTARD-009")
class ZeroEndsData(Wording):
    """From the first zero on all octets of a block are zero."""

    def block_data(self, block: Block) -> bytes:
        before, zero, _ = block.data.partition(b"\x00")
        return before if not zero else before.ljust(block.length, b"\x00")


@CATALOGUE.breaks("SOTA-CMD-OTARD-009")
class ZeroBecomesBlank(Wording):
    """A zero arrives as a blank."""

    def block_data(self, block: Block) -> bytes:
        return block.data.replace(b"\x00", b" ")


@CATALOGUE.breaks("SOTA-CMD-OTARD-009")
class FfSwallowed(Wording):
    """0xFF is taken for the end of a file and does not arrive."""

    def block_data(self, block: Block) -> bytes:
        return block.data.replace(b"\xff", b"")


@CATALOGUE.breaks("SOTA-CMD-OTARD-009")
class SubstituteSwallowed(Wording):
    """0x1A does not arrive."""

    def block_data(self, block: Block) -> bytes:
        return block.data.replace(b"\x1a", b"")


@CATALOGUE.breaks("SOTA-CMD-OTARD-009")
class LfGainsCr(Wording):
    """An LF without CR gets one."""

    def block_data(self, block: Block) -> bytes:
        return block.data.replace(CRLF, b"\n").replace(b"\n", CRLF)
