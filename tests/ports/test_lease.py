"""The lease on an IUT: one run at a time, named by the module, and free once its holder is dead."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from atverdict.adapters.lease import lease_name, leased
from atverdict.adapters.pco import AbsentError, AddressError

ADDRESS = "socket://192.0.2.1:4000"
HOLDER = """
import sys, tempfile
tempfile.tempdir = sys.argv[1]
from atverdict.adapters.lease import leased
with leased(sys.argv[2]) as lease:
    lease.note("a note")
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def _holder(folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", HOLDER, str(folder), ADDRESS]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_who_holds_it_is_said_and_a_crash_frees_it(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        with (
            pytest.raises(AbsentError, match=rf"another run \(process {process.pid}\)$"),
            leased(f"{ADDRESS}?logging=debug"),
        ):
            pass
        with leased("socket://192.0.2.1:4001"):
            pass
        process.kill()
        process.wait()
        with leased(ADDRESS) as lease:
            assert lease.left == "a note"


def test_what_a_holder_notes_lasts_as_long_as_it_wants(tmp_path: Path) -> None:
    with leased(ADDRESS) as lease:
        lease.note("one")
        lease.note("another")
        lease.kept = True
    assert len(list(tmp_path.glob("*/*"))) == 1
    with leased(ADDRESS) as lease:
        assert lease.left == "another"
    with leased(ADDRESS) as lease, leased("sim:") as nothing:
        nothing.note("nowhere")
        assert (lease.left, nothing.left) == ("", "")


def test_a_run_waits_for_it(tmp_path: Path) -> None:
    with _holder(tmp_path) as process:
        assert process.stdin is not None
        process.stdin.close()
        with leased(ADDRESS, wait_s=20.0):
            pass


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    with leased(ADDRESS), leased("sim:"), leased("sim:"):
        assert len(list(tmp_path.glob("*/*"))) == 1
    assert not list(tmp_path.glob("*/*"))


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with leased(ADDRESS):
        (folder,) = (path for path in tmp_path.iterdir() if path != elsewhere)
    folder.rmdir()
    folder.symlink_to(elsewhere)
    with pytest.raises(AddressError, match="somebody else"), leased(ADDRESS):
        pass


def test_all_ports_of_a_usb_module_have_one_name(tmp_path: Path) -> None:
    ttys = tmp_path / "tty"
    for port, place in {"ttyUSB2": "1-1.4/1-1.4:1.2", "ttyUSB3": "1-1.4/1-1.4:1.3"}.items():
        device = tmp_path / "usb1" / "1-1" / place / port
        device.mkdir(parents=True)
        (ttys / port).mkdir(parents=True)
        (ttys / port / "device").symlink_to(device)
    by_id = tmp_path / "by-id"
    by_id.symlink_to("/dev/ttyUSB3")
    names = {lease_name(a, ttys=ttys) for a in ("/dev/ttyUSB2", "/dev/ttyUSB3", str(by_id))}
    assert names == {"usb:1-1.4"}
    assert lease_name("/dev/ttyS0", ttys=ttys) == "/dev/ttyS0"
    assert lease_name("modem", folder=tmp_path, ttys=ttys) == str(tmp_path / "modem")
    assert lease_name("sim:?fault=mute") == ""
