"""What a user may get wrong: one sentence, the documented exit code, and nothing is sent."""

import os
import socket
from pathlib import Path

import pytest
from support.campaigns import QUICK_TIMES, atverdict
from support.peers import peer, pty_peer

from atverdict.adapters.address import open_address


def _one_sentence(text: str, *words: str) -> None:
    assert text.startswith("Error: "), text
    assert text.count("\n") == 1, text
    assert "Traceback" not in text
    for word in words:
        assert word in text


PIXITS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "unknown table": (b"[planes]\n", ("planes",)),
    "unknown key": (b'[plan]\nparts = "X"\n', ("parts",)),
    "wrong type": (b'[timing]\nboot = "soon"\n', ("timing.boot",)),
    "a number as text": (b"[plan]\ncomponent = 32\n", ("plan.component",)),
    "negative time": (b"[timing]\noffer = -1.0\n", ("timing.offer",)),
    "no time": (b"[timing]\nsilence = 0\n", ("timing.silence",)),
    "time that is none": (b"[timing]\nboot = nan\n", ("timing.boot",)),
    "endless time": (b"[timing]\nboot = inf\n", ("timing.boot",)),
    "no baud rate": (b"[serial]\nbaudrate = 0\n", ("serial.baudrate",)),
    "no program": (b"[control]\ncommand = []\n", ("control.command",)),
    "program that is missing": (b'[control]\ncommand = ["./no-such-agent"]\n', ("no-such-agent",)),
    "half a product": (b'[product]\nkey = "k"\n', ("secret",)),
    "missing image": (b'[plan]\nimage = "gone.bin"\n', ("plan.image", "gone.bin")),
    "image that is a folder": (b'[plan]\nimage = "."\n', ("plan.image",)),
    "bad TOML": (b"[plan\n", ("not valid TOML",)),
    "no UTF-8": (b'[plan]\ncomponent = "\xff"\n', ("not UTF-8",)),
    "quotes": (b"[plan]\ncomponent = 'a\"b'\n", ("plan.component",)),
    "an empty component": (b'[plan]\ncomponent = ""\n', ("plan.component",)),
    "a line end": (b'[plan]\ntarget_version = "1\\r\\nAT"\n', ("plan.target_version",)),
    "a secret beyond ASCII": ('[product]\nkey = "k"\nsecret = "é"\n'.encode(), ("product.secret",)),
    "unknown profile": (b'[iut]\nprofile = "lunar"\n', ("lunar", "cellular-2025")),
}


@pytest.mark.parametrize("name", PIXITS)
def test_a_wrong_pixit(name: str, tmp_path: Path) -> None:
    octets, words = PIXITS[name]
    (tmp_path / "bench.toml").write_bytes(octets)
    seen: list[bytes] = []

    def answer(more: bytes) -> bytes:
        seen.append(more)
        return b""

    with peer(answer) as address:
        ended = atverdict(tmp_path, "run", "--iut", address, "--pixit", "bench.toml")
    assert ended.code == 3
    _one_sentence(ended.err, *words)
    assert not any(seen)


def test_a_wrong_pixit_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "bench.toml").write_text("[timing]\nboot = -1\n")
    _one_sentence(atverdict(tmp_path, "run", "--pixit", "bench.toml").err, "bench.toml")
    (tmp_path / "bench.toml").write_text("[nonsense]\n")
    _one_sentence(atverdict(tmp_path, "run", "--pixit", "bench.toml").err, "bench.toml")
    _one_sentence(atverdict(tmp_path, "run", "--pixit", "none.toml").err, "none.toml")


PICS: dict[str, tuple[str, str]] = {
    "unknown key": ("max_len = 1024\n", "max_len"),
    "wrong type": ('max_length = "1024"\n', "max_length"),
    "unknown requirement": ('[not_supported]\n"SOTA-EVT-999" = "why"\n', "SOTA-EVT-999"),
    "a requirement without reason": ("[not_supported]\nSOTA-EVT-001 = 1\n", "not_supported"),
}


@pytest.mark.parametrize("name", PICS)
def test_a_wrong_pics(name: str, tmp_path: Path) -> None:
    text, word = PICS[name]
    (tmp_path / "pics.toml").write_text(text)
    ended = atverdict(tmp_path, "run", "--pics", "pics.toml")
    assert ended.code == 3
    _one_sentence(ended.err, "PICS", word)
    assert not ended.log.exists()


