"""Test purposes of persistence: the loss of power or of the network."""

import contextlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from atverdict.conformance.campaign.module.body import OUTCOMES
from atverdict.conformance.campaign.module.commands import Inconclusive, ota
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.campaign.module.preambles import LINK_LOST, ONLINE
from atverdict.conformance.judge.expectation import matches
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
def test_mode_one(iut: Iut) -> None:
    """In mode 1 the IUT keeps versions and product, and does not connect by itself."""
    iut.preamble.idle()
    iut.preamble.online()
    iut.preamble.announced()
    iut.commands.announce("ATVERDICT-1", "1")
    iut.commands.write("QIOTCFG", "productinfo")
    iut.disturbances.power_cycle()
    silence_s = 2 * iut.pixit.timing.silence
    iut.commands.expect_silence(
        "SOTA-PER-002",
        (2, 10200),
        ONLINE,
        within_s=silence_s,
        because="the mode before the loss of power was 1",
    )
    iut.commands.read("QIOTREG")
    iut.commands.read("QIOTMCUVER")
    iut.commands.announce("ATVERDICT-1", "")
    iut.commands.write("QIOTCFG", "productinfo")
    iut.preamble.online()


@purpose("SOTA-PER-001", needs=POWER, restarts=2)
def test_mode_two(iut: Iut) -> None:
    """In mode 2 the IUT connects by itself after power-up."""
    iut.preamble.idle()
    iut.preamble.registered(2)
    iut.commands.read("QIOTREG")
    within_s = iut.pixit.timing.connect
    for _ in range(2):
        mark = iut.session.mark()
        iut.disturbances.power_cycle()
        iut.session.expect(
            "SOTA-PER-001",
            ONLINE,
            within_s=within_s,
            since=mark,
            because="the mode before the loss of power was 2",
        )
        iut.session.wait(ONLINE, within_s=within_s, since=mark, after="power-up")
        iut.commands.read("QIOTSTATE")
    iut.commands.read("QIOTREG")
    iut.preamble.registered(1)


@contextlib.contextmanager
def _network_lost(iut: Iut) -> Iterator[None]:
    """Have the network lost until that is reported, and wait for the connection to come back."""
    within_s = iut.pixit.timing.connect
    mark = iut.session.mark()
    with iut.disturbances.network_away():
        iut.session.expect(
            "SOTA-PER-005", *LINK_LOST, within_s=within_s, since=mark, because="the network is gone"
        )
        iut.session.wait(*LINK_LOST, within_s=within_s, since=mark)
        yield
        mark = iut.session.mark()
    iut.session.expect(
        "SOTA-PER-005", ONLINE, within_s=within_s, since=mark, because="the network is back"
    )
    iut.session.wait(ONLINE, within_s=within_s, since=mark, after="a loss of the network")


def _drop_offer(iut: Iut) -> None:
    """Refuse what was offered before a loss: whether it outlives that is nobody's rule."""
    upgrade = iut.flow.upgrade
    if upgrade is not None and upgrade.accepted is None:
        iut.commands.write("QIOTUPDATE", 0)


@purpose("SOTA-PER-005", needs=NETWORK)
def test_link_loss(iut: Iut) -> None:
    """The loss of the network is reported, and the connection comes back by itself."""
    iut.preamble.idle()
    iut.preamble.online()
    with _network_lost(iut):
        pass
    iut.commands.read("QIOTSTATE")


def _begins_download(iut: Iut) -> None:
    """Consent, and wait for the download."""
    mark = iut.session.mark()
    iut.body.consent()
    iut.body.wait_start(mark)


@purpose(
    "SOTA-PER-005",
    chances=("SOTA-PER-006", "SOTA-SEQ-014"),
    needs=(*PLANS, *NETWORK),
    plans=1,
    silences=1,
    commands=15,
)
def test_link_loss_before_ready(iut: Iut) -> None:
    """With the network lost on the way the connection comes back, and the package is whole."""
    iut.preamble.idle()
    iut.preamble.offered(large=True)
    with _network_lost(iut):
        pass
    _drop_offer(iut)
    iut.preamble.offered_after("the network was lost while an offer was undecided", large=True)
    _begins_download(iut)
    mark = iut.session.mark()
    with _network_lost(iut):
        pass
    with contextlib.suppress(Inconclusive):  # it may go on, fail, or be offered anew (E-44)
        iut.body.wait_piece(mark)
    if not iut.body.has_piece:
        lost = "the network was lost in the last download"
        if iut.body.is_upgrading:  # it was dropped without a word
            iut.session.abandon(lost)
        iut.preamble.offered_after(lost, large=True)
        iut.body.consent()
    iut.preamble.ready()
    iut.body.read_piece(iut.body.block_octets)
    if not iut.body.run().last_piece:
        with _network_lost(iut):
            iut.commands.block(iut.body.piece_start(), iut.body.block_octets)
    iut.body.read_package(iut.body.block_octets)
    iut.body.begin_update()
    iut.body.report_success()


