"""The reports of the host role: the IUT asks, the suite answers, and a reader can repeat it."""

import csv
import json
from pathlib import Path

import pytest
from support.campaigns import Finished, atverdict

from atverdict.conformance.judge.roles import HOST
from atverdict.reports.certificate.identification import assumptions
from atverdict.reports.certificate.languages import Wording
from atverdict.reports.dossier import Dossier, read_dossier
from atverdict.reports.scenes.scene import Kind, Party

REQUIREMENT = "SOTA-HST-006"
BROKEN = "AT+QIOTOTARD=1,1024"
LIMIT = "The limit for the commands of the flow is"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Test a host that reads from 1, once."""
    folder = tmp_path_factory.mktemp("host")
    address = "sim:?fault=reads-from-one"
    return atverdict(folder, "run", "--role", "host", "--effort", "quick", "--iut", address)


@pytest.fixture(scope="module")
def dossier(run: Finished) -> Dossier:
    return read_dossier(run.log)


def test_the_command_that_repeats_a_verdict_names_the_role(run: Finished) -> None:
    repeat = "atverdict run --role host --iut 'sim:?fault=reads-from-one' --effort quick"
    assert f"{repeat} --select {REQUIREMENT}" in run.out
    assert f"{repeat} --select {REQUIREMENT}" in json.dumps(run.result)


def test_a_diagram_shows_the_host_asking(dossier: Dossier) -> None:
    scene = dossier.scenes[REQUIREMENT]
    for step in scene.steps:
        if step.kind is Kind.MESSAGE:
            asks = step.text.startswith("AT")
            assert step.sender is (Party.IUT if asks else Party.SUITE), step
    assert scene.divergence is not None
    diverging = scene.steps[scene.divergence.step]
    assert (diverging.text, diverging.sender) == (BROKEN, Party.IUT)
    assert scene.divergence.shown_by(diverging)


def test_response_times_are_those_of_the_host(dossier: Dossier) -> None:
    times = dossier.latencies["AT+QIOTOTARD=?"]
    # The reference host leaves 0.12 s behind a result code; its line takes 1.2 ms.
    assert min(times) == pytest.approx(0.1212, abs=0.001)


def test_the_page_tells_of_a_host(run: Finished) -> None:
    page = (run.folder / "run" / "report.html").read_text(encoding="utf-8")
    assert "which is the module here, to the end of the host" in page
    assert LIMIT not in page
    assert "a host says nothing of itself" in page


def test_matrix_needs_and_page_name_the_checks_of_the_host_role(run: Finished) -> None:
    folder = run.folder / "run"
    with (folder / "matrix.csv").open(encoding="utf-8", newline="") as stream:
        matrix = {row["requirement"]: row["checks"] for row in csv.DictReader(stream)}
    version = next(iter(json.loads((folder / "needs.json").read_bytes())["versions"].values()))
    page = (folder / "report.html").read_text(encoding="utf-8")
    named = {requirement for check in HOST.checks for requirement in check.requirements}
    assert named <= matrix.keys()
    for requirement in named:
        checks = [check.name for check in HOST.checks if requirement in check.requirements]
        assert matrix[requirement] == "; ".join(checks)
        assert version["needs"][requirement]["checks"] == "; ".join(checks)
        assert all(name in page for name in checks)


@pytest.mark.parametrize(
    ("role", "sentence"),
    [("host", "The suite played the module and the platform."), ("module", "control agent")],
)
def test_the_certificate_says_what_the_suite_was(
    role: str, sentence: str, run: Finished, tmp_path: Path
) -> None:
    log = run.log
    if role == "module":
        done = atverdict(tmp_path, "run", "--effort", "quick")
        log = done.log
        assert LIMIT in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    told = assumptions(read_dossier(log).judgement, Wording("en"))
    assert any(sentence in str(each) for each in told)


def test_a_host_is_compared_bundled_and_verified(run: Finished, tmp_path: Path) -> None:
    good = atverdict(tmp_path, "run", "--role", "host", "--effort", "quick")
    compared = atverdict(tmp_path, "compare", "run", str(run.folder / "run"))
    assert (good.code, compared.code) == (0, 1)
    assert f"{REQUIREMENT} (SHALL, regression)" in compared.out
    assert atverdict(tmp_path, "bundle", "run", "--out", "run.zip").code == 0
    assert atverdict(tmp_path, "verify", "run.zip").code == 0
    gate = atverdict(tmp_path, "gate", str(run.folder / "run"), "--baseline", "run")
    assert gate.code == 1
