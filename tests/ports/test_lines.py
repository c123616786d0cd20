"""Line settings, ports that move, rates that are wrong, and what the last user left behind."""

import termios
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
import serial
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo
from support import campaigns
from support.campaigns import QUICK_TIMES, atverdict, campaign, simulated
from support.peers import peer, pty_peer
from support.real_ports import replayed, ser2net

from atverdict.adapters import terminal
from atverdict.adapters.address import open_address
from atverdict.adapters.pco import AbsentError, AddressError, Control, Pco, Reception, remarks
from atverdict.adapters.ports import baud_search
from atverdict.adapters.ports.line_settings import LineSettings
from atverdict.adapters.ports.port_finder import Identity, find, identify
from atverdict.adapters.ports.serial_port import SerialPort
from atverdict.conformance.campaign import session
from atverdict.conformance.campaign.session import Session
from atverdict.conformance.evidence.log import Header, read_log
from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.preparation.pixit import Serial

OK = b"\r\nOK\r\n"
USUAL = LineSettings()


def listed(device: str, number: str | None = "A1", interface: str = "1.2") -> ListPortInfo:
    """Make what pyserial says of a port."""
    port = ListPortInfo(device)
    port.serial_number, port.location = number, f"1-1.4:{interface}"
    return port


# Ports that come back under another name


def test_a_port_is_recognised_by_serial_number_and_interface() -> None:
    ports = [listed("/dev/x0", "A1", "1.0"), listed("/dev/x1", "A1"), listed("/dev/x2", None)]
    assert identify("/dev/x1", ports) == Identity("A1", "1.2")
    assert identify("/dev/x2", ports) is None
    assert identify("/dev/x3", ports) is None


def test_it_is_found_under_another_name_and_nobody_else_is_taken_for_it() -> None:
    identity = Identity("A1", "1.2")
    moved = [listed("/dev/x4", "A1", "1.0"), listed("/dev/x5", "A1"), listed("/dev/x1", "B2")]
    assert find("/dev/x1", USUAL, identity, moved) == "/dev/x5"
    with pytest.raises(AbsentError, match=r"no port fits the USB serial number A1, interface 1\.2"):
        find("/dev/x1", USUAL, identity, [listed("/dev/x1", "B2")])


def test_the_address_is_kept_where_it_fits() -> None:
    twins = [listed("/dev/x1"), listed("/dev/x2")]
    assert find("/dev/x2", USUAL, Identity("A1", "1.2"), twins) == "/dev/x2"
    assert find("/dev/x3", USUAL, None, twins) == "/dev/x3"


def test_a_usb_serial_number_that_is_given_finds_the_port() -> None:
    wanted = LineSettings(usb_serial="A1")
    assert find("/dev/x9", wanted, None, [listed("/dev/x1"), listed("/dev/x2", "B")]) == "/dev/x1"
    with pytest.raises(AddressError, match=r"several ports fit .* A1: /dev/x1, /dev/x2"):
        find("/dev/x9", wanted, None, [listed("/dev/x1"), listed("/dev/x2")])


def test_a_pattern_narrows_a_usb_serial_number(tmp_path: Path) -> None:
    for name in ("x1", "x2"):
        (tmp_path / name).touch()
    ports = [listed(str(tmp_path / "x1")), listed(str(tmp_path / "x2"))]
    wanted = LineSettings(usb_serial="A1", port_pattern=str(tmp_path / "*2"))
    assert find("/dev/x9", wanted, None, ports) == str(tmp_path / "x2")


def test_a_pattern_counts_where_the_address_is_gone(tmp_path: Path) -> None:
    wanted = LineSettings(port_pattern=str(tmp_path / "x*"))
    address = str(tmp_path / "x1")
    with pytest.raises(AbsentError, match="no port fits port_pattern"):
        find(address, wanted, None, ())
    (tmp_path / "x2").touch()
    assert find(address, wanted, None, ()) == str(tmp_path / "x2")
    (tmp_path / "x3").touch()
    with pytest.raises(AddressError, match=r"several ports fit port_pattern .*x2, .*x3"):
        find(address, wanted, None, ())
    (tmp_path / "x1").touch()
    assert find(address, wanted, None, ()) == address


def test_a_lost_usb_port_is_opened_again_where_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    with pty_peer("echo") as first, pty_peer("echo") as second, pty_peer("echo") as other:
        monkeypatch.setattr(list_ports, "comports", lambda: [listed(first)])
        port = SerialPort(first, baudrate=115200)
        assert remarks(port) == {}
        moved = [listed(first, "B2"), listed(other, "A1", "1.0"), listed(second)]
        monkeypatch.setattr(list_ports, "comports", lambda: moved)
        assert port.reopen(port.now())
        assert remarks(port) == {"port": f"found as {second}"}
        monkeypatch.setattr(list_ports, "comports", lambda: [listed(first, "B2")])
        assert not port.reopen(port.now())
        port.close()


