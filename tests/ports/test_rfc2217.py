"""A port behind RFC 2217: pyserial's own server half, with a line that gives back what it gets."""

import socket
from threading import Thread

import pytest
import serial
from serial.rfc2217 import PortManager

from atverdict.adapters.address import open_address
from atverdict.adapters.pco import PcoClosed

PATIENCE_S = 10.0


class Answers:
    """The server's way to its client, as pyserial's port manager wants it."""

    def __init__(self, client: socket.socket) -> None:
        """Answer this client."""
        self.client = client

    def write(self, octets: bytes) -> None:
        """Send octets as they are."""
        self.client.sendall(octets)


def serve(listener: socket.socket) -> None:
    """Give back what one client sends, until it sends CTRL-Z."""
    client, _ = listener.accept()
    with client, serial.serial_for_url("loop://", timeout=0) as line:
        manager = PortManager(line, Answers(client), None)  # type: ignore[arg-type]  # as in pyserial's own server example
        while received := client.recv(4096):
            octets = b"".join(manager.filter(received))
            if b"\x1a" in octets:
                break
            client.sendall(b"".join(manager.escape(octets)))


def test_octets_pass_and_the_end_is_seen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, args=(listener,))
        thread.start()
        port, control = open_address(f"rfc2217://127.0.0.1:{listener.getsockname()[1]}")
        assert (port.transport, control) == ("url", None)
        sent = bytes(range(32, 256))
        port.write(sent)
        octets = b""
        while len(octets) < len(sent):
            reception = port.read(port.now() + PATIENCE_S)
            assert reception is not None
            octets += reception.octets
        assert octets == sent
        port.write(b"\x1a")
        with pytest.raises(PcoClosed):
            port.read(port.now() + PATIENCE_S)
        port.close()
        thread.join()
