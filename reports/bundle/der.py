"""DER elements, as far as a time stamp needs them."""

from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["INTEGER", "OCTETS", "SEQUENCE", "DerError", "Element", "element", "elements", "first"]

BOOLEAN = 0x01
INTEGER = 0x02
OCTETS = 0x04
NULL = 0x05
IDENTIFIER = 0x06
TIME = 0x18
SEQUENCE = 0x30


class DerError(Exception):
    """Octets that are no DER."""


class Element(NamedTuple):
    """A tag and its content."""

    tag: int
    content: bytes


def element(tag: int, *contents: bytes) -> bytes:
    """Return the octets of an element."""
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def elements(octets: bytes) -> Iterator[Element]:
    """Yield the elements of a sequence. Raises `DerError`."""
    position = 0
    while position < len(octets):
        header = octets[position : position + 2]
        if len(header) < 2:
            raise DerError("it ends within an element")
        tag, length = header
        position += 2
        if length & 0x80:
            count = length & 0x7F
            length = int.from_bytes(octets[position : position + count], "big")
            position += count
            if not 0 < count <= 4:
                raise DerError("an element has no definite length")
        if position + length > len(octets):
            raise DerError("it ends within an element")
        yield Element(tag, octets[position : position + length])
        position += length


def first(octets: bytes, *tags: int) -> bytes:
    """Return what is in the first element, in the first of that, and so on; the tags must fit.

    Raises `DerError`.
    """
    for tag in tags:
        found = next(elements(octets), None)
        if found is None or found.tag != tag:
            raise DerError("an element is of another kind")
        octets = found.content
    return octets
