"""Real ports: a pty and TCP, whole and in single octets, lost and back, busy and missing."""

import errno
import os
import random
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
import serial
from serial.tools import list_ports
from support.peers import peer, pty_peer, scripted

from atverdict.adapters.pco import AbsentError, AddressError, Pco, PcoClosed
from atverdict.adapters.ports import descriptor_channel, port_users
from atverdict.adapters.ports.serial_port import SerialPort
from atverdict.adapters.ports.socket_port import SocketPort

PATIENCE_S = 10.0
OK = b"\r\nOK\r\n"


@dataclass
class Pty:
    """A pty whose two ends belong to the test."""

    master: int
    path: str


@pytest.fixture
def pty() -> Iterator[Pty]:
    master, slave = os.openpty()
    yield Pty(master, os.ttyname(slave))
    os.close(slave)
    os.close(master)


def received(pco: Pco, count: int) -> bytes:
    """Read until `count` octets are there or nothing comes for ten seconds."""
    octets = b""
    while len(octets) < count:
        reception = pco.read(pco.now() + PATIENCE_S)
        if reception is None:
            break
        octets += reception.octets
    return octets


def test_a_pty_carries_every_octet_value_both_ways(pty: Pty) -> None:
    everything = bytes(range(256))
    port = SerialPort(pty.path, baudrate=9600)
    handed_over_s = port.write(everything)
    assert os.read(pty.master, 1000) == everything
    os.write(pty.master, everything)
    assert received(port, 256) == everything
    assert (port.transport, port.baudrate) == ("pty", 9600)
    assert 0.0 <= handed_over_s <= port.now()
    port.close()


def test_an_instant_lies_between_the_calls_around_it(pty: Pty) -> None:
    port = SerialPort(pty.path, baudrate=115200)
    os.write(pty.master, OK)
    before_s = port.now()
    reception = port.read(before_s + PATIENCE_S)
    assert reception is not None
    assert before_s <= reception.instant_s <= port.now()
    port.close()


def test_silence_is_none_and_not_believed_too_early(pty: Pty) -> None:
    port = SerialPort(pty.path, baudrate=115200)
    until_s = port.now() + 0.02
    assert port.read(until_s) is None
    assert port.now() >= until_s
    assert port.read(0.0) is None
    port.close()


def test_an_instant_that_has_passed_asks_for_what_is_there() -> None:
    with peer(scripted({b"AT": OK})) as address:
        port = SocketPort(address, baudrate=115200)
        port.write(b"AT\r")
        first = port.read(port.now() + PATIENCE_S)
        assert first is not None
        assert first.octets == OK
        assert port.read(0.0) is None
        port.close()


def test_tcp_in_single_octets_loses_nothing() -> None:
    with peer(scripted({b"AT": OK * 100}), chunk_octets=1) as address:
        port = SocketPort(address, baudrate=115200)
        port.write(b"AT\r")
        assert received(port, len(OK) * 100) == OK * 100
        assert (port.transport, port.baudrate) == ("tcp", 115200)
        port.close()


def test_a_long_write_to_an_echoing_peer_does_not_lock_up() -> None:
    octets = random.Random(1).randbytes(1 << 22)
    with peer("echo") as address:
        port = SocketPort(address, baudrate=115200)
        port.write(octets)
        assert received(port, len(octets)) == octets
        port.close()


def test_a_long_write_to_an_echoing_pty_does_not_lock_up() -> None:
    octets = random.Random(1).randbytes(1 << 18)
    with pty_peer("echo") as path:
        port = SerialPort(path, baudrate=115200)
        port.write(octets)
        assert received(port, len(octets)) == octets
        port.close()


def test_a_port_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descriptor_channel, "_STALL_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = SocketPort(f"socket://127.0.0.1:{listener.getsockname()[1]}", baudrate=115200)
        with pytest.raises(PcoClosed, match="no octet"):
            port.write(bytes(1 << 26))
        port.close()


