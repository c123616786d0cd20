"""The built-in package: all octet values, and text that misleads careless readers."""

import random

__all__ = ["BUILT_IN_SIZE_OCTETS", "built_in_firmware", "built_in_package"]

BUILT_IN_SIZE_OCTETS = 27_954
"""The size of the package in the founding document."""

_NASTY = (
    b"\r\nOK\r\n",
    b"\r\nERROR\r\n",
    b"\r\n+QIOTEVT: 7,10706\r\n",
    b"\r\n+QIOTEVT: 7,10705\r\n",
    b"\r\n+QIOTOTARD: 0,1024\r\n",
    b"AT+QIOTUPDATE=3\r",
    b"\x11\x13\x1a\x1b\x00\xff\x00",
    b"\r\n\r\n\r\n",
    b"\r\r\n\n\r",
)
_BLOCK_OCTETS = 1024

FIRMWARE_SIZE_OCTETS = 698_000
"""The size of the module's package in the vendor's example."""


def built_in_package(seed: int) -> bytes:
    """Return 27,954 octets that depend on the seed alone.

    Misleading text stands inside blocks of 1024 octets and across their ends.
    """
    rng = random.Random(f"package {seed}")  # noqa: S311 - reproducible on purpose, no secret
    image = bytearray(rng.randbytes(BUILT_IN_SIZE_OCTETS))
    image[0:256] = bytes(range(256))
    for index, text in enumerate(_NASTY):
        inside = (2 * index + 1) * _BLOCK_OCTETS + 100
        across = (2 * index + 3) * _BLOCK_OCTETS - len(text) // 2
        image[inside : inside + len(text)] = text
        image[across : across + len(text)] = text
    image[-6:] = b"\r\nOK\r\n"
    return bytes(image)


def built_in_firmware() -> bytes:
    """Return 698,000 octets for the module itself; no host ever sees them."""
    return bytes(range(256)) * (FIRMWARE_SIZE_OCTETS // 256) + bytes(FIRMWARE_SIZE_OCTETS % 256)
