"""Causes: what follows from a broken requirement, and what is broken on its own."""

from pathlib import Path

import pytest
from support.log_builder import PACKAGE, SIZE, START_SHA256, LogBuilder, piece

from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.cause import Broken, Explanation, Moment, Reach, settle
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.judge.module.explanations import MODULE_EXPLANATIONS
from atverdict.spec.loader import load_specification

TABLE = Path(__file__).parents[1] / "data" / "explanations.txt"
WRONG = PACKAGE[:1000] + bytes([PACKAGE[1000] ^ 0x21]) + PACKAGE[1001:]


def _read(bench: LogBuilder, package: bytes) -> LogBuilder:
    for start in range(0, SIZE, 1024):
        bench.block(start, min(1024, SIZE - start), package[start : start + 1024])
    return bench.wait(0.1)


def _told(judgement: Judgement, outcome: Outcome = Outcome.FAIL) -> dict[str, list[str]]:
    """Return each cause with this outcome, and what follows from it."""
    return {
        cause.requirement.id: [v.requirement.id for v in judgement.effects_of(cause)]
        for cause in judgement.causes(outcome)
    }


def test_one_wrong_octet_is_one_finding() -> None:
    judgement = _read(LogBuilder().uploaded().proved().ready(), WRONG).judgement()
    effects = ["SOTA-INT-002", "SOTA-INT-003", "SOTA-INT-004"]
    assert _told(judgement) == {"SOTA-INT-006": effects}
    assert judgement.requirements["SOTA-INT-004"].outcome is Outcome.INCONCLUSIVE
    assert "SOTA-INT-004" not in _told(judgement, Outcome.INCONCLUSIVE)
    digest = judgement.requirements["SOTA-INT-002"]
    assert digest.outcome is Outcome.FAIL
    assert digest.reason.startswith("follows from SOTA-INT-006: expected MD5 ")


def test_a_failure_of_its_own_is_not_folded() -> None:
    bench = LogBuilder().uploaded().proved()
    bench.ready(start=START_SHA256.replace(START_SHA256[22:54], "0" * 32))
    _read(_read(bench, PACKAGE).ask("AT+QIOTUPDATE=3").event("7,10704"), b"")
    bench.announce("2_0_0").event("7,10705").wait(0.1)
    judgement = _read(bench.ready(), WRONG).judgement()
    told = _told(judgement)
    assert list(told)[-1] == "SOTA-INT-006"
    assert "SOTA-INT-003" in told["SOTA-INT-006"]


def test_what_follows_from_a_broken_should_is_open() -> None:
    bench = LogBuilder().proved().offered().wait(0.2)
    bench.refused("AT+QIOTUPDATE=9x").refused("AT+QIOTUPDATE=1")
    judgement = bench.judgement()
    assert _told(judgement) == {}
    assert _told(judgement, Outcome.WARNING) == {"SOTA-ROB-003": ["SOTA-CMD-UPDATE-002"]}
    consent = judgement.requirements["SOTA-CMD-UPDATE-002"]
    assert consent.outcome is Outcome.INCONCLUSIVE
    assert consent.reason.startswith("follows from SOTA-ROB-003: expected OK ")
    assert judgement.outcome is not Outcome.PASS


def test_a_consent_refused_without_a_malformed_line_is_broken_all_the_same() -> None:
    bench = LogBuilder().proved().offered().wait(0.2).refused("AT+QIOTUPDATE=1")
    bench.refused("AT+QIOTUPDATE=9x").refused("AT+QIOTUPDATE=1")
    judgement = bench.judgement()
    assert list(_told(judgement)) == ["SOTA-CMD-UPDATE-002"]


def test_the_text_behind_a_wrong_length_is_no_event() -> None:
    package = PACKAGE[:200] + b"\r\n+QIOTEVT: 7,x\r\n+QIOTEVT: 7,y\r\n" + PACKAGE[200:]
    bench = LogBuilder().proved().ready().sent("AT+QIOTOTARD=0,1024")
    bench.got(b"\r\n+QIOTOTARD: 0,102\r\n" + package[:1024] + b"\r\n\r\nOK\r\n").gave_up()
    judgement = bench.judgement()
    assert list(_told(judgement)) == ["SOTA-CMD-OTARD-004"]
    assert judgement.requirements["SOTA-EVT-001"].outcome is Outcome.INCONCLUSIVE


def test_a_piece_that_is_fetched_unasked_explains_its_progress() -> None:
    bench = LogBuilder().proved().ready(piece(0, 1024))
    judgement = bench.events("7,10702", piece(1024, SIZE - 1024)).judgement()
    assert _told(judgement) == {"SOTA-SEQ-005": ["SOTA-SEQ-002"]}


