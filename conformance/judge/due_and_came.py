"""The two octet strings of a finding: those that were due, and those that came."""

from atverdict.conformance.evidence.trace import Exchange, Item
from atverdict.conformance.judge.finding import Finding
from atverdict.conformance.judge.state.flow import Flow
from atverdict.grammar.message import CommandForm, CommandLine, Malformed

__all__ = ["compared"]

OF_ECHO = frozenset({"SOTA-FRM-009", "SOTA-FRM-010"})
OF_BLOCKS = ("SOTA-INT-", "SOTA-CMD-OTARD-")


def compared(found: Finding, item: Item, flow: Flow) -> tuple[bytes, bytes] | None:
    """Return the octets that were due and those that came; None where a finding has neither."""
    if not isinstance(item, Exchange):
        return None
    if found.requirement in OF_ECHO:
        return _echo(item)
    if found.requirement.startswith(OF_BLOCKS):
        return _block(item, flow)
    return None


def _echo(exchange: Exchange) -> tuple[bytes, bytes] | None:
    for told in exchange.malformed:
        if isinstance(told.message, Malformed) and told.message.resembles == "echo":
            return exchange.sent.octets.strip(b"\r\n"), told.place.octets.strip(b"\r\n")
    return None


def _block(exchange: Exchange, flow: Flow) -> tuple[bytes, bytes] | None:
    """Compare a block with its place in the package, where the laboratory has told the package."""
    run, block = flow.run, exchange.block
    match exchange.command:
        case CommandLine("QIOTOTARD", CommandForm.WRITE, (int(start), int())):
            pass
        case _:
            return None
    package = flow.packages.get(run.component or "", b"") if run else b""
    if block is None or not package:
        return None
    due = package[start : start + len(block.octets)]
    return None if due == block.octets else (due, block.octets)
