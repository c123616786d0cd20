"""Test purposes of refusals, each between two sanity dialogues."""

import contextlib

from atverdict.conformance.campaign.module.commands import Inconclusive
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.campaign.module.strategies import (
    OFFERED_LINES,
    READY_LINES,
    malformed_lines,
)
from atverdict.conformance.preparation.purpose import Effort, negative

FORMS_OF_MODE = (b"=3", b"=", b'="1"', b"=a", b"=-1", b"=1,1", b"=0x1", b"=1x", b"=257")
FORMS_OF_REQUEST = (b"=9", b'="1"', b"=1,1", b"=a", b"=-1", b"=0x1", b"=257")
FORMS_OF_ACTION = (b"=4", b"=-1", b"=", b"=1,1", b'="1"', b"=a", b"=0x1", b"=1x", b"=257")
FORMS_OF_READ = (b"=0", b"=0,1,2", b"=-1,10", b'="0","10"', b"=a,b", b"=,", b"=0,-1")
HUGE = (b"=4294967296,1", b"=0,99999999999999999999", b"=" + b"9" * 40 + b",1")
LINES = {Effort.QUICK: 6, Effort.STANDARD: 24, Effort.DEEP: 120}
"""How many malformed lines are tried in a state, by effort."""
FULL_COMPONENT = "ATVERDICT-COMPONENT-OF-32-OCTETS"
FULL_VERSION = "V" + "1234567890" * 6 + "_-."


@negative(
    "SOTA-CMD-REG-008", "SOTA-CMD-REG-009", "SOTA-CMD-STATE-003", "SOTA-CMD-CFG-004", commands=20
)
def test_registration(iut: Iut) -> None:
    """Modes that are none, forms that are none and keywords that are none are refused."""
    with iut.commands.sanity():
        for form in (*FORMS_OF_MODE, b""):
            iut.session.command(b"AT+QIOTREG" + form)
        for form in (b"=?", b"=1", b""):
            iut.session.command(b"AT+QIOTSTATE" + form)
        iut.commands.write("QIOTCFG", "nosuch")
        iut.commands.write("QIOTCFG", "nosuch", 1)
        for form in (b"", b"=", b"=1"):
            iut.session.command(b"AT+QIOTCFG" + form)
        for name in ("QIOTMCUVER", "QIOTINFO", "QIOTOTARD"):
            iut.commands.execute(name)


@negative("SOTA-CMD-REG-004", needs=("factory_reset", "product"))
def test_unprovisioned(iut: Iut) -> None:
    """Without product key and secret no registration is accepted."""
    iut.disturbances.factory_reset()
    with iut.commands.sanity():
        iut.commands.write("QIOTREG", 1)
        iut.commands.write("QIOTREG", 2)
    iut.disturbances.provision()


@negative("SOTA-CMD-CFG-003", "SOTA-CMD-INFO-003", needs=("product",))
def test_configuration_online(iut: Iut) -> None:
    """A connected IUT keeps its product, and knows one thing to report."""
    iut.preamble.online()
    product = iut.pixit.product
    assert product is not None
    with iut.commands.sanity():
        iut.commands.write("QIOTCFG", "productinfo", product.key, product.secret)
        iut.commands.write("QIOTINFO", "nosuch")


@negative(
    "SOTA-CMD-MCUVER-008",
    "SOTA-CMD-MCUVER-009",
    "SOTA-CMD-MCUVER-010",
    "SOTA-CMD-MCUVER-011",
    "SOTA-CMD-MCUVER-012",
    commands=20,
)
def test_version(iut: Iut) -> None:
    """Full lengths are accepted, one octet more is refused, and so is what is no quoted string."""
    with iut.commands.sanity():
        iut.commands.announce(FULL_COMPONENT, "1")
        iut.commands.announce("ATVERDICT-3", FULL_VERSION)
        iut.commands.announce(FULL_COMPONENT, FULL_VERSION)
        iut.commands.read("QIOTMCUVER")
        iut.commands.announce(FULL_COMPONENT + "X", "1")
        iut.commands.announce("ATVERDICT-3", FULL_VERSION + "X")
        iut.commands.announce("", "1")
        iut.session.command(b"AT+QIOTMCUVER=ATVERDICT,1")
        iut.session.command(b'AT+QIOTMCUVER="ATVERDICT-3",1')
        iut.commands.announce(FULL_COMPONENT, "")
        iut.commands.announce("ATVERDICT-3", "")
        iut.commands.read("QIOTMCUVER")


