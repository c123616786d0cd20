"""A run that is killed, or whose disk is full: the log is whole up to its last line."""

import errno
import io
import json
import os
import queue
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.campaigns import atverdict, atverdict_process
from support.peers import peer, scripted

from atverdict.conformance.evidence.log import LogLost, LogWriter, Waited, read_log
from atverdict.reports.files import LOG

BASIC = {
    b"AT": b"\r\nOK\r\n",
    b"AT+CMEE=0": b"\r\nOK\r\n",
    b"AT+QIOTREG=?": b"\r\n+QIOTREG: (0-2)\r\n\r\nOK\r\n",
    b"AT+QIOTREG?": b"\r\n+QIOTREG: 0\r\n\r\nOK\r\n",
    b"AT+QIOTSTATE?": b"\r\n+QIOTSTATE: 13\r\n\r\nOK\r\n",
}
CUT_OFF = "the log has no end: the run was cut off"


@pytest.mark.parametrize(("commands", "broken"), [(1, False), (3, False), (22, True)])
def test_a_killed_run_can_be_reported(commands: int, broken: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    pids: queue.SimpleQueue[int] = queue.SimpleQueue()
    answer = scripted(BASIC)
    came = 0

    def kills(octets: bytes) -> bytes:
        nonlocal came
        came += octets.count(b"\r")
        if came == commands:
            os.kill(pids.get(), signal.SIGKILL)
        return answer(octets)

    with peer(kills) as address:
        process = atverdict_process(tmp_path, "run", "--iut", address, "--out", "run")
        pids.put(process.pid)
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert [path.name for path in (tmp_path / "run").iterdir()] == [LOG]
    records = list(read_log(tmp_path / "run" / LOG))
    kinds = [type(record).__name__ for record in records]
    assert kinds.count("Sent") in {commands - 1, commands}
    assert "Footer" not in kinds
    assert atverdict(tmp_path, "report", "run").code == 0
    judged = atverdict(tmp_path, "judge", "run")
    assert judged.code == (1 if broken else 2), judged.out
    result = json.loads((tmp_path / "run" / "result.json").read_bytes())
    assert result["complete"] is False
    assert CUT_OFF in result["inconclusive_because"]


def test_a_full_disk_ends_a_run_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / LOG).symlink_to("/dev/full")
    done = atverdict(tmp_path, "run")
    assert done.code == 4
    assert os.strerror(errno.ENOSPC) in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("room_octets", [6_000, 100_000])
def test_a_disk_that_becomes_full(room_octets: int, tmp_path: Path) -> None:
    # The package is put where there is room: the limit counts for each file.
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from atverdict.cli import running\n"
        "from atverdict.cli.main import main\n"
        "running.suite_package = lambda: b''\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room_octets}, {room_octets}))\n"
        "sys.argv = ['atverdict', 'run', '--out', 'run']\n"
        "main()\n"
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    assert "INTERNALERROR" not in done.stderr
    assert "the log cannot be written" in done.stderr.splitlines()[-1]
    assert (tmp_path / "run" / LOG).stat().st_size == room_octets
    judged = atverdict(tmp_path, "judge", "run")
    assert judged.code == 2, judged.out + judged.err
    assert CUT_OFF in " ".join(judged.out.split())


class _Small(io.RawIOBase):
    """A file with room for a few octets; it takes what it can, as an operating system does."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.octets = b""
        self.room = room

    def write(self, octets: object) -> int:
        assert isinstance(octets, bytes)
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = octets[: min(self.room, 7)]
        self.room -= len(taken)
        self.octets += taken
        return len(taken)


def test_nothing_follows_half_a_line() -> None:
    line = b'{"kind":"waited","t":1.0}\n'
    file = _Small(len(line) + 10)
    writer = LogWriter(file)  # type: ignore[arg-type] # it is as much of a stream as is needed
    writer.write(Waited(1.0))
    for _ in range(2):
        with pytest.raises(LogLost, match="No space left"):
            writer.write(Waited(1.0))
        file.room = 100
    assert file.octets == line + line[:10]
    assert writer.lines == 1
