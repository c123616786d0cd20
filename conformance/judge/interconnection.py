"""The basic interconnection test: the peer must prove that it is an IUT before it is judged."""

from typing import Protocol

from atverdict.conformance.evidence.log import Header
from atverdict.conformance.evidence.trace import Item

__all__ = ["BASIC", "BAUD_RATES_TRIED", "FLOW", "Interconnection", "noise_sentence"]

FLOW = "QIOT"
"""The begin of the names of all commands of the flow."""
BASIC = "interconnection.basic"
"""The test purpose of the proof; it always runs."""
BAUD_RATES_TRIED = "baud_rates_tried"
"""The entry of the log's environment with the rates that were tried before the run."""


class Interconnection(Protocol):
    """The proof that the peer is an IUT, from the items of a trace.

    The proof is lenient in form: an IUT that breaks a rule of form is still judged by it. An absent
    or mute peer, an echo and noise give no proof.

    Spec: ISO/IEC 9646-1.
    """

    @property
    def noise(self) -> bool:
        """True where the octets are no text, as on a line with another rate."""

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
        """The missing part of the proof, as the end of a sentence."""


def noise_sentence(header: Header) -> str:
    """Return what noise instead of answers means, and what can be done about it."""
    came = "framing noise came instead of answers: "
    if BAUD_RATES_TRIED in header.environment:
        return f"{came}AT was answered at none of the baud rates that were tried"
    if header.transport == "tcp":
        return f"{came}the baud rate of the line behind the port is probably wrong"
    return f"{came}the baud rate is probably wrong; --try-baud-rates tries the usual ones"
