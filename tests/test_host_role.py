"""The host role: the reference host, and ports that the suite opens."""

import io
import json
import socket
import threading
from pathlib import Path

import pytest
from campaign_bench import atverdict

from atverdict.adapters.host.faults import FAULTS
from atverdict.adapters.host.variants import VARIANTS
from atverdict.adapters.listening import ListeningPort, PtyPort
from atverdict.adapters.pco import AbsentError
from atverdict.conformance.mutant import run_simulator, try_fault
from atverdict.conformance.verdict import Outcome

SELECTION = sorted(
    {*{each.requirement: name for name, each in FAULTS.items()}.values()}
    | {
        *(
            "echo-is-an-error",
            "flashes-after-failure",
            "glued-event-lost",
            "limits-of-first-offer-only",
        ),
        *(
            "offer-in-payload-obeyed",
            "stops-at-error",
            "tail-left-unread",
            "waits-for-authentication",
        ),
    }
)
"""One fault a requirement, and those that only a peculiar situation shows."""


def test_reference_host_passes_everything(tmp_path: Path) -> None:
    finished = atverdict(tmp_path, "run", "--role", "host")
    verdicts = {each["verdict"] for each in finished.result["requirements"].values()}
    # One component is no occasion to serve several in turn.
    assert (finished.code, verdicts) == (0, {"pass", "not-tested"})
    untested = [n for n, r in finished.result["requirements"].items() if r["verdict"] != "pass"]
    assert untested == ["SOTA-HST-024"]
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


@pytest.mark.parametrize("name", SELECTION)
def test_a_fault_is_killed_for_its_reason(name: str, tmp_path: Path) -> None:
    killed = try_fault(FAULTS[name], io.BytesIO(), tmp_path, role="host")
    assert killed.killed
    assert killed.right, killed


@pytest.mark.parametrize("name", VARIANTS)
def test_a_proper_host_raises_no_alarm(name: str, tmp_path: Path) -> None:
    judgement = run_simulator(f"sim:?{VARIANTS[name]}", io.BytesIO(), tmp_path, role="host")
    outcomes = {each.outcome for each in judgement.requirements.values()}
    assert outcomes <= {Outcome.PASS, Outcome.NOT_TESTED}
    assert judgement.exit_code == 0


def test_the_suite_is_measured_with_hosts_too(tmp_path: Path) -> None:
    names = ("never-announces", "last-octet-of-piece-unread", "lower-case")
    measured = atverdict(tmp_path, "faults", "run", "--role", "host", "--jobs", "1", *names)
    assert measured.code == 0, measured.out
    assert "2 of 2 faults killed, 2 with their requirement named first." in measured.out
    assert "1 of 1 variants raise no alarm." in measured.out
    assert "SOTA-HST-003" in atverdict(tmp_path, "faults", "list", "--role", "host").out
