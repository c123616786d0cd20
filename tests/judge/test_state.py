"""The state of the module, as answers, events, losses and the laboratory change it."""

import pytest
from support.log_builder import BLOCK, OFFER, PACKAGE, PIECE, SIZE, START, LogBuilder, piece

from atverdict.conformance.evidence.log import Resumed
from atverdict.conformance.judge.roles import MODULE
from atverdict.conformance.judge.state.flow import LEAVING_S, Flow, Link, Phase
from atverdict.conformance.judge.state.observed_upgrade import ComponentRun, Coverage
from atverdict.conformance.judge.state.state import highest
from atverdict.grammar.message import Range, ValueSet

LATER = "2025-01-01T01:00:00+00:00"
OTHER = OFFER.replace("STM32", "WIFI")


def _state(bench: LogBuilder) -> Flow:
    """Return the state behind the last record."""
    trace, flow = MODULE.trace(), Flow()
    for record in bench.records:
        for item in trace.feed(record):
            flow.observe(item)
    return flow


def _run(bench: LogBuilder) -> ComponentRun:
    run = _state(bench).run
    assert run is not None
    return run


# The connection


@pytest.mark.parametrize(
    ("events", "link"),
    [
        ((), Link.CONNECTING),
        (("1,10200",), Link.CONNECTING),
        (("2,10200",), Link.CONNECTING),
        (("3,10200",), Link.CONNECTING),
        (("1,10200", "3,10200"), Link.CONNECTING),
        (("2,10200", "3,10200"), Link.ONLINE),
        (("1,10200", "2,10200", "3,10200"), Link.ONLINE),
        (("2,10200", "3,10200", "3,10200"), Link.ONLINE),
        (("2,10200", "3,10200", "2,10200"), Link.CONNECTING),
        (("2,10200", "3,10200", "1,10200"), Link.CONNECTING),
        (("2,10200", "3,10200", "2,10200", "3,10200"), Link.ONLINE),
        (("2,10200", "3,10200", "2,10473"), Link.CONNECTING),
        (("2,10200", "3,10200", "2,10474", "3,10200"), Link.CONNECTING),
        (("2,10200", "3,10200", "4,10200", "5,10200"), Link.ONLINE),
        (("2,10200", "3,10200", "6,10200"), Link.OFF),
    ],
)
def test_access_and_subscription_make_a_connection(events: tuple[str, ...], link: Link) -> None:
    assert _state(LogBuilder().offline().ask("AT+QIOTREG=1").events(*events)).link is link


def test_an_end_of_the_connection_ends_what_had_connected() -> None:
    bench = LogBuilder().online().event("6,10200").ask("AT+QIOTREG=1").event("3,10200")
    assert _state(bench).link is Link.CONNECTING


def test_to_leave_takes_a_while() -> None:
    bench = LogBuilder().wait(7.0).online().offline()
    left_s = bench.records[-1].t - 0.02  # type: ignore[union-attr]
    assert _state(bench).link is Link.LEAVING
    bench.listen(left_s + LEAVING_S - bench.now_s - 0.001)
    assert _state(bench).link is Link.LEAVING
    assert _state(bench.listen(0.002)).link is Link.OFF


def test_what_was_not_online_is_off_at_once() -> None:
    assert _state(LogBuilder().offline()).link is Link.OFF


@pytest.mark.parametrize(
    ("number", "link"),
    [(8, Link.ONLINE), (0, Link.OFF), (1, Link.OFF), (11, Link.OFF), (5, Link.UNKNOWN)],
)
def test_a_read_of_the_state_tells_the_first_link(number: int, link: Link) -> None:
    assert _state(LogBuilder().ask("AT+QIOTSTATE?", f"+QIOTSTATE: {number}")).link is link


def test_a_read_of_the_state_changes_no_link_that_is_known() -> None:
    assert _state(LogBuilder().online().ask("AT+QIOTSTATE?", "+QIOTSTATE: 0")).link is Link.ONLINE


def test_a_read_of_the_mode_tells_it_and_a_test_form_does_not() -> None:
    bench = LogBuilder().ask("AT+QIOTREG?", "+QIOTREG: 2")
    assert _state(bench).reg_mode == 2
    assert _state(bench.ask("AT+QIOTREG=?", "+QIOTREG: 0")).reg_mode == 2
    assert _state(bench).reg_written is None


