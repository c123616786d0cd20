"""The situation of the checks on a module."""

from dataclasses import dataclass, field

from atverdict.conformance.evidence.trace import Exchange, Item
from atverdict.conformance.judge.claim import Claim
from atverdict.conformance.judge.module.capabilities import Capabilities
from atverdict.conformance.judge.module.sibling import accepted_sibling
from atverdict.conformance.judge.situation import Situation

__all__ = ["ModuleSituation"]


@dataclass(slots=True)
class ModuleSituation(Situation):
    """The flow and the capabilities of the module."""

    capabilities: Capabilities = field(default_factory=Capabilities)

    def observe(self, item: Item) -> None:
        """Take the next item, for what the module can do and accepts."""
        self.capabilities.observe(item)
        if isinstance(item, Exchange) and (sibling := accepted_sibling(item, self)):
            self.siblings.add(sibling)

    def claims(self) -> tuple[Claim, ...]:
        """Return its capabilities beside its PICS."""
        return self.capabilities.claims(self.header.pics, self.flow)
