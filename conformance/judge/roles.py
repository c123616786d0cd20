"""Parts: what the judge knows of each role, one value a role.

Another role is another value here, and one in `campaign/roles.py` where it can be tested.
"""

from collections.abc import Callable
from dataclasses import dataclass

from atverdict.conformance.evidence.host_trace import HostTrace
from atverdict.conformance.evidence.log import Header
from atverdict.conformance.evidence.trace import Trace
from atverdict.conformance.judge.cause import Explanation
from atverdict.conformance.judge.check import Check
from atverdict.conformance.judge.host.catalogue import HOST_CHECKS
from atverdict.conformance.judge.host.proof import HostProof
from atverdict.conformance.judge.host.situation import HostSituation
from atverdict.conformance.judge.interconnection import Interconnection
from atverdict.conformance.judge.module.catalogue import MODULE_CHECKS
from atverdict.conformance.judge.module.explanations import MODULE_EXPLANATIONS
from atverdict.conformance.judge.module.proof import ModuleProof
from atverdict.conformance.judge.module.situation import ModuleSituation
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.flow import Flow
from atverdict.spec.model import Profile, Role, Specification

__all__ = ["HOST", "MODULE", "Part", "part_of"]


@dataclass(frozen=True, slots=True)
class Part:
    """One role of an IUT, for the judge and the reports."""

    role: Role
    trace: Callable[[], Trace]
    """The maker of the trace."""
    proof: Callable[[], Interconnection]
    """The maker of the proof: the basic interconnection test."""
    situation: Callable[[Flow, Specification, Profile, Header], Situation]
    checks: tuple[Check, ...]
    """The checks, in the order in which they look at an item."""
    explanations: tuple[Explanation, ...]
    """Which broken requirement explains which."""
    iut_asks: bool
    """True where the IUT sends the command lines, and the suite answers."""


MODULE = Part(
    Role.MODULE,
    Trace,
    ModuleProof,
    ModuleSituation,
    MODULE_CHECKS,
    MODULE_EXPLANATIONS,
    iut_asks=False,
)
HOST = Part(Role.HOST, HostTrace, HostProof, HostSituation, HOST_CHECKS, (), iut_asks=True)
PARTS = {part.role: part for part in (MODULE, HOST)}


def part_of(role: Role) -> Part:
    """Return the part of a role."""
    return PARTS[role]
