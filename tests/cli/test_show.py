"""`atverdict show`: the verdicts in short, one requirement with its evidence, an upgrade."""

from io import BytesIO
from pathlib import Path

import pytest
from support.campaigns import atverdict
from support.log_builder import START_SHA256, LogBuilder

from atverdict.conformance.evidence.log import LogWriter
from atverdict.reports.files import LOG


def _stored(bench: LogBuilder, folder: Path) -> None:
    stream = BytesIO()
    writer = LogWriter(stream)
    for record in bench.records:
        writer.write(record)
    (folder / LOG).write_bytes(stream.getvalue())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bench = LogBuilder().proved().ask("AT+QIOTSTATE?", "+QIOTSTATE: 99").succeeded().end()
    _stored(bench, tmp_path)
    return tmp_path


def test_without_a_requirement_the_verdicts_are_shown_in_short(folder: Path) -> None:
    shown = atverdict(folder, "show", ".")
    assert shown.code == 0
    assert "Verdict: fail" in shown.out
    lines = shown.out.splitlines()
    state = next(line.split() for line in lines if line.startswith("CMD-STATE"))
    heads = next(line.split() for line in lines if line.lstrip().startswith("pass"))
    assert state[1 + heads.index("fail")] == "1"
    assert any(line.startswith("fail          SOTA-CMD-STATE-001 ") for line in lines)
    assert not any("SOTA-FRM-001 " in line for line in lines)  # it passed
    assert "`atverdict show RUN REQUIREMENT`" in shown.out
    assert max(map(len, lines)) <= 84


def test_a_requirement_is_shown_with_reason_wire_and_diagram(folder: Path) -> None:
    shown = atverdict(folder, "show", LOG, "sota-cmd-state-001")
    assert shown.code == 0
    assert shown.out.startswith("SOTA-CMD-STATE-001 (SHALL)")
    assert "Verdict: fail" in shown.out
    assert "\nExpected: " in shown.out
    assert "+QIOTSTATE: 99<CR><LF>" in shown.out
    assert "FIRST DIVERGENCE, log line" in shown.out
    assert "\x1b" not in shown.out  # no terminal, no colour


def test_a_requirement_that_passed_shows_its_evidence(folder: Path) -> None:
    shown = atverdict(folder, "show", ".", "SOTA-CMD-REG-001")
    assert "Verdict: pass" in shown.out
    assert "AT+QIOTREG=?<CR>" in shown.out
    assert "FIRST DIVERGENCE" not in shown.out


def test_a_requirement_that_was_not_tested_says_why(folder: Path) -> None:
    shown = atverdict(folder, "show", ".", "SOTA-PER-001")
    assert "Verdict: not-tested" in shown.out
    assert "Reason: " in shown.out


def test_the_upgrade_is_shown(folder: Path) -> None:
    shown = atverdict(folder, "show", ".", "Upgrade")
    assert shown.code == 0
    assert "+QIOTEVT: 7,10705" in shown.out


def test_a_run_without_a_successful_upgrade_says_so(tmp_path: Path) -> None:
    _stored(LogBuilder().proved().confirmed().event(START_SHA256).end(), tmp_path)
    shown = atverdict(tmp_path, "show", ".", "upgrade")
    assert shown.code == 3
    assert "no upgrade of this run ended with success" in shown.err


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("CMD-STATE", "SOTA-CMD-STATE-001"),
        ("SOTA-CMD-STAET-001", "SOTA-CMD-STATE-001"),
        ("nonsense", "atverdict spec list"),
        ("\x1b[31m", "atverdict spec list"),
    ],
)
def test_an_unknown_requirement_is_answered_with_near_ones(
    name: str, hint: str, folder: Path
) -> None:
    shown = atverdict(folder, "show", ".", name)
    assert shown.code == 3
    assert hint in shown.err
    assert "\x1b" not in shown.err


def test_what_is_no_run_is_a_problem(tmp_path: Path) -> None:
    assert atverdict(tmp_path, "show", "nowhere").code == 3
