"""`atverdict bench`: many devices at once, one of which may die, and one report over all."""

import csv
import json
import re
import signal
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.campaigns import QUICK_TIMES, Finished, atverdict, atverdict_process
from support.peers import BASIC, falls_silent, peer
from support.real_ports import QUICK, serve_tcp, served

from atverdict.adapters.lease import leased
from atverdict.adapters.simulator.pco import build_simulator

SERVED = QUICK | {
    "baudrate": "4000000",
    "latency_s": "0.001",
    "latency_jitter_s": "0",
    "event_jitter_s": "0",
}
PIXIT = """
[iut]
name = "EC200U"
firmware = "R01"
[timing]
boot = 2.0
connect = 5.0
offer = 5.0
download = 20.0
outcome = 10.0
silence = 0.05
"""


def _bench(folder: Path, *devices: dict[str, object], common: str = "") -> Path:
    path = folder / "bench.toml"
    tables = (
        "\n".join(["[[device]]", *(f"{k} = {json.dumps(v)}" for k, v in device.items()), common])
        for device in devices
    )
    path.write_text("\n".join(tables), encoding="utf-8")
    return path


def _run(folder: Path, *options: str) -> Finished:
    return atverdict(folder, "bench", "bench.toml", "--out", "out", *options)


def _matrix(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "out" / "matrix.csv").open(encoding="utf-8", newline="") as stream:
        return {row["requirement"]: row for row in csv.DictReader(stream)}


def _suites(folder: Path) -> dict[str, ET.Element]:
    root = ET.parse(folder / "out" / "junit.xml").getroot()
    return {suite.get("name", ""): suite for suite in root}


def test_eight_modules_at_once(tmp_path: Path) -> None:
    (tmp_path / "pixit.toml").write_text(PIXIT, encoding="utf-8")
    with ExitStack() as cleanup:
        devices: list[dict[str, object]] = []
        for number in range(8):
            fault = {"fault": "reg-reads-back-zero"} if number == 3 else {}
            module = build_simulator(SERVED | fault)
            address = cleanup.enter_context(
                served(lambda stop, said, module=module: serve_tcp(module, 0, stop, said))  # type: ignore[misc]
            )
            devices.append({"name": f"m{number}", "address": address})
        _bench(tmp_path, *devices, common='pixit = "pixit.toml"\neffort = "quick"')
        ran = _run(tmp_path)
    assert ran.code == 1, ran.err
    for number in range(8):
        result = json.loads((tmp_path / "out" / f"m{number}" / "result.json").read_bytes())
        assert result["verdict"] == ("fail" if number == 3 else "pass"), (number, result)
        assert result["plans_used"] == 1
        assert f"m{number}: [1/12] interconnection.basic: 0 hold" in ran.err
        said = (tmp_path / "out" / f"m{number}" / "output.txt").read_text(encoding="utf-8")
        assert "\n[12/12] " in said
        assert "{" not in said
    row = _matrix(tmp_path)["SOTA-CMD-REG-005"]
    assert [row[f"m{number}"] for number in range(8)] == ["pass"] * 3 + ["fail"] + ["pass"] * 4
    others = "m0, m1, m2, m4, m5, m6, m7"
    assert row["equal_firmware_differs"] == f"EC200U R01: pass {others}; EC200U R01: fail m3"
    page = (tmp_path / "out" / "matrix.html").read_text(encoding="utf-8")
    assert "Equal firmware, different verdicts (1)" in page
    assert page.count('class="differs"') == 8
    assert 'href="m3/report.html#row-SOTA-CMD-REG-005"' in page
    assert "<script" not in page
    assert "://" not in page.replace("socket://127.0.0.1", "")
    suites = _suites(tmp_path)
    assert {name: suite.get("failures") for name, suite in suites.items()} == {
        f"m{number}": "1" if number == 3 else "0" for number in range(8)
    }
    names = Counter(
        (case.get("classname"), case.get("name"))
        for suite in suites.values()
        for case in suite.iter("testcase")
    )
    assert names["m3.SOTA-CMD-REG", "SOTA-CMD-REG-005"] == 1
    assert set(names.values()) == {1}


