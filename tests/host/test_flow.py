"""The reference host against the simulator: it finishes, finds back, and never waits for ever."""

import re
from functools import cache
from pathlib import Path

import pytest
from support.host_rig import STEPS, HostRig, nasty_package, scenarios

from atverdict.adapters.simulator.faults.catalogue import FAULTS
from atverdict.adapters.simulator.host.upgrade import Phase
from atverdict.adapters.simulator.host.variants import VARIANTS as HOST_VARIANTS
from atverdict.adapters.simulator.platform.built_in_package import built_in_package
from atverdict.adapters.simulator.variants import VARIANTS

UNMET = ("no battery", "weak signal", "no space", "refuses", "battery falls")
LOST = ("wrong digests", "wrong MD5", "wrong SHA-256")
FLAT = "offered twice, limits then unmet"
PACKAGE = built_in_package(1)


@cache
def played(name: str) -> HostRig:
    """Play a scenario with the reference host, once."""
    return _SCENARIOS[name]("")


@pytest.fixture(scope="module", autouse=True)
def _scenarios(tmp_path_factory: pytest.TempPathFactory) -> None:
    _SCENARIOS.update(scenarios(tmp_path_factory.mktemp("packages")))


_SCENARIOS = scenarios(Path())
NAMES = tuple(_SCENARIOS)


def events(rig: HostRig) -> list[str]:
    """Return command lines of the host and upgrade events of the module, in order."""
    rest = b"".join(b"\n> " + octets if way == ">" else octets for _, way, octets in rig.wire)
    wire = b""
    while header := re.search(rb"\+QIOTOTARD: \d+,(\d+)\r\n", rest):
        wire += rest[: header.start()]
        rest = rest[header.end() + int(header[1]) :]
    text = (wire + rest).decode("latin-1")
    return re.findall(r"(?:> |\+QIOTEVT: 7,107|RDY)[^\r\n]*", text)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_conformant_module_upgrades_the_host(variant: str) -> None:
    rig = HostRig("", VARIANTS[variant])
    rig.run(900, lambda: rig.status == "success")
    assert rig.status == "success"
    assert rig.host.version == "2_0_0"


@pytest.mark.parametrize("variant", HOST_VARIANTS)
@pytest.mark.parametrize("pieces", ["none", "9973"])
def test_every_proper_host_upgrades(variant: str, pieces: str) -> None:
    rig = HostRig(HOST_VARIANTS[variant], f"piece_limit_octets={pieces}").run(1000)
    assert rig.status == "success"
    assert rig.kept.packages["STM32", "2_0_0"] == PACKAGE


@pytest.mark.parametrize("name", [name for name in NAMES if name not in (*UNMET, *LOST, FLAT)])
def test_whatever_happens_the_host_is_upgraded_in_the_end(name: str) -> None:
    rig = played(name)
    assert rig.status == "success"
    assert rig.host.version == "2_0_0"


def test_no_faulty_module_silences_the_host() -> None:
    silent = []
    for fault in FAULTS:
        rig = HostRig("", f"fault={fault}").run(600)
        if max(instant for instant, way, _ in rig.wire if way == ">") < 530:
            silent.append(fault)
    assert not silent


@pytest.mark.parametrize("name", UNMET)
def test_limits_that_are_not_met_are_refused_and_nothing_follows(name: str) -> None:
    rig = played(name)
    assert rig.status == "refused"
    refused = rig.sent.index("AT+QIOTUPDATE=0")
    assert not [line for line in rig.sent[refused + 1 :] if "UPDATE" in line or "OTARD=0" in line]


@pytest.mark.parametrize("limit", ["battery_percent=29", "signal_dbm=-114", "free_space_octets=1"])
def test_each_limit_is_met_exactly_or_not_at_all(limit: str) -> None:
    name, value = limit.split("=")
    met = {"battery_percent": "30", "signal_dbm": "-113", "free_space_octets": "27954"}[name]
    assert HostRig(f"{name}={value}").run(100).status == "refused"
    assert HostRig(f"{name}={met}").run(100).status == "success"


@pytest.mark.parametrize("name", LOST)
def test_a_wrong_digest_is_neither_updated_nor_announced(name: str) -> None:
    rig = played(name)
    assert "AT+QIOTOTARD=27648,306" in rig.sent
    assert "AT+QIOTUPDATE=3" not in rig.sent
    assert not [line for line in rig.sent if "2_0_0" in line]
    assert not rig.kept.packages


def test_updates_follow_offers_and_failures_end_them() -> None:
    for name in NAMES:
        _follows_offers(events(played(name)))


def _follows_offers(happened: list[str]) -> None:
    stands = active = False
    for event in happened:
        if ",10700," in event or "7,10700" in event:
            stands = True
        elif event.endswith("7,10706"):
            stands = active = False
        elif "UPDATE=1" in event:
            assert stands, event
            active = True
        elif re.search(r"OTARD=\d|UPDATE=[23]", event):
            assert active, event


def test_no_old_version_is_announced_while_an_upgrade_is_active() -> None:
    announced = 0
    for name in NAMES:
        active = False
        for event in events(played(name)):
            if "7,10701," in event:
                active = True
            elif re.search(r"7,1070[056]|RDY", event):
                active = False
            elif active and 'MCUVER="STM32"' in event:
                announced += 1
                assert '"2_0_0"' in event, name
    assert announced > len(NAMES) / 2


