"""`matrix.csv`, `needs.json`, `badge.json` and `summary.md`: for people with other tools."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from support.hostile_iuts import MARKUP, named, run
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.formats.badge import badge
from atverdict.reports.formats.markdown import markdown
from atverdict.reports.formats.matrix import lines_text, rows, write_matrix
from atverdict.reports.formats.needs import needs
from atverdict.spec.loader import load_specification

MODULE = {r.id for r in load_specification().requirements.values() if r.role.value == "module"}
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0")


def _judgement(bench: LogBuilder) -> Judgement:
    return run(bench).judgement


def _broken() -> LogBuilder:
    return LogBuilder().proved().ask("AT+QIOTREG=1").ask("AT+QIOTREG?", "+QIOTREG: 0").end()


def _cells(judgement: Judgement, folder: Path) -> list[dict[str, str]]:
    write_matrix(judgement, folder / "matrix.csv")
    text = (folder / "matrix.csv").read_bytes().decode("utf-8")
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_the_matrix_has_one_row_a_requirement(tmp_path: Path) -> None:
    judgement = _judgement(_broken())
    shown = {row["requirement"]: row for row in _cells(judgement, tmp_path)}
    assert shown.keys() == MODULE
    row = shown["SOTA-CMD-REG-005"]
    place = judgement.requirements["SOTA-CMD-REG-005"].findings[0].places[-1]
    assert row["verdict"] == "fail"
    assert row["sources"] == "D25C/03"
    assert row["checks"].startswith("registration.")
    assert str(place.line) in row["evidence_log_lines"]
    assert row["mandatory"] == "yes"
    unseen = shown["SOTA-ROB-008"]
    assert (unseen["verdict"], unseen["checks"], unseen["evidence_log_lines"]) == (
        "not-applicable",
        "",
        "",
    )
    assert shown["SOTA-SEQ-008"]["checks"] == "expectation of the purpose"


def test_what_was_not_judged_has_no_evidence() -> None:
    bench = LogBuilder().silent("AT").ask("AT+QIOTSTATE?", "+QIOTSTATE: 99").end()
    assert not any(row.lines for row in rows(_judgement(bench)))


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(formula: str, tmp_path: Path) -> None:
    judgement = named(formula).judgement
    judgement.requirements["SOTA-FRM-001"].reason = formula
    for row in _cells(judgement, tmp_path):
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r")), cell
    assert "'" in (tmp_path / "matrix.csv").read_text(encoding="utf-8")


def test_no_cell_breaks_out(tmp_path: Path) -> None:
    judgement = named("x").judgement
    judgement.requirements["SOTA-FRM-001"].reason = 'a","b\r\nc\x00\u2028\u202e'
    first = _cells(judgement, tmp_path)[0]
    assert first["reason"] == 'a","b<U+000D><U+000A>c<U+0000><U+2028><U+202E>'
    assert None not in first


@pytest.mark.parametrize(
    ("lines", "text"), [((), ""), ((7,), "7"), ((1, 2, 3, 5, 8, 9), "1 to 3, 5, 8 to 9")]
)
def test_lines_are_drawn_together(lines: tuple[int, ...], text: str) -> None:
    assert lines_text(lines) == text


def _needs(judgement: Judgement) -> tuple[dict[str, Any], dict[str, Any]]:
    content: dict[str, Any] = json.loads(json.dumps(needs(judgement)))
    version = content["versions"][content["current_version"]]
    return content, version["needs"]


def test_needs_have_the_form_that_sphinx_needs_imports() -> None:
    bench = LogBuilder().proved().begin("SOTA-CMD-REG-005").ask("AT+QIOTREG=1")
    judgement = _judgement(bench.ask("AT+QIOTREG?", "+QIOTREG: 0").done().end())
    content, shown = _needs(judgement)
    assert content.keys() == {"created", "current_version", "project", "versions"}
    (version,) = content["versions"].values()
    assert version["needs_amount"] == len(shown) == len(MODULE) + 1
    for identifier, need in shown.items():
        assert need["id"] == identifier
        assert re.fullmatch(r"[A-Z0-9-]{5,}", identifier)
        assert need["type"] in {"req", "test"}
        assert all(isinstance(need[key], str) and need[key] for key in ("title", "status"))
        assert all(isinstance(need[key], list) for key in ("tags", "links"))
        assert set(need["links"]) <= shown.keys()
    purpose = shown["TP-BENCH-PURPOSE"]
    assert (purpose["type"], purpose["links"]) == ("test", ["SOTA-CMD-REG-005"])
    assert shown["SOTA-CMD-REG-005"]["status"] == "fail"


def test_needs_run_nothing_that_an_iut_has_said() -> None:
    said = "[[copy('id')]] <<[True]:x>>\n.. raw:: html"
    judgement = named(said).judgement
    judgement.requirements["SOTA-FRM-001"].reason = said
    _, shown = _needs(judgement)
    assert shown["SOTA-FRM-001"]["reason"].startswith("[ [copy('id')]] < <[True]:x>><U+000A>..")
    for need in shown.values():
        for key, value in need.items():
            text = value if isinstance(value, str) else " ".join(value)
            assert "\n" not in text
            if key != "content":
                assert "[[" not in text
                assert "<<" not in text
    contents = {need["content"] for need in shown.values() if need["type"] == "req"}
    assert not any("raw::" in content for content in contents)


def test_the_badge_has_the_form_that_shields_reads() -> None:
    shown = badge(_judgement(_broken()))
    assert shown["schemaVersion"] == 1
    assert shown["label"] == "AT SOTA conformance"
    assert re.fullmatch(r"fail, 1 broken, \d+ of \d+ judged", str(shown["message"]))
    assert shown["color"] == "red"
    assert shown["isError"] is False


def test_the_badge_is_no_brighter_than_what_was_judged() -> None:
    judgement = _judgement(LogBuilder(selection=("interconnection",)).proved().end())
    assert judgement.outcome is Outcome.PASS
    assert badge(judgement)["color"] == "green"
    for verdict in judgement.requirements.values():
        verdict.outcome = Outcome.PASS
    assert badge(judgement)["color"] == "brightgreen"
    cut = badge(_judgement(LogBuilder().proved()))
    assert cut["color"] == "yellow"
    assert "incomplete run" in str(cut["message"])


def test_the_summary_tells_verdict_counts_and_reasons() -> None:
    judgement = _judgement(_broken())
    text = markdown(judgement)
    assert text.startswith("## atverdict: FAIL\n\n")
    assert "mandatory requirements were judged; 1 broken." in text
    (row,) = re.findall(r"^\| SOTA-CMD-REG-005 .*$", text, re.MULTILINE)
    assert "| SOTA-CMD-REG-005 (SHALL) | After a successful write" in row
    assert "log line" in row
    for verdict in judgement.requirements.values():
        if verdict.outcome in (Outcome.NOT_TESTED, Outcome.INCONCLUSIVE):
            assert verdict.requirement.id in text


def test_the_summary_of_an_incomplete_run_says_so() -> None:
    assert "the log has no end: the run was cut off" in markdown(_judgement(LogBuilder().proved()))


def test_the_summary_s_tables_keep_their_columns() -> None:
    said = f"a|b`c`{MARKUP}**x**[y](http://example.com) www.example.com @me #1\n| z\r\n\x1b[0m"
    judgement = named(said).judgement
    judgement.requirements["SOTA-FRM-005"].reason = said
    judgement.requirements["SOTA-FRM-005"].outcome = Outcome.FAIL
    text = markdown(judgement)
    assert all(c == "\n" or c.isprintable() for c in text)
    assert "<" not in text
    rows_ = re.findall(r"^\|.*\|$", text, re.MULTILINE)
    assert all(len(re.findall(r"(?<!\\)\|", row)) in {4, 7} for row in rows_)
    (row,) = (r for r in rows_ if "SOTA-FRM-005 " in r)
    assert "a\\|b\\`c\\`&lt;script&gt;" in row
    for sign in ("`", "*", "[", "@", "#"):
        assert not re.search(rf"(?<!\\){re.escape(sign)}", row), sign
    assert "://" in row.replace("\\://", "://")
    assert not re.search(r"(?<!\\)://", row)
    assert "www.example" not in row


def test_a_long_reason_is_cut_to_a_line() -> None:
    judgement = _judgement(_broken())
    judgement.requirements["SOTA-CMD-REG-005"].reason = "long " * 100
    (row,) = re.findall(r"^\| SOTA-CMD-REG-005 .*$", markdown(judgement), re.MULTILINE)
    assert row.endswith(" ... |")
    assert len(row) < 400
