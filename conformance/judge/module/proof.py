"""The proof that a peer is a module of this flow."""

from atverdict.conformance.evidence.trace import Exchange, Item, Stray, Urc
from atverdict.conformance.judge.interconnection import FLOW
from atverdict.grammar.message import CommandForm, CommandLine, Malformed, UnsolicitedResultCode

__all__ = ["ModuleProof"]

NEEDED_ANSWERS = 2
LEAST_NOISE_OCTETS = 4
NOISE = 0.25
"""The least share of octets that are no text on a line with another rate."""
TEXT = frozenset({*range(0x20, 0x7F), *b"\r\n\t"})


class ModuleProof:
    """The proof of a module: OK to `AT`, and its name in the answers to two different queries.

    OK or ERROR to everything is no proof.
    """

    def __init__(self) -> None:
        self._ok = False
        self._last: tuple[str, CommandForm] | None = None
        self._named: set[tuple[str, CommandForm]] = set()
        self._octets = 0
        self._odd_octets = 0

    def observe(self, item: Item) -> None:
        """Take the next item of the trace."""
        if isinstance(item, Exchange):
            self._answered(item)
        elif isinstance(item, Urc) and isinstance(item.message, UnsolicitedResultCode):
            self._late(item.message.text)
        if isinstance(item, Stray | Urc) and not self._ok:
            octets = item.place.octets
            self._octets += len(octets)
            self._odd_octets += sum(octet not in TEXT for octet in octets)

    def _late(self, text: str) -> None:
        """Take a line after a final result code that may be the answer to the last query."""
        if self._last is not None and text.startswith(f"+{self._last[0]}:"):
            self._named.add(self._last)

    def _answered(self, exchange: Exchange) -> None:
        command = exchange.command
        if not isinstance(command, CommandLine):
            return
        query = command.form in (CommandForm.TEST, CommandForm.READ)
        self._last = (command.name, command.form) if query else None
        if command.name == "":
            self._ok = self._ok or exchange.succeeded
        elif command.name.startswith(FLOW) and query:
            answers = [r.name for r in exchange.responses]
            answers += [
                t.message.resembles for t in exchange.malformed if isinstance(t.message, Malformed)
            ]
            if command.name in answers:
                self._named.add((command.name, command.form))

    @property
    def proved(self) -> bool:
        """True once the peer has proved to be a module."""
        return self._ok and len(self._named) >= NEEDED_ANSWERS

    @property
    def promising(self) -> bool:
        """True where another dialogue may give the proof: for a module there is only one."""
        return self.proved

    @property
    def noise(self) -> bool:
        """True where the octets are no text, as on a line with another rate."""
        enough = self._odd_octets >= max(LEAST_NOISE_OCTETS, NOISE * self._octets)
        return enough and not self._ok

    @property
    def missing(self) -> str:
        """The missing part of the proof, as the end of a sentence."""
        if not self._ok:
            return "it never answered AT with OK"
        return (
            f"it answered {len(self._named)} of the queries with the command's own name; "
            f"{NEEDED_ANSWERS} are needed to tell an IUT from a peer that says OK to everything"
        )
