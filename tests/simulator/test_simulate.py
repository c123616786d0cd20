"""`atverdict simulate`: its endpoints, its options, its control sockets, and a run against it."""

import contextlib
import io
import json
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import pytest
from support.campaigns import atverdict
from support.simulate_process import HASTY, simulating

from atverdict.adapters.address import open_address
from atverdict.adapters.pco import AddressError, Pco, PcoClosed
from atverdict.adapters.ports import terminal
from atverdict.adapters.simulator.faults.catalogue import FAULTS
from atverdict.adapters.simulator.pco import build_simulator
from atverdict.adapters.simulator.platform.built_in_package import built_in_package
from atverdict.adapters.simulator.served.control_socket import ControlSocket, connect
from atverdict.adapters.simulator.served.endpoint import Endpoint, PtyEndpoint
from atverdict.adapters.simulator.served.module_on_a_line import STATES
from atverdict.adapters.simulator.served.network_endpoint import Rfc2217Endpoint, TcpEndpoint
from atverdict.adapters.simulator.served.station import Station, Stop, serve
from atverdict.adapters.simulator.variants import VARIANTS
from atverdict.cli.simulate_input import (
    profiled,
    query,
    read_plans,
    read_scenario,
    served_module,
    varied,
)
from atverdict.cli.watch import ModuleWatch
from atverdict.conformance.preparation.pixit import load_pixit

PATIENCE_S = 10.0
OPTIONS = {**dict(parse_qsl(HASTY)), "plan": "armed", "echo": "no"}


@contextlib.contextmanager
def serving(
    endpoint: Endpoint, control: str = "", **options: str
) -> Iterator[ControlSocket | None]:
    """Serve one module in a thread inside a block."""
    module = served_module({**OPTIONS, **options}, [], ())
    agent = ControlSocket(control, module.perform) if control else None
    with Stop() as stop:
        station = Station(module, endpoint, agent, module.present)
        thread = Thread(target=serve, args=([station], stop))
        thread.start()
        try:
            yield agent
        finally:
            stop.say()
            thread.join()
            endpoint.close()
            if agent is not None:
                agent.close()


def heard(port: Pco, wanted: bytes) -> bytes:
    """Read until `wanted` has come."""
    octets = b""
    while wanted not in octets:
        reception = port.read(port.now() + PATIENCE_S)
        assert reception is not None, octets
        octets += reception.octets
    return octets


def asked(client: Any, **request: object) -> dict[str, Any]:  # noqa: ANN401 - a file of a socket
    """Ask a control socket for an action."""
    client.write(json.dumps(request).encode() + b"\n")
    client.flush()
    reply: dict[str, Any] = json.loads(client.readline())
    return reply


# Endpoints


@pytest.mark.parametrize("kind", [TcpEndpoint, Rfc2217Endpoint])
def test_a_port_that_vanishes_comes_back(kind: type[TcpEndpoint], tmp_path: Path) -> None:
    endpoint = kind(0)
    path = str(tmp_path / "control")
    with serving(endpoint, path, port_vanishes="yes", boot_s="1"), connect(path) as control:
        port, _ = open_address(endpoint.address)
        port.write(b"AT\r")
        heard(port, b"OK\r\n")
        with control.makefile("rwb") as client:
            assert asked(client, id=1, action="power_cycle") == {"id": 1, "ok": True}
        with pytest.raises(PcoClosed):
            port.read(port.now() + PATIENCE_S)
        assert port.reopen(port.now() + PATIENCE_S)
        port.write(b"AT\r")
        heard(port, b"OK\r\n")
        port.close()


def test_a_client_that_breaks_telnet_is_dropped_and_the_next_is_welcome() -> None:
    endpoint = Rfc2217Endpoint(0)
    with serving(endpoint):
        place = ("127.0.0.1", int(endpoint.address.rpartition(":")[2]))
        with socket.create_connection(place, PATIENCE_S) as client:
            client.sendall(b"\xff\xf0")
            octets = b"."
            while octets:
                octets = client.recv(4096)
        port, _ = open_address(endpoint.address)
        port.write(b"AT\r")
        heard(port, b"OK\r\n")
        port.close()


def test_a_link_that_a_killed_run_left_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = terminal.open_raw_pty()
    link = tmp_path / "modem"
    link.symlink_to(opened[2])  # the number is given out again
    monkeypatch.setattr(terminal, "open_raw_pty", lambda: opened)
    endpoint = PtyEndpoint(link)
    assert str(link.readlink()) == opened[2]
    endpoint.close()
    assert not link.is_symlink()


