"""`atverdict simulate --watch`: the wire of a served module, its state, and its laboratory."""

from atverdict.cli.watch import Watch
from atverdict.conformance.log import ControlAction, Received, Reset, Sent, to_text

__all__ = ["ModuleWatch"]

_RESTARTS = frozenset({"power_cycle", "factory_reset"})
_LINE_LIMIT_OCTETS = 4096


class ModuleWatch:
    """Looks on at one bench, and shows it as a run is shown; must be ended."""

    def __init__(self, name: str = "") -> None:
        """Begin; `name` tells several modules apart."""
        self._watch = Watch(name=name)
        self._typed = b""

    def to_module(self, instant_s: float, octets: bytes) -> None:
        """Show the host's command lines once they are complete."""
        *lines, self._typed = (self._typed + octets).split(b"\r")
        for line in lines:
            self._watch.observe(Sent(instant_s, to_text(line + b"\r")))
        if len(self._typed) > _LINE_LIMIT_OCTETS:
            self._watch.observe(Sent(instant_s, to_text(self._typed)))
            self._typed = b""

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
            self._typed = b""
            self._watch.observe(Reset(instant_s))
        self._watch.observe(ControlAction(instant_s, action, arguments, reply))

    def end(self) -> None:
        """Show what is still to be shown."""
        self._watch.end()
