"""The simulator behind real ports of this machine: a pty, and ser2net in front of a pty.

    with simulated_pty(folder) as link:
        with ser2net(link, folder, rfc2217=False, tuned=True) as address: ...

ser2net and the simulator run in real time; nothing here waits longer than for an answer.
"""

import contextlib
import queue
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

from support.campaigns import QUICK_TIMES, Finished, atverdict

from atverdict.adapters.simulator.pco import build_simulator
from atverdict.adapters.simulator.served.endpoint import Endpoint, PtyEndpoint
from atverdict.adapters.simulator.served.network_endpoint import TcpEndpoint
from atverdict.adapters.simulator.served.station import Simulated, Station, Stop, serve

__all__ = [
    "BLOCK",
    "PATIENCE_S",
    "SHORT",
    "Announce",
    "replayed",
    "ser2net",
    "serve_pty",
    "serve_tcp",
    "served",
    "simulated_pty",
]

Announce = Callable[[str], None]
"""Called with the address once it can be opened."""


PATIENCE_S = 10.0
SHORT = ("AT+QIOTSTATE?", "AT+QIOTREG?")
"""Command lines for a run that is over soon."""
BLOCK = (
    *("AT+QIOTREG=1", "!await 3,10200", 'AT+QIOTMCUVER="STM32","1_0_0"'),
    *("AT+QIOTOTAREQ=1", "!await 7,10700", "AT+QIOTUPDATE=1", "!await 7,10703"),
    "AT+QIOTOTARD=0,1024",
)
"""Command lines up to one full block."""
QUICK = {
    "plan": "armed",
    "echo": "no",
    "banner": "no",
    "boot_s": "0",
    "connect_s": "0.05",
    "offer_s": "0.05",
    "address_s": "0.05",
    "download_start_s": "0.05",
    "download_rate_octets_per_s": "10000000",
    "event_gap_s": "0.02",
}


def serve_pty(simulated: Simulated, link: Path, stop: Stop, announce: Announce) -> None:
    """Answer on a new pty, whose path `link` points to, until `stop`. Raises `AddressError`."""
    _serve(simulated, PtyEndpoint(link), stop, announce)


def serve_tcp(simulated: Simulated, port: int, stop: Stop, announce: Announce) -> None:
    """Answer on a TCP port until `stop`; 0 takes any free one. Raises `AddressError`."""
    _serve(simulated, TcpEndpoint(port), stop, announce)


def _serve(simulated: Simulated, endpoint: Endpoint, stop: Stop, announce: Announce) -> None:
    with contextlib.closing(endpoint):
        announce(endpoint.address)
        serve([Station(simulated, endpoint)], stop)


@contextlib.contextmanager
def served(server: Callable[[Stop, Announce], None]) -> Iterator[str]:
    """Run a server in a thread inside a block; yield the address that it announces."""
    announced: queue.Queue[str] = queue.Queue()
    with Stop() as stop:
        thread = Thread(target=server, args=(stop, announced.put))
        thread.start()
        try:
            yield announced.get(timeout=PATIENCE_S)
        finally:
            stop.say()
            thread.join()


@contextlib.contextmanager
def simulated_pty(folder: Path, *, name: str = "modem", **options: str) -> Iterator[str]:
    """Serve a module on a pty; yield its link, which has a name in `folder`."""
    module, link = build_simulator(QUICK | options), folder / name
    with served(lambda stop, announce: serve_pty(module, link, stop, announce)) as address:
        yield address


@contextlib.contextmanager
def ser2net(device: str, folder: Path, *, rfc2217: bool, tuned: bool) -> Iterator[str]:
    """Put ser2net in front of a device; yield the address.

    `tuned` is without Nagle's delay and without waiting for more octets; else its own settings.
    """
    program = shutil.which("ser2net", path="/usr/sbin:/usr/bin:/usr/local/sbin:/sbin")
    assert program is not None, "this test needs the program ser2net: install the package ser2net"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    tcp = f"tcp{'(nodelay=true)' if tuned else ''},127.0.0.1,{port}"
    telnet = "telnet(rfc2217=true)," if rfc2217 else ""
    options = "  options:\n    chardelay: false\n" if tuned else ""
    real = Path(device).resolve()
    written = folder / "ser2net.yaml"
    written.write_text(
        "connection: &modem\n"
        f"  accepter: {telnet}{tcp}\n"
        f"  connector: serialdev,{real},115200n81,local\n{options}"
    )
    command = [program, "-n", "-d", "-u", "-c", str(written), "-P", str(folder / "ser2net.pid")]
    with (folder / "ser2net.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_listening(port, process)
        yield (
            f"rfc2217://127.0.0.1:{port}?ign_set_control"
            if rfc2217
            else f"socket://127.0.0.1:{port}"
        )
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _wait_listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the kernel lists the port as listening: a trial connection would disturb it."""
    wanted = f"0100007F:{port:04X} 00000000:0000 0A"
    pause = Event()
    while wanted not in Path("/proc/net/tcp").read_text():
        assert process.poll() is None, "ser2net has ended"
        pause.wait(0.01)


def _pixit(folder: Path, *serial: str) -> Path:
    """Write a PIXIT with short times, and with a line where something is said of it."""
    lines = ["[serial]", *serial] if serial else []
    path = folder / "pixit.toml"
    path.write_text("\n".join(lines) + QUICK_TIMES.replace("0.1", "3.0"))
    return path


def replayed(
    folder: Path, address: str, lines: tuple[str, ...], *words: str, serial: tuple[str, ...] = ()
) -> Finished:
    """Run the basic interconnection test and some command lines against an address."""
    (folder / "lines.txt").write_text("\n".join(lines))
    told = ("--pixit", str(_pixit(folder, *serial)))
    return atverdict(folder, "run", "--iut", address, "--replay", "lines.txt", *told, *words)
