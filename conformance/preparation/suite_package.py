"""The suite's own package: every octet value, and text that misleads careless software."""

import random

__all__ = ["SIZE_OCTETS", "suite_package"]

SIZE_OCTETS = 27_954
"""The size of the package in the founding document: 27 blocks of 1,024 octets and one of 306."""

_SEED = "atverdict package 1"
_BLOCK_OCTETS = 1024
_SPELLINGS = (
    b"\r\nOK\r\n",
    b"\r\nERROR\r\n",
    b"\r\n+QIOTEVT: 7,10706\r\n",
    b"\r\n+QIOTOTARD: 1024,1024\r\n",
    b"\r\n\r\n",
    b"\n\n\r\r",
    b"\x00\x00\x00\x00",
    b"\x11\x13\x11\x13",
    b"\x1a\x1a\x1b\x1b",
    b"\xff\xff\xff\xff",
    b"+++",
    b"> ",
)


def suite_package(size_octets: int = SIZE_OCTETS) -> bytes:
    """Return a package of `size_octets`, always the same one.

    Spellings of answers, events and control characters stand within blocks and across their ends.

    Spec: SOTA-CMD-OTARD-009.
    """
    dice = random.Random(f"{_SEED} {size_octets}")  # noqa: S311 - the same package every time is the point
    package = bytearray(dice.randbytes(size_octets))
    package[: min(256, size_octets)] = bytes(
        (octet + size_octets) % 256 for octet in range(min(256, size_octets))
    )
    for number, spelling in enumerate(_SPELLINGS):
        within = (2 * number + 1) * _BLOCK_OCTETS + 300
        across = (2 * number + 2) * _BLOCK_OCTETS - len(spelling) // 2
        for start in (within, across):
            if start + len(spelling) <= size_octets:
                package[start : start + len(spelling)] = spelling
    return bytes(package)
