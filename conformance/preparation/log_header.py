"""The header of a conformance log: what is tested, with what, and under which specification."""

import atverdict
from atverdict.adapters.pco import Pco, remarks
from atverdict.adapters.ports.line_settings import LineSettings
from atverdict.conformance.evidence.log import FORMAT, NO_TRANSPORT, Header
from atverdict.conformance.preparation.setup import Setup
from atverdict.spec.loader import load_specification

__all__ = ["log_header"]

UNCERTAINTY_S = {"sim": 0.0}
"""The possible error of instants, by transport; others have `REAL_UNCERTAINTY_S`."""
REAL_UNCERTAINTY_S = 0.025


def log_header(setup: Setup, pco: Pco | None, *, plan_control: bool) -> Header:
    """Return the header of a log; the PCO is None where no IUT was found."""
    transport = pco.transport if pco else NO_TRANSPORT
    line_baudrate = pco.line_baudrate if pco else None
    serial = setup.pixit.serial
    if serial is not None:
        line_baudrate = serial.baudrate
    adapter = {"adapter": f"{type(pco).__module__}.{type(pco).__qualname__}"} if pco else {}
    said = remarks(pco) if pco else {}
    iut = {"name": setup.pixit.iut.name, "firmware": setup.pixit.iut.firmware}
    return Header(
        format=FORMAT,
        suite_version=atverdict.__version__,
        specification=load_specification().digest,
        profile=setup.profile,
        role=setup.role,
        address=setup.address,
        transport=transport,
        opened_at=pco.opened_at if pco else "",
        baudrate=setup.found_baudrate or line_baudrate,
        octet_bits=serial.line.octet_bits if serial else LineSettings().octet_bits,
        uncertainty_s=UNCERTAINTY_S.get(transport, REAL_UNCERTAINTY_S),
        iut={key: value for key, value in iut.items() if value},
        pixit=setup.pixit.public(),
        effort=setup.effort,
        selection=setup.selection or (("replay",) if setup.replay else ()),
        plan_control=plan_control,
        replay=bool(setup.replay),
        pics=setup.pics.public(),
        environment={**setup.environment, **adapter, **said},
    )
