"""The reference module's commands: forms, argument checks, line discipline, persistence."""

import random

import pytest
from support.module_rig import ModuleRig

from atverdict.adapters.simulator.module.arguments import parse_arguments

REFUSED = [
    "AT+QIOTREG=3",
    "AT+QIOTREG=",
    'AT+QIOTREG="1"',
    "AT+QIOTREG=a",
    "AT+QIOTREG=1,1",
    "AT+QIOTREG=-1",
    "AT+QIOTREG= 1",
    "AT+QIOTREG",
    "AT+QIOTREG??",
    "AT+QIOTSTATE",
    "AT+QIOTSTATE=1",
    "AT+QIOTSTATE=?",
    "AT+QIOTMCUVER",
    "AT+QIOTMCUVER=",
    "AT+QIOTMCUVER=STM32,1_0_0",
    'AT+QIOTMCUVER="STM32",1',
    'AT+QIOTMCUVER="","1"',
    'AT+QIOTMCUVER="STM32',
    'AT+QIOTMCUVER="nobody"',
    "AT+QIOTOTAREQ=2",
    'AT+QIOTOTAREQ="1"',
    "AT+QIOTOTAREQ=1,1",
    "AT+QIOTOTAREQ=a",
    "AT+QIOTOTAREQ?",
    "AT+QIOTUPDATE",
    "AT+QIOTUPDATE?",
    "AT+QIOTUPDATE=4",
    "AT+QIOTUPDATE=-1",
    "AT+QIOTUPDATE=",
    "AT+QIOTUPDATE=1,1",
    'AT+QIOTUPDATE="1"',
    "AT+QIOTOTARD",
    "AT+QIOTOTARD?",
    "AT+QIOTOTARD=0",
    "AT+QIOTOTARD=0,1,2",
    "AT+QIOTOTARD=-1,10",
    'AT+QIOTOTARD="0","10"',
    "AT+QIOTOTARD=a,b",
    "AT+QIOTOTARD=0,0x10",
    "AT+QIOTOTARD=4294967296,10",
    "AT+QIOTOTARD=0,0",
    "AT+QIOTOTARD=27954,1",
    "AT+QIOTINFO",
    'AT+QIOTINFO="down"',
    "AT+QIOTINFO=up",
    "AT+QIOTCFG",
    'AT+QIOTCFG="nosuch"',
    'AT+QIOTCFG="productinfo","x","y"',
    'AT+QIOTCFG="lifetime",5',
    "AT+QIOTNOSUCH",
    "AT+QIOTSTATE?;+QIOTREG?",
    "ATX9",
]


@pytest.mark.parametrize("line", REFUSED)
def test_refused_with_one_error_and_nothing_else(line: str) -> None:
    rig = ModuleRig().ready()
    assert rig.ask(line) == "ERROR"
    assert rig.ask("AT") == "OK"
    assert rig.codes(2) == []
    assert rig.block(0, 2) == b"\x00\x01"


def test_huge_numbers_are_refused() -> None:
    rig = ModuleRig().ready()
    assert rig.ask("AT+QIOTOTARD=0," + "9" * 1500) == "ERROR"
    assert rig.ask("AT+QIOTUPDATE=" + "0" * 1500) == "ERROR"


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("AT+QIOTREG=?", "+QIOTREG: (0-2)"),
        ("AT+QIOTREG?", "+QIOTREG: 1"),
        ("AT+QIOTSTATE?", "+QIOTSTATE: 8"),
        ("at+qiotstate?", "+QIOTSTATE: 8"),
        ("AT+QIOTMCUVER=?", "+QIOTMCUVER: <MCU_number>,<MCU_version>"),
        ("AT+QIOTMCUVER?", '+QIOTMCUVER: "STM32","1_0_0"'),
        ('AT+QIOTMCUVER="STM32"', '+QIOTMCUVER: "STM32","1_0_0"'),
        ("AT+QIOTINFO=?", '+QIOTINFO: "up"'),
        ("AT+QIOTOTAREQ=?", "+QIOTOTAREQ: (0,1)"),
        ("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-3)"),
        ("AT+QIOTOTARD=?", "+QIOTOTARD: <start>,(1-1024)"),
        ('AT+QIOTCFG="tsl"', '+QIOTCFG: "tsl",0'),
        ("AT+CGMM", "EC200U"),
        ("AT+CSQ", "+CSQ: 24,99"),
        ("AT+CEREG?", "+CEREG: 0,1"),
        ("AT+CGATT?", "+CGATT: 1"),
    ],
)
def test_information(line: str, answer: str) -> None:
    assert ModuleRig().connected().ask(line) == f"{answer}\r\n\r\nOK"


