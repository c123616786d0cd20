"""Connecting to the platform and leaving it."""

from atverdict.conformance.campaign.module.disturbances import (
    CONNECTION_ERRORS,
    OFFLINE,
    ONLINE,
    REGISTERED,
    Driver,
    Inconclusive,
)
from atverdict.conformance.judge.state.flow import Link
from atverdict.conformance.preparation.purpose import Effort, purpose


@purpose("SOTA-CMD-REG-007", "SOTA-CMD-STATE-004", "SOTA-CMD-CFG-001", "SOTA-CMD-MCUVER-013")
def test_disconnected(iut: Driver) -> None:
    """Without registration the IUT is not connected, and still takes a version."""
    iut.disconnected()
    iut.read("QIOTSTATE")
    iut.write("QIOTCFG", "productinfo")
    iut.announce(iut.pixit.plan.component, iut.pixit.plan.source_version)


@purpose("SOTA-CMD-CFG-002", needs=("product",))
def test_configures(iut: Driver) -> None:
    """Without registration the product is written, and read back."""
    iut.disconnected()
    product = iut.pixit.product
    assert product is not None
    if not iut.write("QIOTCFG", "productinfo", product.key, product.secret).succeeded:
        raise Inconclusive("the product of the PIXIT was not accepted")
    iut.write("QIOTCFG", "productinfo")


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
def test_connects(iut: Driver) -> None:
    """AT+QIOTREG=1 leads to 2,10200 and 3,10200, and then the state is 8."""
    if iut.flow.link is not Link.OFF:
        iut.disconnected()
    mark = iut.session.mark()
    exchange = iut.write("QIOTREG", 1)
    if not exchange.succeeded:
        raise Inconclusive("AT+QIOTREG=1 was not accepted")
    for event in (REGISTERED, ONLINE):
        iut.session.expect(
            "SOTA-CMD-REG-006",
            event,
            *CONNECTION_ERRORS,
            within_s=iut.pixit.timing.connect,
            after=exchange,
            because="AT+QIOTREG=1 was accepted in mode 0",
        )
    iut.read("QIOTREG")
    iut.read("QIOTSTATE")
    iut.wait_online(mark)
    iut.read("QIOTREG")
    iut.read("QIOTSTATE")
    for mode in (1, 2, 1):  # a mode that is written while connected changes the mode alone
        iut.write("QIOTREG", mode)
        iut.read("QIOTREG")


@purpose("SOTA-CMD-INFO-001", "SOTA-CMD-INFO-002", "SOTA-CMD-INFO-003", effort=Effort.QUICK)
def test_device_information(iut: Driver) -> None:
    """The device's information is readable, and is reported on request."""
    iut.online()
    iut.read("QIOTINFO")
    iut.write("QIOTINFO", "up")


@purpose("SOTA-CMD-REG-007")
def test_disconnects(iut: Driver) -> None:
    """AT+QIOTREG=0 of a connected IUT is followed by 6,10200."""
    iut.online()
    mark = iut.session.mark()
    exchange = iut.write("QIOTREG", 0)
    if not exchange.succeeded:
        raise Inconclusive("AT+QIOTREG=0 was not accepted")
    within_s = iut.pixit.timing.connect
    iut.session.expect(
        "SOTA-CMD-REG-007",
        OFFLINE,
        within_s=within_s,
        after=exchange,
        because="AT+QIOTREG=0 was accepted online",
    )
    iut.session.wait(OFFLINE, within_s=within_s, since=mark)
    iut.read("QIOTREG")
    product = iut.pixit.product
    if product is not None:
        iut.write("QIOTCFG", "productinfo", product.key, product.secret)
    mark = iut.session.mark()
    exchange = iut.write("QIOTREG", 1)
    iut.session.expect(
        "SOTA-CMD-REG-006",
        ONLINE,
        *CONNECTION_ERRORS,
        within_s=within_s,
        after=exchange,
        certain=exchange.succeeded,
        because="AT+QIOTREG=1 was accepted a second time",
    )
    iut.wait_online(mark)
