"""The conversation of the benchmarks: commands, and the octets that answer them."""

import random
from functools import cache

__all__ = ["BLOCK_OCTETS", "OK", "SMALL_IMAGE_OCTETS", "answer", "image", "read_command", "starts"]

BLOCK_OCTETS = 1024
SMALL_IMAGE_OCTETS = 27954
OK = b"\r\nOK\r\n"


@cache
def image(size_octets: int) -> bytes:
    """Return a package of that size; always the same octets."""
    return random.Random(1).randbytes(size_octets)  # noqa: S311  reproducible, no secret


def starts(size_octets: int) -> range:
    """Return where the blocks of a package of that size start."""
    return range(0, size_octets, BLOCK_OCTETS)


def read_command(start: int) -> bytes:
    """Return the command line that reads the block at `start`, without its terminator."""
    return b"AT+QIOTOTARD=%d,%d" % (start, BLOCK_OCTETS)


def answer(size_octets: int, start: int) -> bytes:
    """Return what a module without echo answers to `read_command`."""
    block = image(size_octets)[start : start + BLOCK_OCTETS]
    return b"\r\n+QIOTOTARD: %d,%d\r\n%b\r\n" % (start, len(block), block) + OK
