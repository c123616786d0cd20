"""Test purposes of the registration: connecting to the platform and leaving it."""

from atverdict.conformance.campaign.module.commands import Inconclusive
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.campaign.module.preambles import (
    CONNECTION_ERRORS,
    ONLINE,
    REGISTERED,
)
from atverdict.conformance.judge.state.flow import Link
from atverdict.conformance.preparation.purpose import Effort, purpose

REPORTED = (4, 10240)
REPORTED_S = 2.0
"""The time for the event of a report, which not every edition has; it belongs to this purpose."""


@purpose("SOTA-CMD-REG-007", "SOTA-CMD-STATE-004", "SOTA-CMD-CFG-001", "SOTA-CMD-MCUVER-013")
def test_disconnected(iut: Iut) -> None:
    """Without registration the IUT is not connected, and still takes a version."""
    iut.preamble.disconnected()
    iut.commands.read("QIOTSTATE")
    iut.commands.write("QIOTCFG", "productinfo")
    iut.commands.announce(iut.pixit.plan.component, iut.pixit.plan.source_version)


@purpose("SOTA-CMD-CFG-002", needs=("product",))
def test_configures(iut: Iut) -> None:
    """Without registration the product is written, and read back."""
    iut.preamble.disconnected()
    product = iut.pixit.product
    assert product is not None
    if not iut.commands.write("QIOTCFG", "productinfo", product.key, product.secret).succeeded:
        raise Inconclusive("the product of the PIXIT was not accepted")
    iut.commands.write("QIOTCFG", "productinfo")


@purpose(
    "SOTA-CMD-REG-003",
    "SOTA-CMD-REG-005",
    "SOTA-CMD-REG-006",
    "SOTA-CMD-STATE-002",
    "SOTA-EVT-001",
    "SOTA-EVT-002",
    "SOTA-EVT-018",
    effort=Effort.QUICK,
)
def test_connects(iut: Iut) -> None:
    """AT+QIOTREG=1 leads to 2,10200 and 3,10200, and then the state is 8."""
    if iut.flow.link is not Link.OFF:
        iut.preamble.disconnected()
    iut.preamble.provisioned()
    mark = iut.session.mark()
    exchange = iut.commands.write("QIOTREG", 1)
    if not exchange.succeeded:
        raise Inconclusive(f"AT+QIOTREG=1 was not accepted{iut.commands.sim_state()}")
    for event in (REGISTERED, ONLINE):
        iut.session.expect(
            "SOTA-CMD-REG-006",
            event,
            *CONNECTION_ERRORS,
            within_s=iut.pixit.timing.connect,
            after=exchange,
            because="AT+QIOTREG=1 was accepted in mode 0",
        )
    iut.commands.read("QIOTREG")
    iut.commands.read("QIOTSTATE")
    iut.preamble.wait_online(mark)
    iut.commands.read("QIOTREG")
    iut.commands.read("QIOTSTATE")
    for mode in (1, 2, 1):  # a mode that is written while connected changes the mode alone
        iut.commands.write("QIOTREG", mode)
        iut.commands.read("QIOTREG")


@purpose("SOTA-CMD-INFO-001", "SOTA-CMD-INFO-002", "SOTA-CMD-INFO-003", effort=Effort.QUICK)
def test_device_information(iut: Iut) -> None:
    """The device's information is readable, and is reported on request."""
    iut.preamble.online()
    iut.commands.read("QIOTINFO")
    mark = iut.session.mark()
    iut.commands.write("QIOTINFO", "up")
    iut.commands.write("QIOTINFO", "nosuch")
    iut.session.wait(REPORTED, within_s=REPORTED_S, since=mark)


@purpose("SOTA-CMD-REG-007")
def test_disconnects(iut: Iut) -> None:
    """AT+QIOTREG=0 of a connected IUT is followed by 6,10200."""
    iut.preamble.online()
    within_s = iut.pixit.timing.connect
    iut.preamble.disconnected()
    iut.commands.read("QIOTREG")
    product = iut.pixit.product
    if product is not None:
        iut.commands.write("QIOTCFG", "productinfo", product.key, product.secret)
    mark = iut.session.mark()
    exchange = iut.commands.write("QIOTREG", 1)
    iut.session.expect(
        "SOTA-CMD-REG-006",
        ONLINE,
        *CONNECTION_ERRORS,
        within_s=within_s,
        after=exchange,
        certain=exchange.succeeded,
        because="AT+QIOTREG=1 was accepted a second time",
    )
    iut.preamble.wait_online(mark)
