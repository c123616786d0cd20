"""The simulator in real time: on a pty and TCP, through clients that come and go, to its end."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.real_ports import PATIENCE_S, QUICK, serve_pty, serve_tcp, served

from atverdict.adapters.address import open_address
from atverdict.adapters.pco import AddressError, Pco, Reception
from atverdict.adapters.simulator.pco import build_simulator
from atverdict.adapters.simulator.served.station import Stop

OK = b"\r\nOK\r\n"


class SlowModule:
    """Answers each command line with OK 20 ms of virtual time later."""

    def __init__(self) -> None:
        """Start with nothing to answer."""
        self.now_s = 0.0
        self.due_s: list[float] = []
        self.arrived: list[Reception] = []

    def write(self, octets: bytes) -> None:
        """Receive command lines."""
        self.due_s += [self.now_s + 0.02] * octets.count(b"\r")

    def advance_to(self, instant_s: float) -> None:
        """Answer what is due."""
        while self.due_s and self.due_s[0] <= instant_s:
            self.arrived.append(Reception(OK, self.due_s.pop(0)))
        self.now_s = max(self.now_s, instant_s)

    def next_event_s(self) -> float | None:
        """Return when the next answer is due."""
        return self.due_s[0] if self.due_s else None

    def collect(self) -> list[Reception]:
        """Return the answers."""
        arrived, self.arrived = self.arrived, []
        return arrived


def exchange(port: Pco, command: bytes, answer: bytes) -> float:
    """Send a command, expect its answer, and return how long that took in seconds."""
    # Before the write: it returns when it is done, and the module may have begun by then.
    begun_s = instant_s = port.now()
    port.write(command)
    octets = b""
    while len(octets) < len(answer):
        reception = port.read(port.now() + PATIENCE_S)
        assert reception is not None
        octets += reception.octets
        instant_s = reception.instant_s
    assert octets == answer
    return instant_s - begun_s


def test_virtual_time_is_real_time_on_a_pty(tmp_path: Path) -> None:
    link = tmp_path / "modem"
    module = SlowModule()
    with served(lambda stop, announce: serve_pty(module, link, stop, announce)) as address:
        assert address == str(link)
        for _ in range(2):
            port, _ = open_address(address)
            assert exchange(port, b"AT\r", OK) >= 0.02
            assert exchange(port, b"AT\rAT\r", OK + OK) >= 0.02
            port.close()
    assert not link.is_symlink()


def test_tcp_serves_one_client_after_the_other() -> None:
    module = SlowModule()
    with served(lambda stop, announce: serve_tcp(module, 0, stop, announce)) as address:
        first, _ = open_address(address)
        assert exchange(first, b"AT\r", OK) >= 0.02
        second, _ = open_address(address)
        second.write(b"AT\r")
        assert first.read(first.now()) is None
        first.close()
        assert exchange(second, b"", OK) >= 0.0
        second.close()
        third, _ = open_address(address)
        assert exchange(third, b"AT\r", OK) >= 0.02
        third.close()


def test_a_file_in_the_way_of_the_link_stays(tmp_path: Path) -> None:
    link = tmp_path / "modem"
    link.write_text("precious", encoding="utf-8")
    with Stop() as stop, pytest.raises(AddressError, match="cannot be made"):
        serve_pty(SlowModule(), link, stop, print)
    assert link.read_text(encoding="utf-8") == "precious"


def test_a_link_that_leads_nowhere_is_replaced(tmp_path: Path) -> None:
    link = tmp_path / "modem"
    link.symlink_to(tmp_path / "gone")
    with served(lambda stop, announce: serve_pty(SlowModule(), link, stop, announce)):
        assert link.exists()


def test_a_tcp_port_in_use_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, Stop() as stop:
        port = taken.getsockname()[1]
        with pytest.raises(AddressError, match=f":{port} cannot be opened"):
            serve_tcp(SlowModule(), port, stop, print)


def heard(port: Pco, wanted: bytes) -> bytes:
    """Read until `wanted` and the octets behind it are there."""
    octets = b""
    while wanted not in octets or not octets.endswith(b"\r\n"):
        reception = port.read(port.now() + PATIENCE_S)
        assert reception is not None, octets
        octets += reception.octets
    return octets


def read_a_block(port: Pco) -> bytes:
    """Take the armed plan as far as its first block, and return that block."""
    exchange(port, b"AT\r", OK)
    for command, event in (
        (b"AT+QIOTREG=1\r", b"+QIOTEVT: 3,10200\r\n"),
        (b"AT+QIOTOTAREQ=0\r", b"+QIOTEVT: 7,10700"),
        (b"AT+QIOTUPDATE=1\r", b"+QIOTEVT: 7,10703"),
    ):
        if command.startswith(b"AT+QIOTOTAREQ"):
            exchange(port, b'AT+QIOTMCUVER="STM32","1_0_0"\r', OK)
        port.write(command)
        heard(port, event)
    port.write(b"AT+QIOTOTARD=0,1024\r")
    header = b"\r\n+QIOTOTARD: 0,1024\r\n"
    octets = b""
    while len(octets) < len(header) + 1024 + len(b"\r\n" + OK):
        reception = port.read(port.now() + PATIENCE_S)
        assert reception is not None, octets
        octets += reception.octets
    assert octets.startswith(header)
    assert octets.endswith(b"\r\n" + OK)
    return octets[len(header) :][:1024]


def test_the_simulator_offers_and_serves_a_package_in_real_time(tmp_path: Path) -> None:
    link = tmp_path / "modem"
    blocks = []
    for serve in (
        lambda stop, announce: serve_pty(build_simulator(QUICK), link, stop, announce),
        lambda stop, announce: serve_tcp(build_simulator(QUICK), 0, stop, announce),
    ):
        with served(serve) as address:
            port, _ = open_address(address)
            blocks.append(read_a_block(port))
            port.close()
    assert blocks[0] == blocks[1]
    assert len(set(blocks[0])) > 1


PROGRAM = """
import contextlib, signal, sys
from pathlib import Path
from atverdict.adapters.simulator.served.endpoint import PtyEndpoint
from atverdict.adapters.simulator.served.station import Station, Stop, serve

class Mute:
    def write(self, octets): pass
    def advance_to(self, instant_s): pass
    def next_event_s(self): return None
    def collect(self): return []

with Stop() as stop, stop.on_signals(signal.SIGINT, signal.SIGTERM):
    with contextlib.closing(PtyEndpoint(Path(sys.argv[1]))) as endpoint:
        print(endpoint.address, flush=True)
        serve([Station(Mute(), endpoint)], stop)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_removes_the_link(tmp_path: Path, number: signal.Signals) -> None:
    link = tmp_path / "modem"
    command = [sys.executable, "-c", PROGRAM, str(link)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().decode().strip() == str(link)
        assert link.is_symlink()
        process.send_signal(number)
        assert process.wait(PATIENCE_S) == 0
    assert not link.is_symlink()
