"""The state of the module at its edges: what one step changes, and what it leaves as it is."""

from collections.abc import Callable
from operator import attrgetter

import pytest
from support.log_builder import (
    BLOCK,
    MD5,
    OFFER,
    PACKAGE,
    PIECE,
    SHA256,
    SIZE,
    START,
    START_SHA256,
    LogBuilder,
    piece,
)

from atverdict.conformance.evidence.log import Resumed
from atverdict.conformance.judge.roles import MODULE
from atverdict.conformance.judge.state.flow import LEAVING_S, Flow, Link, Phase
from atverdict.conformance.judge.state.observed_upgrade import Coverage

LATER = "2025-01-01T01:00:00+00:00"
OTHER = OFFER.replace("STM32", "WIFI")
OWN = '7,10700,"app","A1","A2",30,-113,2500'
END = '\r\n+QIND: "FOTA","END",0\r\n'
NEXT = piece(BLOCK, SIZE - BLOCK)
LINE = "AT+QIOTCFG"


def _state(bench: LogBuilder) -> Flow:
    trace, flow = MODULE.trace(), Flow()
    for record in bench.records:
        for item in trace.feed(record):
            flow.observe(item)
    return flow


def _own(bench: LogBuilder) -> LogBuilder:
    """Let the module install its own firmware."""
    bench.online().request().event(OWN).wait(0.15).ask("AT+QIOTUPDATE=1")
    return bench.events("7,10701", "7,10702", "7,10703")


def _two(bench: LogBuilder) -> LogBuilder:
    return bench.announce("1_0_0", "WIFI").offered().event(OTHER).wait(0.15).ask("AT+QIOTUPDATE=1")


def _resumed(bench: LogBuilder) -> LogBuilder:
    return bench.add(Resumed(bench.now_s, LATER))


def _many(state: Flow) -> dict[str, object]:
    """Return the numbers of things that the state keeps in lists."""
    upgrade, run = state.upgrade, state.run
    return {
        "upgrades": len(state.upgrades),
        "offers": len(upgrade.offers) if upgrade else None,
        "runs": len(upgrade.runs) if upgrade else None,
        "progress": len(run.progress) if run else None,
        "pieces": len(run.pieces) if run else None,
        "updating": len(run.updating) if run else None,
        "outcomes": len(run.outcomes) if run else None,
        "indications": len(run.indications) if run else None,
        "reports": len(run.announced) if run else None,
        "ended": upgrade.ended is not None if upgrade else None,
        "disturbed": bool(run.disturbed) if run else None,
        "component": run.component if run else None,
    }


Step = tuple[str, Callable[[LogBuilder], object], dict[str, object]]

