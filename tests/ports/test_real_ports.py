"""Whole runs through real ports: ptys at their pace, ser2net as people set it up, lost ports."""

import json
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import msgspec
import pytest
from support.campaigns import Finished
from support.real_ports import BLOCK, SHORT, replayed, ser2net, simulated_pty

from atverdict.adapters.ports.serial_port import SerialPort
from atverdict.conformance.campaign import session
from atverdict.conformance.campaign.module import replayer
from atverdict.conformance.evidence.log import Header, Port, Record, RoundTrip, read_log
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judge import judge

BLOCK_TIME = "SOTA-TIM-002"
QUERY_TIME = "SOTA-TIM-001"


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs be over soon: they measure less, and pause less before their end."""
    monkeypatch.setattr(session, "ROUND_TRIPS", 3)
    monkeypatch.setattr(replayer, "DECISION_S", 0.05)


def verdicts(done: Finished) -> dict[str, str]:
    """Return what the run says of each requirement."""
    assert done.code in (0, 1, 2), done.err
    return {name: told["verdict"] for name, told in done.result["requirements"].items()}


def broken(done: Finished) -> set[str]:
    """Return the requirements that are broken."""
    return {name for name, verdict in verdicts(done).items() if verdict in ("fail", "warning")}


def records(done: Finished, kind: type) -> list[Record]:
    """Return the records of one kind."""
    return [record for record in read_log(done.log) if isinstance(record, kind)]


@pytest.mark.parametrize("baudrate", ["9600", "115200"])
def test_a_paced_line_takes_its_time_and_breaks_nothing(baudrate: str, tmp_path: Path) -> None:
    with simulated_pty(tmp_path, baudrate=baudrate) as link:
        done = replayed(tmp_path, link, BLOCK, serial=(f"baudrate = {baudrate}",))
    assert broken(done) == set()
    assert verdicts(done)[BLOCK_TIME] == "pass"
    (measured,) = records(done, RoundTrip)
    assert isinstance(measured, RoundTrip)
    assert measured.count == 3
    times = (measured.least_s, measured.median_s, measured.p95_s, measured.most_s)
    assert times == tuple(sorted(times))
    assert "AT answered in" in (done.folder / "run" / "report.html").read_text()
    (header,) = records(done, Header)
    assert isinstance(header, Header)
    assert (header.transport, header.baudrate) == ("pty", int(baudrate))
    # The same log without the pace: long answers show how much the line carries.
    told = [msgspec.structs.replace(header, baudrate=None), *list(read_log(done.log))[1:]]
    assert judge(told).requirements[BLOCK_TIME].outcome is not Outcome.FAIL


@pytest.mark.parametrize("rfc2217", [False, True], ids=["raw", "rfc2217"])
@pytest.mark.parametrize("tuned", [False, True], ids=["default", "tuned"])
def test_ser2net_breaks_nothing(rfc2217: bool, tuned: bool, tmp_path: Path) -> None:  # noqa: FBT001
    with (
        simulated_pty(tmp_path) as link,
        ser2net(link, tmp_path, rfc2217=rfc2217, tuned=tuned) as address,
    ):
        done = replayed(tmp_path, address, BLOCK)
    assert broken(done) == set()
    assert verdicts(done)[BLOCK_TIME] == "pass"
    (header,) = records(done, Header)
    assert isinstance(header, Header)
    expected = ("url", 115200) if rfc2217 else ("tcp", None)
    assert (header.transport, header.baudrate) == expected


def test_a_module_that_is_slow_throughout_is_found_on_a_port_of_this_machine(
    tmp_path: Path,
) -> None:
    with simulated_pty(tmp_path, latency_s="0.45", latency_jitter_s="0") as link:
        done = replayed(tmp_path, link, ("AT",))
    assert broken(done) == {QUERY_TIME}


AGENT = """
import json, os, sys
for line in sys.stdin:
    request = json.loads(line)
    reply = {"id": request["id"], "ok": True}
    if request["action"] == "capabilities":
        reply["actions"] = ["power_cycle"]
    else:
        with open("order", "w") as order:
            order.write("again")
        with open("done") as done:
            done.read()
    print(json.dumps(reply), flush=True)
"""


def test_a_pty_that_comes_back_under_another_name_goes_on(tmp_path: Path) -> None:
    (tmp_path / "agent.py").write_text(AGENT)
    for fifo in ("order", "done"):
        os.mkfifo(tmp_path / fifo)
    first, second = str(tmp_path / "ttyA"), str(tmp_path / "ttyB")
    serial = (f"port_pattern = {json.dumps(str(tmp_path / 'tty?'))}", "")
    agent = ("[control]", f"command = {json.dumps([sys.executable, 'agent.py'])}")
    lines = (*SHORT, "!perform power_cycle {}", *SHORT)
    with ExitStack() as module:
        module.enter_context(simulated_pty(tmp_path, name="ttyA"))

        def laboratory() -> None:
            (tmp_path / "order").read_text()
            module.close()
            module.enter_context(simulated_pty(tmp_path, name="ttyB"))
            (tmp_path / "done").write_text("done")

        thread = Thread(target=laboratory)
        thread.start()
        done = replayed(tmp_path, first, lines, serial=(*serial, *agent))
        thread.join()
    assert broken(done) == set()
    lost, back = records(done, Port)
    assert isinstance(lost, Port)
    assert isinstance(back, Port)
    assert (lost.open, back.open) == (False, True)
    assert back.reason == f"found as {second}"
    ended = {test["id"]: test["verdict"] for test in done.result["tests"]}
    assert ended["replay"] == "pass", done.result["tests"]


def test_a_held_port_is_wrong_input_that_names_the_holder(tmp_path: Path) -> None:
    with simulated_pty(tmp_path) as link:
        port = SerialPort(link, baudrate=115200)
        done = replayed(tmp_path, link, SHORT)
        port.close()
    assert done.code == 3
    assert f"in use by another process (pid {os.getpid()}, " in done.err
