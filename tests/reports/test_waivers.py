"""Waivers: what is read, which fails they cover, and where it shows."""

import datetime as dt
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest
from support.campaigns import atverdict
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.log import Header
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.firmware import in_range, is_range
from atverdict.conformance.preparation.pixit import InputError
from atverdict.reports.waiver import Waived, Waiver, applied, load_waivers
from atverdict.spec.loader import load_specification

KNOWN = load_specification().requirements
MODE = "SOTA-CMD-REG-005"
A01M08, A01M10, A02 = "EC200UCNAAR03A01M08", "EC200UCNAAR03A01M10", "EC200UCNAAR03A02M01"
ENTRY = {
    "requirement": MODE,
    "reason_contains": "got +QIOTREG: 0",
    "firmware": "*",
    "who": "A. Example",
    "why": "the host does not read the mode",
    "link": "https://issues.example/1",
    "expires": "2025-06-30",
}


def _file(path: Path, **changed: str | None) -> Path:
    """Write a file with one waiver; None leaves an entry out."""
    entries = {name: value for name, value in (ENTRY | changed).items() if value is not None}
    lines = (f"{n} = {v if n == 'expires' else json.dumps(v)}\n" for n, v in entries.items())
    path.write_text("[[waiver]]\n" + "".join(lines), encoding="utf-8")
    return path


def _waiver(**changed: object) -> Waiver:
    return msgspec.convert(ENTRY | changed, Waiver)


def _judgement(firmware: str = A01M08, opened_at: str = "2025-01-01T00:00:00+00:00") -> Judgement:
    """Judge a log in which the mode that was written is not read back, twice."""
    bench = LogBuilder().proved().ask("AT+QIOTREG=2")
    bench.ask("AT+QIOTREG?", "+QIOTREG: 0").ask("AT+QIOTREG?", "+QIOTREG: 0").end()
    header = bench.records[0]
    assert isinstance(header, Header)
    iut = {"firmware": firmware} if firmware else {}
    bench.records[0] = msgspec.structs.replace(header, iut=iut, opened_at=opened_at)
    judgement = bench.judgement()
    assert judgement.requirements[MODE].outcome is Outcome.FAIL
    return judgement


# Firmware


@pytest.mark.parametrize(
    ("wanted", "firmware", "expected"),
    [
        ("*", "", True),
        ("*", A01M08, True),
        (A01M08, A01M08, True),
        (A01M08, A01M10, False),
        ("EC200U*A01M??", A01M10, True),
        ("EC200U*A01M??", A02, False),
        (f"{A01M08},{A02}", A02, True),
        (f"{A01M08}, {A02}", A01M10, False),
        (">=EC200UCNAAR03A01M9", A01M10, True),
        (">=EC200UCNAAR03A01M9", A01M08, False),
        (">EC200UCNAAR03A01M8", A01M08, False),
        (">=EC200UCNAAR03A01M8", A01M08, True),
        ("<=EC200UCNAAR03A01M10", A01M10, True),
        (f">={A01M08},<{A02}", A01M10, True),
        (f">={A01M08},<{A02}", A02, False),
        (f">={A01M08},<{A02}", "", False),
        (f"EC600*,>={A01M08}", A01M10, False),
        (">=EC200U", "EC200UCN", True),
        ("<2.23", "2.9", True),
        (f">={'9' * 5000}", "9" * 5001, True),
    ],
)
def test_a_range_of_firmware(wanted: str, firmware: str, expected: bool) -> None:  # noqa: FBT001
    assert is_range(wanted)
    assert in_range(wanted, firmware) is expected


@pytest.mark.parametrize("text", ["", ",", "A,", ">=", ">=A,<", "A,,B"])
def test_no_range_of_firmware(text: str) -> None:
    assert not is_range(text)


# Reading


def test_a_file_of_waivers(tmp_path: Path) -> None:
    (waiver,) = load_waivers(_file(tmp_path / "w.toml"), KNOWN)
    assert waiver == _waiver()
    assert waiver.expires == dt.date(2025, 6, 30)
    (waiver,) = load_waivers(_file(tmp_path / "w.toml", link=None), KNOWN)
    assert not waiver.link
    (tmp_path / "none.toml").write_text("")
    assert load_waivers(tmp_path / "none.toml", KNOWN) == ()