def test_identification_and_info() -> None:
    rig = ModuleRig().connected()
    assert rig.ask("ATI") == "Quectel\r\nEC200U\r\nRevision: EC200UCNAAR03A01M08\r\n\r\nOK"
    info = rig.ask("AT+QIOTINFO?")
    assert "+QIOTINFO: mcu_version,STM32:1_0_0\r\n" in info
    assert "+QIOTINFO: sdk_ver,2.23.0\r\n" in info
    assert rig.ask('AT+QIOTINFO="up"') == "OK"
    assert rig.codes(1) == ["4,10240"]


def test_versions_coexist_are_replaced_and_removed() -> None:
    rig = ModuleRig()
    assert rig.ask("AT+QIOTMCUVER?") == "OK"
    longest, version = "c" * 32, "v" * 64
    for name, text in (("A", "1"), (longest, version), ("B,x", "2.0-b_1"), ("A", "3")):
        assert rig.ask(f'AT+QIOTMCUVER="{name}","{text}"') == "OK"
    lines = rig.ask("AT+QIOTMCUVER?").split("\r\n")
    assert lines[:3] == [
        '+QIOTMCUVER: "A","3"',
        f'+QIOTMCUVER: "{longest}","{version}"',
        '+QIOTMCUVER: "B,x","2.0-b_1"',
    ]
    assert rig.ask(f'AT+QIOTMCUVER="{longest}c","1"') == "ERROR"
    assert rig.ask(f'AT+QIOTMCUVER="A","{version}v"') == "ERROR"
    assert rig.ask('AT+QIOTMCUVER="A",""') == "OK"
    assert '"A"' not in rig.ask("AT+QIOTMCUVER?")
    answers = [rig.ask(f'AT+QIOTMCUVER="{index}","{version}"') for index in range(9)]
    assert answers == ["OK"] * 6 + ["ERROR"] * 3


def test_unconfigured_module_does_not_register() -> None:
    rig = ModuleRig(productinfo="no")
    assert rig.ask("AT+QIOTREG=1") == "ERROR"
    assert rig.ask("AT+QIOTREG=2") == "ERROR"
    assert rig.ask("AT+QIOTREG=0") == "OK"
    assert rig.ask('AT+QIOTCFG="productinfo","pk","ps"') == "OK"
    assert rig.ask('AT+QIOTCFG="productinfo"').startswith('+QIOTCFG: "productinfo",pk,ps,')
    assert rig.ask("AT+QIOTREG=1") == "OK"


def test_request_offline_is_refused() -> None:
    rig = ModuleRig()
    assert rig.ask("AT+QIOTOTAREQ") == "ERROR"
    assert rig.ask('AT+QIOTINFO="up"') == "ERROR"


