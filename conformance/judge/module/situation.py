"""The situation of the checks on a module."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from atverdict.conformance.evidence.trace import Exchange, Item
from atverdict.conformance.judge.claim import Claim
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.module.capabilities import Capabilities
from atverdict.conformance.judge.module.platform_requests import PlatformRequests
from atverdict.conformance.judge.module.platform_rules import PlatformRules
from atverdict.conformance.judge.module.sibling import accepted_sibling
from atverdict.conformance.judge.situation import Situation

__all__ = ["ModuleSituation"]

WITHOUT_PLAN = {
    "SOTA-EVT-005": "only a control agent that arms the plan tells whether it has a full package",
}
"""What cannot be judged without control of the plans, and why."""


@dataclass(slots=True)
class ModuleSituation(Situation):
    """The flow, the capabilities of the module, and what is known of its platform."""

    capabilities: Capabilities = field(default_factory=Capabilities)
    requests: PlatformRequests = field(default_factory=PlatformRequests)
    rules: PlatformRules = field(init=False)

    def __post_init__(self) -> None:
        self.rules = PlatformRules(self.header)

    def observe(self, item: Item) -> None:
        """Take the next item, for what the module can do and accepts, and for its platform."""
        self.capabilities.observe(item)
        if isinstance(item, Exchange) and (sibling := accepted_sibling(item, self)):
            self.siblings.add(sibling)
        self.rules.observe(item, self.flow)

    def review(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings of expectations; those on the platform are left to its rules."""
        return [found for found in findings if not self.rules.review(found)]

    def no_occasion(self, requirement: str) -> str:
        """Return why a requirement cannot be judged here; empty where it can be."""
        return "" if self.header.plan_control else WITHOUT_PLAN.get(requirement, "")

    def claims(self) -> tuple[Claim, ...]:
        """Return its capabilities beside its PICS."""
        return self.capabilities.claims(self.header.pics, self.flow)