@pytest.mark.parametrize("name", [name for name in ENTRY if name != "link"])
def test_an_entry_that_is_missing(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"w\.toml.*{name}.*waiver\[0\]"):
        load_waivers(_file(tmp_path / "w.toml", **{name: None}), KNOWN)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requirement", "SOTA-EVT-999"),
        ("requirement", ""),
        ("reason_contains", " "),
        ("firmware", ">="),
        ("firmware", ""),
        ("who", ""),
        ("why", "a\x1b[2J"),
        ("link", "javascript:alert(1)"),
        ("link", "https://a\n"),
        ("expires", "2025-02-30"),
        ("expires", "2025-02-03T10:00:00"),
        ("expires", "20250203"),
        ("expires", '"soon"'),
        ("because", "it is so"),
    ],
)
def test_an_entry_that_is_wrong(name: str, value: str, tmp_path: Path) -> None:
    path = _file(tmp_path / "w.toml", **{name: value})
    ended = atverdict(tmp_path, "gate", "nowhere", "--waivers", path.name)
    assert ended.code == 3
    assert ended.err.count("\n") == 1
    assert "w.toml" in ended.err
    assert name in ended.err or "not valid TOML" in ended.err


@pytest.mark.parametrize("octets", [b"[waiver]\n", b"[[waivers]]\n", b"[[waiver\n", b"\xff"])
def test_a_file_that_is_none(octets: bytes, tmp_path: Path) -> None:
    (tmp_path / "w.toml").write_bytes(octets)
    with pytest.raises(InputError, match=r"waivers .*w\.toml"):
        load_waivers(tmp_path / "w.toml", KNOWN)
    with pytest.raises(InputError, match=r"gone\.toml"):
        load_waivers(tmp_path / "gone.toml", KNOWN)


# What they cover


def _applied(judgement: Judgement, **changed: object) -> Waived:
    return applied(judgement, [_waiver(**changed)])


def test_a_fail_that_is_waived_stays_a_fail() -> None:
    judgement = _judgement()
    waived = _applied(judgement)
    (each,) = waived.requirements
    assert (each.requirement, each.who) == (MODE, "A. Example")
    assert each.reason == judgement.requirements[MODE].reason
    assert waived.covers(MODE)
    assert not waived.covers("SOTA-CMD-REG-004")
    assert not waived.problems
    assert judgement.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"expires": "2024-12-31"}, ("expired", "2024-12-31", "2025-01-01")),
        ({"firmware": A02}, ("matches nothing", A02)),
        ({"requirement": "SOTA-CMD-REG-001"}, ("matches nothing", "pass")),
        ({"requirement": "SOTA-SEQ-001"}, ("matches nothing", "not-tested")),
        ({"requirement": "SOTA-HST-001"}, ("matches nothing", "role")),
        ({"reason_contains": "7,10700"}, ("matches nothing", "7,10700")),
    ],
)
def test_a_waiver_that_covers_nothing(changed: dict[str, str], words: tuple[str, ...]) -> None:
    waived = _applied(_judgement(), **changed)
    assert not waived.requirements
    (problem,) = waived.problems
    assert all(word in problem for word in words)


def test_the_last_day_is_a_day() -> None:
    assert _applied(_judgement(), expires="2025-01-01").requirements
    late = _judgement(opened_at="2025-01-01T23:59:59-11:00")
    assert _applied(late, expires="2025-01-01").requirements


@pytest.mark.parametrize("opened_at", ["", "yesterday", "\x00"])
def test_a_log_without_a_date_waives_nothing(opened_at: str) -> None:
    waived = _applied(_judgement(opened_at=opened_at))
    assert not waived.requirements
    assert "date" in waived.problems[0]


def test_a_firmware_that_nobody_named() -> None:
    assert _applied(_judgement(firmware="")).requirements
    assert "PIXIT" in _applied(_judgement(firmware=""), firmware=A01M08).problems[0]


