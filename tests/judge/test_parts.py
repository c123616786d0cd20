"""The parts of the oracle: verdicts, expectations, coverage of a package, printable octets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.log_builder import OFFER, LogBuilder

from atverdict.conformance.evidence.log import NotTested
from atverdict.conformance.evidence.printable import around, printable
from atverdict.conformance.evidence.verdict import Outcome, Verdict, worst
from atverdict.conformance.judge.state.observed_upgrade import Coverage
from atverdict.conformance.preparation.selection import parse_selection
from atverdict.conformance.preparation.suite_package import SIZE_OCTETS, suite_package
from atverdict.reports.reason import excerpt_line

REQUIREMENT = "SOTA-CMD-OTAREQ-003"


def _found(bench: LogBuilder) -> set[Verdict]:
    return bench.verdicts().get(REQUIREMENT, set())


def test_an_expected_event_that_comes_is_a_pass() -> None:
    bench = LogBuilder().online().announce().request().expect(REQUIREMENT, 10700)
    assert _found(bench) == set()
    assert _found(bench.event(OFFER)) == {Verdict.PASS}
    assert _found(bench.listen(2.0)) == {Verdict.PASS}


def test_an_expected_event_that_does_not_come_in_time_is_a_fail() -> None:
    bench = LogBuilder().online().announce().request().expect(REQUIREMENT, 10700, within_s=1.0)
    assert _found(bench.listen(0.9)) == set()
    assert _found(bench.listen(0.1)) == {Verdict.FAIL}
    assert _found(bench.event(OFFER)) == {Verdict.FAIL}


def test_what_came_instead_and_what_was_sent_is_the_evidence() -> None:
    bench = LogBuilder().online().announce().request()
    bench.expect(REQUIREMENT, 10700, within_s=1.0).event("7,10702").listen(1.0)
    found = bench.judgement().requirements[REQUIREMENT].findings[0]
    assert found.observed.startswith("7,10702, and no other event until ")
    sent, came, nothing = found.places
    assert sent.octets == b"AT+QIOTOTAREQ=1\r"
    assert came.octets == b"+QIOTEVT: 7,10702\r\n"
    assert (nothing.octets, nothing.line) == (b"", len(bench.records))
    assert excerpt_line(nothing, 80).endswith("nothing more until then")


def test_an_excerpt_that_is_cut_says_so() -> None:
    assert around(b"0123456789", 3, 6) == "... 345 ..."
    assert around(b"0123456789", -2, 10) == "0123456789"
    assert around(b"0123456789", 0, 9) == "012345678 ..."


def test_an_expected_event_may_precede_the_answer() -> None:
    bench = LogBuilder().online().announce()
    since = bench.line
    bench.sent("AT+QIOTOTAREQ=1").got(f"\r\n+QIOTEVT: {OFFER}\r\n\r\nOK\r\n")
    assert _found(bench.expect(REQUIREMENT, 10700, since=since)) == {Verdict.PASS}


def test_an_event_from_before_the_command_does_not_count() -> None:
    bench = LogBuilder().online().announce().event(OFFER).request()
    bench.expect(REQUIREMENT, 10700, within_s=1.0).listen(1.0)
    assert _found(bench) == {Verdict.FAIL}


def test_a_forbidden_event_is_a_fail_and_silence_a_pass() -> None:
    quiet = LogBuilder().online().announce().request().expect(REQUIREMENT, 0, forbidden=True)
    assert _found(quiet.event("4,10200")) == set()
    assert _found(quiet.listen(1.0)) == {Verdict.PASS}
    loud = LogBuilder().online().announce().request().expect(REQUIREMENT, 0, forbidden=True)
    assert _found(loud.event(OFFER).listen(1.0)) == {Verdict.FAIL}


def test_what_is_not_certain_is_left_open() -> None:
    bench = LogBuilder().online().request().expect(REQUIREMENT, 10700, otherwise="inconclusive")
    assert _found(bench.listen(1.0)) == {Verdict.INCONCLUSIVE}


def test_a_restart_ends_what_was_expected() -> None:
    bench = LogBuilder().online().request().expect(REQUIREMENT, 10700).power_cycle()
    assert _found(bench.listen(5.0)) == set()


@given(st.permutations(list(Verdict)), st.integers(1, 5))
def test_verdicts_only_get_worse(verdicts: list[Verdict], count: int) -> None:
    before = worst(*verdicts[:count])
    assert worst(before, *verdicts[count:]) >= before
    assert worst(*verdicts) is Verdict.ERROR


def test_no_verdict_is_none() -> None:
    assert worst() is Verdict.NONE


READS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=12)


@given(READS)
def test_coverage_knows_what_has_been_read(reads: list[tuple[int, int]]) -> None:
    package = suite_package(100)
    coverage, known = Coverage(), set[int]()
    for start, length in reads:
        octets = package[start : start + length]
        touched = set(range(start, start + len(octets)))
        assert coverage.overlaps(start, start + len(octets)) == bool(touched & known)
        assert coverage.add(start, octets) is None
        known |= touched
    for length in range(1, 100):
        assert coverage.covers(length) == (known >= set(range(length)))
    assert coverage.size == max(known, default=-1) + 1
    gap = coverage.next_gap(0)
    assert gap not in known
    assert known >= set(range(gap))
    assert b"".join(coverage.parts(gap)) == package[:gap]


@given(READS, st.integers(0, 89))
def test_coverage_finds_the_first_difference(reads: list[tuple[int, int]], offset: int) -> None:
    package = suite_package(100)
    other = bytearray(package)
    other[offset] ^= 0xFF
    coverage, known = Coverage(), set[int]()
    for start, length in reads:
        coverage.add(start, package[start : start + length])
        known |= set(range(start, min(start + length, 100)))
    expected = offset if offset in known else None
    assert coverage.add(0, bytes(other)) == expected


@given(st.binary(max_size=300), st.integers(1, 200))
def test_printable_is_ascii_and_bounded(octets: bytes, limit: int) -> None:
    text = printable(octets, limit)
    assert text.isascii()
    assert not octets or text.isprintable()
    if len(octets) > limit:
        assert text.endswith(f"... ({len(octets) - limit} more octets)")


@given(st.binary(max_size=100), st.binary(max_size=100))
def test_printable_tells_octets_apart(one: bytes, other: bytes) -> None:
    plain = bytes.maketrans(b"<>", b"()")
    one, other = one.translate(plain), other.translate(plain)
    assert (printable(one, 200) == printable(other, 200)) == (one == other)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 1024, SIZE_OCTETS])
def test_the_package_is_always_the_same(size: int) -> None:
    package = suite_package(size)
    assert len(package) == size
    assert package == suite_package(size)


def test_the_package_holds_what_careless_software_takes_for_its_own() -> None:
    package = suite_package()
    assert set(package) == set(range(256))
    for spelling in (b"\r\nOK\r\n", b"\r\nERROR\r\n", b"\r\n+QIOTEVT: 7,10706\r\n"):
        assert package.count(spelling) >= 2
        places = {package.find(spelling) % 1024, package.rfind(spelling) % 1024}
        assert any(place + len(spelling) > 1024 for place in places), spelling


@pytest.mark.parametrize(
    ("text", "tokens"),
    [(None, ()), ("", ()), (" , ", ()), ("a", ("a",)), (" a ,b,", ("a", "b"))],
)
def test_a_selection_is_split_at_commas(text: str | None, tokens: tuple[str, ...]) -> None:
    assert parse_selection(text) == tokens


def test_what_is_said_not_to_be_tested_keeps_its_reason() -> None:
    bench = LogBuilder().add(NotTested("SOTA-PER-001", "no power")).proved()
    shown = bench.end().judgement().requirements["SOTA-PER-001"]
    assert (shown.outcome, shown.reason) == (Outcome.NOT_TESTED, "no power")


def test_a_profile_rules_out_what_it_does_not_know() -> None:
    judgement = LogBuilder(profile="cellular-2022").proved().updating().end().judgement()
    outcomes = {verdict.outcome for verdict in judgement.requirements.values()}
    assert Outcome.NOT_APPLICABLE in outcomes


def test_two_answers_may_come_at_once() -> None:
    bench = LogBuilder().proved().sent("AT").sent("AT").got("\r\nOK\r\n\r\nOK\r\n").end()
    assert bench.verdicts()["SOTA-FRM-005"] == {Verdict.PASS}


def test_the_data_of_an_event_are_shown_as_they_stand_on_the_wire() -> None:
    bench = LogBuilder().proved().online().announce().request().event("7,10700,STM32,,-1")
    (found,) = bench.judgement().requirements["SOTA-EVT-003"].findings
    assert found.observed == "STM32,,-1"


def test_a_may_that_the_iut_leaves_out_is_not_offered() -> None:
    bench = LogBuilder().proved().begin("SOTA-FRM-015").refused("AT+QIOTSTATE?;+QIOTREG?").done()
    verdict = bench.judgement().requirements["SOTA-FRM-015"]
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert verdict.reason.startswith("not offered: expected both answers and one OK; got ERROR")


def test_a_may_that_nothing_showed_is_not_offered() -> None:
    bench = LogBuilder().proved().begin("SOTA-SEQ-016").listen(2).done()
    verdict = bench.judgement().requirements["SOTA-SEQ-016"]
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert verdict.reason == "not offered: bench.purpose ran, and it was not seen"
