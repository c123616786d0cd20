"""The catalogue of faults: each deviates visibly, and says what it breaks."""

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from support.module_rig import ModuleRig, full_script

from atverdict.adapters.pco import Reception
from atverdict.adapters.simulator.faults.catalogue import FAULTS
from atverdict.spec.loader import load_specification
from atverdict.spec.model import Role, Strength

Script = Callable[[ModuleRig], object]
REQUIREMENTS = load_specification().requirements
UNBREAKABLE = {
    "SOTA-ROB-008",  # binds the suite
}
ODD_LINES = (
    *("at+QIOTSTATE?", "AT+qiotstate?", "AT+QIOTNOSUCH", "AT+QIOTSTATE?", "AT"),
    *("\r\r\r", "AT+QIOTREG=3", "AT+QIOTREG=", 'AT+QIOTREG="1"', "AT+QIOTREG"),
    *("AT+QIOTREG=1x", "AT+QIOTREG=1,", "AT+QIOTREG=0x1", "AT+QIOTREG=\xe91", "AT+QIOTREG=1"),
    *("AT+QIOTUPDATE=4", "AT+QIOTUPDATE=-1", "AT+QIOTUPDATE=1,1"),
    *("AT+QIOTSTATE=?", "AT+QIOTSTATE=1", "AT+QIOTCFG=nosuch", 'AT+QIOTCFG="nosuch"'),
    *('AT+QIOTCFG="nosuch",1', 'AT+QIOTCFG="productinfo"', 'AT+QIOTINFO="nosuch"', "AT+QIOTINFO?"),
    *("AT+QIOTUPDATE=1", "AT+QIOTUPDATE=0", "AT+QIOTUPDATE=3", "AT+QIOTUPDATE"),
    *("AT+QIOTOTAREQ=1", "AT+QIOTOTAREQ=9", "AT+QIOTOTAREQ=1,1", "AT+QIOTOTAREQ=a"),
    *('AT+QIOTOTAREQ="1"', "AT+QIOTOTAREQ=1h", 'AT+QIOTINFO="up",9'),
    *("AT+QIOTOTARD=0,16", "AT+QIOTOTARD=0", "AT+QIOTOTARD=,", "AT+QIOTOTARD=-1,10"),
    *("AT+QIOTOTARD=0,1,2", 'AT+QIOTOTARD="0","10"', "AT+QIOTOTARD=4294967296,1"),
    *(f"AT+QIOTOTARD={'9' * 40},1", 'AT+QIOTMCUVER="STM32', "AT", "AT+\x07", "AT"),
    *("AT+QIOTTESTS=?", "AT+QIOTOTAREQ=?", "AT+QIOTMCUVER=?", "AT+QIOTMCUVER?"),
    f'AT+QIOTMCUVER="{"A" * 4096}","1"',
)
PRODUCT = ('+QIOTCFG="productinfo","p11abd","c2Vj"', '+QIOTCFG="productinfo"')
VERSION_LINES = (
    *('"STM32","1_0_0-rc"', '"STM32","1_0"', '"STM32","1_0"', '"ATVERDICT-1","v.1"'),
    *('"ATVERDICT-2","2"', '"ATVERDICT-1"', '"ATVERDICT-2",""', '"","1"', '"STM32",2', "STM32,2"),
    *('"STM32","1"x', f'"{"C" * 32}","1"', f'"{"C" * 33}","1"', f'"STM32","{"4" * 64}"'),
    *(f'"STM32","{"5" * 65}"', f'"{"D" * 32}","{"4" * 64}"', '"STM32","1_0_0"'),
)
READS = (
    *("0,1024", "0,1024", "1024,1", "1025,512", "2000,100", "2050,1000", "3,7", "4000,1000"),
    *(
        "11990,33",
        "0,2048",
        "0,0",
        "27953,16",
        "27954,16",
        "28000,16",
        "0,16x",
        '"0","16"',
        "0,1,2",
    ),
    *(
        "-1,10",
        "4294967296,1",
        "27649,1024",
        "30000,10",
        "32768,16",
        "65536,1000",
        "7,19",
        "9,9",
        "7,2",
    ),
)


