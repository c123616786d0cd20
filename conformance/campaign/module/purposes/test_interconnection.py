"""Test purposes of the basic interconnection: identification, and how lines are cut."""

from atverdict.conformance.campaign.module.commands import Inconclusive
from atverdict.conformance.campaign.module.contact import identify, make_contact
from atverdict.conformance.campaign.module.iut import Iut
from atverdict.conformance.preparation.purpose import Effort, purpose


@purpose(
    "SOTA-FRM-001",
    "SOTA-FRM-005",
    "SOTA-FRM-006",
    "SOTA-FRM-007",
    "SOTA-FRM-016",
    "SOTA-CMD-REG-001",
    "SOTA-CMD-REG-002",
    "SOTA-CMD-STATE-001",
    "SOTA-TIM-001",
    chances=("SOTA-FRM-018",),
    effort=Effort.QUICK,
    always=True,
)
def test_basic(iut: Iut) -> None:
    """The peer answers AT with OK, and queries of the flow under their own names."""
    make_contact(iut.session)
    iut.session.command(b"AT")
    iut.session.measure_transport()  # before the first answer that has a limit
    iut.session.command(b"AT+CMEE=0")  # errors as ERROR, where the module knows another form
    iut.commands.read("QIOTSTATE")
    iut.commands.test("QIOTREG")
    iut.commands.read("QIOTREG")
    if not iut.session.interconnection.proved:
        iut.commands.test("QIOTOTARD")
        iut.commands.test("QIOTUPDATE")
    if not iut.session.interconnection.proved:
        identify(iut.session)
        raise Inconclusive(iut.session.interconnection.missing)


@purpose(
    "SOTA-CMD-MCUVER-001",
    "SOTA-CMD-OTAREQ-001",
    "SOTA-CMD-UPDATE-001",
    "SOTA-CMD-OTARD-001",
    chances=("SOTA-FRM-008",),
    effort=Effort.QUICK,
)
def test_test_forms(iut: Iut) -> None:
    """Every command of the flow tells its ranges."""
    for name in ("QIOTMCUVER", "QIOTOTAREQ", "QIOTUPDATE", "QIOTOTARD", "QIOTCFG", "QIOTINFO"):
        iut.commands.test(name)


@purpose("SOTA-FRM-002", "SOTA-FRM-003", "SOTA-FRM-004", effort=Effort.QUICK)
def test_line_forms(iut: Iut) -> None:
    """A command line may end in CR LF, and be written in lower case."""
    for _ in range(2):
        iut.session.command(b"AT", terminator=b"\r\n")
    iut.session.command(b"AT+QIOTSTATE?", terminator=b"\r\n")
    for _ in range(2):
        iut.commands.alive()
    iut.session.command(b"at")
    iut.session.command(b"at+QIOTSTATE?")
    iut.session.command(b"AT+qiotstate?")
    iut.session.command(b"AT")


@purpose("SOTA-FRM-010", chances=("SOTA-FRM-009",), commands=24)
def test_echo(iut: Iut) -> None:
    """ATE0 and ATE1 switch the echo for every command of the flow."""
    for switch in (b"ATE0", b"ATE1", b"ATE0"):
        if not iut.session.command(switch).succeeded:
            raise Inconclusive(f"{switch.decode()} was not accepted")
        iut.commands.read("QIOTSTATE")
        for name in ("QIOTREG", "QIOTMCUVER", "QIOTOTAREQ", "QIOTUPDATE", "QIOTOTARD"):
            iut.commands.test(name)
        # An echo may lose what a query without parameters does not have: quotes, and length.
        iut.commands.write("QIOTMCUVER", iut.pixit.plan.component)
        iut.session.command(b"AT+QIOTNOSUCH")
        iut.commands.write("QIOTMCUVER", "ATVERDICT-COMPONENT-OF-32-OCTETS")
        iut.commands.announce("ATVERDICT-E", "V" + "1234567890" * 6)
        iut.commands.announce("ATVERDICT-E", "")


@purpose("SOTA-FRM-013", "SOTA-FRM-014", effort=Effort.QUICK)
def test_unknown_command(iut: Iut) -> None:
    """A command that no document knows is refused, and the next one is answered."""
    iut.session.command(b"AT+QIOTNOSUCH")
    iut.session.command(b"AT")
    iut.commands.read("QIOTSTATE")
