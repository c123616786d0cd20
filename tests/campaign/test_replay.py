"""`--replay`: stored command lines are sent again and judged, and nothing is invented."""

import json
from pathlib import Path

import msgspec
import pytest
from support.campaigns import Finished, atverdict, simulated

from atverdict.cli.running import PACKAGE
from atverdict.conformance.campaign.module.replay import read_replay
from atverdict.conformance.campaign.module.replay_text import read_text, write_text
from atverdict.conformance.evidence.log import Begin, Expected, Sent, from_text, read_log
from atverdict.conformance.judge.state.flow import Phase
from atverdict.conformance.preparation.pixit import InputError, Product
from atverdict.conformance.preparation.replay_steps import (
    Await,
    Expect,
    Perform,
    Prepare,
    Send,
    Settle,
    Step,
)
from atverdict.conformance.preparation.suite_package import suite_package


def _sent(log: Path) -> list[bytes]:
    """Return what was sent after the basic interconnection test."""
    begun, lines = False, []
    for record in read_log(log):
        begun = begun or (isinstance(record, Begin) and record.purpose == "replay")
        if begun and isinstance(record, Sent):
            lines.append(from_text(record.octets))
    return lines


def _stored(folder: Path, query: str = "") -> Path:
    """Store a log as a run does: the package lies beside it."""
    path = folder / "stored.jsonl"
    path.write_bytes(simulated(query).log)
    (folder / PACKAGE).write_bytes(suite_package())
    return path


def _replayed(folder: Path, *words: str) -> Finished:
    return atverdict(folder, "run", "--replay", *words)


def test_a_text_is_sent_as_it_stands(tmp_path: Path) -> None:
    lines = ["# a comment", "", "AT+QIOTREG=?", r"AT\r\n", r'AT+QIOTMCUVER="\x41\\\"\x01"', r"\r"]
    (tmp_path / "lines.txt").write_text("\n".join(lines))
    done = _replayed(tmp_path, "lines.txt")
    assert done.code in (0, 2), done.err
    assert _sent(done.log) == [
        b"AT+QIOTREG=?\r",
        b"AT\r\n",
        b'AT+QIOTMCUVER="A\\"\x01"\r',
        b"\r",
    ]
    assert [test["id"] for test in done.result["tests"]] == ["interconnection.basic", "replay"]
    assert done.result["requirements"]["SOTA-FRM-004"]["verdict"] == "pass"


def test_a_whole_log_comes_to_the_same_verdicts(tmp_path: Path) -> None:
    again = _replayed(tmp_path, str(_stored(tmp_path))).result["requirements"]
    first = simulated().outcomes()
    lost = {name for name in first if first[name] == "pass" and again[name]["verdict"] != "pass"}
    # The premise of an expectation is gone where a timer has run out meanwhile.
    assert len(lost) < 10, lost
    assert {each["verdict"] for each in again.values()}.isdisjoint({"fail", "warning"})


def test_one_purpose_begins_where_it_began(tmp_path: Path) -> None:
    done = _replayed(tmp_path, str(_stored(tmp_path)), "--select", "upgrade.blocks")
    requirements = done.result["requirements"]
    assert done.code == 0, done.out
    assert requirements["SOTA-INT-002"]["verdict"] == "pass"
    reads = [line for line in _sent(done.log) if line.startswith(b"AT+QIOTOTARD=")]
    assert len(reads) > 50


def test_a_failing_sequence_fails_again(tmp_path: Path) -> None:
    query = "fault=one-octet-changed"
    stored = _stored(tmp_path, query)
    words = (str(stored), "--select", "upgrade.blocks", "--iut", f"sim:?{query}")
    done = _replayed(tmp_path, *words)
    assert done.code == 1
    assert done.result["requirements"]["SOTA-INT-006"]["verdict"] == "fail"
    assert "--replay FILE" in done.out


def test_an_event_that_does_not_come_is_missed_again(tmp_path: Path) -> None:
    query = "fault=no-outcome"
    stored = _stored(tmp_path, query)
    words = (str(stored), "--select", "upgrade", "--iut", f"sim:?{query}")
    requirements = _replayed(tmp_path, *words).result["requirements"]
    assert requirements["SOTA-SEQ-008"]["verdict"] == "fail"


def test_a_sequence_that_failed_holds_on_a_sound_iut(tmp_path: Path) -> None:
    stored = _stored(tmp_path, "fault=one-octet-changed")
    done = _replayed(tmp_path, str(stored), "--select", "upgrade")
    verdicts = {each["verdict"] for each in done.result["requirements"].values()}
    assert "fail" not in verdicts, done.out