def test_a_fault_with_a_history_says_since_when() -> None:
    bench = LogBuilder().uploaded().proved()
    _read(bench.ready(), PACKAGE).ask("AT+QIOTUPDATE=3").event("7,10704").announce("2_0_0")
    judgement = _read(bench.event("7,10705").wait(0.1).ready(), WRONG).judgement()
    broken = judgement.requirements["SOTA-INT-006"]
    assert "right once before, the last at " in broken.reason
    assert broken.reason.endswith(", wrong since the second upgrade")


def test_a_fault_that_comes_and_goes_says_so() -> None:
    bench = LogBuilder().proved().ask("AT+QIOTREG=1").ask("AT+QIOTREG?", "+QIOTREG: 1")
    bench.ask("AT+QIOTREG?", "+QIOTREG: 0").ask("AT+QIOTREG?", "+QIOTREG: 1")
    broken = bench.judgement().requirements["SOTA-CMD-REG-005"]
    assert "right once before, " in broken.reason
    assert broken.reason.endswith(", and once after")


def test_an_event_of_the_connection_that_comes_twice_is_a_warning() -> None:
    bench = LogBuilder().proved().ask("AT+QIOTREG=1")
    bench.events("2,10200", "2,10200", "3,10200", "3,10200", "3,10200")
    judgement = bench.judgement()
    assert judgement.requirements["SOTA-EVT-018"].outcome is Outcome.WARNING
    assert not judgement.causes(Outcome.FAIL)


def test_a_warning_does_not_hide_a_wrong_order() -> None:
    bench = LogBuilder().proved().ask("AT+QIOTREG=1").events("2,10200", "2,10200", "1,10200")
    assert bench.judgement().requirements["SOTA-EVT-018"].outcome is Outcome.FAIL


def test_every_rule_names_requirements() -> None:
    known = load_specification().requirements
    for rule in MODULE_EXPLANATIONS:
        assert rule.cause in known
        for effect in rule.effects:
            assert any(name.startswith(effect) for name in known), effect


def test_each_rule_reaches_as_far_as_the_table_says_and_no_farther() -> None:
    # A rule too many hides a fault behind another one: a change of the rules is written twice.
    told = []
    for rule in MODULE_EXPLANATIONS:
        effects = " ".join(each.removeprefix("SOTA-") for each in rule.effects)
        opens = ", or has hidden it" if rule.opens else ""
        told.append(f"{rule.cause.removeprefix('SOTA-')}, {rule.reach.value}{opens}: {effects}")
    assert told == TABLE.read_text("utf-8").splitlines()


def _moment(item: int, upgrade: int = 1) -> Moment:
    return Moment(item, item, upgrade, 0, upgrade)


@pytest.mark.parametrize(
    ("reach", "cause", "effect", "follows"),
    [
        (Reach.HERE, _moment(5), _moment(5), True),
        (Reach.HERE, _moment(5), _moment(6), False),
        (Reach.NEXT, _moment(5), _moment(6), True),
        (Reach.NEXT, _moment(5), _moment(7), False),
        (Reach.UPGRADE, _moment(5), _moment(9), True),
        (Reach.UPGRADE, _moment(5), _moment(9, 2), False),
        (Reach.UPGRADE, _moment(5), _moment(4), False),
        (Reach.LATER, _moment(5), _moment(9, 2), True),
        (Reach.LATER, _moment(5), _moment(4), False),
        (Reach.RUN, _moment(5), _moment(4), True),
    ],
)
def test_the_reach_of_a_rule(reach: Reach, cause: Moment, effect: Moment, *, follows: bool) -> None:
    broken = {
        "A": Broken(mandatory=True, moments=[cause]),
        "B": Broken(mandatory=True, moments=[effect]),
    }
    settle(broken, [Explanation("A", ("B",), reach)])
    assert broken["B"].follows == ("A" if follows else "")


def test_what_could_not_be_judged_explains_nothing() -> None:
    doubt = Broken(mandatory=True, moments=[_moment(5)], certain=False)
    broken = {"A": doubt, "B": Broken(mandatory=True, moments=[_moment(5)])}
    settle(broken, [Explanation(a, (b,), Reach.HERE) for a, b in ("AB", "BA")])
    assert (broken["A"].follows, broken["B"].follows) == ("B", "")


def test_of_two_that_explain_each_other_the_first_rule_decides() -> None:
    broken = {name: Broken(mandatory=True, moments=[_moment(5)]) for name in "ABC"}
    circle = [Explanation(a, (b,), Reach.HERE) for a, b in ("AB", "BC", "CA")]
    settle(broken, circle)
    assert [broken[name].follows for name in "ABC"] == ["", "A", "B"]


def test_of_two_that_explain_each_other_the_one_with_more_failures_is_the_cause() -> None:
    broken = {
        "A": Broken(mandatory=True, moments=[_moment(5)]),
        "B": Broken(mandatory=True, moments=[_moment(5), _moment(7)]),
    }
    settle(broken, [Explanation(a, (b,), Reach.HERE) for a, b in ("AB", "BA")])
    assert (broken["A"].follows, broken["B"].follows) == ("B", "")
