"""An interrupted run goes on: nothing twice, one log, and the verdicts of an uninterrupted one."""

import io
import json
from pathlib import Path
from unittest import mock

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.campaigns import Finished, atverdict, simulated

from atverdict.cli import running
from atverdict.cli.progress import ProgressLine
from atverdict.conformance.evidence.log import (
    Begin,
    End,
    Footer,
    LogWriter,
    Received,
    Record,
    Resumed,
    Sent,
    read_log,
)
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judge import Judge, judge
from atverdict.conformance.judge.judgement import RequirementVerdict
from atverdict.conformance.judge.roles import MODULE
from atverdict.conformance.preparation.progress import Progress
from atverdict.conformance.preparation.resumption import ContinuedPco


def _interrupted(folder: Path, number: int, *words: str) -> Finished:
    """Run until a purpose is about to begin, and press Ctrl-C there."""

    class Impatient(ProgressLine):
        def show(self, progress: Progress) -> None:
            if progress.number == number:
                raise KeyboardInterrupt

    with mock.patch.object(running, "ProgressLine", Impatient):
        return atverdict(folder, "run", *words)


def _outcomes(done: Finished) -> dict[str, str]:
    return {name: each["verdict"] for name, each in done.result["requirements"].items()}


@pytest.mark.parametrize("number", [1, 2, 9, 20, 34])
def test_a_resumed_run_ends_as_an_uninterrupted_one(number: int, tmp_path: Path) -> None:
    first = _interrupted(tmp_path, number)
    assert first.code == 2
    assert first.result["inconclusive_because"] == "interrupted by the user"
    second = atverdict(tmp_path, "run", "--resume", "run", out="")
    assert second.code == 0, second.out
    assert second.result["complete"]
    assert _outcomes(second) == simulated().outcomes()
    records = list(read_log(second.log))
    assert sum(isinstance(record, Resumed) for record in records) == 1
    ended = [r.purpose for r in records if isinstance(r, End) and not r.problem]
    assert {p for p in ended if ended.count(p) > 1} <= {"interconnection.basic"}
    names = [test["id"] for test in second.result["tests"]]
    assert len(names) == len(set(names))


def test_what_broke_before_the_interruption_stays_broken(tmp_path: Path) -> None:
    words = ("--iut", "sim:?fault=state-late", "--select", "interconnection,registration,version")
    _interrupted(tmp_path, 9, *words)
    done = atverdict(tmp_path, "run", "--resume", "run", out="")
    whole = atverdict(tmp_path, "run", *words, out="whole")
    there = json.loads((tmp_path / "whole" / "result.json").read_bytes())["requirements"]
    assert _outcomes(done) == {name: each["verdict"] for name, each in there.items()}
    assert done.code == whole.code == 1


def test_time_never_goes_back(tmp_path: Path) -> None:
    _interrupted(tmp_path, 9)
    done = atverdict(tmp_path, "run", "--resume", "run", out="")
    instants = [r.t for r in read_log(done.log) if isinstance(r, Sent | Received | Begin | End)]
    assert instants == sorted(instants)


def test_a_log_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    done = atverdict(tmp_path, "run", "--select", "interconnection")
    lines = done.log.read_bytes().splitlines(keepends=True)
    half = len(lines) // 2
    done.log.write_bytes(b"".join(lines[:half]) + lines[half][:-5])
    again = atverdict(tmp_path, "run", "--resume", "run", out="")
    assert again.code == 0, again.err
    assert again.log.read_bytes().startswith(b"".join(lines[:half]) + b'{"kind":"resumed"')
    stored = atverdict(tmp_path, "judge", "run")
    assert stored.code == 0
    assert stored.out in again.out


def test_a_part_never_says_more_than_the_whole(tmp_path: Path) -> None:
    _interrupted(tmp_path, 12, "--iut", "sim:?fault=state-late")
    atverdict(tmp_path, "run", "--resume", "run", out="")
    records = list(read_log(tmp_path / "run" / "conformance.log.jsonl"))
    whole = _broken(judge(records).requirements)
    assert whole
    fold = Judge(MODULE)
    for count, record in enumerate(records, start=1):
        fold.observe(record)
        if count % 50 == 0 or isinstance(record, Footer | Resumed | Begin):
            judgement = fold.judgement()
            assert _broken(judgement.requirements) <= whole, count
            assert not judgement.complete or count == len(records)


