"""The situation of the checks on a module."""

from dataclasses import dataclass, field

from atverdict.conformance.evidence.trace import Item
from atverdict.conformance.judge.claim import Claim
from atverdict.conformance.judge.module.capabilities import Capabilities
from atverdict.conformance.judge.situation import Situation

__all__ = ["ModuleSituation"]


@dataclass(slots=True)
class ModuleSituation(Situation):
    """The flow, and what the module says that it can do."""

    capabilities: Capabilities = field(default_factory=Capabilities)

    def observe(self, item: Item) -> None:
        """Collect what the module says of itself."""
        self.capabilities.observe(item)

    def claims(self) -> tuple[Claim, ...]:
        """Compare what it says with its PICS."""
        return self.capabilities.claims(self.header.pics, self.flow)
