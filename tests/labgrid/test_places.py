"""Places of a labgrid coordinator: a real one, with its exporter, on the loopback."""

import os
import re
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.campaigns import Finished, atverdict, atverdict_process
from support.labgrid_laboratory import (
    TIMEOUT_S,
    Laboratory,
    laboratory,
    power_strip,
)
from support.simulate_process import simulating

from atverdict.adapters.labgrid import keeper
from atverdict.adapters.labgrid.client import CLIENT
from atverdict.cli import running
from atverdict.cli.progress import ProgressLine
from atverdict.conformance.campaign.module import campaign
from atverdict.conformance.evidence.log import Header, read_log
from atverdict.conformance.preparation.progress import Progress

QUICK = ("--effort", "quick", "--select", "SOTA-CMD-REG-001")
PLACES = ("desk", "shelf", "tower")
PERSISTENCE = ("--select", "persistence.mode_two")
PIXIT = """
[timing]
boot = 5.0
connect = 5.0
offer = 5.0
silence = 0.1
"""


@pytest.fixture(scope="module")
def switched() -> list[str]:
    """What the power strip of the place tower was asked."""
    return []


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, switched: list[str]) -> Iterator[Laboratory]:
    """Three places with a module each; two have tags, the third has a switch for its power."""
    folder = tmp_path_factory.mktemp("lab")
    words = ("--pty", str(folder / "modem"), "--control", str(folder / "control"), "--count", "3")
    with (
        simulating(folder, *words, count=3) as modules,
        power_strip(modules[2].control, switched.append) as strip,
        laboratory(
            folder,
            {name: each.address for name, each in zip(PLACES, modules, strict=True)},
            {"tower": strip},
        ) as lab,
    ):
        lab.client("--place=desk", "set-tags", "fw=R01", "rack=left")
        lab.client("--place=shelf", "set-tags", "fw=R01", "rack=right")
        yield lab


