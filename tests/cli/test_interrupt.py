"""Ctrl-C and SIGTERM in the middle of a run: it ends cleanly, with what was judged so far."""

import json
import signal
from pathlib import Path

import pytest
from support.campaigns import atverdict_process
from support.peers import BASIC, falls_silent, peer


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("broken", [False, True])
def test_a_signal_ends_a_run_cleanly(number: int, broken: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    answers = dict(BASIC)
    if broken:
        answers[b"AT+QIOTSTATE?"] = b"\r\n+QIOTSTATE: 13\r\n\r\nOK\r\n"
    with peer(falls_silent(answers)) as address:
        process = atverdict_process(tmp_path, "run", "--iut", address, "--out", "run")
        assert process.stderr is not None
        line = "-"
        while line and not line.startswith("[2/"):
            line = process.stderr.readline()
        process.send_signal(number)
        out, err = process.communicate()
    assert process.returncode == (1 if broken else 2), err
    assert "Traceback" not in err
    result = json.loads((tmp_path / "run" / "result.json").read_bytes())
    assert result["complete"] is False
    assert result["verdict"] == ("fail" if broken else "inconclusive")
    assert "interrupted" in out
    assert result["inconclusive_because"] == "interrupted by the user"
    verdicts = {name: shown["verdict"] for name, shown in result["requirements"].items()}
    assert verdicts["SOTA-CMD-REG-001"] == "pass"
    assert verdicts["SOTA-CMD-STATE-001"] == ("fail" if broken else "pass")
    log = (tmp_path / "run" / "conformance.log.jsonl").read_bytes().splitlines()
    footer = json.loads(log[-1])
    assert footer["kind"] == "footer"
    assert footer["complete"] is False
    assert footer["reason"] == "interrupted by the user"
    assert [json.loads(line)["kind"] for line in log].count("footer") == 1
