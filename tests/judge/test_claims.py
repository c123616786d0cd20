"""What checks tell besides their verdicts: parts of rules, claims, words for answers."""

import msgspec
import pytest
from support.log_builder import BLOCK, PIECE, SIZE, START, LogBuilder, piece

from atverdict.conformance.evidence.log import Header
from atverdict.conformance.evidence.verdict import Verdict
from atverdict.conformance.judge.claim import Claim


def _parts(bench: LogBuilder, requirement: str) -> dict[str, int]:
    return dict(bench.judgement().requirements[requirement].parts)


def _claims(bench: LogBuilder, **declared: object) -> dict[str, Claim]:
    header = bench.records[0]
    assert isinstance(header, Header)
    bench.records[0] = msgspec.structs.replace(header, pics=declared)
    return {claim.name: claim for claim in bench.judgement().pics}


# Parts of a rule


def test_a_next_piece_is_the_second_part_of_its_request() -> None:
    name = "SOTA-CMD-UPDATE-006"
    asked = LogBuilder().ready(piece(0, BLOCK)).block(0, BLOCK).wait(0.1).ask("AT+QIOTUPDATE=2")
    assert "7,10703" not in _parts(asked, name)
    assert _parts(asked.event(piece(BLOCK, SIZE - BLOCK)), name)["7,10703"] == 1
    assert "7,10703" not in _parts(LogBuilder().ready(), name)


def test_the_start_of_the_update_is_the_second_part_of_its_request() -> None:
    name = "SOTA-CMD-UPDATE-008"
    assert _parts(LogBuilder().updating(), name)["7,10704"] == 1
    assert "7,10704" not in _parts(LogBuilder().ready().read_all().event("7,10704"), name)


def test_events_of_the_connection_are_parts_of_what_asked_for_it() -> None:
    name = "SOTA-CMD-REG-006"
    parts = _parts(LogBuilder().offline().online(), name)
    assert (parts["2,10200"], parts["3,10200"]) == (1, 1)
    by_itself = LogBuilder().power_cycle().events("2,10200", "3,10200")
    assert not {"2,10200", "3,10200"} & _parts(by_itself, name).keys()


def test_the_end_of_the_connection_is_a_part_of_what_asked_for_it() -> None:
    name = "SOTA-CMD-REG-007"
    assert _parts(LogBuilder().online().offline().event("6,10200"), name)["6,10200"] == 1
    assert "6,10200" not in _parts(LogBuilder().online().event("6,10200"), name)


# Claims


@pytest.mark.parametrize(
    ("lines", "name", "observed"),
    [
        (("AT+QIOTREG=?", "+QIOTREG: (0-2)"), "reg_values", [0, 1, 2]),
        (("AT+QIOTREG=?", "+QIOTREG: (0,2)"), "reg_values", [0, 2]),
        (("AT+QIOTUPDATE=?", "+QIOTUPDATE: (0-3)"), "update_values", [0, 1, 2, 3]),
        (("AT+QIOTOTAREQ=?", "+QIOTOTAREQ: (0,1)"), "otareq_values", [0, 1]),
        (("AT+QIOTREG=?", "+QIOTREG: (0-256)"), "reg_values", list(range(257))),
        (("AT+QIOTREG=?", "+QIOTREG: (0-257)"), "reg_values", None),
        (("AT+QIOTREG=?", "+QIOTREG: (1000-1002)"), "reg_values", [1000, 1001, 1002]),
        (("AT+QIOTREG?", "+QIOTREG: 1"), "reg_values", None),
        (("AT+QIOTOTARD=?", "+QIOTOTARD: <start>,(1-512)"), "max_length", 512),
        (("AT+QIOTINFO?", '+QIOTINFO: "sdk_ver","2.9.1"'), "sdk_version", "2.9.1"),
        (("AT+QIOTINFO?", '+QIOTINFO: "model","EC200U"'), "sdk_version", None),
    ],
)
def test_what_a_module_says_of_itself_is_observed(
    lines: tuple[str, str], name: str, observed: object
) -> None:
    assert _claims(LogBuilder().ask(*lines))[name].observed == observed


def test_what_was_refused_is_not_observed() -> None:
    bench = LogBuilder().ask("AT+QIOTREG=?", "+QIOTREG: (0-2)", final="ERROR")
    assert _claims(bench)["reg_values"].observed is None


@pytest.mark.parametrize(("first", "observed"), [(PIECE, None), (piece(0, BLOCK), True)])
def test_pieces_are_observed_where_there_were_several(first: str, observed: object) -> None:
    assert _claims(LogBuilder().ready(first))["multi_piece"].observed is observed


def test_a_claim_stands_beside_what_was_observed() -> None:
    claim = _claims(LogBuilder().maximum(512), max_length=1024)["max_length"]
    assert (claim.declared, claim.observed, claim.match) == (1024, 512, False)


# Words for an answer


@pytest.mark.parametrize(("count", "more"), [(0, ""), (1, ""), (3, ""), (4, "... / ")])
def test_an_answer_is_shown_by_its_first_lines(count: int, more: str) -> None:
    lines = [f"+QIOTSTATE: {letter}" for letter in "abcd"[:count]]
    bench = LogBuilder().proved().ask("AT+QIOTSTATE?", *lines)
    (found,) = bench.judgement().requirements["SOTA-CMD-STATE-001"].findings
    assert found.observed == "".join(f"{line} / " for line in lines[:3]) + more + "OK"


def test_a_missing_answer_is_shown_by_the_time_that_was_waited() -> None:
    (found,) = (
        LogBuilder()
        .proved()
        .silent("AT+QIOTSTATE?")
        .judgement()
        .requirements["SOTA-FRM-005"]
        .findings[:1]
    )
    assert found.verdict is Verdict.FAIL
    assert found.observed == "no final result code within 5 s"


# The progress of a download


@pytest.mark.parametrize(
    ("gaps_s", "last_s", "verdicts"),
    [
        ((5.0, 5.0), 5.0, {Verdict.PASS}),
        ((10.0,), 1.0, {Verdict.PASS}),
        ((10.2,), 1.0, {Verdict.FAIL}),
        ((5.0,), 10.2, {Verdict.FAIL}),
        ((5.0,), 4.8, set()),
        ((), 30.0, set()),
    ],
)
def test_progress_is_due_every_two_periods(
    gaps_s: tuple[float, ...], last_s: float, verdicts: set[Verdict]
) -> None:
    bench = LogBuilder().confirmed().event(START)
    if gaps_s:
        bench.event("7,10702")
    for gap_s in gaps_s:
        bench.event("7,10702", after_s=gap_s)
    bench.event(PIECE, after_s=last_s)
    assert bench.verdicts().get("SOTA-TIM-004", set()) == verdicts
