"""Hosts and go-betweens that others wrote complete a flow with the served simulator.

Tried with chat of ppp 2.4.9, ser2net 4.3.11 and pyserial 3.5, of Debian 12 and PyPI; what a run
had is in its JUnit report.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.simulate_process import PATIENCE_S, simulating

from atverdict.adapters.simulator.platform.built_in_package import built_in_package

CHAT = "/usr/sbin/chat"
SER2NET = "/usr/sbin/ser2net"
Record = Callable[[str, object], None]


def _needed(program: str, package: str, record_property: Record) -> str:
    found = shutil.which(program)
    assert found is not None, f"this test needs {program}: install the package {package}"
    command = ["dpkg-query", "--show", package]
    version = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    record_property("peer", version or package)
    return found


def _upgraded(address: str, folder: Path) -> None:
    """Let the host of pyserial take the whole package."""
    script = Path(__file__).parents[1] / "support" / "serial_host.py"
    package = folder / "received.bin"
    command = [sys.executable, "-W", "ignore::DeprecationWarning", script, address, package]
    host = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S * 2, check=False
    )
    assert (host.returncode, host.stderr) == (0, "")
    assert host.stdout.startswith("pyserial 3.")
    assert package.read_bytes() == built_in_package(1)


def test_chat_goes_as_far_as_the_package(tmp_path: Path, record_property: Record) -> None:
    chat = _needed(CHAT, "ppp", record_property)
    script = [
        *("ABORT", "ERROR", "", "AT", "OK", "AT+QIOTREG=1", "3,10200"),
        *('AT+QIOTMCUVER="STM32","1_0_0"', "OK", "AT+QIOTOTAREQ=0", "7,10700"),
        *("AT+QIOTUPDATE=1", "7,10703"),
    ]
    link = tmp_path / "modem"
    with simulating(tmp_path, "--pty", str(link)) as (served,):
        line = os.open(served.address, os.O_RDWR | os.O_NOCTTY)
        try:
            command = [chat, "-s", "-S", "-v", "-t", "10", *script]
            ended = subprocess.run(
                command, stdin=line, stdout=line, stderr=subprocess.PIPE, check=False
            )
        finally:
            os.close(line)
        assert ended.returncode == 0, ended.stderr
        assert b"+QIOTEVT: 7,10700" in ended.stderr
    assert not link.is_symlink()


def test_chat_aborts_at_an_error(tmp_path: Path, record_property: Record) -> None:
    chat = _needed(CHAT, "ppp", record_property)
    with simulating(tmp_path, "--pty", "modem") as (served,):
        line = os.open(tmp_path / served.address, os.O_RDWR | os.O_NOCTTY)
        try:
            command = [chat, "-t", "10", "ABORT", "ERROR", "", "AT+QIOTUPDATE=1", "OK"]
            ended = subprocess.run(command, stdin=line, stdout=line, check=False)
        finally:
            os.close(line)
        assert ended.returncode == 4


@pytest.mark.parametrize("kind", ["--pty", "--tcp", "--rfc2217"])
def test_a_host_of_pyserial_takes_the_package(kind: str, tmp_path: Path) -> None:
    place = str(tmp_path / "modem") if kind == "--pty" else "0"
    with simulating(tmp_path, kind, place) as (served,):
        _upgraded(served.address, tmp_path)


@contextlib.contextmanager
def _ser2net(program: str, folder: Path, accepter: str, device: str) -> Iterator[int]:
    """Put ser2net in front of a device; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    configuration = folder / "ser2net.yaml"
    configuration.write_text(
        "connection: &modem\n"
        f"  accepter: {accepter.format(port=port)}\n"
        f"  connector: serialdev,{device},115200n81,local\n"
    )
    process = subprocess.Popen(
        [program, "-n", "-c", str(configuration)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _listens(port):
            assert process.poll() is None
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _listens(port: int) -> bool:
    """Tell whether somebody listens, without connecting: ser2net takes one client at a time."""
    table = Path("/proc/net/tcp").read_text(encoding="ascii")
    return f"0100007F:{port:04X} 00000000:0000 0A" in table


@pytest.mark.parametrize(
    ("accepter", "scheme"),
    [
        ("tcp,127.0.0.1,{port}", "socket"),
        ("telnet(rfc2217),tcp,127.0.0.1,{port}", "rfc2217"),
    ],
)
def test_ser2net_stands_between(
    accepter: str, scheme: str, tmp_path: Path, record_property: Record
) -> None:
    program = _needed(SER2NET, "ser2net", record_property)
    link = tmp_path / "modem"
    with (
        simulating(tmp_path, "--pty", str(link)) as (served,),
        _ser2net(program, tmp_path, accepter, served.address) as port,
    ):
        suffix = "?ign_set_control" if scheme == "rfc2217" else ""
        _upgraded(f"{scheme}://127.0.0.1:{port}{suffix}", tmp_path)