@pytest.fixture(autouse=True)
def _own_leases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The places of other workers have the same names."""
    (tmp_path / "leases").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "leases"))


@pytest.fixture(autouse=True)
def all_free(lab: Laboratory) -> Iterator[None]:
    """Whatever a test does, it leaves no place acquired and no reservation behind."""
    yield
    assert lab.holders() == set()
    assert lab.client("reservations") == ""


def _run(folder: Path, address: str, *words: str) -> Finished:
    (folder / "pixit.toml").write_text(PIXIT, encoding="utf-8")
    return atverdict(folder, "run", "--iut", address, "--pixit", "pixit.toml", *words)


def _header(done: Finished) -> Header:
    header = next(iter(read_log(done.log)))
    assert isinstance(header, Header)
    return header


def _verdict(done: Finished) -> str:
    assert done.code in (0, 1, 2), done.err
    return str(done.result["requirements"]["SOTA-CMD-REG-001"]["verdict"])


def test_a_place_is_booked_and_its_port_is_tested(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(CLIENT, str(lab.installed))
    done = _run(tmp_path, "labgrid:desk", *QUICK)
    assert done.code == 0, done.err
    assert _verdict(done) == "pass"
    header = _header(done)
    assert (header.address, header.transport) == ("labgrid:desk", "url")
    assert re.fullmatch(
        r"rack/desk/NetworkSerialPort/RawSerialPort at rfc2217://127\.0\.0\.1:\d+\?ign_set_control",
        header.environment["labgrid_port"],
    )
    assert "labgrid: desk is acquired, its port is rfc2217://127.0.0.1:" in done.err


def test_any_free_place_with_a_tag_will_do(lab: Laboratory, tmp_path: Path) -> None:
    lab.client("--place=desk", "acquire", user="bob")
    done = _run(tmp_path, "labgrid:fw=R01", *QUICK)
    lab.client("--place=desk", "release", user="bob")
    assert _verdict(done) == "pass"
    assert _header(done).address == "labgrid:shelf"


def test_of_a_place_that_is_not_free_it_says_who_has_it(lab: Laboratory, tmp_path: Path) -> None:
    lab.client("--place=desk", "acquire", user="bob")
    named = _run(tmp_path, "labgrid:desk", *QUICK)
    reason = named.result["requirements"]["SOTA-CMD-REG-001"]["reason"]
    tagged = _run(tmp_path, "labgrid:rack=left", *QUICK)
    assert lab.holders() == {"bob desk"}
    lab.client("--place=desk", "release", user="bob")
    assert (named.code, tagged.code) == (2, 2)
    assert re.search(r"the place desk is in use by \S+/bob; --wait SECONDS waits for it", reason)
    assert "no place with rack=left is free; --wait SECONDS" in tagged.out.replace("\n", " ")


def test_it_waits_for_a_place_as_long_as_it_is_told(lab: Laboratory, tmp_path: Path) -> None:
    lab.client("--place=desk", "acquire", user="bob")
    arguments = ("run", "--iut", "labgrid:desk", "--out", "run", "--wait", "60", *QUICK)
    with atverdict_process(tmp_path, *arguments) as waiting:
        assert waiting.stderr is not None
        assert waiting.stderr.readline() == "labgrid: waiting for a place with name=desk ...\n"
        lab.client("--place=desk", "release", user="bob")
        out, err = waiting.communicate()
    assert waiting.returncode == 0, err
    assert "1 pass" in out


def test_an_interrupt_while_it_waits_leaves_no_reservation(lab: Laboratory, tmp_path: Path) -> None:
    lab.client("--place=desk", "acquire", user="bob")
    arguments = ("run", "--iut", "labgrid:desk", "--out", "run", "--wait", "60", *QUICK)
    with atverdict_process(tmp_path, *arguments) as waiting:
        assert waiting.stderr is not None
        assert "waiting for a place" in waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        _, err = waiting.communicate()
    lab.client("--place=desk", "release", user="bob")
    assert waiting.returncode == 2, err
    assert err.split() == ["interrupted"]


def test_a_run_that_is_killed_gives_its_place_back(lab: Laboratory, tmp_path: Path) -> None:
    keeping = _killed(tmp_path)
    _until_dead(keeping)
    assert lab.holders() == set()


def test_a_place_left_behind_by_a_crash_of_everything_is_taken_over(
    lab: Laboratory, tmp_path: Path
) -> None:
    keeping = _killed(tmp_path, keeper_first=True)
    _until_dead(keeping)
    assert {holder.split()[1] for holder in lab.holders()} == {"desk"}
    done = _run(tmp_path, "labgrid:desk", *QUICK)
    assert _verdict(done) == "pass"
    assert "desk was left behind by a run that died; it is taken over" in done.err


def test_a_place_that_is_the_users_already_stays_so(lab: Laboratory, tmp_path: Path) -> None:
    lab.client("--place=desk", "acquire")
    before = lab.holders()
    done = _run(tmp_path, "labgrid:desk", *QUICK)
    assert _verdict(done) == "pass"
    assert "desk is yours already; it is not released after the run" in done.err
    assert lab.holders() == before
    lab.client("--place=desk", "release")


def test_a_place_that_somebody_takes_away_ends_the_run(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Kicking(ProgressLine):
        def show(self, progress: Progress) -> None:
            super().show(progress)
            if progress.number == 2:
                lab.client("--place=desk", "release", "--kick", user="bob")

    monkeypatch.setattr(running, "ProgressLine", Kicking)
    monkeypatch.setattr(campaign, "PORT_BACK_S", 2.0)
    done = _run(tmp_path, "labgrid:desk")
    assert done.code == 2, done.err
    assert "the port was lost" in done.out
    assert "did not come back" in done.out


def test_the_users_own_reservation_is_used(
    lab: Laboratory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    token = lab.reserve("name=desk")
    monkeypatch.setenv("LG_TOKEN", token)
    assert _verdict(_run(tmp_path, "labgrid:desk", *QUICK)) == "pass"
    assert token in lab.client("reservations")
    lab.client("cancel-reservation", token)


def test_two_runs_share_no_place(lab: Laboratory, tmp_path: Path) -> None:
    bench = "".join(
        f'[[device]]\nname = "{name}"\naddress = "labgrid:fw=R01"\npixit = "pixit.toml"\n'
        'effort = "quick"\nselect = "SOTA-CMD-REG-001"\n'
        for name in ("one", "other")
    )
    (tmp_path / "bench.toml").write_text(bench, encoding="utf-8")
    (tmp_path / "pixit.toml").write_text(PIXIT, encoding="utf-8")
    done = atverdict(tmp_path, "bench", "bench.toml", "--out", "out")
    assert done.code == 0, done.err + done.out
    headers = [
        next(iter(read_log(tmp_path / "out" / name / "conformance.log.jsonl")))
        for name in ("one", "other")
    ]
    assert {header.address for header in headers if isinstance(header, Header)} == {
        "labgrid:desk",
        "labgrid:shelf",
    }
    assert lab.holders() == set()


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("labgrid:cellar", 2, "place pattern cellar matches nothing"),
        ("labgrid:des", 2, "labgrid has no place des; the nearest is desk"),
        ("labgrid:fw=R02", 2, "no place has fw=R02"),
        ("labgrid:", 3, "expected labgrid:PLACE or labgrid:TAG=VALUE"),
        ("labgrid:a=b=c", 3, "expected labgrid:PLACE or labgrid:TAG=VALUE"),
    ],
)
def test_what_is_no_place_is_said(address: str, code: int, said: str, tmp_path: Path) -> None:
    done = _run(tmp_path, address, *QUICK)
    assert done.code == code, done.err
    assert said in (done.out + done.err).replace("\n", " ")


def test_a_coordinator_that_is_not_there_is_no_wrong_input(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("LG_COORDINATOR", "127.0.0.1:1")
        done = _run(tmp_path, "labgrid:desk", *QUICK)
    assert done.code == 2, done.err
    assert "labgrid: Could not connect to coordinator" in done.out.replace("\n", " ")


def test_without_labgrid_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as without:
        without.setenv(CLIENT, "no-such-client")
        done = _run(tmp_path, "labgrid:desk", *QUICK)
    assert done.code == 3
    assert "no-such-client is no program that can be started: install labgrid in an " in done.err
    assert CLIENT in done.err


def test_its_power_control_cuts_the_power(switched: list[str], tmp_path: Path) -> None:
    done = _run(tmp_path, "labgrid:tower", *PERSISTENCE)
    assert done.code in (0, 2), done.err
    assert done.result["requirements"]["SOTA-PER-001"]["verdict"] == "pass"
    assert switched[:2] == ["/1/0", "/1/1"]


def test_the_reference_host_takes_an_upgrade_from_a_place(lab: Laboratory, tmp_path: Path) -> None:
    words = ("--store", "packages", "--options", "decide_s=0&verify_s=0&flash_s=0&boot_s=0")
    done = atverdict(tmp_path, "host", "--iut", "labgrid:shelf", *words)
    assert lab.holders() == set()
    assert done.code == 0, done.err
    assert [path.name for path in (tmp_path / "packages").iterdir()] == ["STM32-2_0_0.bin"]


def _killed(folder: Path, *, keeper_first: bool = False) -> int:
    """Kill a run under way; return the process that keeps its place."""
    (folder / "pixit.toml").write_text(PIXIT, encoding="utf-8")
    arguments = ("run", "--iut", "labgrid:desk", "--pixit", "pixit.toml", "--out", "killed")
    with atverdict_process(folder, *arguments) as run:
        assert run.stderr is not None
        assert "labgrid: desk is acquired" in run.stderr.readline()
        children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
        (keeping,) = [number for number in children if _is_keeper(number)]
        if keeper_first:
            os.kill(run.pid, signal.SIGSTOP)
            os.kill(int(keeping), signal.SIGKILL)
        run.kill()
        run.communicate()
    return int(keeping)


def _is_keeper(number: str) -> bool:
    try:
        return keeper.__name__.encode() in Path(f"/proc/{number}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _until_dead(number: int) -> None:
    """Wait for a process that is nobody's child any more."""
    try:
        descriptor = os.pidfd_open(number)
    except ProcessLookupError:
        return
    ready, _, _ = select.select([descriptor], [], [], TIMEOUT_S)
    os.close(descriptor)
    assert ready, "the process that keeps the place lives on"


def test_the_client_is_one_of_an_environment_of_its_own(lab: Laboratory) -> None:
    """Else it would have replaced pyserial under the suite."""
    assert lab.installed.parent != Path(sys.executable).parent
