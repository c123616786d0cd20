"""The host role: the reference host, logs made by hand, and ports that the suite opens."""

import json
import socket
import threading
from pathlib import Path

import pytest
from campaign_bench import atverdict

from atverdict.adapters.listening import ListeningPort, PtyPort
from atverdict.adapters.pco import AbsentError
from atverdict.conformance.judge import judge
from atverdict.conformance.log import (
    FORMAT,
    Begin,
    End,
    Footer,
    Header,
    Received,
    Record,
    Sent,
)
from atverdict.conformance.verdict import Verdict

HEADER = Header(
    format=FORMAT,
    suite_version="0",
    specification="0",
    profile="cellular-2025",
    role="host",
    address="bench",
    transport="bench",
    opened_at="2025-01-01T00:00:00+00:00",
)
OFFER = '\r\n+QIOTEVT: 7,10700,"STM32","","2_0_0",30,-113,4\r\n'
START = '\r\n+QIOTEVT: 7,10701,"STM32",4,"e2fc714c4727ee9395f324cd2e7f331f",1\r\n'
"""Of the package ``abcd``."""
PIECE = '\r\n+QIOTEVT: 7,10703,"STM32",4,0,4\r\n'
OK = "\r\nOK\r\n"
ANNOUNCE, REQUEST = 'AT+QIOTMCUVER="STM32","1_0_0"\r', "AT+QIOTOTAREQ=1\r"
BLOCK = "\r\n+QIOTOTARD: 0,4\r\nabcd\r\n\r\nOK\r\n"
BEFORE = (ANNOUNCE, OK, REQUEST, OK, OFFER, "AT+QIOTUPDATE=1\r", OK, START, PIECE)
READ = (*BEFORE, "AT+QIOTOTARD=0,1024\r", BLOCK)
UPDATED = (*READ, "AT+QIOTUPDATE=3\r", OK, "\r\n+QIOTEVT: 7,10704\r\n")
TARGET = 'AT+QIOTMCUVER="STM32","2_0_0"\r'


def _found(*said: str, pause_s: float = 0.5) -> dict[str, set[Verdict]]:
    """Judge a scenario: what begins with AT or has no CR LF in front came from the host."""
    records: list[Record] = [HEADER, Begin(0.0, "plain", "A sentence.", ())]
    now_s = 0.0
    for text in said:
        now_s += pause_s
        module = text.startswith("\r\n")
        records.append(Sent(now_s, text) if module else Received(now_s, text))
    records += [End(now_s + 1.0, "plain"), Footer(now_s + 1.0, complete=True)]
    requirements = judge(records).requirements
    return {name: set(each.counts) for name, each in requirements.items() if each.counts}


def test_proper_flow_breaks_nothing() -> None:
    found = _found(*UPDATED, TARGET, OK, "\r\n+QIOTEVT: 7,10705\r\n")
    assert not [name for name, verdicts in found.items() if verdicts != {Verdict.PASS}]
    assert {f"SOTA-HST-{number:03}" for number in (1, 3, 4, 6, 10, 11, 12, 13, 23)} <= set(found)


@pytest.mark.parametrize(
    ("requirement", "said"),
    [
        ("SOTA-HST-001", (ANNOUNCE, OK, "QIOT\r")),
        ("SOTA-HST-001", (ANNOUNCE, OK, REQUEST, OK, "AT+QIOTSTATE?")),
        ("SOTA-HST-003", (REQUEST, OK)),
        ("SOTA-HST-004", (ANNOUNCE, OK, REQUEST, OK, "AT+QIOTUPDATE=1\r", "\r\nERROR\r\n")),
        ("SOTA-HST-006", (*BEFORE, "AT+QIOTOTARD=1,1024\r", OK)),
        ("SOTA-HST-006", (*BEFORE, "AT+QIOTUPDATE=3\r", "\r\nERROR\r\n")),
        (
            "SOTA-HST-007",
            (
                *BEFORE,
                "AT+QIOTOTARD=0,3\r",
                "\r\n+QIOTOTARD: 0,2\r\nab\r\n\r\nOK\r\n",
                "AT+QIOTOTARD=3,1\r",
                "\r\n+QIOTOTARD: 3,1\r\nd\r\n\r\nOK\r\n",
            ),
        ),
        ("SOTA-HST-008", (*READ, "AT+QIOTUPDATE=2\r", "\r\nERROR\r\n")),
        (
            "SOTA-HST-009",
            (*BEFORE, "AT+QIOTOTARD=0,4\r", BLOCK.replace("abcd", "abce"), "AT+QIOTUPDATE=3\r", OK),
        ),
        ("SOTA-HST-010", (*READ, TARGET, OK)),
        ("SOTA-HST-012", (*READ, ANNOUNCE, OK)),
        ("SOTA-HST-014", (*READ, "\r\n+QIOTEVT: 7,10706\r\n", "AT+QIOTUPDATE=3\r", OK)),
        (
            "SOTA-HST-022",
            (*BEFORE[:5], "AT+QIOTUPDATE=0\r", OK, "AT+QIOTOTARD=0,4\r", "\r\nERROR\r\n"),
        ),
        ("SOTA-HST-023", (ANNOUNCE, OK, "AT+QIOTUPDATE=7\r", "\r\nERROR\r\n")),
        ("SOTA-HST-023", (ANNOUNCE, OK, "AT+QIOTMCUVER=STM32,1\r", "\r\nERROR\r\n")),
    ],
)
def test_broken_requirement_is_named(requirement: str, said: tuple[str, ...]) -> None:
    assert Verdict.FAIL in _found(*said)[requirement]