def test_the_end_comes_after_what_was_sent_before_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = SocketPort(f"socket://127.0.0.1:{listener.getsockname()[1]}", baudrate=115200)
        accepted, _ = listener.accept()
        accepted.sendall(OK)
        accepted.close()
        assert received(port, len(OK)) == OK
        for _ in range(2):
            with pytest.raises(PcoClosed, match="closed"):
                port.read(port.now() + PATIENCE_S)
        port.close()


def test_a_pty_that_ends_is_closed() -> None:
    master, slave = os.openpty()
    port = SerialPort(os.ttyname(slave), baudrate=115200)
    os.close(slave)
    os.close(master)
    with pytest.raises(PcoClosed):
        port.read(port.now() + PATIENCE_S)
    with pytest.raises(PcoClosed):
        port.write(b"AT\r")
    port.close()


def test_a_closed_port_says_so_and_closes_twice(pty: Pty) -> None:
    port = SerialPort(pty.path, baudrate=115200)
    port.close()
    port.close()
    with pytest.raises(PcoClosed, match="is not open"):
        port.read(0.0)


def test_tcp_comes_back() -> None:
    with peer(scripted({b"AT": OK})) as address:
        port = SocketPort(address, baudrate=115200)
        before_s, opened_at = port.now(), port.opened_at
        assert port.reopen(port.now() + PATIENCE_S)
        assert port.opened_at == opened_at
        port.write(b"AT\r")
        assert received(port, len(OK)) == OK
        assert port.now() >= before_s
        port.close()


def test_a_port_is_looked_for_where_it_is_by_then() -> None:
    with peer(lambda _: b"") as first, peer(lambda octets: OK if octets else b"") as second:
        port = SocketPort(first, baudrate=115200)
        port.follow(lambda: second)
        assert port.reopen(port.now())
        port.write(b"AT\r")
        assert received(port, len(OK)) == OK
        port.close()


def test_a_port_that_nobody_can_find_stays_lost() -> None:
    def find() -> str:
        raise AbsentError("it is not there now")

    with peer("mute") as address:
        port = SocketPort(address, baudrate=115200)
        port.follow(find)
        assert not port.reopen(port.now())


def test_a_serial_port_comes_back_behind_the_same_name(tmp_path: Path, pty: Pty) -> None:
    link = tmp_path / "modem"
    first_master, first_slave = os.openpty()
    link.symlink_to(os.ttyname(first_slave))
    port = SerialPort(str(link), baudrate=115200)
    os.close(first_slave)
    os.close(first_master)
    with pytest.raises(PcoClosed):
        port.read(port.now() + PATIENCE_S)
    link.unlink()
    assert not port.reopen(port.now() + 0.02)
    link.symlink_to(pty.path)
    assert port.reopen(port.now() + PATIENCE_S)
    os.write(pty.master, OK)
    assert received(port, len(OK)) == OK
    port.close()


def test_a_port_in_use_names_its_holder(pty: Pty) -> None:
    port = SerialPort(pty.path, baudrate=115200)
    with pytest.raises(AddressError, match=rf"in use by another process \(pid {os.getpid()}, "):
        SerialPort(pty.path, baudrate=115200)
    port.close()
    SerialPort(pty.path, baudrate=115200).close()


def test_a_port_that_another_process_reads_is_refused(
    pty: Pty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(port_users, "_PTYS", "/nowhere")
    monkeypatch.setattr(port_users, "_TTYS", Path("/nowhere"))
    monkeypatch.setattr(port_users, "openers", lambda _: (os.getppid(),))
    with pytest.raises(AddressError, match=rf"in use .*pid {os.getppid()}, "):
        SerialPort(pty.path, baudrate=115200)


def test_a_missing_port_names_those_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"/dev/ttyUSB{number}" for number in range(10)]
    ports = [SimpleNamespace(device=name, description="") for name in names]
    monkeypatch.setattr(list_ports, "comports", lambda: ports)
    with pytest.raises(
        AbsentError, match=r"does not exist; .*/ttyUSB0, .*/ttyUSB7 and 2 more; `atverdict ports`"
    ):
        SerialPort("/dev/no-such-port", baudrate=115200)


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("sim", "sim:, the simulator"),
        ("192.0.2.7:4000", "socket://192.0.2.7:4000"),
        (" /dev/ptmx ", "/dev/ptmx"),
        ("ptmx", "/dev/ptmx"),
    ],
)
def test_what_was_probably_meant_is_asked(address: str, meant: str) -> None:
    with pytest.raises(AbsentError, match=rf"does not exist; do you mean {re.escape(meant)}\? "):
        SerialPort(address, baudrate=115200)


