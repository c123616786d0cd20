"""The gate: what opens it, what closes it, and what it makes of a run's exit code."""

import datetime as dt
from pathlib import Path

import pytest
from support.campaigns import Finished, atverdict
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.log import Begin, End
from atverdict.conformance.judge.judgement import Judgement
from atverdict.reports.comparison.behaviour import behaviour
from atverdict.reports.comparison.comparison import Run, compare
from atverdict.reports.dossier import dossier
from atverdict.reports.gate.gate import gate, in_area
from atverdict.reports.gate.text import gate_text
from atverdict.reports.waiver import Waived, WaivedRequirement

MODE = "SOTA-CMD-REG-005"
FAULT = "sim:?fault=reg-reads-back-zero"
WAIVER = f"""
[[waiver]]
requirement = "{MODE}"
reason_contains = "QIOTREG"
firmware = "*"
who = "A. Example"
why = "the host does not read the mode"
expires = 2025-01-01
"""


def _mode(*answers: str) -> LogBuilder:
    """Build a restricted run in which a mode is written and read."""
    bench = LogBuilder(selection=("SOTA-CMD-REG",)).proved().offline()
    for answer in answers:
        bench.ask("AT+QIOTREG?", f"+QIOTREG: {answer}")
    return bench.end()


GOOD, BAD = _mode("0"), _mode("1")
WAIVED = Waived((WaivedRequirement(MODE, "r", "A", "because", "", dt.date(2025, 1, 1)),))


def _code(judgement: Judgement, **options: object) -> int:
    return gate(judgement, **options).code  # type: ignore[arg-type] # the names are those of gate


# Levels


def test_no_fail() -> None:
    assert _code(GOOD.judgement()) == 0
    closed = gate(BAD.judgement())
    assert closed.code == 1
    assert closed.broken[0].startswith(f"{MODE} is broken: ")
    assert gate_text(closed).endswith("Gate no-fail: closed, 1 reason.\n")


def test_a_waived_fail_closes_nothing() -> None:
    assert _code(BAD.judgement(), waived=WAIVED) == 0
    assert _code(BAD.judgement(), waived=Waived()) == 1


def test_a_waiver_that_covers_nothing_closes_the_gate() -> None:
    closed = gate(GOOD.judgement(), waived=Waived(problems=("the waiver by A has expired",)))
    assert closed.code == 1
    assert "has expired" in gate_text(closed)


def _against(old: LogBuilder, new: LogBuilder, waived: Waived | None = None) -> int:
    one, other = (Run(dossier(b.records, "", 0), behaviour(b.records)) for b in (old, new))
    comparison = compare(one, other, waived)
    decided = gate(new.judgement(), comparison=comparison, waived=waived)
    assert decided.level == "no-new-fail"
    return decided.code


def test_no_new_fail() -> None:
    assert _against(BAD, BAD) == 0
    assert _against(BAD, GOOD) == 0
    assert _against(GOOD, BAD) == 1
    assert _against(GOOD, BAD, WAIVED) == 0
    assert _against(_mode(), BAD) == 1


def test_a_pass_that_is_no_longer_shown_lets_nothing_through() -> None:
    assert _against(GOOD, _mode()) == 2


@pytest.mark.parametrize(
    "bench",
    [
        LogBuilder(selection=("SOTA",)).silent("AT").end(),
        LogBuilder(selection=("SOTA",)).proved(),
        LogBuilder().proved().end(),
    ],
    ids=["nobody there", "cut off", "no upgrade"],
)
def test_a_run_that_is_no_evidence_never_opens_the_gate(bench: LogBuilder) -> None:
    closed = gate(bench.judgement())
    assert closed.code == 2
    assert "the run is no evidence" in gate_text(closed)
    assert _against(bench, bench) == 2


def test_a_requirement_that_is_open_closes_nothing() -> None:
    bench = LogBuilder(selection=("SOTA",)).proved().begin(MODE).done("stopped").end()
    assert bench.judgement().exit_code == 2
    assert _code(bench.judgement()) == 0
    assert _code(bench.judgement(), areas=("CMD-REG",)) == 2


def test_an_error_of_the_suite_is_no_verdict() -> None:
    bench = LogBuilder(selection=("SOTA",)).proved()
    bench.add(Begin(bench.now_s, "bench.broken", "Breaks.", ()))
    bench.add(End(bench.now_s, "bench.broken", problem="ValueError: x", error=True)).end()
    assert _code(bench.judgement()) == 4


def test_every_reason_is_given_up_to_a_limit() -> None:
    many = Waived(problems=tuple(f"problem {number}" for number in range(100)))
    text = gate_text(gate(GOOD.judgement(), waived=many))
    assert "Gate: problem 39\nGate: ... and 60 more\nGate no-fail: closed, 100 reasons." in text


# Areas


def test_an_area_counts_as_a_whole() -> None:
    judged = gate(GOOD.judgement(), areas=(MODE,))
    assert judged.code == 0
    (reason,) = gate(GOOD.judgement(), areas=("CMD-REG",)).lacking
    assert "mandatory requirements were not judged" in reason
    # A fail is a judgement as well; it closes the gate by itself.
    assert not gate(BAD.judgement(), areas=(MODE,)).lacking


def test_an_area_without_a_mandatory_requirement_is_not_judged() -> None:
    (reason,) = gate(GOOD.judgement(), areas=("SOTA-FRM-013",)).lacking
    assert "no mandatory requirement of it applies" in reason


