"""What survives the loss of power or of the network."""

import contextlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from atverdict.conformance.campaign.module.disturbances import (
    DOWNLOAD_BEGINS,
    LINK_LOST,
    ONLINE,
    OUTCOMES,
    Driver,
    Inconclusive,
    ota,
)
from atverdict.conformance.preparation.purpose import purpose
from atverdict.grammar.message import McuVersion

POWER = ("power_cycle",)
PLANS = ("arm_plan", "withdraw_plans")
NETWORK = ("link_down", "link_up")
GOES_ON = ota(10701, 10702, 10703)
"""What shows that a download goes on by itself."""


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


@purpose("SOTA-PER-001", needs=POWER, restarts=2)
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
        iut.read("QIOTSTATE")
    iut.read("QIOTREG")
    iut.registered(1)


@contextlib.contextmanager
def _network_lost(iut: Driver) -> Iterator[None]:
    """Have the network lost until that is reported, and wait for the connection to come back."""
    within_s = iut.pixit.timing.connect
    mark = iut.session.mark()
    with iut.network_away():
        iut.session.expect(
            "SOTA-PER-005", *LINK_LOST, within_s=within_s, since=mark, because="the network is gone"
        )
        iut.session.wait(*LINK_LOST, within_s=within_s, since=mark)
        yield
        mark = iut.session.mark()
    iut.session.expect(
        "SOTA-PER-005", ONLINE, within_s=within_s, since=mark, because="the network is back"
    )
    iut.session.wait(ONLINE, within_s=within_s, since=mark)


def _drop_offer(iut: Driver) -> None:
    """Refuse what was offered before a loss: whether it outlives that is nobody's rule."""
    upgrade = iut.flow.upgrade
    if upgrade is not None and upgrade.accepted is None:
        iut.write("QIOTUPDATE", 0)


@purpose("SOTA-PER-005", needs=NETWORK)
def test_link_loss(iut: Driver) -> None:
    """The loss of the network is reported, and the connection comes back by itself."""
    iut.idle()
    iut.online()
    with _network_lost(iut):
        pass
    iut.read("QIOTSTATE")


def _begins_download(iut: Driver) -> None:
    """Consent, and wait for the download."""
    mark = iut.session.mark()
    iut.consent()
    iut.session.wait(*DOWNLOAD_BEGINS, within_s=iut.pixit.timing.download, since=mark)


@purpose(
    "SOTA-PER-005",
    chances=("SOTA-PER-006", "SOTA-SEQ-014"),
    needs=(*PLANS, *NETWORK),
    plans=1,
    silences=1,
    commands=15,
)
def test_link_loss_before_ready(iut: Driver) -> None:
    """With the network lost on the way the connection comes back, and the package is whole."""
    iut.idle()
    iut.offered(large=True)
    with _network_lost(iut):
        pass
    _drop_offer(iut)
    iut.offered_after("the network was lost while an offer was undecided", large=True)
    _begins_download(iut)
    mark = iut.session.mark()
    with _network_lost(iut):
        pass
    with contextlib.suppress(Inconclusive):  # it may go on, fail, or be offered anew (E-44)
        iut.wait_piece(mark)
    if not iut.has_piece and not iut.is_upgrading:
        iut.offered_after("the network was lost in the last download", large=True)
        iut.consent()
    iut.ready()
    iut.read_piece(iut.block_octets)
    if not iut.run().last_piece:
        with _network_lost(iut):
            iut.block(iut.piece_start(), iut.block_octets)
    iut.read_package(iut.block_octets)
    iut.begin_update()
    iut.report_success()


@purpose("SOTA-PER-006", needs=(*PLANS, *NETWORK), plans=1, commands=40)
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


def _decides_nothing(_iut: Driver) -> None:
    """Leave the offer undecided."""