STEPS: list[Step] = [
    # The connection
    (
        "a mode that is written while it leaves connects anew",
        lambda b: b.online().offline().ask("AT+QIOTREG=1"),
        {"link": Link.ONLINE, "connect_asked": True, "reg_mode": 1, "reg_written": 1},
    ),
    (
        "a mode that is written online leaves the link as it is",
        lambda b: b.ask("AT+QIOTSTATE?", "+QIOTSTATE: 8").ask("AT+QIOTREG=2"),
        {"link": Link.ONLINE, "connect_asked": False, "reg_mode": 2, "reg_written": 2},
    ),
    (
        "a refused mode changes nothing",
        lambda b: b.refused("AT+QIOTREG=1"),
        {"link": Link.UNKNOWN, "reg_written": None, "connect_asked": False},
    ),
    (
        "access alone is no connection once a mode is written",
        lambda b: b.event("2,10200").ask("AT+QIOTREG=1"),
        {"link": Link.CONNECTING, "online_codes": {2}},
    ),
    (
        "all three events are a connection, whatever is written behind them",
        lambda b: b.offline().events("1,10200", "2,10200", "3,10200").ask("AT+QIOTREG=1"),
        {"link": Link.ONLINE, "online_codes": {1, 2, 3}},
    ),
    (
        "to leave twice is to be off",
        lambda b: b.online().offline().offline(),
        {"link": Link.OFF},
    ),
    (
        "an error of the connection is kept until a mode is written",
        lambda b: b.offline().ask("AT+QIOTREG=1").event("1,10422"),
        {"connect_failed": True, "link": Link.CONNECTING},
    ),
    (
        "a mode that is written forgets the error of the connection",
        lambda b: b.offline().event("1,10422").ask("AT+QIOTREG=1"),
        {"connect_failed": False},
    ),
    (
        "a lost connection is an error of the connection",
        lambda b: b.online().event("2,10474"),
        {"connect_failed": True, "online_codes": set(), "network": False},
    ),
    (
        "events of data are no error of the connection",
        lambda b: b.online().events("4,10400", "5,10200", "6,10300"),
        {"connect_failed": False, "link": Link.ONLINE},
    ),
    (
        "access is no network yet",
        lambda b: b.online().events("2,10473", "1,10200", "2,10200"),
        {"network": False, "link": Link.CONNECTING},
    ),
    (
        "two reads in a row of a connected state are a connection",
        lambda b: b.offline().ask("AT+QIOTREG=1").ask("AT+QIOTSTATE?", "+QIOTSTATE: 8"),
        {"link": Link.CONNECTING, "online_reads": 1},
    ),
    (
        "the second one tells it",
        lambda b: (
            b.offline()
            .ask("AT+QIOTREG=1")
            .ask("AT+QIOTSTATE?", "+QIOTSTATE: 8")
            .ask("AT+QIOTSTATE?", "+QIOTSTATE: 8")
        ),
        {"link": Link.ONLINE, "online_reads": 2},
    ),
    (
        "another state between them begins the count again",
        lambda b: (
            b.offline()
            .ask("AT+QIOTREG=1")
            .ask("AT+QIOTSTATE?", "+QIOTSTATE: 8")
            .ask("AT+QIOTSTATE?", "+QIOTSTATE: 7")
            .ask("AT+QIOTSTATE?", "+QIOTSTATE: 8")
        ),
        {"link": Link.CONNECTING, "online_reads": 1},
    ),
    (
        "a module that connects by itself",
        lambda b: b.event("1,10200"),
        {"link": Link.CONNECTING, "online_codes": {1}, "connect_asked": False},
    ),
    # Settings
    ("plain errors", lambda b: b.ask("AT+CMEE=0"), {"plain_errors": True}),
    ("numeric errors", lambda b: b.ask("AT+CMEE=0").ask("AT+CMEE=1"), {"plain_errors": False}),
    (
        "a read of the errors' mode",
        lambda b: b.ask("AT+CMEE=0").ask("AT+CMEE?", "+CMEE: 0"),
        {"plain_errors": True},
    ),
    ("the echo on", lambda b: b.ask("ATE1"), {"echo": True}),
    ("the echo off", lambda b: b.ask("ATE1").ask("ATE0"), {"echo": False}),
    (
        "product key and secret",
        lambda b: b.ask(f'{LINE}="productinfo","p11abc","****"'),
        {"provisioned": True, "product_key": "p11abc", "product_shown": ("p11abc", 0)},
    ),
    (
        "a key without a secret",
        lambda b: b.ask(f'{LINE}="productinfo","p11abc",""'),
        {"provisioned": False, "product_key": "p11abc", "product_shown": None},
    ),
    (
        "a secret without a key",
        lambda b: b.ask(f'{LINE}="productinfo","","****"'),
        {"provisioned": False, "product_key": "", "product_shown": None},
    ),
    (
        "another keyword",
        lambda b: b.ask(f'{LINE}="lwm2m",1'),
        {"provisioned": None, "product_key": None},
    ),
    (
        "a key that is read",
        lambda b: b.ask(f'{LINE}="productinfo"', '+QIOTCFG: "productinfo","p11abc"'),
        {"provisioned": True, "product_key": None, "product_shown": ("p11abc", 0)},
    ),
    (
        "no key that is read",
        lambda b: b.ask(f'{LINE}="productinfo"', '+QIOTCFG: "productinfo",""'),
        {"provisioned": False, "product_shown": ("", 0)},
    ),
    (
        "a key that is read behind a restart",
        lambda b: b.power_cycle().ask(f'{LINE}="productinfo"', '+QIOTCFG: "productinfo","p11abc"'),
        {"product_shown": ("p11abc", 1)},
    ),
    # Versions
    (
        "a version that is read of one component is not announced",
        lambda b: b.ask('AT+QIOTMCUVER="STM32"', '+QIOTMCUVER: "STM32","1_0_0"'),
        {"versions": {}, "announced": {}},
    ),
    (
        "the connections in which versions were taken",
        lambda b: b.offline().announce().online().announce(),
        {"announced_in": {Link.OFF, Link.ONLINE}},
    ),
    (
        "an announcement is kept since its restart",
        lambda b: b.announce().power_cycle().announce("1_0_0", "WIFI"),
        {"kept_since": {"STM32": 0, "WIFI": 1}},
    ),
    # The course of an upgrade
    ("no ready piece yet", lambda b: b.downloading(), {"ever_ready": False}),
    (
        "a piece",
        lambda b: b.ready(),
        {"ever_ready": True, "runs": 1, "pieces": 1, "progress": 1, "in_pieces": False},
    ),
    ("two pieces", lambda b: b.second_piece(), {"pieces": 2, "progress": 2, "in_pieces": True}),
    (
        "a next piece that is asked for twice is asked for once",
        lambda b: b.ready(piece(0, BLOCK)).ask("AT+QIOTUPDATE=2").ask("AT+QIOTUPDATE=2"),
        {"phase": Phase.DOWNLOADING, "disturbed": False},
    ),
    (
        "a second question for the update",
        lambda b: b.updating().ask("AT+QIOTUPDATE=3"),
        {"phase": Phase.UPDATING, "updating": 1},
    ),
    (
        "a decision without an offer",
        lambda b: b.ask("AT+QIOTUPDATE=1"),
        {"upgrade": None, "consents": 0, "phase": Phase.IDLE},
    ),
    (
        "the test form decides nothing",
        lambda b: b.offered().ask("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-3)"),
        {"phase": Phase.OFFERED},
    ),
    ("10704 without an offer", lambda b: b.event("7,10704"), {"phase": Phase.IDLE}),
    (
        "10703 without an offer",
        lambda b: b.event(PIECE),
        {"phase": Phase.IDLE, "ever_ready": False},
    ),
    (
        "an outcome without a download",
        lambda b: b.confirmed().event("7,10706"),
        {"ended": True, "runs": 1, "outcomes": 1, "phase": Phase.IDLE},
    ),
    (
        "the failure of one of two components ends both",
        lambda b: _two(b).events(START, "7,10706"),
        {"ended": True, "phase": Phase.IDLE},
    ),
    (
        "the success of one of two components ends none",
        lambda b: _two(b).events(START, PIECE, "7,10705"),
        {"ended": False, "phase": Phase.CONFIRMED, "component": "STM32"},
    ),
    (
        "the failure of one of two, of which one may be the module's",
        lambda b: b.offered().event(OTHER).wait(0.15).ask("AT+QIOTUPDATE=1").event("7,10706"),
        {"ended": False, "phase": Phase.CONFIRMED},
    ),
    (
        "10701 of another component before the outcome",
        lambda b: _two(b).events(START, START.replace("STM32", "WIFI")),
        {"runs": 2, "component": "WIFI"},
    ),
    (
        "a version of another component is no report",
        lambda b: b.updating().announce("2_0_0", "WIFI"),
        {"reports": 0},
    ),
    ("a report", lambda b: b.updating().announce("2_0_0"), {"reports": 1}),
    ("a report behind the end", lambda b: b.succeeded().announce("2_0_0"), {"reports": 1}),
    (
        "the indication of the end",
        lambda b: b.updating().got(END).got(END.replace("END", "START")),
        {"indications": 1},
    ),
    ("the indication behind the outcome", lambda b: b.succeeded().got(END), {"indications": 0}),
    (
        "a version with a blank before it leaves the upgrade open",
        lambda b: b.updating().ask('AT+QIOTMCUVER="STM32", "2_0_0"'),
        {"versions": {}, "disturbed": True},
    ),
    (
        "a version with a blank before it, of another component",
        lambda b: b.updating().ask('AT+QIOTMCUVER="WIFI", "2_0_0"'),
        {"versions": {"STM32": "1_0_0"}, "disturbed": False},
    ),
    # The module's own firmware
    (
        "the module's own firmware",
        _own,
        {"runs": 1, "run.of_module": True, "component": None, "phase": Phase.READY},
    ),
    (
        "its update restarts the module, at some time",
        lambda b: _own(b.ask("AT+CMEE=0").ask("ATE1")).event("7,10704"),
        {
            "restarting": True,
            "restarts": 1,
            "link": Link.UNKNOWN,
            "online_codes": set(),
            "plain_errors": False,
            "connect_asked": False,
            "echo": None,
            "reg_written": None,
        },
    ),
    (
        "its power may be taken meanwhile",
        lambda b: _own(b).event("7,10704").power_cycle(),
        {"phase": Phase.UPDATING, "upgrade.restarted": False, "disturbed": False, "restarts": 2},
    ),
    (
        "it is back with its connection",
        lambda b: _own(b).events("7,10704", "3,10200"),
        {"restarting": False, "ended": False},
    ),
    (
        "access is not all of it",
        lambda b: _own(b).events("7,10704", "1,10200", "2,10200"),
        {"restarting": True},
    ),
    (
        "its outcome ends the restart too",
        lambda b: _own(b).events("7,10704", "7,10705"),
        {"restarting": False, "ended": True},
    ),
    (
        "a state that is read while it restarts tells nothing",
        lambda b: _own(b).event("7,10704").ask("AT+QIOTSTATE?", "+QIOTSTATE: 8"),
        {"link": Link.UNKNOWN},
    ),
    ("10701 once more", lambda b: _own(b).event("7,10701"), {"runs": 1}),
    (
        "a component of the MCU does not restart the module",
        lambda b: b.updating(),
        {"restarts": 0, "restarting": False, "run.of_module": False},
    ),
    # Losses
    (
        "the network before the last piece",
        lambda b: b.ready(piece(0, BLOCK)).event("2,10473"),
        {"disturbed": True, "run.network_lost": True},
    ),
    (
        "the network behind the last piece",
        lambda b: b.ready().event("2,10473"),
        {"disturbed": False, "run.network_lost": True},
    ),
    (
        "the network behind the end",
        lambda b: b.succeeded().event("2,10473"),
        {"disturbed": False, "run.network_lost": False},
    ),
    (
        "a block that is read with the network back",
        lambda b: b.ready().events("2,10473", "2,10200", "3,10200").block(0, 9),
        {"run.network_lost": False},
    ),
    (
        "a block that is read without a network",
        lambda b: b.ready().event("2,10473").block(0, 9),
        {"run.network_lost": True},
    ),
    (
        "the plan once more behind a loss",
        lambda b: b.ready().events("2,10473", "2,10200", "3,10200", OFFER),
        {"upgrades": 2, "upgrade.offered_late": True},
    ),
    (
        "the plan once more behind a consent",
        lambda b: b.confirmed().event(OFFER),
        {"upgrades": 2, "upgrade.offered_late": True, "downloads_failed": True},
    ),
    (
        "the same offer twice",
        lambda b: b.offered().event(OFFER),
        {"upgrades": 1, "offers": 1, "upgrade.offered_late": False},
    ),
    (
        "an offer that cannot be read",
        lambda b: b.online().event("7,10700,1"),
        {"upgrades": 1, "offers": 0, "phase": Phase.OFFERED, "idle_certain": True},
    ),
    (
        "another command that awaits its answer is no request",
        lambda b: b.online().announce().sent("AT+QIOTSTATE?").event(OFFER),
        {"upgrade.request_certain": False, "upgrade.requested_with": None},
    ),
    (
        "a restart forgets settings and connection",
        lambda b: b.ask("AT+CMEE=0").provisioned().online().power_cycle(),
        {
            "plain_errors": False,
            "connect_asked": False,
            "online_codes": set(),
            "product_key": None,
            "product_shown": ("p11abc", 0),
            "last": None,
        },
    ),
    ("silence does not end the start", lambda b: b.power_cycle().silent("AT"), {"booting": True}),
    (
        "a factory reset forgets the product and what was removed",
        lambda b: b.provisioned().announce().announce("").control("factory_reset"),
        {"removed": set(), "product_shown": None, "link": Link.OFF},
    ),
    (
        "an interruption forgets the product, and what was removed",
        lambda b: _resumed(b.factory_reset().provisioned().announce().announce("")),
        {
            "removed": set(),
            "product_shown": None,
            "product_key": None,
            "provisioned": None,
            "reg_mode": None,
            "fresh": False,
            "idle_certain": False,
        },
    ),
    (
        "an interruption ends an update",
        lambda b: _resumed(b.updating()),
        {"ended": True, "phase": Phase.IDLE},
    ),
    (
        "an interruption ends an offer",
        lambda b: _resumed(b.offered()),
        {"ended": True, "phase": Phase.IDLE},
    ),
    (
        "nobody knows how the network is behind an interruption",
        lambda b: _resumed(b.online().control("link_down")),
        {"network": True},
    ),
    # Malformed lines
    (
        "a decision with two values",
        lambda b: b.offered().refused("AT+QIOTUPDATE=1,1"),
        {"upgrade.fuzzed": 1},
    ),
    (
        "a value without quotation marks",
        lambda b: b.offered().refused("AT+QIOTMCUVER=STM32,1"),
        {"upgrade.fuzzed": 1},
    ),
    ("the first action", lambda b: b.confirmed().refused("AT+QIOTUPDATE=0"), {"upgrade.fuzzed": 0}),
    (
        "a malformed line behind the end",
        lambda b: b.succeeded().refused("AT+QIOTUPDATE=4"),
        {"upgrade.fuzzed": 0},
    ),
]


