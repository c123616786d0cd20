"""Packages for a host: one that spells nothing, and others that mislead."""

from functools import lru_cache
from itertools import cycle

__all__ = ["LARGE_OCTETS", "PACKAGES", "package"]

SIZE_OCTETS = 5000
"""Five blocks of 1024 octets, the last of them short."""
LARGE_OCTETS = 70_000
"""More than 65,535: two octets cannot count them."""
WHOLE_BLOCKS = 3
_ANSWERS = (
    *(b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\n+QIOTOTARD: 0,16\r\n", b"\r\n\r\n", b"\n\n\r\r"),
    *(b"\x00\x00", b"\x11\x13", b"\x1a\x1b", b"\xff\xff", b"+++", b"> ", bytes(range(256))),
)
_EVENTS = (
    b"\r\n+QIOTEVT: 7,10706\r\n",
    b"\r\n+QIOTEVT: 7,10704\r\n",
    b'\r\n+QIOTEVT: 7,10700,"%b","","9_9_9",0,-200,1\r\n',
    b"\r\n+QIOTEVT: 7,10705\r\n",
    b'\r\n+QIOTEVT: 7,10703,"%b",5000,0,5000\r\n',
    b"\r\nRDY\r\n",
    b"\r\n+QIOTEVT: 2,10474\r\n",
    b'\r\n+QIND: "FOTA","END",0\r\n',
)
_DISTANCES = (37, 101, 211, 59, 400, 83)
"""Octets between two texts. For every length of a read, most texts stand whole in one block."""
PACKAGES = ("plain", "whole", "large", "answers", "events", "too large")
"""The names of packages that a scenario may ask for."""


@lru_cache(maxsize=4)
def package(name: str, component: str, block_octets: int, most_octets: int) -> bytes:
    """Return the octets of a package for a component; `block_octets` is what its host reads.

    The package ``whole`` ends where a block ends; every other one has a short rest. None has more
    than `most_octets`; one that is ``too large`` has just one more.
    """
    size_octets = min(SIZE_OCTETS, most_octets)
    match name:
        case "too large":
            return _letters(most_octets + 1)
        case "whole":
            return _letters(max(1, min(WHOLE_BLOCKS, most_octets // block_octets)) * block_octets)
        case "large":
            return _letters(_with_rest(LARGE_OCTETS, block_octets))
        case "answers":
            return _spelled(_ANSWERS, _with_rest(size_octets, block_octets))
        case "events":
            texts = (each.replace(b"%b", component.encode("latin-1")) for each in _EVENTS)
            return _spelled(tuple(texts), _with_rest(size_octets, block_octets))
        case _:
            return _letters(_with_rest(size_octets, block_octets))


def _with_rest(size_octets: int, block_octets: int) -> int:
    """Return a size whose last block is a short one, unless blocks are one octet long."""
    return max(1, size_octets - (size_octets % block_octets == 0))


def _letters(size_octets: int) -> bytes:
    return bytes(0x61 + (index * 7 + index // 26) % 26 for index in range(size_octets))


def _spelled(texts: tuple[bytes, ...], size_octets: int) -> bytes:
    """Put texts into letters, one after the other, again and again; one stands at the very end."""
    octets = bytearray(_letters(size_octets))
    distances, last = cycle(_DISTANCES), texts[0]
    start = next(distances)
    for text in cycle(texts):
        end = start + len(text)
        if end > size_octets - len(last):
            break
        octets[start:end] = text
        start = end + next(distances)
    octets[-len(last) :] = last
    return bytes(octets)
