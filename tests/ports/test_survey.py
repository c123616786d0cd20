"""The survey of this machine's ports: a made-up list, behind which are ptys."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo
from support.campaigns import Finished, atverdict
from support.peers import BASIC, pty_peer, scripted
from support.strangers import Stranger, answering

from atverdict.adapters import port_survey
from atverdict.adapters.lease import leased
from atverdict.adapters.port_survey import ask, lease_holders, stable_name, survey
from atverdict.adapters.ports import port_users
from atverdict.cli.port_table import chosen, port_lines, row_of

OK = b"\r\nOK\r\n"
NMEA = b"$GPRMC,,V,,,,,,,,,,N*53\r\n"
MODULE = {
    **BASIC,
    b"ATI": b"\r\nQuectel\r\nEC200U\r\nRevision: EC200UCNAAR03A01M08\r\n" + OK,
}


def listed(device: str, interface: str = "1.2", *, socket: str = "1-1.4") -> ListPortInfo:
    """Make what pyserial says of a port of a module."""
    port = ListPortInfo(device)
    port.vid, port.pid, port.manufacturer, port.product = 0x2C7C, 0x0901, "Quectel", "EC200U"
    port.serial_number, port.location = "0123456789AB", f"{socket}:{interface}"
    port.interface = "AT\x1b[31m"
    return port


@pytest.fixture
def ports(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Plug in a module with four ports, one of which belongs to another program."""
    program = "import serial, sys; p = serial.Serial(sys.argv[1], exclusive=True); print(); input()"
    with ExitStack() as cleanup:
        paths = {
            "DIAG": cleanup.enter_context(pty_peer(lambda _: b"")),
            "NMEA": cleanup.enter_context(pty_peer(lambda _: NMEA)),
            "AT": cleanup.enter_context(pty_peer(scripted(MODULE))),
            "modem": cleanup.enter_context(pty_peer(scripted(MODULE))),
        }
        command = [sys.executable, "-c", program, paths["modem"]]
        holder = cleanup.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        cleanup.callback(holder.communicate, "\n")
        assert holder.stdout is not None
        holder.stdout.readline()
        infos = [listed(path, f"1.{number}") for number, path in enumerate(paths.values())]
        monkeypatch.setattr(list_ports, "comports", lambda: infos)
        yield {**paths, "holder": str(holder.pid)}


def _run(folder: Path, *arguments: str) -> Finished:
    return atverdict(folder, "ports", *arguments)


def test_each_port_is_named_and_the_right_one_is_chosen(
    ports: dict[str, str], tmp_path: Path
) -> None:
    ended = _run(tmp_path, "--json", "ports.json")
    assert ended.code == 0, ended.err
    blocks = {line.split()[0]: line for line in ended.out.splitlines() if line.startswith("/dev")}
    assert "silent" in blocks[ports["DIAG"]]
    assert "NMEA" in blocks[ports["NMEA"]]
    assert "answers AT and AT+QIOT" in blocks[ports["AT"]]
    assert "in use by another program: pid" in blocks[ports["modem"]]
    assert f"pid {ports['holder']}, python" in " ".join(ended.out.split())
    assert f"atverdict run --iut {ports['AT']} --pixit FILE" in ended.out
    assert "USB 2c7c:0901, Quectel EC200U, interface 1.2" in " ".join(ended.out.split())
    assert "Revision: EC200UCNAAR03A01M08" in ended.out
    assert "\x1b" not in ended.out
    assert all(len(line) <= 80 for line in ended.out.splitlines())
    told = json.loads((tmp_path / "ports.json").read_bytes())
    assert told["iut"] == [ports["AT"]]
    states = {port["device"]: port["state"] for port in told["ports"]}
    assert states == {
        ports["DIAG"]: "silent",
        ports["NMEA"]: "other",
        ports["AT"]: "module",
        ports["modem"]: "in-use",
    }
    modem = next(port for port in told["ports"] if port["device"] == ports["modem"])
    assert modem["users"][0]["pid"] == int(ports["holder"])


def test_no_port_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(list_ports, "comports", list)
    ended = _run(tmp_path)
    assert ended.code == 2
    assert "This machine has no serial port" in ended.out
    assert _run(tmp_path, "--json", "no/such/folder").code == 3


def test_a_module_that_a_run_tests_is_not_touched() -> None:
    with pty_peer(lambda octets: pytest.fail("asked") if octets else b"") as path:
        with leased(path):
            assert lease_holders(path) == (os.getpid(),)
            (port,) = survey([listed(path)])
        assert lease_holders(path) == ()
    row = row_of(port)
    assert row.state == "in-use"
    assert "a run of atverdict" in row.meaning
    assert port.exchanged == ()