@pytest.mark.parametrize(
    ("area", "identifier", "expected"),
    [
        ("SEQ", "SOTA-SEQ-001", True),
        ("SOTA-SEQ", "SOTA-SEQ-001", True),
        ("SEQ-", "SOTA-SEQ-001", True),
        ("CMD-OTARD", "SOTA-CMD-OTARD-010", True),
        ("CMD", "SOTA-CMD-OTARD-010", True),
        ("SEQ-001", "SOTA-SEQ-001", True),
        ("SEQ-00", "SOTA-SEQ-001", False),
        ("OTARD", "SOTA-CMD-OTARD-010", False),
        ("SE", "SOTA-SEQ-001", False),
    ],
)
def test_what_is_in_an_area(area: str, identifier: str, expected: bool) -> None:  # noqa: FBT001
    assert in_area(area, identifier) is expected


# The command line


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs, ``good`` and ``bad``, and a waiver."""
    folder = tmp_path_factory.mktemp("gate")
    (folder / "w.toml").write_text(WAIVER, encoding="utf-8")
    for name, address in (("good", "sim:"), ("bad", FAULT)):
        atverdict(folder, "run", "--iut", address, "--select", MODE, out=name)
    return folder


def _waived(folder: Path, name: str, old: str, new: str) -> str:
    (folder / name).write_text(WAIVER.replace(old, new), encoding="utf-8")
    return name


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("good", 0),
        ("bad", 1),
        ("good --judged SOTA-CMD-REG-005", 0),
        ("good --judged SEQ", 2),
        ("bad --judged SEQ", 1),
        ("bad --waivers w.toml", 0),
        ("good --waivers w.toml", 1),
        ("bad --baseline bad", 0),
        ("bad --baseline good", 1),
        ("bad --baseline good --waivers w.toml", 0),
        ("bad --level no-fail --baseline bad", 1),
        ("good --level no-new-fail --baseline bad", 0),
        ("good --level no-new-fail", 3),
        ("good --level no-such", 3),
        ("good --judged NOSUCH", 3),
        ("good --judged ,", 3),
        ("good --baseline gone", 3),
        ("gone", 3),
    ],
)
def test_the_gate_over_a_stored_run(words: str, code: int, folder: Path) -> None:
    ended = atverdict(folder, "gate", *words.split())
    assert ended.code == code
    assert "Traceback" not in ended.err
    assert ("open." in ended.out) is (code == 0)
    assert ("closed, " in ended.out) is (code in {1, 2})


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("2025-01-01", "2024-12-31", "expired"),
        ('"*"', '"EC200U*"', "matches nothing"),
        ('"QIOTREG"', '"7,10700"', "matches nothing"),
    ],
)
def test_a_waiver_that_has_gone_stale(old: str, new: str, word: str, folder: Path) -> None:
    ended = atverdict(folder, "gate", "bad", "--waivers", _waived(folder, "stale.toml", old, new))
    assert ended.code == 1
    assert word in ended.out
    assert f"{MODE} is broken" in ended.out.replace("\n  ", " ")


def _ran(folder: Path, address: str, *words: str) -> Finished:
    return atverdict(folder, "run", "--iut", address, "--select", MODE, *words, out="new")


@pytest.mark.parametrize(
    ("address", "words", "code"),
    [
        ("sim:", "--baseline good", 0),
        (FAULT, "--baseline bad", 1),
        (FAULT, "--baseline good", 1),
        (FAULT, "--gate no-new-fail --baseline bad", 0),
        (FAULT, "--gate no-fail --waivers w.toml", 0),
        (FAULT, "--gate no-fail", 1),
        ("sim:", "--judged SEQ", 2),
        ("/nonexistent/tty", "--baseline good", 2),
        ("/nonexistent/tty", "--gate no-new-fail --baseline good", 2),
    ],
)
def test_what_the_options_do_to_a_run(address: str, words: str, code: int, folder: Path) -> None:
    ended = _ran(folder, address, *words.split())
    assert ended.code == code
    assert ("regression" in ended.out) is ("--baseline" in words)
    assert ("Gate no-" in ended.out) is ("--gate" in words or "--judged" in words)
    assert ended.out.endswith("Evidence: new\n")


def test_a_regression_makes_an_inconclusive_run_end_with_one(folder: Path) -> None:
    # Ranges that a test form shows as placeholders are permitted, and then nobody can tell.
    words = "run", "--select", "SOTA-CMD-OTARD-006"
    assert atverdict(folder, *words, out="reads").code == 0
    words = *words, "--iut", "sim:?test_response=placeholder&max_length=512"
    assert atverdict(folder, *words, out="new").code == 2
    ended = atverdict(folder, *words, "--baseline", "reads", out="new")
    assert ended.code == 1
    assert ended.out.endswith("1 regression: SOTA-CMD-OTARD-006.\nEvidence: new\n")


def test_a_wrong_baseline_sends_nothing(folder: Path) -> None:
    ended = atverdict(folder, "run", "--baseline", "gone", out="never")
    assert ended.code == 3
    assert "gone" in ended.err
    assert not (folder / "never").exists()


def test_the_baseline_may_be_where_the_run_goes(folder: Path) -> None:
    assert atverdict(folder, "run", "--select", MODE, out="same").code == 0
    ended = atverdict(folder, "run", "--select", MODE, "--baseline", "same", out="same")
    assert ended.code == 0
    assert "No regression." in ended.out
