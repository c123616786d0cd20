"""The host role: the reference host, and ports that the suite opens."""

import io
import json
import socket
from pathlib import Path

import pytest
from support.campaigns import atverdict

from atverdict.adapters.address import open_host_address
from atverdict.adapters.pco import AbsentError
from atverdict.adapters.ports.listening_port import ListeningPort, PtyPort
from atverdict.adapters.simulator.host.faults.catalogue import FAULTS
from atverdict.adapters.simulator.host.variants import VARIANTS
from atverdict.conformance.campaign.self_test import run_simulator, try_fault
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.spec.model import Role

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
    assert len(finished.result["requirements"]) == 25


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
    clients: list[socket.socket] = []

    def connect(place: str) -> None:
        assert place == f"127.0.0.1:{number}"
        clients.append(socket.create_connection(("127.0.0.1", number)))

    port, _ = open_host_address(f"tcp-listen:{number}", invite=connect)
    with clients[0] as client:
        client.sendall(b"AT\r")
        reception = port.read(port.now() + 5.0)
        assert reception is not None
        assert reception.octets == b"AT\r"
    port.close()


def test_pty_link_leads_to_the_port_and_goes(tmp_path: Path) -> None:
    link = tmp_path / "mcu"
    invited: list[str] = []
    port = PtyPort(f"pty:{link}", baudrate=115_200, invite=invited.append)
    assert invited == [str(link)]
    with link.open("r+b", buffering=0) as host:
        host.write(b"AT\r")
        reception = port.read(port.now() + 5.0)
    assert reception is not None
    assert reception.octets == b"AT\r"
    port.close()
    assert not link.is_symlink()


def test_a_dry_run_says_what_a_host_lacks(tmp_path: Path) -> None:
    simulated = atverdict(tmp_path, "run", "--role", "host", "--dry-run", out="")
    assert simulated.code == 0
    assert simulated.out.startswith("Will run, in this order:\n    1 plain\n    2 framing-no-echo")
    assert "Requirements that can be judged: 25" in simulated.out
    mute = atverdict(
        tmp_path, "run", "--role", "host", "--dry-run", "--iut", f"pty:{tmp_path}/mcu", out=""
    )
    plain = " ".join(mute.out.split())
    assert "needs a control agent that can do reset_host: host-restart-confirmed" in plain
    assert "needs host_set of a control agent, or the PIXIT's host.signal: unmet-signal" in plain
    assert "Requirements that will not be tested: 2" in plain
    assert "57 test purposes, about " in plain


def test_a_selection_that_is_nothing_runs_nothing(tmp_path: Path) -> None:
    finished = atverdict(tmp_path, "run", "--role", "host", "--select", "SOTA-CMD-REG-001")
    assert finished.code == 2
    assert "--select: SOTA-CMD-REG-001 is no requirement" in finished.out


def test_what_the_budget_leaves_out_says_so(tmp_path: Path) -> None:
    finished = atverdict(tmp_path, "run", "--role", "host", "--budget", "60")
    requirements = finished.result["requirements"]
    assert requirements["SOTA-HST-006"]["verdict"] == "pass"
    assert requirements["SOTA-HST-014"]["reason"] == "the budget of 60 s left no room for it"


@pytest.mark.parametrize("name", SELECTION)
def test_a_fault_is_killed_for_its_reason(name: str, tmp_path: Path) -> None:
    killed = try_fault(FAULTS[name], io.BytesIO(), tmp_path, role=Role.HOST)
    assert killed.killed
    assert killed.right, killed


@pytest.mark.parametrize("name", VARIANTS)
def test_a_proper_host_raises_no_alarm(name: str, tmp_path: Path) -> None:
    judgement = run_simulator(f"sim:?{VARIANTS[name]}", io.BytesIO(), tmp_path, role=Role.HOST)
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