def test_a_port_that_may_not_be_opened_says_so(tmp_path: Path) -> None:
    file = tmp_path / "ttyUSB0"
    file.touch()
    row = row_of(survey([listed(str(file))])[0])
    assert row.state == "closed"
    assert row.meaning.startswith("is not a usable serial port")
    files = [listed(str(tmp_path / f"ttyUSB{number}")) for number in (10, 2, 9)]
    names = [port.device.rpartition("/")[2] for port in survey(files)]
    assert names == ["ttyUSB2", "ttyUSB9", "ttyUSB10"]
    gone = row_of(survey([listed(str(tmp_path / "ttyUSB1"))])[0])
    assert gone.meaning.startswith("does not exist")


def test_ports_are_in_their_order_and_one_of_each_module_is_chosen() -> None:
    names = ["/dev/ttyUSB10", "/dev/ttyUSB2", "/dev/ttyUSB9"]
    infos = [listed(name, socket=f"1-{number}") for number, name in enumerate(names)]
    asked = (*((line, answer) for line, answer in ((b"AT\r", OK), (b"ATI\r", OK))),)
    flow = ((b"AT+QIOTREG=?\r", b"\r\n+QIOTREG: (0-2)\r\n" + OK),)
    rows = [row_of(port_survey.SurveyedPort(info, exchanged=(*asked, *flow))) for info in infos]
    assert len(chosen(rows)) == 3
    assert "several modules" in " ".join(port_lines(rows, ()))
    plain = [row_of(port_survey.SurveyedPort(info, exchanged=asked)) for info in infos[:1]]
    assert [row.state for row in plain] == ["at"]
    assert "It answers AT alone" in " ".join(port_lines(plain, (812,)))
    assert "ModemManager runs (pid 812)" in " ".join(port_lines(plain, (812,)))


def test_a_port_is_asked_little() -> None:
    asleep = Stranger(lambda _: b"")
    assert [sent for sent, _ in ask(asleep)] == [b"", b"AT\r", b"AT\r"]
    assert asleep.now() < 1.5
    told = ask(module := Stranger(answering(MODULE)))
    assert module.sent == [b"AT\r", b"ATI\r", b"AT+QIOTREG=?\r"]
    assert told[-1][1].startswith(b"\r\n+QIOTREG:")
    flood = ask(Stranger(lambda _: b"x" * 100_000))
    assert sum(len(came) for _, came in flood) < 20_000


def test_the_name_by_identity_is_known(tmp_path: Path) -> None:
    (tmp_path / "usb-Quectel-if02").symlink_to("/dev/null")
    assert stable_name("/dev/null", tmp_path) == str(tmp_path / "usb-Quectel-if02")
    assert stable_name("/dev/null", tmp_path / "none") == "/dev/null"


# Who uses a port


def test_a_lock_file_names_its_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(port_users, "_LOCKS", tmp_path)
    monkeypatch.setattr(port_users, "_TTYS", tmp_path / "no such system")
    (tmp_path / "LCK..ttyX7").write_text(f"{os.getppid():>10}\n")
    assert port_users.users("/dev/ttyX7") == (os.getppid(),)
    (tmp_path / "LCK..ttyX7").write_text("stale")
    assert port_users.users("/dev/ttyX7") == ()


def test_others_and_logins_are_found_in_what_the_system_shows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    device = Path("/dev/null").stat().st_rdev
    number = os.major(device) << 8 | os.minor(device)
    for pid, words in ((7, "agetty\0-L\0null\0"), (8, "gpsd\0--port=/dev/null\0"), (9, "sh\0")):
        folder = tmp_path / str(pid)
        folder.mkdir()
        terminal = number if pid == 7 else 0
        (folder / "stat").write_text(f"{pid} (a) b) S 1 1 1 {terminal} 0")
        (folder / "cmdline").write_text(words)
        (folder / "comm").write_text(words.partition("\0")[0] + "\n")
    monkeypatch.setattr(port_users, "_PROC", tmp_path)
    monkeypatch.setattr(port_users, "_TTYS", tmp_path / "no such system")
    assert port_users.users("/dev/null") == (7,)
    assert port_users.suspects("/dev/null") == (7, 8)
    assert port_users.running("gpsd") == (8,)
    assert port_users.describe((7, 8, 10)) == (
        "pid 7, agetty; pid 8, gpsd; pid 10, ended meanwhile"
    )
