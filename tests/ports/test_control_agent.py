"""The control agent: one that keeps the contract, and every way to break it."""

import sys
from pathlib import Path

import pytest

from atverdict.adapters import control_agent
from atverdict.adapters.control_agent import ControlAgent
from atverdict.adapters.pco import ControlError

GOOD = """
import json, os, sys
for line in sys.stdin:
    request = json.loads(line)
    reply = {"id": request["id"], "ok": True}
    if request["action"] == "capabilities":
        reply["actions"] = ["arm_plan", "platform_status"]
    elif request["action"] == "platform_status":
        reply.update(status="offered", folder=os.getcwd())
    elif request["action"] != "arm_plan" or request["plan"]["component"] != "STM32\\u00b5":
        reply.update(ok=False, error="unsupported")
    print(json.dumps(reply), flush=True)
"""

CAPABLE = """
import os, signal, sys
def ask():
    return sys.stdin.readline()
def say(octets):
    sys.stdout.buffer.write(octets + b"\\n")
    sys.stdout.buffer.flush()
ask()
say(b'{"id": 1, "ok": true, "actions": ["push"]}')
"""


def start(folder: Path, program: str, *, timeout_s: float = 20.0) -> ControlAgent:
    (folder / "agent.py").write_text(program, encoding="utf-8")
    return ControlAgent([sys.executable, "agent.py"], folder=folder, timeout_s=timeout_s)


def test_actions_replies_and_refusals(tmp_path: Path) -> None:
    agent = start(tmp_path, GOOD)
    assert agent.actions() == {"arm_plan", "platform_status"}
    assert agent.perform("arm_plan", {"plan": {"component": "STM32µ"}})["ok"] is True
    status = agent.perform("platform_status", {})
    assert status["status"] == "offered"
    assert Path(str(status["folder"])) == tmp_path.resolve()
    refusal = agent.perform("link_down", {})
    assert (refusal["ok"], refusal["error"]) == (False, "unsupported")
    agent.close()
    agent.close()
    with pytest.raises(ControlError, match="was ended"):
        agent.perform("push", {})


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    program = CAPABLE + "ask(); say(b''); say(b' '); say(b'{\"id\": 2, \"ok\": true}'); ask()"
    agent = start(tmp_path, program)
    assert agent.perform("push", {}) == {"id": 2, "ok": True}
    agent.close()


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ("ask(); say(b'arming the plan')", "sent a line that is not JSON: 'arming the plan'"),
        ("ask(); say(b'\\xff\\xfe')", r"sent a line that is not JSON: .*xff.*xfe"),
        ("ask(); say(b'[' * 100000)", "sent a line that is not JSON"),
        ("ask(); say(b'[]')", r"sent a line that is no reply: '\[\]'"),
        ("ask(); say(b'{\"id\": 2}')", "sent a line that is no reply"),
        ('ask(); say(b\'{"id": 2, "ok": 1}\')', "sent a line that is no reply"),
        ('ask(); say(b\'{"id": 1, "ok": true}\')', "to the request with id 2"),
        ("ask(); say(b'{\"ok\": true}')", "to the request with id 2"),
        ("ask(); say(b'x' * 2000000)", "sent a line of more than 1048576 octets"),
        ("ask(); sys.exit('no power supply')", "ended with exit code 1; .*: no power supply"),
        ("sys.exit(4)", "ended with exit code 4"),
        ("ask(); os.kill(os.getpid(), signal.SIGKILL)", "ended with exit code -9"),
    ],
)
def test_a_breach_is_one_sentence_and_final(tmp_path: Path, rest: str, sentence: str) -> None:
    agent = start(tmp_path, CAPABLE + rest)
    for _ in range(2):
        with pytest.raises(ControlError, match=sentence) as caught:
            agent.perform("push", {})
        assert "\n" not in str(caught.value)
    agent.close()


def test_silence_ends_with_the_time(tmp_path: Path) -> None:
    program = "import sys\nsys.stdin.read()\n"
    with pytest.raises(ControlError, match=r"did not answer capabilities within 0\.3 s .*flush"):
        start(tmp_path, program, timeout_s=0.3)


@pytest.mark.parametrize(
    "reply",
    [
        '{"id": 1, "ok": false, "error": "unsupported"}',
        '{"id": 1, "ok": true}',
        '{"id": 1, "ok": true, "actions": "push"}',
        '{"id": 1, "ok": true, "actions": [1]}',
    ],
)
def test_capabilities_must_be_a_list_of_names(tmp_path: Path, reply: str) -> None:
    program = f"input()\nprint({reply!r}, flush=True)\ninput()\n"
    with pytest.raises(ControlError, match="did not answer capabilities with a list"):
        start(tmp_path, program)


def test_a_program_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match=r"no-such-agent cannot be started \(No such file"):
        ControlAgent(["no-such-agent"], folder=tmp_path)
    with pytest.raises(ControlError, match="is empty"):
        ControlAgent([], folder=tmp_path)


def test_an_agent_that_will_not_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_agent, "_END_S", 0.2)
    program = CAPABLE + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nask()\n"
    agent = start(tmp_path, program + 'say(b\'{"id": 2, "ok": true}\')\nsignal.pause()\n')
    agent.perform("push", {})
    process = agent._process  # noqa: SLF001  whether it lives is seen nowhere else
    agent.close()
    assert process.returncode == -9


def test_a_chatty_agent_does_not_fill_a_pipe(tmp_path: Path) -> None:
    program = CAPABLE + "ask(); sys.stderr.write('working\\n' * 100000); sys.stderr.flush()\n"
    agent = start(tmp_path, program + 'say(b\'{"id": 2, "ok": true}\'); ask()\n')
    assert agent.perform("push", {})["ok"] is True
    agent.close()