AGENT = """
import json, os, signal, sys
for line in sys.stdin:
    request = json.loads(line)
    if request["action"] != "capabilities":
        os.kill(os.getppid(), signal.SIGKILL)
    actions = ["arm_plan", "withdraw_plans"]
    print(json.dumps({"id": request["id"], "ok": True, "actions": actions}), flush=True)
"""


def test_a_device_that_dies_takes_nobody_with_it(tmp_path: Path) -> None:
    (tmp_path / "agent.py").write_text(AGENT, encoding="utf-8")
    control = f"[control]\ncommand = [{json.dumps(sys.executable)}, 'agent.py']\n"
    (tmp_path / "deadly.toml").write_text(control, encoding="utf-8")
    select = {"select": "interconnection", "effort": "quick"}
    with peer("absent") as absent, peer("mute") as held, leased(held):
        _bench(
            tmp_path,
            {"name": "dead", "address": "sim:", "pixit": "deadly.toml", "effort": "quick"},
            {"name": "absent", "address": absent, **select},
            {"name": "held", "address": held, **select},
            {"name": "wrong", "address": "sim:?fault=no-such-fault"},
            {"name": "well", "address": "sim:", **select},
        )
        ran = _run(tmp_path)
    assert ran.code == 4, ran.err
    assert "dead: the suite failed; its process was ended by SIGKILL" in ran.err
    assert "wrong: no verdict; its process ended with 3: " in ran.out
    assert "no-such-fault" in ran.out
    assert "in use by another run (process " in ran.out
    well = json.loads((tmp_path / "out" / "well" / "result.json").read_bytes())
    assert well["verdict"] == "pass"
    for name in ("dead", "absent", "held"):
        result = json.loads((tmp_path / "out" / name / "result.json").read_bytes())
        assert result["verdict"] == "inconclusive", name
        assert result["complete"] is False, name
    row = _matrix(tmp_path)["SOTA-CMD-REG-001"]
    assert row["dead"] == row["well"] == "pass"  # it died after it had shown that
    assert row["wrong"] == "no log"
    assert {row["absent"], row["held"]} <= {"inconclusive", "not-tested"}
    page = (tmp_path / "out" / "matrix.html").read_text(encoding="utf-8")
    assert "its process was ended by SIGKILL" in page
    errors = {
        n: suite.find("testcase[@name='run']/error") for n, suite in _suites(tmp_path).items()
    }
    assert {name for name, error in errors.items() if error is not None} == {
        "dead",
        "absent",
        "held",
        "wrong",
    }


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_all_and_keeps_the_evidence(number: int, tmp_path: Path) -> None:
    broken = dict(BASIC) | {b"AT+QIOTSTATE?": b"\r\n+QIOTSTATE: 13\r\n\r\nOK\r\n"}
    with peer(falls_silent(dict(BASIC))) as good, peer(falls_silent(broken)) as bad:
        names = {"good": good, "bad": bad, "later": "sim:"}
        _bench(tmp_path, *({"name": name, "address": a} for name, a in names.items()))
        process = atverdict_process(tmp_path, "bench", "bench.toml", "--out", "out", "--jobs", "2")
        _wait_for(process, "good: [2/", "bad: [2/")
        process.send_signal(number)
        out, err = process.communicate()
    assert process.returncode == 1, err
    assert "Traceback" not in err
    for name, verdict in (("good", "inconclusive"), ("bad", "fail")):
        result = json.loads((tmp_path / "out" / name / "result.json").read_bytes())
        assert result["complete"] is False
        assert result["verdict"] == verdict
    assert "later: no verdict; it was not started" in out
    assert not (tmp_path / "out" / "later").exists()
    assert _matrix(tmp_path)["SOTA-CMD-STATE-001"]["bad"] == "fail"
    assert _suites(tmp_path)["good"].find("testcase[@name='run']/error") is not None