def test_the_log_says_that_it_was_a_replay(tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text("AT\n")
    done = _replayed(tmp_path, "lines.txt")
    header = json.loads(done.log.read_bytes().splitlines()[0])
    assert header["replay"] is True
    assert header["selection"] == ["replay"]
    stored = atverdict(tmp_path, "judge", "run")
    assert (stored.code, stored.out in done.out) == (done.code, True)


MASKED = r'AT+QIOTCFG="productinfo","p11abc","******"'


def test_a_masked_secret_comes_from_the_pixit(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text(MASKED)
    (step,) = read_replay(path, (), Product("p11abc", "secret"))
    assert step == Send(b'AT+QIOTCFG="productinfo","p11abc","secret"\r', 1)
    with pytest.raises(InputError, match="line 1 writes a secret"):
        read_replay(path, (), None)


@pytest.mark.parametrize(
    ("text", "words", "problem"),
    [
        ("", (), "no command line"),
        ("# nothing\n", (), "no command line"),
        (r"AT\q", (), "escape"),
        (r"AT\x4", (), "escape"),
        ("AT\\", (), "escape"),
        ('{"kind":"header","format":99}\n', (), "not a record"),
    ],
)
def test_what_cannot_be_replayed(
    text: str, words: tuple[str, ...], problem: str, tmp_path: Path
) -> None:
    (tmp_path / "lines.txt").write_text(text)
    done = _replayed(tmp_path, "lines.txt", *words)
    assert done.code == 3
    assert problem in done.err
    assert not (tmp_path / "run").exists()


def test_a_purpose_that_the_log_does_not_have(tmp_path: Path) -> None:
    done = _replayed(tmp_path, str(_stored(tmp_path)), "--select", "nosuch")
    assert done.code == 3
    assert "nosuch" in done.err


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert _replayed(tmp_path, "nosuch").code == 3


STEPS: tuple[Step, ...] = (
    Prepare(online=True, versions=(("STM32", "1_0_0"),), phase=Phase.OFFERED),
    Send(b"AT\\ \x00\xff\r\n", 5, succeeded=False, answer="0123456789abcdef"),
    Perform("arm_plan", {"plan": {"component": "STM32"}}),
    Await((7, 10700)),
    Await((7, 10705), '+QIOTEVT: 7,10705,"\xe4\\"'),
    Send(b"\r", 9),
    Expect(
        Expected(t=1.5, requirement="SOTA-SEQ-019", events=((7, 10700),), within_s=3.0, since=9)
    ),
    Settle(),
)


def test_a_text_says_all_that_a_replay_consists_of() -> None:
    assert tuple(read_text(Path(), write_text(STEPS, "title").encode("latin-1"))) == STEPS


@pytest.mark.parametrize(
    "line", ["!nosuch", "!await x", "!perform push {", "!prepare {}", "!expect 1", "!await"]
)
def test_a_directive_that_is_none_is_named_with_its_line(line: str, tmp_path: Path) -> None:
    (tmp_path / "lines.txt").write_text(f"AT\n{line}\n")
    done = _replayed(tmp_path, "lines.txt")
    assert done.code == 3
    assert "line 2" in done.err


@pytest.mark.parametrize(
    ("recorded", "verdict"),
    [("!answered 0123456789abcdef", "inconclusive"), ("!succeeds", "fail")],
)
def test_another_value_read_ends_what_is_certain(
    recorded: str, verdict: str, tmp_path: Path
) -> None:
    due = Expected(t=1.0, requirement="SOTA-CMD-REG-006", events=((2, 10200),), within_s=1.0)
    expect = f"!expect {json.dumps(msgspec.to_builtins(due))}"
    lines = [recorded, "AT+QIOTREG?", "AT+QIOTREG=0", expect, "!settle"]
    (tmp_path / "lines.txt").write_text("\n".join(lines))
    requirements = _replayed(tmp_path, "lines.txt").result["requirements"]
    assert requirements["SOTA-CMD-REG-006"]["verdict"] == verdict


def test_an_event_that_was_not_recorded_ends_what_is_certain(tmp_path: Path) -> None:
    due = Expected(t=1.0, requirement="SOTA-CMD-REG-007", events=((6, 10200),), within_s=1.0)
    lines = ["AT+QIOTREG=0", "AT+QIOTREG=1", "!await 3,10200", "!settle"]
    expect = [f"!expect {json.dumps(msgspec.to_builtins(due))}", "!settle"]
    (tmp_path / "lines.txt").write_text("\n".join(lines + expect))
    verdicts = _replayed(tmp_path, "lines.txt").result["requirements"]
    assert verdicts["SOTA-CMD-REG-007"]["verdict"] == "inconclusive"
