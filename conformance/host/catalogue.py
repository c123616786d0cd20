"""All checks of the host role: importing this module registers them."""

from atverdict.conformance.host import (  # noqa: F401 - importing registers
    checks_decision,
    checks_ending,
    checks_lines,
    checks_reading,
)
from atverdict.conformance.host.check import CHECKS

__all__ = ["CHECKS"]
