"""A process that answers as fast as Python can: all answers are made before the first question.

    python -m benchmarks.responder pty|tcp IMAGE_OCTETS

It prints the address where it answers and runs until it is ended.
"""

import contextlib
import os
import socket
import subprocess
import sys
import tty
from collections.abc import Iterator

import click

from benchmarks.conversation import OK, answer, read_command, starts

__all__ = ["responder"]

_READ_OCTETS = 65536


@contextlib.contextmanager
def responder(transport: str, *, image_octets: int) -> Iterator[str]:
    """Run one inside a block and yield its address."""
    command = [sys.executable, "-m", "benchmarks.responder", transport, str(image_octets)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  ourselves
        try:
            if process.stdout is None or not (line := process.stdout.readline()):
                raise RuntimeError("the responder did not start")
            yield line.strip()
        finally:
            process.terminate()


def _answer_all(descriptor: int, answers: dict[bytes, bytes]) -> None:
    rest = b""
    while octets := os.read(descriptor, _READ_OCTETS):
        *lines, rest = (rest + octets).split(b"\r")
        for line in lines:
            reply = memoryview(answers[line])
            while reply:
                reply = reply[os.write(descriptor, reply) :]


def _main(transport: str, image_octets: int) -> None:
    answers = {read_command(start): answer(image_octets, start) for start in starts(image_octets)}
    answers[b"AT"] = OK
    if transport == "pty":
        master, slave = os.openpty()
        tty.setraw(slave)
        click.echo(os.ttyname(slave))
        _answer_all(master, answers)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        click.echo(f"socket://127.0.0.1:{listener.getsockname()[1]}")
        while True:
            client, _ = listener.accept()
            with client:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _answer_all(client.fileno(), answers)


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