def commands(rig: ModuleRig) -> None:
    """Send what no module should take, at rest, online and while an offer stands."""
    for echo in (0, 1):
        for line in ODD_LINES:
            rig.say(line, 0.9)
        for version in VERSION_LINES:
            rig.say(f"AT+QIOTMCUVER={version}", 0.3)
            rig.say("AT+QIOTMCUVER?", 0.5)
        for line in PRODUCT:
            rig.say(f"AT{line}", 0.5)
        for line in ("AT\r\n", "AT\r\n", "AT+qiotmcuver?\r", 'AT+QIOTINFO="up"\r'):
            rig.pco.write(line.encode())
            rig.listen(0.5)
        rig.say("AT+QIOTREG=1", 5)
        rig.say(f"ATE{echo}")
    for line in (
        "+QIOTREG=0",
        "+QIOTREG=0",
        "+QIOTSTATE?",
        "+QIOTOTAREQ=1",
        *PRODUCT,
        "+QIOTREG=1",
    ):
        rig.say(f"AT{line}", 4)
    for line in ("=4", "=257", '="1"', "=+1", "=1,1"):
        offered(rig)
        rig.say(f"AT+QIOTUPDATE{line}", 1)
        rig.say("AT+QIOTUPDATE=0", 1)


def offered(rig: ModuleRig, **plan: object) -> None:
    """Have an undecided offer."""
    rig.say('AT+QIOTMCUVER="STM32","1_0_0"')
    rig.arm(active_push=False, **plan)
    rig.say("AT+QIOTOTAREQ=1", 3)
    rig.say("AT+QIOTOTARD=0,8", 0.2)


def ready(rig: ModuleRig, **plan: object) -> None:
    """Have a piece."""
    offered(rig, **plan)
    rig.say("AT+QIOTUPDATE=1", 0.03)
    for _ in range(6):
        rig.say("AT+QIOTSTATE?", 0.4)
    rig.listen(20)


def upgrades(rig: ModuleRig) -> None:
    """Upgrade again and again, in other ways each time, with questions in between."""
    rig.say("AT+QIOTREG=1", 0.4)
    rig.say("AT+QIOTSTATE?", 5)
    rig.say("AT+QIOTREG=2", 1)
    rig.say("AT+QIOTREG?", 1)
    for _ in range(3):
        offered(rig)
        rig.say("AT+QIOTSTATE?", 1)
        rig.say("AT+QIOTUPDATE=0", 4)
    for _ in range(4):
        ready(rig)
        for wanted in READS:
            rig.say(f"AT+QIOTOTARD={wanted}", 0.4)
        rig.say("AT+QIOTUPDATE=0", 0.2)
        rig.say("AT+QIOTUPDATE=2", 5)
        for wanted in ("0,16", "27000,1024", "11000,1024"):
            rig.say(f"AT+QIOTOTARD={wanted}", 0.4)
        rig.say("AT+QIOTOTAREQ=1", 3)
        rig.say("AT+QIOTUPDATE=3", 1)
        rig.say("AT+QIOTUPDATE=2", 5)
        rig.say("AT+QIOTOTARD=20001,1024", 1)
        rig.say("AT+QIOTOTARD=27000,1024", 1)
        for _again in range(2):
            rig.say("AT+QIOTUPDATE=3", 2)
        rig.say('AT+QIOTMCUVER="MCU_9","1"', 2)
        rig.say('AT+QIOTMCUVER="STM32","2_0_0"', 4)
        rig.say("AT+QIOTOTARD=0,16", 1)
        rig.do("withdraw_plans")
        rig.say("AT+QIOTOTAREQ=0", 4)
        rig.say('AT+QIOTMCUVER="STM32","1_0_0"', 2)
    ready(rig)
    rig.say("AT+QIOTUPDATE=3", 2)
    rig.say('AT+QIOTMCUVER="STM32","1_0_1"', 4)
    offered(rig)