# Line settings


def test_the_line_is_set_as_the_pixit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, object]] = []

    def opened(address: str, **settings: object) -> serial.Serial:
        told.append(settings)
        return serial.Serial(address, exclusive=True)

    monkeypatch.setattr(serial, "serial_for_url", opened)
    entries = Serial(9600, 7, "even", 2, rtscts=True, xonxoff=True, dsrdtr=True)
    with pty_peer("mute") as path:
        port, _ = open_address(path, baudrate=entries.baudrate, settings=entries.line)
        port.close()
    expected = {
        "baudrate": 9600,
        "bytesize": 7,
        "parity": "E",
        "stopbits": 2,
        "rtscts": True,
        "xonxoff": True,
        "dsrdtr": True,
        "exclusive": True,
    }
    assert {name: told[0][name] for name in expected} == expected
    assert entries.line.octet_bits == 11
    assert USUAL.octet_bits == 10


@pytest.mark.parametrize("entry", ["bytesize = 9", 'parity = "E"', "stopbits = 3", "rtscts = 1"])
def test_a_wrong_line_setting_is_wrong_input(entry: str, tmp_path: Path) -> None:
    (tmp_path / "pixit.toml").write_text(f"[serial]\n{entry}\n")
    done = atverdict(tmp_path, "run", "--pixit", "pixit.toml")
    assert done.code == 3
    assert f"serial.{entry.split(maxsplit=1)[0]}" in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("refusal", "said"),
    [(None, "low"), (ValueError, "as the driver has it"), (NotImplementedError, "as the driver")],
)
def test_low_latency_is_asked_for_and_what_came_of_it_is_said(
    refusal: type[Exception] | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = mock.Mock(side_effect=refusal)
    monkeypatch.setattr(serial.Serial, "set_low_latency_mode", asked)
    monkeypatch.setattr(terminal, "has_modem_lines", lambda _: True)
    with pty_peer("mute") as path:
        port = SerialPort(path, baudrate=115200)
        assert port.transport == "serial"
        port.close()
    asked.assert_called_once_with(True)  # noqa: FBT003  pyserial's signature
    assert said in remarks(port)["latency"]


def test_a_server_that_acknowledges_no_line_is_given_a_hint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error = ValueError("timeout while waiting for option 'control'")
    monkeypatch.setattr(serial, "serial_for_url", mock.Mock(side_effect=error))
    with pytest.raises(AddressError, match=r"\?ign_set_control behind it may help"):
        SerialPort("rfc2217://127.0.0.1:1", baudrate=115200)


# A rate that is wrong


def answering_at(speed: int, path: list[str]) -> Callable[[bytes], bytes]:
    """Answer as a module does on a line of this speed: at any other, octets become noise."""

    def answer(octets: bytes) -> bytes:
        if not octets:
            return b""
        with Path(path[0]).open("rb") as line:
            right = termios.tcgetattr(line)[4] == speed
        return OK * octets.count(b"\r") if right else b"\x00\xf8\xfe\x80\xe0" * len(octets)

    return answer


def at_9600(folder: Path, *words: str) -> campaigns.Finished:
    """Run against a module that says OK to everything, at 9600 bit/s."""
    (folder / "pixit.toml").write_text(QUICK_TIMES)
    path: list[str] = []
    with pty_peer(answering_at(termios.B9600, path)) as address:
        path.append(address)
        return atverdict(folder, "run", "--iut", address, "--pixit", "pixit.toml", *words)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run be over soon."""
    command = Session.command

    def soon(session: Session, line: bytes, **told: object) -> Exchange:
        return command(session, line, **(told | {"timeout_s": 0.3}))  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "command", soon)
    monkeypatch.setattr(session, "ROUND_TRIPS", 1)
    monkeypatch.setattr(baud_search, "_PATIENCE_S", 0.3)


@pytest.mark.usefixtures("impatient")
def test_noise_is_said_to_be_a_wrong_rate(tmp_path: Path) -> None:
    done = at_9600(tmp_path)
    assert done.code == 2, done.err
    said = " ".join(done.out.split())
    assert "framing noise instead of answers: the baud rate is probably wrong. " in said
    assert "--try-baud-rates tries the usual ones" in said


@pytest.mark.usefixtures("impatient")
def test_the_rate_that_is_answered_is_found_and_written_down(tmp_path: Path) -> None:
    done = at_9600(tmp_path, "--try-baud-rates")
    assert done.code == 2, done.err
    header = next(read_log(done.log))
    assert isinstance(header, Header)
    assert header.baudrate == 9600
    assert header.environment["baud_rates_tried"] == "115200: noise, 9600: OK"
    assert "framing noise" not in done.out
    assert "115200: noise, 9600: OK" in done.err


@pytest.mark.usefixtures("impatient")
def test_no_rate_that_is_answered_is_said_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baud_search, "_PATIENCE_S", 0.02)
    (tmp_path / "pixit.toml").write_text(QUICK_TIMES + "[serial]\nbaudrate = 57600\n")
    with pty_peer("noise") as address:
        words = ("--pixit", "pixit.toml", "--try-baud-rates")
        done = atverdict(tmp_path, "run", "--iut", address, *words)
    assert done.code == 2, done.err
    assert "AT was answered at none of the baud rates that were tried" in " ".join(done.out.split())
    header = next(read_log(done.log))
    assert isinstance(header, Header)
    assert header.baudrate == 57600
    tried = header.environment["baud_rates_tried"]
    assert tried.startswith("57600: ")
    assert tried.count(", ") == len(baud_search.USUAL_RATES) - 1
    assert "OK" not in tried


@pytest.mark.usefixtures("impatient")
def test_ser2net_sets_the_rate_that_is_tried(tmp_path: Path) -> None:
    path: list[str] = []
    with pty_peer(answering_at(termios.B9600, path)) as device:
        path.append(device)
        with ser2net(device, tmp_path, rfc2217=True, tuned=True) as address:
            done = replayed(tmp_path, address, ("AT",), "--try-baud-rates")
    assert done.code == 2, done.err
    header = next(read_log(done.log))
    assert isinstance(header, Header)
    assert (header.baudrate, header.transport) == (9600, "url")


@pytest.mark.parametrize("address", ["sim:", "socket"])
def test_a_rate_that_nobody_can_set_is_wrong_input(address: str, tmp_path: Path) -> None:
    with peer("mute") as url:
        where = url if address == "socket" else address
        done = atverdict(tmp_path, "run", "--iut", where, "--try-baud-rates")
    assert done.code == 3
    assert "cannot be set from here" in done.err


# What the last user left behind


class Disturbed:
    """The simulator, with octets on its line that are nobody's."""

    def __init__(self, *, before: bytes = b"", noise: bytes = b"", echoing: bool = False) -> None:
        """`before` was typed and not sent, `noise` came; `echoing` repeats what is sent."""
        self._before, self._noise, self._echoing = before, noise, echoing

    def open(self, address: str) -> tuple[Pco, Control | None]:
        """Open the simulator."""
        pco, control = open_address(address)
        pco.write(self._before)
        read, write = pco.read, pco.write
        waiting = bytearray(self._noise)

        def reads(until_s: float) -> Reception | None:
            octets = bytes(waiting)
            waiting.clear()
            return Reception(octets, pco.now()) if octets else read(until_s)

        def writes(octets: bytes) -> float:
            if self._echoing:
                waiting.extend(octets)
            return write(octets)

        pco.read, pco.write = reads, writes  # type: ignore[method-assign]  # a line of its own
        return pco, control


def disturbed(disturbance: Disturbed, folder: Path, address: str = "sim:") -> campaigns.Ran:
    """Run everything on a line that is disturbed."""
    with mock.patch.object(campaigns, "open_address", disturbance.open):
        return campaign(address, folder)


@pytest.mark.parametrize(
    "disturbance",
    [
        Disturbed(before=b"AT+QIOTREG=", noise=bytes(range(256))),
        Disturbed(before=b"a"),
        Disturbed(noise=b'+QIOTEVT: 7,10703,"ST'),
    ],
    ids=["half a command and noise", "its first letter", "half an event"],
)
def test_what_was_on_the_line_before_is_not_judged(disturbance: Disturbed, tmp_path: Path) -> None:
    ran = disturbed(disturbance, tmp_path)
    assert ran.outcomes() == simulated().outcomes()


def test_an_echo_that_cannot_be_switched_off_is_named(tmp_path: Path) -> None:
    ran = disturbed(Disturbed(echoing=True), tmp_path, "sim:?echo=no")
    assert "SOTA-FRM-010" in ran.those(Outcome.FAIL)
    assert "no echo after ATE0" in ran.those(Outcome.FAIL)["SOTA-FRM-010"]
    assert ran.judgement.upgrade_seen
