"""Whole campaigns in the test's own process, and whole runs of the command line."""

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from atverdict.adapters.address import open_address
from atverdict.cli.main import main
from atverdict.conformance.campaign.module.campaign import ModuleCampaign
from atverdict.conformance.evidence.log import Effort, LogWriter
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.pixit import Pixit, load_pixit
from atverdict.conformance.preparation.setup import Setup
from atverdict.conformance.preparation.suite_package import suite_package
from atverdict.reports.formats.result import result

__all__ = [
    "QUICK_TIMES",
    "Finished",
    "Ran",
    "atverdict",
    "atverdict_process",
    "campaign",
    "simulated",
]

QUICK_TIMES = """
[timing]
boot = 0.05
connect = 0.1
offer = 0.1
download = 0.1
outcome = 0.1
silence = 0.05
"""
"""A PIXIT's times for peers that have nothing to say."""


@dataclass(frozen=True)
class Ran:
    """A campaign that has been run."""

    judgement: Judgement
    log: bytes

    @property
    def result(self) -> dict[str, Any]:
        """What `result.json` says."""
        decoded: dict[str, Any] = json.loads(json.dumps(result(self.judgement)))
        return decoded

    def outcomes(self) -> dict[str, str]:
        """Return the outcome of each requirement."""
        return {name: v.outcome.value for name, v in self.judgement.requirements.items()}

    def those(self, *outcomes: Outcome) -> dict[str, str]:
        """Return the reasons of the requirements with one of the outcomes."""
        found = self.judgement.requirements.items()
        return {name: v.reason for name, v in found if v.outcome in outcomes}


def campaign(  # noqa: PLR0913 - what a campaign is made of
    address: str,
    folder: Path,
    *,
    pixit: Pixit | None = None,
    profile: str = "cellular-2025",
    effort: Effort = Effort.STANDARD,
    selection: tuple[str, ...] = (),
) -> Ran:
    """Run everything against an address; `folder` takes the suite's own package."""
    path = folder / "package.bin"
    path.write_bytes(suite_package())
    setup = Setup(
        address=address,
        profile=profile,
        pixit=pixit or load_pixit(None, address),
        effort=effort,
        selection=selection,
        package_path=path,
    )
    stream = io.BytesIO()
    with ExitStack() as cleanup:
        pco, control = open_address(address)
        cleanup.callback(pco.close)
        if control is not None:
            cleanup.callback(control.close)
        judgement = ModuleCampaign(setup, pco, control, LogWriter(stream)).run()
    return Ran(judgement, stream.getvalue())


@lru_cache(maxsize=8)
def simulated(query: str = "") -> Ran:
    """Run everything against the simulator; the last few queries are not run again."""
    with TemporaryDirectory() as folder:
        return campaign(f"sim:?{query}" if query else "sim:", Path(folder))


@dataclass(frozen=True)
class Finished:
    """A command that has ended."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def result(self) -> dict[str, Any]:
        """What `result.json` of the run says."""
        decoded: dict[str, Any] = json.loads((self.folder / "run" / "result.json").read_bytes())
        return decoded

    @property
    def log(self) -> Path:
        """The run's log."""
        return self.folder / "run" / "conformance.log.jsonl"


def atverdict(folder: Path, *arguments: str, out: str = "run") -> Finished:
    """Run the command line in `folder`, in this process; ``run`` writes to `out` there."""
    words = list(arguments)
    if words[:1] == ["run"] and out and "--out" not in words:
        words += ["--out", out]
    said, err = io.StringIO(), io.StringIO()
    command = mock.patch.object(sys, "argv", ["atverdict", *words])
    with chdir(folder), redirect_stdout(said), redirect_stderr(err), command:
        try:
            main()
        except SystemExit as end:
            code = end.code
        else:
            raise AssertionError("main() always ends with an exit code")
    assert isinstance(code, int)
    return Finished(code, said.getvalue(), err.getvalue(), folder)


def atverdict_process(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start the command line in a process of its own, which Ctrl-C ends."""
    # A shell makes what it starts in the background deaf to Ctrl-C: the tests too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "atverdict", *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
