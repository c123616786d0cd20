"""The share of the transport: how much longer a duration may look because of it."""

from typing import NamedTuple

from atverdict.conformance.evidence.log import Header, RoundTrip
from atverdict.conformance.evidence.verdict import Verdict

__all__ = ["LOCAL", "SIMULATED", "Share", "share_of", "within"]

SIMULATED = "sim"
"""The transport on virtual time: nothing lies between, so there is nothing to measure."""
LOCAL = frozenset({SIMULATED, "serial", "pty"})
"""Transports that end in this machine: what they add is bounded, and known as `uncertainty_s`."""


class Share(NamedTuple):
    """What the transport may have added, in seconds, beyond the uncertainty of the header."""

    delay_s: float = 0.0
    """To the time from a command line to its answer."""
    jitter_s: float = 0.0
    """To a pause within an answer: a delay that is always the same makes none."""


def share_of(header: Header, measured: RoundTrip | None) -> Share:
    """Return what the transport may add, as far as `AT` has shown it.

    Nobody can tell how much of a round trip is the IUT's own. On a port of this machine only the
    spread is put down to the transport, so that an IUT that is slow throughout is found, and behind
    a network what the network alone takes besides. Where that is not known it may be the longest
    round trip as a whole.
    """
    if measured is None:
        return Share()
    jitter_s = measured.most_s - measured.least_s
    network_s = 0.0 if header.transport in LOCAL else measured.network_s
    return Share(measured.most_s if network_s is None else jitter_s + network_s, jitter_s)


def within(duration_s: float, limit_s: float, uncertainty_s: float, share_s: float) -> Verdict:
    """Judge a duration: fail only beyond what the transport may have added.

    Between the two nothing is settled: the IUT may have been in time, or not.
    """
    if duration_s <= limit_s + uncertainty_s:
        return Verdict.PASS
    late = duration_s > limit_s + uncertainty_s + share_s
    return Verdict.FAIL if late else Verdict.INCONCLUSIVE
