"""Test purposes of robustness: malformed lines, drawn from the grammar's productions."""

from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.campaign.module.strategies import IDLE_LINES, malformed_lines
from atverdict.conformance.preparation.purpose import Effort, negative

LINES = {Effort.QUICK: 12, Effort.STANDARD: 140, Effort.DEEP: 500}
"""How many malformed lines are tried, by effort."""
LONG_OCTETS = 4096
ENOUGH = 12
"""How many answers may be missing; two or three kinds of lines have gone unanswered then."""


@negative("SOTA-ROB-001", "SOTA-ROB-002", commands=280)
def test_malformed_lines(iut: Iut) -> None:
    """Each malformed line is refused, and the next AT is answered."""
    iut.preamble.idle()
    iut.preamble.online()
    if iut.laboratory.controls_plans:
        iut.laboratory.withdraw()
    with iut.commands.sanity():
        unanswered = 0
        for line in malformed_lines(IDLE_LINES, LINES[iut.effort]):
            exchanges = iut.session.command(line), iut.commands.alive()
            unanswered += sum(exchange.gave_up_after_s is not None for exchange in exchanges)
            if unanswered >= ENOUGH:
                break  # more of them tell nothing more


@negative("SOTA-ROB-005", "SOTA-ROB-006", "SOTA-ROB-007", "SOTA-ROB-002", commands=20)
def test_odd_lines(iut: Iut) -> None:
    """An over-long line, an unterminated quote and empty lines do not derail the IUT."""
    with iut.commands.sanity():
        iut.session.command(b'AT+QIOTMCUVER="' + b"A" * LONG_OCTETS + b'","1"')
        iut.commands.alive()
        iut.session.command(b'AT+QIOTMCUVER="STM32')
        iut.commands.alive()
        for blank in (b"\r", b"\r\n\r\n", b"\r\r\r"):
            iut.session.send_raw(blank)
            iut.session.listen(0.3)
            iut.commands.alive()
            iut.commands.read("QIOTSTATE")


@negative("SOTA-FRM-015")
def test_concatenation(iut: Iut) -> None:
    """Two commands in one line are answered by both answers, or refused."""
    with iut.commands.sanity():
        iut.session.command(b"AT+QIOTSTATE?;+QIOTREG?")