def test_a_new_way_to_fail_is_not_waived() -> None:
    bench = LogBuilder().proved().ask("AT+QIOTREG=2")
    bench.ask("AT+QIOTREG?", "+QIOTREG: 0").ask("AT+QIOTREG?", "+QIOTREG: 1").end()
    waived = _applied(bench.judgement())
    assert not waived.covers(MODE)
    assert "in another way too" in waived.problems[0]
    assert "+QIOTREG: 1" in waived.problems[0]


def test_two_waivers_for_one_fail_are_both_used() -> None:
    waived = applied(_judgement(), [_waiver(), _waiver(who="B. Example")])
    assert [each.who for each in waived.requirements] == ["A. Example"]
    assert not waived.problems


# Where it shows


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("waivers")
    fault = "sim:?fault=reg-reads-back-zero"
    assert atverdict(folder, "run", "--iut", fault, "--select", MODE).code == 1
    _file(folder / "w.toml")
    return folder


def _made(ran: Path, out: str, *words: str) -> tuple[dict[str, Any], ET.Element]:
    assert atverdict(ran, "report", "run", "--out", out, *words).code == 0
    result: dict[str, Any] = json.loads((ran / out / "result.json").read_bytes())
    suite = ET.fromstring((ran / out / "junit.xml").read_bytes()).find("testsuite")
    assert suite is not None
    return result, suite


def test_reports_show_what_is_waived(ran: Path) -> None:
    result, suite = _made(ran, "waived", "--waivers", "w.toml")
    (waived,) = result["waived"]
    assert waived.keys() == {"requirement", "reason", "who", "why", "link", "expires"}
    assert (waived["requirement"], waived["expires"]) == (MODE, "2025-06-30")
    assert result["verdict"] == result["requirements"][MODE]["verdict"] == "fail"
    case = suite.find(f"testcase[@name='{MODE}']")
    assert case is not None
    skipped = case.find("skipped")
    assert skipped is not None
    assert skipped.attrib["message"].startswith("waived by A. Example until 2025-06-30: the host")
    assert case.find("failure") is None
    assert suite.attrib["failures"] == "0"
    assert len(suite.findall("testcase/skipped")) == int(suite.attrib["skipped"])


def test_people_read_who_answers_for_it(ran: Path) -> None:
    hostile = "<b>why|not</b>"
    _file(ran / "waivers.toml", why=hostile, who="B. Example")
    only = ("--only", "html", "--only", "markdown", "--only", "certificate")
    words = ("report", "run", "--out", "read", "--waivers", "waivers.toml", *only)
    assert atverdict(ran, *words).code == 0
    page = (ran / "read" / "report.html").read_text(encoding="utf-8")
    assert "Waived, but still broken" in page
    assert "&lt;b&gt;why|not&lt;/b&gt;" in page
    assert hostile not in page
    text = (ran / "read" / "summary.md").read_text(encoding="utf-8")
    assert f"- {MODE}, still broken, waived by B. Example until 2025-06-30" in text
    assert hostile not in text
    assert (ran / "read" / "certificate.pdf").stat().st_size > 1000


def test_without_waivers_nothing_is_different(ran: Path) -> None:
    result, suite = _made(ran, "plain")
    assert "waived" not in result
    assert suite.attrib["failures"] == "1"
    waived, _ = _made(ran, "waived", "--waivers", "w.toml")
    del waived["waived"]
    assert waived == result


def test_a_run_with_waivers_alone_ends_as_without(ran: Path) -> None:
    fault = "sim:?fault=reg-reads-back-zero"
    words = ("run", "--iut", fault, "--select", MODE, "--waivers", "w.toml")
    ended = atverdict(ran, *words, out="again")
    assert ended.code == 1
    assert "Waived, but still broken: 1" in ended.out
    assert f"  {MODE} by A. Example until 2025-06-30" in ended.out
    assert "https://issues.example/1" in ended.out
    assert json.loads((ran / "again" / "result.json").read_bytes())["waived"]


def test_wrong_waivers_send_nothing(ran: Path) -> None:
    _file(ran / "wrong.toml", who="")
    ended = atverdict(ran, "run", "--waivers", "wrong.toml", out="never")
    assert ended.code == 3
    assert "waiver[0].who" in ended.err
    assert not (ran / "never").exists()