def test_what_the_pics_does_not_claim_is_not_applicable(tmp_path: Path) -> None:
    (tmp_path / "pics.toml").write_text('[not_supported]\nSOTA-CMD-INFO-003 = "no uplink"\n')
    ended = atverdict(tmp_path, "run", "--pics", "pics.toml", "--select", "registration")
    shown = ended.result["requirements"]["SOTA-CMD-INFO-003"]
    assert ended.code == 0
    assert shown["verdict"] == "not-applicable"
    assert "no uplink" in shown["reason"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--profile", "lunar"), ("lunar", "cellular-2025")),
        (("--role", "host", "--resume", "run"), ("host", "resumed")),
        (("--iut", ""), ("empty",)),
        (("--iut", "sim:?nosuch=1"), ("nosuch", "echo")),
        (("--iut", "sim:?echo=perhaps"), ("echo", "perhaps", "yes, no")),
        (("--iut", "sim:?fault=nosuch"), ("fault", "nosuch")),
        (("--iut", "sim:?echo=no&echo=yes"), ("once",)),
        (("--iut", "nosuch:device"), ("nosuch", "sim:")),
        (("--iut", "labgrid:"), ("labgrid:PLACE",)),
        (("--iut", "pty:link"), ("--role host",)),
    ],
)
def test_a_wrong_command_line(
    arguments: tuple[str, ...], words: tuple[str, ...], tmp_path: Path
) -> None:
    ended = atverdict(tmp_path, "run", *arguments)
    assert ended.code == 3
    _one_sentence(ended.err, *words)
    assert not ended.log.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--effort", "heroic"),
        ("run", "--role", "bystander"),
        ("run", "--nosuch"),
        ("run", "extra"),
        ("judge",),
        ("nosuch",),
        ("spec", "show", "SOTA-XYZ-001"),
        ("simulate",),
    ],
)
def test_a_command_line_that_cannot_be_read(words: tuple[str, ...], tmp_path: Path) -> None:
    ended = atverdict(tmp_path, *words)
    assert ended.code == 3
    assert "Error: " in ended.err
    assert "Traceback" not in ended.err


def test_out_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    ended = atverdict(tmp_path, "run", "--out", "taken")
    assert ended.code == 3
    assert "taken" in ended.err


def test_out_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    ended = atverdict(tmp_path, "run", "--out", "taken/run")
    assert ended.code == 3
    _one_sentence(ended.err, "taken/run")


def test_a_folder_of_its_own_for_each_run(tmp_path: Path) -> None:
    for number in (1, 2):
        ended = atverdict(tmp_path, "run", "--select", "interconnection.basic", out="")
        name = f"atverdict-run-{number:03}"
        assert ended.code == 0
        assert f"Evidence: {name}" in ended.out
        assert (tmp_path / name / "result.json").exists()


@pytest.mark.parametrize("text", ["nosuch", "SOTA-NO", "SOTA-EVT-99", "SOTA-HST", "upgrade.nosuch"])
def test_a_selection_that_matches_nothing(text: str, tmp_path: Path) -> None:
    ended = atverdict(tmp_path, "run", "--select", text)
    assert ended.code == 2
    assert text in ended.out
    verdicts = {shown["verdict"] for shown in ended.result["requirements"].values()}
    assert not verdicts & {"pass", "fail", "warning"}
    assert ended.result["verdict"] == "inconclusive"
    assert b'"kind":"sent"' not in ended.log.read_bytes()


@pytest.mark.parametrize("text", ["SOTA-CMD-OTARD", "SOTA-EVT-016,version", "upgrade.success"])
def test_a_selection_judges_what_it_names(text: str, tmp_path: Path) -> None:
    ended = atverdict(tmp_path, "run", "--select", text)
    assert ended.code == 0
    requirements = ended.result["requirements"]
    judged = {name for name, shown in requirements.items() if shown["verdict"] == "pass"}
    unselected = [s for s in requirements.values() if s["reason"] == "not selected"]
    assert judged
    assert len(judged) < 40
    assert len(unselected) > 100
    if text == "SOTA-CMD-OTARD":
        assert all(name.startswith("SOTA-CMD-OTARD") for name in judged)


def test_nobody_behind_the_address(tmp_path: Path) -> None:
    for address in ("/nonexistent/tty", "socket://127.0.0.1:1"):
        ended = atverdict(tmp_path, "run", "--iut", address)
        assert ended.code == 2
        assert address in ended.result["inconclusive_because"]
        assert "pass" not in {s["verdict"] for s in ended.result["requirements"].values()}


@pytest.mark.parametrize("address", [os.fsdecode(b"/dev/\xff"), "/dev/tty\x1b[2J", "socket://\n:1"])
def test_an_address_that_is_no_text(address: str, tmp_path: Path) -> None:
    ended = atverdict(tmp_path, "run", "--iut", address)
    assert ended.code == 3
    _one_sentence(ended.err, "--iut", "address")
    assert not ended.log.exists()


def test_an_error_that_nobody_foresaw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("atverdict.cli.commands.version.command.callback", broken)
    ended = atverdict(tmp_path, "version")
    assert ended.code == 4
    assert "the suite itself failed" in ended.err
    assert "ZeroDivisionError" in ended.err


def test_a_port_that_is_in_use(tmp_path: Path) -> None:
    (tmp_path / "pixit.toml").write_text(QUICK_TIMES)
    with pty_peer("mute") as address:
        pco, _ = open_address(address)
        try:
            ended = atverdict(tmp_path, "run", "--iut", address)
        finally:
            pco.close()
    assert ended.code == 3
    _one_sentence(ended.err, address, "use")


def test_a_simulator_port_that_is_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = atverdict(tmp_path, "simulate", "--tcp", port)
    assert ended.code == 3
    _one_sentence(ended.err, port)
