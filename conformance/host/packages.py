"""The packages that a host is offered: one that spells nothing, and others that mislead."""

__all__ = ["events_package", "large_package", "plain_package", "spelling_package"]

SIZE_OCTETS = 3000
_BLOCK_OCTETS = 1024
_ANSWERS = (
    *(b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\n+QIOTOTARD: 0,16\r\n", b"\r\n\r\n", b"\n\n\r\r"),
    *(b"\x00\x00", b"\x11\x13", b"\x1a\x1b", b"\xff\xff", b"+++", b"> "),
)
_EVENTS = (
    b"\r\n+QIOTEVT: 7,10706\r\n",
    b"\r\n+QIOTEVT: 7,10704\r\n",
    b'\r\n+QIOTEVT: 7,10700,"STM32","","9_9_9",0,-200,1\r\n',
    b"\r\n+QIOTEVT: 7,10705\r\n",
    b'\r\n+QIOTEVT: 7,10703,"STM32",3000,0,3000\r\n',
    b"\r\nRDY\r\n",
)


def plain_package(size_octets: int = SIZE_OCTETS) -> bytes:
    """Return letters alone."""
    return bytes(0x61 + (index * 7 + index // 26) % 26 for index in range(size_octets))


def large_package() -> bytes:
    """Return a package of more octets than two octets can count."""
    return plain_package(70_000)


def spelling_package() -> bytes:
    """Return a package that spells answers and holds octets that terminals take for their own."""
    return _spelled(_ANSWERS)


def events_package() -> bytes:
    """Return a package that spells events."""
    return _spelled(_EVENTS)


def _spelled(texts: tuple[bytes, ...]) -> bytes:
    """Put texts into a plain package, within blocks and across their ends."""
    package = bytearray(plain_package())
    for index, text in enumerate(texts):
        start = 40 + index * (SIZE_OCTETS - 200) // len(texts)
        package[start : start + len(text)] = text
    across = _BLOCK_OCTETS - len(texts[0]) // 2
    package[across : across + len(texts[0])] = texts[0]
    package[-len(texts[0]) :] = texts[0]
    return bytes(package)