def _wait_for(process: "subprocess.Popen[str]", *beginnings: str) -> None:
    assert process.stderr is not None
    left = set(beginnings)
    while left:
        line = process.stderr.readline()
        assert line, left
        left = {beginning for beginning in left if not line.startswith(beginning)}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "missing required field `device`"),
        ("device = []", "device: there is none"),
        ('[[device]]\nname = "a"', "device 1: Object missing required field `address`"),
        (
            '[[device]]\nname = 1\naddress = "sim:"',
            r"device 1: Expected `str`, got `int` - at `\$.name",
        ),
        ('[[device]]\nname = "a"\naddress = "sim:"\nport = 1', "device 1: .*unknown field `port`"),
        (
            '[[device]]\nname = "../a"\naddress = "sim:"',
            r"device 1 \(../a\): name: must be letters",
        ),
        ('[[device]]\nname = "a"\naddress = ""', r"device 1 \(a\): address: must be printable"),
        ('[[device]]\nname = "a"\naddress = "x"\neffort = "some"', "device 1: Invalid .*effort"),
        ('[[device]]\nname = "a"\naddress = "x"\nselect = ","', r"\(a\): select: names nothing"),
        ('[[device]]\nname = "a"\naddress = "x"\nprofile = "p"', r"\(a\): profile p: "),
        (
            '[[device]]\nname = "a"\naddress = "x"\npixit = "no"',
            r"\(a\): PIXIT .*/no: No such file",
        ),
        ('[[device]]\nname = "a"\naddress = "x"\npics = "no"', r"\(a\): PICS .*/no: No such file"),
        (
            '[[device]]\nname = "a"\naddress = "x"\n[[device]]\nname = "A"\naddress = "y"',
            r"device 2 \(A\): name: is the same as that of device 1 \(a\)",
        ),
        (
            '[[device]]\nname = "a"\naddress = "./x"\n[[device]]\nname = "b"\naddress = "x"',
            r"device 2 \(b\): address: is the same as that of device 1 \(a\)",
        ),
    ],
)
def test_a_wrong_file_is_told_by_entry_and_key(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "bench.toml").write_text(text, encoding="utf-8")
    ran = _run(tmp_path)
    assert ran.code == 3
    assert re.search(f"^Error: bench bench.toml: .*{problem}", ran.err, re.MULTILINE), ran.err
    assert not (tmp_path / "out").exists()


def test_a_folder_with_a_run_is_not_used_again(tmp_path: Path) -> None:
    _bench(tmp_path, {"name": "a", "address": "sim:"})
    (tmp_path / "out" / "a").mkdir(parents=True)
    (tmp_path / "out" / "a" / "conformance.log.jsonl").write_text("precious", encoding="utf-8")
    ran = _run(tmp_path)
    assert ran.code == 3
    assert "a has a run already" in ran.err


def test_the_power_command_reaches_the_run(tmp_path: Path) -> None:
    program = "import os; open('cut', 'w').write(os.getcwd())"
    with ExitStack() as cleanup:
        module = build_simulator(SERVED)
        serve = lambda stop, said: serve_tcp(module, 0, stop, said)  # noqa: E731
        device = {
            "name": "a",
            "address": cleanup.enter_context(served(serve)),
            "power": [sys.executable, "-c", program],
            "select": "persistence.mode_two",
        }
        (tmp_path / "pixit.toml").write_text(f"{QUICK_TIMES}", encoding="utf-8")
        _bench(tmp_path, device | {"pixit": "pixit.toml"})
        _run(tmp_path)
    assert (tmp_path / "cut").read_text(encoding="utf-8") == str(tmp_path.resolve())