@pytest.mark.parametrize(
    ("mode", "shown", "connects"), [(1, 0, False), (2, 2, True), (0, 0, False)]
)
def test_what_survives_a_power_cycle(mode: int, shown: int, *, connects: bool) -> None:
    rig = ModuleRig().connected()
    rig.ask(f"AT+QIOTREG={mode}")
    rig.listen(2)
    rig.do("power_cycle")
    assert rig.say("AT", 1) == b""
    assert rig.codes(10) == (["2,10200", "3,10200"] if connects else [])
    assert rig.ask("AT+QIOTREG?").startswith(f"+QIOTREG: {shown}\r\n")
    assert "STM32" in rig.ask("AT+QIOTMCUVER?")
    assert ",p11abc," in rig.ask('AT+QIOTCFG="productinfo"')


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_chunks_and_terminators_mean_nothing(size: int) -> None:
    rig = ModuleRig()
    octets = b"\r\n\r\nAT\r\nat+qiotreg?\r\rAT+QIOTSTATE?\n\r\nAT\r\n\r\n"
    for offset in range(0, len(octets), size):
        rig.pco.write(octets[offset : offset + size])
    wire = rig.listen(1)
    assert wire.count(b"OK\r\n") == 3
    assert wire.count(b"ERROR\r\n") == 1
    assert wire.count(b"+QIOTREG: 0\r\n") == 1


def test_over_long_line_is_refused_once() -> None:
    rig = ModuleRig()
    assert rig.say("AT+QIOTMCUVER=" + "x" * 4096, 1) == b"\r\nERROR\r\n"
    assert rig.ask("AT") == "OK"


def test_lines_that_are_no_commands_earn_nothing() -> None:
    rig = ModuleRig()
    assert rig.say("hello\x00\xff", 1) == b""
    assert rig.ask("AT") == "OK"


def test_echo_is_switched_and_precedes_the_answer() -> None:
    rig = ModuleRig(echo="yes")
    assert rig.ask("AT") == "AT\r\r\nOK"
    assert rig.ask("ATE0") == "ATE0\r\r\nOK"
    assert rig.ask("AT+QIOTREG?") == "+QIOTREG: 0\r\n\r\nOK"
    assert rig.ask("ATE1") == "OK"
    assert rig.ask("at") == "at\r\r\nOK"


def test_commands_in_one_write_are_answered_in_order() -> None:
    rig = ModuleRig()
    rig.pco.write(b'AT+QIOTMCUVER="A","1"\r\nAT+QIOTMCUVER="A"\r\nAT+NO\r\n')
    assert rig.listen(1) == b'\r\nOK\r\n\r\n+QIOTMCUVER: "A","1"\r\n\r\nOK\r\n\r\nERROR\r\n'


def test_event_waits_for_a_half_typed_line_to_end() -> None:
    rig = ModuleRig(echo="yes")
    rig.say("AT+QIOTREG=1")
    rig.pco.write(b"AT+QIOT")
    assert rig.listen(5) == b"AT+QIOT"
    rig.pco.write(b"REG?\r")
    assert rig.listen(1) == (
        b"REG?\r\r\n+QIOTEVT: 2,10200\r\n\r\n+QIOTEVT: 3,10200\r\n\r\n+QIOTREG: 1\r\n\r\nOK\r\n"
    )


def test_arguments() -> None:
    kinds = [(each.kind, each.text) for each in parse_arguments('"a,b",12,1.0,-1,,"x"y,"')]
    assert kinds == [
        ("string", "a,b"),
        ("integer", "12"),
        ("raw", "1.0"),
        ("raw", "-1"),
        ("raw", ""),
        ("raw", '"x"y'),
        ("raw", '"'),
    ]


def test_noise_breaks_nothing() -> None:
    rng = random.Random(7)
    rig = ModuleRig(echo="yes")
    words = [
        b"AT",
        b"+QIOT",
        b"OTARD=",
        b"MCUVER=",
        b"UPDATE",
        b'"',
        b",",
        b"=?",
        b"1",
        b"\r",
        b"\n",
    ]
    for _ in range(300):
        noise = b"".join(
            rng.choice([*words, rng.randbytes(rng.randrange(1, 9))])
            for _ in range(rng.randrange(1, 40))
        )
        rig.pco.write(noise.replace(b"ATE", b"AT"))
        rig.listen(rng.choice([0.0, 0.01, 2.0]))
        rig.pco.write(b"\r")
        rig.listen(2)
        assert rig.ask("AT") == "AT\r\r\nOK"
