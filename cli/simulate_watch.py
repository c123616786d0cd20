"""`atverdict simulate --watch`: the wire of a served module, its state, and its laboratory."""

from atverdict.cli.watch import TypedLines, Watch
from atverdict.conformance.evidence.log import ControlAction, Received, Reset, Sent, to_text

__all__ = ["ModuleWatch"]

_RESTARTS = frozenset({"power_cycle", "factory_reset"})


class ModuleWatch:
    """Looks on at one bench, and shows it as a run is shown; must be ended."""

    def __init__(self, name: str = "") -> None:
        """Begin; `name` tells several modules apart."""
        self._watch = Watch(name=name)
        self._typed = TypedLines()

    def to_module(self, instant_s: float, octets: bytes) -> None:
        """Show the host's command lines once they are complete."""
        for line in self._typed.feed(octets):
            self._watch.observe(Sent(instant_s, to_text(line)))

    def from_module(self, instant_s: float, octets: bytes) -> None:
        """Show what the module says."""
        self._watch.observe(Received(instant_s, to_text(octets)))

    def changed(self, instant_s: float, what: str, state: str) -> None:
        """Show a state."""
        self._watch.tell(instant_s, f"{what}: {state}")

    def acted(
        self, instant_s: float, action: str, arguments: dict[str, object], reply: dict[str, object]
    ) -> None:
        """Show what the laboratory has done."""
        if action in _RESTARTS:
            self._typed.clear()
            self._watch.observe(Reset(instant_s))
        self._watch.observe(ControlAction(instant_s, action, arguments, reply))

    def end(self) -> None:
        """Show what is still to be shown."""
        self._watch.end()
