"""The proof that a peer is a host of this flow."""

import re

from atverdict.conformance.evidence.host_trace import HostExchange
from atverdict.conformance.evidence.log import Received, Record, from_text
from atverdict.conformance.evidence.printable import printable
from atverdict.conformance.evidence.trace import Item, Typed
from atverdict.conformance.judge.interconnection import FLOW
from atverdict.grammar.message import CommandLine

__all__ = ["HostProof"]

NEEDED_COMMANDS = 2
KEPT_OCTETS = 64
_MALFORMED = re.compile(rb"AT(?:[\r\n\0]|[A-Z]|\+[A-Z]+)", re.IGNORECASE)


class HostProof:
    """The proof of a host: two different commands of the flow, or attempts at command lines.

    An echo of the octets that the suite sends is no proof.
    """

    notes: tuple[str, ...] = ()
    """A host is asked nothing before it proves to be one."""
    hindrance = ""

    def __init__(self) -> None:
        self._flow_names: set[str] = set()
        self._attempts = 0
        self._lines = 0
        self._came = b""

    def hear(self, record: Record) -> None:
        """Take the next record of the log: the first octets are kept."""
        if isinstance(record, Received) and len(self._came) < KEPT_OCTETS:
            self._came += from_text(record.octets)

    def observe(self, item: Item) -> None:
        """Take the next item of the trace."""
        if isinstance(item, Typed):
            self._attempts += len(_MALFORMED.findall(item.place.octets))
        elif isinstance(item, HostExchange):
            self._lines += isinstance(item.command, CommandLine)
            command = item.command
            name = command.name if isinstance(command, CommandLine) else command.resembles
            if name.startswith(FLOW):
                self._flow_names.add(name)

    @property
    def proved(self) -> bool:
        """True once the peer has proved to be a host of this flow."""
        return len(self._flow_names) >= NEEDED_COMMANDS or self._attempts >= NEEDED_COMMANDS

    @property
    def promising(self) -> bool:
        """True once it has sent command lines, if only AT: another framing may bring more."""
        return self._lines >= NEEDED_COMMANDS

    @property
    def missing(self) -> str:
        """The missing part of the proof, as the end of a sentence."""
        came = f"this came: {printable(self._came, KEPT_OCTETS)}" if self._came else "nothing came"
        return (
            f"{len(self._flow_names)} different commands of the flow came from it, and "
            f"{NEEDED_COMMANDS} are needed to tell a host from noise; {came}"
        )

    def excuse(self, requirement: str) -> str:
        """Return nothing: what a host does is its own."""
        del requirement
        return ""