def _reads_second_piece(iut: Driver) -> None:
    """Read of the second piece the first block; of the first one where there is no second."""
    iut.consent()
    iut.ready()
    if not iut.run().last_piece:
        iut.read_piece(iut.block_octets)
        iut.next_piece()
    iut.block(iut.piece_start(), iut.block_octets)


def _reads_all(iut: Driver) -> None:
    """Read the package to its last octet."""
    iut.consent()
    iut.ready()
    iut.read_package(iut.block_octets)


def _succeeds(iut: Driver) -> None:
    """Take the upgrade to its success."""
    _reads_all(iut)
    iut.begin_update()
    iut.report_success()


class _Step(NamedTuple):
    """A place on the way through an upgrade at which the power is lost."""

    when: str
    reach: Callable[[Driver], object]
    """How to get there from the offer."""
    large: bool = False
    """Whether it takes a package of several pieces."""


BEFORE_READING = (
    _Step("the offer was undecided", _decides_nothing),
    _Step("the offer had been accepted", Driver.consent),
    _Step("the package was downloaded", _begins_download),
)
WHILE_READING = (
    _Step("the second piece was read", _reads_second_piece, large=True),
    _Step("the last octet had been read", _reads_all),
    _Step("the upgrade had succeeded", _succeeds),
)


def _power_lost(iut: Driver, steps: tuple[_Step, ...]) -> None:
    """Lose the power at each step; the new offer that must be possible leads to the next."""
    iut.idle()
    iut.write("QIOTCFG", "productinfo")
    lost = ""
    for step in steps:
        if lost:
            iut.offered_after(lost, large=step.large)
        else:
            iut.offered(large=step.large)
        step.reach(iut)
        run = iut.flow.run
        start = run.piece.start if run and run.piece else 0
        iut.power_cycle()
        _comes_back(iut, start)
        lost = f"the power was lost when {step.when}"
    iut.offered_after(lost)
    iut.idle()


def _comes_back(iut: Driver, start: int) -> None:
    """See what the loss of power has left, and end what goes on by itself."""
    plan = iut.pixit.plan
    mark = iut.session.mark()
    iut.block(start, iut.block_octets)
    iut.write("QIOTCFG", "productinfo")
    kept = McuVersion(plan.component, iut.flow.versions.get(plan.component, ""))
    if kept not in [response.payload for response in iut.read("QIOTMCUVER").responses]:
        iut.announce(plan.component, plan.source_version)  # a lost version must not cost the offer
    iut.online()
    goes_on = iut.session.wait(*GOES_ON, within_s=iut.pixit.timing.silence, since=mark)
    if goes_on is not None:  # no document says that it must not
        mark = iut.session.mark()
        iut.announce_target()
        iut.session.wait(*OUTCOMES, within_s=iut.pixit.timing.outcome, since=mark)
    _drop_offer(iut)


@purpose(
    "SOTA-PER-003",
    "SOTA-PER-004",
    "SOTA-PER-008",
    "SOTA-CMD-MCUVER-007",
    chances=("SOTA-SEQ-014",),
    needs=(*PLANS, *POWER),
    plans=2,
    silences=3,
    commands=35,
    restarts=3,
)
def test_power_loss_before_reading(iut: Driver) -> None:
    """With the power lost before the first block, what is stored stays and a new offer comes."""
    _power_lost(iut, BEFORE_READING)


@purpose(
    "SOTA-PER-003",
    "SOTA-PER-004",
    "SOTA-CMD-MCUVER-007",
    "SOTA-CMD-OTARD-015",
    "SOTA-SEQ-013",
    chances=("SOTA-PER-008", "SOTA-SEQ-014"),
    needs=(*PLANS, *POWER),
    plans=3,
    silences=4,
    commands=40,
    restarts=3,
    slow_s=30.0,
)
def test_power_loss_while_reading(iut: Driver) -> None:
    """With the power lost between the first block and the success it is the same, and after it."""
    _power_lost(iut, WHILE_READING)