# Versions


def test_an_announced_version_is_kept_and_an_empty_one_removes_it() -> None:
    bench = LogBuilder().announce("1_0_0").announce("2_0_0")
    state = _state(bench)
    assert (state.versions, state.announced) == (
        {"STM32": "2_0_0"},
        {"STM32": ["1_0_0", "2_0_0"]},
    )
    state = _state(bench.announce(""))
    assert (state.versions, state.announced, state.removed) == ({}, {}, {"STM32"})
    assert not _state(bench.announce("3_0_0")).removed


def test_a_listed_version_is_learnt_where_none_is_known() -> None:
    listed = ("AT+QIOTMCUVER?", '+QIOTMCUVER: "STM32","1_0_0"')
    assert _state(LogBuilder().ask(*listed)).versions == {"STM32": "1_0_0"}
    assert _state(LogBuilder().announce("2_0_0").ask(*listed)).versions == {"STM32": "2_0_0"}


def test_a_version_with_a_blank_before_it_may_be_stored() -> None:
    bench = LogBuilder().announce().ask('AT+QIOTMCUVER="STM32", "2_0_0"')
    assert not _state(bench).versions
    assert not _state(bench).announced


# The upgrade


def test_an_upgrade_goes_through_its_phases() -> None:
    bench = LogBuilder()
    phases = [_state(bench).phase]
    for step in (
        bench.offered,
        lambda: bench.ask("AT+QIOTUPDATE=1"),
        lambda: bench.event(START),
        lambda: bench.event(piece(0, BLOCK)),
        lambda: bench.ask("AT+QIOTUPDATE=2"),
        lambda: bench.event(piece(BLOCK, SIZE - BLOCK)),
        lambda: bench.ask("AT+QIOTUPDATE=3"),
        lambda: bench.event("7,10704"),
        lambda: bench.event("7,10705"),
    ):
        step()
        phases.append(_state(bench).phase)
    assert phases == [
        Phase.IDLE,
        Phase.OFFERED,
        Phase.CONFIRMED,
        Phase.DOWNLOADING,
        Phase.READY,
        Phase.DOWNLOADING,
        Phase.READY,
        Phase.READY,
        Phase.UPDATING,
        Phase.IDLE,
    ]


def test_a_next_piece_is_asked_for_until_it_is_there() -> None:
    bench = LogBuilder().ready(piece(0, BLOCK)).ask("AT+QIOTUPDATE=2")
    assert _run(bench).next_piece_asked is not None
    assert _run(bench.event(piece(BLOCK, SIZE - BLOCK))).next_piece_asked is None


def test_a_next_piece_behind_the_last_one_leaves_all_open() -> None:
    assert _run(LogBuilder().ready().ask("AT+QIOTUPDATE=2")).disturbed
    assert not _run(LogBuilder().ready(piece(0, BLOCK)).ask("AT+QIOTUPDATE=2")).disturbed


def test_a_refused_offer_ends_the_upgrade() -> None:
    state = _state(LogBuilder().offered().ask("AT+QIOTUPDATE=0"))
    assert state.phase is Phase.IDLE
    assert state.upgrade is not None
    assert state.upgrade.refused is not None
    assert state.upgrade.ended is not None
    assert state.idle_certain


@pytest.mark.parametrize("reached", ["confirmed", "downloading", "ready", "updating"])
def test_a_late_refusal_ends_it_perhaps(reached: str) -> None:
    bench = LogBuilder()
    getattr(bench, reached)()
    state = _state(bench.ask("AT+QIOTUPDATE=0"))
    assert (state.phase, state.idle_certain) == (Phase.IDLE, False)
    assert reached == "confirmed" or (state.run is not None and state.run.disturbed)


def test_consents_are_counted_once_an_upgrade() -> None:
    bench = LogBuilder().confirmed().ask("AT+QIOTUPDATE=1").event(START).ask("AT+QIOTUPDATE=1")
    assert _state(bench).consents == 1


def test_a_download_that_begins_before_the_consent_is_answered_is_consented_to() -> None:
    bench = LogBuilder().offered().sent("AT+QIOTUPDATE=1")
    state = _state(bench.got(f"\r\n+QIOTEVT: {START}\r\n\r\nOK\r\n"))
    assert state.upgrade is not None
    assert state.upgrade.accepted is not None
    assert (state.consents, state.phase) == (1, Phase.DOWNLOADING)