def test_a_line_waits_for_the_answer_and_100_ms() -> None:
    lines = 0
    for name in NAMES:
        answered_s, waiting = -1.0, False
        for instant_s, way, octets in played(name).wire:
            if way == ">":
                given_up = instant_s >= answered_s + 5.0
                assert given_up or (not waiting and instant_s >= answered_s + 0.1), name
                answered_s, waiting = instant_s, True
                lines += 1
            elif re.search(rb"(^|\n)(OK|ERROR)\r\n", octets):
                answered_s, waiting = instant_s, False
    assert lines > 1000


def test_blocks_are_no_longer_than_the_module_says() -> None:
    rig = played("small blocks")
    lengths = [int(line.rpartition(",")[2]) for line in rig.sent if re.search("OTARD=[0-9]", line)]
    assert set(lengths[:-1]) == {256}
    assert sum(lengths) == len(PACKAGE)


def test_the_next_start_is_what_was_returned() -> None:
    starts = [line for line in played("short blocks").sent if "OTARD=40" in line]
    assert starts == ["AT+QIOTOTARD=4000,1000", "AT+QIOTOTARD=4096,1000"]


def test_a_package_of_answers_and_events_arrives_as_it_is(tmp_path: Path) -> None:
    expected = nasty_package(tmp_path / "nasty.bin").read_bytes()
    rig = played("nasty package")
    assert rig.kept.packages["STM32", "2_0_0"] == expected
    assert len([line for line in rig.sent if "UPDATE=1" in line]) == 1


def test_components_are_announced_before_the_next_is_read() -> None:
    steps = [
        event
        for event in events(played("two components"))
        if re.search(r"MCUVER|UPDATE|OTARD=0|10701", event)
    ]
    shown = [re.sub(r',\d+,"[0-9a-f]{32}.*', "", step) for step in steps]
    assert shown == [
        '> AT+QIOTMCUVER="STM32","1_0_0"',
        '> AT+QIOTMCUVER="ESP32","1_0"',
        "> AT+QIOTUPDATE=1",
        '+QIOTEVT: 7,10701,"STM32"',
        "> AT+QIOTOTARD=0,1024",
        "> AT+QIOTUPDATE=3",
        '> AT+QIOTMCUVER="STM32","2_0_0"',
        '+QIOTEVT: 7,10701,"ESP32"',
        "> AT+QIOTOTARD=0,1024",
        "> AT+QIOTUPDATE=3",
        '> AT+QIOTMCUVER="ESP32","2_0"',
    ]


@pytest.mark.parametrize("step", STEPS)
def test_a_stalled_host_says_nothing_more(step: Phase) -> None:
    rig = HostRig(f"stall={step}")
    rig.run(100, lambda: rig.host.upgrade.phase is step)
    rig.run(0.01)
    count = len(rig.sent)
    assert len(rig.run(300).sent) == count


def test_a_restart_from_outside_keeps_the_firmware() -> None:
    rig = HostRig().run(100)
    rig.host.reset()
    assert rig.run(100).host.version == "2_0_0"
    assert rig.sent[-4:].count('AT+QIOTMCUVER="STM32","2_0_0"') <= 1
    assert 'AT+QIOTMCUVER="STM32","1_0_0"' not in rig.sent[10:]


def test_what_is_set_from_outside_counts_for_the_next_offer() -> None:
    rig = HostRig()
    rig.host.set(signal=-120, free_space=10_000_000)
    assert rig.run(100).status == "refused"


def test_the_same_world_gives_the_same_octets() -> None:
    assert (
        HostRig("", "piece_limit_octets=9973").run(60).wire
        == HostRig("", "piece_limit_octets=9973").run(60).wire
    )


def test_an_offer_behind_a_loss_of_the_connection_is_a_new_one() -> None:
    rig = HostRig("", "address_s=60&offer_s=0")
    rig.run(30, lambda: rig.host.upgrade.phase is Phase.ACCEPTED)
    events_said = rig.simulator.module.events
    offer = '+QIOTEVT: 7,10700,"STM32","","2_0_0",30,-113,27954'
    for line in ("2,10474", "2,10200", "3,10200"):
        events_said.emit(f"+QIOTEVT: {line}")
    events_said.emit(offer)
    rig.run(3)
    assert rig.sent.count("AT+QIOTUPDATE=1") == 2


def test_an_offer_that_crosses_the_decision_is_not_decided_twice() -> None:
    rig = HostRig("", "address_s=20")
    rig.run(30, lambda: rig.host.upgrade.phase is Phase.ACCEPTED)
    rig.simulator.module.events.emit('+QIOTEVT: 7,10700,"STM32","","2_0_0",30,-113,27954')
    assert rig.run(10).sent.count("AT+QIOTUPDATE=1") == 1


def test_a_host_goes_on_asking_after_a_success() -> None:
    rig = HostRig().run(200)
    assert rig.status == "success"
    rig.do("arm_plan", plan={"component": "STM32", "target_version": "3_0_0"})
    assert rig.run(100).host.version == "3_0_0"
