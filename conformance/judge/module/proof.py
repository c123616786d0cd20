"""The proof that a peer is a module of this flow."""

from atverdict.conformance.evidence.log import Record
from atverdict.conformance.evidence.trace import Exchange, Item, Urc
from atverdict.conformance.judge.first_contact import FirstContact
from atverdict.conformance.judge.interconnection import FLOW
from atverdict.conformance.judge.peer_kind import sim_problem
from atverdict.grammar.message import CommandForm, CommandLine, Malformed, UnsolicitedResultCode

__all__ = ["ModuleProof"]

NEEDED_ANSWERS = 2
BY_NETWORK = frozenset(
    {"SOTA-CMD-REG-003", "SOTA-CMD-REG-006", "SOTA-PER-001", "SOTA-PER-005", "SOTA-TIM-004"}
)
"""What a module without a SIM that is ready cannot do."""


class ModuleProof:
    """The proof of a module: OK to `AT`, and its name in the answers to two different queries.

    OK or ERROR to everything is no proof.
    """

    def __init__(self) -> None:
        self.contact = FirstContact()
        self.answered = False
        """True once AT was answered with OK."""
        self._last: tuple[str, CommandForm] | None = None
        self._sim = ("", "")
        """What is wrong with the SIM, and the remedy, when it was asked last."""
        self._named: set[tuple[str, CommandForm]] = set()

    def hear(self, record: Record) -> None:
        """Take the next record of the log."""
        self.contact.hear(record)

    def observe(self, item: Item) -> None:
        """Take the next item of the trace."""
        if isinstance(item, Exchange):
            self._answered(item)
        elif isinstance(item, Urc) and isinstance(item.message, UnsolicitedResultCode):
            self._late(item.message.text)

    def _late(self, text: str) -> None:
        """Take a line after a final result code that may be the answer to the last query."""
        if self._last is not None and text.startswith(f"+{self._last[0]}:"):
            self._named.add(self._last)

    def _answered(self, exchange: Exchange) -> None:
        command = exchange.command
        if not isinstance(command, CommandLine):
            return
        if command.name == "CPIN" and exchange.final is not None:
            self._sim = sim_problem(b"".join(place.octets for place in exchange.places[1:]))
        query = command.form in (CommandForm.TEST, CommandForm.READ)
        self._last = (command.name, command.form) if query else None
        if command.name == "":
            self.answered = self.answered or exchange.succeeded
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
        return self.answered and len(self._named) >= NEEDED_ANSWERS

    @property
    def promising(self) -> bool:
        """True where another dialogue may give the proof: for a module there is only one."""
        return self.proved

    @property
    def missing(self) -> str:
        """What came in place of the proof, what that is and what to do; the end of a sentence."""
        if not self.answered:
            return self.contact.silence()
        return self.contact.stranger(len(self._named), NEEDED_ANSWERS)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the suite did so that the peer answered, each a sentence or two."""
        problem, remedy = self._sim
        sim = (f"{problem[:1].upper()}{problem[1:]}. {remedy}.",) if problem else ()
        return (*self.contact.notes(), *sim) if self.answered else ()

    @property
    def hindrance(self) -> str:
        """What keeps the module from the platform and is no fault of its own; empty for nothing."""
        return self._sim[0]

    def excuse(self, requirement: str) -> str:
        """Return why a broken requirement may be no fault of the module; empty where nothing is."""
        return self.hindrance if requirement in BY_NETWORK else ""