def test_a_piece_that_comes_before_its_ok_is_there() -> None:
    bench = LogBuilder().ready(piece(0, BLOCK)).sent("AT+QIOTUPDATE=2")
    bench.got(f"\r\n+QIOTEVT: {piece(BLOCK, SIZE - BLOCK)}\r\n\r\nOK\r\n")
    assert _state(bench).phase is Phase.READY
    assert not _run(bench).disturbed


@pytest.mark.parametrize(
    ("line", "info", "fresh"),
    [("AT+QIOTOTAREQ=1", 1, False), ("AT+QIOTOTAREQ=0", 0, False), ("AT+QIOTOTAREQ", None, True)],
)
def test_an_offer_belongs_to_the_request_before_it(
    line: str, info: int | None, *, fresh: bool
) -> None:
    bench = LogBuilder().factory_reset().online().announce().ask(line).event(OFFER)
    state = _state(bench)
    assert state.upgrade is not None
    assert (state.upgrade.requested_with, state.upgrade.request_certain) == (info, True)
    assert state.fresh is fresh
    assert state.requested is None


@pytest.mark.parametrize("line", ["AT+QIOTOTAREQ?", "AT+QIOTOTAREQ=?"])
def test_what_asks_for_no_plan_is_no_request(line: str) -> None:
    state = _state(LogBuilder().factory_reset().ask(line, "+QIOTOTAREQ: (0,1)"))
    assert state.requested is None
    assert state.fresh


def test_a_second_request_makes_the_first_uncertain() -> None:
    state = _state(LogBuilder().offered().request(0))
    assert state.upgrade is not None
    assert not state.upgrade.request_certain


def test_an_offer_within_its_own_request_belongs_to_it() -> None:
    bench = LogBuilder().online().announce().sent("AT+QIOTOTAREQ=1")
    state = _state(bench.got(f"\r\n+QIOTEVT: {OFFER}\r\n\r\nOK\r\n"))
    assert state.upgrade is not None
    assert state.upgrade.requested is not None
    assert state.upgrade.request_certain
    assert state.requested is None


def test_components_of_one_plan_are_kept_once_each() -> None:
    state = _state(LogBuilder().offered().event(OTHER).event(OFFER).event(OTHER))
    assert state.upgrade is not None
    assert state.upgrade.left() == ["STM32", "WIFI"]
    assert state.upgrade.offer_for("WIFI") is not None
    assert state.upgrade.offer_for("NONE") is None


def test_a_plan_of_two_components_goes_on_with_the_second() -> None:
    bench = LogBuilder().announce("1_0_0", "WIFI").offered().event(OTHER).ask("AT+QIOTUPDATE=1")
    bench.events(START, PIECE).event("7,10705")
    assert _state(bench).phase is Phase.CONFIRMED
    second = START.replace("STM32", "WIFI")
    state = _state(bench.event(second))
    assert state.upgrade is not None
    assert [run.component for run in state.upgrade.runs] == ["STM32", "WIFI"]
    assert _state(bench.event('7,10706,"WIFI"')).phase is Phase.IDLE


def test_a_repeated_start_begins_nothing() -> None:
    state = _state(LogBuilder().downloading(START).event(START))
    assert state.upgrade is not None
    assert len(state.upgrade.runs) == 1


def test_a_start_behind_its_piece_belongs_to_it() -> None:
    bench = LogBuilder().confirmed().event(PIECE).event(START)
    state = _state(bench)
    assert state.upgrade is not None
    (run,) = state.upgrade.runs
    assert run.started is not None
    assert state.phase is Phase.READY


def test_a_new_offer_in_a_download_drops_the_one_before() -> None:
    state = _state(LogBuilder().downloading().event(OFFER))
    assert [upgrade.ended is not None for upgrade in state.upgrades] == [True, False]
    assert state.upgrades[0].runs[0].disturbed
    assert state.upgrades[1].offered_late
    assert state.downloads_failed


def test_an_offer_behind_a_piece_is_a_repetition() -> None:
    state = _state(LogBuilder().ready(piece(0, BLOCK)).ask("AT+QIOTUPDATE=2").event(OFFER))
    assert len(state.upgrades) == 1