@pytest.mark.parametrize(("_title", "build", "due"), STEPS, ids=[title for title, _, _ in STEPS])
def test_a_step_changes_what_it_shows(
    _title: str, build: Callable[[LogBuilder], object], due: dict[str, object]
) -> None:
    bench = LogBuilder()
    build(bench)
    state = _state(bench)
    many = _many(state)
    assert {name: many[name] if name in many else attrgetter(name)(state) for name in due} == due


def test_a_report_after_a_disturbance_ends_the_upgrade_in_time() -> None:
    bench = LogBuilder().updating().power_cycle()
    reported_s = bench.now_s
    bench.announce("2_0_0").listen(reported_s + LEAVING_S - bench.now_s - 0.001)
    assert not _many(_state(bench))["ended"]
    bench.listen(0.002)
    assert _many(_state(bench))["ended"]


def test_plans_are_armed_with_all_that_is_said_of_them() -> None:
    parts = [{"component": "A"}, {"component": "app", "type": "module"}]
    limits = {"battery_limit": 45, "min_signal": -90}
    bench = LogBuilder().control("arm_components", plan={"components": parts})
    bench.control("arm_module_plan", plan={"component": "EC200U"} | limits)
    bench.control("verify_package", plan={"component": "B", "of_module": True})
    bench.control("something_else", plan={"component": "C"})
    plans = _state(bench).plans
    assert {name: plan.of_module for name, plan in plans.items()} == {
        "A": False,
        "app": True,
        "EC200U": True,
        "B": True,
    }
    assert plans["EC200U"].limits == (45, -90)
    assert plans["A"].limits == (None, None)


