"""What holds for each mutant and for many combined variants; minutes, so only `tox -e faults`."""

import functools
import io
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from support.cases.catalogue import NEVER_FAILS

from atverdict.adapters.simulator.fault import Fault
from atverdict.adapters.simulator.faults.catalogue import FAULTS
from atverdict.adapters.simulator.host.faults.catalogue import FAULTS as HOST_FAULTS
from atverdict.adapters.simulator.host.variants import VARIANTS as HOST_VARIANTS
from atverdict.adapters.simulator.variants import DESERVED, VARIANTS
from atverdict.conformance.campaign.self_test import run_simulator
from atverdict.conformance.evidence.log import End, Expected, Record, read_log
from atverdict.conformance.evidence.verdict import Outcome, Verdict
from atverdict.conformance.judge.check import Check
from atverdict.conformance.judge.host.catalogue import HOST_CHECKS
from atverdict.conformance.judge.judge import Judge, judge
from atverdict.conformance.judge.module.catalogue import MODULE_CHECKS
from atverdict.conformance.judge.roles import part_of
from atverdict.conformance.preparation.suite_package import suite_package
from atverdict.spec.loader import load_specification
from atverdict.spec.model import Role

pytestmark = pytest.mark.every

BROKEN = (Outcome.FAIL, Outcome.WARNING)
COMBINATIONS = 60
MOST_VARIANTS = 5
MAY = {
    name for name, each in load_specification().requirements.items() if each.strength.name == "MAY"
}
CHECKS = [
    check
    for check in MODULE_CHECKS
    if not all((check.name, name) in NEVER_FAILS or name in MAY for name in check.requirements)
]


NEEDED_BY_HAND = {
    "ending.ended",
    "ending.keeps_the_order",
    "decision.declined",
    "decision.drop_held",
    "decision.refusal_held",
    "lines.was_patient",
    "reading.goes_on_after_failed_read",
    "reading.keeps_to_the_maximum",
}
"""Checks of the host role that only pass, or of which another one finds all that the faults do.

Logs made by hand show what is missing without them.
"""

Recorded = Callable[[str, Role], list[Record]]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Give the log of a campaign against a simulator in a role; the last few are kept."""
    folder = tmp_path_factory.mktemp("every")
    package = folder / "package.bin"
    package.write_bytes(suite_package())

    @functools.lru_cache(maxsize=8)
    def records(address: str, role: Role) -> list[Record]:
        stream = io.BytesIO()
        run_simulator(address, stream, package, role=role)
        path = Path(folder / "run.jsonl")
        path.write_bytes(stream.getvalue())
        return list(read_log(path))

    return records


@pytest.mark.parametrize(
    ("name", "role"),
    [*((name, Role.MODULE) for name in FAULTS), *((name, Role.HOST) for name in HOST_FAULTS)],
)
def test_no_part_of_a_log_says_more_than_the_whole(
    name: str, role: Role, recorded: Recorded
) -> None:
    records = recorded(f"sim:?fault={name}", role)
    whole = {i for i, v in judge(records).requirements.items() if v.outcome is Outcome.FAIL}
    fold = Judge(part_of(role))
    for count, record in enumerate(records, start=1):
        findings = fold.observe(record)
        worse = any(found.verdict is Verdict.FAIL for found in findings)
        if worse or isinstance(record, End) or count % 997 == 0:
            verdicts = fold.judgement().requirements.items()
            assert {i for i, v in verdicts if v.outcome is Outcome.FAIL} <= whole, count


def _killed(records: Sequence[Record], fault: Fault, *disabled: str) -> bool:
    return judge(records, frozenset(disabled)).requirements[fault.requirement].outcome in BROKEN


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_without_a_check_a_fault_survives(check: Check, recorded: Recorded) -> None:
    mine = [fault for fault in FAULTS.values() if fault.requirement in check.requirements]
    for fault in mine:
        records = recorded(f"sim:?fault={fault.name}", Role.MODULE)
        # What a purpose expects may find the same: it is left out where the check is asked alone.
        for told in (records, [r for r in records if not isinstance(r, Expected)]):
            if _killed(told, fault) and not _killed(told, fault, check.name):
                return
    raise AssertionError(f"{check.name} is missed by none of {len(mine)} faults")


def test_what_is_excused_is_a_check() -> None:
    assert {check.name for check in HOST_CHECKS} >= set(NEEDED_BY_HAND)


@pytest.mark.parametrize(
    "check",
    [check for check in HOST_CHECKS if check.name not in NEEDED_BY_HAND],
    ids=lambda check: check.name,
)
def test_without_a_check_a_faulty_host_survives(check: Check, recorded: Recorded) -> None:
    mine = [fault for fault in HOST_FAULTS.values() if fault.requirement in check.requirements]
    for fault in mine:
        records = recorded(f"sim:?fault={fault.name}", Role.HOST)
        if _killed(records, fault) and not _killed(records, fault, check.name):
            return
    raise AssertionError(f"{check.name} is missed by none of {len(mine)} faults")


def _combined() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield queries with the options of several variants, and the warnings that they deserve."""
    for number in range(COMBINATIONS):
        dice = random.Random(number)
        options: dict[str, str] = {}
        deserved: set[str] = set()
        for name in dice.sample(list(VARIANTS), dice.randint(2, MOST_VARIANTS)):
            more = dict(option.split("=") for option in VARIANTS[name].split("&"))
            if not more.keys() & options.keys():
                options |= more
                deserved |= set(DESERVED.get(name, ()))
        if {"progress_count", "download_rate_octets_per_s"} <= options.keys():
            deserved.add("SOTA-TIM-004")  # a long download that shows itself once
        options.setdefault("seed", str(number))
        yield "&".join(f"{name}={value}" for name, value in options.items()), frozenset(deserved)


@pytest.mark.parametrize(("query", "deserved"), list(_combined()))
def test_variants_together_raise_no_alarm(
    query: str, deserved: frozenset[str], recorded: Recorded
) -> None:
    verdicts = judge(recorded(f"sim:?{query}", "module")).requirements.items()
    assert {i for i, v in verdicts if v.outcome in BROKEN} <= deserved


def _proper_hosts() -> Iterator[str]:
    """Yield queries with the options of several proper hosts."""
    for number in range(COMBINATIONS):
        dice = random.Random(number)
        options: dict[str, str] = {}
        for name in dice.sample(list(HOST_VARIANTS), dice.randint(2, MOST_VARIANTS)):
            more = dict(option.split("=") for option in HOST_VARIANTS[name].split("&"))
            if not more.keys() & options.keys():
                options |= more
        yield "&".join(f"{name}={value}" for name, value in options.items())


@pytest.mark.parametrize("query", list(_proper_hosts()))
def test_proper_hosts_of_several_kinds_raise_no_alarm(query: str, recorded: Recorded) -> None:
    verdicts = judge(recorded(f"sim:?{query}", "host")).requirements
    assert {v.outcome for v in verdicts.values()} <= {Outcome.PASS, Outcome.NOT_TESTED}
