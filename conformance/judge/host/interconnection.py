"""Whether the peer is a host at all, before anything is judged."""

import re

from atverdict.conformance.evidence.host_trace import HostExchange
from atverdict.conformance.evidence.trace import Item, Typed
from atverdict.conformance.judge.module.interconnection import Interconnection
from atverdict.grammar.message import CommandLine

__all__ = ["HostInterconnection"]

NEEDED_COMMANDS = 2
_MALFORMED = re.compile(rb"AT(?:[\r\n\0]|[A-Z]|\+[A-Z]+)", re.IGNORECASE)


class HostInterconnection(Interconnection):
    """Collects the proof: two different commands of the flow, or attempts at command lines.

    The proof is lenient in form, so that a host that breaks a rule of form is still judged by it:
    nobody, an echo of what the suite sends, and noise give none of it.

    Spec: ISO/IEC 9646-1.
    """

    def __init__(self) -> None:
        """Start with nothing proved."""
        super().__init__()
        self._flow_names: set[str] = set()
        self._attempts = 0
        self._lines = 0

    def observe(self, item: Item) -> None:
        """Take the next item of the trace."""
        if isinstance(item, Typed):
            self._attempts += len(_MALFORMED.findall(item.place.octets))
        elif isinstance(item, HostExchange):
            self._lines += isinstance(item.command, CommandLine)
            command = item.command
            name = command.name if isinstance(command, CommandLine) else command.resembles
            if name.startswith("QIOT"):
                self._flow_names.add(name)

    @property
    def proved(self) -> bool:
        """True once the peer has shown that it is a host of this flow."""
        return len(self._flow_names) >= NEEDED_COMMANDS or self._attempts >= NEEDED_COMMANDS

    @property
    def promising(self) -> bool:
        """True once it has said command lines, if only AT: with another framing it may say more."""
        return self._lines >= NEEDED_COMMANDS

    @property
    def missing(self) -> str:
        """What is missing, as the end of a sentence."""
        return (
            f"{len(self._flow_names)} different commands of the flow came from it; "
            f"{NEEDED_COMMANDS} are needed to tell a host from noise"
        )