def test_whose_firmware_a_component_is_tells_the_plan_first() -> None:
    bench = LogBuilder().announce().control("arm_module_plan", plan={"component": "EC200U"})
    names = ("STM32", "EC200U", "app", "WIFI")
    assert [_state(bench).of_module(name) for name in names] == [False, True, True, None]
    assert _state(bench.announce("1", "app")).of_module("app") is False


def test_the_last_piece_ends_where_the_package_ends() -> None:
    for length, last in ((SIZE, True), (SIZE - 1, False)):
        run = _state(LogBuilder().ready(piece(0, length))).run
        assert run is not None
        assert run.last_piece is last
        assert run.length_octets == SIZE
    run = _state(LogBuilder().downloading()).run
    assert run is not None
    assert (run.last_piece, run.length_octets, run.component) == (False, SIZE, "STM32")


def test_a_piece_tells_length_and_component_where_the_start_did_not() -> None:
    run = _state(LogBuilder().confirmed().event(PIECE)).run
    assert run is not None
    assert (run.length_octets, run.component, run.last_piece) == (SIZE, "STM32", True)


def test_digests_are_those_of_the_whole_package() -> None:
    bench = LogBuilder().ready().block(0, SIZE - 1)
    run = _state(bench).run
    assert run is not None
    assert (run.digests(), run.read_whole) == (None, False)
    run = _state(bench.block(SIZE - 1, 1)).run
    assert run is not None
    digests = run.digests()
    assert digests is not None
    assert digests[:2] == (MD5, SHA256)
    assert START_SHA256.split(",")[5] == str(digests[2])
    assert run.ends == {SIZE - 1, SIZE}
    assert [read.overlaps for read in run.reads] == [False, False]
    assert run.reads[-1].line == len(bench.records)
    assert run.reads[-1].instant_s == bench.now_s


