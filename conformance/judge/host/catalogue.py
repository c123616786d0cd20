"""The checks on a host, in the order in which they look at an item."""

from atverdict.conformance.judge.check import checks_of
from atverdict.conformance.judge.host import decision, ending, lines, reading

__all__ = ["HOST_CHECKS"]

HOST_CHECKS = checks_of(decision, ending, lines, reading)