def _broken(requirements: dict[str, RequirementVerdict]) -> set[str]:
    return {name for name, each in requirements.items() if each.outcome is Outcome.FAIL}


def test_a_complete_run_is_not_resumed(tmp_path: Path) -> None:
    done = atverdict(tmp_path, "run", "--select", "interconnection")
    before = done.log.read_bytes()
    again = atverdict(tmp_path, "run", "--resume", "run", out="")
    assert again.code == 3
    assert "complete" in again.err
    assert done.log.read_bytes() == before


@pytest.mark.parametrize("words", [("--iut", "sim:"), ("--effort", "quick"), ("--out", "other")])
def test_what_a_run_was_started_with_stays(words: tuple[str, ...], tmp_path: Path) -> None:
    _interrupted(tmp_path, 2, "--select", "interconnection")
    done = atverdict(tmp_path, "run", "--resume", "run", *words, out="")
    assert done.code == 3
    assert words[0] in done.err


def test_another_pixit_is_refused(tmp_path: Path) -> None:
    _interrupted(tmp_path, 2, "--select", "interconnection")
    (tmp_path / "other.toml").write_text('[plan]\ncomponent = "OTHER"\n')
    done = atverdict(tmp_path, "run", "--resume", "run", "--pixit", "other.toml", out="")
    assert done.code == 3
    assert "PIXIT" in done.err


def test_a_dry_run_shows_what_is_left(tmp_path: Path) -> None:
    done = _interrupted(tmp_path, 3, "--select", "interconnection")
    before = done.log.read_bytes()
    dry = atverdict(tmp_path, "run", "--resume", "run", "--dry-run", out="")
    assert dry.code == 0, dry.err
    assert "interconnection.echo" in dry.out
    assert "interconnection.test_forms" not in dry.out
    assert done.log.read_bytes() == before


def test_a_replay_is_not_resumed(tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("AT")
    atverdict(tmp_path, "run", "--replay", "lines.txt")
    done = atverdict(tmp_path, "run", "--resume", "run", out="")
    assert done.code == 3
    assert "replay" in done.err


def test_no_run_is_there(tmp_path: Path) -> None:
    done = atverdict(tmp_path, "run", "--resume", "nosuch", out="")
    assert done.code == 3
    assert len(done.err.splitlines()) == 1


def test_an_observer_sees_the_earlier_records_first() -> None:
    records: list[Record] = [Sent(0.0, "AT\r"), Received(0.1, "\r\nOK\r\n")]
    writer = LogWriter(io.BytesIO(), tuple(records))
    seen: list[Record] = []
    writer.attach(seen.append)
    writer.write(Resumed(1.0, ""))
    assert seen == [*records, Resumed(1.0, "")]
    assert writer.lines == 3
    assert msgspec.json.decode(msgspec.json.encode(seen[-1]))["kind"] == "resumed"


class _Waiting:
    """A port on which nothing comes: its clock goes where a reader waits for."""

    def __init__(self, now_s: float) -> None:
        self.now_s = now_s

    def now(self) -> float:
        return self.now_s

    def read(self, until_s: float) -> None:
        self.now_s = max(self.now_s, until_s)


@example(begun_s=41.78, offset_s=41.54, pause_s=44.3)
@given(begun_s=st.floats(0.0, 1e5), offset_s=st.floats(0.0, 1e5), pause_s=st.floats(0.0, 1e3))
def test_the_continued_clock_reaches_what_is_waited_for(
    begun_s: float, offset_s: float, pause_s: float
) -> None:
    continued = ContinuedPco(_Waiting(begun_s), offset_s)  # type: ignore[arg-type]  # what is read
    until_s = continued.now() + pause_s
    continued.read(until_s)
    assert continued.now() >= until_s