def test_a_link_of_another_run_stays(tmp_path: Path) -> None:
    first = PtyEndpoint(tmp_path / "modem")
    with pytest.raises(AddressError, match="cannot be made"):
        PtyEndpoint(tmp_path / "modem")
    assert (tmp_path / "modem").is_symlink()
    first.close()


# Options


def test_what_is_given_as_options_is_a_query(tmp_path: Path) -> None:
    given = {
        "--fault": "reg-reads-back-zero",
        "--piece": "5000",
        "--latency": "0.004",
        "--baud": "57600",
        "--seed": "9",
        "--profile": "nb-2022",
    }
    words = [word for pair in given.items() for word in pair]
    options = "&".join(
        pair for pair in HASTY.split("&") if not pair.startswith(("latency_s", "baudrate"))
    )
    with simulating(tmp_path, "--tcp", "0", *words, options=options) as (served,):
        equal = (
            f"sim:?plan=armed&{options}&fault=reg-reads-back-zero&piece_limit_octets=5000"
            "&latency_s=0.004&baudrate=57600&chunk=16&seed=9"
            "&product_line=nb&vintage=2022&updating_first=yes"
        )
        assert dict(parse_qsl(served.query)) == dict(parse_qsl(equal.removeprefix("sim:?")))
        port, _ = open_address(served.address)
        port.write(b"ATE0\rAT+QIOTREG=1\r")
        heard(port, b"3,10200\r\n")
        port.write(b"AT+QIOTREG?\r")
        heard(port, b"+QIOTREG: 0\r\n\r\nOK\r\n")
        port.close()


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_can_be_served(name: str) -> None:
    options = build_simulator(dict(parse_qsl(VARIANTS[name]))).options
    assert (
        served_module(query("", {"--variant": varied(name)}), [], ()).simulator.options == options
    )


def test_profiles_are_modules() -> None:
    assert profiled("cellular-2022")["updating_first"] == "yes"
    assert profiled("cellular-2025+sdk29") == profiled("cellular-2025")
    assert profiled("wifi-2022")["product_line"] == "wifi"