@purpose("SOTA-PER-006", needs=(*PLANS, *NETWORK), plans=1, commands=40)
def test_link_loss_in_upgrade(iut: Iut) -> None:
    """Without network the piece can still be read, and the version be reported."""
    iut.preamble.ready()
    iut.body.read_package(iut.body.block_octets)  # a further piece could not be downloaded
    within_s = iut.pixit.timing.outcome
    with iut.disturbances.network_away():
        iut.commands.expect_silence(
            "SOTA-PER-006",
            *ota(10706),
            because="the loss of the network does not end an upgrade that is ready",
        )
        iut.disturbances.offline_read()
        iut.body.begin_update()
        exchange = iut.body.announce_target()
        iut.session.expect(
            "SOTA-PER-006",
            *ota(10705),
            within_s=within_s,
            after=exchange,
            instead=ota(10706),
            because="the target version was announced while updating, without network",
        )
        iut.session.wait(*OUTCOMES, within_s=within_s, after="the loss of the network")
        mark = iut.session.mark()
    iut.session.wait_until(
        lambda _: iut.preamble.is_online, within_s=iut.pixit.timing.connect, since=mark
    )


@purpose("SOTA-PER-007", needs=(*PLANS, *POWER), plans=1, silences=1, commands=40)
def test_power_loss_while_updating(iut: Iut) -> None:
    """A restart of the module while the MCU updates does not cost the upgrade."""
    iut.preamble.updating()
    iut.disturbances.power_cycle()
    iut.preamble.online()
    iut.session.listen(iut.pixit.timing.silence)
    exchange = iut.body.announce_target()
    within_s = iut.pixit.timing.outcome
    iut.session.expect(
        "SOTA-PER-007",
        *ota(10705),
        within_s=within_s,
        after=exchange,
        certain=not iut.updating_first,  # then the IUT was not told that the MCU updates
        because="the target version was announced after a restart while updating",
    )
    iut.session.wait(*OUTCOMES, within_s=within_s, after="the loss of power")
    iut.postamble()


@purpose("SOTA-PER-008", needs=(*PLANS, *POWER), plans=1)
def test_power_loss_while_ready(iut: Iut) -> None:
    """A restart before the package was read ends the attempt."""
    iut.preamble.ready()
    iut.commands.block(0, iut.body.block_octets)
    iut.disturbances.power_cycle()
    iut.commands.block(0, iut.body.block_octets)
    iut.preamble.online()


def _decides_nothing(_iut: Iut) -> None:
    """Leave the offer undecided."""


def _reads_second_piece(iut: Iut) -> None:
    """Read of the second piece the first block; of the first one where there is no second."""
    iut.body.consent()
    iut.preamble.ready()
    if not iut.body.run().last_piece:
        iut.body.read_piece(iut.body.block_octets)
        iut.body.next_piece()
    iut.commands.block(iut.body.piece_start(), iut.body.block_octets)


def _reads_all(iut: Iut) -> None:
    """Read the package to its last octet."""
    iut.body.consent()
    iut.preamble.ready()
    iut.body.read_package(iut.body.block_octets)


def _succeeds(iut: Iut) -> None:
    """Take the upgrade to its success."""
    _reads_all(iut)
    iut.body.begin_update()
    iut.body.report_success()


class _Step(NamedTuple):
    """A place on the way through an upgrade at which the power is lost."""

    when: str
    reach: Callable[[Iut], object]
    """How to get there from the offer."""
    large: bool = False
    """Whether it takes a package of several pieces."""


BEFORE_READING = (
    _Step("the offer was undecided", _decides_nothing),
    _Step("the offer had been accepted", lambda iut: iut.body.consent()),
    _Step("the package was downloaded", _begins_download),
)
WHILE_READING = (
    _Step("the second piece was read", _reads_second_piece, large=True),
    _Step("the last octet had been read", _reads_all),
    _Step("the upgrade had succeeded", _succeeds),
)


def _power_lost(iut: Iut, steps: tuple[_Step, ...]) -> None:
    """Lose the power at each step; the new offer that must be possible leads to the next."""
    iut.preamble.idle()
    iut.commands.write("QIOTCFG", "productinfo")
    lost = ""
    for step in steps:
        if lost:
            iut.preamble.offered_after(lost, large=step.large)
        else:
            iut.preamble.offered(large=step.large)
        step.reach(iut)
        run = iut.flow.run
        start = run.piece.start if run and run.piece else 0
        iut.disturbances.power_cycle()
        _comes_back(iut, start)
        lost = f"the power was lost when {step.when}"
    iut.preamble.offered_after(lost)
    iut.preamble.idle()


def _comes_back(iut: Iut, start: int) -> None:
    """See what the loss of power has left, and end what goes on by itself."""
    plan = iut.pixit.plan
    mark = iut.session.mark()
    iut.commands.block(start, iut.body.block_octets)
    iut.commands.write("QIOTCFG", "productinfo")
    kept = McuVersion(plan.component, iut.flow.versions.get(plan.component, ""))
    if kept not in [response.payload for response in iut.commands.read("QIOTMCUVER").responses]:
        iut.commands.announce(
            plan.component, plan.source_version
        )  # a lost version must not cost the offer
    iut.preamble.online()
    goes_on = iut.session.wait_until(
        lambda event: matches(event, GOES_ON), within_s=iut.pixit.timing.silence, since=mark
    )
    if goes_on is not None:  # no document says that it must not
        mark = iut.session.mark()
        iut.body.announce_target()
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
def test_power_loss_before_reading(iut: Iut) -> None:
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
def test_power_loss_while_reading(iut: Iut) -> None:
    """With the power lost between the first block and the success it is the same, and after it."""
    _power_lost(iut, WHILE_READING)
