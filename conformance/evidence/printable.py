"""Octets as a person can read them: ASCII as it is, everything else named."""

__all__ = ["around", "printable"]

_NAMES = {0x0D: "<CR>", 0x0A: "<LF>", 0x00: "<NUL>", 0x11: "<XON>", 0x13: "<XOFF>", 0x1A: "<SUB>"}
_TEXT = tuple(chr(o) if 0x20 <= o < 0x7F else _NAMES.get(o, f"<{o:02X}>") for o in range(256))


def printable(octets: bytes, limit: int = 120) -> str:
    """Show octets in ASCII; after `limit` of them only the number of the rest.

    The text has nothing that controls a terminal, a spreadsheet or a browser, but for `<` and `>`:
    they are escaped where HTML is written.
    """
    text = "".join(_TEXT[octet] for octet in octets[:limit])
    more = len(octets) - limit
    return f"{text} ... ({more} more octets)" if more > 0 else text


def around(octets: bytes, start: int, end: int) -> str:
    """Show the octets from `start` to `end`; an ellipsis marks each side that goes on."""
    first = max(0, start)
    before = "... " if first else ""
    after = " ..." if end < len(octets) else ""
    return f"{before}{printable(octets[first:end], end - first)}{after}"
