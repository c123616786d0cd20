"""The errata, carried out: each is read by code, permits one log and forbids another."""

import pytest
from support.errata_logs import PAIRS, HostPair, Pair
from support.host_log import HostLog
from support.log_builder import LogBuilder

from atverdict.conformance.evidence.verdict import Outcome, Verdict, worst
from atverdict.conformance.judge.errata import carried_out
from atverdict.conformance.judge.judgement import Judgement
from atverdict.spec.loader import load_specification

ERRATA = load_specification().errata
ON_THE_WIRE = {name for name, each in ERRATA.items() if not each.unseen}


def test_every_erratum_binds_somebody_on_the_wire_or_says_why_not() -> None:
    assert PAIRS.keys() == ON_THE_WIRE
    for name, erratum in ERRATA.items():
        assert name in ON_THE_WIRE or erratum.unseen.endswith("."), name


def test_every_erratum_is_read_by_code() -> None:
    assert carried_out().keys() == ON_THE_WIRE


@pytest.mark.parametrize("name", sorted(ON_THE_WIRE))
def test_the_code_that_reads_an_erratum_judges_what_it_touches(name: str) -> None:
    assert carried_out()[name] & set(ERRATA[name].requirements)


def _judged(pair: Pair | HostPair, build: object, profile: str) -> Judgement:
    if isinstance(pair, HostPair):
        log = HostLog()
        build(log)  # type: ignore[operator] # a builder of host logs
        return log.judgement()
    bench = LogBuilder(profile=profile, plan_control=pair.plan_control).proved()
    build(bench)  # type: ignore[operator] # a builder of logs
    return bench.end().judgement()


@pytest.mark.parametrize("name", sorted(ON_THE_WIRE))
def test_what_an_erratum_permits_breaks_nothing_mandatory(name: str) -> None:
    pair = PAIRS[name]
    profile = pair.profile if isinstance(pair, Pair) else ""
    judgement = _judged(pair, pair.permitted, profile)
    broken = [v.reason for v in judgement.requirements.values() if v.outcome is Outcome.FAIL]
    assert broken == []


@pytest.mark.parametrize("name", sorted(ON_THE_WIRE))
def test_what_an_erratum_forbids_is_found(name: str) -> None:
    pair = PAIRS[name]
    profile = (pair.forbidden_profile or pair.profile) if isinstance(pair, Pair) else ""
    judgement = _judged(pair, pair.forbidden, profile)
    verdict = judgement.requirements[pair.requirement]
    due = pair.verdict if isinstance(pair, Pair) else Verdict.FAIL
    assert worst(*verdict.counts) is due, verdict.reason
    assert verdict.outcome is not Outcome.PASS


@pytest.mark.parametrize("name", sorted(ON_THE_WIRE - {"E-27"}))
def test_the_two_logs_of_an_erratum_are_told_apart(name: str) -> None:
    pair = PAIRS[name]
    profile = pair.profile if isinstance(pair, Pair) else ""
    verdict = _judged(pair, pair.permitted, profile).requirements[pair.requirement]
    assert Verdict.FAIL not in verdict.counts, verdict.reason
