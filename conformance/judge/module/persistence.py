"""Checks on what survives a loss of power or network: SOTA-PER."""

from collections.abc import Iterator

from atverdict.conformance.evidence.trace import Exchange
from atverdict.conformance.judge.check import check
from atverdict.conformance.judge.finding import Finding, holds, passes
from atverdict.conformance.judge.module.framing import answered
from atverdict.conformance.judge.situation import Situation
from atverdict.conformance.judge.state.by_answer import ONLINE_STATE
from atverdict.conformance.judge.state.flow import Phase
from atverdict.grammar.message import CommandForm, ConfigurationItem, Literal


@check("SOTA-PER-001", on=Exchange)
def connected_by_itself(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """In mode 2 the IUT is online after a start, without a command.

    Its events may be lost where the port vanishes with the power. It may also take longer. So
    another state is no evidence.
    """
    flow = now.flow
    if not flow.powered_up or flow.reg_mode != 2 or flow.reg_written is not None:
        return
    if exchange.is_command("QIOTSTATE", CommandForm.READ) and exchange.succeeded:
        values = [response.values for response in exchange.responses]
        if values == [(ONLINE_STATE,)]:
            expected = f"state {ONLINE_STATE} after a start in mode 2, unasked"
            yield passes("SOTA-PER-001", exchange, expected, answered(exchange))


@check("SOTA-PER-003", on=Exchange)
def product_survives(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """The product key that was read before the loss of power is read after it."""
    shown, flow = now.flow.product_shown, now.flow
    if shown is None or shown[1] == flow.restarts or not shown[0] or not exchange.succeeded:
        return
    for response in exchange.responses:
        item = response.payload
        if isinstance(item, ConfigurationItem) and item.keyword == "productinfo":
            key = item.values[0] if item.values else None
            read = key.text if isinstance(key, Literal) else str(key or "")
            yield holds("SOTA-PER-003", read == shown[0], exchange, f"the key {shown[0]}", read)


@check("SOTA-PER-006", on=Exchange, errata=("E-44",))
def reading_without_network(exchange: Exchange, now: Situation) -> Iterator[Finding]:
    """A piece that is ready can be read without network, and once the network is back."""
    flow = now.flow
    run = flow.run
    if not exchange.is_command("QIOTOTARD", CommandForm.WRITE) or exchange.cut:
        return
    if not (run and run.piece) or not flow.steady or flow.phase is not Phase.READY:
        return
    if flow.network and not (run.network_lost and exchange.refused):
        return
    good = exchange.succeeded and exchange.header is not None
    expected = "a block, though the network was lost" if flow.network else "a block without network"
    yield holds("SOTA-PER-006", good, exchange, expected, answered(exchange))