def test_a_machine_without_ports_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_ports, "comports", list)
    with pytest.raises(AddressError, match="does not exist; this machine has no serial port"):
        SerialPort("/dev/no-such-port", baudrate=115200)


def test_a_file_is_no_serial_port(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    with pytest.raises(AddressError, match="is not a usable serial port, it is a file; `atverdict"):
        SerialPort(str(file), baudrate=115200)
    with pytest.raises(AddressError, match="is not a usable serial port, it is a folder; "):
        SerialPort(str(tmp_path), baudrate=115200)
    with pytest.raises(AddressError, match="serial port, it is another kind of device; "):
        SerialPort("/dev/null", baudrate=115200)


def test_the_process_that_has_a_file_open_is_found(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as file:
        command = [sys.executable, "-c", "input()"]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=file)
    with child:
        assert port_users.openers(str(path)) == (child.pid,)
        assert port_users.describe((child.pid,)).startswith(f"pid {child.pid}, ")
        child.communicate(b"\n")
    assert port_users.openers(str(path)) == ()


def test_nobody_listening_is_said() -> None:
    with peer("absent") as address, pytest.raises(AbsentError, match="nobody listens on port"):
        SocketPort(address, baudrate=115200)


def test_an_unknown_host_is_said() -> None:
    with pytest.raises(AddressError, match=r"the host 'no-such-host\.invalid' is not known"):
        SocketPort("socket://no-such-host.invalid:1", baudrate=115200)


@pytest.mark.parametrize(
    "address",
    [
        "socket://",
        "socket://host",
        "socket://host:0",
        "socket://host:65536",
        "socket://host:port",
        "socket://:7000",
        "socket://[::1:7000",
        "socket://host:7000/path",
        "socket://host:7000?logging=debug",
        "socket://user@host:7000",
    ],
)
def test_a_socket_url_that_is_wrong_is_one_sentence(address: str) -> None:
    with pytest.raises(AddressError, match=r"^socket://"):
        SocketPort(address, baudrate=115200)


def test_a_url_of_pyserial_is_polled() -> None:
    port = SerialPort("loop://", baudrate=115200)
    assert port.transport == "url"
    assert port.read(port.now()) is None
    port.write(b"AT\r")
    assert received(port, 3) == b"AT\r"
    assert port.reopen(port.now())
    port.close()


def test_a_url_behind_which_nobody_listens_is_an_absent_iut() -> None:
    with peer("absent") as address, pytest.raises(AbsentError, match="refused"):
        SerialPort(address.replace("socket", "rfc2217"), baudrate=115200)


@pytest.mark.parametrize("address", ["nosuch://host:1", "rfc2217://127.0.0.1:0"])
def test_a_url_that_pyserial_cannot_open_is_one_sentence(address: str) -> None:
    with pytest.raises(AddressError, match="cannot be opened"):
        SerialPort(address, baudrate=115200)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.EACCES, "no"), r"may not be opened by this user; it belongs to the group "),
        (OSError(errno.EBUSY, "busy"), r"is in use by another process$"),
        (OSError(errno.ENODEV, "gone"), r"does not exist; "),
        (OSError(errno.EIO, "broken"), r"is not a usable serial port \(.*broken\)"),
        (OSError(errno.EIO, os.strerror(errno.EIO)), r"is not .*, there is no device behind it"),
        (ValueError("bad speed"), r"is not a usable serial port \(bad speed\)"),
    ],
)
def test_every_refusal_of_the_system_is_one_sentence(
    error: Exception, sentence: str, pty: Pty, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(serial, "serial_for_url", refuse)
    monkeypatch.setattr(port_users, "openers", lambda _: ())
    with pytest.raises(AddressError, match=f"^{pty.path} {sentence}"):
        SerialPort(pty.path, baudrate=115200)
