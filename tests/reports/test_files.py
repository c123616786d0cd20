"""The files of a run: they parse and agree, and no text of an IUT is taken for markup."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from support.campaigns import atverdict
from support.log_builder import PACKAGE, LogBuilder

from atverdict.conformance.evidence.log import Begin, End, Header
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.reports.dossier import Dossier, dossier
from atverdict.reports.files import CERTIFICATE, LOG, write_reports
from atverdict.reports.formats.summary import summary
from atverdict.spec.loader import load_specification

HOSTILE = '"]]><script>alert(1)</script>\x00\x1b[31m\x08&amp;\u0085\u00ff\u00ed\u00a0\u0080'
VERDICTS = {"pass", "fail", "inconclusive", "warning", "not-tested", "not-applicable"}


def _hostile() -> Dossier:
    """Judge an IUT whose answers are made to break whoever shows them."""
    bench = LogBuilder().proved()
    bench.add(Begin(bench.now_s, "bench.hostile", "A <purpose>.", ("SOTA-CMD-STATE-001",)))
    bench.ask("AT+QIOTSTATE?", f"+QIOTSTATE: {HOSTILE}").refused("AT+qiotreg?")
    bench.ask("AT+QIOTNOSUCH").got(HOSTILE + "\r\n").got(PACKAGE + b"\r\n").silent("AT")
    bench.add(End(bench.now_s, "bench.hostile", problem="<problem> ]]> \x07")).end()
    header = bench.records[0]
    assert isinstance(header, Header)
    bench.records[0] = msgspec.structs.replace(
        header, iut={"name": f"<&>\x00{HOSTILE}", "firmware": "\ufffe"}, address='sim:"<&'
    )
    return dossier(bench.records, log_sha256="", log_octets=0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_reports(_hostile(), tmp_path)
    return tmp_path


def _result(folder: Path) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads((folder / "result.json").read_bytes())
    return decoded


def test_result_has_the_shape_of_the_contract(folder: Path) -> None:
    result = _result(folder)
    assert result["format"] == 1
    assert result["iut"].keys() >= {"name", "address", "profile"}
    assert result["verdict"] in {"pass", "fail", "inconclusive"}
    module = {r.id for r in load_specification().requirements.values() if r.role.value == "module"}
    assert result["requirements"].keys() == module
    purposes = {test["id"] for test in result["tests"]}
    for name, shown in result["requirements"].items():
        assert shown["verdict"] in VERDICTS, name
        assert shown["reason"], name
        assert "\n" not in shown["reason"], name
        assert set(shown["tests"]) <= purposes, name
    for test in result["tests"]:
        assert test.keys() >= {"id", "verdict", "requirements", "duration_s"}
        assert test["verdict"] in {"pass", "fail", "inconclusive", "error"}
        assert test["duration_s"] >= 0
    assert isinstance(result["plans_used"], int)
    assert isinstance(result["duration_s"], float)


def test_a_broken_should_is_a_warning_and_no_fail() -> None:
    judgement = LogBuilder().proved().ask("AT+QIOTNOSUCH").end().judgement()
    assert judgement.requirements["SOTA-FRM-013"].outcome is Outcome.WARNING
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert judgement.exit_code == 2


def test_a_broken_may_is_never_a_fail() -> None:
    judgement = LogBuilder().proved().confirmed().silent("AT+QIOTUPDATE=1").end().judgement()
    assert judgement.requirements["SOTA-CMD-UPDATE-012"].outcome is Outcome.INCONCLUSIVE


def test_a_should_that_the_profile_demands_is_a_fail() -> None:
    plain = LogBuilder().proved().factory_reset().ask("AT+QIOTUPDATE=1").judgement()
    assert plain.requirements["SOTA-CMD-UPDATE-010"].outcome is Outcome.WARNING
    updating = LogBuilder(profile="cellular-2025+sdk29").proved().updating()
    strict = updating.refused("AT+QIOTUPDATE=3").judgement()
    assert strict.requirements["SOTA-CMD-UPDATE-013"].outcome is Outcome.FAIL


def test_a_run_without_an_upgrade_never_passes() -> None:
    judgement = LogBuilder().proved().end().judgement()
    assert judgement.exit_code == 2
    assert judgement.inconclusive_because == "no upgrade was seen from offer to outcome"
    selected = LogBuilder(selection=("interconnection",)).proved().end().judgement()
    assert selected.exit_code == 0


def test_what_is_not_proved_to_be_an_iut_breaks_nothing() -> None:
    judgement = LogBuilder().ask("AT").refused("AT+QIOTREG=?").silent("AT").end().judgement()
    assert {v.outcome for v in judgement.requirements.values()} <= {
        Outcome.INCONCLUSIVE,
        Outcome.NOT_TESTED,
        Outcome.NOT_APPLICABLE,
    }
    assert judgement.exit_code == 2


def test_an_error_of_the_suite_is_no_verdict() -> None:
    bench = LogBuilder().proved()
    bench.add(Begin(bench.now_s, "bench.broken", "Breaks.", ()))
    bench.add(End(bench.now_s, "bench.broken", problem="ValueError: x", error=True))
    judgement = bench.end(complete=False, reason="the suite").judgement()
    assert judgement.exit_code == 4
    assert "the suite itself failed" in judgement.inconclusive_because


def test_junit_counts_what_result_says(folder: Path) -> None:
    root = ET.fromstring((folder / "junit.xml").read_bytes())
    suite = root.find("testsuite")
    assert suite is not None
    verdicts = [shown["verdict"] for shown in _result(folder)["requirements"].values()]
    assert int(suite.attrib["tests"]) == len(verdicts) == len(suite.findall("testcase"))
    for name, tag, counted in (
        ("failures", "failure", ("fail",)),
        ("errors", "error", ("inconclusive",)),
        ("skipped", "skipped", ("not-tested", "not-applicable")),
    ):
        count = sum(verdict in counted for verdict in verdicts)
        assert int(suite.attrib[name]) == count
        assert len(suite.findall(f"testcase/{tag}")) == count
    assert int(suite.attrib["failures"]) > 0
    for case in suite.findall("testcase"):
        named = case.find("properties/property[@name='requirement']")
        assert named is not None
        assert named.attrib["value"] == case.attrib["name"]


def test_hostile_octets_stay_text(folder: Path) -> None:
    junit = (folder / "junit.xml").read_text(encoding="utf-8")
    assert "<script>" not in junit
    root = ET.fromstring(junit)
    failure = root.find("testsuite/testcase[@name='SOTA-CMD-STATE-001']/failure")
    assert failure is not None
    assert failure.text is not None
    assert "]]><script>alert(1)</script><NUL><1B>[31m<08>&amp;<85><FF><ED><A0>" in failure.text
    for path in folder.rglob("*"):
        if path.is_file():
            octets = path.read_bytes()
            octets.decode("utf-8")
            ends = b"\t\r\n" if path.suffix == ".csv" else b"\t\n"  # RFC 4180 wants CR LF
            assert not set(octets) & (set(range(32)) - set(ends)), path
            assert b"\x7f" not in octets, path


def test_the_summary_obeys_nobody() -> None:
    text = summary(_hostile().judgement)
    assert all(c == "\n" or c.isprintable() for c in text)
    assert max(map(len, text.splitlines())) <= 80
    assert "SOTA-CMD-STATE-001 (SHALL)" in text
    assert "log line" in text


def _allure(folder: Path) -> list[dict[str, Any]]:
    paths = sorted((folder / "allure-results").glob("*-result.json"))
    return [json.loads(path.read_bytes()) for path in paths]


def test_allure_results_name_their_requirement(folder: Path) -> None:
    verdicts = {n: s["verdict"] for n, s in _result(folder)["requirements"].items()}
    shown = _allure(folder)
    assert len(shown) == len(verdicts)
    statuses = {"pass": "passed", "fail": "failed", "inconclusive": "broken", "warning": "passed"}
    for each in shown:
        labels = {label["name"]: label["value"] for label in each["labels"]}
        name = labels["requirement"]
        assert any(name in link["url"] for link in each["links"])
        assert each["status"] == statuses.get(verdicts[name], "skipped")
        assert each["start"] <= each["stop"]
        for attachment in each.get("attachments", []):
            assert (folder / "allure-results" / attachment["source"]).is_file()
    assert len({each["historyId"] for each in shown}) == len(shown)


def test_reports_are_the_same_again(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = tmp_path_factory.mktemp("again")
    write_reports(_hostile(), again)
    write_reports(_hostile(), again)  # a second time into the same folder leaves nothing behind
    one, other = [
        {p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()}
        for f in (folder, again)
    ]
    assert one == other


def test_report_makes_the_same_files_from_the_log_alone(tmp_path: Path) -> None:
    assert atverdict(tmp_path, "run", "--select", "SOTA-FRM").code in {0, 2}
    ran, made = tmp_path / "run", tmp_path / "made"
    assert atverdict(tmp_path, "report", "run", "--out", "made", "--only", "junit").code == 0
    assert [path.name for path in made.iterdir()] == ["junit.xml"]
    assert atverdict(tmp_path, "report", f"run/{LOG}", "--out", "made").code == 0
    (made / CERTIFICATE).unlink()  # a run does not make one
    for path in made.rglob("*.*"):
        assert path.read_bytes() == (ran / path.relative_to(made)).read_bytes()


def test_report_refuses_what_is_no_log(tmp_path: Path) -> None:
    finished = atverdict(tmp_path, "report", ".")
    assert finished.code == 3
    assert LOG in finished.err