@pytest.mark.parametrize(("code", "failed"), [(10705, False), (10706, True)])
def test_after_a_success_no_download_is_to_fail_any_more(code: int, *, failed: bool) -> None:
    bench = LogBuilder().control("fail_downloads").updating().event(f'7,{code},"STM32"')
    assert _state(bench).downloads_failed is failed


def test_events_behind_the_end_change_nothing() -> None:
    bench = LogBuilder().succeeded().event(START).event(PIECE).event("7,10704").event("7,10705")
    state = _state(bench)
    assert (state.phase, len(state.upgrades)) == (Phase.IDLE, 1)
    assert len(_run(bench).outcomes) == 1


# Losses, and the laboratory


@pytest.mark.parametrize(
    ("reached", "phase", "disturbed"),
    [
        ("offered", Phase.IDLE, False),
        ("downloading", Phase.DOWNLOADING, True),
        ("updating", Phase.UPDATING, False),
    ],
)
def test_a_lost_network_leaves_open_what_depends_on_it(
    reached: str, phase: Phase, *, disturbed: bool
) -> None:
    bench = LogBuilder()
    getattr(bench, reached)()
    state = _state(bench.event("2,10473"))
    assert (state.phase, state.network) == (phase, False)
    assert bool(state.run and state.run.disturbed) is disturbed
    assert _state(bench.event("3,10200")).network


@pytest.mark.parametrize(("said", "network"), [((), True), (("2,10473",), False)])
def test_a_link_that_is_up_again_is_a_network_where_nothing_was_said(
    said: tuple[str, ...], *, network: bool
) -> None:
    bench = LogBuilder().online().control("link_down").events(*said).control("link_up")
    assert _state(bench).network is network
    assert not _state(LogBuilder().online().control("link_down")).network


def test_what_the_laboratory_could_not_do_changes_nothing() -> None:
    bench = LogBuilder().online().control("link_down", ok=False)
    assert _state(bench).network


def test_plans_are_armed_and_withdrawn() -> None:
    bench = LogBuilder().arm("1_0_0", "2_0_0")
    plan = _state(bench).plans["STM32"]
    assert (plan.source_version, plan.target_version, plan.of_module) == ("1_0_0", "2_0_0", False)
    assert not _state(bench.control("withdraw_plans")).plans


def test_the_platform_tells_its_status() -> None:
    assert _state(LogBuilder().recorded("succeeded")).platform_status == "succeeded"


def test_a_factory_reset_forgets_all_that_was_stored() -> None:
    bench = LogBuilder().provisioned().offered()
    assert _state(bench).provisioned
    state = _state(bench.factory_reset())
    assert not state.versions
    assert not state.announced
    assert (state.reg_mode, state.provisioned, state.product_key) == (0, False, None)
    assert (state.link, state.phase) == (Link.OFF, Phase.IDLE)
    assert state.idle_certain
    assert state.fresh


def test_a_restart_keeps_what_is_stored() -> None:
    bench = LogBuilder().ask("ATE1").provisioned().online().announce().power_cycle()
    state = _state(bench)
    assert state.versions == {"STM32": "1_0_0"}
    assert (state.link, state.echo, state.reg_written) == (Link.UNKNOWN, None, None)
    assert (state.restarts, state.powered_up, state.connect_asked) == (1, True, False)
    assert state.booting
    assert not _state(bench.ask("AT")).booting


def test_an_interruption_forgets_what_others_may_have_changed() -> None:
    bench = LogBuilder().arm().offered().ask("AT+QIOTUPDATE=1").event(START)
    state = _state(bench.add(Resumed(bench.now_s, LATER)))
    assert not state.versions
    assert not state.announced
    assert not state.plans
    assert state.upgrade is not None
    assert state.upgrade.ended is not None


@pytest.mark.parametrize(
    ("reached", "phase", "certain"),
    [
        ("offered", Phase.IDLE, False),
        ("downloading", Phase.IDLE, False),
        ("ready", Phase.IDLE, False),
        ("updating", Phase.UPDATING, True),
        ("succeeded", Phase.IDLE, True),
    ],
)
def test_a_restart_leaves_open_whether_a_download_goes_on(
    reached: str, phase: Phase, *, certain: bool
) -> None:
    bench = LogBuilder()
    getattr(bench, reached)()
    state = _state(bench.power_cycle())
    assert (state.phase, state.idle_certain) == (phase, certain)
    assert state.upgrade is not None
    assert state.upgrade.restarted == (reached in {"downloading", "ready", "updating"})
    assert bool(state.run and state.run.disturbed) == state.upgrade.restarted


