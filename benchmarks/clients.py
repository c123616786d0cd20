"""Clients to compare: one that does the least that it must, and the suite."""

import contextlib
import os
import select
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import BinaryIO, cast

from atverdict.adapters.address import open_address
from atverdict.adapters.pco import Pco
from atverdict.conformance.campaign.session import Session
from atverdict.conformance.evidence.log import FORMAT, Header, LogWriter, Received, Sent, to_text
from atverdict.conformance.evidence.secrecy import Redactor
from atverdict.grammar.decoder import Decoder
from atverdict.grammar.message import Block, FinalResultCode
from atverdict.spec.model import Role

__all__ = [
    "RawExchange",
    "decoded_exchange",
    "log_on_disk",
    "logged_exchange",
    "raw_client",
    "suite_session",
]

_PATIENCE_S = 10.0
_READ_OCTETS = 65536

RawExchange = Callable[[bytes, int], bytes]
"""Send octets, and return as many octets as the answer is known to have."""


@contextlib.contextmanager
def raw_client(address: str) -> Iterator[RawExchange]:
    """Open an address with nothing but the operating system: the floor."""
    with contextlib.ExitStack() as cleanup:
        if address.startswith("socket://"):
            host, port = address.removeprefix("socket://").split(":")
            connection = cleanup.enter_context(socket.create_connection((host, int(port))))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            descriptor = connection.fileno()
        else:
            descriptor = os.open(address, os.O_RDWR | os.O_NOCTTY)
            cleanup.callback(os.close, descriptor)

        def exchange(command: bytes, count: int) -> bytes:
            os.write(descriptor, command)
            answer = b""
            while len(answer) < count:
                if not select.select((descriptor,), (), (), _PATIENCE_S)[0]:
                    raise TimeoutError
                answer += os.read(descriptor, _READ_OCTETS)
            return answer

        yield exchange


def logged_exchange(exchange: RawExchange, log: LogWriter, command: bytes, count: int) -> bytes:
    """Exchange without the suite, but write the log: anything less is no evidence."""
    answer = exchange(command, count)
    log.write(Sent(t=perf_counter(), octets=to_text(command)))
    log.write(Received(t=perf_counter(), octets=to_text(answer)))
    return answer


def decoded_exchange(pco: Pco, decoder: Decoder, command: bytes) -> int:
    """Exchange through port and grammar alone; return the number of octets of the block."""
    pco.write(command)
    decoder.sent(command)
    count = 0
    while True:
        reception = pco.read(pco.now() + _PATIENCE_S)
        if reception is None:
            raise TimeoutError
        for decoded in decoder.feed(reception.octets):
            if isinstance(decoded.message, Block):
                count += len(decoded.message.octets)
            if isinstance(decoded.message, FinalResultCode):
                return count


@contextlib.contextmanager
def log_on_disk() -> Iterator[LogWriter]:
    """Open a conformance log as a run does: every record goes to the operating system at once."""
    with TemporaryDirectory() as folder, (Path(folder) / "log.jsonl").open("wb", 0) as stream:
        yield LogWriter(cast("BinaryIO", stream))


@contextlib.contextmanager
def suite_session(address: str) -> Iterator[Session]:
    """Open an address as a run does: port, session, and the log on disk."""
    with contextlib.ExitStack() as cleanup:
        log = cleanup.enter_context(log_on_disk())
        pco = open_address(address)[0]
        cleanup.callback(pco.close)
        session = Session(pco, None, log, Redactor(()))
        log.write(
            Header(
                format=FORMAT,
                suite_version="benchmark",
                specification="",
                profile="cellular-2025",
                role=Role.MODULE,
                address=address,
                transport=pco.transport,
                opened_at="",
            )
        )
        yield session
