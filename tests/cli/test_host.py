"""`atverdict host`: what it stores, what it says, how it ends."""

import queue
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from support.campaigns import atverdict, atverdict_process
from support.real_ports import serve_tcp

from atverdict.adapters.simulator.pco import SimulatorPco, build_simulator
from atverdict.adapters.simulator.platform.built_in_package import built_in_package
from atverdict.adapters.simulator.served.station import Stop

ARMED = "sim:?plan=armed"
FAST_MODULE = {
    "plan": "armed",
    "latency_s": "0",
    "latency_jitter_s": "0",
    "event_gap_s": "0",
    "connect_s": "0",
    "offer_s": "0",
    "address_s": "0",
    "download_start_s": "0",
    "download_rate_octets_per_s": "100000000",
    "baudrate": "none",
    "max_length": "65535",
}
FAST_HOST = "block_octets=65535&decide_s=0&verify_s=0&flash_s=0&boot_s=0"


def test_an_upgrade_is_verified_stored_and_told(tmp_path: Path) -> None:
    shown = atverdict(tmp_path, "host", "--iut", ARMED, "--store", "new/store")
    assert shown.code == 0
    stored = tmp_path / "new" / "store"
    assert [path.name for path in stored.iterdir()] == ["STM32-2_0_0.bin"]
    assert (stored / "STM32-2_0_0.bin").read_bytes() == built_in_package(1)
    texts = [line.partition(" s  ")[2] for line in shown.err.splitlines()]
    assert texts == [
        "connecting",
        "connected",
        "offered: STM32 2_0_0",
        "the module downloads 27954 octets",
        "the package is verified",
        "stored as STM32-2_0_0.bin, 27954 octets",
        "writing the firmware",
        "restarting",
        "connected",
        "announcing STM32 2_0_0",
        "upgraded",
    ]


@pytest.mark.parametrize(
    ("iut", "arguments", "code", "last"),
    [
        (ARMED, ["--refuse"], 1, "the offer is refused"),
        (ARMED, ["--options", "battery_percent=29"], 1, "the offer is refused"),
        (ARMED, ["--stall", "read"], 1, "nothing has happened for 180 s"),
        (ARMED, ["--restart-at", "read"], 0, "upgraded"),
        (ARMED, ["--component", "ESP32"], 2, "nothing has happened for 180 s"),
        ("sim:", ["--patience", "30"], 2, "nothing has happened for 30 s"),
        (f"{ARMED}&fault=md5-of-another-file", [], 1, "another digest than announced"),
        (ARMED, ["--options", "fault=zero-ends-block"], 1, "another digest than announced"),
        (f"{ARMED}&unknown_command=silence&echo=no", ["--version", "0"], 0, "upgraded"),
    ],
)
def test_how_it_ends(iut: str, arguments: list[str], code: int, last: str, tmp_path: Path) -> None:
    shown = atverdict(tmp_path, "host", "--iut", iut, "--store", "store", *arguments)
    assert shown.code == code
    assert last in shown.err.splitlines()[-1]
    assert len(list((tmp_path / "store").iterdir())) == (code == 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--iut", "sim:"], "Missing option '--store'"),
        (["--iut", "nosuch:", "--store", "s"], "no known kind of address"),
        (["--iut", "sim:", "--store", "s", "--component", 'A"B'], "no component and no version"),
        (["--iut", "sim:", "--store", "s", "--version", ""], "no component and no version"),
        (["--iut", "sim:", "--store", "s", "--stall", "lunch"], "'lunch' is not one of"),
        (["--iut", "sim:", "--store", "s", "--options", "a=b"], "the host has no option 'a'"),
        (["--iut", "sim:", "--store", "s", "--options", "fault=b"], "the host has no fault 'b'"),
        (["--iut", "sim:", "--store", "file/s"], "Not a directory"),
    ],
)
def test_wrong_input_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    shown = atverdict(tmp_path, "host", *arguments)
    assert shown.code == 3
    assert sentence in shown.err
    assert "Traceback" not in shown.err


def test_where_nobody_listens_nothing_is_offered(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        shown = atverdict(tmp_path, "host", "--iut", f"socket://127.0.0.1:{port}", "--store", ".")
    assert shown.code == 2
    assert "nobody listens" in shown.err


def test_what_a_module_says_stays_in_the_store_and_off_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = build_simulator({"plan": "armed"})
    upgrade = simulator.module.upgrade
    offer = '+QIOTEVT: 7,10700,"STM32","","../../\x1b[31m evil",30,-113,5'
    monkeypatch.setattr(upgrade, "offer_line", lambda _component: offer)
    monkeypatch.setattr(upgrade, "is_target", lambda _version, _target: True)
    monkeypatch.setattr(
        "atverdict.cli.commands.host.open_address", lambda *_, **__: (SimulatorPco(simulator), None)
    )
    shown = atverdict(tmp_path, "host", "--iut", "sim:", "--store", "store")
    assert shown.code == 0
    stored = [path.relative_to(tmp_path) for path in tmp_path.rglob("*.bin")]
    assert stored == [Path("store") / "STM32-_._..___31m_evil.bin"]
    assert "\x1b" not in shown.err
    assert "offered: STM32 ../../<1B>[31m evil" in shown.err


@pytest.fixture
def module() -> Iterator[str]:
    announced: queue.Queue[str] = queue.Queue()
    with Stop() as stop:
        simulator = build_simulator(FAST_MODULE)
        thread = Thread(target=serve_tcp, args=(simulator, 0, stop, announced.put))
        thread.start()
        yield announced.get(timeout=10)
        stop.say()
        thread.join()


def test_it_works_in_real_time(module: str, tmp_path: Path) -> None:
    arguments = ["--iut", module, "--store", "store", "--options", FAST_HOST]
    shown = atverdict(tmp_path, "host", *arguments)
    assert shown.code == 0, shown.err
    assert (tmp_path / "store" / "STM32-2_0_0.bin").read_bytes() == built_in_package(1)


def test_a_signal_ends_it_cleanly(module: str, tmp_path: Path) -> None:
    process = atverdict_process(
        tmp_path, "host", "--iut", module, "--store", "store", "--stall", "offer"
    )
    assert process.stderr is not None
    while "stalling" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 2
    assert err.split() == ["interrupted"]
