"""Memory and time of `atverdict report` over the log of a large package.

python -m benchmarks.large_log
"""

import base64
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from atverdict.conformance.evidence.log import (
    FORMAT,
    Footer,
    Header,
    LogWriter,
    Package,
    Received,
    Record,
    Sent,
    to_text,
)
from atverdict.spec.loader import load_specification
from atverdict.spec.model import Role
from benchmarks.conversation import image
from benchmarks.measure import show_machine, show_table
from benchmarks.whole_run import run_program

_CASES = (
    (45 << 20, 1024, 1, False),
    (45 << 20, 4096, 1, False),
    (28 << 20, 1024, 1, True),
    (22 << 20, 4096, 2, False),
)
"""Octets of the package, octets of a block, how often it is read, whether the laboratory told it:
about 100 MB of log each."""
_BASIC = (
    ("AT", ""),
    ("AT+QIOTREG=?", "+QIOTREG: (0-2)"),
    ("AT+QIOTREG?", "+QIOTREG: 0"),
    ("AT+QIOTREG=1", ""),
    ('AT+QIOTMCUVER="STM32","1_0_0"', ""),
    ("AT+QIOTOTARD=?", "+QIOTOTARD: <start>,(1-4096)"),
    ("AT+QIOTOTAREQ=1", ""),
)
_ANSWER_S = 0.02
_PAUSE_S = 0.1


class _Log:
    """Instants for the records of a conversation."""

    def __init__(self) -> None:
        self._now_s = 0.0

    def asked(self, line: bytes, answer: bytes) -> Iterator[Record]:
        """Yield a command line and its answer."""
        self._now_s += _PAUSE_S
        yield Sent(self._now_s, to_text(line + b"\r"))
        yield from self.told(answer + b"\r\nOK\r\n")

    def told(self, octets: bytes) -> Iterator[Record]:
        """Yield the reception of octets."""
        self._now_s += _ANSWER_S
        yield Received(self._now_s, to_text(octets))

    def event(self, data: str) -> Iterator[Record]:
        """Yield an event of the upgrade."""
        self._now_s += _PAUSE_S
        yield from self.told(f"\r\n+QIOTEVT: 7,{data}\r\n".encode())

    def uploaded(self, package: bytes) -> Record:
        """Return the record of the uploaded package."""
        return Package(self._now_s, "STM32", base64.b64encode(package).decode("ascii"))

    def end(self) -> Record:
        """Return the footer."""
        return Footer(self._now_s, complete=True)


def _records(package: bytes, block_octets: int, times: int, *, told: bool) -> Iterator[Record]:
    """Yield the log of an upgrade that is read block by block."""
    yield Header(
        format=FORMAT,
        suite_version="0",
        specification=load_specification().digest,
        profile="cellular-2025",
        role=Role.MODULE,
        address="bench",
        transport="bench",
        opened_at="2026-01-01T00:00:00+00:00",
    )
    log, size = _Log(), len(package)
    for line, answer in _BASIC:
        yield from log.asked(line.encode(), f"\r\n{answer}\r\n".encode() if answer else b"")
        if line == "AT+QIOTREG=1":
            yield from log.told(b"\r\n+QIOTEVT: 2,10200\r\n\r\n+QIOTEVT: 3,10200\r\n")
    if told:
        yield log.uploaded(package)
    yield from log.event(f'10700,"STM32","1_0_0","2_0_0",30,-113,{size}')
    yield from log.asked(b"AT+QIOTUPDATE=1", b"")
    md5 = hashlib.md5(package, usedforsecurity=False).hexdigest()
    sha256 = hashlib.sha256(package).hexdigest()
    yield from log.event(f'10701,"STM32",{size},"{md5}",{zlib.crc32(package)},"{sha256}"')
    yield from log.event(f'10703,"STM32",{size},0,{size}')
    for start in [*range(0, size, block_octets)] * times:
        block = package[start : start + block_octets]
        answer = b"\r\n+QIOTOTARD: %d,%d\r\n%b\r\n" % (start, len(block), block)
        yield from log.asked(b"AT+QIOTOTARD=%d,%d" % (start, block_octets), answer)
    yield from log.asked(b"AT+QIOTUPDATE=3", b"")
    yield from log.event("10704")
    yield from log.asked(b'AT+QIOTMCUVER="STM32","2_0_0"', b"")
    yield from log.event("10705")
    yield log.end()


def _row(folder: Path, size: int, block_octets: int, times: int, *, told: bool) -> list[str]:
    path = folder / "conformance.log.jsonl"
    with path.open("wb", buffering=1 << 20) as stream:
        writer = LogWriter(stream)
        for record in _records(image(size), block_octets, times, told=told):
            writer.write(record)
    image.cache_clear()
    duration_s, memory_mb = run_program(["-m", "atverdict", "report", str(path)])
    what = f"{size / 1e6:.0f} MB in blocks of {block_octets:,}"
    what += ", read twice" * (times > 1) + ", uploaded" * told
    return [what, f"{path.stat().st_size / 1e6:.0f}", f"{duration_s:.1f}", f"{memory_mb:.0f}"]


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder:
        rows = [
            _row(Path(folder), size, block_octets, times, told=told)
            for size, block_octets, times, told in _CASES
        ]
    show_machine()
    columns = ["package", "log, MB", "s", "MB at most"]
    show_table("Reports of a large log", columns, rows)


if __name__ == "__main__":
    main()