def test_a_restart_ends_an_update_that_nobody_asked_for() -> None:
    bench = LogBuilder().ready().event("7,10704").power_cycle()
    assert (_state(bench).phase, _state(bench).idle_certain) == (Phase.IDLE, False)


def test_a_lost_port_is_no_start() -> None:
    state = _state(LogBuilder().online().unplugged())
    assert (state.link, state.powered_up) == (Link.UNKNOWN, False)


def test_malformed_lines_of_an_upgrade_are_counted() -> None:
    bench = LogBuilder().refused("AT+QIOTUPDATE=4").offered()
    for line in ("AT+QIOTUPDATE=4", "AT+QIOTUPDATE=", 'AT+QIOTUPDATE="1"', "AT+QIOTOTARD=0,"):
        bench.refused(line)
    state = _state(bench.refused("AT+QIOTUPDATE=3"))
    assert state.upgrade is not None
    assert state.upgrade.fuzzed == 4


# What is read


def test_a_block_is_kept_with_what_it_repeats() -> None:
    run = _run(LogBuilder().ready().block(0, 100).block(100, 50).block(0, 100).block(50, 60))
    assert [read.overlaps for read in run.reads] == [False, False, True, True]
    assert [read.length_octets for read in run.reads] == [100, 50, 100, 60]
    assert (run.longest_octets, run.conflicts, run.cut_otherwise) == (100, 0, True)
    assert run.ends == {100, 150}
    assert run.last_read is not None
    assert (run.last_read.overlaps, run.last_read.repeats) == (True, False)


def test_a_block_that_differs_is_a_conflict() -> None:
    bench = LogBuilder().ready().block(0, 9).block(0, 9, bytes(9))
    assert _run(bench).conflicts == 1
    assert _run(bench.block(0, 9, bytes(9))).conflicts == 1


def test_octets_behind_the_package_are_not_of_it() -> None:
    bench = LogBuilder().ready().block(SIZE, 4, b"abcd").block(SIZE - 1, 1)
    assert [read.length_octets for read in _run(bench).reads] == [1]


def test_octets_of_an_earlier_piece_are_not_kept() -> None:
    run = _run(LogBuilder().second_piece().block(0, 9).block(BLOCK, 9))
    assert [read.length_octets for read in run.reads] == [BLOCK, 9]


def test_what_was_read_is_compared_with_a_package() -> None:
    run = _run(LogBuilder().ready().read_all())
    assert run.read_whole
    assert run.is_package(PACKAGE)
    assert run.is_package(PACKAGE)
    assert not run.is_package(PACKAGE[:-1] + b"!")
    assert not run.is_package(b"!" + PACKAGE[1:])
    assert not run.is_package(PACKAGE[:1500] + b"!" + PACKAGE[1501:])


def test_a_comparison_is_made_anew_after_a_change() -> None:
    package = bytes(8)
    run = _run(LogBuilder().ready(piece(0, 8).replace(str(SIZE), "8")))
    run.coverage.add(0, bytes(4))
    run.coverage.add(4, b"1234")
    assert not run.is_package(package)
    run.coverage.add(4, bytes(4))
    assert run.is_package(package)


def test_coverage_counts_its_changes() -> None:
    coverage = Coverage()
    for start, octets, changes in ((0, b"ab", 1), (0, b"ab", 1), (1, b"x", 2), (1, b"xyz", 3)):
        coverage.add(start, octets)
        assert coverage.changes == changes
    assert not coverage.overlaps(4, 9)
    assert coverage.next_gap(0) == 4


@pytest.mark.parametrize(
    ("value", "number"), [(7, 7), (Range(1, 1024), 1024), (ValueSet((1, 5, 3)), 5), ("<n>", None)]
)
def test_a_test_form_tells_its_highest_value(value: object, number: int | None) -> None:
    assert highest(value) == number


def test_the_largest_block_is_that_of_the_test_form() -> None:
    bench = LogBuilder().maximum(512)
    assert _state(bench).max_length == 512
    assert _state(bench.ask("AT+QIOTOTARD=?", "+QIOTOTARD: <start>,<length>")).max_length == 512