def test_octets_trickle_on_a_paced_line() -> None:
    module = served_module({**OPTIONS, **query("", {}), "baudrate": "9600", "chunk": "16"}, [], ())
    module.write(b"ATI\r")
    module.advance_to(1.0)
    receptions = module.collect()
    assert {len(each.octets) for each in receptions[:-1]} == {16}
    between_s = receptions[1].instant_s - receptions[0].instant_s
    assert between_s == pytest.approx(16 * 10 / 9600)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tcp", "0", "--pty", "x"), "exactly one of --pty LINK, --tcp PORT and --rfc2217 PORT"),
        (("--tcp", "0", "--fault", "nosuch"), "has no fault 'nosuch'"),
        (("--tcp", "0", "--variant", "nosuch"), "nosuch is no variant"),
        (("--tcp", "0", "--profile", "nosuch"), "nosuch is not known"),
        (("--tcp", "0", "--piece", "much"), "piece_limit_octets cannot be 'much'"),
        (("--tcp", "0", "--latency", "-1"), "latency_s cannot be '-1'"),
        (("--tcp", "0", "--baud", "1"), "baudrate cannot be '1'"),
        (
            ("--tcp", "0", "--variant", "slow-line", "--baud", "300"),
            "--variant wants baudrate=9600",
        ),
        (("--tcp", "0", "--options", "nonsense"), "expected NAME=VALUE"),
        (("--tcp", "0", "--options", "seed=1&seed=2"), "each NAME only once"),
        (("--tcp", "0", "--options", "nosuch=1"), "no option 'nosuch'"),
        (("--tcp", "0", "--plan", "bad.toml", "--options", "plan=armed"), "--plan and --image"),
        (("--tcp", "0", "--image", "nosuch"), "No such file"),
        (("--tcp", "0", "--plan", "nosuch"), "No such file"),
        (("--tcp", "0", "--plan", "worse.toml"), "a plan has no 'colour'"),
        (("--tcp", "0", "--scenario", "nosuch"), "No such file"),
        (
            ("--tcp", "65535", "--count", "2"),
            "--count 2: there are not so many ports from 65535 on",
        ),
        (("--tcp", "0", "--control", ":1"), "neither HOST:PORT nor the path of a socket"),
        (("--tcp", "0", "--control", "bad.toml"), "bad.toml cannot be made"),
        (("--pty", "bad.toml"), "bad.toml cannot be made"),
    ],
)
def test_a_command_line_that_is_wrong(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    plan = '[plan]\ncomponent = "A"\ntarget_version = "1"\n'
    (tmp_path / "bad.toml").write_text(plan)
    (tmp_path / "worse.toml").write_text(plan + 'colour = "red"\n')
    ended = atverdict(tmp_path, "simulate", *words)
    assert ended.code == 3
    assert said in ended.err
    errors = [line for line in ended.err.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1
    assert "Traceback" not in ended.err
    assert (tmp_path / "bad.toml").exists()


def test_plans_and_images_of_files(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"a" * 10)
    (tmp_path / "b.bin").write_bytes(b"b" * 20)
    (tmp_path / "plans.toml").write_text(
        '[[plan]]\ncomponent = "A"\ntarget_version = "2"\nimage = "a.bin"\nbattery_limit = 55\n'
        '[[plan]]\nactive_push = false\n[[plan.components]]\ncomponent = "B"\n'
        'target_version = "3"\n[[plan.components]]\ncomponent = "C"\ntarget_version = "4"\n'
    )
    plans = read_plans(tmp_path / "plans.toml", tmp_path / "b.bin")
    armed = served_module(query("", {}), plans, ()).simulator.platform.plans
    shown = [(each.component, len(each.package.content)) for p in armed for each in p.components]
    assert shown == [("A", 10), ("B", 20), ("C", 20)]
    assert armed[0].components[0].battery_limit == 55
    assert not armed[1].active_push


def test_several_modules_have_packages_of_their_own(tmp_path: Path) -> None:
    words = ("--pty", str(tmp_path / "m"), "--count", "3", "--seed", "5", "--control", "c")
    with simulating(tmp_path, *words, count=3) as served:
        assert [each.address for each in served] == [str(tmp_path / f"m-{n}") for n in (1, 2, 3)]
        assert [each.control for each in served] == ["c-1", "c-2", "c-3"]
        for seed, each in enumerate(served, start=5):
            assert f"seed={seed}" in each.query
            port, _ = open_address(each.address)
            commands = (
                'ATE0|AT+QIOTMCUVER="STM32","1_0_0"|AT+QIOTREG=1|AT+QIOTOTAREQ|AT+QIOTUPDATE=1'
            )
            awaited = (b"OK", b"OK", b"3,10200", b"7,10700", b"7,10703")
            for command, event in zip(commands.split("|"), awaited, strict=True):
                port.write(command.encode() + b"\r")
                heard(port, event)
            port.write(b"AT+QIOTOTARD=0,300\r")
            block = heard(port, b"\r\n\r\nOK\r\n")
            assert built_in_package(seed)[:300] in block
            port.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_removes_link_and_socket(end: signal.Signals, tmp_path: Path) -> None:
    with simulating(tmp_path, "--pty", "modem", "--control", "control", end=end):
        assert (tmp_path / "modem").is_symlink()
        assert (tmp_path / "control").is_socket()
    assert list(tmp_path.iterdir()) == []


# The control socket


def test_several_agents_and_nonsense(tmp_path: Path) -> None:
    path = str(tmp_path / "control")
    with contextlib.ExitStack() as opened:
        opened.enter_context(serving(TcpEndpoint(0), path))
        first, second = (
            opened.enter_context(opened.enter_context(connect(path)).makefile("rwb"))
            for _ in range(2)
        )
        assert asked(first, id=1, action="withdraw_plans") == {"id": 1, "ok": True}
        status = asked(second, id=7, action="platform_status")
        assert status == {"id": 7, "ok": True, "status": "none", "components": {}}
        unsupported = {"id": 2, "ok": False, "error": "unsupported"}
        assert asked(first, id=2, action="explode") == unsupported
        for line in (b"{\n", b"[]\n", b'{"id": 3}\n', b"\xff\n", b"[" * 9999 + b"\n"):
            first.write(b"\n" + line)
            first.flush()
            assert json.loads(first.readline())["ok"] is False
        reply = asked(
            first,
            id=4,
            action="arm_plan",
            plan={"component": "A", "target_version": "2", "image": "\0"},
        )
        assert reply["ok"] is False
        actions = asked(first, id=5, action="capabilities")["actions"]
        assert {"arm_plan", "power_cycle", "arm_components", "push_window"} <= set(actions)
    assert not Path(path).exists()


def test_only_a_dead_socket_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "control"

    def perform(_action: str, _arguments: dict[str, object]) -> dict[str, object]:
        return {"ok": True}

    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(str(path))
    first = ControlSocket(str(path), perform)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(AddressError, match="cannot be made"):
        ControlSocket(str(path), perform)
    first.close()
    path.write_text("precious")
    with pytest.raises(AddressError, match="cannot be made"):
        ControlSocket(str(path), perform)
    assert path.read_text() == "precious"


def test_an_agent_without_a_simulator(tmp_path: Path) -> None:
    for address in (str(tmp_path / "nosuch"), "127.0.0.1:1"):
        ended = atverdict(tmp_path, "agent", "--control", address)
        assert ended.code == 3
        assert f"Error: no simulator listens at {address}" in ended.err


def _hang_up(listener: socket.socket) -> None:
    listener.accept()[0].close()


def test_an_agent_whose_simulator_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request = io.TextIOWrapper(io.BytesIO(b'{"id": 1, "action": "push"}\n'))
    monkeypatch.setattr(sys, "stdin", request)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        thread = Thread(target=_hang_up, args=(listener,))
        thread.start()
        ended = atverdict(tmp_path, "agent", "--control", address)
        thread.join()
    assert ended.code == 3
    assert ended.err == f"Error: the simulator at {address} has ended\n"


# A run against a served module, as against a laboratory's

PIXIT = """
[product]
key = "p11atv"
secret = "c2ltdWxhdGVk"
[control]
command = [{command}, "-m", "atverdict", "agent", "--control", "{control}"]
[timing]
boot = 5
connect = 5
offer = 2
download = 10
outcome = 2
silence = 0.2
"""


@pytest.mark.parametrize(
    ("endpoint", "control", "vanishes"), [("--tcp", "127.0.0.1:0", "no"), ("--pty", "c", "yes")]
)
def test_a_run_with_a_control_agent(
    endpoint: str, control: str, vanishes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    # What a module says while its port is gone is lost, so it connects only after that.
    options = HASTY.replace("connect_s=0.05", "connect_s=0.4") + f"&port_vanishes={vanishes}"
    words = (endpoint, "modem" if endpoint == "--pty" else "0", "--control", control)
    with simulating(tmp_path, *words, options=options) as (served,):
        pixit = PIXIT.format(command=json.dumps(sys.executable), control=served.control)
        (tmp_path / "pixit.toml").write_text(pixit)
        selected = "persistence.mode_two" + ("" if control == "c" else ",SOTA-SEQ-008")
        iut = ("--iut", served.address, "--pixit", "pixit.toml")
        ended = atverdict(tmp_path, "run", *iut, "--select", selected)
    assert ended.code == 0, ended.out
    requirements = ended.result["requirements"]
    judged = {name for name, shown in requirements.items() if shown["verdict"] == "pass"}
    assert "SOTA-PER-001" in judged
    assert ("SOTA-SEQ-008" in judged) == (control != "c")
    assert (b'"kind":"port"' in ended.log.read_bytes()) == (vanishes == "yes")


# Watching


def test_the_wire_and_the_state_are_shown() -> None:
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        watch = ModuleWatch("2")
        module = served_module({**OPTIONS, "banner": "yes"}, [], (), watch)
        module.write(b"AT+QIOT")
        module.write(b"REG=1\r")
        module.advance_to(1.0)
        module.perform("power_cycle", {})
        module.advance_to(2.0)
        watch.end()
    lines = [line.split(" s ")[1] for line in said.getvalue().splitlines()]
    assert all(line.startswith("2 ") for line in said.getvalue().splitlines())
    assert lines == [
        "> AT+QIOTREG=1<CR>",
        "# connection: connecting",
        "< OK<CR><LF>",
        "< +QIOTEVT: 2,10200<CR><LF>",
        "# connection: online",
        "< +QIOTEVT: 3,10200<CR><LF>",
        "# laboratory: power_cycle",
        "# connection: offline",
        "< RDY<CR><LF>",
    ]


# The help and the document


def test_the_examples_of_the_help_exist(tmp_path: Path) -> None:
    said = atverdict(tmp_path, "simulate", "--help").out
    assert set(re.findall(r"--fault ([a-z]\S+)", said)) <= set(FAULTS)
    assert set(re.findall(r"--variant ([a-z]\S+)", said)) <= set(VARIANTS)


def test_the_examples_of_the_document_hold(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")
    for example in re.findall(r"```toml\n# (\S+)\n(.*?)```", text, re.DOTALL):
        (tmp_path / example[0]).write_text(example[1])
    assert len(read_plans(tmp_path / "plan.toml", None)) == 1
    assert len(read_scenario(tmp_path / "scenario.toml")) == 5
    pixit = load_pixit(tmp_path / "bench.toml")
    assert pixit.control is not None
    assert "atverdict run --iut socket://127.0.0.1:4321 --pixit bench.toml" in text
    for state in STATES:
        assert f"`{state}`" in text
