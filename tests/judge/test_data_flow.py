"""The flow of data: what the specification says once, judge, chapters and reports follow."""

import contextlib
import re
from collections.abc import Iterator

import pytest
from support.chapters import parts
from support.host_log import HostLog
from support.log_builder import PIECE, LogBuilder

from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge import judge as judging
from atverdict.conformance.judge.judge import judge
from atverdict.reports import dossier as reporting
from atverdict.reports.dossier import dossier
from atverdict.reports.page.page import page
from atverdict.spec.loader import (
    SpecificationError,
    load_files,
    load_specification,
    specification_files,
)
from atverdict.spec.model import Specification

COMMANDS = "commands.toml"
OVERLAY = "profiles/sdk29.toml"
NUMBER = re.compile(r"(?<![\w.\"])\d+(?:\.\d+)?(?![\w.\"])")


def _text(name: str) -> str:
    return specification_files()[name].decode("utf-8")


def _changed(name: str, start: int, end: int, number: str) -> Specification:
    """Load the specification with other characters in one place of a file."""
    text = _text(name)
    octets = (text[:start] + number + text[end:]).encode("utf-8")
    return load_files({**specification_files(), name: octets})


def _numbers(name: str) -> Iterator[tuple[str, int, int]]:
    """Yield each number of a data file that is a value, with its place."""
    for line in re.finditer(r"^[^#\n]*$", _text(name), re.MULTILINE):
        code = re.sub(r"\"[^\"]*\"|'[^']*'", lambda quoted: "x" * len(quoted[0]), line[0])
        for number in NUMBER.finditer(code):
            yield number[0], line.start() + number.start(), line.start() + number.end()


def _chapters(specification: Specification) -> dict[str, str]:
    return {name: make() for name, make in parts(specification).items()}


@pytest.mark.parametrize("name", [COMMANDS, OVERLAY])
def test_each_number_is_shown_in_the_chapters_or_held_by_another(name: str) -> None:
    shown = _chapters(load_specification())
    found = list(_numbers(name))
    assert len(found) > 3
    for number, start, end in found:
        other = f"{float(number) * 2 + 1:g}" if "." in number else str(int(number) * 2 + 7)
        # What stands twice in the data, as all values and as their range, cannot part.
        with contextlib.suppress(SpecificationError):
            assert _chapters(_changed(name, start, end, other)) != shown, (number, start)


def test_values_and_their_range_cannot_part() -> None:
    with pytest.raises(SpecificationError, match="values: do not reach to the maximum 9"):
        _with_parameter("reg_mode", "maximum", "9")


ASKED = {
    "QIOTCFG": ('AT+QIOTCFG="productinfo"', '+QIOTCFG: "productinfo",p,s,1'),
    "QIOTREG": ("AT+QIOTREG=?", "+QIOTREG: (0-2)"),
    "QIOTSTATE": ("AT+QIOTSTATE?", "+QIOTSTATE: 0"),
    "QIOTMCUVER": ("AT+QIOTMCUVER?",),
    "QIOTINFO": ("AT+QIOTINFO?", '+QIOTINFO: "sdk_ver",2.9.0'),
    "QIOTOTAREQ": ("AT+QIOTOTAREQ=?", "+QIOTOTAREQ: (0-1)"),
    "QIOTUPDATE": ("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-3)"),
    "QIOTOTARD": ("AT+QIOTOTARD=?", "+QIOTOTARD: <start>,(1-1024)"),
}


def _with_response_time(command: str, seconds: str) -> Specification:
    text = _text(COMMANDS)
    place = text.index(f'name = "{command}"')
    found = re.compile(r"(?<=max_response_time_s = )[\d.]+").search(text, place)
    assert found is not None
    return _changed(COMMANDS, found.start(), found.end(), seconds)


def test_every_command_is_asked() -> None:
    assert ASKED.keys() == load_specification().commands.keys()


@pytest.mark.parametrize("command", ASKED)
def test_a_response_time_moves_the_judge_the_chapter_and_the_report(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = LogBuilder().proved()
    for _ in range(2):
        bench.ask(*ASKED[command], after_s=0.2)
    log = bench.records
    assert judge(log).requirements["SOTA-TIM-001"].outcome is Outcome.PASS
    changed = _with_response_time(command, "0.1")
    broken = judge(log, specification=changed).requirements["SOTA-TIM-001"]
    assert broken.outcome is Outcome.FAIL
    assert "within 100 ms" in broken.reason
    row = next(r for r in _chapters(changed)["commands"].splitlines() if f"AT+{command}<" in r)
    assert "100 ms" in row
    for place in (judging, reporting):
        monkeypatch.setattr(place, "load_specification", lambda: changed)
    shown = page(dossier(log, "", 0), {})
    assert "within 100 ms" in shown
    assert "100 ms limit" in shown


def _with_timer(name: str, seconds: str) -> Specification:
    found = re.compile(rf"(?<={name} = )[\d.]+").search(_text(OVERLAY))
    assert found is not None
    return _changed(OVERLAY, found.start(), found.end(), seconds)


def _with_parameter(name: str, key: str, number: str) -> Specification:
    text = _text(COMMANDS)
    place = text.index(f'name = "{name}"')
    found = re.compile(rf"(?<={key} = )\d+").search(text, place)
    assert found is not None
    return _changed(COMMANDS, found.start(), found.end(), number)


LONG = "V" * 40
JUDGED = {
    "a host's patience": (
        "SOTA-HST-002",
        HostLog().begin().says("AT+QIOTSTATE?\r").says("AT+QIOTREG?\r", 0.2),
        _with_response_time("QIOTSTATE", "0.1"),
    ),
    "a host's pause": (
        "SOTA-HST-013",
        HostLog().begin().ready().reads(0, 1024, after_s=61.0),
        _with_timer("read_s", "70.0"),
    ),
    "a host that announces nothing": (
        "SOTA-HST-011",
        HostLog().begin().updated().wait(1250).event("7,10706"),
        _with_timer("updating_s", "1300.0"),
    ),
    "the progress of a download": (
        "SOTA-TIM-004",
        LogBuilder().downloading().event("7,10702", 11.0).event(PIECE, 11.0),
        _with_timer("progress_s", "11.0"),
    ),
    "the length of a component's name": (
        "SOTA-CMD-MCUVER-009",
        LogBuilder().ask(f'AT+QIOTMCUVER="{LONG}","1"'),
        _with_parameter("MCU_number", "max_octets", "50"),
    ),
}
"""A log that breaks a requirement, and a change of the data with which it breaks nothing."""


@pytest.mark.parametrize(("requirement", "log", "changed"), JUDGED.values(), ids=JUDGED)
def test_a_number_of_the_data_moves_the_judge(
    requirement: str, log: LogBuilder | HostLog, changed: Specification
) -> None:
    def failed(specification: Specification | None) -> bool:
        found = judge(log.records, specification=specification).requirements[requirement]
        return Verdict.FAIL in found.counts

    assert failed(None)
    assert not failed(changed)
