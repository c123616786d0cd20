"""The basic interconnection test: the peer must prove that it is an IUT before it is judged."""

from typing import Protocol

from atverdict.conformance.evidence.log import Record
from atverdict.conformance.evidence.trace import Item

__all__ = ["BASIC", "FLOW", "Interconnection"]

FLOW = "QIOT"
"""The begin of the names of all commands of the flow."""
BASIC = "interconnection.basic"
"""The test purpose of the proof; it always runs."""


class Interconnection(Protocol):
    """The proof that the peer is an IUT, from the items of a trace.

    The proof is lenient in form: an IUT that breaks a rule of form is still judged by it. An absent
    or mute peer, an echo and noise give no proof.

    Spec: ISO/IEC 9646-1.
    """

    def hear(self, record: Record) -> None:
        """Take the next record of the log."""

    def observe(self, item: Item) -> None:
        """Take the next item of the trace."""

    @property
    def proved(self) -> bool:
        """True once the peer has proved to be an IUT."""

    @property
    def promising(self) -> bool:
        """True where another dialogue may give the proof."""

    @property
    def missing(self) -> str:
        """What came in place of the proof, what that is and what to do; the end of a sentence."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the suite did so that the peer answered, each a sentence or two."""

    @property
    def hindrance(self) -> str:
        """What keeps the IUT from the platform and is no fault of its own; empty for nothing."""

    def excuse(self, requirement: str) -> str:
        """Return why a broken requirement may be no fault of the IUT; empty where nothing is."""
