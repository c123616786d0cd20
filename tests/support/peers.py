"""Small peers that are no module: they answer on a real TCP port or pty of this machine.

    with peer("mute") as address: ...

None of them sleeps or asks the time; each blocks until octets arrive or its block ends.
"""

import contextlib
import os
import random
import select
import socket
import tty
from collections.abc import Callable, Iterator, Mapping
from threading import Thread

__all__ = ["KINDS", "Answer", "peer", "pty_peer", "scripted"]

Answer = Callable[[bytes], bytes]
"""Octets that a client sent to octets that it gets; called with nothing when it connects."""

KINDS = ("absent", "mute", "echo", "ok", "error", "noise")
"""The six peers that prove nothing."""

_READ_OCTETS = 65536
_NOISE_OCTETS = 64


def scripted(answers: Mapping[bytes, bytes]) -> Answer:
    """Answer each command line (without its CR) as the table says, and any other with ERROR."""
    pending = bytearray()

    def answer(octets: bytes) -> bytes:
        pending.extend(octets)
        *lines, rest = bytes(pending).split(b"\r")
        pending[:] = rest
        return b"".join(answers.get(line.strip(b"\n"), b"\r\nERROR\r\n") for line in lines)

    return answer


BASIC = {
    b"AT": b"\r\nOK\r\n",
    b"AT+CMEE=0": b"\r\nOK\r\n",
    b"AT+QIOTSTATE?": b"\r\n+QIOTSTATE: 0\r\n\r\nOK\r\n",
    b"AT+QIOTREG=?": b"\r\n+QIOTREG: (0-2)\r\n\r\nOK\r\n",
    b"AT+QIOTREG?": b"\r\n+QIOTREG: 0\r\n\r\nOK\r\n",
}
"""What the basic interconnection test asks, and how a module answers it."""


def falls_silent(answers: dict[bytes, bytes]) -> Answer:
    """Answer what the table knows, and nothing from the first other command line on."""
    pending = bytearray()
    silent = False

    def answer(octets: bytes) -> bytes:
        nonlocal silent
        pending.extend(octets)
        *lines, rest = bytes(pending).split(b"\r")
        pending[:] = rest
        said = b""
        for line in lines:
            silent = silent or line not in answers
            said += b"" if silent else answers[line]
        return said

    return answer


def _constant(final: bytes) -> Answer:
    return lambda octets: final * octets.count(b"\r")


def _noise(seed: int) -> Answer:
    dice = random.Random(seed)
    return lambda octets: dice.randbytes(_NOISE_OCTETS * (1 + len(octets)))


def _answer(kind: str | Answer, seed: int) -> Answer:
    if callable(kind):
        return kind
    answers: dict[str, Answer] = {
        "mute": lambda _: b"",
        "echo": bytes,
        "ok": _constant(b"\r\nOK\r\n"),
        "error": _constant(b"\r\nERROR\r\n"),
        "noise": _noise(seed),
    }
    return answers[kind]


@contextlib.contextmanager
def peer(kind: str | Answer, *, seed: int = 1, chunk_octets: int = _READ_OCTETS) -> Iterator[str]:
    """Serve ``socket://127.0.0.1:PORT`` inside a block, one client at a time; yield the address.

    `kind` is one of `KINDS` or an answer of your own. `chunk_octets` limits each send.
    The port of an absent peer is reserved, but nobody listens on it.
    """
    with contextlib.ExitStack() as cleanup:
        listener = cleanup.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        address = f"socket://127.0.0.1:{listener.getsockname()[1]}"
        if kind != "absent":
            listener.listen()
            stop, said = socket.socketpair()
            cleanup.enter_context(stop)
            cleanup.enter_context(said)
            arguments = (listener, stop, _answer(kind, seed), chunk_octets)
            thread = Thread(target=_serve, args=arguments)
            thread.start()
            cleanup.callback(thread.join)
            cleanup.callback(said.send, b".")
        yield address


def _serve(listener: socket.socket, stop: socket.socket, answer: Answer, chunk_octets: int) -> None:
    while _readable(listener.fileno(), stop):
        client, _ = listener.accept()
        with client, contextlib.suppress(ConnectionError):
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.settimeout(0.0)
            octets = b"."
            reply = answer(b"")
            while octets:
                _send(client.fileno(), stop, reply, chunk_octets)
                if not _readable(client.fileno(), stop):
                    return
                octets = client.recv(_READ_OCTETS)
                reply = answer(octets)


@contextlib.contextmanager
def pty_peer(kind: str | Answer, *, seed: int = 1) -> Iterator[str]:
    """Serve a pty inside a block and yield the path of its slave; clients may come and go."""
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    stop, said = socket.socketpair()
    thread = Thread(target=_serve_pty, args=(master, stop, _answer(kind, seed)))
    thread.start()
    try:
        yield os.ttyname(slave)
    finally:
        said.send(b".")
        thread.join()
        for end in (stop, said):
            end.close()
        os.close(master)
        os.close(slave)


def _serve_pty(master: int, stop: socket.socket, answer: Answer) -> None:
    reply = answer(b"")
    while True:
        _send(master, stop, reply, _READ_OCTETS)
        if not _readable(master, stop):
            return
        reply = answer(os.read(master, _READ_OCTETS))


def _readable(descriptor: int, stop: socket.socket) -> bool:
    """Wait for octets; False when the block has ended."""
    return stop.fileno() not in select.select([descriptor, stop.fileno()], [], [])[0]


def _send(descriptor: int, stop: socket.socket, octets: bytes, chunk_octets: int) -> None:
    """Send everything in chunks, unless the block ends before there is room for it."""
    while octets:
        ended, writable, _ = select.select([stop.fileno()], [descriptor], [])
        if ended:
            return
        if writable:
            octets = octets[os.write(descriptor, octets[:chunk_octets]) :]
