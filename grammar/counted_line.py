"""Counted data inside a line: octets that are data, whatever they spell."""

import re

__all__ = ["counted_octets"]

_NAME = re.compile(rb"\+QIOT(?:SUB)?EVT: ")
_KEY = rb'(?:"[^"\r\n]*"|[^",\r\n]*)'
_HEAD = re.compile(
    rb"\+QIOT(?:EVT: |SUBEVT: " + _KEY + rb"," + _KEY + rb",)5,10212,[^,\r\n]*,([0-9]{1,7}),"
)
"""``5,10212,<pkgId>,<length>,<data>``, of a device or of a sub-device."""


def counted_octets(stream: bytes | bytearray, start: int) -> int | None:
    """Return how many octets a line that begins at `start` has before its end, data included.

    None where the line is no such line, or too little of it is there to tell.

    Spec: E-23, D25C/EVT.
    """
    if not _NAME.match(stream, start):
        return None
    head = _HEAD.match(stream, start)
    return head.end() - start + int(head[1]) if head else None