def test_impatient_host_is_warned() -> None:
    found = _found(ANNOUNCE, REQUEST, OK, OK, pause_s=0.1)
    assert Verdict.FAIL in found["SOTA-HST-002"]


def test_late_read_is_seen() -> None:
    found = _found(*BEFORE, "AT+QIOTOTARD=0,4\r", BLOCK, pause_s=61.0)
    assert Verdict.FAIL in found["SOTA-HST-013"]


def test_reference_host_passes_everything(tmp_path: Path) -> None:
    finished = atverdict(tmp_path, "run", "--role", "host")
    verdicts = {each["verdict"] for each in finished.result["requirements"].values()}
    # No green while the role's tests are not proved: what passes is shown, and the run is no pass.
    assert (finished.code, verdicts) == (2, {"pass"})
    assert "not proved yet" in finished.result["inconclusive_because"]
    assert len(finished.result["requirements"]) == 24


def test_log_of_a_host_is_judged_again(tmp_path: Path) -> None:
    atverdict(tmp_path, "run", "--role", "host", "--effort", "quick")
    before = json.loads((tmp_path / "run" / "result.json").read_bytes())
    assert atverdict(tmp_path, "judge", "run", "--out", "again", out="").code in (0, 2)
    assert json.loads((tmp_path / "again" / "result.json").read_bytes()) == before


@pytest.mark.parametrize(
    ("fault", "requirement"),
    [("never-announces", "SOTA-HST-003"), ("last-octet-of-piece-unread", "SOTA-HST-006")],
)
def test_faulty_host_is_not_conformant(tmp_path: Path, fault: str, requirement: str) -> None:
    finished = atverdict(
        tmp_path, "run", "--role", "host", "--effort", "quick", "--iut", f"sim:?fault={fault}"
    )
    assert finished.code == 1
    assert finished.result["requirements"][requirement]["verdict"] == "fail"


def test_nobody_connects() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(AbsentError):
        ListeningPort(f"tcp-listen:{port}", baudrate=115_200, connect_s=0.01)


def test_host_connects_to_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number = probe.getsockname()[1]
    opened: list[ListeningPort] = []
    opener = threading.Thread(
        target=lambda: opened.append(ListeningPort(f"tcp-listen:{number}", baudrate=115_200))
    )
    opener.start()
    while True:
        try:
            client = socket.create_connection(("127.0.0.1", number))
            break
        except ConnectionRefusedError:
            continue
    opener.join()
    with client:
        client.sendall(b"AT\r")
        reception = opened[0].read(opened[0].now() + 5.0)
        assert reception is not None
        assert reception.octets == b"AT\r"
    opened[0].close()


def test_pty_link_leads_to_the_port_and_goes(tmp_path: Path) -> None:
    link = tmp_path / "mcu"
    port = PtyPort(f"pty:{link}", baudrate=115_200)
    with link.open("r+b", buffering=0) as host:
        host.write(b"AT\r")
        reception = port.read(port.now() + 5.0)
    assert reception is not None
    assert reception.octets == b"AT\r"
    port.close()
    assert not link.is_symlink()


def test_the_suite_is_measured_with_hosts_too(tmp_path: Path) -> None:
    names = ("never-announces", "last-octet-of-piece-unread", "lower-case")
    measured = atverdict(tmp_path, "faults", "run", "--role", "host", "--jobs", "1", *names)
    assert measured.code == 0, measured.out
    assert "2 of 2 faults killed, 2 with their requirement named first." in measured.out
    assert "1 of 1 variants raise no alarm." in measured.out
    assert "SOTA-HST-003" in atverdict(tmp_path, "faults", "list", "--role", "host").out
