"""A module on a line, in virtual time: scenarios, and that looking on changes nothing."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from atverdict.adapters.pco import Reception
from atverdict.adapters.simulator.pco import build_simulator
from atverdict.adapters.simulator.served.module_on_a_line import ModuleOnALine
from atverdict.adapters.simulator.served.scenario import Step
from atverdict.adapters.simulator.simulator import Simulator
from atverdict.cli.problems import Problem
from atverdict.cli.simulate_input import read_scenario, served_module

FLOW = (
    ("ATE0", 1.0),
    ('AT+QIOTMCUVER="STM32","1_0_0"', 1.0),
    ("AT+QIOTREG=1", 5.0),
    ("AT+QIOTOTAREQ=0", 3.0),
    ("AT+QIOTUPDATE=1", 8.0),
    ("AT+QIOTUPDATE=2", 8.0),
    ("AT+QIOTUPDATE=2", 8.0),
    ("AT+QIOTUPDATE=3", 5.0),
    ('AT+QIOTMCUVER="STM32","2_0_0"', 5.0),
)
ARM = 'at = 1.0\ndo = "arm_plan"\nwith.plan = '
CHANGED = ("event-without-space", "final-code-in-lower-case", "event-before-its-ok")
OPTIONS = {"plan": "armed", "piece_limit_octets": "10000"}


def play(
    module: ModuleOnALine | Simulator, flow: Sequence[tuple[str, float]] = FLOW
) -> list[Reception]:
    """Say these lines and listen after each for some seconds."""
    receptions = []
    now_s = 0.0
    for line, wait_s in flow:
        module.write(line.encode() + b"\r")
        now_s += wait_s
        module.advance_to(now_s)
        receptions += module.collect()
    return receptions


def lines(receptions: Sequence[Reception]) -> list[str]:
    """Return the lines without their echo, events by type and code."""
    text = b"".join(each.octets for each in receptions).decode("latin-1")
    found = [line for line in text.split("\r\n") if line and not line.startswith("AT")]
    return [",".join(x.removeprefix("+QIOTEVT: ").split(",")[:2]) for x in found]


def scripted(tmp_path: Path, text: str, **options: str) -> ModuleOnALine:
    """Build a module with a scenario."""
    path = tmp_path / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    return served_module({**OPTIONS, **options}, [], read_scenario(path))


@pytest.mark.parametrize("options", [{}, *({"fault": x} for x in CHANGED), {"event_gap_s": "0"}])
def test_a_bench_changes_nothing(options: dict[str, str]) -> None:
    query = {**OPTIONS, **options}
    bare = play(build_simulator(query))
    assert play(served_module(query, [], ())) == bare
    assert len(bare) > 15


def test_the_same_scenario_gives_the_same_octets(tmp_path: Path) -> None:
    text = '[[step]]\nafter = "7,10703"\ndelay = 0.3\ndo = "power_cycle"\n'
    first, second = (play(scripted(tmp_path, text, seed="7")) for _ in range(2))
    assert first == second


def test_an_offer_at_once(tmp_path: Path) -> None:
    module = scripted(tmp_path, '[[step]]\nafter = "online"\ndo = "push"\n')
    assert lines(play(module, FLOW[:3]))[-3:] == ["2,10200", "3,10200", "7,10700"]
    assert "7,10700" not in lines(play(scripted(tmp_path, "step = []"), FLOW[:3]))


def test_the_link_drops_in_the_second_piece(tmp_path: Path) -> None:
    module = scripted(
        tmp_path,
        '[[step]]\nafter = "downloading"\nnth = 2\ndo = "link_down"\n'
        '[[step]]\nafter = "2,10474"\ndo = "link_up"\n',
    )
    said = lines(play(module, FLOW[:6]))
    before, _, after = " ".join(said).partition("2,10474")
    assert before.count("7,10703") == 1
    assert "7,10702" in before
    assert after.split()[:2] == ["2,10200", "3,10200"]


def test_a_restart_before_an_event(tmp_path: Path) -> None:
    text = '[[step]]\nbefore = "7,10704"\ndo = "power_cycle"\n'
    said = lines(play(scripted(tmp_path, text, event_gap_s="0"), FLOW[:8]))
    assert said[-2:] == ["RDY", "7,10704"]
    assert said.count("7,10704") == 1
    plain = lines(play(scripted(tmp_path, "step = []"), FLOW[:8]))
    assert plain[-2:] == ["OK", "7,10704"]


def test_after_an_event_is_when_the_host_has_it(tmp_path: Path) -> None:
    text = '[[step]]\nafter = "7,10703"\ndo = "power_cycle"\n'
    said = lines(play(scripted(tmp_path, text, baudrate="9600"), FLOW[:5]))
    assert said[-2:] == ["7,10703", "RDY"]


def test_an_instant_and_arguments(tmp_path: Path) -> None:
    text = '[[step]]\nat = 0.0\ndo = "fail_downloads"\nwith = { count = 1 }\n'
    flow = (*FLOW[:4], ("AT+QIOTUPDATE=1", 20.0))
    said = lines(play(scripted(tmp_path, text), flow))
    plain = lines(play(scripted(tmp_path, "step = []"), flow))
    assert said.count("7,10702") > plain.count("7,10702")
    assert said[-1] == plain[-1] == "7,10703"


def test_a_power_cycle_takes_no_time_on_the_wall() -> None:
    module = served_module(
        {**OPTIONS, "boot_s": "2"}, [], [Step("power_cycle", at_s=4.0, delay_s=1.0)]
    )
    module.advance_to(6.9)
    assert module.collect() == []
    module.advance_to(7.1)
    assert b"RDY" in module.collect()[0].octets


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ('do = "push"', "exactly one of at, after and before"),
        ('at = 1.0\nafter = "online"\ndo = "push"', "exactly one of at, after and before"),
        ('after = "7,1070"\ndo = "push"', "after = '7,1070' is no event, and no state"),
        ('before = "RDY"\ndo = "push"', "before = 'RDY' is no event"),
        ('after = "online"\nnth = 0\ndo = "push"', "nth is a whole number from 1"),
        (
            'at = 1.0\nnth = 2\ndo = "push"',
            "nth is a whole number from 1, and goes with after or before",
        ),
        ('at = -1.0\ndo = "push"', "not negative"),
        ('at = 1.0\ndelay = nan\ndo = "push"', "not negative"),
        (
            'at = 1.0\ndo = "explode"',
            "do = 'explode' is no action; actions: activate_plans, app_confirm",
        ),
        ('at = 1.0\ndo = "push"\nwith = { count = 1 }', "push does not take count"),
        ('at = 1.0\ndo = "fail_downloads"', "fail_downloads needs count"),
        ('at = 1.0\ndo = "arm_plan"\nwith = { plan = { component = "A" } }', "target_version"),
        (
            ARM + '{ component = "Ü", target_version = "2" }',
            "printable ASCII",
        ),
        (
            ARM + '{ component = "A", source_version = " ", target_version = "2" }',
            "a source version cannot be ' '",
        ),
        ('at = 1.0\ndo = "push"\nwhen = 3', "unknown field `when`"),
        ('at = "soon"\ndo = "push"', "step[0].at"),
    ],
)
def test_a_step_that_cannot_be(step: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Problem) as problem:
        scripted(tmp_path, "[[step]]\n" + step)
    assert said in problem.value.message
    assert "scenario" in problem.value.message
    assert "\n" not in problem.value.message


def test_an_image_lies_beside_its_scenario(tmp_path: Path) -> None:
    (tmp_path / "new.bin").write_bytes(b"new")
    module = scripted(
        tmp_path,
        '[[step]]\nat = 0.0\ndo = "arm_plan"\n'
        'with = { plan = { component = "STM32", target_version = "2_0_0", image = "new.bin" } }\n',
    )
    receptions = play(module, FLOW[:5])
    assert b'7,10703,"STM32",3,0,3' in b"".join(each.octets for each in receptions)