def requests(rig: ModuleRig) -> None:
    """Ask the platform for what it must refuse, and for plans in their unusual forms."""
    plan = {"component": "STM32", "target_version": "2_0_0"}
    twice = {"components": [plan | {"target_version": "3_0_0"}] * 2}
    steps: tuple[tuple[str, dict[str, object]], ...] = (
        ("arm_plan", {"plan": plan | {"activated": False}}),
        ("arm_components", {"plan": twice}),
        ("delete_plan", {"component": "STM32"}),
        ("verify_package", {"plan": plan, "this_device": False}),
        ("verify_package", {"plan": plan, "this_device": True}),
        ("plan_period", {"inside": False}),
    )
    for action, arguments in steps:
        rig.do("withdraw_plans")
        rig.arm()
        rig.laboratory.perform(action, arguments)
        rig.listen(2)
        rig.do("push")
        rig.listen(2)
        rig.say("AT+QIOTOTAREQ=1", 4)
    rig.do("withdraw_plans")
    ready(rig)
    rig.do("plan_period", inside=False)
    rig.say('AT+QIOTMCUVER="STM32","2_0_0"', 2)
    rig.say('AT+QIOTMCUVER="STM32","1_0_0"', 2)
    rig.do("plan_period", inside=True)
    rig.say("AT+QIOTOTAREQ=1", 4)
    rig.do("withdraw_plans")
    rig.arm()
    rig.do("push_retries", count=0)
    for _ in range(2):
        rig.do("push")
        rig.listen(2)
        rig.say("AT+QIOTUPDATE=1", 5)
        rig.say('AT+QIOTMCUVER="STM32","0"', 2)
        rig.say('AT+QIOTMCUVER="STM32","1_0_0"', 2)
    for hours in ((10, 11, 8), (10, 11, 11)):
        rig.do("withdraw_plans")
        rig.arm()
        rig.do("push_hours", **dict(zip(("from", "until", "utc_offset_h"), hours, strict=True)))
        rig.do("push")
        rig.listen(4)


def laboratory(rig: ModuleRig) -> None:
    """Let the laboratory do everything that it can do."""
    rig.arm()
    rig.say("AT+QIOTREG=1", 5)
    rig.say('AT+QIOTMCUVER="STM32","1_0_0"', 1)
    rig.do("push")
    rig.listen(1300)
    for consent in ("=0", "=1"):
        rig.say("AT+QIOTOTAREQ", 0.1)
        for _ in range(80):
            rig.say(f"AT+QIOTUPDATE{consent}", 0.04)
    rig.listen(10)
    rig.do("factory_reset")
    rig.say("AT+QIOTREG=2", 5)
    rig.say('AT+QIOTCFG="productinfo","p11abd","c2Vj"', 1)
    rig.say("AT+QIOTREG=1", 5)
    rig.do("withdraw_plans")
    rig.arm()
    rig.say("AT+QIOTOTAREQ=1", 4)
    for version, plan in (
        ("9", {"source_version": "1_0_0"}),
        ("1_0_0", {"source_version": "1_0_0"}),
        ("9", {}),
        ("2_0_0", {}),
    ):
        rig.do("withdraw_plans")
        rig.say(f'AT+QIOTMCUVER="STM32","{version}"', 1)
        rig.arm(**plan)
        rig.say("AT+QIOTOTAREQ=1", 4)
        rig.say("AT+QIOTUPDATE=0", 1)
        rig.do("push")
        rig.listen(4)
    rig.say('AT+QIOTMCUVER="STM32","1_0_0"', 1)
    for lists in ({"black": True}, {"white": True, "black": True}, {"white": False}):
        rig.do("withdraw_plans")
        rig.arm()
        rig.do("list_device", **lists)
        rig.say("AT+QIOTOTAREQ=1", 4)
    for lists in ({"black": False}, {"white": True}, {"white": True, "black": False}):
        rig.do("withdraw_plans")
        rig.arm(battery_limit=45)
        rig.do("list_device", **lists)
        rig.say("AT+QIOTOTAREQ=1", 4)
    requests(rig)
    for action, arguments in (("user_confirmed", {}), ("push_window", {"inside": False})):
        rig.do("withdraw_plans")
        rig.arm()
        rig.do(action, **arguments)
        rig.do("push")
        rig.say("AT+QIOTOTAREQ=1", 4)
    for _ in range(2):
        ready(rig)
        rig.do("link_down")
        rig.listen(5)
        rig.say("AT+QIOTOTARD=0,16", 1)
        rig.say("AT+QIOTUPDATE=3", 1)
        rig.say('AT+QIOTMCUVER="STM32","2_0_0"', 2)
        rig.do("link_up")
        rig.listen(40)
        rig.say("AT+QIOTSTATE?", 1)


