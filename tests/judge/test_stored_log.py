"""A stored log is judged as the run was; a part of it never says more than the whole."""

import os
from pathlib import Path

import pytest
from support.campaigns import Finished, atverdict, simulated

from atverdict.conformance.evidence.log import End, LogError, Record, read_log
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.judge import Judge, judge
from atverdict.conformance.judge.roles import MODULE

CUT_OFF = "the log has no end: the run was cut off"
MUTANTS = ("", "fault=final-code-twice", "fault=one-octet-changed", "fault=both-outcomes")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return atverdict(tmp_path_factory.mktemp("stored"), "run", "--iut", "sim:?fault=state-late")


def test_judging_again_gives_the_same_files(run: Finished, tmp_path: Path) -> None:
    again = atverdict(tmp_path, "judge", str(run.log), "--out", "again")
    assert (again.code, run.code) == (1, 1)
    assert again.out in run.out
    for name in ("result.json", "junit.xml"):
        assert (tmp_path / "again" / name).read_bytes() == (run.log.parent / name).read_bytes()


def test_the_folder_of_a_run_is_its_log(run: Finished, tmp_path: Path) -> None:
    assert atverdict(tmp_path, "judge", str(run.log.parent)).code == 1


def _records(query: str, folder: Path) -> list[Record]:
    path = folder / "stored.jsonl"
    path.write_bytes(simulated(query).log)
    return list(read_log(path))


def _may_say_more(record: Record, findings: list[Finding]) -> bool:
    """Tell whether a verdict can have become worse: by a finding, or by one that was held back."""
    return isinstance(record, End) or any(f.verdict is Verdict.FAIL for f in findings)


@pytest.mark.parametrize("query", MUTANTS)
def test_a_part_never_says_more_than_the_whole(query: str, tmp_path: Path) -> None:
    records = _records(query, tmp_path)
    whole = {n for n, v in judge(records).requirements.items() if v.outcome is Outcome.FAIL}
    assert bool(whole) == bool(query)
    fold = Judge(MODULE)
    for count, record in enumerate(records[:-1], start=1):
        findings = fold.observe(record)
        if count % 97 and not _may_say_more(record, findings):
            continue
        judgement = fold.judgement()
        broken = {n for n, v in judgement.requirements.items() if v.outcome is Outcome.FAIL}
        assert broken <= whole, count
        assert judgement.outcome is not Outcome.PASS, count
        assert judgement.exit_code == (1 if broken else 2), count
        assert not judgement.complete, count
        assert judgement.incomplete_reason == CUT_OFF, count


def test_judging_on_is_judging_afresh(tmp_path: Path) -> None:
    records = _records(MUTANTS[-1], tmp_path)
    fold = Judge(MODULE)
    for count, record in enumerate(records, start=1):
        fold.observe(record)
        if count % 499 == 0 or count == len(records):
            afresh = judge(records[:count]).requirements.values()
            going_on = fold.judgement().requirements.values()
            assert [v.reason for v in afresh] == [v.reason for v in going_on]


def test_a_line_that_was_cut_is_left_out(tmp_path: Path) -> None:
    log = simulated().log
    records = _records("", tmp_path)
    path = tmp_path / "cut.jsonl"
    for length in range(1, len(log), 99_733):
        path.write_bytes(log[:length])
        whole_lines = log[:length].count(b"\n")
        if whole_lines:
            assert list(read_log(path)) == records[:whole_lines]
        else:
            with pytest.raises(LogError):
                list(read_log(path))


def test_a_log_cut_in_a_line_is_incomplete(run: Finished, tmp_path: Path) -> None:
    log = run.log.read_bytes()
    (tmp_path / "cut.jsonl").write_bytes(log[: len(log) // 2])
    again = atverdict(tmp_path, "judge", "cut.jsonl", "--out", "run")
    assert again.code == 1
    assert again.result["complete"] is False
    assert "not complete" in again.out
    (tmp_path / "cut.jsonl").write_bytes(log[: log.index(b'"kind":"received"')])
    again = atverdict(tmp_path, "judge", "cut.jsonl", "--out", "run")
    assert again.code == 2
    assert again.result["inconclusive_because"] == CUT_OFF


HEADER = b'{"kind":"header","format":1'


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"", "no whole line"),
        (b"no line end", "no whole line"),
        (b"Terminate the program\n", "line 1: not a record"),
        (bytes(range(256)) * 64 + b"\n", "line 1: not a record"),
        (b"\xff\xfe\n", "line 1: not a record"),
        (b"[]\n", "line 1: not a record"),
        (b'{"kind":"footer","t":1,"complete":true}\n', "line 1: the header must be the first"),
        (b'{"kind":"nonsense"}\n', "line 1: not a record"),
        (HEADER + b"\n", "line 1: not a record"),
    ],
    ids=range(9),
)
def test_what_is_no_log_is_one_sentence(octets: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "some.jsonl").write_bytes(octets)
    ended = atverdict(tmp_path, "judge", "some.jsonl", "--out", "run")
    assert ended.code == 3
    assert ended.err.startswith("Error: some.jsonl: ")
    assert reason in ended.err
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_a_damaged_log_names_the_line(run: Finished, tmp_path: Path) -> None:
    lines = run.log.read_bytes().splitlines(keepends=True)
    damages = {
        b'{"kind":"sent","t":1}\n': "line 3: not a record",
        lines[0]: "line 3: the header must be the first line",
        b'{"kind":"received","t":1,"octets":"\xe2\x82\xac"}\n': "line 3: a character above U+00FF",
        b"\x00" * 100 + b"\n": "line 3: not a record",
    }
    for damage, reason in damages.items():
        (tmp_path / "damaged.jsonl").write_bytes(b"".join([*lines[:2], damage, *lines[2:]]))
        ended = atverdict(tmp_path, "judge", "damaged.jsonl")
        assert ended.code == 3
        assert reason in ended.err


def test_a_log_of_another_form_or_profile_is_refused(run: Finished, tmp_path: Path) -> None:
    log = run.log.read_bytes()
    later, unknown = (tmp_path / name for name in ("later.jsonl", "unknown.jsonl"))
    later.write_bytes(log.replace(b'"format":1', b'"format":2', 1))
    unknown.write_bytes(log.replace(b'"profile":"cellular-2025"', b'"profile":"lunar"', 1))
    ended = atverdict(tmp_path, "judge", later.name)
    assert (ended.code, "form 2" in ended.err) == (3, True)
    ended = atverdict(tmp_path, "judge", unknown.name)
    assert (ended.code, "lunar" in ended.err) == (3, True)


def test_a_folder_without_a_log_and_no_file_at_all(tmp_path: Path) -> None:
    assert atverdict(tmp_path, "judge", ".").code == 3
    assert atverdict(tmp_path, "judge", "nowhere.jsonl").code == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_log_that_must_not_be_read(run: Finished, tmp_path: Path) -> None:
    path = tmp_path / "locked.jsonl"
    path.write_bytes(run.log.read_bytes())
    path.chmod(0)
    assert atverdict(tmp_path, "judge", path.name).code == 3
