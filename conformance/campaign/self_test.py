"""The self-test of the suite: one simulated IUT with one fault, and whether the suite finds it."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from atverdict.adapters.simulator.fault import Fault
from atverdict.conformance.campaign.benches import ELSEWHERE, Bench
from atverdict.conformance.campaign.campaign import SuiteError
from atverdict.conformance.campaign.roles import campaign_of
from atverdict.conformance.evidence.log import Effort, LogWriter, Received, Record, Sent
from atverdict.conformance.evidence.verdict import Outcome
from atverdict.conformance.judge.judgement import Judgement
from atverdict.conformance.preparation.replay_steps import Step
from atverdict.conformance.preparation.setup import Setup
from atverdict.spec.model import DEFAULT_PROFILE, DEFAULT_ROLE, Role

KILLED = "killed"
NOT_PROVOKED = "not provoked"
"""The result of a fault that leaves the wire of a bench as it is, or what it breaks."""
NEVER_BROKEN = frozenset({"SOTA-INT-004"})
"""A mismatch is inconclusive by their own text: then this is the right outcome for a fault."""

__all__ = ["KILLED", "NOT_PROVOKED", "Kill", "named_first", "run_simulator", "seen_on", "try_fault"]


@dataclass(frozen=True, slots=True)
class Kill:
    """The result of the suite on one fault."""

    fault: str
    requirement: str
    strength: str
    killed: bool
    """True where the broken requirement has the right outcome."""
    first: tuple[str, ...]
    """The requirements that were named first; several where the same octets broke them."""
    collateral: tuple[str, ...]
    """The other requirements that failed."""

    @property
    def right(self) -> bool:
        """True where the fault was found, and by its own requirement first."""
        return self.killed and self.requirement in self.first


def run_simulator(  # noqa: PLR0913 - what a run is made of
    address: str,
    log: BinaryIO,
    package: Path,
    effort: Effort = Effort.STANDARD,
    *,
    replay: tuple[Step, ...] = (),
    role: Role = DEFAULT_ROLE,
    agent: bool = True,
    watch: Callable[[Record], object] | None = None,
) -> Judgement:
    """Run a campaign, or a replay, against the simulated IUT of a role in this process.

    Without `agent` it has no control agent; each record is shown to `watch`.
    """
    kind = campaign_of(role)
    pco, control = kind.open(address)
    setup = Setup(
        address=address,
        profile=DEFAULT_PROFILE,
        pixit=kind.simulated_pixit(address),
        effort=effort,
        package_path=package,
        replay=replay,
        role=role,
    )
    writer = LogWriter(log)
    if watch:
        writer.attach(watch)
    try:
        return kind.campaign(setup, pco, control if agent else None, writer).run()
    finally:
        pco.close()


def named_first(judgement: Judgement, outcome: Outcome) -> tuple[str, ...]:
    """Return the first cause with this outcome, and all that the same octets show as well."""
    those = judgement.causes(outcome)
    return tuple(v.requirement.id for v in those if v.first == those[0].first)


def _deserved(fault: Fault) -> Outcome:
    """Return the outcome that the requirement of a fault deserves."""
    if fault.requirement in NEVER_BROKEN:
        return Outcome.INCONCLUSIVE
    return Outcome.FAIL if fault.strength == "SHALL" else Outcome.WARNING


def try_fault(
    fault: Fault,
    log: BinaryIO,
    package: Path,
    effort: Effort = Effort.STANDARD,
    role: Role = DEFAULT_ROLE,
) -> Kill:
    """Run the suite against one fault."""
    judgement = run_simulator(f"sim:?fault={fault.name}", log, package, effort, role=role)
    if judgement.suite_error:
        raise SuiteError(f"{fault.name}: {judgement.suite_error}")
    due = _deserved(fault)
    broken = judgement.requirements.get(fault.requirement)
    failed = {i for i, v in judgement.requirements.items() if v.outcome is Outcome.FAIL}
    return Kill(
        fault=fault.name,
        requirement=fault.requirement,
        strength=fault.strength,
        killed=broken is not None and broken.outcome is due,
        first=named_first(judgement, due),
        collateral=tuple(sorted(failed - {fault.requirement})),
    )


def seen_on(bench: Bench, fault: Fault, package: Path) -> str:
    """Return what a run on a bench makes of a module with a fault.

    That is `KILLED`, `NOT_PROVOKED`, or the outcome of the requirement that the fault breaks:
    where the octets of the module differ from those of the reference, it must not be "pass".
    """
    judgement, wire = _run(bench, bench.address(fault=fault.name), package)
    outcome = judgement.requirements[fault.requirement].outcome
    if outcome is _deserved(fault):
        return KILLED
    same = wire == _reference(bench, bench.address(**fault.needs), package)
    return NOT_PROVOKED if same or (fault.name, bench.name) in ELSEWHERE else outcome.value


@lru_cache
def _reference(bench: Bench, address: str, package: Path) -> tuple[Record, ...]:
    return _run(bench, address, package)[1]


def _run(bench: Bench, address: str, package: Path) -> tuple[Judgement, tuple[Record, ...]]:
    records: list[Record] = []
    judgement = run_simulator(
        address, io.BytesIO(), package, bench.effort, agent=bench.agent, watch=records.append
    )
    return judgement, tuple(each for each in records if isinstance(each, Sent | Received))
