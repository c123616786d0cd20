"""What survives the loss of power or of the network."""

from atverdict.conformance.driver import ONLINE, Driver, ota
from atverdict.conformance.purpose import purpose

POWER = ("power_cycle",)
PLANS = ("arm_plan", "withdraw_plans")
LINK_LOST = ((2, 10473), (2, 10474))


@purpose(
    "SOTA-PER-002", "SOTA-PER-003", "SOTA-PER-004", "SOTA-CMD-MCUVER-007", needs=POWER, silences=2
)
def test_mode_one(iut: Driver) -> None:
    """In mode 1 the IUT keeps versions and product, and does not connect by itself."""
    iut.idle()
    iut.online()
    iut.announced()
    iut.announce("ATVERDICT-1", "1")
    iut.write("QIOTCFG", "productinfo")
    iut.power_cycle()
    silence_s = 2 * iut.pixit.timing.silence
    iut.expect_silence(
        "SOTA-PER-002",
        (2, 10200),
        ONLINE,
        within_s=silence_s,
        because="the mode before the loss of power was 1",
    )
    iut.read("QIOTREG")
    iut.read("QIOTMCUVER")
    iut.announce("ATVERDICT-1", "")
    iut.write("QIOTCFG", "productinfo")
    iut.online()


@purpose("SOTA-PER-001", needs=POWER)
def test_mode_two(iut: Driver) -> None:
    """In mode 2 the IUT connects by itself after power-up."""
    iut.idle()
    iut.registered(2)
    iut.read("QIOTREG")
    within_s = iut.pixit.timing.connect
    for _ in range(2):
        mark = iut.session.mark()
        iut.power_cycle()
        iut.session.expect(
            "SOTA-PER-001",
            ONLINE,
            within_s=within_s,
            since=mark,
            because="the mode before the loss of power was 2",
        )
        iut.session.wait(ONLINE, within_s=within_s, since=mark)
    iut.read("QIOTREG")
    iut.registered(1)


@purpose("SOTA-PER-005", needs=("link_down", "link_up"))
def test_link_loss(iut: Driver) -> None:
    """The loss of the network is reported, and the connection comes back by itself."""
    iut.idle()
    iut.online()
    within_s = iut.pixit.timing.connect
    mark = iut.session.mark()
    with iut.network_away():
        iut.session.expect(
            "SOTA-PER-005", *LINK_LOST, within_s=within_s, since=mark, because="the network is gone"
        )
        iut.session.wait(*LINK_LOST, within_s=within_s, since=mark)
        mark = iut.session.mark()
    iut.session.expect(
        "SOTA-PER-005", ONLINE, within_s=within_s, since=mark, because="the network is back"
    )
    iut.session.wait(ONLINE, within_s=within_s, since=mark)
    iut.read("QIOTSTATE")


@purpose("SOTA-PER-006", needs=(*PLANS, "link_down", "link_up"), plans=1, commands=40)
def test_link_loss_in_upgrade(iut: Driver) -> None:
    """Without network the piece can still be read, and the version be reported."""
    iut.ready()
    iut.read_package(iut.block_octets)  # a further piece could not be downloaded
    within_s = iut.pixit.timing.outcome
    with iut.network_away():
        iut.expect_silence(
            "SOTA-PER-006",
            *ota(10706),
            because="the loss of the network does not end an upgrade that is ready",
        )
        iut.offline_read()
        iut.begin_update()
        exchange = iut.announce_target()
        iut.session.expect(
            "SOTA-PER-006",
            *ota(10705),
            within_s=within_s,
            after=exchange,
            instead=ota(10706),
            because="the target version was announced while updating, without network",
        )
        iut.session.wait(*ota(10705, 10706), within_s=within_s)
        mark = iut.session.mark()
    iut.session.wait_until(lambda _: iut.is_online, within_s=iut.pixit.timing.connect, since=mark)


@purpose("SOTA-PER-007", needs=(*PLANS, *POWER), plans=1, silences=1, commands=40)
def test_power_loss_while_updating(iut: Driver) -> None:
    """A restart of the module while the MCU updates does not cost the upgrade."""
    iut.updating()
    iut.power_cycle()
    iut.online()
    iut.session.listen(iut.pixit.timing.silence)
    exchange = iut.announce_target()
    within_s = iut.pixit.timing.outcome
    iut.session.expect(
        "SOTA-PER-007",
        *ota(10705),
        within_s=within_s,
        after=exchange,
        certain=not iut.updating_first,  # then the IUT was not told that the MCU updates
        because="the target version was announced after a restart while updating",
    )
    iut.session.wait(*ota(10705, 10706), within_s=within_s)
    iut.settle()


@purpose("SOTA-PER-008", needs=(*PLANS, *POWER), plans=1)
def test_power_loss_while_ready(iut: Driver) -> None:
    """A restart before the package was read ends the attempt."""
    iut.ready()
    iut.block(0, iut.block_octets)
    iut.power_cycle()
    iut.block(0, iut.block_octets)
    iut.online()