@negative("SOTA-CMD-OTAREQ-008", "SOTA-CMD-OTAREQ-009", "SOTA-CMD-OTAREQ-010")
def test_request(iut: Iut) -> None:
    """A request with a parameter that is none is refused, and any request without a connection."""
    with contextlib.suppress(Inconclusive):  # elsewhere every request is refused
        iut.preamble.idle()
        iut.preamble.online()
    with iut.commands.sanity():
        for form in FORMS_OF_REQUEST:
            iut.session.command(b"AT+QIOTOTAREQ" + form)
        if not iut.body.is_upgrading:
            iut.preamble.disconnected()
            iut.commands.write("QIOTOTAREQ", 1)
            iut.commands.execute("QIOTOTAREQ")


@negative(
    "SOTA-CMD-UPDATE-010",
    "SOTA-CMD-UPDATE-011",
    "SOTA-CMD-OTARD-014",
    needs=("withdraw_plans",),
    commands=40,
)
def test_without_plan(iut: Iut) -> None:
    """Without an offer there is nothing to decide and nothing to read."""
    iut.preamble.idle()
    iut.preamble.online()
    iut.laboratory.withdraw()
    iut.preamble.certainly_idle()
    with iut.commands.sanity():
        for action in (1, 0, 2, 3):
            iut.commands.write("QIOTUPDATE", action)
        for form in (*FORMS_OF_ACTION, b""):
            iut.session.command(b"AT+QIOTUPDATE" + form)
        iut.commands.block(0, 16)
        for form in (*FORMS_OF_READ, *HUGE):
            iut.session.command(b"AT+QIOTOTARD" + form)


@negative(
    "SOTA-CMD-OTARD-014",
    "SOTA-CMD-UPDATE-015",
    "SOTA-CMD-UPDATE-016",
    "SOTA-ROB-003",
    needs=("arm_plan", "withdraw_plans"),
    plans=1,
    commands=40,
)
def test_while_offered(iut: Iut) -> None:
    """An offer survives whatever cannot be read, and there is nothing to read before a download."""
    iut.preamble.offered()
    with iut.commands.sanity():
        iut.commands.block(0, 16)
        for form in (*FORMS_OF_ACTION, b""):
            iut.session.command(b"AT+QIOTUPDATE" + form)
        for line in malformed_lines(OFFERED_LINES, 2 * LINES[iut.effort] // 3):
            iut.session.command(line)
    iut.body.consent()
    iut.preamble.ready()


@negative(
    "SOTA-CMD-OTARD-010",
    "SOTA-CMD-OTARD-012",
    "SOTA-CMD-OTARD-017",
    "SOTA-CMD-OTARD-019",
    "SOTA-ROB-004",
    "SOTA-CMD-UPDATE-007",
    "SOTA-CMD-UPDATE-014",
    "SOTA-SEQ-021",
    chances=(
        "SOTA-CMD-OTARD-013",
        "SOTA-CMD-OTAREQ-011",
    ),
    needs=("arm_plan", "withdraw_plans"),
    silences=1,
    commands=70,
)
def test_while_ready(iut: Iut) -> None:
    """A piece that is ready is not lost by reads and actions that are refused."""
    run = iut.preamble.ready()
    length = run.length_octets or 0
    maximum = iut.flow.max_length or iut.body.block_octets
    with iut.commands.sanity():
        iut.commands.block(0, iut.body.block_octets)
        for start, octets in ((length, 16), (length + 1024, 16), (0, 0)):
            iut.commands.block(start, octets)
        for octets in (maximum + 1, 2 * maximum, 65_535):
            iut.commands.block(0, octets)
        for form in (*FORMS_OF_READ, *HUGE, b""):
            iut.session.command(b"AT+QIOTOTARD" + form)
        for line in malformed_lines(READY_LINES, LINES[iut.effort] // 3):
            iut.session.command(line)
        iut.body.read_package(iut.body.block_octets)
        start = iut.body.piece_start()
        iut.commands.write("QIOTUPDATE", 2)
        iut.commands.block(start, iut.body.block_octets)
        iut.commands.write("QIOTUPDATE", 0)
        iut.commands.block(start, iut.body.block_octets)
        iut.body.request_quietly()
    iut.commands.block(start, iut.body.block_octets)


@negative(
    "SOTA-CMD-UPDATE-013",
    "SOTA-CMD-OTARD-015",
    "SOTA-SEQ-011",
    needs=("arm_plan", "withdraw_plans"),
    silences=1,
    commands=20,
)
def test_while_updating(iut: Iut) -> None:
    """Saying it twice does no harm, other components do not matter, and the end is the end."""
    iut.preamble.updating()
    with iut.commands.sanity():
        iut.commands.write("QIOTUPDATE", 3)
        iut.body.other_component()
    iut.body.report_success()
    with iut.commands.sanity():
        iut.commands.block(0, 16)
