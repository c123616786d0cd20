"""A package in blocks of 1,024 octets: the suite against the operating system and the line.

python -m benchmarks.download
"""

import contextlib
import functools
from collections.abc import Callable

from atverdict.adapters.address import open_address
from atverdict.adapters.pco import Pco
from atverdict.conformance.campaign.session import Session
from atverdict.grammar.decoder import Decoder
from benchmarks.clients import (
    RawExchange,
    decoded_exchange,
    log_on_disk,
    logged_exchange,
    raw_client,
    suite_session,
)
from benchmarks.conversation import SMALL_IMAGE_OCTETS, answer, read_command, starts
from benchmarks.measure import compare, show_machine, show_table
from benchmarks.responder import responder

_BAUDRATES = (115_200, 921_600, 3_000_000)
_BITS_PER_OCTET = 10
_SIZES = ((SMALL_IMAGE_OCTETS, 20, 15), (4 << 20, 1, 5))
"""Octets of the package, downloads a round, and rounds."""


def _raw(exchange: RawExchange, size: int) -> Callable[[], None]:
    turns = [(read_command(start) + b"\r", len(answer(size, start))) for start in starts(size)]

    def run() -> None:
        for command, count in turns:
            exchange(command, count)

    return run


def _decoded(pco: Pco, size: int) -> Callable[[], None]:
    decoder = Decoder()

    def run() -> None:
        commands = (read_command(start) + b"\r" for start in starts(size))
        _check(sum(decoded_exchange(pco, decoder, command) for command in commands), size)

    return run


def _session(session: Session, size: int) -> Callable[[], None]:
    def run() -> None:
        count = 0
        for start in starts(size):
            block = session.command(read_command(start), at_once=True).block
            count += len(block.octets) if block else 0
        _check(count, size)

    return run


def _check(count: int, size: int) -> None:
    if count != size:
        raise RuntimeError(f"{count} octets were read of {size}")


def _again(run: Callable[[], None], times: int) -> Callable[[], None]:
    def run_again() -> None:
        for _ in range(times):
            run()

    return run_again


def _logged(exchange: RawExchange, cleanup: contextlib.ExitStack) -> RawExchange:
    return functools.partial(logged_exchange, exchange, cleanup.enter_context(log_on_disk()))


def _rows(transport: str, size: int, times: int, rounds: int) -> list[list[str]]:
    with contextlib.ExitStack() as cleanup:
        addresses = [
            cleanup.enter_context(responder(transport, image_octets=size)) for _ in range(4)
        ]
        raw, plain = (cleanup.enter_context(raw_client(address)) for address in addresses[:2])
        pco = open_address(addresses[2])[0]
        cleanup.callback(pco.close)
        session = cleanup.enter_context(suite_session(addresses[3]))
        contestants = {
            "floor": _raw(raw, size),
            "floor and log": _raw(_logged(plain, cleanup), size),
            "port and grammar": _decoded(pco, size),
            "session and log": _session(session, size),
        }
        timings = compare(
            {name: _again(run, times) for name, run in contestants.items()}, rounds=rounds
        )
    blocks = len(starts(size)) * times
    return [
        [
            f"{transport}, {size:,} octets: {timing.name}",
            f"{timing.median_s / times:.4f}",
            f"{timing.median_s / blocks * 1e6:.0f}",
            f"{timing.ratio:.2f}",
        ]
        for timing in timings
    ]


def _line_s(size: int, baudrate: int) -> float:
    octets = sum(len(read_command(start)) + 1 + len(answer(size, start)) for start in starts(size))
    return octets * _BITS_PER_OCTET / baudrate


def main() -> None:
    """Measure and print."""
    show_machine()
    rows = [
        row
        for transport in ("pty", "tcp")
        for size, times, rounds in _SIZES
        for row in _rows(transport, size, times, rounds)
    ]
    show_table("Download", ["what", "s", "us a block", "ratio"], rows)
    line = [
        [f"{size:,} octets", *(f"{_line_s(size, baudrate):.3f}" for baudrate in _BAUDRATES)]
        for size, *_ in _SIZES
    ]
    columns = ["the same on a line, s", *(f"{baudrate:,} bit/s" for baudrate in _BAUDRATES)]
    show_table("What a line alone needs, command lines included", columns, line)


if __name__ == "__main__":
    main()