def restarts(rig: ModuleRig) -> None:
    """Take the power away in every state, and let every timer run out."""
    rig.say('AT+QIOTMCUVER="A","1_1"', 1)
    rig.say("AT+QIOTREG=2", 5)
    rig.say('AT+QIOTMCUVER="B","1_1"', 1)
    prepared: tuple[Script, ...] = (offered, ready, updating)
    for prepare in prepared:
        prepare(rig)
        rig.do("power_cycle")
        rig.listen(10)
        for line in ("+QIOTMCUVER?", '+QIOTCFG="productinfo"', "+QIOTSTATE?", "+QIOTOTARD=0,8"):
            rig.say(f"AT{line}", 1)
        rig.say('AT+QIOTMCUVER="STM32","2_0_0"', 3)
    ready(rig)
    rig.listen(90)
    offered(rig)
    for _ in range(2):
        rig.do("withdraw_plans")
        rig.say("AT+QIOTUPDATE=1", 50)
        offered(rig)
    rig.say("AT+QIOTUPDATE=1", 20)
    for _ in range(3):
        rig.say("AT+QIOTOTARD=0,10", 45)
    updating(rig)
    rig.listen(1300)
    for line in ("+QIOTREG=0", "+QIOTREG=1", "+QIOTSTATE?"):
        rig.say(f"AT{line}", 5)


def cut_short(image: Path) -> Script:
    """Return a script that loses power or network on the way through an upgrade."""

    def cut(rig: ModuleRig) -> None:
        for loss in ("power_cycle", "link_down"):
            for wait_s in (0.02, 1.0, 4.0, 20.0):
                rig.say("AT+QIOTREG=1", 5)
                offered(rig, image=str(image))
                rig.say("AT+QIOTUPDATE=1", wait_s)
                rig.say("AT+QIOTUPDATE=2", wait_s)
                lose(rig, loss)
            rig.say("AT+QIOTREG=1", 5)
            updating(rig)
            rig.say('AT+QIOTMCUVER="STM32","2_0_0"', 4)
            lose(rig, loss)

    return cut


def pushes(rig: ModuleRig) -> None:
    """Leave undecided what is pushed, ask for it as well, and refuse it."""
    rig.say("AT+QIOTREG=1", 5)
    rig.say('AT+QIOTMCUVER="STM32","1_0_0"', 1)
    rig.arm(active_push=True)
    for line in ("AT", "AT+QIOTOTAREQ=1", "AT+QIOTUPDATE=0"):
        rig.say(line, 1300)


def lose(rig: ModuleRig, loss: str) -> None:
    """Lose power or network for a while, and see what is left."""
    rig.do(loss)
    rig.listen(4)
    for line in ("+QIOTMCUVER?", '+QIOTCFG="productinfo"', "+QIOTOTARD=0,8", "+QIOTOTARD=4090,9"):
        rig.say(f"AT{line}", 1)
    rig.say("AT+QIOTOTARD=32768,8", 1)
    rig.do("link_up")
    rig.listen(15)
    rig.say("AT+QIOTOTARD=4090,9", 1)