def test_an_upgrade_that_only_a_restart_ended_is_cut_short() -> None:
    for build, cut in (
        (lambda b: b.downloading().power_cycle(), True),
        (lambda b: b.updating().power_cycle().announce("2_0_0").event("7,10705"), False),
        (lambda b: b.succeeded(), False),
    ):
        bench = LogBuilder()
        build(bench)
        upgrade = _state(bench).upgrade
        assert upgrade is not None
        assert upgrade.cut_short is cut


def test_components_are_left_until_they_begin_and_until_they_end() -> None:
    for steps, left, open_ in (
        ((), ["STM32", "WIFI"], 2),
        ((START,), ["WIFI"], 2),
        ((START, PIECE, "7,10705"), ["WIFI"], 1),
        ((START, PIECE, "7,10705", START.replace("STM32", "WIFI")), [], 1),
    ):
        upgrade = _state(_two(LogBuilder()).events(*steps)).upgrade
        assert upgrade is not None
        assert (upgrade.left(), upgrade.components_left) == (left, open_)


def test_coverage_joins_what_touches_and_nothing_else() -> None:
    coverage = Coverage()
    coverage.add(4, PACKAGE[4:8])
    assert (coverage.size, coverage.covers(4), coverage.next_gap(4)) == (8, False, 8)
    assert (coverage.next_gap(3), coverage.next_gap(8)) == (3, 8)
    assert (coverage.overlaps(0, 4), coverage.overlaps(0, 5)) == (False, True)
    assert (coverage.overlaps(8, 9), coverage.overlaps(7, 8)) == (False, True)
    coverage.add(9, PACKAGE[9:10])
    assert coverage.next_gap(4) == 8
    coverage.add(8, PACKAGE[8:9])
    assert coverage.next_gap(4) == 10
    coverage.add(0, PACKAGE[:4])
    assert (coverage.covers(10), coverage.covers(11)) == (True, False)
    assert b"".join(coverage.parts(10)) == PACKAGE[:10]
    assert b"".join(coverage.parts(6)) == PACKAGE[:6]
    assert coverage.changes == 4
    assert coverage.add(2, PACKAGE[2:6]) is None
    assert coverage.add(2, PACKAGE[2:4] + b"?!") == 4
    assert b"".join(coverage.parts(10)) == PACKAGE[:4] + b"?!" + PACKAGE[6:10]
