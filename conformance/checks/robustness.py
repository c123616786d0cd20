"""Malformed command lines: SOTA-ROB."""

from collections.abc import Iterator

from atverdict.conformance.checks.answers import refused
from atverdict.conformance.checks.check import Finding, Situation, check
from atverdict.conformance.checks.framing import FLOW_COMMANDS
from atverdict.conformance.trace import Exchange
from atverdict.grammar.message import Malformed


@check("SOTA-ROB-001", on=Exchange)
def malformed_command(exchange: Exchange, _now: Situation) -> Iterator[Finding]:
    """A command of the flow whose parameters cannot be read is refused."""
    if isinstance(exchange.command, Malformed) and exchange.command.resembles in FLOW_COMMANDS:
        yield from refused("SOTA-ROB-001", exchange)