def updating(rig: ModuleRig) -> None:
    """Be updating."""
    ready(rig)
    rig.say("AT+QIOTUPDATE=3", 1)


def firmware(rig: ModuleRig) -> None:
    """Upgrade the module itself."""
    rig.say("AT+QIOTREG=2", 5)
    rig.do("arm_module_plan", plan={"component": "app", "target_version": "R2"})
    rig.say("AT+QIOTOTAREQ=1", 4)
    rig.say("AT+QIOTUPDATE=1", 90)


def components(rig: ModuleRig) -> None:
    """Upgrade two components with one plan."""
    names = ("ATVERDICT-A", "ATVERDICT-B")
    rig.say("AT+QIOTREG=1", 5)
    for name in names:
        rig.say(f'AT+QIOTMCUVER="{name}","1"', 1)
    plan = {"components": [{"component": name, "target_version": "2"} for name in names]}
    rig.do("arm_components", plan=plan)
    rig.say("AT+QIOTOTAREQ=1", 4)
    rig.say("AT+QIOTUPDATE=1", 30)
    for name in names:
        rig.say("AT+QIOTUPDATE=3", 1)
        rig.say(f'AT+QIOTMCUVER="{name}","2"', 30)


@pytest.fixture(scope="session")
def large_image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("images") / "large.bin"
    path.write_bytes(random.Random(2).randbytes(75_001))
    return path


def large_script(image: Path) -> Script:
    """Return a script that upgrades with a package of several pieces, and then with another."""

    def large(rig: ModuleRig) -> None:
        rig.say("AT+QIOTREG=1", 5)
        for early in ("AT", "AT+QIOTUPDATE=3"):
            ready(rig, image=str(image))
            for start in range(0, 75_001, 2_000):
                rig.say(f"AT+QIOTOTARD={start},1000", 0.3)
                rig.say(early, 0.1)
                rig.say("AT+QIOTUPDATE=2", 9)
                rig.say(f"AT+QIOTOTARD={start + 1},16", 0.3)
            rig.say("AT+QIOTUPDATE=3", 1)
            rig.say('AT+QIOTMCUVER="STM32","2_0_0"', 4)
            rig.do("withdraw_plans")
        ready(rig)
        rig.say("AT+QIOTOTARD=0,64", 1)

    return large


def played(script: Script, options: tuple[tuple[str, str], ...]) -> list[Reception]:
    rig = ModuleRig(echo="yes", **dict(options))
    script(rig)
    return rig.receptions


reference = cache(played)


large_script_once = cache(large_script)
cut_short_once = cache(cut_short)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_visible(name: str, large_image: Path) -> None:
    needs = tuple(FAULTS[name].needs.items())
    large, cut = large_script_once(large_image), cut_short_once(large_image)
    small = (full_script, commands, upgrades, laboratory, restarts, components, pushes, firmware)
    faulty = ("fault", name)
    scripts = (*small, large, cut)
    assert any(played(s, (*needs, faulty)) != reference(s, needs) for s in scripts)


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_described(name: str) -> None:
    fault = FAULTS[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)
    assert fault.description
    assert not fault.description.endswith(".")
    assert fault.strength == REQUIREMENTS[fault.requirement].strength.value


def test_state_of_a_fault_belongs_to_one_simulator() -> None:
    first = full_script(ModuleRig(fault="second-upgrade-impossible"))
    assert first == full_script(ModuleRig(fault="second-upgrade-impossible"))


def test_every_requirement_of_a_module_has_a_fault() -> None:
    binding = {
        name
        for name, requirement in REQUIREMENTS.items()
        if requirement.role is Role.MODULE and requirement.strength is not Strength.MAY
    }
    broken = {fault.requirement for fault in FAULTS.values()}
    assert binding - broken == UNBREAKABLE


def test_there_are_enough() -> None:
    assert len(FAULTS) >= 300
