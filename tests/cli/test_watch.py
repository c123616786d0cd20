"""`--watch`: the wire live on standard error, and a tick for each requirement that is judged."""

import io
import re
from collections.abc import Callable
from contextlib import redirect_stderr
from pathlib import Path

import pytest
from support.campaigns import atverdict
from support.log_builder import LogBuilder

from atverdict.cli.watch import Watch, wants_colour
from atverdict.conformance.evidence.log import (
    ControlAction,
    Port,
    Received,
    Record,
    Sent,
    Unanswered,
)
from atverdict.conformance.judge.roles import HOST, MODULE, Part


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _watched(
    records: list[Record],
    stream: io.StringIO | None = None,
    earlier: int = 0,
    part: Part = MODULE,
) -> list[str]:
    said = stream or io.StringIO()
    with redirect_stderr(said):
        watch = Watch(earlier, part=part)
        for record in records:
            watch.observe(record)
        watch.end()
    return said.getvalue().splitlines()


def test_a_run_shows_its_wire_its_purposes_and_its_ticks(tmp_path: Path) -> None:
    finished = atverdict(tmp_path, "run", "--watch", "--select", "SOTA-CMD-REG-005")
    assert finished.code == 0
    lines = finished.err.splitlines()
    assert any(re.fullmatch(r" +\d+\.\d{3} s > AT\+QIOTREG=1<CR>", line) for line in lines)
    assert any(re.fullmatch(r" +\d+\.\d{3} s < \+QIOTEVT: 3,10200<CR><LF>", x) for x in lines)
    ticks = [line for line in lines if line.startswith("  + SOTA-CMD-REG-005 holds: ")]
    assert len(ticks) == 1
    purpose = next(n for n, x in enumerate(lines) if x.startswith("[2/2] registration.connects"))
    assert purpose < lines.index(ticks[0])
    assert "SOTA-CMD-REG-005" not in finished.out  # the summary is all that is there
    assert finished.out.startswith(("Not tested", "199 requirements", "Could not"))


def test_a_broken_requirement_is_ticked_as_broken(tmp_path: Path) -> None:
    address = "sim:?fault=reg-reads-back-zero"
    finished = atverdict(
        tmp_path, "run", "--watch", "--iut", address, "--select", "SOTA-CMD-REG-005"
    )
    assert finished.code == 1
    assert "  x SOTA-CMD-REG-005 broken: " in finished.err


def test_without_it_the_wire_is_not_shown(tmp_path: Path) -> None:
    finished = atverdict(tmp_path, "run", "--select", "SOTA-CMD-REG-001")
    assert " s > AT" not in finished.err
    assert "holds" not in finished.err


def test_the_log_is_the_same_with_and_without_it(tmp_path: Path) -> None:
    logs = []
    for words in ((), ("--watch",)):
        assert atverdict(tmp_path, "run", "--select", "SOTA-CMD-STATE", *words).code == 0
        logs.append((tmp_path / "run" / "conformance.log.jsonl").read_bytes())
    assert logs[0] == logs[1]


def test_one_message_is_one_line_however_it_came() -> None:
    bench = LogBuilder().sent("AT+QIOTSTATE?").got("\r\n+QIOT").got("STATE: 8\r\n\r\nOK\r\n")
    assert [line.split(" s ", 1)[1] for line in _watched(bench.records)] == [
        "> AT+QIOTSTATE?<CR>",
        "< +QIOTSTATE: 8<CR><LF>",
        "< OK<CR><LF>",
    ]


def test_silence_the_laboratory_and_the_port_are_told() -> None:
    bench = LogBuilder().sent("AT").got("O").gave_up().arm().control("push", ok=False).unplugged()
    assert [line.split(" s ", 1)[1] for line in _watched(bench.records)] == [
        "> AT<CR>",
        "< O",
        "? no final result code within 5.0 s",
        "# laboratory: arm_plan",
        "# laboratory: push (refused)",
        "# the port was lost",
        "# the port is back",
    ]


def test_nothing_that_a_terminal_obeys_comes_out() -> None:
    bench = LogBuilder().control("\x1b[31m").ask("AT", "\x1b]0;owned\x07\x9b").block(0, 1024)
    shown = "\n".join(_watched(bench.records))
    assert "\x1b" not in shown
    assert all(character.isprintable() or character == "\n" for character in shown)
    assert "1024 octets: <NUL><01>" in shown


def test_of_a_host_its_lines_come_and_answers_go() -> None:
    records: list[Record] = [
        Received(0.0, "AT\r"),
        Unanswered(0.0),
        Received(1.0, "AT+QIOTOTA"),
        Received(1.1, "RD=0,4\r"),
        Sent(1.2, "\r\n+QIOTOTARD: 0,4\r\n\r\r\n\n\r\n\r\nOK\r\n"),
        Received(2.0, "AT"),
        ControlAction(2.1, "reset_host", {}, {"ok": True}),
        Port(2.2, open=False, reason="gone"),
    ]
    assert [line.split(" s ", 1)[1] for line in _watched(records, part=HOST)] == [
        "< AT<CR>",
        "? the module does not answer",
        "< AT+QIOTOTARD=0,4<CR>",
        "> +QIOTOTARD: 0,4<CR><LF>",
        "> 4 octets: <CR><CR><LF><LF>",
        "> OK<CR><LF>",
        "# laboratory: reset_host",
        "< AT",
        "# the port was lost",
    ]


def test_a_run_with_a_host_shows_it(tmp_path: Path) -> None:
    words = ("run", "--watch", "--role", "host", "--select", "plain", "--effort", "quick")
    lines = atverdict(tmp_path, *words).err.splitlines()
    assert any(re.fullmatch(r" +\d+\.\d{3} s < AT\+QIOTREG=1<CR>", line) for line in lines)
    assert any(re.fullmatch(r" +\d+\.\d{3} s > 1024 octets: .*", line) for line in lines)


def test_colours_tell_the_directions_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    sent, came = _watched(LogBuilder().sent("AT").got("\r\nOK\r\n").records, _Terminal())
    assert sent.startswith("\x1b[36m")
    assert came.startswith("\x1b[35m")


@pytest.mark.parametrize(
    ("stream", "value", "wanted"),
    [(_Terminal, "", True), (_Terminal, "1", False), (io.StringIO, "", False)],
)
def test_colour_is_for_terminals_whose_user_has_not_switched_it_off(
    stream: Callable[[], io.StringIO], value: str, *, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", value)
    assert wants_colour(stream()) is wanted


def test_a_run_that_goes_on_shows_only_what_is_new() -> None:
    bench = LogBuilder().ask("AT")
    assert not _watched(bench.records, earlier=len(bench.records))


def test_a_run_goes_on_where_nobody_reads() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(text)

    assert not _watched(LogBuilder().ask("AT").ask("AT").records, Closed())


def test_a_requirement_is_ticked_once_and_again_when_it_breaks() -> None:
    good = LogBuilder().proved().ask("AT+QIOTSTATE?", "+QIOTSTATE: 0")
    holds = good.judgement()
    broken = good.ask("AT+QIOTSTATE?", "+QIOTSTATE: 99").judgement()
    said = io.StringIO()
    with redirect_stderr(said):
        watch = Watch()
        for judgement in (holds, holds, broken, broken):
            watch.judged(judgement)
        watch.end()
    ticks = [x.split(":")[0] for x in said.getvalue().splitlines() if "SOTA-CMD-STATE-001" in x]
    assert ticks == ["  + SOTA-CMD-STATE-001 holds", "  x SOTA-CMD-STATE-001 broken"]
