"""The content of a bundle: complete, and the same each time."""

import base64
import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from support.bundles import contents
from support.campaigns import Finished, atverdict

from atverdict.reports.bundle import archive
from atverdict.reports.bundle.parts_of_log import parts_of_log
from atverdict.reports.bundle.suite import suite_digest
from atverdict.reports.files import LOG, REPORTS
from atverdict.spec.loader import load_files, load_specification

PIXIT = """
[iut]
name = "EC200U"
[product]
key = "p11abc"
secret = "c0VtbGUgc2VjcmV0"
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("ran")
    (folder / "bench.toml").write_text(PIXIT)
    words = ("--pixit", "bench.toml", "--select", "interconnection,decision.refuses")
    ran = atverdict(folder, "run", *words)
    assert ran.code == 0, ran.out
    return ran


@pytest.fixture(scope="module")
def files(ran: Finished) -> dict[str, bytes]:
    packed = atverdict(ran.folder, "bundle", "run")
    assert packed.code == 0, packed.err
    assert "not signed" in packed.out
    return contents(ran.folder / "run.zip")


def test_everything_is_there_with_its_digest(ran: Finished, files: dict[str, bytes]) -> None:
    manifest = json.loads(files["manifest.json"])
    assert set(files) == {"manifest.json", *manifest["files"]}
    for name, due in manifest["files"].items():
        assert due["sha256"] == hashlib.sha256(files[name]).hexdigest(), name
        assert due["octets"] == len(files[name]), name
    assert files[LOG] == ran.log.read_bytes()
    made = {name.removeprefix("reports/").partition("/")[0] for name in files if "reports/" in name}
    assert made == {file for file, _ in REPORTS.values()}
    assert files["reports/result.json"] == (ran.log.parent / "result.json").read_bytes()
    assert manifest["suite_sha256"] == suite_digest()


def test_the_specification_is_in_it(files: dict[str, bytes]) -> None:
    below = "specification/"
    carried = {n.removeprefix(below): octets for n, octets in files.items() if n.startswith(below)}
    assert load_files(carried) == load_specification()
    digest = load_specification().digest
    assert json.loads(files["manifest.json"])["specification_sha256"] == digest


def test_parts_of_the_log_stand_alone(files: dict[str, bytes]) -> None:
    records = [json.loads(line) for line in files[LOG].splitlines()]
    transcript = [json.loads(line) for line in files["control-agent.jsonl"].splitlines()]
    assert transcript == [record for record in records if record["kind"] == "control"]
    assert transcript
    assert json.loads(files["pixit.json"]) == records[0]["pixit"]
    assert json.loads(files["pixit.json"])["iut"]["name"] == "EC200U"
    assert json.loads(files["pics.json"]) == {}
    environment = json.loads(files["environment.json"])
    assert environment["python"].split()[1].count(".") == 2
    assert environment["transport"] == "sim"
    assert environment["adapter"].endswith("SimulatorPco")
    assert parts_of_log([]) == {"control-agent.jsonl": b""}


def test_no_secret_is_in_it(files: dict[str, bytes]) -> None:
    secret = b"c0VtbGUgc2VjcmV0"
    for name, octets in files.items():
        assert secret not in octets, name
        assert base64.b64encode(secret)[:-2] not in octets, name


def test_the_same_run_gives_the_same_octets(ran: Finished) -> None:
    atverdict(ran.folder, "bundle", "run", "--out", "one.zip")
    for report in ran.log.parent.glob("*.xml"):
        report.unlink()
    done = atverdict(ran.folder, "bundle", f"run/{LOG}", "--out", "other.zip")
    assert done.code == 0
    assert (ran.folder / "one.zip").read_bytes() == (ran.folder / "other.zip").read_bytes()
    with zipfile.ZipFile(ran.folder / "one.zip") as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any(entry.extra or entry.comment for entry in packed.infolist())
    assert not list(ran.folder.glob("*.part"))


def test_the_certificate_is_taken_over(ran: Finished, tmp_path: Path) -> None:
    (tmp_path / LOG).write_bytes(ran.log.read_bytes())
    (tmp_path / "certificate.pdf").write_bytes(b"%PDF-1.7 a certificate")
    out = tmp_path / "with.zip"
    assert atverdict(tmp_path, "bundle", ".", "--out", str(out)).code == 0
    assert contents(out)["reports/certificate.pdf"] == b"%PDF-1.7 a certificate"
    verified = atverdict(tmp_path, "verify", str(out))
    assert verified.code == 0, verified.out
    assert "certificate.pdf" in verified.out


def test_a_log_that_was_cut_off_is_packed(ran: Finished, tmp_path: Path) -> None:
    (tmp_path / LOG).write_bytes(ran.log.read_bytes()[:-40])
    assert atverdict(tmp_path, "bundle", LOG, "--out", "cut.zip").code == 0
    assert json.loads(contents(tmp_path / "cut.zip")["reports/result.json"])["complete"] is False
    assert atverdict(tmp_path, "verify", "cut.zip").code == 0


def test_what_cannot_be_packed_is_one_sentence(ran: Finished, tmp_path: Path) -> None:
    log = ran.log.read_bytes()
    digest = load_specification().digest.encode()
    (tmp_path / "empty").mkdir()
    (tmp_path / "other.jsonl").write_bytes(log.replace(digest, b"0" * 64, 1))
    for words, reason in (
        (("empty",), LOG),
        (("other.jsonl",), "another specification"),
        ((str(ran.log), "--out", "no/where.zip"), "No such file"),
        ((str(ran.log), "--sign", "nokey"), "nokey"),
        ((str(ran.log), "--time-stamp", "nostamp"), "nostamp"),
        ((str(ran.log), "--time-stamp", "ftp://tsa"), "http"),
    ):
        done = atverdict(tmp_path, "bundle", *words)
        assert done.code == 3, words
        assert reason in done.err, words
        assert done.err.count("\n") == 1, words
    assert not list(tmp_path.rglob("*.zip*"))


def test_padding_is_no_bomb(tmp_path: Path) -> None:
    # A log of a package that is full of padding deflates as well as a bomb does.
    padding = tmp_path / "padding"
    padding.write_bytes(bytes(archive.FREE_OCTETS + 1))
    archive.write_archive(tmp_path / "stored.zip", {"padding": padding, "text": b"text"})
    with archive.open_archive(tmp_path / "stored.zip") as opened:
        assert sum(map(len, opened.chunks("padding"))) == archive.FREE_OCTETS + 1
        assert opened.octets("text", 4) == b"text"
