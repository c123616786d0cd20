"""Mutants of the judge: without any one of its checks it finds out less."""

import functools
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.cases.catalogue import CASES, NEVER_FAILS
from support.kill_selection import SELECTION
from support.log_builder import Case

from atverdict.adapters.simulator.faults.catalogue import FAULTS
from atverdict.conformance.campaign.self_test import try_fault
from atverdict.conformance.evidence.log import Expected, Record, read_log
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.check import Check
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.judge import Judge, judge
from atverdict.conformance.judge.module.catalogue import MODULE_CHECKS
from atverdict.conformance.judge.roles import MODULE
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.preparation.suite_package import suite_package

CHECKS = {check.name: check for check in MODULE_CHECKS}
BROKEN = (Outcome.FAIL, Outcome.WARNING)
STORED = SELECTION[::4]


def _shown(case: Case, verdict: Verdict, disabled: frozenset[str] = frozenset()) -> bool:
    return verdict in case.bench().verdicts(disabled).get(case.requirement, set())


@pytest.mark.parametrize("name", CHECKS)
def test_without_a_check_something_is_no_longer_found(name: str) -> None:
    requirements = CHECKS[name].requirements
    can_fail = any((name, requirement) not in NEVER_FAILS for requirement in requirements)
    verdict = Verdict.FAIL if can_fail else Verdict.PASS
    mine = (c for c in CASES if c.requirement in requirements and c.verdict is verdict)
    assert any(not _shown(case, verdict, frozenset({name})) for case in mine)


def _watched(check: Check, foreign: list[tuple[str, str]]) -> Check:
    """Return the check, and note what it finds about requirements that it does not name."""
    function: Callable[[Any, Situation], Iterable[Finding]] = check.function

    @functools.wraps(function)
    def watch(item: object, now: Situation) -> Iterator[Finding]:
        for found in function(item, now):
            if found.requirement not in check.requirements:
                foreign.append((check.name, found.requirement))
            yield found

    return replace(check, function=watch)


def test_a_check_judges_nothing_but_what_it_names() -> None:
    foreign: list[tuple[str, str]] = []
    watched = [_watched(check, foreign) for check in MODULE_CHECKS]
    assert [check.name for check in watched] == list(CHECKS)
    part = replace(MODULE, checks=tuple(watched))
    for case in CASES:
        fold = Judge(part)
        for record in case.bench().records:
            fold.observe(record)
    assert not foreign


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[Record]]:
    """Give the log of a campaign against a fault; each is recorded once."""
    folder = tmp_path_factory.mktemp("stored")
    package = folder / "package.bin"
    package.write_bytes(suite_package())

    @functools.cache
    def records(name: str) -> list[Record]:
        stream = io.BytesIO()
        try_fault(FAULTS[name], stream, package)
        path = Path(folder / f"{name}.jsonl")
        path.write_bytes(stream.getvalue())
        return list(read_log(path))

    return records


def _killed(records: Sequence[Record], requirement: str, *disabled: str) -> bool:
    return judge(records, frozenset(disabled)).requirements[requirement].outcome in BROKEN


@pytest.mark.parametrize("name", STORED)
def test_without_what_kills_it_a_fault_survives(
    name: str, stored: Callable[[str], list[Record]]
) -> None:
    requirement, records = FAULTS[name].requirement, stored(name)
    naming = [check.name for check in CHECKS.values() if requirement in check.requirements]
    blind = [record for record in records if not isinstance(record, Expected)]
    assert _killed(records, requirement)
    assert not _killed(blind, requirement, *naming)
