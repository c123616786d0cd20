"""The run of one device of a bench: its process, its progress and its end."""

import os
import shlex
import signal
import subprocess
import sys
from enum import Enum
from pathlib import Path

from atverdict.cli.bench.table import Device
from atverdict.cli.main import SUITE_FAILED, WRONG_INPUT
from atverdict.cli.progress import PROGRESS_FILE, newest_progress
from atverdict.conformance.preparation.progress import Progress

__all__ = ["OUTPUT", "DeviceRun", "State"]

OUTPUT = "output.txt"
"""In the folder of a device: what its process has said, on both streams."""
INCONCLUSIVE = 2


class State(Enum):
    """The state of the process of a device."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"


class DeviceRun:
    """Runs `atverdict run` for one device, in a process and in its own `folder`."""

    def __init__(self, device: Device, folder: Path) -> None:
        self.device = device
        self.folder = folder
        self.state = State.WAITING
        self.progress: Progress | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._progress_file = folder
        self._told_to_end = False
        self._returned = INCONCLUSIVE

    def start(self, bench_folder: Path, wait_s: float, progress_file: Path) -> None:
        """Start the process, in the folder of the bench's file. Raises `OSError`.

        The process writes to `progress_file` how far it is.
        """
        command = [sys.executable, "-P", "-m", "atverdict", "run", *self.device.options()]
        command += [f"--out={self.folder}", f"--wait={wait_s}"]
        if self.device.power:
            command.append(f"--power={shlex.join(self.device.power)}")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._progress_file = progress_file
        progress_file.touch()
        # A file and no pipe: the run goes on, and its output is kept, also when the bench dies.
        with (self.folder / OUTPUT).open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - this suite itself
                command,
                cwd=bench_folder,
                env=os.environ | {PROGRESS_FILE: str(progress_file)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C is for the bench, which ends its devices one by one.
                start_new_session=True,
            )
        self.state = State.RUNNING

    def look(self) -> bool:
        """Read the progress of the process and look if it has ended; True for any news."""
        if self._process is None or self.state is not State.RUNNING:
            return False
        code = self._process.poll()
        before = self.progress
        self.progress = newest_progress(self._progress_file) or before
        if code is None:
            return self.progress != before
        self._returned = code
        self.state = State.ENDED
        return True

    def end(self) -> None:
        """Ask the process to end. It still judges what it has, and writes its reports."""
        self._told_to_end = True
        if self._process is not None:
            self._process.terminate()

    def kill(self) -> None:
        """End the process by force. Its log is whole up to its last line."""
        self._told_to_end = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def code(self) -> int:
        """The exit code of the run; that of a crash where the process was killed from outside."""
        if self._returned in range(SUITE_FAILED + 1):
            return self._returned
        return INCONCLUSIVE if self._told_to_end else SUITE_FAILED

    @property
    def ended_by(self) -> str:
        """What ended a run that came to no verdict by itself; empty for any other run."""
        if self.state is State.WAITING:
            return "it was not started"
        if self._returned < 0:
            return f"its process was ended by {signal.Signals(-self._returned).name}"
        if self._returned < WRONG_INPUT:
            return ""
        said = (self.folder / OUTPUT).read_text(encoding="utf-8", errors="replace").splitlines()
        last = next((line.strip() for line in reversed(said) if line.strip()), "it said nothing")
        return f"its process ended with {self._returned}: {last}"
