"""Deletion: no verdict passes on without the evidence that its passes cite."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from support.campaigns import simulated
from support.deletion import Evidence, kinds_of, observed, without

from atverdict.conformance.evidence.log import Record, read_log

SAMPLE = ("event 6,10200", "event 7,10701", "answer to QIOTUPDATE=", "action push_window")
EXPLAINED = {
    ("SOTA-PER-006", "event 2,10474"): "the control agent tells too that the network is gone",
    ("SOTA-PLT-016", "action withdraw_plans"): "what stood before is replaced by arm_components",
    ("SOTA-PLT-017", "package"): "the package of a plan that is deleted is never read",
}
"""Passes that go on without evidence that they cite, and why that is right."""


@cache
def _log() -> tuple[list[Record], list[frozenset[str]]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "conformance.log.jsonl"
        path.write_bytes(simulated().log)
        records = list(read_log(path))
    return records, kinds_of(records)


@cache
def _good() -> Evidence:
    return observed(*_log())


def unexplained(kind: str) -> list[str]:
    """Return the requirements that pass without evidence of a kind as often as with it."""
    records, kinds = _log()
    less = without(records, kinds, kind)
    after = observed(less, kinds_of(less))
    found = []
    for name in sorted(_good().passed() & after.passed()):
        citing = _good().citing(name, kind)
        others = _good().passes(name) - citing
        if citing and not 0 < after.passes(name) <= others and (name, kind) not in EXPLAINED:
            found.append(f"{name}: {after.passes(name)} passes, {others} without {kind}")
    return found


@pytest.mark.parametrize("kind", SAMPLE)
def test_no_pass_outlives_its_evidence(kind: str) -> None:
    assert any(kind in kinds for kinds in _log()[1])
    assert unexplained(kind) == []


@pytest.mark.every
def test_no_pass_outlives_any_kind_of_its_evidence() -> None:
    kinds = sorted({kind for each in _log()[1] for kind in each})
    assert len(kinds) > len(SAMPLE)
    assert {kind: found for kind in kinds if (found := unexplained(kind))} == {}


@pytest.mark.every
def test_each_explanation_is_needed() -> None:
    for name, kind in EXPLAINED:
        assert _good().citing(name, kind), (name, kind)


def test_without_any_reply_of_the_agent_no_rule_of_the_platform_passes() -> None:
    records, kinds = _log()
    for action in sorted({k for each in kinds for k in each if k.startswith("action ")}):
        records = without(records, kinds, action)
    assert not [name for name in observed(records, kinds).passed() if "-PLT-" in name]
