"""All checks of the host role: importing this module registers them."""

from atverdict.conformance.judge.host import (  # noqa: F401 - importing registers
    decision,
    ending,
    lines,
    reading,
)
from atverdict.conformance.judge.host.check import CHECKS

__all__ = ["CHECKS"]
