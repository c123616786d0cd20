"""The share of the transport: how much longer a duration may look because of it."""

from typing import NamedTuple

from atverdict.conformance.evidence.log import Header, RoundTrip
from atverdict.conformance.evidence.verdict import Verdict

__all__ = ["LOCAL", "SIMULATED", "Share", "share_of", "within"]

SIMULATED = "sim"
"""The transport on virtual time: it adds no time, so nothing is measured."""
LOCAL = frozenset({SIMULATED, "serial", "pty"})
"""Transports that end in this machine: the time that they add is known as `uncertainty_s`."""


class Share(NamedTuple):
    """The time that the transport may have added, in seconds, besides `uncertainty_s`."""

    delay_s: float = 0.0
    """The part of the time from a command line to its answer."""
    jitter_s: float = 0.0
    """The part of a pause within an answer: a constant delay makes no pause."""


def share_of(header: Header, measured: RoundTrip | None) -> Share:
    """Return the time that the transport may add, as far as `AT` has shown it.

    It is not known which part of a round trip is due to the IUT. On a port of this machine only the
    spread counts as transport: so an IUT that is always slow is found. On a network the time of the
    network is added. Where it is not known, the longest round trip is taken whole.
    """
    if measured is None:
        return Share()
    jitter_s = measured.most_s - measured.least_s
    network_s = 0.0 if header.transport in LOCAL else measured.network_s
    return Share(measured.most_s if network_s is None else jitter_s + network_s, jitter_s)


def within(duration_s: float, limit_s: float, uncertainty_s: float, share_s: float) -> Verdict:
    """Judge a duration: it fails only beyond the share of the transport.

    Between limit and share it is open: the IUT may have been in time, or not.
    """
    if duration_s <= limit_s + uncertainty_s:
        return Verdict.PASS
    late = duration_s > limit_s + uncertainty_s + share_s
    return Verdict.FAIL if late else Verdict.INCONCLUSIVE
